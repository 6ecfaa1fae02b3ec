package safe

import "strings"

// Segment is a part of a row that is drawn in one manner.
type Segment struct {
	Text string
	Kind int // that of the mark on top of it, or 0
}

// Row is one row of the screen: what its segments say, side by side, and no
// wider than the layout. Neighbours differ in Kind.
type Row []Segment

// String returns the text of the row.
func (r Row) String() string {
	if len(r) == 1 {
		return r[0].Text
	}
	var b strings.Builder
	for _, s := range r {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Layout is a text broken into rows of some width, with marks on it. It looks
// at no more of the text than is asked for, and remembers where rows begin: 16
// bytes each. It is not safe for concurrent use.
//
// The text is that of Text, broken at its line feeds and, where a line is too
// long, after blanks, after hyphens within words, and beside wide characters
// except where a row would begin with closing or end with opening punctuation.
// What has no such place in a row's width is broken between two clusters.
// Blanks at such a break are not drawn, up to 4096 of them. A line feed at the
// end of the text opens no row.
type Layout struct {
	s      string
	width  int
	marks  []Mark
	spans  []span
	starts []place // of all rows known
	next   place   // where the row after them begins
	cells  []cell  // of the row at work
}

// place is where a row begins.
type place struct {
	at  int   // offset of a piece in the input
	sub int32 // offset in the text of the piece
	col uint8 // column of the piece in its line, modulo the tab stop
}

// NewLayout returns the layout of s in rows of width cells; a width below one
// counts as one. A character that is too wide for a row is drawn as ▯. The
// slice of marks must not change as long as the layout is in use.
func NewLayout(s string, width int, marks []Mark) *Layout {
	return &Layout{s: s, width: max(width, 1), marks: marks, spans: flatten(marks, len(s))}
}

// Rows returns n rows from row number from on, counted from 0, or as many of
// them as there are. The first time it takes time in proportion to the text up
// to there.
func (l *Layout) Rows(from, n int) []Row {
	if from < 0 {
		n += from
		from = 0
	}
	if n <= 0 {
		return nil
	}
	if known, _ := l.Reach(from + n); known < from+n {
		n = known - from
	}
	if n <= 0 {
		return nil
	}
	out := make([]Row, n)
	for i := range out {
		l.fill(l.starts[from+i])
		out[i] = l.row()
	}
	return out
}

// Reach breaks the text until n rows are known or the text ends, and returns
// what Known then returns.
func (l *Layout) Reach(n int) (rows int, complete bool) {
	for len(l.starts) < n && l.next.at < len(l.s) {
		l.starts = append(l.starts, l.next)
		l.next = l.fill(l.next)
	}
	return l.Known()
}

// Known returns the number of rows broken so far, and whether they are all.
func (l *Layout) Known() (rows int, complete bool) {
	return len(l.starts), l.next.at == len(l.s)
}

// Wrap returns n rows of the layout of s, from row number from on, and whether
// there are more after them. To scroll, keep a Layout.
func Wrap(s string, width int, marks []Mark, from, n int) (rows []Row, more bool) {
	l := NewLayout(s, width, marks)
	rows = l.Rows(from, n)
	_, complete := l.Known()
	return rows, !complete
}
