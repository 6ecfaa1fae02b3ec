package query

import (
	"context"
	"slices"
)

// near is the cosine from which an item is said to stand for another one.
const near = 0.5

// graphMargin is the default. Before there is a model it asks for the items
// closest to the centres of k-means, the largest group first, or, where there are
// answers without a model, because all are of one class, as typical does. Then it picks
// greedily by uncertainty (of the margin) summed over the neighbours in the graph,
// each as much as its cosine, and counts a pick's neighbours as done with it,
// so that the next pick is elsewhere: graph density (Ebert,
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
	left := make([]float64, v.len()) // uncertainty of which no pick is a neighbour
	for i := range left {
		left[i] = Margin{}.Score(v.probs(i)) * float64(v.times[i])
	}
	worth := func(i int) float64 {
		s := left[i]
		for _, e := range near.of(i) {
			s += float64(float64(e.cosine) * left[e.to])
		}
		return s
	}
	score := make([]float64, v.len())
	for i := range score {
		score[i] = worth(i)
	}
	picked := make([]bool, v.len())
	var out []choice
	for range n {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at := -1
		for i, s := range score {
			if !picked[i] && (at < 0 || s > score[at]) {
				at = i
			}
		}
		picked[at] = true
		out = append(out, v.standing(at, score[at], near.of(at)))
		near.around(at, func(j int) {
			if left[j] == 0 {
				return
			}
			left[j] = 0
			score[j] = worth(j)
			for _, i := range near.whose(j) {
				score[i] = worth(int(i))
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
	from  []int32
}

// of returns the edges to the neighbours of a node, whose the nodes that it is a
// neighbour of.
func (g *neighbours) of(i int) []edge { return g.edges[g.start[i]:g.start[i+1]] }

func (g *neighbours) whose(i int) []int32 { return g.from[g.back[i]:g.back[i+1]] }

// around visits a node and its neighbours.
func (g *neighbours) around(i int, visit func(int)) {
	visit(i)
	for _, e := range g.of(i) {
		visit(int(e.to))
	}
}

// turn fills in where edges come from.
func (g *neighbours) turn() *neighbours {
	g.back, g.from = make([]int32, len(g.start)), make([]int32, len(g.edges))
	for _, e := range g.edges {
		g.back[e.to+1]++
	}
	for i := range g.back[1:] {
		g.back[i+1] += g.back[i]
	}
	next := slices.Clone(g.back)
	for i := range g.start[1:] {
		for _, e := range g.of(i) {
			g.from[next[e.to]] = int32(i)
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
