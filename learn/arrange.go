package learn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"inkling/learn/query"
)

// Of the order of the queue.
const (
	arranged     = 1024 // entries among which the strategy picks, where it looks at several at once
	pickedOf     = 4    // one of so many of these is picked
	sketchLen    = 64   // numbers of a sketch
	sketched     = 4    // of them each feature is added to
	twins        = 0.8  // cosine of two sketches from which items are near-identical
	mostAnswered = 2048 // items with an answer that a strategy is told of
	lookahead    = 512  // entries among which another one is looked for, where one is near-identical to that before
)

// candidates is what a strategy and the order of the queue are told of some items.
type candidates struct {
	at       map[uint64]int // by number
	nums     []uint64
	keys     []uint64
	probs    [][]float64
	vectors  [][]float32
	sketches [][]float32
	rows     []Row // only where a committee is to be asked
}

// candidates reads items of the pool, in the order of their numbers, and asks a
// snapshot about them, nil for none. Items of the audit stream are left out.
func (t *Trainer) candidates(ctx context.Context, s *Snapshot, sp *space, nums []uint64) (*candidates, error) {
	c := &candidates{at: make(map[uint64]int, len(nums))}
	if s != nil {
		t.poolFor(sp, s.model)
	} else {
		t.poolFor(sp, nil)
	}
	rows := t.strategy().Needs&query.NeedsCommittee != 0
	err := t.poolRows(ctx, sp, nums, func(num, key uint64, r Row) {
		c.at[num] = len(c.nums)
		c.nums, c.keys = append(c.nums, num), append(c.keys, key)
		if s != nil {
			p := make([]float64, s.model.Classes())
			s.predict(r, p)
			c.probs = append(c.probs, p)
		}
		x := sketch(r)
		c.sketches = append(c.sketches, x)
		if len(r.Vector) > 0 {
			x = slices.Clone(r.Vector)
		}
		c.vectors = append(c.vectors, x) // a sketch where the project has no representation
		if rows {
			c.rows = append(c.rows, Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Table: slices.Clone(r.Table), Vector: slices.Clone(r.Vector)})
		}
	})
	return c, err
}

// sketch is a short vector whose inner products are those of rows, about: each
// feature is added to four of 64 numbers, with a sign (Charikar, Chen,
// Farach-Colton, "Finding frequent items in data streams", 2002; Weinberger and
// others, "Feature hashing for large scale multitask learning", ICML 2009). Its
// length is 1, or 0 for a row without features.
func sketch(r Row) []float32 {
	x := make([]float32, sketchLen)
	for i, f := range r.Index {
		h := mix(uint64(f) + 1)
		for range sketched {
			v := r.Value[i]
			if h>>6&1 == 1 {
				v = -v
			}
			x[h%sketchLen] += v
			h >>= 7
		}
	}
	sum := 0.0 // products of two float32 are exact in float64
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	if sum > 0 {
		for j := range x {
			x[j] = float32(float64(x[j]) / math.Sqrt(sum))
		}
	}
	return x
}

// nearIdentical reports whether two items of the candidates read almost the same.
// What is not among them is like nothing.
func (c *candidates) nearIdentical(a, b uint64) bool {
	i, ok := c.at[a]
	j, known := c.at[b]
	if !ok || !known {
		return false
	}
	sum := 0.0
	for k, x := range c.sketches[i] {
		sum += float64(x) * float64(c.sketches[j][k])
	}
	return sum >= twins
}

// arrange puts in front of a ranking what the strategy picks among its first
// entries, and parts near-identical ones. Entries drawn at random keep their
// places, unless all are. The candidates may be more or fewer than the entries.
func (t *Trainer) arrange(ctx context.Context, s *Snapshot, c *candidates, r *query.Ranking) error {
	st := t.strategy()
	if s == nil && (st.Scorer != nil || st.Needs&(query.NeedsProbs|query.NeedsCommittee|query.NeedsLabelled) != 0) {
		st, _ = query.Parse(query.Default) // which begins without a model
	}
	if st.Scorer == nil {
		p, err := t.choices(ctx, s, c, r)
		if err != nil {
			return err
		}
		n := (len(p.Nums) + pickedOf - 1) / pickedOf
		if s == nil {
			n = min(n, coldPicks)
		}
		picks, err := st.Select(ctx, p, n, t.task.Seed)
		if err != nil {
			return fmt.Errorf("choose what to ask next: %w", err)
		}
		r.Strategy = st.Name()
		r.Lead(picks, nil)
	}
	t.part(c, r)
	return nil
}

