package neural

import (
	"fmt"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Explain writes what each part of a row adds to the margin of a class into w, which
// must have r.Len() elements, and returns what is there without any: their sum is the
// margin, which is the log probability of the class less the mean of the others', for
// a label among several its log odds, and for a number the number.
//
// Parts are told apart by integrated gradients (Sundararajan, Taly, Yan, "Axiomatic
// attribution for deep networks", 2017): along the straight line from a row without
// news to this one, each input gets what it moves times the mean of the margin's
// slope along it. The row without news has every number at the mean of the training
// rows, every category missing, and no text. Margins are differences of outputs,
// before any probability is made of them, so that nothing saturates.
//
// Between two points where a unit turns on or off a network of ReLUs is linear, so
// that the mean is found exactly, by going from one such point to the next. With tanh
// the mean is a quadrature, on so many points that the sum is right to 1e-9 of the
// outputs' size. Both in float64: what predictions in float32 are off by rounding
// goes to the base, and not to any part.
func (m *Model) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("neural: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	if m.head.kind == oneClass && m.head.n < 2 {
		return 0
	}
	margin := m.margin(r, class)
	e := m.explainer(r, class)
	if m.tanh {
		e.sample()
	} else {
		e.walk()
	}
	sum, row := 0.0, make([]float64, len(e.slopes))
	m.news(r, func(input int, from, to float64, part int) {
		m.layers[0].rowOf(input, row)
		for j, x := range row {
			w[part] += float64(float64((to-from)*x) * e.slopes[j])
		}
	})
	for _, x := range w {
		sum += x
	}
	if sum-sum != 0 { // sums that overflow have no parts
		clear(w)
		return margin
	}
	return margin - sum
}

// margin is what is explained, as Predict has it.
func (m *Model) margin(r feature.Row, class int) float64 {
	if m.head.kind == labels { // more digits than the probability has
		o, _ := m.rooms.Get().(*room)
		z := logit(m.logits(r, o)[class])
		m.rooms.Put(o)
		return z
	}
	p := make([]float64, m.Classes())
	m.Predict(r, p)
	if m.head.kind == number {
		return p[0]
	}
	others := 0.0
	for c, x := range p {
		if c != class {
			others += exact.Log(x)
		}
	}
	return exact.Log(p[class]) - others/float64(len(p)-1)
}

// direction is the margin as a sum of outputs, but for a constant.
func (h head) direction(class int) []float64 {
	d := make([]float64, h.outputs())
	switch {
	case h.kind == number:
		d[0] = h.unit
	case h.kind == labels:
		d[class] = 1
	case h.n == 2:
		d[0] = float64(2*class - 1)
	default:
		for c := range d {
			d[c] = -1 / float64(h.n-1)
		}
		d[class] = 1
	}
	return d
}

// news visits the inputs in which a row differs from the one without news: which one,
// from where to where, and the part of the row that it belongs to.
func (m *Model) news(r feature.Row, visit func(input int, from, to float64, part int)) {
	for j := range m.in.fields {
		f, part := &m.in.fields[j], len(r.Index)+j
		if j >= len(r.Table) {
			continue
		}
		x, sparse := f.read(r.Table[j])
		if f.column >= 0 {
			visit(f.column, 0, float64(x), part)
		} else if sparse != int(f.missing) && f.missing >= 0 {
			visit(m.in.nums+int(f.missing), 1, 0, part)
		}
		if sparse >= 0 && (f.column >= 0 || sparse != int(f.missing)) {
			visit(m.in.nums+sparse, 0, 1, part)
		}
	}
	for i, f := range r.Index {
		if at := m.in.text(f); at >= 0 {
			visit(m.in.nums+at, 0, float64(sparseValue(r.Value[i])), i)
		}
	}
}

// rowOf writes what an input adds to each sum of a layer, the adapter's part
// included.
func (l *layer) rowOf(input int, row []float64) {
	for j, x := range l.w.row(input)[:len(row)] {
		row[j] = float64(x)
	}
	if l.low == nil {
		return
	}
	for k, a := range l.low.a.row(input)[:l.low.a.cols] {
		for j, b := range l.low.b.row(k)[:len(row)] {
			row[j] += float64(float64(a) * float64(l.low.scale) * float64(b))
		}
	}
}

// baseline adds the row without news to the first layer's sums.
func (m *Model) baseline(sums []float64) {
	row := make([]float64, len(sums))
	for _, f := range m.in.fields {
		if f.column < 0 && f.missing >= 0 {
			m.layers[0].rowOf(m.in.nums+int(f.missing), row)
			for j, x := range row {
				sums[j] += x
			}
		}
	}
}
