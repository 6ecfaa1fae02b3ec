package truth_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"inkling/label/truth"
)

// simulated are votes of people with known confusion matrices about items of
// known classes.
func simulated(seed uint64, items, people, per, classes int, right func(person int) float64) (truth.Votes, []int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	v := truth.Votes{Items: items, People: people, Classes: classes}
	gold := make([]int, items)
	for i := range gold {
		gold[i] = rng.IntN(classes)
		for _, p := range rng.Perm(people)[:per] {
			c := gold[i]
			if rng.Float64() > right(p) {
				c = (c + 1 + rng.IntN(classes-1)) % classes
			}
			v.All = append(v.All, truth.Vote{Item: int32(i), Person: int32(p), Class: int32(c)})
		}
	}
	return v, gold
}

func drawn(t *rapid.T) truth.Votes {
	v := truth.Votes{Items: rapid.IntRange(1, 8).Draw(t, "items"), People: rapid.IntRange(1, 4).Draw(t, "people"), Classes: rapid.IntRange(1, 3).Draw(t, "classes"), Settled: map[int32]int32{}}
	for i := range v.Items {
		for p := range v.People {
			if c := rapid.IntRange(-1, v.Classes-1).Draw(t, "class"); c >= 0 {
				v.All = append(v.All, truth.Vote{Item: int32(i), Person: int32(p), Class: int32(c)})
			}
		}
		if rapid.IntRange(0, 4).Draw(t, "settled") == 0 {
			v.Settled[int32(i)] = int32(rapid.IntRange(0, v.Classes-1).Draw(t, "class"))
		}
	}
	return v
}

// Every method gives probabilities, keeps what is settled, and does not depend on
// the order of votes.
func TestResultsAreProbabilities(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawn(t)
		o := truth.Options{Smoothing: float64(rapid.IntRange(0, 3).Draw(t, "smoothing"))}
		other := v
		other.All = rapid.Permutation(v.All).Draw(t, "order")
		for name, infer := range truth.Methods() {
			r, err := infer(context.Background(), v, o)
			if err != nil {
				t.Fatal(name, err)
			}
			again, err := infer(context.Background(), other, o)
			if err != nil {
				t.Fatal(name, err)
			}
			for i := range v.Items {
				sum := 0.0
				for c, p := range r.Of(i) {
					sum += p
					if !(p >= 0 && p <= 1+1e-12) || p != again.Of(i)[c] {
						t.Fatalf("%s: item %d, class %d: %v, in another order %v", name, i, c, p, again.Of(i)[c])
					}
				}
				if math.Abs(sum-1) > 1e-9 {
					t.Fatalf("%s: item %d sums to %v", name, i, sum)
				}
				if c, ok := v.Settled[int32(i)]; ok && r.Of(i)[c] != 1 {
					t.Fatalf("%s: item %d is settled as %d and has %v", name, i, c, r.Of(i))
				}
			}
			for p, x := range r.People {
				if !(x.Quality >= 0 && x.Quality <= 1+1e-9) {
					t.Fatalf("%s: person %d is right with %v", name, p, x.Quality)
				}
			}
		}
	})
}

// The likelihood of the votes never falls from one iteration to the next.
func TestLikelihoodNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := drawn(t)
		for name, infer := range map[string]truth.Method{"dawid-skene": truth.DawidSkene, "one-coin": truth.OneCoin} {
			last := math.Inf(-1)
			for n := 1; n <= 8; n++ {
				r, err := infer(context.Background(), v, truth.Options{Iterations: n, Tolerance: 1e-300})
				if err != nil {
					t.Fatal(err)
				}
				if r.Likelihood < last-1e-6*math.Max(1, math.Abs(last)) {
					t.Fatalf("%s: iteration %d has %v after %v", name, n, r.Likelihood, last)
				}
				last = r.Likelihood
			}
		}
	})
}

