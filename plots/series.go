package plots

import (
	"math"

	"github.com/charmbracelet/lipgloss"
)

// Series is one curve. X and Y should be of one length; what is longer is not
// drawn. A point with a coordinate that is NaN or infinite is a gap.
type Series struct {
	Name   string // in the legend
	X, Y   []float64
	Style  lipgloss.Style
	Dash   Dash
	Marker rune // drawn on every point, such as '●'; 0 for none. It must be one cell wide.

	// Low and High are the ends of a whisker through each point, such as an
	// interval of confidence; nil for none.
	Low, High []float64
	Band      bool // fill what lies between them, from point to point, instead of drawing whiskers
}

// len is the number of points.
func (s Series) len() int { return min(len(s.X), len(s.Y)) }

// smoothed returns the series with the exponential moving average of its
// values: each is factor parts of the average before it and the rest itself.
// Gaps stay gaps, and the average goes on after them.
func (s Series) smoothed(factor float64) Series {
	if !(factor > 0) {
		return s
	}
	factor = min(factor, 0.999)
	y := make([]float64, len(s.Y))
	mean, begun := 0.0, false
	for i, v := range s.Y {
		switch {
		case !finite(v):
			y[i] = v
			continue
		case !begun:
			mean, begun = v, true
		default:
			mean = factor*mean + (1-factor)*v
		}
		y[i] = mean
	}
	s.Y = y
	return s
}

// area is a part of a canvas with a scale on each side.
type area struct {
	x, y, w, h int // cells
	xs, ys     scale
}

// draw draws curves, the first one at the bottom, then their markers.
func (a area) draw(c *canvas, series []Series) {
	if a.w <= 0 || a.h <= 0 {
		return
	}
	d := newDots(a.w, a.h)
	var lone [][3]int // single points, and the ink of each
	for _, s := range series {
		if s.Band {
			a.band(d, s, c.ink(s.Style))
		}
	}
	for _, s := range series {
		p := c.ink(s.Style)
		if !s.Band {
			a.whiskers(d, s, p)
		}
		lone = a.curve(d, s, p, lone)
	}
	d.onto(c, a.x, a.y)
	for _, l := range lone {
		c.set(a.x+l[0], a.y+l[1], '•', ink(l[2]))
	}
	for _, s := range series {
		if s.Marker == 0 {
			continue
		}
		p := c.ink(s.Style)
		for i := range s.len() {
			if x, y, ok := a.cell(s.X[i], s.Y[i]); ok {
				c.set(a.x+x, a.y+y, s.Marker, p)
			}
		}
	}
}

// cell returns the cell that a point falls into.
func (a area) cell(x, y float64) (cx, cy int, ok bool) {
	if !finite(x) || !finite(y) {
		return 0, 0, false
	}
	px, py := math.Round(a.xs.place(x, 2*a.w)), math.Round(float64(4*a.h-1)-a.ys.place(y, 4*a.h))
	if px < 0 || py < 0 || px >= float64(2*a.w) || py >= float64(4*a.h) {
		return 0, 0, false
	}
	return int(px) / 2, int(py) / 4, true
}

// curve draws one curve and adds its points without neighbours to lone.
//
// Where many points share a column of dots, what they cover together is drawn
// once: the column from the lowest to the highest, and lines from the last of
// them to the first of the next column. The picture is the same as with every
// line drawn. Jugel, Jerzak, Hackenbroich, Markl, "M4: a visualization-oriented
// time series data aggregation", 2014.
func (a area) curve(d *dots, s Series, p ink, lone [][3]int) [][3]int {
	st := stroke{dots: d, dash: s.Dash, ink: p}
	var col, n int // the column in hand, and its points
	var lastX, lastY, top, bottom float64
	alone := true // nothing before the column in hand
	flush := func(next bool) {
		if n == 0 {
			return
		}
		if n > 1 {
			st.column(col, top, bottom)
		} else if alone && !next && lastX >= 0 && lastX <= float64(d.w-1) && lastY >= 0 && lastY <= float64(d.h-1) {
			lone = append(lone, [3]int{int(math.Round(lastX)) / 2, int(math.Round(lastY)) / 4, int(p)})
		}
	}
	for i := range s.len() {
		x, y := s.X[i], s.Y[i]
		if !finite(x) || !finite(y) {
			flush(false)
			n, alone = 0, true
			continue
		}
		px, py := a.xs.place(x, d.w), float64(d.h-1)-a.ys.place(y, d.h)
		at := int(math.Round(px))
		if n > 0 && at == col {
			n++
			top, bottom = min(top, py), max(bottom, py)
			lastX, lastY = px, py
			continue
		}
		if n > 0 {
			flush(true)
			before := st.n
			st.line(lastX, lastY, px, py)
			if n > 1 {
				st.n = before + abs(at-col)
			}
			alone = false
		}
		col, n, lastX, lastY, top, bottom = at, 1, px, py, py, py
	}
	flush(false)
	return lone
}

func abs(n int) int { return max(n, -n) }

// apart is how many dots lie between two whiskers at least: closer, they would
// cover the curve.
const apart = 8

// whiskers draws the intervals of a series, dotted. Where there are too many,
// the last one is drawn and of those before it the ones far enough away.
func (a area) whiskers(d *dots, s Series, p ink) {
	drawn := math.Inf(1)
	for i := min(s.len(), len(s.Low), len(s.High)) - 1; i >= 0; i-- {
		x, lo, hi := s.X[i], s.Low[i], s.High[i]
		if !finite(x) || !finite(lo) || !finite(hi) {
			continue
		}
		px := a.xs.place(x, d.w)
		if math.Abs(px-drawn) < apart {
			continue
		}
		drawn = px
		st := stroke{dots: d, dash: Dotted, ink: p}
		st.line(px, float64(d.h-1)-a.ys.place(hi, d.h), px, float64(d.h-1)-a.ys.place(lo, d.h))
	}
}

// bandStep is how far apart the dots of a band lie in a column: thin enough for
// the curve, and another band, to be seen on it.
const bandStep = 3

// band fills what lies between the ends of a series' intervals with scattered
// dots. A point with an end that is NaN or infinite, or that is not to the right of
// the one before it, is a gap.
func (a area) band(d *dots, s Series, p ink) {
	n := min(s.len(), len(s.Low), len(s.High))
	for i := 1; i < n; i++ {
		x0, x1 := a.xs.place(s.X[i-1], d.w), a.xs.place(s.X[i], d.w)
		if !finite(s.X[i-1]) || !finite(s.X[i]) || !(x0 < x1) {
			continue
		}
		ends := [4]float64{s.Low[i-1], s.Low[i], s.High[i-1], s.High[i]}
		gap := false
		for k, v := range ends {
			gap = gap || !finite(v)
			ends[k] = float64(d.h-1) - a.ys.place(v, d.h)
		}
		if gap {
			continue
		}
		for x := max(math.Ceil(x0), 0); x <= min(math.Floor(x1), float64(d.w-1)); x++ {
			t := (x - x0) / (x1 - x0)
			bottom := min(math.Floor(ends[0]+t*(ends[1]-ends[0])), float64(d.h-1))
			for y := max(math.Ceil(ends[2]+t*(ends[3]-ends[2])), 0); y <= bottom; y++ {
				if (int(y)+int(x))%bandStep == 0 && int(x)%2 == 0 {
					d.set(int(x), int(y), p)
				}
			}
		}
	}
}
