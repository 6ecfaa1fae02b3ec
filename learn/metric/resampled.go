package metric

import (
	"cmp"
	"math"
	"slices"
)

// rankItems sorts the items by the probability of a class.
func rankItems(truth []int, p [][]float64, class int) ranked {
	n := len(truth)
	r := ranked{item: make([]int, n), positive: make([]bool, n), last: make([]bool, n)}
	for i := range r.item {
		r.item[i] = i
	}
	slices.SortStableFunc(r.item, func(a, b int) int { return cmp.Compare(p[a][class], p[b][class]) })
	for j, i := range r.item {
		r.positive[j] = truth[i] == class
		r.last[j] = j == n-1 || p[r.item[j+1]][class] != p[i][class]
	}
	return r
}

// areas returns the area under the receiver operating characteristic and the
// average precision of a resample in which each item is so many times; NaN where
// it has no positives or no negatives. Nothing is sorted: the order of the items
// is that of the whole set.
func (r ranked) areas(times []int) (roc, pr float64) {
	pos, neg := 0, 0
	for j, i := range r.item {
		if r.positive[j] {
			pos += times[i]
		} else {
			neg += times[i]
		}
	}
	if pos == 0 || neg == 0 {
		return math.NaN(), math.NaN()
	}
	// Ascending, one score after the other: each positive wins over the negatives
	// below it, and half over those beside it. What is called positive at that
	// score is all that is not below.
	posBelow, negBelow, p, n := 0, 0, 0, 0
	won, precision := 0.0, 0.0
	for j, i := range r.item {
		if r.positive[j] {
			p += times[i]
		} else {
			n += times[i]
		}
		if !r.last[j] {
			continue
		}
		if p > 0 {
			won += float64(p) * (float64(negBelow) + float64(n)/2)
			tp, fp := pos-posBelow, neg-negBelow
			precision += float64(p) * float64(tp) / float64(tp+fp)
		}
		posBelow, negBelow, p, n = posBelow+p, negBelow+n, 0, 0
	}
	return won / float64(pos) / float64(neg), precision / float64(pos)
}

// percentilesOf is the interval at 95% of values in any order, which it sorts.
func percentilesOf(v []float64) Interval {
	slices.Sort(v)
	return percentiles(v, Level95)
}
