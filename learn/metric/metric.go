// Package metric measures how good answers are: classification reports,
// calibration, ranking, errors of numbers, intervals and tests of
// significance.
//
// Classes are 0 to k-1 and get their names only where something is printed.
// Probabilities are rows, one an item, with one value a class. Slices that
// describe the same items must be of the same length, and classes must be
// within range: anything else is a mistake of the caller and panics.
//
// Where implementations of a metric differ, the conventions here are those of
// scikit-learn, and said at each function: a ratio with nothing below the line
// is 0, ties between probabilities go to the lowest class, and what is not
// defined (the area under a curve without positives, the mean of no rows) is
// NaN.
package metric

import (
	"encoding/json"
	"fmt"
	"math"
)

// Measure is a figure that may be missing: NaN stands for "not measured or not
// defined", and is null in JSON, which has no other way to say it.
type Measure float64

// Known reports whether there is a figure.
func (m Measure) Known() bool { return !math.IsNaN(float64(m)) && !math.IsInf(float64(m), 0) }

// MarshalJSON writes the figure, or null.
func (m Measure) MarshalJSON() ([]byte, error) {
	if !m.Known() {
		return []byte("null"), nil
	}
	return json.Marshal(float64(m))
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (m *Measure) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		*m = Measure(math.NaN())
		return nil
	}
	return json.Unmarshal(b, (*float64)(m))
}

// ArgMax returns the class of the highest probability, the lowest class on
// ties, and 0 for an empty row.
func ArgMax(p []float64) int {
	best := 0
	for c, v := range p {
		if v > p[best] {
			best = c
		}
	}
	return best
}

// ratio is a/b, and 0 where b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}

// mustMatch panics unless both lengths are the same.
func mustMatch(what string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("metric: %d %s for %d items", got, what, want))
	}
}

// mustHold panics unless class c is one of k.
func mustHold(c, k int) {
	if c < 0 || c >= k {
		panic(fmt.Sprintf("metric: class %d of %d", c, k))
	}
}
