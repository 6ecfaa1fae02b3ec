package forest

import (
	"bytes"
	"errors"
	"math"
	"testing"

	"inkling/learn/feature"
)

// FuzzUnmarshal reads any bytes: an error, or a model that answers, explains,
// and is written again as a model that says the same.
func FuzzUnmarshal(f *testing.F) {
	for _, d := range kinds(25) {
		f.Add(bytesOf(f, mustFit(f, d, Options{Trees: 2, Outside: true})))
		f.Add(bytesOf(f, mustBoost(f, d, BoostOptions{Rounds: 2, Leaves: 4})))
	}
	rows := []feature.Row{{}, {Table: []float32{1, 2, float32(math.NaN()), 1}}, {Index: []uint32{0, 3, 1 << 30}, Value: []float32{1, 2, 3}}}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Unmarshal(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error %v", err)
			}
			return
		}
		p, q := make([]float64, m.Classes()), make([]float64, m.Classes())
		again := bytesOf(t, m)
		back, err := Unmarshal(again)
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		for _, r := range rows {
			m.Predict(r, p)
			back.Predict(r, q)
			for c, x := range p {
				if x != q[c] || math.IsNaN(x) || m.task != oneNumber && !(x >= 0 && x <= 1) {
					t.Errorf("%v, then %v", p, q)
				}
			}
			m.Explain(r, m.Classes()-1, make([]float64, r.Len()))
		}
	})
}

// TestFlipped changes one byte at a time: an error, or a model that can be asked.
func TestFlipped(t *testing.T) {
	for name, d := range kinds(30) {
		for kind, m := range fitted(t, d) {
			b := bytesOf(t, m)
			for i := 0; i < len(b); i += 1 + len(b)/1500 {
				bad := bytes.Clone(b)
				bad[i] ^= 1 << (i % 8)
				back, err := Unmarshal(bad)
				if err != nil {
					if !errors.Is(err, ErrDamaged) {
						t.Fatalf("%s, %s, byte %d: %v", name, kind, i, err)
					}
					continue
				}
				p := make([]float64, back.Classes())
				back.Predict(d.Rows[0], p)
				back.Explain(d.Rows[0], 0, make([]float64, d.Rows[0].Len()))
			}
		}
	}
}
