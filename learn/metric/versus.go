package metric

import (
	"math"
	"math/rand/v2"
)

// Versus is how two runs, A and B, differ on the same items.
type Versus struct {
	N        int        `json:"n"`
	OnlyA    int        `json:"only_a"`  // items that only A got right
	OnlyB    int        `json:"only_b"`  // items that only B did
	McNemar  Test       `json:"mcnemar"` // of these two counts
	Accuracy Comparison `json:"accuracy"`
	MacroF1  Comparison `json:"macro_f1"`
	LogLoss  Comparison `json:"log_loss"` // lower is better
}

// Level05 is the usual bound of p from which on a difference is taken for more
// than chance.
const Level05 = 0.05

// Distinct reports whether the accuracies differ by more than chance explains,
// by McNemar's mid-p.
func (v Versus) Distinct() bool { return v.McNemar.MidP < Level05 }

// Compare compares two runs on the same items of k classes: what each says and
// the probabilities that it gives. rng draws the resamples of the paired
// bootstrap, fewer where there are very many items; nil: none are drawn, and
// intervals and p of the comparisons are NaN.
func Compare(k int, truth, a, b []int, pa, pb [][]float64, rng *rand.Rand) Versus {
	v := Versus{N: len(truth)}
	v.OnlyA, v.OnlyB = Discordant(truth, a, b)
	v.McNemar = McNemar(v.OnlyA, v.OnlyB)
	mustMatch("rows of probabilities", len(pa), len(truth))
	mustMatch("rows of probabilities", len(pb), len(truth))
	resamples := 0
	if work := max(len(truth)+k*k, 1); rng != nil && resampleWork/work >= leastResamples {
		resamples = min(Resamples, resampleWork/work)
	}
	compare := func(of func(said []int, p [][]float64) func(rows []int) float64) Comparison {
		return PairedBootstrap(rng, len(truth), resamples, Level95, of(a, pa), of(b, pb)).known()
	}
	v.Accuracy = compare(func(said []int, _ [][]float64) func([]int) float64 {
		return meanOf(truth, func(i int) float64 {
			if said[i] == truth[i] {
				return 1
			}
			return 0
		})
	})
	v.MacroF1 = compare(func(said []int, _ [][]float64) func([]int) float64 {
		return func(rows []int) float64 {
			m := NewConfusion(k)
			for _, r := range rows {
				m.Add(truth[r], said[r])
			}
			return m.Macro().F1
		}
	})
	v.LogLoss = compare(func(_ []int, p [][]float64) func([]int) float64 {
		return meanOf(truth, func(i int) float64 { return logLoss(truth[i], p[i]) })
	})
	return v
}

// meanOf is the mean over rows of what each item has.
func meanOf(truth []int, each func(i int) float64) func(rows []int) float64 {
	x := make([]float64, len(truth))
	for i := range x {
		x[i] = each(i)
	}
	return func(rows []int) float64 {
		sum := 0.0
		for _, r := range rows {
			sum += x[r]
		}
		return sum / float64(len(rows))
	}
}

// known makes p unknown where nothing was drawn.
func (c Comparison) known() Comparison {
	if math.IsNaN(c.Interval[0]) {
		c.P = Measure(math.NaN())
	}
	return c
}
