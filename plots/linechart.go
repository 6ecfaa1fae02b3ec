package plots

import (
	"math"

	"github.com/charmbracelet/lipgloss"
)

// LineChart draws curves in braille dots over two axes.
type LineChart struct {
	Width, Height int
	Title         string
	XLabel        string   // at the right end of the horizontal axis
	Series        []Series // the last one lies on top
	Legend        bool     // name the series, each with its dash
	Smooth        float64  // factor of the exponential moving average, 0 (none) to below 1

	// The ends of the axes; NaN is what the data needs. Data beyond them is cut
	// off, and a vertical axis left open fits what is in sight.
	XMin, XMax, YMin, YMax float64

	// Low and High are the least and the greatest that a value can be, such as 0
	// and 1 of a share: a vertical axis left open does not reach beyond them. Equal
	// for none. Least is the shortest stretch of such an axis, so that next to
	// nothing does not look like much.
	Low, High, Least float64

	Marks []float64      // places on the horizontal axis that get a small tick upwards
	Axis  lipgloss.Style // axes and their numbers
	Head  lipgloss.Style // the title
}

// View draws the chart.
func (l LineChart) View() string {
	c := newCanvas(l.Width, l.Height)
	if c.w == 0 || c.h == 0 {
		return c.String()
	}
	series := make([]Series, len(l.Series))
	for i, s := range l.Series {
		series[i] = s.smoothed(l.Smooth)
	}
	top := l.head(c)
	xs, ys, whole := l.scales(series)
	a := area{x: 0, y: top, w: c.w, h: c.h - top, xs: xs, ys: ys}
	a = l.axes(c, a, whole)
	a.draw(c, series)
	return c.String()
}

// scales returns those of both axes, and whether all X are whole numbers, so
// that no tick should stand between them.
func (l LineChart) scales(series []Series) (xs, ys scale, whole bool) {
	x, y, whole := nothing(), nothing(), true
	for _, s := range series {
		for i := range s.len() {
			if finite(s.Y[i]) {
				x.add(s.X[i])
				whole = whole && s.X[i] == math.Trunc(s.X[i])
			}
		}
	}
	xs = x.fixed(l.XMin, l.XMax)
	for _, s := range series {
		for i := range s.len() {
			if s.X[i] < xs.lo || s.X[i] > xs.hi || !finite(s.Y[i]) {
				continue
			}
			y.add(s.Y[i])
			if i < min(len(s.Low), len(s.High)) {
				y.add(s.Low[i])
				y.add(s.High[i])
			}
		}
	}
	ys = y.fixed(l.YMin, l.YMax).padded(0.05, l.YMin, l.YMax)
	return xs, ys.within(l.Low, l.High, l.Least, l.YMin, l.YMax), whole
}

// legendDash is how many cells of a series' dash its name in the legend has
// before it.
const legendDash = 4

// head draws the title, and the legend beside it or below, and returns how
// many rows they took.
func (l LineChart) head(c *canvas) int {
	if l.Title == "" && !l.Legend || c.h < 3 {
		return 0
	}
	x := c.text(0, 0, l.Title, c.w, c.ink(l.Head))
	if x > 0 {
		x += 2
	}
	y, rows := 0, max(c.h/5, 1)
	if !l.Legend {
		return 1
	}
	for i := len(l.Series) - 1; i >= 0; i-- { // the one on top first
		s := l.Series[i]
		if s.Name == "" {
			continue
		}
		need := legendDash + 1 + measure(s.Name)
		if x > 0 && x+need > c.w {
			if y+1 >= rows {
				if x+legendDash+4 > c.w { // not even a few letters of it
					c.set(min(x, c.w-1), y, '…', plain)
					break
				}
			} else {
				x, y = 0, y+1
			}
		}
		p := c.ink(s.Style)
		d := newDots(min(legendDash, c.w-x), 1)
		for k := range d.w {
			if s.Dash.at(k) {
				d.set(k, 2, p)
			}
		}
		d.onto(c, x, y)
		if s.Marker != 0 && x+1 < c.w {
			c.set(x+1, y, s.Marker, p)
		}
		x += legendDash + 1
		x += c.text(x, y, s.Name, c.w-x, plain) + 2
	}
	return y + 1
}

// axes draws what there is room for of the axes and their numbers, and returns
// the area that is left within them.
func (l LineChart) axes(c *canvas, a area, whole bool) area {
	p := c.ink(l.Axis)
	line, numbers := a.h >= 3, a.h >= 5
	if line {
		a.h--
	}
	if numbers {
		a.h--
	}
	var texts []string
	var at []float64
	if a.h >= 2 {
		var step float64
		at, step = a.ys.enough(a.h/3, a.h, 0)
		texts = tickText(at, step)
	}
	left := 0
	for _, t := range texts {
		left = max(left, measure(t))
	}
	switch {
	case c.w < 8:
		left = -1
	case left > c.w/3:
		left = 0
	}
	a.x, a.w = left+1, c.w-left-1
	if left >= 0 {
		for y := range a.h {
			c.set(left, a.y+y, '│', p)
		}
		for i, v := range at {
			_, y, ok := a.cell(a.xs.lo, v)
			if !ok {
				continue
			}
			c.set(left, a.y+y, '┤', p)
			if left > 0 {
				c.text(left-measure(texts[i]), a.y+y, texts[i], left, p)
			}
		}
	}
	if line {
		l.xAxis(c, a, numbers, whole, p)
	}
	return a
}

// xAxis draws the horizontal axis below an area.
func (l LineChart) xAxis(c *canvas, a area, numbers, whole bool, p ink) {
	y := a.y + a.h
	c.set(a.x-1, y, '└', p)
	for x := range a.w {
		c.set(a.x+x, y, '─', p)
	}
	free := c.w // the numbers end here
	if numbers && l.XLabel != "" && measure(l.XLabel) <= a.w/2 {
		free = c.w - measure(l.XLabel)
		c.text(free, y+1, l.XLabel, c.w-free, p)
		free-- // one blank between
	}
	least := 0.0
	if whole {
		least = 1
	}
	at, step := a.xs.enough(a.w/10, a.w/6, least)
	end := 0 // of the number before, with a blank
	for i, t := range tickText(at, step) {
		x, _, ok := a.cell(at[i], a.ys.lo)
		if !ok {
			continue
		}
		c.set(a.x+x, y, '┬', p)
		n := measure(t)
		from := min(max(a.x+x-n/2, 0), c.w-n)
		if numbers && from >= end && from+n <= free {
			c.text(from, y+1, t, n, p)
			end = from + n + 1
		}
	}
	for _, m := range l.Marks {
		x, _, ok := a.cell(m, a.ys.lo)
		if !ok {
			continue
		}
		tick := '┴'
		if r := c.cells[y*c.w+a.x+x].r; r == '┬' || r == '┼' {
			tick = '┼'
		}
		c.set(a.x+x, y, tick, p)
	}
}
