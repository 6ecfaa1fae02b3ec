package neural

import (
	"math"
	"testing"

	"inkling/learn/feature"
)

// explained is models of all kinds with the rows to explain.
func explained(t *testing.T, each func(name string, m *Model, d feature.Data)) {
	for as, name := range map[int]string{asTwo: "two classes", asFour: "four classes", asLabels: "labels", asNumber: "number"} {
		d := mixed(120, as, 1)
		base := mustFit(t, d, Options{Hidden: []int{40, 20, 10}, Epochs: 20, Rate: 0.01})
		each(name, base, d)
		each(name+", tanh", mustFit(t, d, Options{Hidden: []int{30, 20}, Tanh: true, Epochs: 20, Rate: 0.02}), d)
		each(name+", adapters", mustFit(t, d, Options{From: base, Rank: 2, Epochs: 5, Rate: 0.01}), d)
	}
}

// On the line from the row without news, what the inputs get in float64 is what the
// margin moves by, with nothing to distribute; and the base is what the model says of
// that row.
func TestCompleteness(t *testing.T) {
	explained(t, func(name string, m *Model, d feature.Data) {
		scale := 1.0
		if m.head.kind == number {
			scale = m.head.unit
		}
		// The row without news is one that is missing everything, but for the inputs
		// that say that a number is.
		news := m.in.fields
		quiet := &Model{in: &input{fields: append([]field(nil), news...), nums: m.in.nums, cols: m.in.cols, texts: m.in.texts, set: m.in.set, first: m.in.first},
			layers: m.layers, tanh: m.tanh, head: m.head, rooms: newRooms()}
		for j := range quiet.in.fields {
			if quiet.in.fields[j].column >= 0 {
				quiet.in.fields[j].missing = -1
			}
		}
		for i, r := range d.Rows[:40] {
			class := i % m.Classes()
			e := m.explainer(r, class)
			there, here := e.line(m.tanh, 1), e.line(m.tanh, 0)
			want := there - here
			got := 0.0
			for j, s := range e.slopes {
				got += s * e.step[j]
			}
			if math.Abs(got-want) > 2e-9*(scale+math.Abs(there)+math.Abs(here)) {
				t.Errorf("%s, row %d: inputs get %v, the margin moves by %v", name, i, got, want)
			}
			w := make([]float64, r.Len())
			base := m.Explain(r, class, w)
			sum := base
			for _, x := range w {
				sum += x
			}
			if margin := m.margin(r, class); math.Abs(sum-margin) > 1e-9*scale*(1+math.Abs(margin/scale)) {
				t.Errorf("%s, row %d: reasons sum to %v, margin %v", name, i, sum, margin)
			}
			if of := quiet.margin(feature.Row{}, class); math.Abs(base-of) > 2e-5*scale*(1+math.Abs(of/scale)) {
				t.Errorf("%s, row %d: base %v, the row without news has %v", name, i, base, of)
			}
		}
	})
}

// line goes along the line and returns the margin at t.
func (e *explainer) line(tanh bool, t float64) float64 {
	clear(e.slopes)
	if tanh {
		e.sample()
		return e.at(t)
	}
	e.walk()
	last := len(e.z) - 1
	for i := range last {
		e.sums(i, t)
		for j, z := range e.z[i] {
			e.bend[i][j] = float64(bit(z > 0))
		}
	}
	e.sums(last, t)
	margin := 0.0
	for j, z := range e.z[last] {
		margin += z * e.out[j]
	}
	return margin
}

// The definition, by brute force: the mean of differences' slopes at many points of
// the line.
func TestIntegratedGradients(t *testing.T) {
	d := mixed(100, asFour, 3)
	d.Fields, d.Texts = d.Fields[:1], 40
	for i := range d.Rows {
		d.Rows[i].Table = d.Rows[i].Table[:1]
		if missingNumber(d.Rows[i].Table[0]) {
			d.Rows[i].Table[0] = 5
		}
	}
	for _, tanh := range []bool{false, true} {
		m := mustFit(t, d, Options{Hidden: []int{12, 8}, Tanh: tanh, Epochs: 30, Rate: 0.02})
		f := &m.in.fields[0]
		for _, r := range d.Rows[:5] {
			w := make([]float64, r.Len())
			m.Explain(r, 2, w)
			want := make([]float64, r.Len())
			const points = 400
			at := func(s float64, part int, off float64) float64 {
				x := feature.Row{Index: r.Index, Value: make([]float32, len(r.Value)), Table: []float32{float32(f.mean + s*(float64(r.Table[0])-f.mean))}}
				for i, v := range r.Value {
					x.Value[i] = float32(s * float64(v))
				}
				if part < len(r.Index) {
					x.Value[part] += float32(off)
				} else {
					x.Table[0] += float32(off)
				}
				return m.margin(x, 2)
			}
			const h = 2e-3
			for part := range want {
				by := float64(r.Table[0]) - f.mean
				if part < len(r.Index) {
					by = float64(r.Value[part])
				}
				for k := range points {
					s := (float64(k) + 0.5) / points
					want[part] += by * (at(s, part, h) - at(s, part, -h)) / (2 * h) / points
				}
			}
			for part := range want {
				if math.Abs(w[part]-want[part]) > 0.02*(1+math.Abs(want[part])) {
					t.Errorf("tanh %v: part %d gets %v, by brute force %v", tanh, part, w[part], want[part])
				}
			}
		}
	}
}

// Features of the table's sparse form, unknown words and codes have no part.
func TestNoPart(t *testing.T) {
	m := mustFit(t, mixed(100, asTwo, 1), Options{})
	r := feature.Row{Index: []uint32{3, 45, 900}, Value: []float32{1, 1, 1}, Table: []float32{float32(m.in.fields[0].mean), 99, float32(math.Inf(1)), 1}}
	w := make([]float64, r.Len())
	m.Explain(r, 1, w)
	for part, zero := range []bool{false, true, true, true, false, false, false} {
		if (math.Abs(w[part]) < 1e-6) != zero && part != 4 {
			t.Errorf("part %d gets %v", part, w[part])
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	d := mixed(300, asTwo, 1)
	m := mustFit(b, d, Credit())
	w := make([]float64, 100)
	for i := 0; b.Loop(); i++ {
		r := d.Rows[i%len(d.Rows)]
		m.Explain(r, 1, w[:r.Len()])
	}
}

func BenchmarkPredict(b *testing.B) {
	d := mixed(300, asTwo, 1)
	m := mustFit(b, d, Credit())
	p := make([]float64, 2)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Predict(d.Rows[i%len(d.Rows)], p)
	}
}
