package query

import (
	"context"
	"math"

	"inkling/learn/dense"
)

// greedyIO is greedy sampling in the input and the output space: each pick is
// the candidate whose least product of distances is greatest, that of its vector
// and that of its predicted number, over the items with an answer and those
// picked, of which the predicted number stands for the answer (Wu, Lin, Huang,
// "Active learning for regression using greedy sampling", Information Sciences
// 2019: iGS). Without answers it is greedy sampling in the input space. It takes
// O(N (L + n) d).
func greedyIO(ctx context.Context, v *view, n int) ([]choice, error) {
	known := v.Labelled
	if len(known.Vectors) == 0 || len(known.Target) == 0 || len(v.Probs) == 0 {
		return coreSet(ctx, v, n)
	}
	sq := squares(v.len(), v.vector)
	least := make([]float64, v.len())
	first := true
	cover := func(x []float32, y float64) error {
		xx := dense.Dot(x, x)
		for i := range least {
			if i%checkEvery == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			s := math.Sqrt(float64(apart(sq[i], xx, dense.Dot(v.vector(i), x)))) * math.Abs(v.probs(i)[0]-y)
			if first || s < least[i] {
				least[i] = s
			}
		}
		first = false
		return nil
	}
	for j, x := range known.Vectors {
		if err := cover(x, known.Target[j]); err != nil {
			return nil, err
		}
	}
	picked := make([]bool, v.len())
	var out []choice
	for range n {
		at := -1
		for i, s := range least {
			if !picked[i] && (at < 0 || s > least[at]) {
				at = i
			}
		}
		picked[at] = true
		out = append(out, choice{at: at, score: least[at], why: Far})
		if err := cover(v.vector(at), v.probs(at)[0]); err != nil {
			return nil, err
		}
	}
	return out, nil
}
