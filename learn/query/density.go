package query

import (
	"context"
	"math"

	"inkling/learn/dense"
)

// density weighs the margin's uncertainty by how like the pool an item is: the
// mean cosine to all candidates, those that read the same counted each (Settles,
// Craven, "An analysis of active learning strategies for sequence labeling
// tasks", EMNLP 2008, with beta 1). The mean of the cosines is the cosine to the
// mean, so that it takes O(N d).
func density(ctx context.Context, v *view, n int) ([]choice, error) {
	by := make([]float32, v.len()) // 1 / length
	var mean []float64
	total := 0
	for i := range v.at {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x := v.vector(i)
		if mean == nil {
			mean = make([]float64, len(x))
		}
		total += v.times[i]
		if s := dense.Dot(x, x); s > 0 {
			by[i] = float32(1 / math.Sqrt(float64(s)))
		}
		for j, y := range x {
			mean[j] += float64(float64(v.times[i]) * float64(y*by[i]))
		}
	}
	middle := make([]float32, len(mean))
	for j, x := range mean {
		middle[j] = float32(x / float64(total))
	}
	return best(ctx, v, n, func(i int) float64 {
		return Margin{}.Score(v.probs(i)) * max(0, float64(by[i]*dense.Dot(v.vector(i), middle)))
	}, v.uncertain)
}
