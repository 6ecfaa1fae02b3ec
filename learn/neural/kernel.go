package neural

import "math"

// Rows of weights, gradients and activations are as long as the next multiple of
// lanes, with zeros at the end, so that no kernel has a remainder to treat.
const lanes = 8

// padded is the length of a row of n numbers.
func padded(n int) int { return (n + lanes - 1) &^ (lanes - 1) }

// Every kernel here is written twice: portably below, and for processors with AVX2 in
// assembly. Both give the same bytes, because both say in which order numbers are
// added: each element of a result has one sum, that begins with what was there and
// takes one product after the other, each rounded before it is added. What differs is
// only how many elements are worked on at once.

// times adds A B to C, of m rows and n columns, over k terms. C and B are stored by
// rows, ldc and ldb apart; the element i, j of A is at a[i*rs+j*cs], so that the same
// kernel takes A or its transpose. n is a multiple of lanes.
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

// rates are what one step of Adam multiplies by.
type rates struct {
	keep1, new1 float32 // beta1, 1-beta1
	keep2, new2 float32 // beta2, 1-beta2
	step        float32 // learning rate / (1-beta1^t)
	root        float32 // 1 / sqrt(1-beta2^t)
	eps         float32
	decay       float32 // learning rate times weight decay
	least       float32 // moments below it count as 0: else they would stay in the numbers that processors are slow with
}

// adamPortable takes one step of Adam with decoupled weight decay. All slices are as
// long as w.
func adamPortable(w, g, m, v []float32, r *rates) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, d := range g {
		a := float32(r.keep1*m[i]) + float32(r.new1*d)
		if !(abs(a) >= r.least) {
			a = 0
		}
		b := float32(r.keep2*v[i]) + float32(float32(r.new2*d)*d)
		if !(b >= r.least) {
			b = 0
		}
		m[i], v[i] = a, b
		by := float32(r.step*a) / (float32(float32(math.Sqrt(float64(b)))*r.root) + r.eps)
		w[i] = w[i] - float32(r.decay*w[i]) - by
	}
}

func abs(x float32) float32 { return math.Float32frombits(math.Float32bits(x) &^ (1 << 31)) }
