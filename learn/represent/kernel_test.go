package represent

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The assembly gives the same bytes as the portable code at any length, and touches
// nothing beyond it.
func TestKernels(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 2))
	for n := range 300 {
		q, c, x := make([]int16, n+3), make([]int8, n), make([]float32, n+3)
		for i := range x {
			q[i], x[i] = int16(rng.IntN(2*one+1)-one), float32(rng.NormFloat64())
		}
		for i := range c {
			c[i] = int8(rng.IntN(255) - 127)
		}
		if n > 0 { // the least that there are
			q[0], c[0] = -one, math.MinInt8
		}
		sum := int64(0)
		for i := range c {
			sum += int64(q[i]) * int64(c[i])
		}
		if got := dot(q, c); int64(got) != sum || dotPortable(q, c) != got {
			t.Fatalf("%d numbers: %d, portable %d, want %d", n, got, dotPortable(q, c), sum)
		}
		want, by := slices.Clone(x), float32(rng.NormFloat64())
		addPortable(want, c, by)
		add(x, c, by)
		for i := range x {
			if math.Float32bits(x[i]) != math.Float32bits(want[i]) {
				t.Fatalf("%d numbers: element %d is %v, portable %v", n, i, x[i], want[i])
			}
		}
	}
}
