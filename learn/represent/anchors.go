package represent

import (
	"context"
	"errors"

	"inkling/learn/feature"
)

// learnAnchors makes the vectors of the items that G averages over, and of their
// averages.
func (r *Representation) learnAnchors(ctx context.Context, src Source, o Options, progress func(float64)) error {
	half := r.half()
	rows, own := newMatrix(0, half), make([]float32, half)
	n := min(src.Len(), o.Anchors)
	err := src.Each(ctx, func(i int, row feature.Row, words []uint64) error {
		if i >= o.Anchors {
			return errEnough
		}
		r.own(row, words, own)
		if norm(own) > 0 {
			rows.v = append(append(rows.v, own...), make([]float32, rows.stride-half)...)
			rows.rows++
		}
		if i%looks == 0 {
			progress(0.3 * float64(i) / float64(n))
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	var order []int
	if r.centres, order, r.start, err = arrange(ctx, rows, half); err != nil {
		return err
	}
	if r.base, err = newTable(ctx, half, nil, rows.rows, func(i int, into []float32) { copy(into, rows.row(order[i])) }); err != nil {
		return err
	}
	r.build()
	var q query
	r.once, err = newTable(ctx, half, nil, rows.rows, func(i int, into []float32) {
		clear(own)
		r.base.add(own, i, 1)
		copy(into, own)
		norm(own)
		near := r.index.search(&q, own, r.neighbours, i)
		for _, h := range near {
			r.base.add(into, h.at, 1)
		}
		mean(into, len(near)+1)
		if i%looks == 0 {
			progress(0.3 + 0.7*float64(i)/float64(n))
		}
	})
	return err
}

// build makes what is not kept.
func (r *Representation) build() { r.index = newIndex(&r.centres, &r.base, r.start) }

// mean divides a sum of n vectors by their number.
func mean(x []float32, n int) {
	by := 1 / float32(n)
	for i := range x {
		x[i] *= by
	}
}
