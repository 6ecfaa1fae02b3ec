package dense

// dotAVX2 adds the products of n numbers, a multiple of 16, to the 16 sums.
//
//go:noescape
func dotAVX2(s *float32, a, b *float32, n int)

// Dot is the inner product of two vectors of one length: element i goes to sum i mod
// 16, rounded after each product, and the sums are added in pairs.
func Dot(a, b []float32) float32 {
	b = b[:len(a)]
	n := len(a) &^ (dotLanes - 1)
	if !wide() || n == 0 {
		return dotPortable(a, b)
	}
	var s [dotLanes]float32
	dotAVX2(&s[0], &a[0], &b[0], n)
	for l := 0; n+l < len(a); l++ {
		s[l] += float32(a[n+l] * b[n+l])
	}
	return fold(&s)
}
