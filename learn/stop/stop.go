// Package stop says when to stop labelling: how steady a model's answers are from
// one run to the next, how sure it is of the pool, and what the next labels are
// expected to bring. It holds pure functions of predictions.
package stop

import (
	"math"
)

// Kappa is Cohen's kappa of two lists of predictions for the same items: 1 where
// they are all the same, 0 where they agree as often as chance would have it. It
// is 1 where both say one class of everything, and NaN without items. When it
// stays above 0.99 for predictions of successive models on a fixed set of items
// without labels, predictions have become stable (Bloodgood, Vijay-Shanker, "A
// method for stopping active learning based on stabilizing predictions and the
// need for user-adjustable stopping", CoNLL 2009).
func Kappa(a, b []int, classes int) float64 {
	if len(a) == 0 {
		return math.NaN()
	}
	na, nb := make([]int, classes), make([]int, classes)
	same := 0
	for i := range a {
		na[a[i]]++
		nb[b[i]]++
		if a[i] == b[i] {
			same++
		}
	}
	n := float64(len(a))
	observed, expected := float64(same)/n, 0.0
	for c := range na {
		expected += float64(float64(na[c]) / n * float64(nb[c]) / n)
	}
	if expected >= 1 {
		return 1
	}
	return (observed - expected) / (1 - expected)
}

// Changed is the share of items whose predicted class is another; NaN without
// items. No measure by which right answers are counted changes by more.
func Changed(a, b []int) float64 {
	n := 0
	for i := range a {
		if a[i] != b[i] {
			n++
		}
	}
	return float64(n) / float64(len(a))
}

// Uncertainty is the mean entropy of probabilities, as a share of that of equal
// ones: the overall uncertainty of Zhu, Wang, Hovy, "Multi-criteria-based strategy
// to stop active learning for data annotation", COLING 2008. NaN without items.
func Uncertainty(p [][]float64) float64 {
	sum := 0.0
	for _, q := range p {
		h := 0.0
		for _, x := range q {
			if x > 0 {
				h -= float64(x * math.Log(x))
			}
		}
		if len(q) > 1 {
			sum += h / math.Log(float64(len(q)))
		}
	}
	return sum / float64(len(p))
}
