package anchor

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// Side is what people answered with a suggestion in sight, or without.
type Side struct {
	N       int           // answers
	Agree   int           // of those, as suggested
	Labels  []int         // answers by label
	Median  time.Duration // that an answer took
	Low     float64       // Wilson interval of Rate, 95%
	High    float64
	samples []time.Duration
}

// Rate is the share of answers that are as suggested; NaN without answers.
func (s Side) Rate() float64 { return float64(s.Agree) / float64(s.N) }

// Comparison is how answers with a suggestion in sight differ from those without.
type Comparison struct {
	Shown    Side
	Withheld Side

	// Difference is how much more often an answer is as suggested where the
	// suggestion is seen, with its interval at 95%; NaN where one side has no
	// answers.
	Difference float64
	Low, High  float64

	// P is how probable it is that the labels given with and without differ as much
	// by chance (a test of homogeneity); NaN where one side has no answers.
	P float64
}

// Least is how many withheld answers there must be before anchoring is told of.
const Least = 20

// Defined reports whether there is anything to compare.
func (c Comparison) Defined() bool { return c.Shown.N > 0 && c.Withheld.N > 0 }

// Shows reports whether a person, or all, are anchored: they answer as suggested
// more often where they see the suggestion, by more than chance explains.
func (c Comparison) Shows() bool { return c.Withheld.N >= Least && c.Low > 0 }

// Bounds of a share that was raised.
const (
	raisedBy    = 4
	raisedLeast = 0.2
	raisedMost  = 0.5
)

// Share is the share of a person's items whose suggestion is to be withheld, where
// the project asks for base: four times as much, at least 0.2 and at most 0.5,
// where anchoring shows. 0 stays 0.
func (c Comparison) Share(base float64) float64 {
	if base <= 0 || !c.Shows() {
		return base
	}
	return max(base, min(max(raisedBy*base, raisedLeast), raisedMost))
}

const (
	level        = 1.959963984540054 // quantile of the normal distribution, two-sided 95%
	permutations = 999
	mostPermuted = 20_000 // answers; with more the distribution of chi-squared does as well
	enough       = 5      // that is expected in each cell for it to do
)

// compare compares answers block by block. The rates of both sides are weighted
// alike, by how much each block tells of the difference (Mantel and Haenszel's
// weights), and the interval is the stratified Newcombe interval of Yan and Su,
// "Stratified Wilson and Newcombe confidence intervals for multiple binomial
// proportions", Statistics in Biopharmaceutical Research 2(3), 2010; of one block,
// Newcombe's hybrid score interval (Statistics in Medicine 17, 1998, method 10).
func compare(blocks [][]record, classes int) Comparison {
	c := Comparison{Shown: Side{Labels: make([]int, classes)}, Withheld: Side{Labels: make([]int, classes)}}
	type pair struct{ n, agree [2]float64 }
	var pairs []pair
	sum := 0.0
	for _, b := range blocks {
		var p pair
		for _, r := range b {
			side, at := &c.Shown, 0
			if r.withheld {
				side, at = &c.Withheld, 1
			}
			p.n[at]++
			side.N++
			side.samples = append(side.samples, r.took)
			if int(r.answered) < classes {
				side.Labels[r.answered]++
			}
			if r.answered == r.suggested {
				p.agree[at]++
				side.Agree++
			}
		}
		if p.n[0] > 0 && p.n[1] > 0 {
			pairs = append(pairs, p)
			sum += p.n[0] * p.n[1] / (p.n[0] + p.n[1])
		}
	}
	for _, s := range []*Side{&c.Shown, &c.Withheld} {
		s.Low, s.High = wilson(s.Rate(), float64(s.N))
		s.Median, s.samples = median(s.samples), nil
	}
	nan := math.NaN()
	if c.Difference, c.Low, c.High, c.P = nan, nan, nan, nan; len(pairs) == 0 {
		return c
	}
	var rate, inverse [2]float64 // of the effective number of answers
	for _, p := range pairs {
		w := p.n[0] * p.n[1] / (p.n[0] + p.n[1]) / sum
		for k := range rate {
			rate[k] += float64(w * p.agree[k] / p.n[k])
			inverse[k] += float64(w * w / p.n[k])
		}
	}
	l1, u1 := wilson(rate[0], 1/inverse[0])
	l2, u2 := wilson(rate[1], 1/inverse[1])
	c.Difference = rate[0] - rate[1]
	c.Low = max(c.Difference-math.Hypot(rate[0]-l1, u2-rate[1]), -1)
	c.High = min(c.Difference+math.Hypot(u1-rate[0], rate[1]-l2), 1)
	c.P = homogeneity(c.Shown.Labels, c.Withheld.Labels)
	return c
}

// wilson is the score interval of a rate among n, at 95%.
func wilson(rate, n float64) (low, high float64) {
	if !(n > 0) {
		return 0, 1
	}
	z := level
	mid, half := rate+z*z/(2*n), z*math.Sqrt(max(rate*(1-rate), 0)/n+z*z/(4*n*n))
	return max((mid-half)/(1+z*z/n), 0), min((mid+half)/(1+z*z/n), 1)
}

func median(d []time.Duration) time.Duration {
	if len(d) == 0 {
		return 0
	}
	slices.Sort(d)
	return d[len(d)/2]
}

// homogeneity tests whether two lists of counts are draws from one distribution, by
// Pearson's chi-squared. Where few are expected in a cell its distribution is that
// over permutations of the answers, drawn with a fixed seed.
func homogeneity(a, b []int) float64 {
	na, nb, cells := 0, 0, 0
	least := math.Inf(1)
	for k := range a {
		na, nb = na+a[k], nb+b[k]
	}
	for k := range a {
		if n := a[k] + b[k]; n > 0 {
			cells++
			least = min(least, float64(n)*float64(min(na, nb))/float64(na+nb))
		}
	}
	if cells < 2 {
		return 1
	}
	seen := chiSquared(a, b, na, nb)
	if least >= enough || na+nb > mostPermuted {
		return distuv.ChiSquared{K: float64(cells - 1)}.Survival(seen)
	}
	rng := rand.New(rand.NewPCG(uint64(na), uint64(nb)))
	var all []int
	for k := range a {
		for range a[k] + b[k] {
			all = append(all, k)
		}
	}
	few := min(na, nb)
	x, y := make([]int, len(a)), make([]int, len(a))
	as := 1
	for range permutations {
		clear(x)
		for i := range few { // a draw without replacement is all that is needed
			j := i + rng.IntN(len(all)-i)
			all[i], all[j] = all[j], all[i]
			x[all[i]]++
		}
		for k := range y {
			y[k] = a[k] + b[k] - x[k]
		}
		if chiSquared(x, y, few, na+nb-few) >= seen-1e-9 {
			as++
		}
	}
	return float64(as) / (permutations + 1)
}

func chiSquared(a, b []int, na, nb int) (x float64) {
	for k := range a {
		n := float64(a[k] + b[k])
		if n == 0 {
			continue
		}
		ea, eb := n*float64(na)/float64(na+nb), n*float64(nb)/float64(na+nb)
		x += float64((float64(a[k])-ea)*(float64(a[k])-ea)/ea) + float64((float64(b[k])-eb)*(float64(b[k])-eb)/eb)
	}
	return x
}
