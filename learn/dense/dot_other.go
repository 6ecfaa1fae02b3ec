//go:build !amd64

package dense

// Dot is the inner product of two vectors of one length: element i goes to sum i mod
// 16, rounded after each product, and the sums are added in pairs.
func Dot(a, b []float32) float32 { return dotPortable(a, b) }
