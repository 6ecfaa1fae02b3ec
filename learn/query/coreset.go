package query

import (
	"context"

	"inkling/learn/dense"
)

// coreSet is k-centre greedy: each pick is the candidate farthest from all that
// has an answer or was picked (Sener, Savarese, "Active learning for
// convolutional neural networks: a core-set approach", ICLR 2018; Gonzalez 1985).
// Where nothing has an answer, the first pick is the candidate closest to the
// middle. It takes O(N (L + n) d); the greedy cover is at most twice as wide as
// the best one.
func coreSet(ctx context.Context, v *view, n int) ([]choice, error) {
	far, err := v.farthest(ctx, v.Labelled.Vectors)
	if err != nil {
		return nil, err
	}
	if len(v.Labelled.Vectors) == 0 && n > 0 {
		first := choice{at: v.middle(), why: Typical, stands: v.len()}
		if err := far.take(ctx, first.at); err != nil {
			return nil, err
		}
		rest, err := far.pick(ctx, n-1)
		return append([]choice{first}, rest...), err
	}
	return far.pick(ctx, n)
}

// farthest keeps the distance of each candidate to the nearest item that is
// covered.
type farthest struct {
	v     *view
	sq    []float32
	near  []float32 // square of the distance; negative for what was picked
	first bool      // nothing is covered yet
}

func (v *view) farthest(ctx context.Context, covered [][]float32) (*farthest, error) {
	f := &farthest{v: v, sq: squares(v.len(), v.vector), near: make([]float32, v.len()), first: true}
	if len(covered) == 0 {
		return f, nil
	}
	cc := squares(len(covered), func(j int) []float32 { return covered[j] })
	f.first = false
	for i := range f.near {
		if i%16 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		x := v.vector(i)
		for j, y := range covered {
			if s := apart(f.sq[i], cc[j], dense.Dot(x, y)); j == 0 || s < f.near[i] {
				f.near[i] = s
			}
		}
	}
	return f, nil
}

func (f *farthest) cover(ctx context.Context, x []float32) error {
	xx := dense.Dot(x, x)
	for i := range f.near {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if f.near[i] < 0 {
			continue
		}
		if s := apart(f.sq[i], xx, dense.Dot(f.v.vector(i), x)); f.first || s < f.near[i] {
			f.near[i] = s
		}
	}
	f.first = false
	return nil
}

func (f *farthest) take(ctx context.Context, i int) error {
	f.near[i] = -1
	return f.cover(ctx, f.v.vector(i))
}

func (f *farthest) pick(ctx context.Context, n int) ([]choice, error) {
	var out []choice
	for range n {
		at := 0
		for i, s := range f.near {
			if s > f.near[at] {
				at = i
			}
		}
		out = append(out, choice{at: at, score: float64(f.near[at]), why: Far})
		if err := f.take(ctx, at); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// middle is the candidate closest to the mean of all.
func (v *view) middle() int {
	d := len(v.vector(0))
	sum := make([]float64, d)
	for i := range v.at {
		for j, x := range v.vector(i) {
			sum[j] += float64(x)
		}
	}
	mean := make([]float32, d)
	for j := range mean {
		mean[j] = float32(sum[j] / float64(v.len()))
	}
	mm := dense.Dot(mean, mean)
	at, least := 0, float32(0)
	for i := range v.at {
		x := v.vector(i)
		if s := apart(dense.Dot(x, x), mm, dense.Dot(x, mean)); i == 0 || s < least {
			at, least = i, s
		}
	}
	return at
}