// Of people whose confusion matrices are known, they are found again, and
// Dawid-Skene knows whom to believe where the majority is wrong.
func TestPeopleAreRecovered(t *testing.T) {
	right := func(p int) float64 { return []float64{0.95, 0.9, 0.6, 0.5, 0.45, 0.4}[p] }
	v, gold := simulated(1, 4000, 6, 4, 3, right)
	most, err := truth.Majority(t.Context(), v, truth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, infer := range map[string]truth.Method{"dawid-skene": truth.DawidSkene, "one-coin": truth.OneCoin, "glad": truth.GLAD} {
		r, err := infer(t.Context(), v, truth.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a, b := accuracy(r, gold), accuracy(most, gold); a < b+0.02 {
			t.Errorf("%s: accuracy %.3f, the majority's %.3f", name, a, b)
		}
		for p, x := range r.People {
			if name != "glad" && math.Abs(x.Quality-right(p)) > 0.04 {
				t.Errorf("%s: person %d is right with %.3f, found %.3f", name, p, right(p), x.Quality)
			}
		}
	}
}

// Who is mostly wrong in a known way is worth as much as who is mostly right.
func TestAdversaries(t *testing.T) {
	v, gold := simulated(2, 1000, 5, 5, 2, func(p int) float64 { return []float64{0.8, 0.8, 0.8, 0.1, 0.1}[p] })
	r, err := truth.DawidSkene(t.Context(), v, truth.Options{})
	if err != nil {
		t.Fatal(err)
	}
	most, _ := truth.Majority(t.Context(), v, truth.Options{})
	if a, b := accuracy(r, gold), accuracy(most, gold); a < 0.95 || a < b {
		t.Errorf("accuracy %.3f, the majority's %.3f", a, b)
	}
}

func TestWarmStartIsTheSame(t *testing.T) {
	v, _ := simulated(3, 500, 6, 3, 3, func(p int) float64 { return 0.9 - 0.08*float64(p) })
	cold, err := truth.DawidSkene(t.Context(), v, truth.Options{Tolerance: 1e-9, Iterations: 1000})
	if err != nil {
		t.Fatal(err)
	}
	warm, err := truth.DawidSkene(t.Context(), v, truth.Options{Tolerance: 1e-9, Iterations: 1000, Start: cold.Posterior})
	if err != nil {
		t.Fatal(err)
	}
	if warm.Iterations > 3 || warm.Iterations >= cold.Iterations {
		t.Errorf("%d iterations, from nothing %d", warm.Iterations, cold.Iterations)
	}
	for i, p := range warm.Posterior {
		if math.Abs(p-cold.Posterior[i]) > 1e-6 {
			t.Fatalf("%v, from nothing %v", p, cold.Posterior[i])
		}
	}
}

// A model that is right helps where people are few, one that guesses does no harm.
func TestCrowdLab(t *testing.T) {
	v, gold := simulated(4, 1500, 10, 2, 3, func(int) float64 { return 0.7 })
	most, _ := truth.Majority(t.Context(), v, truth.Options{})
	rng := rand.New(rand.NewPCG(5, 6))
	for name, sure := range map[string]float64{"good": 0.9, "guessing": 1.0 / 3} {
		says := make([][]float64, v.Items)
		for i := range says {
			c := gold[i]
			if rng.Float64() > sure {
				c = rng.IntN(3)
			}
			says[i] = []float64{0.1, 0.1, 0.1}
			says[i][c] = 0.8
		}
		r, err := truth.CrowdLab(t.Context(), v, func(i int) []float64 { return says[i] })
		if err != nil {
			t.Fatal(err)
		}
		a, b := accuracy(r.Result, gold), accuracy(most, gold)
		if name == "good" && a < b+0.1 || a < b-0.02 {
			t.Errorf("with a %s model accuracy %.3f, the majority's %.3f", name, a, b)
		}
		// What people agree about needs another opinion less.
		agreed, disputed, n, m := 0.0, 0.0, 0.0, 0.0
		byItem := map[int32][]int32{}
		for _, x := range v.All {
			byItem[x.Item] = append(byItem[x.Item], x.Class)
		}
		for i, c := range byItem {
			if c[0] == c[1] {
				agreed, n = agreed+r.Need(int(i)), n+1
			} else {
				disputed, m = disputed+r.Need(int(i)), m+1
			}
		}
		if agreed/n <= disputed/m {
			t.Errorf("%s: need of what is agreed on %.3f, of what is disputed %.3f", name, agreed/n, disputed/m)
		}
	}
}

// Items that are settled count among the classes, whether anybody voted on them
// or not.
func TestSettledCount(t *testing.T) {
	v := truth.Votes{Items: 11, People: 1, Classes: 2, All: []truth.Vote{{}}, Settled: map[int32]int32{}}
	for i := range int32(9) {
		v.Settled[i+1] = 1
	}
	for name, infer := range truth.Methods() {
		r, err := infer(t.Context(), v, truth.Options{Smoothing: 2})
		if err != nil {
			t.Fatal(err)
		}
		if r.Prior[1] < 0.85 || r.Of(10)[1] < 0.85 {
			t.Errorf("%s: shares %v, of an item without votes %v", name, r.Prior, r.Of(10))
		}
	}
}

func TestVotesOutOfRange(t *testing.T) {
	for _, v := range []truth.Votes{
		{Items: 1, People: 1, Classes: 0},
		{Items: 1, People: 1, Classes: 2, All: []truth.Vote{{Item: 1}}},
		{Items: 1, People: 1, Classes: 2, All: []truth.Vote{{Person: 1}}},
		{Items: 1, People: 1, Classes: 2, All: []truth.Vote{{Class: 2}}},
		{Items: 1, People: 1, Classes: 2, Settled: map[int32]int32{0: 2}},
	} {
		for name, infer := range truth.Methods() {
			if _, err := infer(t.Context(), v, truth.Options{}); err == nil {
				t.Errorf("%s takes %+v", name, v)
			}
		}
	}
}

func BenchmarkDawidSkene(b *testing.B) {
	v, _ := simulated(1, 100_000, 50, 5, 10, func(p int) float64 { return 0.6 + 0.007*float64(p) })
	for b.Loop() {
		r, err := truth.DawidSkene(context.Background(), v, truth.Options{})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(r.Iterations), "iterations")
	}
}

func ExampleDawidSkene() {
	v := truth.Votes{Items: 2, People: 3, Classes: 2, All: []truth.Vote{{0, 0, 1}, {0, 1, 1}, {0, 2, 0}, {1, 0, 0}, {1, 1, 0}, {1, 2, 0}}}
	r, _ := truth.DawidSkene(context.Background(), v, truth.Options{Smoothing: 2})
	c, p := r.Class(0)
	fmt.Printf("class %d, more than even chances: %v\n", c, p > 0.5)
	// Output: class 1, more than even chances: true
}
