package plots

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/lipgloss"
)

// HeatMap draws a table of counts, one cell a count, shaded by its share of the
// row. Where the ramp has no colours, a glyph behind each count says the shade.
// Where not all rows and columns fit, it shows those from Top and Left on.
type HeatMap struct {
	Width, Height int
	Counts        [][]int // rows of one length; what is missing counts as 0
	Rows, Columns []string
	RowsAre       string // what the rows are, such as "true"
	ColumnsAre    string
	Top, Left     int // the first row and column shown
	Ramp          []lipgloss.Style
	Axis          lipgloss.Style
	Diagonal      bool // counts of equal row and column are bold
}

// shades are the glyphs of a ramp without colours.
var shades = []rune(" ░▒▓█")

// heatLayout is how a heat map divides its window.
type heatLayout struct {
	rows, cols       int // of the table
	numbered         bool
	head             int // rows above
	name             int // cells left of the table, with a blank
	cell             int // cells a count
	shownRows, shown int
}

func (h HeatMap) layout() heatLayout {
	l := heatLayout{rows: len(h.Counts)}
	most, names := 0, 0
	for _, r := range h.Counts {
		l.cols = max(l.cols, len(r))
		for _, n := range r {
			most = max(most, len(strconv.Itoa(n)))
		}
	}
	for _, c := range h.Columns {
		names = max(names, measure(c))
	}
	row := measure(h.RowsAre) + 2
	for _, r := range h.Rows {
		row = max(row, measure(r))
	}
	width, height := max(h.Width, 0), max(h.Height, 0)
	if height >= 3 {
		l.head = 1
	}
	if h.ColumnsAre != "" && (height >= 7 || height >= max(l.rows+2, 4)) {
		l.head = 2
	}
	// A count has a blank before it and its shade behind it.
	least := max(most+2, 4)
	fit := func() {
		l.name = min(row, max(width/3, 4)) + 1
		if room := width - l.name; l.cols > 0 && room > 0 {
			l.cell = max(min(room/l.cols, max(names+2, least), 14), least)
			l.shown = min(room/l.cell, l.cols)
		}
	}
	fit()
	// Heads need some letters to be told apart; else the columns get numbers.
	if l.cell < min(names, 8)+2 {
		l.numbered = true
		digits := len(strconv.Itoa(max(l.rows, l.cols)))
		row += digits + 1
		least = max(least, digits+2)
		names = 0
		fit()
	}
	l.shownRows = min(max(height-l.head, 0), l.rows)
	return l
}

// Shown returns how many rows and columns fit into the window.
func (h HeatMap) Shown() (rows, columns int) {
	l := h.layout()
	return l.shownRows, l.shown
}

// View draws the heat map.
func (h HeatMap) View() string {
	c := newCanvas(h.Width, h.Height)
	if c.w == 0 || c.h == 0 {
		return c.String()
	}
	l := h.layout()
	top := max(min(h.Top, l.rows-l.shownRows), 0)
	left := max(min(h.Left, l.cols-l.shown), 0)
	axis := c.ink(h.Axis)
	ramp, bold := make([]ink, len(h.Ramp)), make([]ink, len(h.Ramp))
	coloured := false
	for i, s := range h.Ramp {
		ramp[i], bold[i] = c.ink(s), c.ink(s.Bold(true))
		coloured = coloured || ramp[i] != plain
	}
	if l.head > 1 {
		c.text(l.name, 0, h.ColumnsAre+" →", c.w-l.name, axis)
	}
	if l.head > 0 {
		if h.RowsAre != "" {
			c.text(0, l.head-1, h.RowsAre+" ↓", l.name-1, axis)
		}
		for i := range l.shown {
			x := l.name + i*l.cell
			text := nth(h.Columns, left+i)
			if l.numbered {
				text = strconv.Itoa(left + i + 1)
			}
			n := min(measure(text), l.cell-2)
			c.text(x+l.cell-1-n, l.head-1, text, n, axis)
		}
	}
	digits := len(strconv.Itoa(l.rows))
	for j := range l.shownRows {
		y, r := l.head+j, top+j
		name := nth(h.Rows, r)
		if l.numbered {
			n := strconv.Itoa(r + 1)
			name = strings.Repeat(" ", digits-len(n)) + n + " " + name
		}
		c.text(0, y, name, l.name-1, plain)
		sum := 0
		for _, n := range h.Counts[r] {
			sum += max(n, 0)
		}
		for i := range l.shown {
			k, n := left+i, 0
			if k < len(h.Counts[r]) {
				n = h.Counts[r][k]
			}
			share := 0.0
			if n > 0 {
				share = float64(n) / float64(sum)
			}
			p := plain
			if len(ramp) > 0 {
				p = ramp[level(share, len(ramp))]
				if h.Diagonal && k == r {
					p = bold[level(share, len(bold))]
				}
			}
			h.cell(c, l.name+i*l.cell, y, l.cell, n, share, p, !coloured, axis)
		}
	}
	return c.String()
}

// cell draws one count in its shade.
func (h HeatMap) cell(c *canvas, x, y, width, n int, share float64, p ink, glyph bool, axis ink) {
	if n > 0 {
		for i := range width {
			c.set(x+i, y, ' ', p)
		}
	}
	text := "·"
	if n != 0 {
		text = strconv.Itoa(n)
	} else {
		p = axis
	}
	w := measure(text)
	c.text(x+width-1-w, y, text, w, p)
	if glyph && n > 0 {
		c.set(x+width-1, y, shades[level(share, len(shades))], p)
	}
}

// level returns which of n steps a share belongs to: only nothing is the
// first.
func level(share float64, n int) int {
	if !(share > 0) {
		return 0
	}
	return min(1+int(share*float64(n-1)), n-1)
}

func nth(s []string, i int) string {
	if i < len(s) {
		return s[i]
	}
	return strconv.Itoa(i + 1)
}
