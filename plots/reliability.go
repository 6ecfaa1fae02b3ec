package plots

import (
	"math"
	"strconv"

	"github.com/charmbracelet/lipgloss"
)

// ReliabilityBin is one point of a reliability diagram: N predictions, of which
// X were expected to hold, on average, and Y did. All but N are shares from 0
// to 1.
type ReliabilityBin struct {
	From, To  float64 // the stretch of the horizontal axis
	X, Y      float64
	Low, High float64 // a whisker through Y; equal for none
	N         int     // 0: nothing is known here, and nothing drawn
}

// Reliability is a reliability diagram: how often what was predicted with a
// certain confidence came true, against the diagonal where both are the same;
// below it how many predictions each bin has. DeGroot and Fienberg, "The
// comparison and evaluation of forecasters", 1983.
type Reliability struct {
	Width, Height int
	Title, XLabel string
	Name, Ideal   string // of the curve and the diagonal, in the legend
	Bins          []ReliabilityBin
	Before        []ReliabilityBin // of another state of the same, drawn behind without whiskers; empty for none
	BeforeName    string
	BeforeStyle   lipgloss.Style
	Curve         lipgloss.Style
	Axis          lipgloss.Style // axes, diagonal and counts
	Head          lipgloss.Style
}

// View draws the diagram.
func (r Reliability) View() string {
	c := newCanvas(r.Width, r.Height)
	if c.w == 0 || c.h == 0 {
		return c.String()
	}
	curve := Series{Name: r.Name, Style: r.Curve, Marker: '●'}
	for _, b := range r.Bins {
		if b.N <= 0 {
			continue
		}
		curve.X, curve.Y = append(curve.X, b.X), append(curve.Y, b.Y)
		lo, hi := b.Low, b.High
		if !(lo < hi) {
			lo, hi = math.NaN(), math.NaN()
		}
		curve.Low, curve.High = append(curve.Low, lo), append(curve.High, hi)
	}
	series := []Series{{Name: r.Ideal, X: []float64{0, 1}, Y: []float64{0, 1}, Style: r.Axis, Dash: Dotted}}
	if before := (Series{Name: r.BeforeName, Style: r.BeforeStyle, Dash: Dashed}); len(r.Before) > 0 {
		for _, b := range r.Before {
			if b.N > 0 {
				before.X, before.Y = append(before.X, b.X), append(before.Y, b.Y)
			}
		}
		series = append(series, before)
	}
	l := LineChart{Width: c.w, Height: c.h, Title: r.Title, XLabel: r.XLabel, Legend: true, Axis: r.Axis, Head: r.Head, Series: append(series, curve)}
	top := l.head(c)
	foot := 0
	if c.h-top >= 8 {
		foot = 2
	}
	a := l.axes(c, area{y: top, w: c.w, h: c.h - top - foot, xs: scale{0, 1}, ys: scale{0, 1}}, false)
	a.draw(c, l.Series)
	if foot > 0 {
		r.counts(c, a, c.h-foot)
	}
	return c.String()
}

// blocks are bars of one to eight eighths of a row.
var blocks = []rune("▁▂▃▄▅▆▇█")

// counts draws a row of bars, one a bin, and a row with their numbers.
func (r Reliability) counts(c *canvas, a area, y int) {
	p, most := c.ink(r.Axis), 0
	for _, b := range r.Bins {
		most = max(most, b.N)
	}
	end := 0
	for _, b := range r.Bins {
		if b.N <= 0 || !finite(b.From) || !finite(b.To) {
			continue
		}
		from := int(max(min(a.xs.at(b.From), 1), 0)*float64(a.w) + 0.5)
		to := max(int(max(min(a.xs.at(b.To), 1), 0)*float64(a.w)+0.5), from+1)
		bar := blocks[min(int(float64(b.N)/float64(most)*float64(len(blocks))), len(blocks)-1)]
		for x := from; x < to-1 || x == from; x++ {
			if x < a.w {
				c.set(a.x+x, y, bar, p)
			}
		}
		text := strconv.Itoa(b.N)
		n := len(text)
		at := min(max(a.x+(from+to-1-n)/2, 0), c.w-n)
		if at >= end {
			end = at + c.text(at, y+1, text, n, p) + 1
		}
	}
}
