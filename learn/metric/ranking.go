package metric

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/integrate"
	"gonum.org/v1/gonum/stat"
)

// Curve is what every threshold of a score would give. Point i calls those
// items positive whose score is at least Threshold[i]; thresholds fall from
// +Inf (nothing is called positive) to the lowest score (everything is), one
// for each different score. A curve without positives or without negatives, or
// with a score that is not finite, is not defined and has no points.
type Curve struct {
	Threshold []float64
	TPR       []float64 // true positive rate: the recall
	FPR       []float64 // false positive rate
	Precision []float64 // 1 where nothing is called positive
}

// Rank returns the curve of a score that should be higher for positive items.
func Rank(score []float64, positive []bool) Curve {
	mustMatch("truths", len(positive), len(score))
	type scored struct {
		score    float64
		positive bool
	}
	items := make([]scored, len(score))
	pos := 0
	for i, s := range score {
		if math.IsNaN(s) || math.IsInf(s, 0) {
			return Curve{}
		}
		items[i] = scored{s, positive[i]}
		if positive[i] {
			pos++
		}
	}
	neg := len(items) - pos
	if pos == 0 || neg == 0 {
		return Curve{}
	}
	slices.SortFunc(items, func(a, b scored) int { return cmp.Compare(a.score, b.score) })
	y, classes := make([]float64, len(items)), make([]bool, len(items))
	for i, it := range items {
		y[i], classes[i] = it.score, it.positive
	}

	var c Curve
	c.TPR, c.FPR, c.Threshold = stat.ROC(nil, y, classes, nil)
	c.Precision = make([]float64, len(c.TPR))
	for i := range c.Precision {
		// The rates are ratios of counts: rounded they are the counts again.
		tp, fp := math.Round(c.TPR[i]*float64(pos)), math.Round(c.FPR[i]*float64(neg))
		c.Precision[i] = 1
		if tp+fp > 0 {
			c.Precision[i] = tp / (tp + fp)
		}
	}
	return c
}

// AUC is the area under the receiver operating characteristic: the probability
// that a positive item scores higher than a negative one, ties counting half.
// It is NaN where the curve is not defined.
func (c Curve) AUC() float64 {
	if len(c.FPR) == 0 {
		return math.NaN()
	}
	return integrate.Trapezoidal(c.FPR, c.TPR)
}

// AveragePrecision is the area under the precision-recall curve taken in
// steps: the precision at each threshold, weighted by how much recall it adds.
// It is NaN where the curve is not defined.
func (c Curve) AveragePrecision() float64 {
	if len(c.TPR) == 0 {
		return math.NaN()
	}
	sum := 0.0
	for i := 1; i < len(c.TPR); i++ {
		sum += (c.TPR[i] - c.TPR[i-1]) * c.Precision[i]
	}
	return sum
}

// ROCAUC returns the area under the receiver operating characteristic of each
// class against all others, as the plain mean and as the mean weighted by
// support. Two classes have one curve, that of class 1. Both means are NaN
// where any class has no items, or all of them, or there are fewer than two
// classes.
func ROCAUC(truth []int, p [][]float64) (macro, weighted float64) {
	return oneVersusRest(truth, p, Curve.AUC)
}

// PRAUC returns the average precision of each class against all others, as
// ROCAUC does.
func PRAUC(truth []int, p [][]float64) (macro, weighted float64) {
	return oneVersusRest(truth, p, Curve.AveragePrecision)
}

func oneVersusRest(truth []int, p [][]float64, area func(Curve) float64) (macro, weighted float64) {
	mustMatch("rows of probabilities", len(p), len(truth))
	if len(truth) == 0 {
		return math.NaN(), math.NaN()
	}
	k := len(p[0])
	support := make([]float64, k)
	for i, t := range truth {
		mustHold(t, k)
		if len(p[i]) != k {
			panic("metric: rows of probabilities differ in length")
		}
		support[t]++
	}
	if k < 2 || slices.Contains(support, 0) {
		return math.NaN(), math.NaN() // before any curve is drawn: each sorts all items
	}
	score, positive := make([]float64, len(truth)), make([]bool, len(truth))
	class := func(c int) float64 {
		for i, t := range truth {
			score[i], positive[i] = p[i][c], t == c
		}
		return area(Rank(score, positive))
	}
	if k == 2 {
		a := class(1)
		return a, a
	}
	areas := make([]float64, k)
	for c := range areas {
		areas[c] = class(c)
	}
	return stat.Mean(areas, nil), stat.Mean(areas, support)
}
