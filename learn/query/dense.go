package query

import "math"

// dotLanes is how many sums run beside each other in a dot product. Their order
// is fixed, so that every processor gives the same bits.
const dotLanes = 16

// dotPlain is the dot product of two vectors of one length: element i goes to
// sum i mod 16, rounded after each product, and the sums are added in pairs.
func dotPlain(a, b []float32) float32 {
	var s [dotLanes]float32
	b = b[:len(a)]
	i := 0
	for ; i+dotLanes <= len(a); i += dotLanes {
		x, y := (*[dotLanes]float32)(a[i:]), (*[dotLanes]float32)(b[i:])
		for l := range s {
			s[l] += float32(x[l] * y[l])
		}
	}
	for l := 0; i < len(a); i, l = i+1, l+1 {
		s[l] += float32(a[i] * b[i])
	}
	return fold(&s)
}

// fold adds the sums of a dot product: upper half to lower half, until one is left.
func fold(s *[dotLanes]float32) float32 {
	for n := dotLanes / 2; n > 0; n /= 2 {
		for l := range n {
			s[l] += s[l+n]
		}
	}
	return s[0]
}

// squares returns the square of the length of each candidate's vector.
func squares(n int, vector func(int) []float32) []float32 {
	out := make([]float32, n)
	for i := range out {
		x := vector(i)
		out[i] = dot(x, x)
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
	if s := dot(x, x); s > 0 {
		by := float32(1 / math.Sqrt(float64(s)))
		for j, y := range x {
			into[j] = y * by
		}
		return
	}
	copy(into, x)
}
