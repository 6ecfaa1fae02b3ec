package query

import (
	"context"
	"fmt"
	"math"
	"slices"

	"inkling/learn/dense"
)

// Of graphs.
const (
	graphOf    = 10   // neighbours of each item, where a selector makes the graph
	exactBelow = 2048 // items: below it all pairs are looked at
	probes     = 8    // cells that are searched for an item's neighbours
	perCell    = 8    // items that centres of cells are made from, each
)

// Graph holds the nearest neighbours of items by the cosine of their vectors: an
// edge leads from an item to each of its k nearest, and back only where that is so
// the other way round, so that an item near to very many does not count for all of
// them. It never changes and is safe for concurrent use.
type Graph struct {
	at    map[uint64]int32 // node of a number
	nums  []uint64
	start []int32 // of each node's edges
	edges []edge
}

type edge struct {
	to     int32
	cosine float32 // above 0, at most 1
}

// NewGraph finds the k nearest neighbours of n items. Of more than 2048 the search
// is approximate: items are put into cells around sqrt(n) centres, and an item's
// neighbours are looked for in the eight cells nearest to it; the tests say how
// many are found. It takes O(n sqrt(n) d). The seed decides the cells and the
// order among equals; the order of the items makes no difference.
func NewGraph(ctx context.Context, nums []uint64, vectors [][]float32, k int, seed uint64) (*Graph, error) {
	p := &Pool{Nums: nums, Vectors: vectors}
	if err := p.check(NeedsVectors); err != nil {
		return nil, fmt.Errorf("graph: %w", err)
	}
	return newGraph(ctx, newView(p, seed), k)
}

func newGraph(ctx context.Context, v *view, k int) (*Graph, error) {
	units, d := v.units()
	row := func(i int) []float32 { return units[i*d : (i+1)*d] }
	n := v.len()
	g := &Graph{at: make(map[uint64]int32, n), nums: make([]uint64, n)}
	for i, j := range v.at {
		g.nums[i] = v.Nums[j]
		g.at[g.nums[i]] = int32(i)
	}
	near := make([]nearest, n)
	for i := range near {
		near[i] = nearest{k: k}
	}
	err := error(nil)
	if n < exactBelow {
		err = allPairs(ctx, n, row, near)
	} else {
		err = byCells(ctx, v, row, near)
	}
	if err != nil {
		return nil, err
	}
	for i := range near {
		list := near[i].list
		for k := range list {
			list[k].cosine = min(1, list[k].cosine)
		}
		slices.SortFunc(list, func(a, b edge) int { return int(a.to - b.to) })
		g.start = append(g.start, int32(len(g.edges)))
		g.edges = append(g.edges, list...)
	}
	g.start = append(g.start, int32(len(g.edges)))
	return g, nil
}

// Len is the number of items.
func (g *Graph) Len() int { return len(g.nums) }

// Each visits the neighbours of an item with their cosines; none of one that the
// graph does not know.
func (g *Graph) Each(num uint64, visit func(num uint64, cosine float32)) {
	i, ok := g.at[num]
	if !ok {
		return
	}
	for _, e := range g.edges[g.start[i]:g.start[i+1]] {
		visit(g.nums[e.to], e.cosine)
	}
}

// nearest keeps the k nearest of what is offered to it, the nearest first; of
// equals the first in the view. Only a cosine above 0 is near.
type nearest struct {
	k    int
	list []edge
}

func (b *nearest) offer(to int32, cosine float32) {
	if !(cosine > 0) || len(b.list) == b.k && !closer(edge{to, cosine}, b.list[b.k-1]) {
		return
	}
	if len(b.list) < b.k {
		if b.list == nil {
			b.list = make([]edge, 0, b.k)
		}
		b.list = append(b.list, edge{})
	}
	i := len(b.list) - 1
	for ; i > 0 && closer(edge{to, cosine}, b.list[i-1]); i-- {
		b.list[i] = b.list[i-1]
	}
	b.list[i] = edge{to, cosine}
}

func closer(a, b edge) bool { return a.cosine > b.cosine || a.cosine == b.cosine && a.to < b.to }

func allPairs(ctx context.Context, n int, row func(int) []float32, near []nearest) error {
	for i := range n {
		if i%16 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for j := range i {
			c := dense.Dot(row(i), row(j))
			near[i].offer(int32(j), c)
			near[j].offer(int32(i), c)
		}
	}
	return nil
}

// byCells is an inverted file (Sivic, Zisserman 2003; Jégou, Douze, Schmid 2011):
// each item is compared with those in the cells nearest to it.
func byCells(ctx context.Context, v *view, row func(int) []float32, near []nearest) error {
	n := len(near)
	cells := int(math.Sqrt(float64(n)))
	c, err := kmeansRounds(ctx, min(n, perCell*cells), row, nil, cells, 4, v.random()) // the first ones are a random sample
	if err != nil {
		return err
	}
	cells = len(c.centres)
	half := make([]float32, cells) // of the squares
	for j, x := range c.centres {
		half[j] = dense.Dot(x, x) / 2
	}
	members := make([][]int32, cells)
	probed := make([]nearest, n)
	for i := range n {
		if i%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		probed[i].k = min(probes, cells)
		for j, x := range c.centres {
			probed[i].offer(int32(j), 2+dense.Dot(row(i), x)-half[j]) // of unit vectors: the distance, turned round and above 0
		}
		members[probed[i].list[0].to] = append(members[probed[i].list[0].to], int32(i))
	}
	for i := range n {
		if i%16 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, cell := range probed[i].list {
			for _, j := range members[cell.to] {
				if int(j) != i {
					near[i].offer(j, dense.Dot(row(i), row(int(j))))
				}
			}
		}
	}
	return nil
}
