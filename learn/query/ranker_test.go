package query_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"inkling/learn/query"

	"pgregory.net/rapid"
)

type item struct {
	num, key uint64
	p        []float64
}

// pool draws a small pool in which texts repeat and scores tie.
func pool(t *rapid.T) []item {
	n := rapid.IntRange(0, 60).Draw(t, "n")
	items := make([]item, n)
	for i := range items {
		key := rapid.Uint64Range(1, 40).Draw(t, "key")
		q := float64(key*7%5) / 10 // the same text has the same probabilities
		items[i] = item{num: uint64(i + 1), key: key, p: []float64{q, 1 - q}}
	}
	return items
}

func rank(o query.Options, items []item) *query.Ranking {
	r := query.NewRanker(o)
	for _, it := range items {
		r.Add(it.num, it.key, it.p)
	}
	return r.Ranking(1, 2, true)
}

func TestRankingOwesNothingToOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := pool(t)
		o := query.Options{Keep: rapid.IntRange(1, 70).Draw(t, "keep"), Seed: rapid.Uint64().Draw(t, "seed"),
			Share: rapid.SampledFrom([]float64{-1, 0.1, 0.5, 1}).Draw(t, "share")}
		want := rank(o, items)
		shuffled := rapid.Permutation(items).Draw(t, "order")
		if got := rank(o, shuffled); !reflect.DeepEqual(got, want) {
			t.Fatalf("in another order:\n%v\nwant\n%v", got, want)
		}
		// Two workers with half of the pool each.
		cut := rapid.IntRange(0, len(items)).Draw(t, "cut")
		a, b := query.NewRanker(o), query.NewRanker(o)
		for i, it := range shuffled {
			r := a
			if i >= cut {
				r = b
			}
			r.Add(it.num, it.key, it.p)
		}
		a.Merge(b)
		if got := a.Ranking(1, 2, true); !reflect.DeepEqual(got, want) {
			t.Fatalf("merged:\n%v\nwant\n%v", got, want)
		}
	})
}

func TestRankingAgainstSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		items := pool(t)
		keep := rapid.IntRange(1, 70).Draw(t, "keep")
		got := rank(query.Options{Keep: keep, Share: -1}, items)

		// By brute force: the score of each distinct text, from high to low.
		score := map[uint64]float32{}
		for _, it := range items {
			score[it.key] = float32(query.Margin{}.Score(it.p))
		}
		var want []float32
		for _, s := range score {
			want = append(want, s)
		}
		slices.SortFunc(want, func(a, b float32) int { return int(1e6 * (b - a)) })
		want = want[:min(keep, len(want))]
		for i, w := range want {
			if got.Entries[i].Score != w {
				t.Fatalf("entry %d scores %v, want %v", i, got.Entries[i].Score, w)
			}
		}
		if n := min(keep, len(items)); len(got.Entries) != n {
			t.Fatalf("%d entries of %d items with room for %d", len(got.Entries), len(items), keep)
		}
		nums, keys := map[uint64]bool{}, map[uint64]bool{}
		for i, e := range got.Entries {
			if nums[e.Num] {
				t.Fatalf("item %d stands twice", e.Num)
			}
			if keys[e.Key] != (i >= len(want)) {
				t.Fatalf("entry %d repeats an earlier text: %v, distinct texts: %d", i, keys[e.Key], len(want))
			}
			nums[e.Num], keys[e.Key] = true, true
		}
	})
}

func TestRepeatsDoNotFollowEachOther(t *testing.T) {
	var items []item
	for i := range uint64(12) { // three texts, four times each
		items = append(items, item{num: i + 1, key: i % 3, p: []float64{0.5, 0.5}})
	}
	got := rank(query.Options{}, items)
	if len(got.Entries) != 12 {
		t.Fatalf("%d entries, want 12", len(got.Entries))
	}
	for i := 1; i < len(got.Entries); i++ {
		if got.Entries[i].Key == got.Entries[i-1].Key {
			t.Errorf("entries %d and %d read the same", i-1, i)
		}
	}
}

