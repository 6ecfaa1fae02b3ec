//go:build !amd64

package neural

func times(c []float32, ldc int, a []float32, rs, cs int, b []float32, ldb, m, n, k int) {
	timesPortable(c, ldc, a, rs, cs, b, ldb, m, n, k)
}

func gather(z, w []float32, index []uint32, value []float32) { gatherPortable(z, w, index, value) }

func scatter(g, d []float32, index []uint32, value []float32) {
	scatterPortable(g, d, index, value)
}

func adam(w, g, m, v []float32, r *rates) { adamPortable(w, g, m, v, r) }
