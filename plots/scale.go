package plots

import (
	"math"
	"strconv"
)

// scale is a stretch of the number line, for an axis.
type scale struct{ lo, hi float64 }

// finite reports whether v is a number to draw.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// nothing is a scale that spans nothing yet.
func nothing() scale { return scale{math.Inf(1), math.Inf(-1)} }

func (s *scale) add(v float64) {
	if finite(v) {
		s.lo, s.hi = min(s.lo, v), max(s.hi, v)
	}
}

// fixed returns the scale with the ends that are given (not NaN) in place of
// its own, and of a length that can be drawn: a single number gets room around
// it, nothing at all becomes 0 to 1.
func (s scale) fixed(lo, hi float64) scale {
	if finite(lo) {
		s.lo = lo
	}
	if finite(hi) {
		s.hi = hi
	}
	switch {
	case !finite(s.lo) && !finite(s.hi):
		return scale{0, 1}
	case !finite(s.lo):
		s.lo = s.hi
	case !finite(s.hi):
		s.hi = s.lo
	}
	if s.hi < s.lo {
		s.hi = s.lo
	}
	// Shorter than that, neighbouring numbers cannot be told apart.
	if least := 1e-9 * max(math.Abs(s.lo), math.Abs(s.hi)); s.hi-s.lo <= least || s.hi-s.lo < 1e-300 {
		room := max(math.Abs(s.lo)/4, 1e-300)
		if s.lo == 0 {
			room = 0.5
		}
		s.lo, s.hi = max(s.lo-room, -math.MaxFloat64), min(s.hi+room, math.MaxFloat64)
	}
	return s
}

// padded returns the scale a share longer at the ends that are not given; one
// without negative numbers stays without them.
func (s scale) padded(share, lo, hi float64) scale {
	room := share * s.span()
	if !finite(room) {
		return s
	}
	if !finite(lo) {
		least := -math.MaxFloat64
		if s.lo >= 0 {
			least = 0
		}
		s.lo = max(s.lo-room, least)
	}
	if !finite(hi) {
		s.hi = min(s.hi+room, math.MaxFloat64)
	}
	return s
}

// within returns the scale at least so long, and within low and high unless
// those are equal, as far as the ends that are given let it: those stay.
func (s scale) within(low, high, least, lo, hi float64) scale {
	if room := (least - s.span()) / 2; room > 0 {
		switch {
		case finite(lo) && finite(hi):
		case finite(lo):
			s.hi += 2 * room
		case finite(hi):
			s.lo -= 2 * room
		default:
			floor := math.Inf(-1)
			if s.lo >= 0 {
				floor = 0
			}
			s.lo, s.hi = max(s.lo-room, floor), s.hi+room
			s.hi = max(s.hi, s.lo+least)
		}
	}
	if low >= high {
		return s
	}
	if over := s.hi - high; over > 0 && !(hi > high) {
		s.hi = high
		if !finite(lo) && s.span() < least {
			s.lo = high - least
		}
	}
	if under := low - s.lo; under > 0 && !(lo < low) {
		s.lo = low
		if !finite(hi) && s.span() < least {
			s.hi = min(low+least, high)
		}
	}
	if s.hi <= s.lo { // all of the data lie beyond
		return scale{low, high}
	}
	return s
}

// span is the length; infinite where that is beyond all numbers.
func (s scale) span() float64 { return s.hi - s.lo }

// at returns where v lies: 0 at the low end, 1 at the high one. The halves keep
// the difference of very large numbers finite.
func (s scale) at(v float64) float64 { return (v/2 - s.lo/2) / (s.hi/2 - s.lo/2) }

// beyond is far outside of every grid, and small enough to calculate with.
const beyond = 1e6

// place returns where v lies on an axis of n dots, from 0 to n-1.
func (s scale) place(v float64, n int) float64 {
	return max(min(s.at(v)*float64(n-1), beyond), -beyond)
}

// ticks returns round numbers within the scale, 1, 2 or 5 times a power of ten
// apart, about n and never more than n+1 of them. least is the smallest
// distance between two, such as 1 where only whole numbers make sense; 0 for
// any.
func (s scale) ticks(n int, least float64) (at []float64, step float64) {
	if n < 1 {
		return nil, 0
	}
	step = max(nice(s.span()/float64(n)), least)
	if !finite(step) || step <= 0 {
		return nil, 0
	}
	first, last := math.Ceil(s.lo/step-1e-9), math.Floor(s.hi/step+1e-9)
	if !(last-first < float64(n)+1) {
		return nil, 0
	}
	for k := range int(last-first) + 1 { // counted, as first+1 may be first
		at = append(at, (first+float64(k))*step)
	}
	return at, step
}

// nice returns the smallest of 1, 2, 5 times a power of ten that is not below
// x.
func nice(x float64) float64 {
	if x <= 0 || !finite(x) {
		return math.NaN()
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, f := range []float64{1, 2, 5} {
		if f*power >= x*(1-1e-9) {
			return f * power
		}
	}
	return 10 * power
}

// enough returns the ticks for about n, or for up to most where that would be
// fewer than two: a single number says nothing of a scale.
func (s scale) enough(n, most int, least float64) (at []float64, step float64) {
	for n = max(n, 1); ; n++ {
		at, step = s.ticks(n, least)
		if len(at) >= 2 || n >= most || step <= least {
			return at, step
		}
	}
}

// tickText writes numbers that are so far apart, all in the same way.
func tickText(at []float64, step float64) []string {
	top := 0.0
	for _, v := range at {
		top = max(top, math.Abs(v))
	}
	unit, suffix := 1.0, ""
	for _, u := range []struct {
		size, from float64
		suffix     string
	}{{1e9, 1e9, "G"}, {1e6, 1e6, "M"}, {1e3, 1e4, "k"}} {
		if top >= u.from && step >= u.size/10 {
			unit, suffix = u.size, u.suffix
			break
		}
	}
	digits := max(int(math.Ceil(-math.Log10(step/unit)-1e-9)), 0)
	out := make([]string, len(at))
	for i, v := range at {
		switch {
		case v == 0 || math.Abs(v) < step/2:
			out[i] = "0"
		case top >= 1e13 || digits > 6:
			out[i] = strconv.FormatFloat(v, 'g', 3, 64)
		default:
			out[i] = strconv.FormatFloat(v/unit, 'f', digits, 64) + suffix
		}
	}
	return out
}
