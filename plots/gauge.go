package plots

// Gauge shows how far something is, as a bar between two walls: ▕███▌   ▏.
type Gauge struct {
	Width int     // cells, walls included
	Value float64 // 0 to 1; anything else counts as the nearer end, NaN as 0
}

// View draws the gauge, one line high.
func (g Gauge) View() string {
	c := newCanvas(g.Width, 1)
	if c.w < 3 {
		bar(c, 0, 0, c.w, g.Value, plain)
		return c.String()
	}
	c.set(0, 0, '▕', plain)
	bar(c, 1, 0, c.w-2, g.Value, plain)
	c.set(c.w-1, 0, '▏', plain)
	return c.String()
}

// eighths are blocks of one to eight eighths of a cell, from the left.
var eighths = []rune("▏▎▍▌▋▊▉█")

// bar draws a bar of a share of the width, from the left, to an eighth of a
// cell; what is above 0 shows at least one.
func bar(c *canvas, x, y, width int, share float64, p ink) {
	if !(share > 0) || width <= 0 {
		return
	}
	n := max(int(min(share, 1)*float64(8*width)+0.5), 1)
	for i := range n / 8 {
		c.set(x+i, y, '█', p)
	}
	if n%8 > 0 {
		c.set(x+n/8, y, eighths[n%8-1], p)
	}
}

// barLeft is bar from the right, to half a cell: there are no finer blocks on
// that side.
func barLeft(c *canvas, x, y, width int, share float64, p ink) {
	if !(share > 0) || width <= 0 {
		return
	}
	n := max(int(min(share, 1)*float64(2*width)+0.5), 1)
	for i := range n / 2 {
		c.set(x+width-1-i, y, '█', p)
	}
	if n%2 > 0 {
		c.set(x+width-1-n/2, y, '▐', p)
	}
}
