//go:build !amd64

package linear

// step sets delta, and tells of the row in told.
func (s *short) step(z, r []float32, q float32, delta []float32, told *[4]float32) {
	s.plain(z, r, q, delta, told)
}
