package neural

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// plain makes rows without a function of package math, whose last bits differ between
// processors.
func plain(n int, as int) feature.Data {
	rng := rand.New(rand.NewPCG(11, 13))
	d := feature.Data{Features: 30, Texts: 30, Fields: []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 3}}}
	for range n {
		a, b, c := rng.Float32(), rng.Float32(), rng.IntN(3)
		r := feature.Row{Table: []float32{a, b, float32(c)}}
		for f := range uint32(30) {
			if rng.IntN(6) == 0 {
				r.Index, r.Value = append(r.Index, f), append(r.Value, rng.Float32())
			}
		}
		class := bit(a > b) + c%2
		d.Rows = append(d.Rows, r)
		switch as {
		case asTwo:
			d.Classes, d.Class = 2, append(d.Class, class&1)
		case asFour:
			d.Classes, d.Class = 3, append(d.Class, class)
		case asNumber:
			d.Target = append(d.Target, float64(class))
		case asLabels:
			d.Classes, d.Sets = 3, append(d.Sets, []int{class})
		}
	}
	return d
}

// The same bytes on every processor, of models as of what they predict: the digests
// were written on amd64, and hold on arm64 (whose compiler fuses products and sums
// where it may) and s390x.
func TestPortable(t *testing.T) {
	for as, want := range map[int]string{
		asTwo:    "1776260e2da945f6",
		asFour:   "71655229aad9773f",
		asLabels: "f07785538ad6e84d",
		asNumber: "3ee4a9e742efcb66",
	} {
		d := plain(200, as)
		sum := sha256.New()
		for _, tanh := range []bool{false, true} {
			m := mustFit(t, d, Options{Hidden: []int{16, 8}, Tanh: tanh, Epochs: 4, Rate: 0.01, Dropout: 0.2, Decay: 0.1, Schedule: Cosine})
			m = mustFit(t, d, Options{From: m, Rank: 2, Epochs: 2})
			sum.Write(bytesOf(t, m))
			p, w := make([]float64, m.Classes()), make([]float64, 64)
			for _, r := range d.Rows {
				m.Predict(r, p)
				base := m.Explain(r, m.Classes()-1, w[:r.Len()])
				for _, x := range append(append([]float64{base}, p...), w[:r.Len()]...) {
					sum.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(x)))
				}
			}
		}
		if got := hex.EncodeToString(sum.Sum(nil))[:16]; got != want {
			t.Errorf("answers %d: digest %s, want %s", as, got, want)
		}
	}
}
