package query_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"testing"

	"inkling/label"
	"inkling/learn/query"

	"pgregory.net/rapid"
)

// draws makes a pool with all that any strategy reads; texts repeat and scores
// tie. What an item is like depends on its key alone.
func draws(t *rapid.T, kind label.Kind) *query.Pool {
	n, known, d := rapid.IntRange(1, 40).Draw(t, "n"), rapid.IntRange(1, 8).Draw(t, "known"), rapid.IntRange(1, 20).Draw(t, "d")
	p := &query.Pool{Kind: kind, Unseen: []bool{false, true}}
	small := rapid.IntRange(-3, 3)
	vector := func(name string) []float32 {
		x := make([]float32, d)
		for j := range x {
			x[j] = float32(small.Draw(t, name))
		}
		return x
	}
	said := func(name string) []float64 {
		q := float64(rapid.IntRange(0, 10).Draw(t, name)) / 10
		switch kind {
		case label.Number:
			return []float64{10 * q}
		case label.MultiLabel:
			return []float64{q, 1 - q, float64(rapid.IntRange(0, 10).Draw(t, name)) / 10}
		}
		return []float64{q, (1 - q) / 4, 3 * (1 - q) / 4}
	}
	keys := rapid.IntRange(1, 40).Draw(t, "keys")
	vectors, probs, members := map[uint64][]float32{}, map[uint64][]float64{}, make([]map[uint64][]float64, 3)
	p.Committee = make([][][]float64, 3)
	for m := range members {
		members[m] = map[uint64][]float64{}
	}
	for i := range n {
		key := uint64(rapid.IntRange(1, keys).Draw(t, "key"))
		if vectors[key] == nil {
			vectors[key], probs[key] = vector("x"), said("p")
			for m := range members {
				members[m][key] = said("member")
			}
		}
		p.Nums, p.Keys = append(p.Nums, uint64(i+1)), append(p.Keys, key)
		p.Vectors, p.Probs = append(p.Vectors, vectors[key]), append(p.Probs, probs[key])
		for m := range members {
			p.Committee[m] = append(p.Committee[m], members[m][key])
		}
	}
	l := &p.Labelled
	for range known {
		l.Vectors, l.Probs = append(l.Vectors, vector("known")), append(l.Probs, said("known"))
		switch kind {
		case label.Number:
			l.Target = append(l.Target, float64(small.Draw(t, "target")))
		case label.MultiLabel:
			l.Sets = append(l.Sets, [][]int{{}, {0}, {0, 2}, {1}}[rapid.IntRange(0, 3).Draw(t, "set")])
		default:
			l.Class = append(l.Class, 0)
		}
	}
	return p
}

// permuted is the pool in another order.
func permuted(t *rapid.T, p *query.Pool) *query.Pool {
	at := make([]int, len(p.Nums))
	for i := range at {
		at[i] = i
	}
	at = rapid.Permutation(at).Draw(t, "order")
	known := make([]int, p.Labelled.Len())
	for i := range known {
		known[i] = i
	}
	known = rapid.Permutation(known).Draw(t, "order of the answered")
	q := *p
	q.Nums, q.Keys, q.Vectors, q.Probs = take(p.Nums, at), take(p.Keys, at), take(p.Vectors, at), take(p.Probs, at)
	q.Committee = nil
	for _, m := range p.Committee {
		q.Committee = append(q.Committee, take(m, at))
	}
	l := p.Labelled
	q.Labelled = query.Labelled{Class: take(l.Class, known), Sets: take(l.Sets, known), Target: take(l.Target, known), Vectors: take(l.Vectors, known), Probs: take(l.Probs, known)}
	return &q
}

func take[T any](all []T, at []int) []T {
	if all == nil {
		return nil
	}
	var out []T
	for _, i := range at {
		out = append(out, all[i])
	}
	return out
}

// TestSelectors is the contract of Selector, for every strategy and every kind of
// task that it is for.
func TestSelectors(t *testing.T) {
	ctx := context.Background()
	for _, s := range query.Strategies() {
		for _, kind := range s.Kinds {
			t.Run(s.Name()+" "+kind.String(), rapid.MakeCheck(func(t *rapid.T) {
				p := draws(t, kind)
				n, seed := rapid.IntRange(0, 50).Draw(t, "n"), rapid.Uint64().Draw(t, "seed")
				got, err := s.Select(ctx, p, n, seed)
				if err != nil {
					t.Fatal(err)
				}
				if len(got) != min(n, len(p.Nums)) {
					t.Fatalf("%d picks of %d, %d asked for", len(got), len(p.Nums), n)
				}
				nums, times := map[uint64]bool{}, map[uint64]int{}
				distinct := map[uint64]bool{}
				for _, k := range p.Keys {
					distinct[k] = true
				}
				for i, k := range got {
					if k.Num != p.Nums[k.Index] || nums[k.Num] {
						t.Fatalf("pick %d is item %d at %d, twice: %v", i, k.Num, k.Index, nums[k.Num])
					}
					nums[k.Num] = true
					times[p.Keys[k.Index]]++
					if i < len(distinct) && times[p.Keys[k.Index]] > 1 {
						t.Fatalf("pick %d repeats a text, and there are %d", i, len(distinct))
					}
					if k.Why == 0 || math.IsNaN(k.Score) || math.IsInf(k.Score, 0) {
						t.Fatalf("pick %d: %+v", i, k)
					}
				}
				again, err := s.Select(ctx, permuted(t, p), n, seed)
				if err != nil {
					t.Fatal(err)
				}
				for i := range again {
					again[i].Index = got[i].Index
				}
				if !reflect.DeepEqual(got, again) {
					t.Fatalf("in another order:\n%v\nwant\n%v", again, got)
				}
			}))
		}
		t.Run(s.Name()+" lacking", func(t *testing.T) {
			_, err := s.Select(ctx, &query.Pool{Nums: []uint64{1, 2}}, 1, 0)
			if s.Needs != 0 != errors.Is(err, query.ErrPool) {
				t.Errorf("needs %s, and a pool of numbers alone gives %v", s.Needs, err)
			}
			ended, cancel := context.WithCancel(ctx)
			cancel()
			if _, err := s.Select(ended, &query.Pool{Nums: []uint64{1, 2}, Probs: [][]float64{{1, 0}, {1, 0}}, Vectors: [][]float32{{1}, {2}}, Committee: [][][]float64{{{1, 0}, {1, 0}}}, Labelled: query.Labelled{Class: []int{1}, Vectors: [][]float32{{1}}, Probs: [][]float64{{0, 1}}}}, 1, 0); !errors.Is(err, context.Canceled) {
				t.Errorf("with an ended context: %v", err)
			}
		})
		if got, err := query.Parse(s.Name()); err != nil || got.Name() != s.Name() {
			t.Errorf("Parse(%q) = %v, %v", s.Name(), got.Name(), err)
		}
		if s.Gist == "" || s.Paper == "" && s.Name() != "random" || s.Cost == "" || len(s.Kinds) == 0 {
			t.Errorf("%s is not described: %+v", s.Name(), s)
		}
	}
	if query.Strategies()[0].Name() != query.Default {
		t.Errorf("the default does not come first")
	}
}
