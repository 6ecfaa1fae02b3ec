package plots

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The ticks are what a person would choose: multiples of 1, 2 or 5 times a
// power of ten.
func TestTicks(t *testing.T) {
	for _, c := range []struct {
		lo, hi float64
		n      int
		least  float64
		want   []string
	}{
		{0, 1, 5, 0, []string{"0", "0.2", "0.4", "0.6", "0.8", "1.0"}},
		{0, 1, 2, 0, []string{"0", "0.5", "1.0"}},
		{0.13, 0.29, 4, 0, []string{"0.15", "0.20", "0.25"}},
		{-1, 1, 4, 0, []string{"-1.0", "-0.5", "0", "0.5", "1.0"}},
		{0, 7, 10, 1, []string{"0", "1", "2", "3", "4", "5", "6", "7"}},
		{0, 2, 10, 1, []string{"0", "1", "2"}},
		{0, 90000, 4, 0, []string{"0", "50k"}},
		{0, 3e6, 3, 0, []string{"0", "1M", "2M", "3M"}},
		{0, 5e6, 4, 0, []string{"0", "2M", "4M"}},
		{0, 9000, 3, 0, []string{"0", "5000"}},
		{0, 4e7, 4, 0, []string{"0", "10M", "20M", "30M", "40M"}},
		{0, 5e-9, 5, 0, []string{"0", "1e-09", "2e-09", "3e-09", "4e-09", "5e-09"}},
		{1e16, 1e16 + 2, 2, 0, []string{"1e+16", "1e+16", "1e+16"}},
		{0, math.Inf(1), 3, 0, []string{}},
	} {
		at, step := scale{c.lo, c.hi}.ticks(c.n, c.least)
		if got := tickText(at, step); !slices.Equal(got, c.want) {
			t.Errorf("%g to %g in %d: %q, want %q", c.lo, c.hi, c.n, got, c.want)
		}
	}
}

// TestTicksProperties: within the scale, ascending, evenly spaced, never more
// than asked for and one.
func TestTicksProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := nothing()
		s.add(rapid.Float64().Draw(t, "a"))
		s.add(rapid.Float64().Draw(t, "b"))
		s = s.fixed(math.NaN(), math.NaN())
		n := rapid.IntRange(1, 40).Draw(t, "n")
		at, step := s.ticks(n, 0)
		if len(at) > n+1 {
			t.Fatalf("%d ticks, want at most %d", len(at), n+1)
		}
		for i, v := range at {
			if p := s.at(v); p < -1e-6 || p > 1+1e-6 {
				t.Fatalf("tick %g lies outside of %g to %g", v, s.lo, s.hi)
			}
			if i > 0 && math.Abs(v-at[i-1]-step) > 1e-6*step+1e-9*math.Abs(v) {
				t.Fatalf("ticks %g and %g are not %g apart", at[i-1], v, step)
			}
		}
		if len(tickText(at, step)) != len(at) {
			t.Fatal("a text for each tick")
		}
	})
}

// TestScaleAlwaysSpans: whatever goes in, what comes out has a length and
// places every number somewhere.
func TestScaleAlwaysSpans(t *testing.T) {
	extremes := []float64{0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64, 1e16}
	for _, a := range extremes {
		for _, b := range extremes {
			for _, lo := range extremes {
				for _, hi := range extremes {
					s := nothing()
					s.add(a)
					s.add(b)
					s = s.fixed(lo, hi).padded(0.05, lo, hi)
					if !(s.lo < s.hi) || !finite(s.lo) || !finite(s.hi) {
						t.Fatalf("%g and %g, fixed to %g and %g: %g to %g", a, b, lo, hi, s.lo, s.hi)
					}
					for _, v := range extremes {
						if finite(v) && math.IsNaN(s.place(v, 100)) {
							t.Fatalf("%g has no place in %g to %g", v, s.lo, s.hi)
						}
					}
				}
			}
		}
	}
}

// TestWithin: an open axis is no shorter than it should be and goes nowhere
// where no value can be; an end that is given stays. By hand.
func TestWithin(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name              string
		in                scale
		low, high, least  float64
		lo, hi            float64
		wantLow, wantHigh float64
	}{
		{"long enough", scale{0.2, 0.8}, 0, 1, 0.1, nan, nan, 0.2, 0.8},
		{"beyond the top", scale{0.7, 1.2}, 0, 1, 0.1, nan, nan, 0.7, 1},
		{"beyond both", scale{-0.3, 1.2}, 0, 1, 0.1, nan, nan, 0, 1},
		{"short", scale{0.5, 0.52}, 0, 1, 0.1, nan, nan, 0.46, 0.56},
		{"short at the top", scale{0.99, 1.01}, 0, 1, 0.1, nan, nan, 0.9, 1},
		{"short at the bottom", scale{-0.01, 0.01}, 0, 1, 0.1, nan, nan, 0, 0.1},
		{"short, without bounds, not below nothing", scale{0.01, 0.02}, 0, 0, 0.1, nan, nan, 0, 0.1},
		{"short, its top given", scale{0.98, 1}, 0, 1, 0.1, nan, 1, 0.9, 1},
		{"short, both ends given", scale{0.98, 1}, 0, 1, 0.1, 0.98, 1, 0.98, 1},
		{"a given end beyond", scale{0.5, 2}, 0, 1, 0.1, nan, 2, 0.5, 2},
		{"no bounds", scale{-3, 8}, 0, 0, 0.1, nan, nan, -3, 8},
		{"all beyond", scale{3, 4}, 0, 1, 0.1, nan, nan, 0.9, 1},
	} {
		got := c.in.within(c.low, c.high, c.least, c.lo, c.hi)
		if math.Abs(got.lo-c.wantLow) > 1e-12 || math.Abs(got.hi-c.wantHigh) > 1e-12 {
			t.Errorf("%s: %v, want [%v, %v]", c.name, got, c.wantLow, c.wantHigh)
		}
	}
}

// TestWithinEndsAtTheGreatest: a flat line at the greatest value there can be,
// which the axis is told to reach, has no room above it.
func TestWithinEndsAtTheGreatest(t *testing.T) {
	flat := scale{0.8, 1.2} // what a single value of 1 is given to have a length
	if s := flat.within(0, 1, 0.1, math.NaN(), 1); s.hi != 1 || s.lo != 0.8 {
		t.Errorf("%v", s)
	}
	if s := (scale{-0.2, 0.2}).within(0, 1, 0.1, 0, math.NaN()); s.lo != 0 || s.hi != 0.2 {
		t.Errorf("%v", s)
	}
}
