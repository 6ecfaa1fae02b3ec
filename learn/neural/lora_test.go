package neural

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"inkling/learn/feature"
)

// shifted is rows of which some answers are others than mixed's.
func shifted(n int, seed uint64) feature.Data {
	d := mixed(n, asTwo, seed)
	for i, r := range d.Rows {
		if r.Table[0] > 6 {
			d.Class[i] = 1 - d.Class[i]
		}
	}
	return d
}

// Each way of fine-tuning learns the new rows, and leaves what stands still, and the
// model it began with, as they were.
func TestFineTuning(t *testing.T) {
	base := mustFit(t, mixed(400, asTwo, 1), Options{Hidden: []int{24, 12}, Epochs: 20, Rate: 0.005})
	was, d := bytesOf(t, base), shifted(400, 2)
	start := lossOf(base, d)
	for name, o := range map[string]Options{"whole": {}, "frozen": {Freeze: 1}, "adapters": {Rank: 4}, "an adapter": {Rank: 4, Adapt: []int{0}}} {
		o.From, o.Epochs, o.Rate = base, 30, 0.01
		m := mustFit(t, d, o)
		if !bytes.Equal(was, bytesOf(t, base)) {
			t.Fatalf("%s: the model it began with changed", name)
		}
		if after := lossOf(m, d); !(after < 0.8*start) {
			t.Errorf("%s: loss %v became %v", name, start, after)
		}
		l := m.Lineage()
		if want, _ := base.Digest(); l.Parent != want[:8] || l.Generation != 1 {
			t.Errorf("%s: %+v does not lead to %s", name, l, want)
		}
		for i := range m.layers {
			still := &m.layers[i].w.v[0] == &base.layers[i].w.v[0]
			if want := o.Rank > 0 || i < o.Freeze; still != want {
				t.Errorf("%s: layer %d shared: %v", name, i, still)
			}
		}
		if again := mustFit(t, d, Options{From: m, Epochs: 1}); again.Lineage().Generation != 2 || again.base != nil {
			t.Errorf("%s: a whole fit from it is %+v", name, again.Lineage())
		}
	}
}

// An adapter of full rank can say what a whole fit says: its weights are the others
// less the base's.
func TestFullRank(t *testing.T) {
	base := mustFit(t, mixed(200, asFour, 1), Options{Hidden: []int{6}, Epochs: 3})
	whole := mustFit(t, mixed(200, asFour, 1), Options{From: base, Freeze: 1, Epochs: 5, Rate: 0.01})
	m := mustFit(t, mixed(200, asFour, 1), Options{From: base, Rank: 99, Alpha: 99, Adapt: []int{1}, Epochs: 1})
	low := m.layers[1].low
	if low.a.cols != 4 {
		t.Fatalf("rank %d of a layer of 6 by 4", low.a.cols)
	}
	// A is the difference, B the identity.
	for i := range low.a.rows {
		for j := range low.a.cols {
			low.a.row(i)[j] = whole.layers[1].w.row(i)[j] - base.layers[1].w.row(i)[j]
		}
	}
	clear(low.b.v)
	for j := range 4 {
		low.b.row(j)[j] = 1
	}
	m.layers[1].b = whole.layers[1].b
	p, q := make([]float64, 4), make([]float64, 4)
	for _, r := range mixed(50, asFour, 2).Rows {
		m.Predict(r, p)
		whole.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 1e-5 {
				t.Fatalf("adapter %v, whole %v", p, q)
			}
		}
	}
	merged := m.Merge()
	for _, r := range mixed(50, asFour, 2).Rows {
		m.Predict(r, p)
		merged.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 1e-5 {
				t.Fatalf("adapter %v, merged %v", p, q)
			}
		}
	}
}

