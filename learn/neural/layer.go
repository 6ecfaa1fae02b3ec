package neural

import (
	"math"

	"inkling/learn/dense"
	"inkling/learn/exact"
)

// matrix is weights by rows: row i has what input i adds to each output.
type matrix struct {
	rows, cols int
	stride     int // dense.Padded(cols)
	v          []float32
}

func newMatrix(rows, cols int) matrix {
	return matrix{rows, cols, dense.Padded(cols), make([]float32, rows*dense.Padded(cols))}
}

func (m *matrix) row(i int) []float32 { return m.v[i*m.stride : (i+1)*m.stride] }

// transpose writes the transpose of m into t.
func (m *matrix) transpose(t *matrix) {
	for i := range m.rows {
		for j, x := range m.row(i)[:m.cols] {
			t.v[j*t.stride+i] = x
		}
	}
}

// layer is one layer of weighted sums: x W + b, and low-rank weights beside W.
type layer struct {
	w   matrix
	b   []float32 // as long as a row of w
	low *lowRank  // nil for none
	own bool      // trained whole beside adapters, and kept with them
}

// operand is what a layer reads of some rows: dense numbers, and in the first layer
// sparse inputs, which have the rows of the matrix after them.
type operand struct {
	n     int
	x     []float32 // by row, ld apart
	ld    int
	dense int
	start []int // of each row in index and value, and the end; nil without sparse inputs
	index []uint32
	value []float32
}

// times adds the rows, multiplied by w, to z.
func (o *operand) times(w *matrix, z []float32) { o.timesPart(w, z, 0, o.n) }

func (o *operand) timesPart(w *matrix, z []float32, from, to int) {
	if from >= to {
		return
	}
	if o.dense > 0 {
		dense.Times(z[from*w.stride:], w.stride, o.x[from*o.ld:], o.ld, 1, w.v, w.stride, to-from, w.stride, o.dense)
	}
	if o.start == nil {
		return
	}
	sparse := w.v[o.dense*w.stride:]
	for i := from; i < to; i++ {
		a, b := o.start[i], o.start[i+1]
		dense.Gather(z[i*w.stride:(i+1)*w.stride], sparse, o.index[a:b], o.value[a:b])
	}
}

// gradient adds to g by how much each weight moves the loss, from how much each
// output of the layer does: the rows transposed, times dz. It does the dense inputs
// from..to.
func (o *operand) gradient(dz []float32, g *matrix, from, to int) {
	dense.Times(g.v[from*g.stride:], g.stride, o.x[from:], 1, o.ld, dz, g.stride, to-from, g.stride, o.n)
}

// sparseGradient is gradient for the sparse inputs.
func (o *operand) sparseGradient(dz []float32, g *matrix) {
	if o.start == nil {
		return
	}
	v := g.v[o.dense*g.stride:]
	for i := range o.n {
		a, b := o.start[i], o.start[i+1]
		dense.Scatter(v, dz[i*g.stride:(i+1)*g.stride], o.index[a:b], o.value[a:b])
	}
}

// activate bends sums.
func activate(z []float32, tanh bool) {
	if tanh {
		for i, x := range z {
			z[i] = bent(x)
		}
		return
	}
	for i, x := range z {
		// The sign bit, spread over the word, clears what is below 0.
		b := math.Float32bits(x)
		z[i] = math.Float32frombits(b &^ uint32(int32(b)>>31))
	}
}

// bent is the hyperbolic tangent.
func bent(x float32) float32 {
	e := exact.Exp(-2 * math.Abs(float64(x)))
	return float32(math.Copysign((1-e)/(1+e), float64(x)))
}
