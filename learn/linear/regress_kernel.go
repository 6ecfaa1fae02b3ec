package linear

// The sums of products that regressions are solved by are made by three kernels.
// Each adds product by product to every sum, in the order of the rows, and rounds a
// product before it is added: the vector code of regress_kernel_amd64.s, the code here,
// and every processor give the same bits.

// tileRows and tileColumns are what crossSums makes at a time; the columns of a panel are
// a multiple of both.
const (
	tileRows    = 4
	tileColumns = 8
)

// crossSumsPlain adds x_i x_j of so many rows of a panel to sums[i*columns+j], for the
// tiles on the diagonal and below.
func crossSumsPlain(sums, x []float64, columns, rows int) {
	for r := range rows {
		row := x[r*columns:][:columns]
		for i, v := range row {
			end := i/tileRows*tileRows + tileRows
			to := sums[i*columns:][:(end+tileColumns-1)/tileColumns*tileColumns]
			for j := range to {
				to[j] += float64(v * row[j])
			}
		}
	}
}

// spreadPlain adds v[k] x to the row at[k] of sums, whose rows are as long as x, for
// every k.
func spreadPlain(sums, x []float64, at []uint32, v []float64) {
	for k, c := range at {
		to, y := sums[int(c)*len(x):][:len(x)], v[k]
		for j, z := range x {
			to[j] += float64(y * z)
		}
	}
}

// cellBytes is the room of a cell.
const cellBytes = 4 * 8

// inHat is what some rows have in a hat: each in one of its bins, and two values.
type inHat struct {
	bins  int
	bin   []uint32 // times cellBytes
	value []float64
}

// hatSumsPlain adds, for each row, the four products of its two values of hat a and of
// another to the cell of its two bins, in cells[0] for b and, unless it is nil, in cells[1]
// for c. A cell's sums are those of the first value of a with both of the other, then
// of the second.
func hatSumsPlain(cells [2][]float64, a, b, c inHat) {
	for i, h := range []inHat{b, c} {
		for r, k := range a.bin {
			if cells[i] == nil {
				break
			}
			to := cells[i][(int(k)*h.bins+int(h.bin[r]))/8:][:4]
			a0, a1, b0, b1 := a.value[2*r], a.value[2*r+1], h.value[2*r], h.value[2*r+1]
			to[0] += float64(a0 * b0)
			to[1] += float64(a0 * b1)
			to[2] += float64(a1 * b0)
			to[3] += float64(a1 * b1)
		}
	}
}
