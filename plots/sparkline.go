package plots

import (
	"strconv"

	"github.com/charmbracelet/lipgloss"
)

// Sparkline is a curve without axes, for a line of text.
type Sparkline struct {
	Width, Height int
	Values        []float64 // evenly spaced over the width, unless X says where
	X             []float64 // nil, or as many as Values, ascending
	Style         lipgloss.Style
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
	a := area{x: 0, y: 0, w: c.w, h: c.h, xs: x.fixed(nan, nan), ys: y.fixed(nan, nan)}
	a.draw(c, []Series{line})
	return c.String()
}

func itoa(n int) string { return strconv.Itoa(n) }
