package query

import (
	"cmp"
	"context"
	"math"
	"slices"

	"inkling/learn/dense"
)

// Of typical.
const (
	mostClusters = 128 // groups at most
	typicalOf    = 20  // neighbours by which an item is typical
)

// typical asks for the most typical item of each group of like items that has no
// answer yet, the largest groups first (Hacohen, Dekel, Weinshall, "Active
// learning on a budget: opposite strategies suit high and low budgets", ICML
// 2022: TypiClust). Groups are those of k-means, as many as there are answers and
// picks together, at most 128; typical is what has the least mean distance to its
// 20 nearest in the group. Of groups that have answers those with the fewest come
// first, so that it does not run dry. It needs no model, which makes it a cold
// start. It takes O(N (L + n) d) a round of k-means and O(N^2 d / (L + n)) for
// the distances in groups.
func typical(ctx context.Context, v *view, n int) ([]choice, error) {
	known := v.Labelled.Vectors
	point := func(i int) []float32 {
		if i < v.len() {
			return v.vector(i)
		}
		return known[i-v.len()]
	}
	c, err := kmeans(ctx, v.len(), v.vector, v.counts(), min(mostClusters, len(known)+n), v.random())
	if err != nil {
		return nil, err
	}
	groups := make([]group, len(c.centres))
	for j := range groups {
		groups[j].centre = j
	}
	for i, j := range c.of {
		groups[j].open = append(groups[j].open, i)
		groups[j].size += v.times[i]
	}
	for i := range known {
		x := point(v.len() + i)
		groups[nearestCentre(c.centres, x)].answers++
	}
	groups = slices.DeleteFunc(groups, func(g group) bool { return len(g.open) == 0 })
	var out []choice
	for len(out) < n {
		// As many are in hand as there are groups: again and again the one with the
		// fewest answers, then the largest.
		g := slices.MinFunc(openGroups(groups), func(a, b *group) int {
			return cmp.Or(cmp.Compare(a.answers, b.answers), cmp.Compare(b.size, a.size), cmp.Compare(a.centre, b.centre))
		})
		if g.order == nil {
			if g.order, err = v.typicality(ctx, g.open); err != nil {
				return nil, err
			}
		}
		next := g.order[0]
		g.order = g.order[1:]
		g.open = g.open[:len(g.open)-1]
		g.answers++
		next.why, next.stands = Typical, g.size
		out = append(out, next)
	}
	return out, nil
}

// group is a cluster on its way through typical.
type group struct {
	centre  int
	size    int   // candidates, those that read the same each
	open    []int // candidates that were not picked; once there is an order, only their number counts
	answers int
	order   []choice // the most typical first
}

func openGroups(groups []group) []*group {
	var out []*group
	for i := range groups {
		if len(groups[i].open) > 0 {
			out = append(out, &groups[i])
		}
	}
	return out
}

// typicality orders candidates by the inverse of their mean distance to their
// nearest among themselves, the most typical first.
func (v *view) typicality(ctx context.Context, members []int) ([]choice, error) {
	out := make([]choice, len(members))
	sq := squares(len(members), func(k int) []float32 { return v.vector(members[k]) })
	dist := make([]float32, 0, len(members))
	for a, i := range members {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		dist = dist[:0]
		for b, j := range members {
			if a != b {
				dist = append(dist, apart(sq[a], sq[b], dense.Dot(v.vector(i), v.vector(j))))
			}
		}
		slices.Sort(dist)
		sum := 0.0
		k := min(typicalOf, len(dist))
		for _, s := range dist[:k] {
			sum += math.Sqrt(float64(s))
		}
		out[a] = choice{at: i, score: 1}
		if k > 0 {
			out[a].score = 1 / (sum/float64(k) + 1e-9)
		}
	}
	slices.SortStableFunc(out, func(a, b choice) int { return cmp.Compare(b.score, a.score) })
	return out, nil
}

// counts is how many candidates read like each of the view, as weights.
func (v *view) counts() []float64 {
	w := make([]float64, v.len())
	for i, n := range v.times {
		w[i] = float64(n)
	}
	return w
}

func nearestCentre(centres [][]float32, x []float32) int {
	at, least := 0, float32(0)
	xx := dense.Dot(x, x)
	for j, c := range centres {
		if s := apart(xx, dense.Dot(c, c), dense.Dot(x, c)); j == 0 || s < least {
			at, least = j, s
		}
	}
	return at
}

// centres asks for the candidate closest to the centre of each of n groups of
// k-means, the largest group first. It is the start of the default strategy,
// before there is a model.
func (v *view) centres(ctx context.Context, n int) ([]choice, error) {
	c, err := kmeans(ctx, v.len(), v.vector, v.counts(), n, v.random())
	if err != nil {
		return nil, err
	}
	return v.closest(c, n), nil
}

// closest returns the candidate closest to each centre, the largest group first.
func (v *view) closest(c *clusters, n int) []choice {
	at := make([]int, len(c.centres))
	size := make([]int, len(c.centres))
	for j := range at {
		at[j] = -1
	}
	for i, j := range c.of {
		size[j] += v.times[i]
		if at[j] < 0 || c.near[i] < c.near[at[j]] {
			at[j] = i
		}
	}
	var out []choice
	for j, i := range at {
		if i >= 0 {
			out = append(out, choice{at: i, score: float64(size[j]), why: Typical, stands: size[j]})
		}
	}
	slices.SortStableFunc(out, func(a, b choice) int { return cmp.Compare(b.score, a.score) })
	return out[:min(n, len(out))]
}
