package neural

import (
	"math"

	"inkling/learn/dense"
)

// Decay of Adam's moments, and what is added to the root of the second one: as Kingma
// and Ba propose.
const (
	beta1 = 0.9
	beta2 = 0.999
	eps   = 1e-8
	least = 1e-30

	adamWork = 16 // products that a number takes as long as
)

// optimiser is Adam: what it multiplies by after so many steps.
type optimiser struct {
	bias1, bias2 []float64 // 1 - beta^t, by t
	decay        float64
}

// rates returns what step t, from 1, multiplies by.
func (o *optimiser) rates(t int, rate float64, decays bool) rates {
	for p1, p2 := 1.0, 1.0; len(o.bias1) <= t; {
		if n := len(o.bias1); n > 0 {
			p1, p2 = 1-o.bias1[n-1], 1-o.bias2[n-1]
			p1, p2 = p1*beta1, p2*beta2
		}
		o.bias1, o.bias2 = append(o.bias1, 1-p1), append(o.bias2, 1-p2)
	}
	r := rates{keep1: beta1, new1: 1 - beta1, keep2: beta2, new2: 1 - beta2, eps: eps, least: least,
		step: float32(rate / o.bias1[t]), root: float32(1 / math.Sqrt(o.bias2[t]))}
	if decays {
		r.decay = float32(rate * o.decay)
	}
	return r
}

// param is numbers that a fit moves, with their gradient and moments: a matrix of
// weights whose first rows move in every step, and whose others, the weights of
// sparse inputs, move in steps that have the input.
type param struct {
	w, m, v []float32
	g       matrix   // of the dense rows, and then of those sparse ones that the batch has
	dense   int      // rows
	steps   []uint32 // that each sparse row has made
	decays  bool
}

// newParam readies a matrix, of which dense rows move in every step.
func newParam(w *matrix, dense int) *param {
	return &param{w: w.v, m: make([]float32, len(w.v)), v: make([]float32, len(w.v)), dense: dense, decays: true,
		g: newMatrix(dense, w.cols), steps: make([]uint32, w.rows-dense)}
}

// newBias readies biases, which do not decay.
func newBias(b []float32) *param {
	p := newParam(&matrix{1, len(b), len(b), b}, 1)
	p.decays = false
	return p
}

// clear sets the gradient to 0, with room for some sparse rows.
func (p *param) clear(sparse int) {
	p.g.rows = p.dense + sparse
	p.g.v = sized(p.g.v, p.g.rows*p.g.stride)
}

// move takes step t, of which the batch has the sparse inputs that are listed.
func (p *param) move(o *optimiser, t int, rate float64, sparse []uint32, split splitter) {
	n := p.dense * p.g.stride
	r := o.rates(t, rate, p.decays)
	split(n/dense.Lanes, adamWork*dense.Lanes, func(from, to int) {
		from, to = from*dense.Lanes, to*dense.Lanes
		adam(p.w[from:to], p.g.v[from:to], p.m[from:to], p.v[from:to], &r)
	})
	for i, row := range sparse {
		p.steps[row]++
		r := o.rates(int(p.steps[row]), rate, p.decays)
		at, g := n+int(row)*p.g.stride, n+i*p.g.stride
		adam(p.w[at:at+p.g.stride], p.g.v[g:g+p.g.stride], p.m[at:at+p.g.stride], p.v[at:at+p.g.stride], &r)
	}
}
