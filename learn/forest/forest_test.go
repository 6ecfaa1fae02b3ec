package forest

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// tabular makes a table of numbers and categories, some of them missing, of
// which the first number and the first category tell the class in part.
func tabular(n, classes int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 11))
	d := feature.Data{Classes: classes, Fields: []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 5}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 3}}}
	for range n {
		x, c := rng.NormFloat64(), rng.IntN(5)
		class := 0
		for class < classes-1 && x+0.5*float64(c%2)+0.3*rng.NormFloat64() > 1.5*float64(class)-1 {
			class++
		}
		row := feature.Row{Table: []float32{float32(x), float32(c), rng.Float32(), float32(rng.IntN(3))}}
		for j := range row.Table {
			if rng.IntN(12) == 0 {
				row.Table[j] = float32(math.NaN())
			}
		}
		d.Rows, d.Class = append(d.Rows, row), append(d.Class, class)
	}
	return d
}

// wordy makes sparse rows, each class with some features of its own.
func wordy(n, features, classes int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 12))
	d := feature.Data{Classes: classes, Features: features}
	for range n {
		class := rng.IntN(classes)
		var r feature.Row
		for f := range features {
			if rng.IntN(10) == 0 || f%(classes+3) == class && rng.IntN(2) == 0 {
				r.Index, r.Value = append(r.Index, uint32(f)), append(r.Value, 0.1+rng.Float32())
			}
		}
		d.Rows, d.Class = append(d.Rows, r), append(d.Class, class)
	}
	return d
}

// asSets turns classes into sets: the class and, for some rows, the next one.
func asSets(d feature.Data) feature.Data {
	for i, c := range d.Class {
		s := []int{c}
		if i%3 == 0 && c+1 < d.Classes {
			s = append(s, c+1)
		}
		if i%7 == 0 {
			s = nil
		}
		d.Sets = append(d.Sets, s)
	}
	d.Class = nil
	return d
}

// asNumbers turns classes into numbers around them.
func asNumbers(d feature.Data) feature.Data {
	for i, c := range d.Class {
		d.Target = append(d.Target, 10*float64(c)+float64(i%5))
	}
	d.Class, d.Classes = nil, 0
	return d
}

func mustFit(t testing.TB, d feature.Data, o Options) *Model {
	t.Helper()
	m, err := Fit(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func bytesOf(t testing.TB, m *Model) []byte {
	t.Helper()
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// kinds is one data set of each kind.
func kinds(n int) map[string]feature.Data {
	both := wordy(n, 30, 3, 4)
	table := tabular(n, 3, 4)
	both.Texts = 20
	both.Fields = table.Fields
	for i := range both.Rows {
		both.Rows[i].Table = table.Rows[i].Table
	}
	return map[string]feature.Data{
		"two classes":    tabular(n, 2, 1),
		"four classes":   tabular(n, 4, 2),
		"words":          wordy(n, 40, 5, 3),
		"two of words":   wordy(n, 40, 2, 3),
		"text and table": both,
		"labels":         asSets(tabular(n, 4, 2)),
		"numbers":        asNumbers(tabular(n, 4, 2)),
	}
}

func TestRoundTrip(t *testing.T) {
	for name, d := range kinds(150) {
		m := mustFit(t, d, Options{Trees: 7, Seed: 3, Outside: true})
		b := bytesOf(t, m)
		back, err := Unmarshal(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.Equal(b, bytesOf(t, back)) {
			t.Errorf("%s: other bytes the second time", name)
		}
		p, q := make([]float64, m.Classes()), make([]float64, m.Classes())
		for _, r := range d.Rows {
			m.Predict(r, p)
			back.Predict(r, q)
			for c := range p {
				if p[c] != q[c] {
					t.Fatalf("%s: %v became %v", name, p, q)
				}
			}
		}
		for n := range b {
			if _, err := Unmarshal(b[:n]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%s: the first %d of %d bytes: %v", name, n, len(b), err)
			}
		}
	}
}

func TestLearns(t *testing.T) {
	least := map[string]float64{"two classes": 0.8, "four classes": 0.7, "words": 0.7, "two of words": 0.8, "text and table": 0.7, "labels": 0.8, "numbers": 0.6}
	for name, d := range kinds(900) {
		m := mustFit(t, part1(d, 0, 600), Options{Trees: 40, Seed: 1, Outside: true})
		held := part1(d, 600, 900)
		s := tally(held, func(i int, p []float64) bool { m.Predict(held.Rows[i], p); return true }, m.Classes())
		if s.Accuracy < least[name] {
			t.Errorf("%s: accuracy %v", name, s.Accuracy)
		}
		if o := m.Outside(); math.Abs(o.Accuracy-s.Accuracy) > 0.1 || o.Rows != 600 {
			t.Errorf("%s: out of bag %+v, held out %+v", name, o, s)
		}
	}
}

// part1 is rows from..to-1.
func part1(d feature.Data, from, to int) feature.Data {
	d.Rows = d.Rows[from:to]
	if d.Class != nil {
		d.Class = d.Class[from:to]
	}
	if d.Sets != nil {
		d.Sets = d.Sets[from:to]
	}
	if d.Target != nil {
		d.Target = d.Target[from:to]
	}
	return d
}
