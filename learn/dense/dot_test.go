package dense

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestDot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 100).Draw(t, "n")
		a := rapid.SliceOfN(rapid.Float32Range(-100, 100), n, n).Draw(t, "a")
		b := rapid.SliceOfN(rapid.Float32Range(-100, 100), n, n).Draw(t, "b")
		if got, want := Dot(a, b), dotPortable(a, b); math.Float32bits(got) != math.Float32bits(want) {
			t.Fatalf("%v, portable %v", got, want)
		}
		sum, size := 0.0, 0.0
		for i := range a {
			sum += float64(a[i]) * float64(b[i])
			size += math.Abs(float64(a[i]) * float64(b[i]))
		}
		if got := float64(Dot(a, b)); math.Abs(got-sum) > 1e-5*size+1e-40 { // below it numbers are subnormal
			t.Fatalf("%v, want %v", got, sum)
		}
	})
}
