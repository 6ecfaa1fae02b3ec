package query

import (
	"cmp"
	"context"
	"slices"
)

// pointwise completes a strategy that asks for the highest scores first, ties by
// hash.
func pointwise(r Scorer, s Strategy) Strategy {
	s.Scorer = r
	if _, ok := r.(Random); ok {
		return of(func(_ context.Context, v *view, n int) ([]choice, error) {
			out := make([]choice, n) // the view is in a random order
			for i := range out {
				out[i] = choice{at: i, score: 1, why: Drawn}
			}
			return out, nil
		}, s, r.Name())
	}
	s.Needs = NeedsProbs
	return of(func(ctx context.Context, v *view, n int) ([]choice, error) {
		return best(ctx, v, n, func(i int) float64 { return r.Score(v.probs(i)) }, v.uncertain)
	}, s, r.Name())
}

// best returns the n candidates with the highest scores, ties in the order of
// the view.
func best(ctx context.Context, v *view, n int, score func(i int) float64, why func(i int) Why) ([]choice, error) {
	before := func(a, b choice) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.at, b.at)) }
	room := max(4*n, 1024) // that the best ones are kept in, and sorted out when it is full
	out := make([]choice, 0, min(room, v.len()))
	for i := range v.at {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if len(out) == room {
			slices.SortFunc(out, before)
			out = out[:n]
		}
		out = append(out, choice{at: i, score: score(i)})
	}
	slices.SortFunc(out, before)
	out = out[:min(n, len(out))]
	for k := range out {
		out[k].why = why(out[k].at)
	}
	return out, nil
}

// checkEvery is how many candidates are looked at between two looks at the
// context: well below 50 ms of work.
const checkEvery = 1024

// uncertain is the reason of a candidate that a model's doubt brought in.
func (v *view) uncertain(i int) Why {
	if class, _, _ := top(v.probs(i)); class < len(v.Unseen) && v.Unseen[class] {
		return Unseen
	}
	return Uncertain
}
