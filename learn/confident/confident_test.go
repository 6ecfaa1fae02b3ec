package confident

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// rows are twelve rows of three classes with what they were given.
var (
	rows = [][]float64{{.9, .05, .05}, {.8, .1, .1}, {.7, .2, .1}, {.2, .7, .1}, {.1, .8, .1}, {.3, .6, .1}, {.6, .3, .1},
		{.1, .1, .8}, {.05, .05, .9}, {.2, .5, .3}, {.1, .2, .7}, {.75, .15, .1}}
	given = []int{0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2, 2}
)

// TestReference compares with docs/bench/errors/peer.py, which computes the same
// from the paper by numpy.
func TestReference(t *testing.T) {
	r, err := Find(t.Context(), rows, given, 3)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]float64{{0.25, 0.08333333333333333, 0}, {0, 0.25, 0}, {0.10416666666666667, 0, 0.3125}}
	for i, row := range want {
		for j, x := range row {
			if math.Abs(r.Joint[i][j]-x) > 1e-12 {
				t.Errorf("joint %d, %d: %v, not %v", i, j, r.Joint[i][j], x)
			}
		}
	}
	for c, x := range []float64{0.65, 0.5666666666666667, 0.56} {
		if math.Abs(r.Thresholds[c]-x) > 1e-12 {
			t.Errorf("threshold %d: %v, not %v", c, r.Thresholds[c], x)
		}
	}
	var pruned, listed []int
	for _, s := range r.Ranked {
		listed = append(listed, s.Row)
		if s.Pruned {
			pruned = append(pruned, s.Row)
		}
		if s.Likely == s.Given || s.Wrong < 0 || s.Wrong > 1 {
			t.Errorf("%+v", s)
		}
	}
	slices.Sort(pruned)
	slices.Sort(listed)
	if !slices.Equal(pruned, []int{3, 11}) || !slices.Equal(listed, []int{3, 6, 9, 11}) {
		t.Errorf("pruned %v of %v", pruned, listed)
	}
}

// draw makes rows whose given labels are wrong with a known probability by pair:
// noise[true][given]. The model knows the truth with some error of its own.
func draw(rng *rand.Rand, n int, noise [][]float64) (said [][]float64, given []int, wrong []bool) {
	k := len(noise)
	for range n {
		truth := rng.IntN(k)
		p, sum := make([]float64, k), 0.0
		for c := range p {
			p[c] = rng.ExpFloat64()
			if c == truth {
				p[c] += 4
			}
			sum += p[c]
		}
		for c := range p {
			p[c] /= sum
		}
		label, u := 0, rng.Float64()
		for u -= noise[truth][0]; u > 0 && label < k-1; u -= noise[truth][label] {
			label++
		}
		said, given, wrong = append(said, p), append(given, label), append(wrong, label != truth)
	}
	return said, given, wrong
}

// TestPlanted estimates how many labels were made wrong and what was taken for
// what, and puts them first.
func TestPlanted(t *testing.T) {
	for name, noise := range map[string][][]float64{
		"none":     {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		"uniform":  {{0.8, 0.1, 0.1}, {0.1, 0.8, 0.1}, {0.1, 0.1, 0.8}},
		"by class": {{0.7, 0.3, 0}, {0, 1, 0}, {0.1, 0, 0.9}},
	} {
		t.Run(name, func(t *testing.T) {
			said, given, wrong := draw(rand.New(rand.NewPCG(1, 1)), 6000, noise)
			r, err := Find(t.Context(), said, given, 3)
			if err != nil {
				t.Fatal(err)
			}
			for truth := range noise {
				for label, p := range noise[truth] {
					if got := r.Joint[label][truth]; math.Abs(got-p/3) > 0.03 {
						t.Errorf("%d given for %d: share %.3f, drawn with %.3f", label, truth, got, p/3)
					}
				}
			}
			all := 0
			for _, w := range wrong {
				if w {
					all++
				}
			}
			hit := 0
			for _, s := range r.Ranked[:min(all, len(r.Ranked))] {
				if wrong[s.Row] {
					hit++
				}
			}
			if all > 0 && float64(hit) < 0.85*float64(all) {
				t.Errorf("%d of the first %d are wrong", hit, all)
			}
		})
	}
}

// TestShares holds the joint distribution to the shares of the classes, whatever
// the probabilities, and the ranking to the order of the rows.
func TestShares(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, n := rapid.IntRange(1, 5).Draw(t, "classes"), rapid.IntRange(0, 60).Draw(t, "rows")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		said, given, count := make([][]float64, n), make([]int, n), make([]float64, k)
		for i := range said {
			said[i], given[i] = make([]float64, k), rng.IntN(k)
			count[given[i]]++
			sum := 0.0
			for c := range said[i] {
				said[i][c] = math.Floor(4*rng.ExpFloat64()) + 1e-3 // with ties
				sum += said[i][c]
			}
			for c := range said[i] {
				said[i][c] /= sum
			}
		}
		r, err := Find(context.Background(), said, given, k)
		if err != nil {
			t.Fatal(err)
		}
		for c, row := range r.Joint {
			sum := 0.0
			for _, x := range row {
				sum += x
			}
			if want := count[c] / float64(max(n, 1)); math.Abs(sum-want) > 1e-9 {
				t.Fatalf("class %d has %v of the joint, not %v", c, sum, want)
			}
		}
		order := rng.Perm(n)
		p2, g2 := make([][]float64, n), make([]int, n)
		for i, at := range order {
			p2[i], g2[i] = said[at], given[at]
		}
		r2, err := Find(context.Background(), p2, g2, k)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Ranked) != len(r2.Ranked) || math.Abs(r.Rate()-r2.Rate()) > 1e-9 {
			t.Fatalf("%d and %d rows, rates %v and %v", len(r.Ranked), len(r2.Ranked), r.Rate(), r2.Rate())
		}
		for i := range r.Ranked {
			if math.Abs(r.Ranked[i].Wrong-r2.Ranked[i].Wrong) > 1e-9 {
				t.Fatalf("place %d: %v and %v", i, r.Ranked[i].Wrong, r2.Ranked[i].Wrong)
			}
			if i > 0 && r.Ranked[i].Wrong > r.Ranked[i-1].Wrong {
				t.Fatalf("place %d is more probably wrong than the one before", i)
			}
		}
	})
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Find(ctx, rows, given, 3); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
