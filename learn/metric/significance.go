package metric

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// exactBelow is the number of disagreements from which on McNemar's statistic
// is close enough to its chi-squared limit.
const exactBelow = 25

// Test is the outcome of a test of significance.
type Test struct {
	Statistic float64 `json:"statistic"`
	P         float64 `json:"p"`     // two-sided
	Exact     bool    `json:"exact"` // P is exact, not a limit for many items
}

// Discordant counts the items on which two runs differ in being right: those
// that only a got right, and those that only b did.
func Discordant(truth, a, b []int) (onlyA, onlyB int) {
	mustMatch("predictions", len(a), len(truth))
	mustMatch("predictions", len(b), len(truth))
	for i, t := range truth {
		switch rightA, rightB := a[i] == t, b[i] == t; {
		case rightA && !rightB:
			onlyA++
		case rightB && !rightA:
			onlyB++
		}
	}
	return onlyA, onlyB
}

// McNemar tests whether two runs on the same items differ in accuracy, from
// what Discordant counts: if they do not, each is as likely to be the one that
// is right where only one of them is. Below 25 such items the test is the exact
// binomial one, with the smaller count as statistic; from there on it is
// chi-squared with Edwards' continuity correction. McNemar, "Note on the
// sampling error of the difference between correlated proportions", 1947.
func McNemar(onlyA, onlyB int) Test {
	if onlyA < 0 || onlyB < 0 {
		panic(fmt.Sprintf("metric: %d and %d items", onlyA, onlyB))
	}
	n := onlyA + onlyB
	if n == 0 {
		return Test{P: 1, Exact: true}
	}
	if n < exactBelow {
		fewer := float64(min(onlyA, onlyB))
		// Where both counts are equal the two tails overlap in the middle.
		return Test{fewer, min(1, 2*distuv.Binomial{N: float64(n), P: 0.5}.CDF(fewer)), true}
	}
	d := max(0, math.Abs(float64(onlyA-onlyB))-1)
	x := d * d / float64(n)
	return Test{x, distuv.ChiSquared{K: 1}.Survival(x), false}
}

// Comparison is how two runs differ in one statistic on the same items.
type Comparison struct {
	A          float64  `json:"a"`
	B          float64  `json:"b"`
	Difference float64  `json:"difference"` // B - A
	Interval   Interval `json:"interval"`   // of the difference, by the bootstrap's percentiles
	P          float64  `json:"p"`          // two-sided
}

// PairedBootstrap compares two runs on the same n items by any statistic: both
// are computed on the same rows, first on all of them and then on resamples
// drawn with replacement. P is the share of resamples whose difference strays
// from the observed one by at least as much as that differs from 0, one added
// above and below the line so that it is never 0. Resamples in which the
// difference is NaN are left out; where it is NaN on all rows, so is P. Efron
// and Tibshirani, "An introduction to the bootstrap", 1993, chapter 16.
func PairedBootstrap(rng *rand.Rand, n, resamples int, level float64, a, b func(rows []int) float64) Comparison {
	mustBeLevel(level)
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	c := Comparison{A: a(all), B: b(all)}
	c.Difference = c.B - c.A
	diffs := resample(rng, n, resamples, func(rows []int) float64 { return b(rows) - a(rows) })
	c.Interval = percentiles(diffs, level)
	if math.IsNaN(c.Difference) {
		c.P = math.NaN()
		return c
	}
	// Differences of shares are multiples of 1/n, so that many are exactly as
	// far off as the observed one but for rounding.
	limit := math.Abs(c.Difference) * (1 - 1e-9)
	far := 0
	for _, d := range diffs {
		if math.Abs(d-c.Difference) >= limit {
			far++
		}
	}
	c.P = float64(far+1) / float64(len(diffs)+1)
	return c
}
