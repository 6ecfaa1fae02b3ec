package query

import (
	"context"
	"math"

	"inkling/learn/dense"
)

// expectedChange asks where the gradient of the loss would be longest, in the
// mean over the classes as probable as the model says (Settles, Craven, Ray,
// "Multiple-instance active learning", NIPS 2007: expected gradient length). For a
// linear model on top the gradient of class y is (p - e_y) (x, 1), whose length
// needs no product. It takes O(N (c + d)).
func expectedChange(ctx context.Context, v *view, n int) ([]choice, error) {
	return best(ctx, v, n, func(i int) float64 {
		p := v.probs(i)
		sum := 0.0
		for _, q := range p {
			sum += float64(q * q)
		}
		mean := 0.0
		for _, q := range p {
			mean += float64(q * math.Sqrt(max(0, sum-2*q+1)))
		}
		length := 1.0
		if len(v.Vectors) > 0 {
			x := v.vector(i)
			length = math.Sqrt(1 + float64(dense.Dot(x, x)))
		}
		return mean * length
	}, func(int) Why { return Influential })
}
