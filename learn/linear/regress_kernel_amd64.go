package linear

import (
	"unsafe"

	"inkling/learn/feature"
)

//go:noescape
func tileAVX2(sums *float64, columns int, a, b *float64, rows int)

//go:noescape
func spreadAVX2(sums *float64, columns int, x *float64, width int, at *uint32, v *float64, n int)

//go:noescape
func hatAVX2(cells *float64, binsB int, binA, binB *uint32, a, b *float64, rows int)

//go:noescape
func hatsAVX2(cellsB, cellsC *float64, binsB, binsC int, binA, binB, binC *uint32, a, b, c *float64, rows int)

//go:noescape
func prefetch(index *uint32, value, table *float32, sparse, dense int)

// ahead tells the processor that a row is going to be read: rows lie all over
// memory, and waiting for them takes longer than summing them up.
func ahead(r *feature.Row) {
	prefetch(unsafe.SliceData(r.Index), unsafe.SliceData(r.Value), unsafe.SliceData(r.Table), min(len(r.Index), len(r.Value)), len(r.Table))
}

// crossSums: see crossSumsPlain.
func crossSums(sums, x []float64, columns, rows int) {
	if !vectors || rows == 0 {
		crossSumsPlain(sums, x, columns, rows)
		return
	}
	_, _ = sums[columns*columns-1], x[rows*columns-1]
	for i := 0; i < columns; i += tileRows {
		for j := 0; j < i+tileRows; j += tileColumns {
			tileAVX2(&sums[i*columns+j], columns, &x[i], &x[j], rows)
		}
	}
}

// spread: see spreadPlain. Every element of at must be of a row of sums.
func spread(sums, x []float64, at []uint32, v []float64) {
	n := len(x)
	if !vectors || len(at) == 0 || n == 0 || n%tileColumns != 0 {
		spreadPlain(sums, x, at, v)
		return
	}
	_ = v[len(at)-1]
	// As many columns at a time as stay in registers.
	for j := 0; j < n; j += 32 {
		spreadAVX2(&sums[j], n, &x[j], min(32, n-j), &at[0], &v[0], len(at))
	}
}

// hatSums: see hatSumsPlain. Bins must be those of the hats that cells has room for.
func hatSums(cells [2][]float64, a, b, c inHat) {
	n := len(a.bin)
	if !vectors || n == 0 {
		hatSumsPlain(cells, a, b, c)
		return
	}
	_, _, _, _, _ = b.bin[n-1], c.bin[n-1], a.value[2*n-1], b.value[2*n-1], c.value[2*n-1]
	if cells[1] == nil {
		hatAVX2(&cells[0][0], b.bins, &a.bin[0], &b.bin[0], &a.value[0], &b.value[0], n)
		return
	}
	hatsAVX2(&cells[0][0], &cells[1][0], b.bins, c.bins, &a.bin[0], &b.bin[0], &c.bin[0], &a.value[0], &b.value[0], &c.value[0], n)
}
