package linear

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The vector code of the sums gives the bits of the plain code, and these are sums of
// products.
func TestSumKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 4))
	random := func(n int) []float64 {
		x := make([]float64, n)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		return x
	}
	same := func(what string, got, plain []float64) {
		t.Helper()
		for i, x := range plain {
			if math.Float64bits(x) != math.Float64bits(got[i]) {
				t.Fatalf("%s: sum %d is %v, plainly %v", what, i, got[i], x)
			}
		}
	}
	for columns := tileColumns; columns <= 80; columns += tileColumns {
		for _, rows := range []int{1, 2, 7, 30} {
			x, sums := random(rows*columns), random(columns*columns)
			was := slices.Clone(sums)
			plain := slices.Clone(sums)
			crossSums(sums, x, columns, rows)
			crossSumsPlain(plain, x, columns, rows)
			same("cross", sums, plain)
			for i := range columns {
				for j := range i + 1 {
					want := was[i*columns+j]
					for r := range rows {
						want += x[r*columns+i] * x[r*columns+j]
					}
					if got := sums[i*columns+j]; math.Abs(got-want) > 1e-12*max(1, math.Abs(want)) {
						t.Fatalf("cross: sum %d, %d of %d rows is %v, want %v", i, j, rows, got, want)
					}
				}
			}
			at := make([]uint32, rows)
			for k := range at {
				at[k] = uint32(rng.IntN(columns))
			}
			v := random(rows)
			spread(sums, x[:columns], at, v)
			spreadPlain(plain, x[:columns], at, v)
			same("spread", sums, plain)

			hat := func(bins int) inHat {
				h := inHat{bins, make([]uint32, rows), random(2 * rows)}
				for r := range h.bin {
					h.bin[r] = uint32(cellBytes * rng.IntN(bins))
				}
				return h
			}
			a, b, c := hat(3), hat(5), hat(2)
			cells := [2][]float64{random(4 * 3 * 5), random(4 * 3 * 2)}
			other := [2][]float64{slices.Clone(cells[0]), slices.Clone(cells[1])}
			hatSums(cells, a, b, c)
			hatSumsPlain(other, a, b, c)
			same("two hats", cells[0], other[0])
			same("two hats", cells[1], other[1])
			hatSums([2][]float64{cells[0]}, a, b, b)
			hatSumsPlain([2][]float64{other[0]}, a, b, b)
			same("a hat", cells[0], other[0])
		}
	}
}
