package external

import (
	"fmt"
	"time"
)

// clock says when a program has been silent for too long. It has the time
// Options.Start until its first line. From then on the item that waits longest
// has the time Options.Item, counted from when it was asked or became the one
// that waits longest: a program that takes items one by one has that time for
// each, whatever the window. When all is answered, and its input has ended, it
// has the time Options.Stop to end.
type clock struct {
	C     <-chan time.Time
	timer *time.Timer
	o     Options
	began time.Time
	turn  time.Time // when the item that waits longest became that
	last  time.Time // when it last said something
	spoke bool      // the first line has come
	over  time.Time // when all was answered and there was no more to ask
}

func (c *clock) start(o Options) {
	c.o, c.began = o, time.Now()
	c.timer = time.NewTimer(o.Start)
	c.C = c.timer.C
}

func (c *clock) stop() { c.timer.Stop() }

// heard notes that the program said something.
func (c *clock) heard() {
	if c.last = time.Now(); !c.spoke {
		c.spoke, c.turn = true, c.last
	}
}

// set sets the clock for what is waited for now; open is that the program may
// be asked more.
func (c *clock) set(r *runner, open bool) {
	var until time.Time
	switch {
	case len(r.asked) == 0 && !open:
		if c.over.IsZero() {
			c.over = time.Now()
		}
		until = c.over.Add(c.o.Stop)
	case !c.spoke:
		until = c.began.Add(c.o.Start)
	default:
		from := r.asked[0].at
		if c.turn.After(from) {
			from = c.turn
		}
		until = from.Add(c.o.Item)
	}
	c.timer.Reset(time.Until(until))
}

// why says what the program did not do in time, where it still had items.
func (c *clock) why(r *runner) string {
	if !c.spoke {
		return fmt.Sprintf("it said nothing for %v after its start; does it flush what it writes after each line?", c.o.Start)
	}
	s := fmt.Sprintf("no answer to item %d for %v", r.asked[0].item.Num, c.o.Item)
	if n := len(r.asked); n > 1 {
		s += fmt.Sprintf(", with %d more waiting; does it wait for more than %d before it answers?", n-1, n)
	}
	return s
}
