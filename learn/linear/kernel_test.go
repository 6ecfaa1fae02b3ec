package linear

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The vector code and the plain code give the same bits, whatever the number of
// classes, and neither touches what is beside its lanes.
func TestKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	for classes := 1; classes < 200; classes++ {
		k := lanes(classes)
		features := 1 + rng.IntN(20)
		w := make([]float32, (features+2)*k)
		for i := range w {
			w[i] = float32(rng.NormFloat64())
		}
		var at []uint32
		var v []float32
		for f := 1; f <= features; f++ {
			if rng.IntN(3) > 0 {
				at, v = append(at, uint32(f*k)), append(v, float32(rng.NormFloat64()))
			}
		}
		s, s64 := make([]float32, k), make([]float64, k)
		for c := range s {
			s[c], s64[c] = float32(rng.NormFloat64()), rng.NormFloat64()
		}
		plain, plain64 := append([]float32(nil), s...), append([]float64(nil), s64...)
		gather(s, w, at, v)
		gatherPlain(plain, w, at, v)
		gather64(s64, w, at, v)
		gather64Plain(plain64, w, at, v)
		for c := range s {
			if math.Float32bits(s[c]) != math.Float32bits(plain[c]) || math.Float64bits(s64[c]) != math.Float64bits(plain64[c]) {
				t.Fatalf("%d classes: %v and %v, plainly %v and %v", classes, s[c], s64[c], plain[c], plain64[c])
			}
		}
		other := append([]float32(nil), w...)
		scatter(s, w, at, v)
		scatterPlain(s, other, at, v)
		for i := range w {
			if math.Float32bits(w[i]) != math.Float32bits(other[i]) {
				t.Fatalf("%d classes: weight %d is %v, plainly %v", classes, i, w[i], other[i])
			}
		}
	}
}

// A place beyond the weights panics, as an index does.
func TestKernelBounds(t *testing.T) {
	for name, call := range map[string]func(at []uint32){
		"gather":   func(at []uint32) { gather(make([]float32, 16), make([]float32, 64), at, make([]float32, len(at))) },
		"scatter":  func(at []uint32) { scatter(make([]float32, 16), make([]float32, 64), at, make([]float32, len(at))) },
		"gather64": func(at []uint32) { gather64(make([]float64, 16), make([]float32, 64), at, make([]float32, len(at))) },
	} {
		call([]uint32{0, 48})
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: reaches beyond the weights", name)
				}
			}()
			call([]uint32{0, 56})
		}()
	}
}
