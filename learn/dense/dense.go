// Package dense multiplies vectors and matrices of float32, and sparse rows with
// matrices, so that the bytes of the result are the same on every processor.
package dense

// Lanes is what the lengths of the rows of matrices are multiples of, with zeros at
// the end, so that no kernel has a remainder to treat.
const Lanes = 8

// Padded is the length of a row of n numbers.
func Padded(n int) int { return (n + Lanes - 1) &^ (Lanes - 1) }

// Every kernel here is written twice: portably below, and for processors with AVX2 in
// assembly. Both give the same bytes, because both say in which order numbers are
// added: each element of a result has one sum, that begins with what was there and
// takes one product after the other, each rounded before it is added. What differs is
// only how many elements are worked on at once.

// times adds A B to C, of m rows and n columns, over k terms. C and B are stored by
// rows, ldc and ldb apart; the element i, j of A is at a[i*rs+j*cs], so that the same
// kernel takes A or its transpose. n is a multiple of Lanes.
func timesPortable(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, n, k int) {
	for i := range m {
		to := c[i*ldc : i*ldc+n]
		for j := range k {
			axpy(a[i*rs+j*cs], b[j*ldb:], to)
		}
	}
}

// axpy adds v x to y.
func axpy(v float32, x, y []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += float32(v * x[i])
	}
}

// gatherPortable adds the sum of value[j] times row index[j] of w to z.
func gatherPortable(z, w []float32, index []uint32, value []float32) {
	n := len(z)
	for j, at := range index {
		axpy(value[j], w[int(at)*n:], z)
	}
}

// scatterPortable adds value[j] times d to row index[j] of g.
func scatterPortable(g, d []float32, index []uint32, value []float32) {
	n := len(d)
	for j, at := range index {
		axpy(value[j], d, g[int(at)*n:int(at)*n+n])
	}
}
