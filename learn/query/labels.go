package query

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// cvirs is for several labels: it ranks the candidates by the margin of each
// label, |P(yes) - P(no)|, adds the ranks up by Borda's count, and multiplies with
// how inconsistent the predicted set of labels is with those that were answered
// (Reyes, Morell, Ventura, "Effective active learning strategy for multi-label
// learning", Neurocomputing 2018: category vector inconsistency and ranking of
// scores). It takes O(N c log N + S L c), where S is the number of different
// predicted sets.
func cvirs(ctx context.Context, v *view, n int) ([]choice, error) {
	labels := len(v.probs(0))
	rank := make([]float64, v.len())
	order := make([]int, v.len())
	for c := range labels {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		margin := func(i int) float64 { return math.Abs(2*v.probs(i)[c] - 1) }
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(margin(a), margin(b)) })
		place := 0
		for k, i := range order {
			if k > 0 && margin(i) > margin(order[k-1]) {
				place = k // equal margins share the better place
			}
			rank[i] += float64(v.len() - 1 - place)
		}
	}
	most := float64(labels * max(1, v.len()-1))
	inconsistent := map[string]float64{}
	return best(ctx, v, n, func(i int) float64 {
		set := make([]byte, labels)
		for c, q := range v.probs(i) {
			if q > 0.5 {
				set[c] = 1
			}
		}
		x, ok := inconsistent[string(set)]
		if !ok {
			x = inconsistency(set, v.Labelled.Sets)
			inconsistent[string(set)] = x
		}
		return rank[i] / most * x
	}, func(int) Why { return Uncertain })
}

// inconsistency is the mean over the answered sets of how much a set differs from
// each: the share of labels that differ, or 1 where knowing one set says nothing
// of the other (their normalised entropy distance is 1).
func inconsistency(set []byte, answered [][]int) float64 {
	if len(answered) == 0 {
		return 1
	}
	each := make([]float64, len(answered))
	q := float64(len(set))
	for j, other := range answered {
		var both, onlyA, onlyB int
		has := make([]bool, len(set))
		for _, c := range other {
			if c < len(has) {
				has[c] = true
			}
		}
		for c, x := range set {
			switch {
			case x == 1 && has[c]:
				both++
			case x == 1:
				onlyA++
			case has[c]:
				onlyB++
			}
		}
		a, b, c := float64(both)/q, float64(onlyA)/q, float64(onlyB)/q
		d := 1 - a - b - c
		joint := entropy([]float64{a, b, c, d})
		each[j] = 1
		if joint == 0 { // both sets are all labels, or none
			each[j] = b + c
			continue
		}
		apart := (2*joint - entropy([]float64{a + b, c + d}) - entropy([]float64{a + c, b + d})) / joint
		if apart < 1-1e-12 {
			each[j] = b + c
		}
	}
	slices.Sort(each) // so that the order of the answers does not show in the last bit
	sum := 0.0
	for _, x := range each {
		sum += x
	}
	return sum / float64(len(each))
}
