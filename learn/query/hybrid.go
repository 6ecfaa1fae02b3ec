package query

import (
	"context"
)

// preselect is how many times the picks the most uncertain candidates are that
// marginClusters groups.
const preselect = 10

// marginClusters groups the most uncertain candidates, ten times as many as are
// to be picked, by k-means in which each weighs as much as its uncertainty, and
// asks for the one closest to each centre (Zhdanov, "Diverse mini-batch active
// learning", 2019). It takes O(N c + n^2 d) a round of k-means.
func marginClusters(ctx context.Context, v *view, n int) ([]choice, error) {
	worst, err := best(ctx, v, preselect*n, func(i int) float64 { return Margin{}.Score(v.probs(i)) }, v.uncertain)
	if err != nil {
		return nil, err
	}
	weight := make([]float64, len(worst))
	for k, w := range worst {
		weight[k] = w.score
	}
	c, err := kmeans(ctx, len(worst), func(k int) []float32 { return v.vector(worst[k].at) }, weight, n, v.random())
	if err != nil {
		return nil, err
	}
	at := make([]int, len(c.centres))
	for j := range at {
		at[j] = -1
	}
	for k, j := range c.of {
		if at[j] < 0 || c.near[k] < c.near[at[j]] {
			at[j] = k
		}
	}
	taken := make([]bool, len(worst))
	for _, k := range at {
		if k >= 0 {
			taken[k] = true
		}
	}
	var out, rest []choice
	for k, w := range worst { // the most uncertain first
		if taken[k] {
			out = append(out, w)
		} else {
			rest = append(rest, w)
		}
	}
	out = append(out, rest...) // where fewer groups were found than were to be picked
	return out[:min(n, len(out))], nil
}
