package neural

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// readied is a trainer before its first step, with the rows it is to learn.
func readied(t *testing.T, d feature.Data, o Options) (*trainer, *table) {
	t.Helper()
	o = o.withDefaults()
	m, move, err := start(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.in.readAll(context.Background(), d.Rows)
	if err != nil {
		t.Fatal(err)
	}
	tr := newTrainer(context.Background(), m, move, o)
	tr.truth = newTruth(d, m.head)
	return tr, x
}

// shake makes every number that moves random, so that no gradient is 0 by symmetry: B
// of an adapter begins so.
func (t *trainer) shake(rng *rand.Rand) {
	for i := range t.layers {
		l := &t.m.layers[i]
		for j := range l.b[:l.w.cols] {
			if t.move[i].whole {
				l.b[j] = float32(0.3 * rng.NormFloat64())
			}
		}
		if t.move[i].low {
			l.low.b.random(context.Background(), rng, 0.5)
		}
	}
}

// Gradients of everything that moves against differences, for each kind of answer,
// dense and sparse inputs, both bends, weights, and each way of fine-tuning.
func TestGradients(t *testing.T) {
	for as := asTwo; as <= asNumber; as++ {
		d := mixed(24, as, uint64(as))
		for i := range d.Rows {
			d.Weight = append(d.Weight, 0.5+float64(i%4))
		}
		before := mustFit(t, mixed(60, as, 30), Options{Hidden: []int{9, 7}, Epochs: 2})
		bent := mustFit(t, mixed(60, as, 30), Options{Hidden: []int{9, 7}, Epochs: 2, Tanh: true})
		for name, o := range map[string]Options{
			"relu":           {Hidden: []int{9, 7}},
			"tanh":           {Hidden: []int{9, 7}, Tanh: true},
			"no hidden":      {Hidden: []int{}},
			"whole":          {From: before},
			"frozen":         {From: before, Freeze: 1},
			"frozen two":     {From: bent, Freeze: 2},
			"adapters":       {From: before, Rank: 2},
			"adapters, tanh": {From: bent, Rank: 3, Alpha: 1},
			"some adapters":  {From: bent, Rank: 2, Adapt: []int{0, 2}},
			"last adapter":   {From: bent, Rank: 2, Adapt: []int{2}},
		} {
			tr, x := readied(t, d, o)
			tr.shake(rand.New(rand.NewPCG(4, 1)))
			rows := make([]int, x.n)
			for i := range rows {
				rows[i] = i
			}
			loss := func() (sum float64) {
				z := tr.forward(x, rows, false)
				stride, k := tr.m.layers[len(tr.layers)-1].w.stride, tr.m.head.outputs()
				for j, i := range rows {
					l, _ := tr.truth.loss(i, z[j*stride:j*stride+k], 0, nil, tr.p)
					sum += l / float64(len(rows))
				}
				return sum
			}
			tr.forward(x, rows, false)
			tr.backward(rows)
			checked, moved := 0, 0
			for i := range tr.layers {
				p := &tr.layers[i]
				for part, q := range map[string]*param{"weights": p.w, "biases": p.b, "A": p.a, "B": p.low} {
					if q == nil {
						continue
					}
					at := func(row int) int { // of the gradient
						if row < q.dense {
							return row
						}
						for s, h := range tr.has {
							if int(h) == row-q.dense {
								return q.dense + s
							}
						}
						return -1
					}
					cols := q.g.cols
					if part == "biases" {
						cols = tr.m.layers[i].w.cols
					}
					for row := range len(q.w) / q.g.stride {
						for c := range cols {
							want := 0.0
							if g := at(row); g >= 0 {
								want = float64(q.g.v[g*q.g.stride+c])
							}
							w, was := &q.w[row*q.g.stride+c], q.w[row*q.g.stride+c]
							difference := func(h float32) float64 {
								*w = was + h
								up, high := loss(), float64(*w)
								*w = was - h
								down, low := loss(), float64(*w)
								*w = was
								return (up - down) / (high - low)
							}
							// A unit that turns on or off between the two leaves them
							// apart: then a nearer pair must agree.
							ok := false
							for _, h := range []float32{4e-3, 1e-3, 2.5e-4} {
								ok = ok || math.Abs(difference(h)-want) <= 2e-3*(1+math.Abs(want))
							}
							if !ok {
								t.Errorf("answers %d, %s: layer %d, %s, %d, %d: gradient %v, difference %v", as, name, i, part, row, c, want, difference(1e-3))
							}
							if checked++; math.Abs(want) > 1e-4 {
								moved++
							}
						}
					}
				}
			}
			if moved*3 < checked {
				t.Errorf("answers %d, %s: only %d of %d gradients are not 0", as, name, moved, checked)
			}
		}
	}
}

// Dropped units take no part, and the others stand for them: the gradient of what was
// told with a mask is that of the same mask.
func TestDropout(t *testing.T) {
	tr, x := readied(t, mixed(40, asTwo, 1), Options{Hidden: []int{64}, Dropout: 0.25})
	rows := make([]int, x.n)
	for i := range rows {
		rows[i] = i
	}
	tr.forward(x, rows, true)
	p := &tr.layers[0]
	gone := 0
	for j, m := range p.mask {
		switch {
		case m == 0:
			gone++
		case math.Abs(float64(m)-1/0.75) > 1e-6:
			t.Fatalf("a unit counts %v times", m)
		}
		if p.z[j] != p.bent[j]*m {
			t.Fatalf("unit %d is %v of %v, masked by %v", j, p.z[j], p.bent[j], m)
		}
	}
	if share := float64(gone) / float64(len(p.mask)); math.Abs(share-0.25) > 0.03 {
		t.Errorf("%v of the units are gone", share)
	}
	tr.backward(rows)
	for j, m := range p.mask {
		if m == 0 && p.dz[j] != 0 {
			t.Fatalf("a unit that was gone has a gradient of %v", p.dz[j])
		}
	}
}
