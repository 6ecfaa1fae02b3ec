package query_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/label"
	"inkling/learn/query"
)

// synthetic makes a pool of n items in topics: vectors of d numbers around one of
// 50 centres, and probabilities by the distance to four classes' directions. The
// vectors of a million items share their room ten to one.
func synthetic(n, d, known int) *query.Pool {
	rng := rand.New(rand.NewPCG(1, 2))
	centres := make([][]float64, 50)
	for k := range centres {
		centres[k] = make([]float64, d)
		for j := range centres[k] {
			centres[k][j] = rng.NormFloat64()
		}
	}
	item := func() []float32 {
		x, c := make([]float32, d), centres[rng.IntN(len(centres))]
		for j := range x {
			x[j] = float32(c[j] + 0.7*rng.NormFloat64())
		}
		return x
	}
	said := func(x []float32) []float64 {
		p, sum := make([]float64, 4), 0.0
		for c := range p {
			p[c] = math.Exp(float64(x[c]) + 0.3*rng.NormFloat64())
			sum += p[c]
		}
		for c := range p {
			p[c] /= sum
		}
		return p
	}
	p := &query.Pool{Kind: label.Classes, Committee: make([][][]float64, 5)}
	room := min(n, 100_000)
	for i := range n {
		if i < room {
			p.Vectors = append(p.Vectors, item())
		} else {
			p.Vectors = append(p.Vectors, p.Vectors[i%room])
		}
		p.Nums, p.Keys = append(p.Nums, uint64(i+1)), append(p.Keys, rng.Uint64())
		p.Probs = append(p.Probs, said(p.Vectors[i]))
		for m := range p.Committee {
			p.Committee[m] = append(p.Committee[m], p.Probs[(i+m)%len(p.Probs)])
		}
	}
	for range known {
		x := item()
		p.Labelled.Vectors, p.Labelled.Probs, p.Labelled.Class = append(p.Labelled.Vectors, x), append(p.Labelled.Probs, said(x)), append(p.Labelled.Class, rng.IntN(4))
	}
	return p
}

// BenchmarkSelect is one acquisition step: 25 picks, 500 items with an answer.
func BenchmarkSelect(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		d := 456
		if n == 1_000_000 {
			d = 128
		}
		if testing.Short() && n > 10_000 {
			continue
		}
		p := synthetic(n, d, 500)
		for _, s := range query.Strategies() {
			if !s.Suits(label.Classes) {
				continue
			}
			b.Run(fmt.Sprintf("%s/%d", s.Name(), n), func(b *testing.B) {
				for b.Loop() {
					if _, err := s.Select(context.Background(), p, 25, 1); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
