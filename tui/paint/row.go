package paint

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// row is one line of a frame. The cells are there only while it is compared.
type row struct {
	text   string
	cells  []cell
	unsure bool // terminals may not agree on the width of something in it
}

// cell is one column: what begins in it, in which style.
type cell struct {
	text  string // "" for a column that the one before reaches into
	style string // SGR sequences since the last reset
}

// blank is what a cleared column holds.
var blank = cell{text: " "}

// parse splits a line into cells, at most so many columns; those that it does
// not reach are blank.
func parse(line string, width int) row {
	r := row{text: line, cells: make([]cell, 0, width)}
	style, state := "", byte(0)
	for len(line) > 0 {
		seq, w, n, next := ansi.DecodeSequence(line, state, nil)
		line, state = line[n:], next
		switch {
		case w == 0 && strings.HasPrefix(seq, "\x1b["):
			if strings.HasSuffix(seq, "m") {
				style = restyled(style, seq)
			}
			continue
		case w == 0:
			continue
		}
		if len(r.cells)+w > width {
			break
		}
		if utf8.RuneCountInString(seq) > 1 || w > 2 || w == 2 && !wide(seq) {
			r.unsure = true
		}
		r.cells = append(r.cells, cell{seq, style})
		for range w - 1 {
			r.cells = append(r.cells, cell{"", style})
		}
	}
	for len(r.cells) < width {
		r.cells = append(r.cells, blank)
	}
	return r
}

// restyled is a style after one more SGR sequence.
func restyled(style, seq string) string {
	if seq == "\x1b[m" || seq == "\x1b[0m" {
		return ""
	}
	if strings.HasPrefix(seq, "\x1b[0;") {
		return seq
	}
	return style + seq
}

// wide reports whether every terminal gives a character two columns: CJK and
// its punctuation, kana, hangul and full-width forms.
func wide(s string) bool {
	c, _ := utf8.DecodeRuneInString(s)
	return c >= 0x1100 && c <= 0x115f || c >= 0x2e80 && c <= 0xa4cf || c >= 0xac00 && c <= 0xd7a3 ||
		c >= 0xf900 && c <= 0xfaff || c >= 0xfe30 && c <= 0xfe6f || c >= 0xff00 && c <= 0xff60 || c >= 0xffe0 && c <= 0xffe6 || c >= 0x20000 && c <= 0x3fffd
}

// gap is how many columns that stay are written again rather than passed over:
// a move of the cursor and the style cost as much.
const gap = 8

// diff appends what turns what is shown in row y into r.
func (r row) diff(b []byte, shown row, y, width int) []byte {
	old := parse(shown.text, width)
	if r.unsure || old.unsure {
		// Written in whole, since nobody knows what stands where.
		b = moveTo(b, 0, y)
		b = append(b, "\x1b[2K"...)
		return r.write(b, 0, r.used(width))
	}
	last := r.used(width) // what follows is blank
	for x := 0; x < width; {
		if r.cells[x] == old.cells[x] {
			x++
			continue
		}
		for x > 0 && r.cells[x].text == "" {
			x--
		}
		to, same := x+1, 0 // the end of the run, and what is the same after it
		for i := x + 1; i < width && same <= gap; i++ {
			if r.cells[i] == old.cells[i] && r.cells[i].text != "" {
				same++
			} else {
				to, same = i+1, 0
			}
		}
		b = moveTo(b, x, y)
		if to >= last && to-max(x, last) > 3 {
			// The rest of the row was something and is blank: cleared at once.
			b = r.write(b, x, max(x, last))
			b = append(b, "\x1b[K"...)
			return b
		}
		b = r.write(b, x, to)
		x = to
	}
	return b
}

// used returns how many columns there are before those that are blank to the
// end.
func (r row) used(width int) int {
	for width > 0 && r.cells[width-1] == blank {
		width--
	}
	return width
}

// write appends columns, in their styles; the style after them is none.
func (r row) write(b []byte, from, to int) []byte {
	style := ""
	for _, c := range r.cells[from:to] {
		if c.style != style {
			if style != "" {
				b = append(b, "\x1b[m"...)
			}
			b = append(b, c.style...)
			style = c.style
		}
		b = append(b, c.text...)
	}
	if style != "" {
		b = append(b, "\x1b[m"...)
	}
	return b
}
