package query

import (
	"context"
	"slices"
)

// near is the cosine from which an item is said to stand for another one.
const near = 0.5

// same is the cosine from which two items are almost the same.
const same = 0.8

// graphMargin is the default. Before there is a model it asks for the items
// closest to the centres of k-means, the largest group first, or, where there are
// answers without a model, because all are of one class, as typical does. Then it picks
// greedily by uncertainty (of the margin) summed over the neighbours in the graph,
// each as much as its cosine, and counts a pick's neighbours as settled with
// it, so that the next pick is elsewhere, until all are: graph density (Ebert,
// Fritz, Schiele, "RALF: a reinforced active learning formulation for object
// class recognition", CVPR 2012) of uncertainty. In a pool without vectors and a
// graph it is the margin alone. It takes O(N c + n N) and what the graph takes.
func graphMargin(ctx context.Context, v *view, n int) ([]choice, error) {
	switch {
	case len(v.Probs) == 0 && len(v.Vectors) == 0:
		return nil, nil
	case len(v.Probs) == 0 && len(v.Labelled.Vectors) > 0:
		return typical(ctx, v, n)
	case len(v.Probs) == 0:
		return v.centres(ctx, n)
	case len(v.Vectors) == 0 && v.Graph == nil:
		return best(ctx, v, n, func(i int) float64 { return Margin{}.Score(v.probs(i)) }, v.uncertain)
	}
	near, err := v.neighbours(ctx)
	if err != nil {
		return nil, err
	}
	left := make([]float64, v.len()) // uncertainty that no pick of the round has settled
	worth := func(i int) float64 {
		s := left[i]
		for _, e := range near.of(i) {
			s += float64(float64(e.cosine) * left[e.to])
		}
		return s
	}
	score, picked := make([]float64, v.len()), make([]bool, v.len())
	begin := func() {
		for i := range left {
			if left[i] = 0; !picked[i] {
				left[i] = Margin{}.Score(v.probs(i)) * float64(v.times[i])
			}
		}
		for i := range score {
			score[i] = worth(i)
		}
	}
	most := func() int {
		at := -1
		for i, s := range score {
			if !picked[i] && (at < 0 || s > score[at]) {
				at = i
			}
		}
		return at
	}
	begin()
	var out []choice
	for range n {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at := most()
		if score[at] <= 0 { // all is settled: another round among the rest
			begin()
			at = most()
		}
		picked[at] = true
		out = append(out, v.standing(at, score[at], near.of(at)))
		near.around(at, func(j int) {
			if left[j] == 0 {
				return
			}
			left[j] = 0
			score[j] = worth(j)
			for _, e := range near.whose(j) {
				score[e.to] = worth(int(e.to))
			}
		})
	}
	return out, nil
}

// standing is the choice of a candidate with what it stands for.
func (v *view) standing(at int, score float64, edges []edge) choice {
	c := choice{at: at, score: score, why: Representative, stands: v.times[at]}
	for _, e := range edges {
		if e.cosine >= near {
			c.stands += v.times[e.to]
		}
	}
	if why := v.uncertain(at); why == Unseen || c.stands == 1 {
		c.why = why
	}
	return c
}

// neighbours is a graph whose nodes are the candidates of a view.
type neighbours struct {
	start []int32
	edges []edge
	back  []int32 // where the nodes that an edge comes from begin in from
	from  []edge
}

// of returns the edges to the neighbours of a node, whose the nodes that it is a
// neighbour of.
func (g *neighbours) of(i int) []edge { return g.edges[g.start[i]:g.start[i+1]] }

func (g *neighbours) whose(i int) []edge { return g.from[g.back[i]:g.back[i+1]] }

// around visits a node, its neighbours, and whatever is almost the same by way of
// others, of which a pool may have far more than a node has neighbours.
func (g *neighbours) around(i int, visit func(int)) {
	visit(i)
	for _, e := range g.of(i) {
		visit(int(e.to))
	}
	met := map[int32]bool{int32(i): true}
	for next := []int32{int32(i)}; len(next) > 0; next = next[1:] {
		for _, list := range [2][]edge{g.of(int(next[0])), g.whose(int(next[0]))} {
			for _, e := range list {
				if e.cosine >= same && !met[e.to] {
					met[e.to] = true
					next = append(next, e.to)
					visit(int(e.to))
				}
			}
		}
	}
}

// turn fills in where edges come from.
func (g *neighbours) turn() *neighbours {
	g.back, g.from = make([]int32, len(g.start)), make([]edge, len(g.edges))
	for _, e := range g.edges {
		g.back[e.to+1]++
	}
	for i := range g.back[1:] {
		g.back[i+1] += g.back[i]
	}
	next := slices.Clone(g.back)
	for i := range g.start[1:] {
		for _, e := range g.of(i) {
			g.from[next[e.to]] = edge{int32(i), e.cosine}
			next[e.to]++
		}
	}
	return g
}

// neighbours returns the pool's graph for the candidates of the view, or makes
// one. Of those that read the same the one in the view speaks for all.
func (v *view) neighbours(ctx context.Context) (*neighbours, error) {
	if v.Graph == nil {
		g, err := newGraph(ctx, v, graphOf)
		if err != nil {
			return nil, err
		}
		return (&neighbours{start: g.start, edges: g.edges}).turn(), nil
	}
	place := make(map[uint64]int32, v.len())
	for i, j := range v.at {
		place[v.Nums[j]] = int32(i)
	}
	out := &neighbours{start: make([]int32, 0, v.len()+1)}
	for _, j := range v.at {
		out.start = append(out.start, int32(len(out.edges)))
		v.Graph.Each(v.Nums[j], func(num uint64, cosine float32) {
			if to, ok := place[num]; ok {
				out.edges = append(out.edges, edge{to, cosine})
			}
		})
	}
	out.start = append(out.start, int32(len(out.edges)))
	return out.turn(), nil
}
