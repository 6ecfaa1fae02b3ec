package agreement

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// Drift is how a person's agreement with the others changed over time: that of
// their latest answers against that of the ones before.
type Drift struct {
	Lately, Before float64 // the means
	Answers        int     // that are the latest; 0 where there are too few to say
	P              float64 // how often chance alone has them fall as far, by Welch's test
}

// driftLevel is from which probability on a fall is one: of a hundred people who
// stay the same, one is said to have fallen.
const driftLevel = 0.01

// Fell reports whether the person agrees less than before, by more than chance.
func (d Drift) Fell() bool { return d.Answers > 0 && d.P < driftLevel }

// The latest answers are a quarter of them, within these bounds.
const driftLeast, driftMost = 15, 100

// share is how many of the others gave the answer that somebody gave.
type share struct {
	event uint64
	agree float64
}

// driftOf compares a person's latest answers with those before (Welch, "The
// generalization of Student's problem when several different population variances
// are involved", Biometrika 34, 1947; one-sided).
func driftOf(all []share) Drift {
	n := min(len(all)/4, driftMost)
	if n < driftLeast {
		return Drift{}
	}
	slices.SortStableFunc(all, func(a, b share) int { return cmp.Compare(a.event, b.event) })
	x := make([]float64, len(all))
	for i, s := range all {
		x[i] = s.agree
	}
	before, lately := x[:len(x)-n], x[len(x)-n:]
	m1, v1 := stat.MeanVariance(before, nil)
	m2, v2 := stat.MeanVariance(lately, nil)
	d := Drift{Lately: m2, Before: m1, Answers: n, P: 1}
	e1, e2 := v1/float64(len(before)), v2/float64(n)
	if e1+e2 == 0 {
		if m2 < m1 {
			d.P = 0
		}
		return d
	}
	freedom := (e1 + e2) * (e1 + e2) / (e1*e1/float64(len(before)-1) + e2*e2/float64(n-1))
	d.P = 1 - distuv.StudentsT{Sigma: 1, Nu: freedom}.CDF((m1-m2)/math.Sqrt(e1+e2))
	return d
}
