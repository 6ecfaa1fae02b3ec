package query

import (
	"math"

	"inkling/learn/dense"
)

// squares returns the square of the length of each candidate's vector.
func squares(n int, vector func(int) []float32) []float32 {
	out := make([]float32, n)
	for i := range out {
		x := vector(i)
		out[i] = dense.Dot(x, x)
	}
	return out
}

// apart is the square of the distance between vectors with squares aa and bb and
// the dot product ab. Rounding may not make it negative.
func apart(aa, bb, ab float32) float32 { return max(0, aa+bb-2*ab) }

// units returns the vectors of a view scaled to length 1, packed; vectors of
// zeros stay.
func (v *view) units() (packed []float32, d int) {
	if v.len() == 0 {
		return nil, 0
	}
	d = len(v.vector(0))
	packed = make([]float32, v.len()*d)
	for i := range v.at {
		unit(packed[i*d:(i+1)*d], v.vector(i))
	}
	return packed, d
}

// unit writes a vector scaled to length 1.
func unit(into, x []float32) {
	if s := dense.Dot(x, x); s > 0 {
		by := float32(1 / math.Sqrt(float64(s)))
		for j, y := range x {
			into[j] = y * by
		}
		return
	}
	copy(into, x)
}
