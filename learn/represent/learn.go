package represent

import (
	"context"
	"errors"
	"math"
	"slices"

	"inkling/learn/feature"
)

// Learn learns a representation; one of length 0 where there is too little to learn
// from. The same items in the same order give the same bytes. Progress is told from 0
// to 1.
func Learn(ctx context.Context, src Source, o Options, progress func(done float64)) (*Representation, error) {
	o = o.withDefaults()
	if progress == nil {
		progress = func(float64) {}
	}
	part := func(from, to float64) func(float64) {
		return func(done float64) { progress(from + done*(to-from)) }
	}
	c, err := collect(ctx, src, o)
	if err != nil {
		return nil, err
	}
	r := &Representation{neighbours: o.Neighbours}
	if c.items() < leastItems {
		r.start = []int{0}
		r.build()
		return r, ctx.Err()
	}
	progress(0.05)
	// Few items do not have more to tell.
	o.Topics, o.Wide = min(o.Topics, c.items()/4), min(o.Wide, c.items()/4)
	if err := r.learnTopics(ctx, c, o, part(0.05, 0.45)); err != nil {
		return nil, err
	}
	if err := r.learnWords(ctx, c, o, part(0.45, 0.75)); err != nil {
		return nil, err
	}
	if r.half() == 0 {
		r.start = []int{0}
		r.build()
		return r, ctx.Err()
	}
	if err := r.learnAnchors(ctx, src, o, part(0.75, 1)); err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

// corpus is what is read of the items once: their rows one after the other, and their
// words.
type corpus struct {
	rows  sparse   // of all features
	words []uint64 // of all items, each ended by feature.Break
}

func (c *corpus) items() int { return c.rows.rows }

// errEnough ends the reading.
var errEnough = errors.New("enough")

// collect reads the items that Z and E are learned from.
func collect(ctx context.Context, src Source, o Options) (*corpus, error) {
	c := &corpus{rows: sparse{start: []int{0}}}
	err := src.Each(ctx, func(i int, r feature.Row, words []uint64) error {
		if i >= o.Items {
			return errEnough
		}
		n, _ := slices.BinarySearch(r.Index, uint32(min(o.Texts, math.MaxInt32)))
		if n == 0 {
			return nil
		}
		c.rows.index = append(c.rows.index, r.Index[:n]...)
		c.rows.value = append(c.rows.value, r.Value[:n]...)
		c.rows.start = append(c.rows.start, len(c.rows.index))
		c.rows.rows++
		c.words = append(append(c.words, words...), feature.Break)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return c, ctx.Err()
}

// learnTopics finds the directions of Z.
func (r *Representation) learnTopics(ctx context.Context, c *corpus, o Options, progress func(float64)) error {
	var n times
	for _, f := range c.rows.index {
		n.add(f)
	}
	names := n.frequent(o.Features)
	place := placesOf(names)
	a := &sparse{rows: c.rows.rows, cols: len(names), start: make([]int, 1, len(c.rows.start)),
		index: make([]uint32, 0, len(c.rows.index)), value: make([]float32, 0, len(c.rows.index))}
	for i := range c.rows.rows {
		if i%looks == 0 {
			if err := look(ctx); err != nil {
				return err
			}
		}
		for k := c.rows.start[i]; k < c.rows.start[i+1]; k++ {
			if at := place.of(c.rows.index[k]); at >= 0 {
				a.index, a.value = append(a.index, uint32(at)), append(a.value, c.rows.value[k])
			}
		}
		a.start = append(a.start, len(a.index))
	}
	v, sigma, err := directions(ctx, a, o.Topics, o.Seed, progress)
	if err != nil {
		return err
	}
	if len(sigma) == 0 {
		return nil
	}
	r.topics, err = newTable(ctx, len(sigma), names, v.rows, func(i int, into []float32) { copy(into, v.row(i)) })
	return err
}
