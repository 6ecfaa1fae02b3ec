package stop

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestKappa compares with scikit-learn's cohen_kappa_score (1.2).
func TestKappa(t *testing.T) {
	for _, c := range []struct {
		a, b []int
		want float64
	}{
		{[]int{0, 0, 1, 1, 2, 2, 0, 1}, []int{0, 0, 1, 2, 2, 2, 1, 1}, 0.627906976744186},
		{[]int{0, 1, 0, 1}, []int{1, 0, 1, 0}, -1},
		{[]int{2, 2}, []int{2, 2}, 1},
		{nil, nil, math.NaN()},
	} {
		if got := Kappa(c.a, c.b, 3); math.Abs(got-c.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(c.want) {
			t.Errorf("%v and %v: %v, not %v", c.a, c.b, got, c.want)
		}
	}
}

// TestUncertainty compares with numpy, by the definition.
func TestUncertainty(t *testing.T) {
	got := Uncertainty([][]float64{{.5, .25, .25}, {1, 0, 0}, {1. / 3, 1. / 3, 1. / 3}})
	if math.Abs(got-0.648798210119062) > 1e-12 {
		t.Errorf("%v", got)
	}
	if got := Uncertainty([][]float64{{1}}); got != 0 {
		t.Errorf("%v with one class", got)
	}
}

// TestAgreement holds kappa and change to each other: nothing changed is 1, and both
// are the same from either side.
func TestAgreement(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, k := rapid.IntRange(1, 60).Draw(t, "items"), rapid.IntRange(1, 5).Draw(t, "classes")
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		a, b, differ := make([]int, n), make([]int, n), 0
		for i := range a {
			a[i] = rng.IntN(k)
			if b[i] = a[i]; rng.IntN(3) == 0 {
				b[i] = rng.IntN(k)
			}
			if a[i] != b[i] {
				differ++
			}
		}
		x, y := Kappa(a, b, k), Changed(a, b)
		if y != float64(differ)/float64(n) || x > 1 || (x == 1) != (differ == 0) || math.Abs(x-Kappa(b, a, k)) > 1e-12 || Kappa(a, a, k) != 1 {
			t.Fatalf("%d of %d differ: kappa %v, changed %v", differ, n, x, y)
		}
	})
}

// TestExpect tells more of more change, is surer of more items, and scales with the
// labels.
func TestExpect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, n := rapid.Float64Range(0, 1).Draw(t, "changed"), rapid.IntRange(50, 5000).Draw(t, "items")
		g := Expect(100, c, 100, n)
		if !(g.Low < g.Points && g.Points < g.High) || math.Abs(g.Points-(g.Low+g.High)/2) > 1e-12 {
			t.Fatalf("%+v", g)
		}
		if more := Expect(100, min(c+0.05, 1), 100, n); c < 0.9 && more.High <= g.High {
			t.Fatalf("%+v of %v, %+v of more", g, c, more)
		}
		if sure := Expect(100, c, 100, 2*n); sure.Half() > g.Half() {
			t.Fatalf("%+v of %d items, %+v of twice as many", g, n, sure)
		}
		if c <= 0.01 && n >= 1000 && g.High > 2 {
			t.Fatalf("%+v where next to nothing changed", g)
		}
	})
}
