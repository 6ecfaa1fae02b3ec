package neural

import (
	"context"
	"math/rand/v2"
	"sync"

	"inkling/learn/dense"
)

// trainer is a network on its way: a model, what of it moves, and the memory that a
// batch takes.
type trainer struct {
	m      *Model
	move   []moves
	first  int // layer that moves
	truth  *truth
	opt    optimiser
	step   int
	drop   float64
	rng    *rand.Rand // of dropout
	split  splitter
	layers []pass
	p      []float64
	slots  []int32  // of each sparse input, in the batch; -1 where the batch does not have it
	has    []uint32 // sparse inputs of the batch
	local  []uint32 // memory of place
	in     operand
}

// pass is what a batch leaves in a layer.
type pass struct {
	w, b, a, low *param // nil for what stands still: weights, biases, both sides of the adapter
	in           operand
	z            []float32 // outputs: bent, and in training without absent units
	bent         []float32 // the same, before units are taken away
	whole        []float32 // memory of bent, where that is not z
	mask         []float32
	dz           []float32
	u, du        []float32 // of the adapter: rows times scale A, and its gradient
	turned       matrix    // weights, transposed
	turnedA      matrix
	turnedB      matrix
}

func newTrainer(ctx context.Context, m *Model, move []moves, o Options) *trainer {
	t := &trainer{m: m, move: move, opt: optimiser{decay: o.Decay}, drop: o.Dropout, rng: rand.New(rand.NewPCG(o.Seed, dropoutStream)),
		split: splitOver(o.Workers, func() bool { return ctx.Err() != nil }), layers: make([]pass, len(m.layers)), p: make([]float64, max(1, m.head.outputs())), first: len(m.layers)}
	for i := range m.layers {
		l, p := &m.layers[i], &t.layers[i]
		dense := l.w.rows
		if i == 0 {
			dense = m.in.nums
		}
		if move[i].whole {
			p.w, p.b = newParam(&l.w, dense), newBias(l.b)
		}
		if move[i].low {
			p.a, p.low = newParam(&l.low.a, dense), newParam(&l.low.b, l.low.b.rows)
		}
		if move[i] != (moves{}) {
			t.first = min(t.first, i)
		}
		if i > 0 {
			p.turned = newMatrix(l.w.cols, l.w.rows)
			if l.low != nil {
				p.turnedA = newMatrix(l.low.a.cols, l.low.a.rows)
			}
		}
		if l.low != nil {
			p.turnedB = newMatrix(l.low.b.cols, l.low.b.rows)
		}
	}
	t.slots = make([]int32, m.in.cols)
	for i := range t.slots {
		t.slots[i] = -1
	}
	return t
}

// splitter shares work out: n things that cost so many products each, in parts that
// do works on at once. The last parts are left out where a fit is to stop: what it
// comes to then is thrown away.
type splitter func(n, cost int, do func(from, to int))

const (
	goWork   = 1 << 18 // products that are worth a goroutine of their own
	stopWork = 1 << 24 // products between two looks whether to stop: some milliseconds on any processor
)

func splitOver(workers int, stop func() bool) splitter {
	return func(n, cost int, do func(from, to int)) {
		step := max(1, stopWork/max(1, cost))
		run := func(from, to int) {
			for from < to && !(from > 0 && stop()) {
				next := min(to, from+step)
				do(from, next)
				from = next
			}
		}
		parts := min(workers, n*cost/goWork, n)
		if parts < 2 {
			if n > 0 {
				run(0, n)
			}
			return
		}
		var wg sync.WaitGroup
		for i := 1; i < parts; i++ {
			wg.Go(func() { run(i*n/parts, (i+1)*n/parts) })
		}
		run(0, n/parts)
		wg.Wait()
	}
}

