package dense

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func random(rng *rand.Rand, n int) []float32 {
	x := make([]float32, n)
	for i := range x {
		x[i] = float32(rng.NormFloat64())
	}
	return x
}

func same(t *testing.T, what string, got, want []float32) {
	t.Helper()
	for i := range want {
		if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
			t.Fatalf("%s: element %d is %v, portable %v", what, i, got[i], want[i])
		}
	}
}

// The assembly gives the same bytes as the portable code, for any shape.
func TestKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		m, n, k := 1+rng.IntN(9), Lanes*(1+rng.IntN(9)), 1+rng.IntN(20)
		b := random(rng, k*n)
		for _, turned := range []bool{false, true} {
			a, rs, cs := random(rng, m*k), k, 1
			if turned {
				rs, cs = 1, m
			}
			c := random(rng, m*n)
			want := slices.Clone(c)
			timesPortable(want, n, a, rs, cs, b, n, m, n, k)
			Times(c, n, a, rs, cs, b, n, m, n, k)
			same(t, "times", c, want)
		}
		index, value := make([]uint32, k), random(rng, k)
		for i := range index {
			index[i] = uint32(rng.IntN(k))
		}
		z := random(rng, n)
		want := slices.Clone(z)
		gatherPortable(want, b, index, value)
		Gather(z, b, index, value)
		same(t, "gather", z, want)
		g := slices.Clone(b)
		want = slices.Clone(b)
		scatterPortable(want, z, index, value)
		Scatter(g, z, index, value)
		same(t, "scatter", g, want)
	}
}

// The portable code says what is meant: compared with sums in float64.
func TestTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 2))
	const m, n, k = 5, 16, 7
	a, b, c := random(rng, m*k), random(rng, k*n), random(rng, m*n)
	was := slices.Clone(c)
	Times(c, n, a, k, 1, b, n, m, n, k)
	for i := range m {
		for j := range n {
			want := float64(was[i*n+j])
			for l := range k {
				want += float64(a[i*k+l]) * float64(b[l*n+j])
			}
			if math.Abs(want-float64(c[i*n+j])) > 1e-5 {
				t.Errorf("%d, %d: %v, want %v", i, j, c[i*n+j], want)
			}
		}
	}
}

func BenchmarkTimes(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, s := range []struct {
		name    string
		m, n, k int
		turned  bool
	}{{"forward 128x784x128", 128, 128, 784, false}, {"gradient 784x128x128", 784, 128, 128, true}, {"small 32x24x61", 32, 24, 61, false}} {
		x, w, z := random(rng, s.m*s.k), random(rng, s.k*s.n), make([]float32, s.m*s.n)
		rs, cs := s.k, 1
		if s.turned {
			rs, cs = 1, s.m
		}
		b.Run(s.name, func(b *testing.B) {
			for b.Loop() {
				Times(z, s.n, x, rs, cs, w, s.n, s.m, s.n, s.k)
			}
			b.ReportMetric(2*float64(s.m*s.n*s.k)*float64(b.N)/b.Elapsed().Seconds()/1e9, "Gflop/s")
		})
	}
}
