package metric

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Test is the outcome of a test of significance.
type Test struct {
	Fewer int     `json:"fewer"` // the statistic: the smaller count
	P     float64 `json:"p"`     // two-sided, exact
	MidP  float64 `json:"mid_p"` // the same, with half of the probability of what was seen
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
// is right where only one of them is, so that the counts are binomial. P is
// exact for any number of items, and holds its level however few they are;
// MidP gives up a little of that for the power which P lacks where they are few,
// and is the one to read. McNemar, "Note on the sampling error of the difference
// between correlated proportions", 1947; Fagerland, Lydersen and Laake, "The
// McNemar test for binary matched-pairs data: mid-p and asymptotic are better
// than exact conditional", 2013.
func McNemar(onlyA, onlyB int) Test {
	if onlyA < 0 || onlyB < 0 {
		panic(fmt.Sprintf("metric: %d and %d items", onlyA, onlyB))
	}
	t := Test{Fewer: min(onlyA, onlyB), P: 1, MidP: 1}
	if onlyA == onlyB { // the two tails overlap in the middle
		return t
	}
	b, k := distuv.Binomial{N: float64(onlyA + onlyB), P: 0.5}, float64(t.Fewer)
	tail := 2 * b.CDF(k)
	t.P, t.MidP = min(1, tail), tail-b.Prob(k)
	return t
}

// Comparison is how two runs differ in one statistic on the same items.
type Comparison struct {
	A          Measure  `json:"a"`
	B          Measure  `json:"b"`
	Difference Measure  `json:"difference"` // A - B
	Interval   Interval `json:"interval"`   // of the difference, by the bootstrap's percentiles
	P          Measure  `json:"p"`          // two-sided
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
	c := Comparison{A: Measure(a(all)), B: Measure(b(all))}
	c.Difference = c.A - c.B
	diffs := resample(rng, n, resamples, func(rows []int) float64 { return a(rows) - b(rows) })
	c.Interval = percentiles(diffs, level)
	difference := float64(c.Difference)
	if math.IsNaN(difference) {
		c.P = Measure(math.NaN())
		return c
	}
	// Differences of shares are multiples of 1/n, so that many are exactly as
	// far off as the observed one but for rounding.
	limit := math.Abs(difference) * (1 - 1e-9)
	far := 0
	for _, d := range diffs {
		if math.Abs(d-difference) >= limit {
			far++
		}
	}
	c.P = Measure(float64(far+1) / float64(len(diffs)+1))
	return c
}
