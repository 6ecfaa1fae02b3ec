package represent

import (
	"context"
	"errors"
	"runtime"

	"inkling/learn/feature"
)

// learnAnchors makes the vectors of the items that G averages over, and of their
// averages.
func (r *Representation) learnAnchors(ctx context.Context, src Source, o Options, progress func(float64)) error {
	half := r.half()
	var all []float32
	e := &Encoder{r: r, base: make([]float32, half)}
	own, n := make([]float32, half), min(src.Len(), o.Anchors)
	err := src.Each(ctx, func(i int, row feature.Row, words []uint64) error {
		if i >= o.Anchors {
			return errEnough
		}
		r.sums(row, words, own)
		norm(own[:r.topics.cols])
		norm(own[r.topics.cols:])
		if e.setBase(own) {
			all = append(all, e.base...)
		}
		if i%looks == 0 {
			progress(0.3 * float64(i) / float64(n))
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	r.base = newTable(half, nil, func(i int, into []float32) { copy(into, all[i*half:]) }, len(all)/half)
	if err := r.build(ctx); err != nil {
		return err
	}
	near, err := r.index.all(ctx, r.neighbours, func(done float64) { progress(0.3 + 0.7*done) })
	if err != nil {
		return err
	}
	r.once = newTable(half, nil, func(i int, into []float32) {
		clear(into)
		r.base.add(into, i, 1)
		for _, h := range near[i] {
			r.base.add(into, h.at, 1)
		}
		by := 1 / float32(len(near[i])+1)
		for j := range into {
			into[j] *= by
		}
		if i%looks == 0 {
			runtime.Gosched()
		}
	}, r.base.rows())
	return ctx.Err()
}

// build makes what is not kept.
func (r *Representation) build(ctx context.Context) (err error) {
	r.index, err = newIndex(ctx, &r.base)
	return err
}
