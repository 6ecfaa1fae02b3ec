package linear

import (
	"math"
	"math/rand/v2"
	"testing"
)

// problem returns what a step minimises, at z.
func (s *step) problem(z []float64, y int, q float64) float64 {
	top, sum, far := z[0], 0.0, 0.0
	for _, x := range z {
		top = max(top, x)
	}
	for c, x := range z {
		sum += math.Exp(x - top)
		far += (x - s.m[c]) * (x - s.m[c])
	}
	return top + math.Log(sum) - z[y] + far/(2*q)
}

// From any start, and for weak and strong data, a step comes to the minimum:
// its gradient, by finite differences, is small to all sides.
func TestStepFindsMinimum(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 4000 {
		k := 2 + rng.IntN(20)
		q := []float64{0.01, 1, 5, 20, 60, 200, 1000}[rng.IntN(7)]
		wide := []float64{1, 5, 100, 500}[rng.IntN(4)]
		s := newStep(k)
		y, score, r, delta := rng.IntN(k), make([]float32, k), make([]float32, k), make([]float32, k)
		for c := range score {
			score[c] = float32(rng.NormFloat64() * wide)
		}
		if rng.IntN(2) == 0 { // from where a row with other scores stood
			for c := range s.z {
				s.z[c] = rng.NormFloat64() * wide
			}
			s.softmax(y)
			for c := range r {
				r[c] = float32(-s.p[c])
			}
			r[y]++
		}
		s.solve(score, r, y, q, delta)
		const h = 1e-5
		for c := range s.z {
			z := append([]float64(nil), s.z...)
			z[c] += h
			up := s.problem(z, y, q)
			z[c] -= 2 * h
			if slope := (up - s.problem(z, y, q)) / (2 * h); math.Abs(slope) > 2e-3 {
				t.Fatalf("%d classes, q %v: slope %v", k, q, slope)
			}
		}
		sum := 0.0
		for c, d := range delta {
			sum += float64(d) + float64(r[c])
		}
		if math.Abs(sum) > 1e-5 {
			t.Fatalf("r sums to %v", sum)
		}
	}
}
