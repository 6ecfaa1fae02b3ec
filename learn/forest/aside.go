package forest

import (
	"context"
	"math"
	"math/rand/v2"

	"inkling/learn/feature"
)

// aside is rows that boosting does not learn from, with their scores so far.
type aside struct {
	d     feature.Data
	bins  [][]uint8
	score []float64 // by row and output
}

// part says which rows are learned from, and sets rows apart: those that the caller names, or
// every so many of ours.
func (b *booster) part(ctx context.Context, bd *binned) error {
	own := b.o.holds(bd.n)
	rng := rand.New(rand.NewPCG(b.o.Seed, 0x68))
	var held aside
	var out []int
	for i := range bd.n {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if !own || rng.IntN(holdOne) > 0 {
			b.fit = append(b.fit, uint32(i))
			continue
		}
		row := make([]uint8, len(bd.list))
		for j, col := range bd.col {
			row[j] = col[i]
		}
		held.bins, out = append(held.bins, row), append(out, i)
	}
	held.d = b.d.Take(out)
	of := func(d *feature.Data) *aside {
		if d == nil || len(d.Rows) == 0 {
			return nil
		}
		a := &aside{d: *d}
		for _, r := range d.Rows {
			row := make([]uint8, len(bd.list))
			bd.bins(r, row)
			a.bins = append(a.bins, row)
			if len(a.bins)%checkRows == 0 && ctx.Err() != nil {
				break
			}
		}
		return a
	}
	switch {
	case own && len(held.bins) > 0:
		b.hold = &held
	case b.o.Patience > 0:
		b.hold = of(b.o.Hold)
	}
	if b.o.Progress != nil {
		b.watch = of(b.o.Valid)
	}
	for _, a := range []*aside{b.hold, b.watch} {
		if a == nil {
			continue
		}
		a.score = make([]float64, len(a.bins)*b.outputs)
		for i := range a.score {
			if b.m.task != oneNumber {
				a.score[i] = b.m.base[i%b.outputs]
			}
		}
	}
	return ctx.Err()
}

// measure adds the last round's trees to the scores and returns the loss and
// the accuracy; NaN where there are no rows.
func (a *aside) measure(ctx context.Context, b *booster) (loss, accuracy float64, err error) {
	if a == nil {
		return math.NaN(), math.NaN(), nil
	}
	const chunk = 1024
	m, k := b.m, b.outputs
	from := len(m.t.roots) - len(b.active)
	err = share(ctx, b.o.Workers, (len(a.bins)+chunk-1)/chunk, func(at int) {
		for i := at * chunk; i < min(len(a.bins), (at+1)*chunk); i++ {
			for t := from; t < len(m.t.roots); t++ {
				a.score[i*k+int(m.output[t])] += m.t.nodes[m.t.walk(m.t.roots[t], a.bins[i])].value()
			}
		}
	})
	s := tally(a.d, func(i int, p []float64) bool {
		copy(p, a.score[i*k:(i+1)*k])
		m.link(p)
		return true
	}, m.classes)
	return s.Loss, s.Accuracy, err
}
