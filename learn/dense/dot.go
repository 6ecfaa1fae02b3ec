package dense

// dotLanes is how many sums run beside each other in a dot product. Their order
// is fixed, so that every processor gives the same bits.
const dotLanes = 16

// dotPortable is the dot product of two vectors of one length: element i goes to
// sum i mod 16, rounded after each product, and the sums are added in pairs.
func dotPortable(a, b []float32) float32 {
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