// One text that fills most of the pool must not push the others out.
func TestFloodOfOneText(t *testing.T) {
	r := query.NewRanker(query.Options{Keep: 10})
	for i := range uint64(1000) {
		r.Add(i+1, 7, []float64{0.5, 0.5})
	}
	for i := range uint64(5) {
		r.Add(2000+i, 100+i, []float64{0.9, 0.1})
	}
	got := r.Ranking(0, 0, true)
	keys := map[uint64]bool{}
	for _, e := range got.Entries[:6] {
		keys[e.Key] = true
	}
	if len(keys) != 6 || len(got.Entries) != 10 || got.Scored != 1005 {
		t.Errorf("%d distinct texts in front, %d entries, %d scored; want 6, 10, 1005", len(keys), len(got.Entries), got.Scored)
	}
}

func TestShareDrawnAtRandom(t *testing.T) {
	// Items with even numbers are certain: no strategy asks for them.
	r := query.NewRanker(query.Options{Keep: 100, Seed: 3})
	for i := range uint64(2000) {
		p := []float64{1, 0}
		if i%2 == 1 {
			p = []float64{0.5 + float64(i)/10000, 0.5 - float64(i)/10000}
		}
		r.Add(i, i, p)
	}
	got := r.Ranking(5, 9, true)
	certain := 0
	for i, e := range got.Entries {
		if drawn := e.Why == query.Drawn; drawn != (i%10 == 0) { // the tenth event is the first answer to this ranking
			t.Errorf("entry %d: drawn at random %v", i, drawn)
		}
		if e.Num%2 == 0 {
			certain++
		}
	}
	if certain == 0 || certain > 10 {
		t.Errorf("%d certain items among 10 drawn from a pool of which half is certain", certain)
	}
	if got.Model != 5 || got.Seq != 9 || !got.Whole || got.Strategy != "margin" {
		t.Errorf("ranking says %d %d %v %q", got.Model, got.Seq, got.Whole, got.Strategy)
	}
}

func TestWhy(t *testing.T) {
	r := query.NewRanker(query.Options{Share: -1, Unseen: []bool{false, true}})
	r.Add(1, 1, []float64{0.6, 0.4})
	r.Add(2, 2, []float64{0.3, 0.7})
	r.Add(3, 3, nil)
	want := map[uint64]query.Entry{
		1: {Num: 1, Key: 1, Class: 0, Probability: 0.6, Margin: 0.2, Score: 0.8, Why: query.Uncertain},
		2: {Num: 2, Key: 2, Class: 1, Probability: 0.7, Margin: 0.4, Score: 0.6, Why: query.Unseen},
		3: {Num: 3, Key: 3, Class: -1, Why: query.Drawn},
	}
	got := r.Ranking(0, 0, false)
	if len(got.Entries) != len(want) {
		t.Fatalf("%d entries", len(got.Entries))
	}
	for _, e := range got.Entries {
		w := want[e.Num]
		if diff := e.Margin - w.Margin; diff > 1e-6 || diff < -1e-6 {
			t.Errorf("item %d: margin %v, want %v", e.Num, e.Margin, w.Margin)
		}
		e.Margin, w.Margin, e.Score, w.Score = 0, 0, 0, 0
		if e != w {
			t.Errorf("item %d: %+v, want %+v", e.Num, e, w)
		}
	}
}

// Where scores tie, another seed gives another order, and neither is that of
// the file.
func TestTies(t *testing.T) {
	order := func(seed uint64) (nums []uint64) {
		r := query.NewRanker(query.Options{Seed: seed, Share: -1})
		for i := range uint64(100) {
			r.Add(i, 1000+i, []float64{0.5, 0.5})
		}
		for _, e := range r.Ranking(0, 0, true).Entries {
			nums = append(nums, e.Num)
		}
		return nums
	}
	a, b := order(1), order(2)
	if slices.Equal(a, b) || slices.IsSorted(a) || slices.IsSorted(b) {
		t.Errorf("orders %v and %v", a, b)
	}
}

func BenchmarkAdd(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	p := make([][]float64, 1000)
	for i := range p {
		q := rng.Float64()
		p[i] = []float64{q, 1 - q}
	}
	r := query.NewRanker(query.Options{})
	b.ReportAllocs()
	num := uint64(0)
	for b.Loop() {
		num++
		r.Add(num, num, p[num%1000])
	}
}