// The file of an adapter alone is small, and comes back on the same base only.
func TestAdapterFile(t *testing.T) {
	base := mustFit(t, mixed(200, asTwo, 1), Options{Hidden: []int{64, 64}, Epochs: 2})
	m := mustFit(t, shifted(200, 2), Options{From: base, Rank: 2, Epochs: 2})
	b, err := m.MarshalAdapter()
	if err != nil {
		t.Fatal(err)
	}
	a, ok := m.Adapter()
	want := 0
	for i, w := range m.Widths()[1:] {
		want += (m.Widths()[i] + w) * min(2, w)
	}
	if digest, _ := base.Digest(); !ok || a.Rank != 2 || a.Parameters != want || a.Base != digest {
		t.Errorf("adapter %+v, want %d parameters on %s", a, want, digest)
	}
	if len(b) > a.Bytes+600 || len(b) > len(bytesOf(t, base))/5 {
		t.Errorf("%d bytes of an adapter of %d, on a base of %d", len(b), a.Bytes, len(bytesOf(t, base)))
	}
	back, err := UnmarshalAdapter(b, base)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(bytesOf(t, m), bytesOf(t, back)) || &back.layers[0].w.v[0] != &base.layers[0].w.v[0] {
		t.Error("another model came back, or a copy of the base")
	}
	if _, err := UnmarshalAdapter(b, m.Merge()); !errors.Is(err, ErrBase) {
		t.Errorf("on another base: %v", err)
	}
	for n := range b {
		if _, err := UnmarshalAdapter(b[:n], base); !errors.Is(err, ErrDamaged) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
	// The whole file keeps the digest, so that the adapter can still be told from the
	// base.
	whole, err := Unmarshal(bytesOf(t, m))
	if err != nil {
		t.Fatal(err)
	}
	again, err := whole.MarshalAdapter()
	if err != nil || !bytes.Equal(b, again) {
		t.Errorf("the adapter of the whole file is another: %v", err)
	}
	if _, err := base.MarshalAdapter(); err == nil {
		t.Error("a model without adapters wrote one")
	}
	// The same adapter is moved further; another rank begins on all that there is.
	further := mustFit(t, shifted(200, 2), Options{From: m, Rank: 2, Epochs: 1})
	if *further.base != *m.base {
		t.Error("an adapter that was moved further stands on another base")
	}
	other := mustFit(t, shifted(200, 2), Options{From: m, Rank: 3, Epochs: 1})
	if *other.base == *m.base {
		t.Error("an adapter of another rank stands on the same base")
	}
}

// A model takes over what an earlier one knew, with more or fewer classes, features,
// codes and fields than that had.
func TestGrown(t *testing.T) {
	narrow := func(d feature.Data) feature.Data {
		d.Rows = slices.Clone(d.Rows)
		d.Fields = d.Fields[:3]
		for i, r := range d.Rows {
			n := 0
			for n < len(r.Index) && r.Index[n] < 25 {
				n++
			}
			d.Rows[i] = feature.Row{Index: r.Index[:n], Value: r.Value[:n], Table: r.Table[:3]}
		}
		d.Features, d.Texts = 25, 25
		return d
	}
	two, four, labels, num := mixed(300, asTwo, 1), mixed(300, asFour, 1), mixed(300, asLabels, 1), mixed(300, asNumber, 1)
	fewer := func(d feature.Data, n int) feature.Data {
		d.Class = slices.Clone(d.Class)
		for i := range d.Class {
			d.Class[i] = min(d.Class[i], n-1)
		}
		d.Classes = n
		return d
	}
	sets := map[string]feature.Data{"one": fewer(two, 1), "two": two, "three": fewer(four, 3), "four": four, "labels": labels, "number": num, "narrow": narrow(four)}
	for from, a := range sets {
		m := mustFit(t, a, Options{Epochs: 8, Rate: 0.005})
		for to, b := range sets {
			for _, o := range []Options{{}, {Freeze: 2}, {Rank: 2}} {
				o.From, o.Epochs, o.Rate = m, 1, 1e-9 // as good as standing still
				out := mustFit(t, b, o)
				p := make([]float64, out.Classes())
				q := make([]float64, m.Classes())
				kept := m.head.kind == out.head.kind && m.head.n > 1 && (a.Classes <= b.Classes || m.head.kind == number)
				for _, r := range b.Rows[:40] {
					if out.Predict(r, p); !kept {
						continue
					}
					// Classes that were known have the same odds among them.
					m.Predict(r, q)
					if m.head.kind == number {
						if math.Abs(p[0]-q[0]) > 1e-2 {
							t.Fatalf("%s to %s: %v became %v", from, to, q, p)
						}
						continue
					}
					if got, want := math.Log(p[1]/p[0]), math.Log(q[1]/q[0]); math.Abs(got-want) > 1e-2 {
						t.Fatalf("%s to %s (%+v): log odds %v became %v", from, to, o.Freeze, want, got)
					}
				}
				if _, err := Unmarshal(bytesOf(t, out)); err != nil {
					t.Errorf("%s to %s: %v", from, to, err)
				}
			}
		}
	}
}