// forward tells some rows of a table, and leaves the outputs in the last layer.
func (t *trainer) forward(x *table, rows []int, training bool) []float32 {
	x.batch(rows, &t.in)
	in := t.in
	for i := range t.layers {
		l, p := &t.m.layers[i], &t.layers[i]
		p.in = in
		n := len(rows) * l.w.stride
		p.z = grown(p.z, n)
		for at := 0; at < n; at += l.w.stride {
			copy(p.z[at:], l.b)
		}
		if l.low != nil {
			p.u = sized(p.u, len(rows)*l.low.a.stride)
		}
		work := l.w.stride * (in.dense + sparse(&in))
		t.split(len(rows), work, func(from, to int) {
			in.timesPart(&l.w, p.z, from, to)
			if i < len(t.layers)-1 && l.low == nil {
				activate(p.z[from*l.w.stride:to*l.w.stride], t.m.tanh)
			}
		})
		if l.low != nil {
			l.low.times(&in, p.u, p.z)
			if i < len(t.layers)-1 {
				activate(p.z, t.m.tanh)
			}
		}
		if p.bent = p.z; training && t.drop > 0 && i < len(t.layers)-1 {
			t.absent(p)
		}
		in = operand{n: len(rows), x: p.z, ld: l.w.stride, dense: l.w.cols}
	}
	return in.x
}

// sparse is how many sparse inputs a row has, about.
func sparse(o *operand) int { return len(o.index) / max(1, o.n) }

// grown returns a slice of n elements with whatever is in them.
func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// absent takes units away at random, and makes the others larger so that the sum is
// the same on average.
func (t *trainer) absent(p *pass) {
	p.whole = append(p.whole[:0], p.z...)
	p.bent = p.whole
	p.mask = grown(p.mask, len(p.z))
	below, keep := uint64(t.drop*(1<<16)), float32(1/(1-t.drop))
	var bits uint64
	for i := range p.z {
		if i%4 == 0 {
			bits = t.rng.Uint64()
		}
		if p.mask[i] = keep; bits&0xffff < below {
			p.mask[i] = 0
		}
		bits >>= 16
		p.z[i] *= p.mask[i]
	}
}

// backward finds by how much each number that moves moves the mean loss of the rows,
// which forward has just told. It returns the sum of their losses.
func (t *trainer) backward(rows []int) float64 {
	last := len(t.layers) - 1
	out := &t.layers[last]
	stride := t.m.layers[last].w.stride
	k := t.m.head.outputs()
	out.dz = sized(out.dz, len(rows)*stride)
	loss := 0.0
	for j, i := range rows {
		l, _ := t.truth.loss(i, out.z[j*stride:j*stride+k], 1/float64(len(rows)), out.dz[j*stride:j*stride+k], t.p)
		loss += l
	}
	for i := last; i >= t.first; i-- {
		t.backwardLayer(i, len(rows))
	}
	return loss
}

func (t *trainer) backwardLayer(i, n int) {
	l, p := &t.m.layers[i], &t.layers[i]
	in := p.in
	if i == 0 {
		in.index = t.place(in.index)
	}
	t.collect(&in, p.dz, p.w, l.w.stride)
	if p.b != nil {
		p.b.clear(0)
		for at := 0; at < len(p.dz); at += l.w.stride {
			for j, d := range p.dz[at : at+l.w.stride] {
				p.b.g.v[j] += d
			}
		}
	}
	if l.low != nil && (p.a != nil || i > t.first) {
		p.du = sized(p.du, n*l.low.a.stride)
		l.low.b.transpose(&p.turnedB)
		dense.Times(p.du, l.low.a.stride, p.dz, l.w.stride, 1, p.turnedB.v, p.turnedB.stride, n, l.low.a.stride, l.w.cols)
		for j := range p.du {
			p.du[j] *= l.low.scale
		}
	}
	if p.a != nil {
		u := operand{n: n, x: p.u, ld: l.low.a.stride, dense: l.low.a.cols}
		t.collect(&u, p.dz, p.low, l.w.stride)
		t.collect(&in, p.du, p.a, l.low.a.stride)
	}
	if i == t.first {
		return
	}
	// What the units before do: dz of the layer before.
	before := &t.layers[i-1]
	stride := t.m.layers[i-1].w.stride
	before.dz = sized(before.dz, n*stride)
	l.w.transpose(&p.turned)
	t.split(n, stride*l.w.cols, func(from, to int) {
		dx := before.dz[from*stride : to*stride]
		dense.Times(dx, stride, p.dz[from*l.w.stride:], l.w.stride, 1, p.turned.v, stride, to-from, stride, l.w.cols)
	})
	if l.low != nil {
		l.low.a.transpose(&p.turnedA)
		dense.Times(before.dz, stride, p.du, l.low.a.stride, 1, p.turnedA.v, stride, n, stride, l.low.a.cols)
	}
	before.slope(t.m.tanh, t.drop > 0)
}

