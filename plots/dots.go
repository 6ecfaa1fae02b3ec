package plots

import "math"

// dots is a grid of braille dots, two across and four down in each cell.
type dots struct {
	w, h int // in dots
	bits []uint8
	ink  []ink // of each cell: the last one to set a dot in it
}

// brailleBits are the bits of U+2800 by column and row of the dot.
var brailleBits = [2][4]uint8{{0x01, 0x02, 0x04, 0x40}, {0x08, 0x10, 0x20, 0x80}}

// newDots returns a grid over so many cells.
func newDots(cellsWide, cellsHigh int) *dots {
	n := cellsWide * cellsHigh
	return &dots{w: 2 * cellsWide, h: 4 * cellsHigh, bits: make([]uint8, n), ink: make([]ink, n)}
}

func (d *dots) set(x, y int, p ink) {
	if x < 0 || y < 0 || x >= d.w || y >= d.h {
		return
	}
	at := y/4*(d.w/2) + x/2
	d.bits[at] |= brailleBits[x%2][y%4]
	d.ink[at] = p
}

// onto draws the cells that have dots onto a canvas.
func (d *dots) onto(c *canvas, x, y int) {
	wide := d.w / 2
	for i, b := range d.bits {
		if b != 0 {
			c.set(x+i%wide, y+i/wide, 0x2800+rune(b), d.ink[i])
		}
	}
}

// Dash tells series apart where there are no colours.
type Dash uint8

// The dashes.
const (
	Solid Dash = iota
	Dashed
	Dotted
)

// dashes are the dots drawn and left out, in turn.
var dashes = [...]struct{ on, off int }{Solid: {1, 0}, Dashed: {5, 3}, Dotted: {1, 2}}

// at reports whether the dot after so many others is drawn.
func (d Dash) at(n int) bool {
	if int(d) >= len(dashes) {
		return true
	}
	p := dashes[d]
	return n%(p.on+p.off) < p.on
}

// stroke draws one line after another with a dash that runs on from each to
// the next.
type stroke struct {
	dots *dots
	dash Dash
	ink  ink
	n    int // dots gone past
}

// line draws from one place to another, in dots, the first dot left out where
// the stroke stands on it already. Only what lies on the grid is drawn.
func (s *stroke) line(x0, y0, x1, y1 float64) {
	x0, y0, x1, y1, ok := clip(x0, y0, x1, y1, float64(s.dots.w-1), float64(s.dots.h-1))
	if !ok {
		return
	}
	// So many steps that none is longer than a dot, from where the ends fall.
	n := int(max(math.Abs(math.Round(x1)-math.Round(x0)), math.Abs(math.Round(y1)-math.Round(y0))))
	for i := 0; i <= n; i++ {
		t := 0.0
		if n > 0 {
			t = float64(i) / float64(n)
		}
		if s.dash.at(s.n + i) {
			s.dots.set(int(math.Round(x0+t*(x1-x0))), int(math.Round(y0+t*(y1-y0))), s.ink)
		}
	}
	s.n += n
}

// column draws the stretch of one column that many points together cover. The
// dash counts columns there: along a noisy curve it would blur.
func (s *stroke) column(x int, top, bottom float64) {
	if !s.dash.at(s.n) {
		return
	}
	top, bottom = max(math.Round(top), 0), min(math.Round(bottom), float64(s.dots.h-1))
	for y := top; y <= bottom; y++ {
		s.dots.set(x, int(y), s.ink)
	}
}

// clip cuts a line to the rectangle from 0,0 to w,h and reports whether
// anything is left. Liang and Barsky, "A new concept and method for line
// clipping", 1984.
func clip(x0, y0, x1, y1, w, h float64) (float64, float64, float64, float64, bool) {
	dx, dy := x1-x0, y1-y0
	from, to := 0.0, 1.0
	for _, e := range [4][2]float64{{-dx, x0}, {dx, w - x0}, {-dy, y0}, {dy, h - y0}} {
		p, q := e[0], e[1]
		switch {
		case p == 0:
			if q < 0 {
				return 0, 0, 0, 0, false
			}
		case p < 0:
			from = max(from, q/p)
		default:
			to = min(to, q/p)
		}
	}
	if from > to {
		return 0, 0, 0, 0, false
	}
	return x0 + from*dx, y0 + from*dy, x0 + to*dx, y0 + to*dy, true
}
