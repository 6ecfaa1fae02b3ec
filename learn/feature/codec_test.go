package feature_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"inkling/learn/feature"
)

func space(tb testing.TB) *feature.Space {
	c, err := feature.NewCounter([]feature.Kind{feature.Text, feature.Number, feature.Category}, feature.Default())
	if err != nil {
		tb.Fatal(err)
	}
	for i, s := range sample {
		c.Add([]string{s, []string{"1", "2", "30"}[i%3], []string{"x", "y"}[i%2]})
	}
	return c.Space()
}

func TestRoundTrip(t *testing.T) {
	s := space(t)
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := feature.UnmarshalSpace(b)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.MarshalBinary()
	if err != nil || !bytes.Equal(b, again) {
		t.Errorf("other bytes the second time: %v", err)
	}
	for _, text := range sample {
		values := []string{text, "2.5", "y"}
		r, q := s.Rower().Row(values), back.Rower().Row(values)
		if !slices.Equal(r.Index, q.Index) || !slices.Equal(r.Value, q.Value) {
			t.Errorf("%q: %v became %v", text, r, q)
		}
	}
}

func TestDamaged(t *testing.T) {
	b, err := space(t).MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for n := range b {
		if _, err := feature.UnmarshalSpace(b[:n]); !errors.Is(err, feature.ErrDamaged) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
	newer := slices.Clone(b)
	newer[0]++
	if _, err := feature.UnmarshalSpace(newer); !errors.Is(err, feature.ErrVersion) {
		t.Errorf("a newer layout: %v", err)
	}
}

// FuzzUnmarshalSpace reads any bytes: an error, or a space that makes rows and
// is written again as one that makes the same.
func FuzzUnmarshalSpace(f *testing.F) {
	for _, s := range []*feature.Space{space(f), tableSpace(f)} {
		b, err := s.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := feature.UnmarshalSpace(b)
		if err != nil {
			if !errors.Is(err, feature.ErrDamaged) && !errors.Is(err, feature.ErrVersion) {
				t.Errorf("error %v", err)
			}
			return
		}
		values := make([]string, len(s.Kinds()))
		for i := range values {
			values[i] = sample[i%len(sample)]
		}
		r := s.Rower().Row(values)
		checkRow(t, r, s.Features())
		again, err := s.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := feature.UnmarshalSpace(again)
		if err != nil {
			t.Fatalf("written again: %v", err)
		}
		if q := back.Rower().Row(values); !slices.Equal(r.Index, q.Index) {
			t.Errorf("%v became %v", r, q)
		}
	})
}

// FuzzRow makes the row of any text.
func FuzzRow(f *testing.F) {
	s := space(f)
	for _, text := range sample {
		f.Add(text, "12", "x")
	}
	f.Fuzz(func(t *testing.T, text, number, code string) {
		values := []string{text, number, code}
		checkRow(t, s.Rower().Row(values), s.Features())
		s.Trace(values, func(u feature.Use) {
			if u.Start < 0 || u.Start > u.End || u.End > len(values[u.Column]) {
				t.Errorf("%+v of %q", u, values[u.Column])
			}
		})
	})
}

func TestSet(t *testing.T) {
	rows := []feature.Row{{Index: []uint32{3, 64, 200}}, {}, {Index: []uint32{0, 64, 999}}}
	s := feature.Seen(rows, 1000)
	want := map[uint32]int{0: 0, 3: 1, 64: 2, 200: 3, 999: 4}
	check := func(s *feature.Set) {
		t.Helper()
		for f := range uint32(2000) {
			rank, ok := want[f]
			if !ok {
				rank = -1
			}
			if got := s.Rank(f); got != rank {
				t.Errorf("Rank(%d) = %d, want %d", f, got, rank)
			}
		}
		n := 0
		s.All(func(rank int, f uint32) {
			if want[f] != rank || rank != n {
				t.Errorf("All: %d has number %d, want %d", f, rank, want[f])
			}
			n++
		})
		if s.Len() != 5 || n != 5 {
			t.Errorf("%d members", s.Len())
		}
	}
	check(s)
	b, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := feature.UnmarshalSet(b)
	if err != nil {
		t.Fatal(err)
	}
	check(back)
	for n := range b {
		if _, err := feature.UnmarshalSet(b[:n]); !errors.Is(err, feature.ErrDamaged) {
			t.Errorf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
}