// part puts near-identical entries apart.
func (t *Trainer) part(c *candidates, r *query.Ranking) {
	r.Part(lookahead, func(a, b query.Entry) bool { return c.nearIdentical(a.Num, b.Num) })
}

// arrangeHead puts in front of a ranking of the whole pool what the strategy picks:
// among the items of the graph, where it goes by one, else among the first entries.
func (t *Trainer) arrangeHead(ctx context.Context, s *Snapshot, r *query.Ranking) error {
	p, graph := t.overGraph(s, t.graphed.last)
	if graph {
		st := t.strategy()
		picks, err := st.Select(ctx, p, min(len(p.Nums), arranged/pickedOf), t.task.Seed)
		if err != nil {
			return fmt.Errorf("choose what to ask next: %w", err)
		}
		r.Strategy = st.Name()
		r.Lead(picks, func(k query.Pick) query.Entry { return query.EntryOf(k.Num, p.Keys[k.Index], p.Probs[k.Index]) })
	}
	nums := make([]uint64, 0, arranged+arranged/pickedOf)
	for _, e := range r.Entries[:min(len(r.Entries), cap(nums))] {
		nums = append(nums, e.Num)
	}
	c, err := t.candidates(ctx, s, s.space, nums)
	if err != nil {
		return fmt.Errorf("read the head of the queue: %w", err)
	}
	if graph {
		t.part(c, r)
		return nil
	}
	return t.arrange(ctx, s, c, r)
}

// choices is the pool that the strategy picks from: the first entries of a
// ranking that are among the candidates, without those drawn at random unless all
// are.
func (t *Trainer) choices(ctx context.Context, s *Snapshot, c *candidates, r *query.Ranking) (*query.Pool, error) {
	p := &query.Pool{Kind: t.task.Kind}
	if s != nil {
		p.Unseen = s.unseen
	}
	if len(c.nums) == 0 {
		return p, nil
	}
	drawn := !slices.ContainsFunc(r.Entries, func(e query.Entry) bool { return e.Why != query.Drawn })
	var rows []Row
	for _, e := range r.Entries {
		i, ok := c.at[e.Num]
		if !ok || e.Why == query.Second || e.Why == query.Drawn && !drawn {
			continue
		}
		p.Nums, p.Keys = append(p.Nums, e.Num), append(p.Keys, e.Key)
		p.Vectors = append(p.Vectors, c.vectors[i])
		if s != nil {
			p.Probs = append(p.Probs, c.probs[i])
		}
		if c.rows != nil {
			rows = append(rows, c.rows[i])
		}
		if len(p.Nums) == arranged {
			break
		}
	}
	t.answered(s, p, len(c.vectors[0]))
	if len(rows) == 0 || s == nil {
		return p, nil
	}
	members, err := t.committee(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		said := make([][]float64, len(rows))
		for i, r := range rows {
			said[i] = make([]float64, m.Classes())
			m.Predict(r, said[i])
		}
		p.Committee = append(p.Committee, said)
	}
	return p, ctx.Err()
}

// answered tells a pool of the items that have an answer, with vectors of so many
// numbers: at most 2048, drawn by hash.
func (t *Trainer) answered(s *Snapshot, p *query.Pool, d int) {
	type known struct {
		example
		num   uint64
		class int
	}
	var all []known
	for num, said := range t.answers.train {
		if x, ok := t.examples.rows[num]; ok && !x.audit {
			all = append(all, known{x, num, int(said.class)})
		}
	}
	slices.SortFunc(all, func(a, b known) int {
		return cmp.Or(cmp.Compare(mix(a.key), mix(b.key)), cmp.Compare(a.num, b.num))
	})
	told := t.strategy().Needs&query.NeedsLabelled != 0 && s != nil
	for _, x := range all[:min(len(all), mostAnswered)] {
		v := x.row.Vector
		if len(v) != d {
			if v = sketch(x.row); len(v) != d {
				continue
			}
		}
		p.Labelled.Class, p.Labelled.Vectors = append(p.Labelled.Class, x.class), append(p.Labelled.Vectors, v)
		if told {
			q := make([]float64, s.model.Classes())
			s.predict(x.row, q)
			p.Labelled.Probs = append(p.Labelled.Probs, q)
		}
	}
}
