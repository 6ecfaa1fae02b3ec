package query

import (
	"context"
	"fmt"
	"slices"

	"inkling/learn/dense"
	"inkling/learn/exact"
)

// contrastOf is the number of neighbours of contrastive.
const contrastOf = 10

// contrastive asks for the candidates of which the model says other things than
// of the items with an answer that are nearest to them: the mean Kullback-Leibler
// divergence of its distribution for 10 neighbours from that for the candidate
// (Margatina, Vernikos, Barrault, Aletras, "Active learning by acquiring
// contrastive examples", EMNLP 2021). It takes O(N L (d + c)).
func contrastive(ctx context.Context, v *view, n int) ([]choice, error) {
	known := v.Labelled
	if len(known.Probs) == 0 {
		return nil, fmt.Errorf("%w: what the model says of the items with an answer is lacking", ErrPool)
	}
	kk := squares(known.Len(), func(j int) []float32 { return known.Vectors[j] })
	type neighbour struct {
		apart float32
		kl    float64
	}
	list := make([]neighbour, known.Len())
	var failed error
	chosen, err := best(ctx, v, n, func(i int) float64 {
		if i%64 == 0 && failed == nil {
			failed = ctx.Err()
		}
		if failed != nil {
			return 0
		}
		x := v.vector(i)
		xx := dense.Dot(x, x)
		for j := range list {
			list[j] = neighbour{apart(xx, kk[j], dense.Dot(x, known.Vectors[j])), 0}
		}
		limit := nth(list, contrastOf, func(a neighbour) float32 { return a.apart })
		near := make([]neighbour, 0, contrastOf)
		for j, a := range list {
			if a.apart <= limit {
				a.kl = divergence(known.Probs[j], v.probs(i))
				near = append(near, a)
			}
		}
		slices.SortFunc(near, func(a, b neighbour) int { // also by what is summed, so that no order of the answers shows
			switch {
			case a.apart < b.apart || a.apart == b.apart && a.kl < b.kl:
				return -1
			case a == b:
				return 0
			}
			return 1
		})
		near = near[:min(contrastOf, len(near))]
		sum := 0.0
		for _, a := range near {
			sum += a.kl
		}
		return sum / float64(len(near))
	}, func(int) Why { return Contrasting })
	if failed != nil {
		return nil, failed
	}
	return chosen, err
}

// nth is the k-th smallest value, or the largest where there are fewer.
func nth[T any](list []T, k int, value func(T) float32) float32 {
	least := make([]float32, 0, k)
	for _, x := range list {
		y := value(x)
		if len(least) == k && y >= least[k-1] {
			continue
		}
		at, _ := slices.BinarySearch(least, y)
		if len(least) == k {
			least = least[:k-1]
		}
		least = slices.Insert(least, at, y)
	}
	return least[len(least)-1]
}

// divergence is the Kullback-Leibler divergence of q from p, in nats;
// probabilities of q are taken to be at least 1e-12.
func divergence(p, q []float64) float64 {
	sum := 0.0
	for c := range min(len(p), len(q)) {
		if p[c] > 0 {
			sum += float64(p[c] * exact.Log(p[c]/max(q[c], 1e-12)))
		}
	}
	return max(0, sum)
}
