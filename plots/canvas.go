package plots

import (
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"
)

// canvas is a grid of terminal cells. It is our own rather than that of
// ntcharts, which renders a style for every single cell, holds one rune a cell
// (so wide characters and combining marks upset its rows), and brings a mouse
// manager along.
type canvas struct {
	w, h  int
	cells []cell
	pens  []pen
}

// cell is one cell: a rune, or a cluster of several. Zero is a blank.
type cell struct {
	r    rune
	pen  ink
	text string // instead of r, where set
}

// covered is the rune of a cell whose left neighbour is a wide cluster.
const covered rune = -1

// ink names one of a canvas's pens; plain is the first of them.
type ink uint8

const plain ink = 0

// pen is what a style writes before and after a text.
type pen struct{ open, close string }

func newCanvas(w, h int) *canvas {
	w, h = max(w, 0), max(h, 0)
	return &canvas{w: w, h: h, cells: make([]cell, w*h), pens: []pen{{}}}
}

// ink makes a pen of a style. Rendering a style is slow next to drawing with
// it, so it is done once, on a text that shows what is written around it.
func (c *canvas) ink(s lipgloss.Style) ink {
	open, after, ok := strings.Cut(s.Render("x"), "x")
	p := pen{open, after}
	if !ok || p == (pen{}) {
		return plain
	}
	for i, q := range c.pens {
		if p == q {
			return ink(i)
		}
	}
	if len(c.pens) > 0xff {
		return plain
	}
	c.pens = append(c.pens, p)
	return ink(len(c.pens) - 1)
}

func (c *canvas) in(x, y int) bool { return x >= 0 && x < c.w && y >= 0 && y < c.h }

// set puts one rune of one cell's width; outside of the canvas it does
// nothing.
func (c *canvas) set(x, y int, r rune, p ink) {
	if c.in(x, y) {
		c.free(x, y)
		c.cells[y*c.w+x] = cell{r: r, pen: p}
	}
}

// free blanks the other half of a wide cluster that is about to be written
// over.
func (c *canvas) free(x, y int) {
	at := y*c.w + x
	if c.cells[at].r == covered {
		for i := at - 1; i >= y*c.w; i-- {
			lead := c.cells[i].r != covered
			c.cells[i] = cell{}
			if lead {
				break
			}
		}
	}
	for i := at + 1; i < (y+1)*c.w && c.cells[i].r == covered; i++ {
		c.cells[i] = cell{}
	}
}

// text writes s from a cell on, in at most width cells; where something is cut
// off the last of them is an ellipsis. It returns how many cells it took.
func (c *canvas) text(x, y int, s string, width int, p ink) int {
	width = min(width, c.w-x)
	if width <= 0 || y < 0 || y >= c.h || x < 0 {
		return 0
	}
	s = visible(s)
	used, cut := 0, measure(s) > width
	if cut {
		width--
	}
	for s != "" {
		text, w := cluster(s)
		s = s[len(text):]
		if w == 0 {
			continue
		}
		if used+w > width {
			break
		}
		for i := range w {
			c.free(x+used+i, y)
			c.cells[y*c.w+x+used+i] = cell{r: covered, pen: p}
		}
		c.cells[y*c.w+x+used] = cell{text: text, pen: p}
		used += w
	}
	if cut {
		c.set(x+used, y, '…', p)
		used++
	}
	return used
}

// visible returns a text with its controls, and what is not UTF-8, replaced.
func visible(s string) string {
	if strings.IndexFunc(s, control) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if control(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// control reports whether a rune is a control; what stands for bytes that are
// not UTF-8 counts as one.
func control(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 || r == utf8.RuneError }

// cluster cuts the first grapheme cluster off a visible text.
func cluster(s string) (text string, width int) {
	if s[0] < utf8.RuneSelf && (len(s) == 1 || s[1] < utf8.RuneSelf) {
		return s[:1], 1
	}
	return ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
}

// measure returns the cells that a text takes.
func measure(s string) int {
	n := 0
	for s = visible(s); s != ""; {
		text, w := cluster(s)
		s = s[len(text):]
		n += w
	}
	return n
}

// String writes the rows; a style is switched on once for a stretch of cells
// that share it.
func (c *canvas) String() string {
	var b strings.Builder
	b.Grow(c.w*c.h*3 + c.h)
	for y := range c.h {
		if y > 0 {
			b.WriteByte('\n')
		}
		now := plain
		for _, k := range c.cells[y*c.w : (y+1)*c.w] {
			if k.r == covered {
				continue
			}
			if k.pen != now {
				b.WriteString(c.pens[now].close)
				now = k.pen
				b.WriteString(c.pens[now].open)
			}
			switch {
			case k.text != "":
				b.WriteString(k.text)
			case k.r == 0:
				b.WriteByte(' ')
			default:
				b.WriteRune(k.r)
			}
		}
		b.WriteString(c.pens[now].close)
	}
	return b.String()
}
