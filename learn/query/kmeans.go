package query

import (
	"context"
	"math/rand/v2"

	"inkling/learn/dense"
)

// lloyd is how many rounds of k-means there are at most.
const lloyd = 20

// clusters is what k-means found.
type clusters struct {
	of      []int       // cluster of each point
	near    []float32   // square of each point's distance to its centre
	centres [][]float32 // some may have no points
}

// kmeans groups n points into k clusters by Lloyd's algorithm, started by
// k-means++ (Arthur, Vassilvitskii, "k-means++: the advantages of careful
// seeding", SODA 2007). Weights are those of points, not negative; nil where all
// are 1. It takes O(n k d) a round and at most 20 rounds.
func kmeans(ctx context.Context, n int, point func(int) []float32, weight []float64, k int, rng *rand.Rand) (*clusters, error) {
	return kmeansRounds(ctx, n, point, weight, k, lloyd, rng)
}

func kmeansRounds(ctx context.Context, n int, point func(int) []float32, weight []float64, k, rounds int, rng *rand.Rand) (*clusters, error) {
	k = min(k, n)
	sq := squares(n, point)
	c := &clusters{of: make([]int, n), near: make([]float32, n)}
	if k == 0 {
		return c, nil
	}
	d := len(point(0))
	// Seeding.
	for j := range k {
		at := 0
		if j == 0 {
			at = max(0, drawBy(rng, n, func(i int) float64 { return weightOf(weight, i) }))
		} else {
			at = drawBy(rng, n, func(i int) float64 { return weightOf(weight, i) * float64(c.near[i]) })
		}
		if at < 0 { // as many different points as there are have a centre
			break
		}
		centre := append([]float32(nil), point(at)...)
		c.centres = append(c.centres, centre)
		cc := dense.Dot(centre, centre)
		for i := range n {
			if i%checkEvery == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			if s := apart(sq[i], cc, dense.Dot(point(i), centre)); j == 0 || s < c.near[i] {
				c.near[i], c.of[i] = s, j
			}
		}
	}
	k = len(c.centres)
	sums, mass := make([]float64, k*d), make([]float64, k)
	square := make([]float32, k)
	for range rounds {
		clear(sums)
		clear(mass)
		for i := range n {
			w := weightOf(weight, i)
			mass[c.of[i]] += w
			to := sums[c.of[i]*d:][:d]
			for j, x := range point(i) {
				to[j] += float64(w * float64(x))
			}
		}
		for j, centre := range c.centres {
			if mass[j] > 0 {
				for l := range centre {
					centre[l] = float32(sums[j*d+l] / mass[j])
				}
			}
			square[j] = dense.Dot(centre, centre)
		}
		moved := false
		for i := range n {
			if i%64 == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			to, least := 0, float32(0)
			for j, centre := range c.centres {
				if s := apart(sq[i], square[j], dense.Dot(point(i), centre)); j == 0 || s < least {
					to, least = j, s
				}
			}
			moved = moved || to != c.of[i]
			c.of[i], c.near[i] = to, least
		}
		if !moved {
			break
		}
	}
	return c, nil
}

func weightOf(w []float64, i int) float64 {
	if w == nil {
		return 1
	}
	return w[i]
}

// drawBy draws a number below n with a probability in proportion to its weight;
// -1 where all weights are 0.
func drawBy(rng *rand.Rand, n int, weight func(int) float64) int {
	total := 0.0
	for i := range n {
		total += weight(i)
	}
	if !(total > 0) {
		return -1
	}
	left, last := rng.Float64()*total, -1
	for i := range n {
		if w := weight(i); w > 0 {
			if left -= w; left < 0 {
				return i
			}
			last = i
		}
	}
	return last
}
