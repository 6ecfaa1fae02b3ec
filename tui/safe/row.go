package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// maxSwallowed bounds the blanks that vanish at one break, so that a megabyte
// of blanks is no long wait for a row.
const maxSwallowed = 4096

// cell is a grapheme cluster of a row with its place in the input.
type cell struct {
	text  string
	from  place // where a row would begin that begins with this cell
	end   int   // end of its piece in the input
	width int
	blank bool
	same  bool // text is the input itself
}

// tooWide stands for a character that is wider than the row.
const tooWide = "▯"

// fill sets l.cells to those of the row that begins at p, and returns where
// the next row begins.
func (l *Layout) fill(p place) (next place) {
	l.cells = l.cells[:0]
	used, col := 0, int(p.col)
	opening := -1 // the last cell that could begin the next row instead
	inked := false
	afterGap := false
	for at, sub := p.at, int(p.sub); at < len(l.s); sub = 0 {
		pc := scan(l.s, at, col, manyLines)
		if pc.kind == newline {
			return place{at: pc.end}
		}
		afterGap = afterGap || pc.kind == gap
		for sub < len(pc.text) {
			c := cell{
				text: pc.text[sub:], from: place{at, int32(sub), uint8(col % tabStop)},
				end: pc.end, width: pc.width, blank: pc.kind == blank, same: pc.same && pc.whole,
			}
			if !pc.whole {
				c.text, c.width = ansi.FirstGraphemeCluster(c.text, ansi.GraphemeWidth)
			}
			sub += len(c.text)
			if c.width > l.width {
				c.text, c.width, c.same = tooWide, 1, false
				if c.blank {
					c.text = " "
				}
			}
			if inked && !c.blank && (afterGap || mayBreak(l.cells, c)) {
				opening = len(l.cells)
			}
			afterGap = false
			if used+c.width > l.width {
				switch {
				case c.blank:
					next = l.swallow(c.from)
				case opening > 0:
					next = l.from(opening, c)
					l.cells = l.cells[:opening]
				default:
					next = c.from
				}
				l.trim()
				return next
			}
			l.cells = append(l.cells, c)
			used += c.width
			inked = inked || !c.blank
		}
		at, col = pc.end, col+pc.width
	}
	return place{at: len(l.s)}
}

// from returns where cell i of the row begins; c is the one after them all.
func (l *Layout) from(i int, c cell) place {
	if i < len(l.cells) {
		return l.cells[i].from
	}
	return c.from
}

// swallow passes over the blanks from p on, and over the line feed after them.
func (l *Layout) swallow(p place) place {
	at, sub, col := p.at, int(p.sub), int(p.col)
	for n := 0; at < len(l.s); sub = 0 {
		pc := scan(l.s, at, col, manyLines)
		if pc.kind == newline {
			return place{at: pc.end}
		}
		if n += len(pc.text) - sub; pc.kind != blank || n > maxSwallowed {
			return place{at, int32(sub), uint8(col % tabStop)}
		}
		at, col = pc.end, col+pc.width
	}
	return place{at: at}
}

// trim takes the blanks off the end of the row.
func (l *Layout) trim() {
	for n := len(l.cells); n > 0 && l.cells[n-1].blank; n-- {
		l.cells = l.cells[:n-1]
	}
}

// mayBreak reports whether a row may end with the cells and the next one begin
// with c, which is not blank.
func mayBreak(cells []cell, c cell) bool {
	n := len(cells)
	if n == 0 {
		return false
	}
	last := cells[n-1]
	if last.blank {
		return true
	}
	if last.from.at == c.from.at {
		return false // within the visible form of one character
	}
	before, _ := utf8.DecodeLastRuneInString(last.text)
	after := firstRune(c.text)
	if (before == '-' || before == '\u2010') && n > 1 &&
		unicode.IsLetter(firstRune(cells[n-2].text)) && unicode.IsLetter(after) && !neverBegins(after) {
		return true
	}
	if !breaksBeside(last) && !breaksBeside(c) {
		return false
	}
	return !neverBegins(after) && !neverEnds(firstRune(last.text))
}

// breaksBeside reports whether a row may begin before and end after the cell
// as a rule: ideographs, kana and Hangul syllables, emoji, and full-width
// letters, all of them wide, and half-width kana.
func breaksBeside(c cell) bool {
	if c.width == 2 {
		return true
	}
	r := firstRune(c.text)
	return 0xff66 <= r && r <= 0xff9d
}

// row returns the cells as segments. Those that stand in the input as they are
// drawn are not copied.
func (l *Layout) row() Row {
	var out Row
	for i := 0; i < len(l.cells); {
		kind, plain := l.kind(i), true
		j := i
		for ; j < len(l.cells) && l.kind(j) == kind; j++ {
			c := l.cells[j]
			plain = plain && c.same && (j == i || c.from.at == l.cells[j-1].end)
		}
		text := ""
		if plain {
			text = l.s[l.cells[i].from.at:l.cells[j-1].end]
		} else {
			var b strings.Builder
			for _, c := range l.cells[i:j] {
				b.WriteString(c.text)
			}
			text = b.String()
		}
		out = append(out, Segment{text, kind})
		i = j
	}
	return out
}

// kind returns that of the topmost mark on cell i, or 0.
func (l *Layout) kind(i int) int {
	if k := topMark(l.spans, l.cells[i].from.at, l.cells[i].end); k >= 0 {
		return l.marks[k].Kind
	}
	return 0
}
