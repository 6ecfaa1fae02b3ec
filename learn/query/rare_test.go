package query_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/label"
	"inkling/learn/query"
)

// world is a pool of which 1% is of a class of its own, with an oracle and a model:
// the class of the nearest item with an answer, softly.
type world struct {
	vectors [][]float32
	class   []int
	graph   *query.Graph
}

const rare = 3 // the class of which 1% is

func newWorld(t *testing.T, n int, seed uint64) *world {
	rng := rand.New(rand.NewPCG(seed, 5))
	topics := make([][]float64, 21) // the last one is the rare class's
	for k := range topics {
		topics[k] = make([]float64, 24)
		for j := range topics[k] {
			topics[k][j] = rng.NormFloat64()
		}
	}
	w := &world{}
	var nums []uint64
	for i := range n {
		k := rng.IntN(20)
		w.class = append(w.class, k%3)
		if i%100 == 0 {
			k, w.class[i] = 20, rare
		}
		x := make([]float32, 24)
		for j := range x {
			x[j] = float32(topics[k][j] + 0.9*rng.NormFloat64())
		}
		w.vectors, nums = append(w.vectors, x), append(nums, uint64(i))
	}
	var err error
	if w.graph, err = query.NewGraph(context.Background(), nums, w.vectors, 10, seed); err != nil {
		t.Fatal(err)
	}
	return w
}

// run is one labelling of a world.
type run struct {
	*world
	asked []int
	done  []bool
	like  [][4]float64 // of each item: its likeness to the nearest answer of each class; 0 before any
}

func (w *world) run() *run {
	return &run{world: w, done: make([]bool, len(w.class)), like: make([][4]float64, len(w.class))}
}

func (r *run) answer(items ...int) {
	for _, i := range items {
		r.asked, r.done[i] = append(r.asked, i), true
		for j, x := range r.vectors {
			l := &r.like[j][r.class[i]]
			*l = max(*l, math.Exp(10*cosine(x, r.vectors[i])))
		}
	}
}

// pool is what a strategy sees.
func (r *run) pool() *query.Pool {
	p := &query.Pool{Kind: label.Classes, Graph: r.graph, Unseen: []bool{true, true, true, true}}
	said := func(i int) []float64 {
		q := r.like[i]
		sum := q[0] + q[1] + q[2] + q[3]
		return []float64{q[0] / sum, q[1] / sum, q[2] / sum, q[3] / sum}
	}
	for _, i := range r.asked {
		p.Unseen[r.class[i]] = false
		p.Labelled.Class, p.Labelled.Vectors, p.Labelled.Probs = append(p.Labelled.Class, r.class[i]), append(p.Labelled.Vectors, r.vectors[i]), append(p.Labelled.Probs, said(i))
	}
	for i, x := range r.vectors {
		if !r.done[i] {
			p.Nums, p.Vectors = append(p.Nums, uint64(i)), append(p.Vectors, x)
			if len(r.asked) > 0 {
				p.Probs = append(p.Probs, said(i))
			}
		}
	}
	return p
}

// until asks by a strategy, 25 at a time, until so many of the rare class have an
// answer, and returns how many were asked.
func (w *world) until(t *testing.T, s query.Strategy, begun []int, found int, seed uint64) int {
	r := w.run()
	r.answer(begun...)
	for {
		n := 0
		for k, i := range r.asked {
			if w.class[i] == rare {
				if n++; n == found {
					return k + 1 - len(begun)
				}
			}
		}
		picks, err := s.Select(context.Background(), r.pool(), 25, seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range picks {
			r.answer(int(p.Num))
		}
	}
}

// TestRareClass counts the questions until ten items of a class of 1% have an answer,
// from nothing; and until its first one has, where a hundred answers never met it.
func TestRareClass(t *testing.T) {
	ten, first := map[string]int{}, map[string]int{}
	const seeds = 3
	for seed := range uint64(seeds) {
		w := newWorld(t, 2000, seed)
		rng := rand.New(rand.NewPCG(seed, 6))
		var hundred []int
		for _, i := range rng.Perm(len(w.class)) {
			if w.class[i] != rare && len(hundred) < 100 {
				hundred = append(hundred, i)
			}
		}
		for _, name := range []string{query.Default, "random"} {
			s, err := query.Parse(name)
			if err != nil {
				t.Fatal(err)
			}
			ten[name] += w.until(t, s, nil, 10, seed)
			first[name] += w.until(t, s, hundred, 1, seed)
		}
	}
	t.Logf("of a class of 1%%, mean of %d worlds: ten found after %d questions by %s, %d at random; where 100 answers never met it, the first after %d and %d",
		seeds, ten[query.Default]/seeds, query.Default, ten["random"]/seeds, first[query.Default]/seeds, first["random"]/seeds)
	// Once some of it are known the model is sure of the others, and has no need of
	// them: ten are found sooner than at random, not much sooner.
	if ten[query.Default] >= ten["random"] {
		t.Errorf("ten of the rare class are found after %d questions in all, %d at random", ten[query.Default], ten["random"])
	}
	if 3*first[query.Default] > first["random"] {
		t.Errorf("the class that 100 answers never met is found after %d questions in all, %d at random", first[query.Default], first["random"])
	}
}
