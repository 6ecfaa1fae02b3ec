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
	rng, short := rand.New(rand.NewPCG(1, 2)), 0
	for range 4000 {
		k := 2 + rng.IntN(20)
		q := []float64{0.01, 1, 5, 20, 60, 200, 1000}[rng.IntN(7)]
		wide := []float64{1, 5, 100, 500}[rng.IntN(4)]
		s := newStep(k)
		s.near = []float64{0, 1e-3}[rng.IntN(2)] // all the way, and not by the quadratic alone
		y, score, r, delta := rng.IntN(k), scores(rng, k, wide), make([]float32, lanes(k)), make([]float32, lanes(k))
		if rng.IntN(2) == 0 { // from where a row with other scores stood
			for c := range s.z {
				s.z[c] = rng.NormFloat64() * wide
			}
			s.softmax(y)
			for c := range s.p {
				r[c] = float32(-s.p[c])
			}
			r[y]++
		}
		s.z[0] = math.NaN()
		if _, moved := s.solve(score, r, y, q, delta); moved <= s.still {
			continue // it was there
		}
		if math.IsNaN(s.z[0]) { // by short steps
			s.begin(score, r, y, q)
			for c := range s.z {
				s.z[c] = float64(score[c]) + q*float64(delta[c])
			}
			short++
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
	if short < 1000 {
		t.Errorf("%d rows by short steps", short)
	}
}

// The short step, time and again, comes to the same minimum.
func TestQuickSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		k, q := 2+rng.IntN(20), []float64{0.01, 1, 5, 20}[rng.IntN(4)]
		y, score, delta := rng.IntN(k), scores(rng, k, 2), make([]float32, lanes(k))
		end := func(near float64) []float32 {
			s, r, z := newStep(k), make([]float32, lanes(k)), append([]float32(nil), score...)
			s.near = near
			for range 30 {
				if _, moved := s.solve(z, r, y, q, delta); moved <= s.still {
					break
				}
				for c := range k {
					r[c] += delta[c]
					z[c] += float32(q) * delta[c]
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

// scores makes scores of so many classes, and of nothing.
func scores(rng *rand.Rand, classes int, wide float64) []float32 {
	s := make([]float32, lanes(classes))
	for c := range s {
		s[c] = nothing
		if c < classes {
			s[c] = float32(rng.NormFloat64() * wide)
		}
	}
	return s
}

// The vector code and the plain code take the same step, to the last bit; it is the
// one that is taken in float64, as far as float32 goes; and lanes that are no class
// stay 0.
func TestShortStep(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		k := few + 1 + rng.IntN(100)
		q := []float64{0.01, 1, 6, 20}[rng.IntN(4)]
		z, r, n := scores(rng, k, []float64{0.1, 2, 30}[rng.IntN(3)]), make([]float32, lanes(k)), lanes(k)
		s, y := newStep(k), rng.IntN(k)
		for c := range k {
			r[c] = -rng.Float32() / float32(k)
		}
		a, b := make([]float32, n), make([]float32, n)
		var told, plain [4]float32
		s.short.step(z, r, float32(q), a, &told)
		s.short.plain(z, r, float32(q), b, &plain)
		for c := range a {
			if math.Float32bits(a[c]) != math.Float32bits(b[c]) || c >= k && a[c] != 0 {
				t.Fatalf("%d classes: change of %d is %v, plainly %v", k, c, a[c], b[c])
			}
		}
		if told != plain {
			t.Fatalf("%d classes: told %v, plainly %v", k, told, plain)
		}
		r[y]++ // which r lacks of being what the step in float64 takes it for
		s.begin(z, r, y, q)
		want := make([]float32, k)
		s.near = math.Inf(1)
		s.quick(r[:k], y, q, want)
		for c := range want {
			if math.Abs(float64(want[c]-a[c])) > 1e-5 {
				t.Fatalf("%d classes, q %v: change of %d is %v, in float64 %v", k, q, c, a[c], want[c])
			}
		}
	}
}

func TestExponential(t *testing.T) {
	for x := float32(0); x > deepest; x -= 0.0037 {
		want := math.Exp(float64(x))
		if got := float64(exponential(x)); math.Abs(got-want) > 3e-7*want {
			t.Fatalf("e^%v is %v, not %v", x, got, want)
		}
	}
	if exponential(deepest-1) != 0 || exponential(nothing) != 0 {
		t.Error("far below, it is not 0")
	}
}
