package simulate

import (
	"context"
	"fmt"
	"math/rand/v2"

	"inkling/learn/feature"
	"inkling/learn/query"
)

// run is one strategy under one seed.
type run struct {
	p        *Problem
	o        *Options
	strategy query.Strategy
	seed     uint64
	asked    []int // positions in the pool, in the order in which they were answered
	taken    []bool
	model    Predictor // of all answers so far; nil as long as there is nothing to tell apart
}

func newRun(p *Problem, o *Options, s query.Strategy, seed uint64) *run {
	return &run{p: p, o: o, strategy: s, seed: seed, taken: make([]bool, len(p.Pool.Rows))}
}

// curve asks and measures, and returns the score and the number of classes that
// have an answer at each point.
func (r *run) curve(ctx context.Context, labels []int, done func()) (scores []float64, seen []int, err error) {
	for k, n := range labels {
		if err := r.ask(ctx, n-len(r.asked), k); err != nil {
			return nil, nil, err
		}
		d := r.p.Pool.Take(r.asked)
		classes := seenIn(d)
		said := Predictor(first(d))
		r.model = nil
		if learnable(d, classes) {
			if r.model, err = r.p.Fit(ctx, d, r.seed); err != nil {
				return nil, nil, err
			}
			said = r.model
		}
		x, err := score(ctx, said, r.p.Test)
		if err != nil {
			return nil, nil, err
		}
		scores, seen = append(scores, x), append(seen, classes)
		done()
	}
	return scores, seen, nil
}

// full fits a model on the whole pool and measures it.
func (p *Problem) full(ctx context.Context, seed uint64) (float64, error) {
	m := Predictor(first(p.Pool))
	if learnable(p.Pool, seenIn(p.Pool)) {
		var err error
		if m, err = p.Fit(ctx, p.Pool, seed); err != nil {
			return 0, err
		}
	}
	return score(ctx, m, p.Test)
}

// ask has n more items answered, in the round of that number. As long as there is
// no model for a strategy that needs one, items are drawn, as they are for all
// strategies where the start is.
func (r *run) ask(ctx context.Context, n, round int) error {
	if round == 0 && r.o.Cold || r.model == nil && r.strategy.Needs&(query.NeedsProbs|query.NeedsCommittee) != 0 || round == 0 && r.strategy.Needs&query.NeedsLabelled != 0 {
		for _, i := range r.draw(n) {
			r.answer(i)
		}
		return nil
	}
	pool, at, err := r.pool(ctx)
	if err != nil {
		return err
	}
	picks, err := r.strategy.Select(ctx, pool, n, mix(r.seed, uint64(round)))
	if err != nil {
		return err
	}
	if len(picks) != n {
		return fmt.Errorf("%w: it chose %d items of %d, not %d", ErrStrategy, len(picks), len(at), n)
	}
	for _, pick := range picks {
		if pick.Index < 0 || pick.Index >= len(at) || r.taken[at[pick.Index]] {
			return fmt.Errorf("%w: it chose item %d of %d, or twice", ErrStrategy, pick.Index, len(at))
		}
		r.answer(at[pick.Index])
	}
	return nil
}

func (r *run) answer(i int) { r.asked, r.taken[i] = append(r.asked, i), true }

// draw returns n positions that have no answer, at random: by the seed alone, so
// that all strategies begin with the same.
func (r *run) draw(n int) []int {
	var out []int
	for _, i := range rand.New(rand.NewPCG(r.seed, 0x636f6c64)).Perm(len(r.taken)) {
		if !r.taken[i] && len(out) < n {
			out = append(out, i)
		}
	}
	return out
}

