package query_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"inkling/learn/query"
)

// TestGraphAgainstAllPairs: of the ten nearest by all pairs the graph of cells finds
// nearly all, no others, and its cosines are right. The order of the items makes no
// difference.
func TestGraphAgainstAllPairs(t *testing.T) {
	ctx := context.Background()
	p := synthetic(3000, 48, 0)
	g, err := query.NewGraph(ctx, p.Nums, p.Vectors, 10, 3)
	if err != nil {
		t.Fatal(err)
	}
	found, all := 0, 0
	for i := 0; i < 3000; i += 30 {
		cosines := make([]float64, 3000)
		for j := range cosines {
			cosines[j] = cosine(p.Vectors[i], p.Vectors[j])
		}
		cosines[i] = -2
		order := slices.Clone(cosines)
		slices.Sort(order)
		least := order[len(order)-10]
		edges := 0
		g.Each(p.Nums[i], func(num uint64, c float32) {
			j := int(num - 1)
			if !near(float64(c), cosines[j], 1e-5) {
				t.Fatalf("items %d and %d: cosine %v, want %v", i, j, c, cosines[j])
			}
			if cosines[j] >= least-1e-9 {
				found++
			}
			edges++
		})
		if edges > 10 {
			t.Fatalf("item %d has %d neighbours", i, edges)
		}
		all += 10
	}
	recall := float64(found) / float64(all)
	t.Logf("%.3f of the ten nearest are found", recall)
	if recall < 0.95 {
		t.Errorf("%.3f of the ten nearest are found", recall)
	}
	at := rand.New(rand.NewPCG(1, 1)).Perm(3000)
	other, err := query.NewGraph(ctx, take(p.Nums, at), take(p.Vectors, at), 10, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, num := range p.Nums {
		var a, b []uint64
		g.Each(num, func(n uint64, _ float32) { a = append(a, n) })
		other.Each(num, func(n uint64, _ float32) { b = append(b, n) })
		if !slices.Equal(a, b) {
			t.Fatalf("item %d in another order: %v, want %v", num, b, a)
		}
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := query.NewGraph(ended, p.Nums, p.Vectors, 10, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
	if g.Len() != 3000 {
		t.Errorf("%d items", g.Len())
	}
}

// TestCutAgainstWhole: what strategies pick from the most uncertain and a sample is
// worth nearly what they pick from all.
func TestCutAgainstWhole(t *testing.T) {
	ctx := context.Background()
	p := synthetic(6000, 24, 40)
	g, err := query.NewGraph(ctx, p.Nums, p.Vectors, 10, 3)
	if err != nil {
		t.Fatal(err)
	}
	s, err := query.Parse(query.Default)
	if err != nil {
		t.Fatal(err)
	}
	part, err := s.Select(ctx, p, 50, 3) // looks at 4096
	if err != nil {
		t.Fatal(err)
	}
	q := *p
	q.Graph = g
	whole, err := s.Select(ctx, &q, 50, 3)
	if err != nil {
		t.Fatal(err)
	}
	// Worth is the uncertainty that the picks cover, over the graph of all.
	covered := func(picks []query.Pick) float64 {
		done := map[uint64]bool{}
		for _, k := range picks {
			done[k.Num] = true
			g.Each(k.Num, func(num uint64, _ float32) { done[num] = true })
		}
		sum := 0.0
		for num := range done {
			sum += 1 - marginOf(p.Probs[num-1])
		}
		return sum
	}
	share := covered(part) / covered(whole)
	t.Logf("picks from 4096 of 6000 cover %.3f of what those from all do", share)
	if share < 0.9 {
		t.Errorf("picks from 4096 of 6000 cover %.3f of what those from all do", share)
	}
}