// slope multiplies the gradient of a layer's bent outputs by the slope of the bend.
func (p *pass) slope(tanh, dropped bool) {
	bent := p.bent[:len(p.dz)]
	if dropped {
		for j, x := range p.mask[:len(p.dz)] {
			p.dz[j] *= x
		}
	}
	if tanh {
		for j, x := range bent {
			p.dz[j] *= 1 - float32(x*x)
		}
		return
	}
	for j, x := range bent {
		if x <= 0 {
			p.dz[j] = 0
		}
	}
}

// collect computes the gradient of a matrix that the rows were multiplied by.
func (t *trainer) collect(in *operand, dz []float32, p *param, stride int) {
	if p == nil {
		return
	}
	some := 0
	if in.start != nil {
		some = len(t.has)
	}
	p.clear(some)
	t.split(in.dense, in.n*stride, func(from, to int) { in.gradient(dz, &p.g, from, to) })
	in.sparseGradient(dz, &p.g)
}

// place numbers the sparse inputs that a batch has, and returns the numbers of index.
func (t *trainer) place(index []uint32) []uint32 {
	t.has = t.has[:0]
	t.local = grown(t.local, len(index))
	out := t.local
	for j, at := range index {
		if t.slots[at] < 0 {
			t.slots[at] = int32(len(t.has))
			t.has = append(t.has, at)
		}
		out[j] = uint32(t.slots[at])
	}
	for _, at := range t.has {
		t.slots[at] = -1
	}
	return out
}

// moveAll takes a step along the gradient.
func (t *trainer) moveAll(rate float64) {
	t.step++
	for i := range t.layers {
		var has []uint32
		if i == 0 {
			has = t.has
		}
		p := &t.layers[i]
		if p.w != nil {
			p.w.move(&t.opt, t.step, rate, has, t.split)
			p.b.move(&t.opt, t.step, rate, nil, t.split)
		}
		if p.a != nil {
			p.a.move(&t.opt, t.step, rate, has, t.split)
			p.low.move(&t.opt, t.step, rate, nil, t.split)
		}
	}
}

// evaluateRows is how many rows are told at once outside of training.
const evaluateRows = 256

// measure returns the mean loss and the share of rows told right.
func (t *trainer) measure(ctx context.Context, x *table, want *truth) (loss, right float64, err error) {
	last := len(t.layers) - 1
	stride, k := t.m.layers[last].w.stride, t.m.head.outputs()
	rows := make([]int, 0, evaluateRows)
	for at := 0; at < x.n; at += evaluateRows {
		if ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		rows = rows[:0]
		for i := at; i < min(x.n, at+evaluateRows); i++ {
			rows = append(rows, i)
		}
		z := t.forward(x, rows, false)
		for j, i := range rows {
			l, ok := want.loss(i, z[j*stride:j*stride+k], 0, nil, t.p)
			if loss += l; ok {
				right++
			}
		}
	}
	return loss / float64(x.n), right / float64(x.n), nil
}
