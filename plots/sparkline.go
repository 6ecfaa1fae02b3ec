package plots

import (
	"math"

	"github.com/charmbracelet/lipgloss"
)

// Sparkline is a curve without axes, for a line of text.
type Sparkline struct {
	Width, Height int
	Values        []float64 // evenly spaced over the width, unless X says where
	X             []float64 // nil, or as many as Values, ascending
	Style         lipgloss.Style

	// Marks are places on the axis of X that get a tick each, on a line in the
	// last row; the curve has the rows above. In a single row there is a curve
	// or, without Values, the line.
	Marks     []float64
	MarkStyle lipgloss.Style
	XMin      float64 // ends of the axis where XMin < XMax; else those of X
	XMax      float64
}

// View draws the curve from its lowest value at the bottom to its highest at
// the top; where all are equal it runs through the middle.
func (s Sparkline) View() string {
	c := newCanvas(s.Width, s.Height)
	if c.w == 0 || c.h == 0 {
		return c.String()
	}
	line := Series{X: s.X, Y: s.Values, Style: s.Style}
	if s.X == nil {
		line.X = make([]float64, len(s.Values))
		for i := range line.X {
			line.X[i] = float64(i)
		}
	}
	x, y := nothing(), nothing()
	for i := range line.len() {
		x.add(line.X[i])
		y.add(line.Y[i])
	}
	if s.XMin < s.XMax {
		x = scale{s.XMin, s.XMax}
	} else if line.len() == 0 {
		for _, m := range s.Marks {
			x.add(m)
		}
	}
	open := math.NaN()
	a := area{w: c.w, h: c.h, xs: x.fixed(open, open), ys: y.fixed(open, open)}
	if len(s.Marks) > 0 && (c.h > 1 || len(s.Values) == 0) {
		a.h--
		s.ruler(c, a)
	}
	a.draw(c, []Series{line})
	return c.String()
}

// ruler draws the line with the marks, in the last row.
func (s Sparkline) ruler(c *canvas, a area) {
	p := c.ink(s.MarkStyle)
	for x := range c.w {
		c.set(x, c.h-1, '─', p)
	}
	a.h = 1
	for _, m := range s.Marks {
		if x, _, ok := a.cell(m, a.ys.lo); ok {
			c.set(x, c.h-1, '┴', p)
		}
	}
}