// pool is what the strategy may see: the items without an answer, with what the
// model and the committee say of them, and their positions; and the items with
// one.
func (r *run) pool(ctx context.Context) (*query.Pool, []int, error) {
	all, needs := r.p.Pool, r.strategy.Needs
	known := all.Take(r.asked)
	out := &query.Pool{Kind: r.p.kind(), Labelled: query.Labelled{Class: known.Class, Sets: known.Sets, Target: known.Target}, Graph: r.p.Graph}
	var at []int
	for i, t := range r.taken {
		if !t {
			at = append(at, i)
			out.Nums, out.Keys = append(out.Nums, uint64(i+1)), append(out.Keys, r.p.Keys[i])
		}
	}
	vectors := func(at []int) (v [][]float32) {
		if r.p.Vectors == nil {
			return nil
		}
		for _, i := range at {
			v = append(v, r.p.Vectors[i])
		}
		return v
	}
	if r.strategy.Scorer == nil {
		out.Vectors, out.Labelled.Vectors = vectors(at), vectors(r.asked)
	}
	out.Unseen = unseen(known)
	var err error
	if _, random := r.strategy.Scorer.(query.Random); r.model == nil || random {
		return out, at, nil
	}
	if out.Probs, err = tell(ctx, r.model, all, at); err != nil {
		return nil, nil, err
	}
	if out.Labelled.Probs, err = tell(ctx, r.model, all, r.asked); err != nil {
		return nil, nil, err
	}
	if needs&query.NeedsCommittee != 0 {
		for m, rows := range query.Bootstrap(len(r.asked), committee, mix(r.seed, uint64(len(r.asked)))) {
			d := known.Take(rows)
			if !learnable(d, seenIn(d)) {
				d = known
			}
			member, err := r.p.Fit(ctx, d, r.seed+uint64(m))
			if err != nil {
				return nil, nil, err
			}
			said, err := tell(ctx, member, all, at)
			if err != nil {
				return nil, nil, err
			}
			out.Committee = append(out.Committee, said)
		}
	}
	return out, at, nil
}

// committee is how many models a committee has.
const committee = 5

// tell returns what a model says of some rows.
func tell(ctx context.Context, m Predictor, d feature.Data, at []int) ([][]float64, error) {
	width := max(d.Classes, 1)
	room := make([]float64, width*len(at))
	out := make([][]float64, len(at))
	for k, i := range at {
		if k%scoreEvery == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		out[k] = room[k*width : (k+1)*width : (k+1)*width]
		m.Predict(d.Rows[i], out[k])
	}
	return out, nil
}

// unseen says of each class or label whether no row has it; nil for numbers.
func unseen(d feature.Data) []bool {
	if d.Target != nil {
		return nil
	}
	out := make([]bool, d.Classes)
	for c := range out {
		out[c] = true
	}
	for _, c := range d.Class {
		out[c] = false
	}
	for _, set := range d.Sets {
		for _, c := range set {
			out[c] = false
		}
	}
	return out
}

// seenIn is how many classes or labels the rows have.
func seenIn(d feature.Data) int {
	per, classes := d.Counts()
	for _, set := range d.Sets {
		for _, c := range set {
			if per[c]++; per[c] == 1 {
				classes++
			}
		}
	}
	return classes
}

// learnable reports whether there is anything to tell apart.
func learnable(d feature.Data, classes int) bool {
	if d.Class != nil {
		return classes > 1
	}
	return len(d.Rows) > 1
}

// first tells what the first answer says, whatever the item.
func first(d feature.Data) Predictor {
	p := make(always, max(d.Classes, 1))
	switch {
	case d.Target != nil:
		p[0] = d.Target[0]
	case d.Sets != nil:
		for _, c := range d.Sets[0] {
			p[c] = 1
		}
	default:
		p[d.Class[0]] = 1
	}
	return p
}

// always is a predictor that tells the same of everything.
type always []float64

// Predict tells what it always tells.
func (a always) Predict(_ feature.Row, p []float64) { copy(p, a) }

// mix makes one seed of two numbers (the finaliser of SplitMix64; Steele, Lea,
// Flood 2014).
func mix(seed, n uint64) uint64 {
	x := seed*0x9e3779b97f4a7c15 + n
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
