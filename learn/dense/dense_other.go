//go:build !amd64

package dense

// Times adds A B to C: see dense_amd64.go.
func Times(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, n, k int) {
	timesPortable(c, ldc, a, rs, cs, b, ldb, m, n, k)
}

// Gather adds the sum of value[j] times row index[j] of w to z.
func Gather(z, w []float32, index []uint32, value []float32) { gatherPortable(z, w, index, value) }

// Scatter adds value[j] times d to row index[j] of g.
func Scatter(g, d []float32, index []uint32, value []float32) {
	scatterPortable(g, d, index, value)
}
