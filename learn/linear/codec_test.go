package linear

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"inkling/learn/feature"
)

func TestRoundTrip(t *testing.T) {
	for _, o := range []Options{{}, {C: 1e5}, {C: 1e-30}, {Bias: -1}} {
		d := synthetic(100, 80, 5, 1)
		m := mustFit(t, d, o)
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Unmarshal(b)
		if err != nil {
			t.Fatal(err)
		}
		again, err := back.MarshalBinary()
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%+v: other bytes the second time: %v", o, err)
		}
		p, q := make([]float64, 5), make([]float64, 5)
		for _, r := range d.Rows {
			m.Predict(r, p)
			back.Predict(r, q)
			for c := range p {
				if p[c] != q[c] {
					t.Fatalf("%+v: %v became %v", o, p, q)
				}
			}
		}
		if m.C() != back.C() || m.Epochs() != back.Epochs() || m.Features() != back.Features() {
			t.Errorf("%+v came back as %+v", m, back)
		}
	}
}

func TestDamaged(t *testing.T) {
	b, err := mustFit(t, synthetic(30, 40, 3, 1), Options{}).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for n := range b {
		if _, err := Unmarshal(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
}

// FuzzUnmarshal reads any bytes: an error, or a model that predicts and is
// written again as a model that says the same.
func FuzzUnmarshal(f *testing.F) {
	for _, d := range []feature.Data{synthetic(5, 10, 2, 1), synthetic(20, 30, 4, 2)} {
		b, err := mustFit(f, d, Options{}).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
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
		m.Predict(feature.Row{Index: []uint32{0, 3, 1 << 30}, Value: []float32{1, 2, 3}}, p)
		for _, x := range p {
			if !(x > 0) || math.IsInf(x, 0) {
				t.Errorf("probabilities %v", p)
			}
		}
		again, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Unmarshal(again); err != nil {
			t.Errorf("written again: %v", err)
		}
	})
}
