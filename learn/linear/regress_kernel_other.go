//go:build !amd64

package linear

func crossSums(sums, x []float64, columns, rows int) { crossSumsPlain(sums, x, columns, rows) }

func spread(sums, x []float64, at []uint32, v []float64) { spreadPlain(sums, x, at, v) }

func hatSums(cells []float64, binA, binB []uint32, bins int, a, b []float64) {
	hatSumsPlain(cells, binA, binB, bins, a, b)
}
