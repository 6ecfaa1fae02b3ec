package tui

import (
	"fmt"
	"time"
)

// paceWindow is how far back the pace looks: long enough to be calm, short
// enough to follow a person who speeds up.
const paceWindow = 30

// pace measures how quickly a person decides, by the times that the decisions
// themselves took: a break for coffee does not count.
type pace struct {
	took [paceWindow]time.Duration
	n    int
}

// idleAfter is the longest that one decision counts for.
const idleAfter = 2 * time.Minute

func (p *pace) add(d time.Duration) {
	p.took[p.n%paceWindow] = min(max(d, 0), idleAfter)
	p.n++
}

// perMinute returns the pace, 0 until there are three decisions.
func (p *pace) perMinute() float64 {
	n := min(p.n, paceWindow)
	if n < 3 {
		return 0
	}
	var sum time.Duration
	for _, d := range p.took[:n] {
		sum += d
	}
	if sum <= 0 {
		return 0
	}
	return float64(n) / sum.Minutes()
}

// left returns how long so many items take at this pace; 0 where not known.
func (p *pace) left(items uint64) time.Duration {
	m := p.perMinute()
	if m == 0 {
		return 0
	}
	return time.Duration(float64(items) / m * float64(time.Minute))
}

// brief writes a duration in its two largest units, as a status needs it.
func brief(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd %dh", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh %02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm %02ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}
