package feature_test

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"testing"

	"inkling/learn/feature"
)

func hashed(t testing.TB, bits int) *feature.Space {
	o := feature.Default()
	o.Hash = bits
	s, err := feature.Hashed([]feature.Kind{feature.Text}, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Rows need no sample, agree with what Trace tells of them, have length 1 and
// ascending features, and come back from the bytes of the space.
func TestHashed(t *testing.T) {
	s := hashed(t, 12)
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := feature.UnmarshalSpace(b)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := back.MarshalBinary(); !bytes.Equal(b, again) || back.Features() != 1<<12 || back.Texts() != 1<<12 {
		t.Fatalf("%d features came back as %d", s.Features(), back.Features())
	}
	r, q := s.Rower(), back.Rower()
	for _, text := range append(texts(300, 150, false), texts(100, 90, true)...) {
		row := r.Row([]string{text})
		if !slices.IsSorted(row.Index) || len(slices.Compact(slices.Clone(row.Index))) != len(row.Index) || math.Abs(row.Square()-1) > 1e-5 {
			t.Fatalf("%q: %v of length %v", text, row.Index, row.Square())
		}
		other := q.Row([]string{text})
		if !slices.Equal(row.Index, other.Index) || !slices.Equal(row.Value, other.Value) {
			t.Fatalf("%q: another row after reading the space", text)
		}
		var traced []uint32
		s.Trace([]string{text}, func(u feature.Use) { traced = append(traced, u.Index) })
		slices.Sort(traced)
		if traced = slices.Compact(traced); !slices.Equal(traced, row.Index) {
			t.Fatalf("%q: features %v, traced %v", text, row.Index, traced)
		}
	}
}

// Terms that share a feature cancel out on average: the product of the rows of
// two texts is near that of rows without collisions, to both sides.
func TestHashedProducts(t *testing.T) {
	all := texts(200, 120, false)
	dot := func(a, b feature.Row) (sum float64) {
		at := 0
		for i, f := range a.Index {
			for at < len(b.Index) && b.Index[at] < f {
				at++
			}
			if at < len(b.Index) && b.Index[at] == f {
				sum += float64(a.Value[i]) * float64(b.Value[at])
			}
		}
		return sum
	}
	products := func(s *feature.Space) (out []float64) {
		var rows []feature.Row
		r := s.Rower()
		for _, text := range all {
			row := r.Row([]string{text})
			rows = append(rows, feature.Row{Index: slices.Clone(row.Index), Value: slices.Clone(row.Value)})
		}
		for i := range rows {
			for j := range i {
				out = append(out, dot(rows[i], rows[j]))
			}
		}
		return out
	}
	wide, narrow := products(hashed(t, 22)), products(hashed(t, 12))
	bias, square := 0.0, 0.0
	for i := range wide {
		d := narrow[i] - wide[i]
		bias += d / float64(len(wide))
		square += d * d / float64(len(wide))
	}
	if math.Abs(bias) > 0.01 || math.Sqrt(square) > 0.1 {
		t.Errorf("products are off by %.4f on average, %.4f in the mean of squares", bias, math.Sqrt(square))
	}
}

func TestHashedOptions(t *testing.T) {
	o := feature.Default()
	for _, bits := range []int{0, 7, 23, -1} {
		o.Hash = bits
		if _, err := feature.Hashed([]feature.Kind{feature.Text}, o); !errors.Is(err, feature.ErrOptions) {
			t.Errorf("%d bits: %v", bits, err)
		}
	}
	o.Hash = 16
	if _, err := feature.Hashed([]feature.Kind{feature.Text, feature.Number}, o); !errors.Is(err, feature.ErrOptions) {
		t.Errorf("a number: %v", err)
	}
	if _, err := feature.NewCounter([]feature.Kind{feature.Text}, o); !errors.Is(err, feature.ErrOptions) {
		t.Errorf("a sample: %v", err)
	}
}
