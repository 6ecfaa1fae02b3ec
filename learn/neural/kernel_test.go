package neural

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"inkling/learn/dense"
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

// The assembly gives the same bytes as the portable code, for any length.
func TestAdamKernel(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n := dense.Lanes * (1 + rng.IntN(9))
		w, z, v, grad := random(rng, n), random(rng, n), random(rng, n), random(rng, n)
		for i := range v {
			if v[i] *= v[i]; i%5 == 0 {
				v[i], z[i], grad[i] = 0, 0, 0
			} else if i%7 == 0 {
				v[i], z[i], grad[i] = 1e-38, 1e-33, 1e-35
			}
		}
		w2, m2, v2 := slices.Clone(w), slices.Clone(z), slices.Clone(v)
		r := (&optimiser{decay: 0.1}).rates(1+rng.IntN(5), 0.01, true)
		adamPortable(w2, grad, m2, v2, &r)
		adam(w, grad, z, v, &r)
		same(t, "adam, weights", w, w2)
		same(t, "adam, first moment", z, m2)
		same(t, "adam, second moment", v, v2)
	}
}

func BenchmarkAdam(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	w, g, m, v := random(rng, 1<<17), random(rng, 1<<17), random(rng, 1<<17), make([]float32, 1<<17)
	r := (&optimiser{}).rates(100, 1e-3, false)
	for b.Loop() {
		adam(w, g, m, v, &r)
	}
	b.ReportMetric(float64(len(w))*float64(b.N)/b.Elapsed().Seconds()/1e9, "G/s")
}
