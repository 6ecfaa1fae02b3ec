package linear

//go:noescape
func shortAVX2(z, r, p, shrink, delta *float32, lanes int, q float32, told *[4]float32)

// step sets delta, and tells of the row in told.
func (s *short) step(z, r []float32, q float32, delta []float32, told *[4]float32) {
	n := len(s.p)
	z, r, delta = z[:n], r[:n], delta[:n]
	if !vectors {
		s.plain(z, r, q, delta, told)
		return
	}
	shortAVX2(&z[0], &r[0], &s.p[0], &s.shrink[0], &delta[0], n, q, told)
}
