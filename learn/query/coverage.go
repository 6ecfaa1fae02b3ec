package query

import "context"

// near is the cosine from which an item is said to stand for another one.
const near = 0.5

// graphMargin is the default. Before there is a model it asks for the items
// closest to the centres of k-means, the largest group first, or, where there are
// answers without a model, because all are of one class, as typical does. Then it picks
// greedily by uncertainty (of the margin) summed over the neighbours in the graph,
// each as much as its cosine, and takes what a pick stands for off what its
// neighbours have left, so that the next pick is elsewhere: graph density (Ebert,
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
	left := make([]float64, v.len()) // uncertainty that no pick stands for
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
		left[at] = 0
		for _, e := range near.of(at) {
			left[e.to] *= 1 - float64(e.cosine)
		}
		for _, e := range near.of(at) {
			score[e.to] = worth(int(e.to))
			for _, f := range near.of(int(e.to)) {
				score[f.to] = worth(int(f.to))
			}
		}
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
}

func (g *neighbours) of(i int) []edge { return g.edges[g.start[i]:g.start[i+1]] }

// neighbours returns the pool's graph for the candidates of the view, or makes
// one. Of those that read the same the one in the view speaks for all.
func (v *view) neighbours(ctx context.Context) (*neighbours, error) {
	if v.Graph == nil {
		g, err := newGraph(ctx, v, graphOf)
		if err != nil {
			return nil, err
		}
		return &neighbours{g.start, g.edges}, nil
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
	return out, nil
}
