package query

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"inkling/label"
)

// ErrPool is a pool whose parts do not fit together, or that lacks what a
// selector needs.
var ErrPool = errors.New("query: unusable pool")

// Pool is what a Selector chooses from: the candidates, which have no answer
// yet, and what is known of the items that have one. Only Nums is needed by
// all; the other slices of the candidates are nil or as long. Nothing of it is
// changed.
type Pool struct {
	Kind   label.Kind // of answer; the zero value is Classes
	Nums   []uint64   // number of each candidate, no two the same
	Keys   []uint64   // equal where candidates read the same; nil where all differ
	Unseen []bool     // classes without an answer yet; may be short

	// Probs is what learn.Model.Predict writes for each candidate: the
	// probability of each class, of each label by itself, or one number.
	Probs [][]float64

	// Vectors is the dense representation of each candidate, all of one length;
	// finite. An item without one has all zeros.
	Vectors [][]float32

	// Committee is what each member of a committee predicts for each candidate,
	// in the form of Probs: Committee[member][candidate]. See Bootstrap.
	Committee [][][]float64

	// Graph holds the candidates' nearest neighbours by their numbers, where
	// they were found before: it may know more items than there are candidates.
	// Where it is nil, it is made from Vectors.
	Graph *Graph

	Labelled Labelled
}

// Labelled is what is known of the items that have an answer. The slices that
// are not nil have the same length; exactly one of Class, Sets and Target is
// set where there are items.
type Labelled struct {
	Class   []int       // of each item
	Sets    [][]int     // labels of each item, ascending
	Target  []float64   // number of each item
	Vectors [][]float32 // as those of the pool
	Probs   [][]float64 // what the model that scored the pool says of it
}

// Len is the number of items with an answer.
func (l Labelled) Len() int {
	return max(len(l.Class), len(l.Sets), len(l.Target), len(l.Vectors), len(l.Probs))
}

// Pick is one item that a Selector chose.
type Pick struct {
	Index  int     // in the pool
	Num    uint64  // of the item
	Score  float64 // what it was chosen for; of one selector, and of one place in the order
	Why    Why     // the reason
	Stands int     // Representative, Typical: how many candidates it stands for, itself among them
}

// Selector chooses which items to ask about next.
//
// Selectors are pure and safe for concurrent use. The same pool and seed give
// the same picks; the order of the candidates and of the items with an answer
// makes no difference. A selector picks n candidates, or all where there are
// fewer: it never runs dry. Of those with one key the first is picked before
// the second of any. It returns the context's error soon after the context
// ended, ErrPool where the pool is not what it needs.
type Selector interface {
	// Name is what the command line and the screens call the strategy.
	Name() string

	// Select returns the picks, the first one to be asked first.
	Select(ctx context.Context, p *Pool, n int, seed uint64) ([]Pick, error)
}

// Needs is what a selector reads of a pool beyond the candidates' numbers.
type Needs uint8

// The parts of a pool.
const (
	NeedsProbs     Needs = 1 << iota // Pool.Probs: a model
	NeedsVectors                     // Pool.Vectors: a representation
	NeedsCommittee                   // Pool.Committee: several models
	NeedsLabelled                    // Pool.Labelled: answers, with their vectors where it needs vectors
)

// String names the parts, for errors and for screens.
func (n Needs) String() string {
	text := ""
	for i, name := range []string{"a model", "a representation", "a committee", "answers"} {
		if n&(1<<i) != 0 {
			if text != "" {
				text += ", "
			}
			text += name
		}
	}
	return text
}

// check reports what of the pool does not fit together, or is lacking.
func (p *Pool) check(needs Needs) error {
	n := len(p.Nums)
	fits := func(what string, length int) error {
		if length != 0 && length != n {
			return fmt.Errorf("%w: %d %s for %d candidates", ErrPool, length, what, n)
		}
		return nil
	}
	err := errors.Join(fits("keys", len(p.Keys)), fits("probabilities", len(p.Probs)), fits("vectors", len(p.Vectors)))
	for _, m := range p.Committee {
		if len(m) != n {
			err = errors.Join(err, fmt.Errorf("%w: a member of the committee tells %d of %d candidates", ErrPool, len(m), n))
		}
	}
	known := p.Labelled.Len()
	for _, length := range []int{len(p.Labelled.Class), len(p.Labelled.Sets), len(p.Labelled.Target), len(p.Labelled.Vectors), len(p.Labelled.Probs)} {
		if length != 0 && length != known {
			err = errors.Join(err, fmt.Errorf("%w: %d of something for %d items with an answer", ErrPool, length, known))
		}
	}
	err = errors.Join(err, even("probabilities", p.Probs), even("vectors", p.Vectors), even("vectors of items with an answer", p.Labelled.Vectors))
	if n > 0 && len(p.Vectors) > 0 && len(p.Labelled.Vectors) > 0 && len(p.Vectors[0]) != len(p.Labelled.Vectors[0]) {
		err = errors.Join(err, fmt.Errorf("%w: vectors of %d and of %d numbers", ErrPool, len(p.Vectors[0]), len(p.Labelled.Vectors[0])))
	}
	var lacks Needs
	if len(p.Probs) == 0 {
		lacks |= NeedsProbs
	}
	if len(p.Vectors) == 0 {
		lacks |= NeedsVectors
	}
	if len(p.Committee) == 0 {
		lacks |= NeedsCommittee
	}
	if known == 0 || len(p.Vectors) > 0 && len(p.Labelled.Vectors) == 0 {
		lacks |= NeedsLabelled
	}
	if n > 0 && lacks&needs != 0 {
		err = errors.Join(err, fmt.Errorf("%w: it lacks %s", ErrPool, lacks&needs))
	}
	return err
}

