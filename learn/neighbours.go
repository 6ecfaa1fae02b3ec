package learn

import (
	"context"
	"fmt"
	"math"
	"slices"

	"inkling/label"
	"inkling/learn/query"
)

// Of the graph.
const (
	graphItems = 16384 // items of the pool that it is made of, drawn by a hash of what they read
	graphOf    = 10    // nearest neighbours of each
	graphGrown = 1.1   // times the items from which it is made anew
)

// graphed is the pool's graph for strategies that go by one: its items are what
// these choose from. It is made once the pool was scored, and kept until the
// representation changes or the pool has grown.
type graphed struct {
	space *space
	items uint64 // of the project
	graph *query.Graph
	last  sampled // of the last pass
}

// sampled is the items of a pass that the graph is of, with what the model says of
// them.
type sampled struct {
	nums, keys []uint64
	probs      [][]float64
	decided    []uint64 // others that the graph is of: no strategy picks them, but whose neighbours they are depends on no answer
}

func (s *sampled) add(num, key uint64, p []float64) {
	s.nums, s.keys, s.probs = append(s.nums, num), append(s.keys, key), append(s.probs, slices.Clone(p))
}

// inGraph reports whether an item belongs to the graph of a pool of so many items.
func inGraph(key, items uint64) bool {
	return items <= graphItems || float64(mix(key^0x9fb21c651e98df25)) <= float64(math.MaxUint64)*(graphItems/float64(items))
}

// graphDue reports whether the graph is to be made (again).
func (t *Trainer) graphDue() bool {
	g := &t.graphed
	if t.task.Kind != label.Classes || !t.strategy().Graph || t.space == nil || !t.space.represents() || t.pool == nil || t.pool.space != t.space || !t.pool.vector || len(g.last.nums) == 0 {
		return false
	}
	return g.graph == nil || g.space != t.space || float64(t.items) >= graphGrown*float64(g.items)
}

// makeGraph finds the neighbours of the items of the last pass by the first half of
// their representations, which is what they are by themselves: the other half is the
// mean over their neighbours, in which all of a topic are alike.
func (t *Trainer) makeGraph(ctx context.Context, watch <-chan struct{}) error {
	nums := slices.Concat(t.graphed.last.nums, t.graphed.last.decided)
	slices.Sort(nums)
	var known []uint64
	var vectors [][]float32
	if err := t.poolRows(ctx, t.space, nums, func(num, _ uint64, r Row) {
		known, vectors = append(known, num), append(vectors, slices.Clone(r.Vector[:len(r.Vector)/2]))
	}); err != nil {
		return fmt.Errorf("read the graph's items: %w", err)
	}
	var g *query.Graph
	done, err := t.aside(ctx, watch, &t.gave.graph, func(ctx context.Context) (err error) {
		g, err = query.NewGraph(ctx, known, vectors, graphOf, t.task.Seed)
		return err
	})
	if !done || err != nil {
		return err
	}
	t.graphed.space, t.graphed.items, t.graphed.graph = t.space, t.items, g
	if t.pass == nil && t.current.Load() != nil {
		t.pass = t.newPass()
	}
	return nil
}

// overGraph is the pool of a strategy that goes by the graph: its items, with what
// the pass in hand says of them. ok is false where there is no graph yet.
func (t *Trainer) overGraph(s *Snapshot, last sampled) (p *query.Pool, ok bool) {
	if !t.strategy().Graph || t.graphed.graph == nil || t.graphed.space != s.space || len(last.nums) == 0 {
		return nil, false
	}
	return &query.Pool{Kind: t.task.Kind, Unseen: s.unseen, Nums: last.nums, Keys: last.keys, Probs: last.probs, Graph: t.graphed.graph}, true
}
