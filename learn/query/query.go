// Package query decides which item to ask about next.
//
// A Scorer says how much the answer to one item would teach. A Ranker takes
// the pool item by item, keeps the best few thousand and mixes a share of
// items drawn at random among them, so that what gets labelled is never only
// what the model finds hard. The result is a Ranking: immutable, and the same
// for the same pool, model and seed, whatever the order the items came in.
//
// A Selector chooses a batch: it sees all candidates at once, so that what it
// picks differs, and stands for many. Strategies lists what there is, with what
// each needs and costs.
package query

import (
	"slices"

	"inkling/learn/exact"
)

// Scorer is a rule of uncertainty sampling (Lewis and Gale, "A sequential
// algorithm for training text classifiers", SIGIR 1994; Settles, "Active
// learning literature survey", 2009), which looks at one item at a time.
//
// A scorer is a pure function, safe for concurrent use. Its scores are
// finite, from 0 to 1, do not depend on the order of the classes, are highest
// where all classes are equally probable and lowest where one is certain.
// The conformance suite in the tests holds every scorer to this.
type Scorer interface {
	// Name is what the command line and the screens call the strategy.
	Name() string

	// Score says how much the answer to an item with these class
	// probabilities would teach: more is asked sooner. The probabilities are
	// not negative and sum to 1; the slice is only lent.
	Score(p []float64) float64
}

// Margin asks where the two most probable classes are closest (Scheffer,
// Decomain, Wrobel, "Active hidden Markov models for information extraction",
// 2001). A Ranker's default: it ignores the tail of improbable classes, which
// dominates entropy where classes are many.
type Margin struct{}

// LeastConfidence asks where the most probable class is least probable.
type LeastConfidence struct{}

// Entropy asks where the distribution over all classes is flattest.
type Entropy struct{}

// Random asks in an order drawn by hash: every item is worth the same, and a
// Ranker breaks ties at random. It is the baseline of every comparison.
type Random struct{}

var (
	_ Scorer = Margin{}
	_ Scorer = LeastConfidence{}
	_ Scorer = Entropy{}
	_ Scorer = Random{}
)

// Name returns "margin".
func (Margin) Name() string { return "margin" }

// Score returns 1 less the margin between the two most probable classes.
func (Margin) Score(p []float64) float64 {
	_, first, second := top(p)
	return clamp(1 - (first - second))
}

// Name returns "least-confidence".
func (LeastConfidence) Name() string { return "least-confidence" }

// Score returns the probability that the most probable class is wrong, scaled
// so that equal probabilities give 1.
func (LeastConfidence) Score(p []float64) float64 {
	if len(p) < 2 {
		return 0
	}
	_, first, _ := top(p)
	n := float64(len(p))
	return clamp((1 - first) * n / (n - 1))
}

// Name returns "entropy".
func (Entropy) Name() string { return "entropy" }

// Score returns the entropy of the distribution, as a share of the entropy of
// equal probabilities.
func (Entropy) Score(p []float64) float64 {
	if len(p) < 2 {
		return 0
	}
	// Summed in ascending order, so that the order of the classes does not
	// show in the last bit and decide between items that are in truth tied.
	var room [64]float64
	sorted := append(room[:0], p...)
	slices.Sort(sorted)
	h := 0.0
	for _, q := range sorted {
		if q > 0 {
			h -= float64(q * exact.Log(q)) // rounded, not fused: the same on every processor
		}
	}
	return clamp(h / exact.Log(float64(len(p))))
}

// Name returns "random".
func (Random) Name() string { return "random" }

// Score returns 1.
func (Random) Score([]float64) float64 { return 1 }

// top returns the most probable class, its probability and that of the next
// one, which is 0 where there is only one class. Equal classes: the first.
func top(p []float64) (class int, first, second float64) {
	for i, q := range p {
		switch {
		case i == 0:
			first = q
		case q > first:
			class, first, second = i, q, first
		case q > second:
			second = q
		}
	}
	return class, first, second
}

// clamp keeps a score that rounding, or a broken model, brought out of range
// where an order is still defined: nothing is as uncertain as NaN.
func clamp(x float64) float64 {
	if x != x || x > 1 {
		return 1
	}
	return max(0, x)
}
