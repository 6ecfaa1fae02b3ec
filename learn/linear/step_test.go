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
		s.near = 0 // all the way, and not by the quadratic alone
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
		if _, moved := s.solve(score, r, y, q, delta); moved <= s.still {
			continue // it was there
		}
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

// The short step, time and again, comes to the same minimum.
func TestQuickSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		k, q := 2+rng.IntN(20), []float64{0.01, 1, 5, 20}[rng.IntN(4)]
		y, score, delta := rng.IntN(k), make([]float32, k), make([]float32, k)
		for c := range score {
			score[c] = float32(rng.NormFloat64() * 2)
		}
		end := func(near float64) []float32 {
			s, r, z := newStep(k), make([]float32, k), append([]float32(nil), score...)
			s.near = near
			for range 30 {
				if _, moved := s.solve(z, r, y, q, delta); moved <= s.still {
					break
				}
				for c, d := range delta {
					r[c] += d
					z[c] += float32(q) * d
				}
			}
			return r
		}
		all, quick := end(0), end(usualNear)
		for c := range all {
			if math.Abs(float64(all[c]-quick[c])) > 1e-3 {
				t.Fatalf("%d classes, q %v: %v all the way, %v by short steps", k, q, all, quick)
			}
		}
	}
}
