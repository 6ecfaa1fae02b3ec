package plots

import (
	"math"
	"strconv"

	"github.com/charmbracelet/lipgloss"
)

// Bar is one bar of Bars.
type Bar struct {
	Label  string
	Value  float64
	Text   string // the value in words, at the right; may be empty
	Style  lipgloss.Style
	Strong bool // marked with a triangle, and drawn bold
}

// Bars draws horizontal bars, one a row, with their labels on the left and
// their values on the right. Bars that do not fit are left out from the end;
// the last row then says how many, as +12.
type Bars struct {
	Width, Height int
	Max           float64 // the length of a whole bar; 0: the largest value, in size
	Signed        bool    // bars go left and right from a middle line
	Names         int     // cells that labels may take of the bars; 0: less than half
	Bars          []Bar
}

// View draws the bars.
func (b Bars) View() string {
	c := newCanvas(b.Width, b.Height)
	if c.w == 0 || c.h == 0 || len(b.Bars) == 0 {
		return c.String()
	}
	shown := b.Bars
	if len(shown) > c.h {
		shown = shown[:c.h-1]
		c.text(0, c.h-1, "+"+strconv.Itoa(len(b.Bars)-len(shown)), c.w, plain)
	}
	whole, name, text, strong := b.Max, 0, 0, 0
	for _, r := range shown {
		if b.Max <= 0 && finite(r.Value) {
			whole = max(whole, math.Abs(r.Value))
		}
		name, text = max(name, measure(r.Label)), max(text, measure(r.Text))
		if r.Strong {
			strong = 2
		}
	}
	// The label yields first, down to some letters; then the bar, then the text.
	rest := c.w - strong
	if text > 0 && text+1 <= rest-2 {
		rest -= text + 1
	} else {
		text = 0
	}
	if b.Names > 0 {
		name = min(name, b.Names, max(rest-2, 1))
	} else {
		name = min(name, max(rest/2-1, min(rest, 6)))
	}
	at := strong + name
	if name > 0 {
		at++
	}
	room := max(strong+rest-at, 0)
	for y, r := range shown {
		p := c.ink(r.Style)
		label := plain
		if r.Strong {
			p = c.ink(r.Style.Bold(true))
			label = p
			c.text(0, y, "▸", 1, p)
		}
		share := r.Value / whole
		wide := name
		if b.Signed && name > 0 && room > 2 && finite(share) {
			// A label may go on over the side of the middle line where no bar is.
			left := (room - 1) / 2
			wide += max(left-int(math.Ceil(max(-share, 0)*float64(left))), 0)
		}
		c.text(strong, y, r.Label, wide, label)
		if b.Signed {
			left := (room - 1) / 2
			if room > 2 {
				c.set(at+left, y, '│', plain)
				barLeft(c, at, y, left, -share, p)
				bar(c, at+left+1, y, room-left-1, min(share, 1)*float64(left)/float64(room-left-1), p)
			}
		} else {
			bar(c, at, y, room, share, p)
		}
		if text > 0 {
			c.text(c.w-measure(r.Text), y, r.Text, text, label)
		}
	}
	return c.String()
}
