package neural

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"inkling/learn/feature"
)

func TestRoundTrip(t *testing.T) {
	for as := asTwo; as <= asNumber; as++ {
		d := mixed(80, as, 1)
		base := mustFit(t, d, Options{Epochs: 2, Tanh: as == asFour})
		for _, m := range []*Model{base, mustFit(t, d, Options{From: base, Rank: 2, Epochs: 1})} {
			b := bytesOf(t, m)
			back, err := Unmarshal(b)
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b, bytesOf(t, back)) {
				t.Errorf("answers %d: other bytes the second time", as)
			}
			p, q := make([]float64, m.Classes()), make([]float64, m.Classes())
			for _, r := range d.Rows {
				m.Predict(r, p)
				back.Predict(r, q)
				for c := range p {
					if p[c] != q[c] {
						t.Fatalf("%v became %v", p, q)
					}
				}
			}
		}
	}
}

func TestDamaged(t *testing.T) {
	b := bytesOf(t, mustFit(t, mixed(30, asFour, 1), Options{Hidden: []int{3}, Epochs: 1}))
	for n := range b {
		if _, err := Unmarshal(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
}

// FuzzUnmarshal reads any bytes: an error, or a model that predicts, explains, and is
// written again as one that can be read.
func FuzzUnmarshal(f *testing.F) {
	for as := asTwo; as <= asNumber; as++ {
		m := mustFit(f, mixed(20, as, 1), Options{Hidden: []int{3}, Epochs: 1, Tanh: as == asLabels})
		f.Add(bytesOf(f, m))
		f.Add(bytesOf(f, mustFit(f, mixed(20, as, 1), Options{From: m, Rank: 1, Epochs: 1})))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Unmarshal(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error %v", err)
			}
			return
		}
		p := make([]float64, m.Classes())
		r := feature.Row{Index: []uint32{0, 3, 1 << 30}, Value: []float32{1, 2, 3}, Table: []float32{1, 2, 3}}
		m.Predict(r, p)
		for _, x := range p {
			if math.IsNaN(x) || math.IsInf(x, 0) || m.head.kind != number && !(x > 0) {
				t.Errorf("probabilities %v", p)
			}
		}
		w := make([]float64, r.Len())
		sum := m.Explain(r, m.Classes()-1, w)
		for _, x := range w {
			sum += x
		}
		if math.IsNaN(sum) {
			t.Errorf("reasons %v", w)
		}
		if _, err := Unmarshal(bytesOf(t, m)); err != nil {
			t.Errorf("written again: %v", err)
		}
	})
}