// even reports rows that have not all the same length.
func even[T any](what string, rows [][]T) error {
	for _, r := range rows {
		if len(r) != len(rows[0]) {
			return fmt.Errorf("%w: %s of %d and of %d numbers", ErrPool, what, len(rows[0]), len(r))
		}
	}
	return nil
}

// view is a pool as methods see it: candidates that read the same stand in it
// once, all in an order by hash, which is a random one and owes nothing to the
// order of the pool.
type view struct {
	*Pool
	at    []int   // index in the pool of each
	times []int   // how many candidates read like each
	more  [][]int // those, but for the one in the view, in the order of at
	seed  uint64
}

func newView(p *Pool, seed uint64) *view {
	v := &view{Pool: p, seed: seed}
	type place struct {
		hash, key, num uint64
		index          int
	}
	places := make([]place, len(p.Nums))
	for i, num := range p.Nums {
		key := num
		if p.Keys != nil {
			key = p.Keys[i]
		}
		places[i] = place{hashOf(key, seed), key, num, i}
	}
	slices.SortFunc(places, func(a, b place) int {
		switch {
		case a.hash != b.hash:
			return order(a.hash, b.hash)
		case a.key != b.key:
			return order(a.key, b.key)
		}
		return order(a.num, b.num)
	})
	v.at = make([]int, 0, len(places))
	var last uint64
	for i, x := range places {
		if i > 0 && x.key == last {
			k := len(v.at) - 1
			v.times[k]++
			v.more[k] = append(v.more[k], x.index)
			continue
		}
		v.at, v.times, v.more, last = append(v.at, x.index), append(v.times, 1), append(v.more, nil), x.key
	}
	return v
}

func order(a, b uint64) int {
	if a < b {
		return -1
	}
	return 1
}

// hashOf is the place of a key in an order that the seed draws: the same as a
// Ranker's.
func hashOf(key, seed uint64) uint64 { return mix(key ^ mix(seed+0x632be59bd9b4e019)) }

// len, probs and vector are those of the view's candidates.
func (v *view) len() int               { return len(v.at) }
func (v *view) probs(i int) []float64  { return v.Probs[v.at[i]] }
func (v *view) vector(i int) []float32 { return v.Vectors[v.at[i]] }

// choice is a candidate of a view that a method chose.
type choice struct {
	at     int
	score  float64
	why    Why
	stands int
}

// method is what a strategy does with a view: it returns up to n different
// candidates in order.
type method func(ctx context.Context, v *view, n int) ([]choice, error)

// batch is a Selector made of a method.
type batch struct {
	name  string
	needs Needs
	most  int  // candidates that it looks at all of; 0 for any number
	graph bool // of any number where the pool has a graph
	do    method
}

func (b batch) Name() string { return b.name }

func (b batch) Select(ctx context.Context, p *Pool, n int, seed uint64) ([]Pick, error) {
	if err := p.check(b.needs); err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	n = max(0, min(n, len(p.Nums)))
	if n == 0 {
		return nil, ctx.Err()
	}
	v := newView(p, seed)
	most := b.most
	if b.graph && p.Graph != nil && len(p.Probs) > 0 {
		most = 0
	}
	chosen, err := v.cut(ctx, most, min(n, v.len()), b.do)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", b.name, err)
	}
	return v.picks(chosen, n), ctx.Err()
}

// cut lets a method choose among most candidates at most: half of them the most
// uncertain ones, where there is a model, the others drawn at random.
func (v *view) cut(ctx context.Context, most, n int, do method) ([]choice, error) {
	if most > 0 {
		most = max(most, 2*n)
	}
	if most == 0 || v.len() <= most {
		return do(ctx, v, n)
	}
	var in []int
	if len(v.Probs) > 0 && v.Kind <= label.Classes {
		worst, err := best(ctx, v, most/2, func(i int) float64 { return Margin{}.Score(v.probs(i)) }, v.uncertain)
		if err != nil {
			return nil, err
		}
		for _, c := range worst {
			in = append(in, c.at)
		}
		slices.Sort(in)
	}
	uncertain := in
	for i := 0; len(in) < most; i++ {
		if _, ok := slices.BinarySearch(uncertain, i); !ok {
			in = append(in, i)
		}
	}
	slices.Sort(in)
	part := &view{Pool: v.Pool, seed: v.seed}
	for _, i := range in {
		part.at, part.times, part.more = append(part.at, v.at[i]), append(part.times, v.times[i]), append(part.more, v.more[i])
	}
	chosen, err := do(ctx, part, n)
	for k := range chosen {
		chosen[k].at = in[chosen[k].at]
	}
	return chosen, err
}

// picks turns choices into n picks. What the method left is filled up with the
// other candidates in the order of the view, and then with those that read like
// one before, round by round.
func (v *view) picks(chosen []choice, n int) []Pick {
	out := make([]Pick, 0, n)
	taken := make([]bool, v.len())
	add := func(index int, c choice) {
		if len(out) < n {
			out = append(out, Pick{Index: index, Num: v.Nums[index], Score: c.score, Why: c.why, Stands: c.stands})
		}
	}
	for _, c := range chosen {
		taken[c.at] = true
		add(v.at[c.at], c)
	}
	for i := range v.at {
		if !taken[i] {
			chosen = append(chosen, choice{at: i, why: Drawn})
			add(v.at[i], chosen[len(chosen)-1])
		}
	}
	for round := 0; len(out) < n; round++ {
		for _, c := range chosen {
			if round < len(v.more[c.at]) {
				add(v.more[c.at][round], c)
			}
		}
	}
	return out
}
