package learn

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

// conformingTable makes rows of a table as the conformance suite needs it: two
// numbers, one of which may be missing, and a category with four codes. The
// sparse form has the same and nothing below 0: one feature for the part of a
// number above 0, one for that below, the category one-hot.
// score is a number that depends on all of them.
func conformingTable(rows int, seed uint64) (d Data, score []float64) {
	rng := rand.New(rand.NewPCG(seed, 9))
	d = Data{Features: 10, Fields: []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 4}}}
	for i := range rows {
		a, b, code := float32(rng.NormFloat64()), float32(rng.NormFloat64()), rng.IntN(4)
		r := Row{Table: []float32{a, 1000 * b, float32(code)}}
		s := float64(2*a) + float64(b) + float64(code) - 1.5 + 0.1*rng.NormFloat64()
		put := func(at uint32, x float32) {
			if x < 0 {
				at, x = at+1, -x
			}
			r.Index, r.Value = append(r.Index, at), append(r.Value, x)
		}
		put(0, a)
		if i%9 == 4 {
			r.Table[1] = float32(math.NaN())
			put(4, 1)
		} else {
			put(2, b)
		}
		put(5+uint32(code), 1)
		if i%31 == 7 {
			r.Table[2] = float32(math.NaN())
			r.Index[len(r.Index)-1] = 9
		}
		d.Rows, score = append(d.Rows, r), append(score, s)
	}
	return d, score
}

// oddRows are rows of a table that a model must answer for.
func oddRows() []Row {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	return []Row{{}, {Table: []float32{nan, nan, nan}}, {Table: []float32{inf, -inf, 3}}, {Table: []float32{1e30, -1e30, 0}, Index: []uint32{0}, Value: []float32{1e30}}}
}

// checkClasses fails the test unless probabilities are above 0 and sum to 1,
// and, for a row that is finite, reasons sum to the margin.
func checkClasses(t *testing.T, m Model, r Row, classes int) []float64 {
	t.Helper()
	p := make([]float64, classes)
	m.Predict(r, p)
	sum := 0.0
	for _, x := range p {
		if !(x > 0) {
			t.Fatalf("row %v: probabilities %v", r, p)
		}
		sum += x
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Fatalf("row %v: probabilities sum to %v", r, sum)
	}
	w := make([]float64, r.Len())
	for c := range classes {
		total, margin := m.Explain(r, c, w), 0.0
		for _, x := range w {
			total += x
		}
		for k, x := range p {
			if k == c {
				margin += math.Log(x)
			} else {
				margin -= math.Log(x) / float64(classes-1)
			}
		}
		if !(math.Abs(total-margin) <= 1e-6*max(1, math.Abs(margin))) {
			t.Errorf("class %d: reasons sum to %v, margin %v", c, total, margin)
		}
	}
	return p
}

// TestModelsOnTables holds the models that tell classes to their contract on
// rows of a table.
func TestModelsOnTables(t *testing.T) {
	for _, e := range registry() {
		if e.tells&tellsClasses == 0 {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			d, score := conformingTable(150, 1)
			d.Classes = 2
			for _, s := range score {
				class := 0
				if s > 0 {
					class = 1
				}
				d.Class = append(d.Class, class)
			}
			m := mustFit(t, e.empty(), d, FitOptions{Seed: 1})
			right := 0
			for i, r := range d.Rows {
				if best(checkClasses(t, m, r, 2)) == d.Class[i] {
					right++
				}
			}
			if right < 100 {
				t.Errorf("%d of 150 training rows right", right)
			}
			for _, r := range oddRows() {
				p := make([]float64, 2)
				if m.Predict(r, p); !(p[0] > 0) || !(p[1] > 0) || math.Abs(p[0]+p[1]-1) > 1e-9 {
					t.Errorf("row %v: probabilities %v", r, p)
				}
			}
			t.Run("constant", func(t *testing.T) {
				c := d
				c.Rows = make([]Row, 30)
				for i := range c.Rows {
					c.Rows[i] = d.Rows[0]
				}
				c.Class = d.Class[:30]
				checkClasses(t, mustFit(t, e.empty(), c, FitOptions{}), d.Rows[1], 2)
			})
			t.Run("two workers", func(t *testing.T) {
				if !bytes.Equal(bytesOf(t, mustFit(t, e.empty(), d, FitOptions{Seed: 4})), bytesOf(t, mustFit(t, e.empty(), d, FitOptions{Seed: 4, Workers: 2}))) {
					t.Error("other bytes with two workers")
				}
			})
		})
	}
}

// TestModelsWeigh finds that rows that weigh more count for more, and that
// weights of 1 are none.
func TestModelsWeigh(t *testing.T) {
	for _, e := range registry() {
		if e.tells&tellsClasses == 0 {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			d, score := conformingTable(150, 2)
			d.Classes = 2
			rng := rand.New(rand.NewPCG(3, 3))
			for _, s := range score { // overlapping, so that weights matter
				class := 0
				if s+2*rng.NormFloat64() > 0 {
					class = 1
				}
				d.Class = append(d.Class, class)
			}
			mean := func(weight float64) float64 {
				w := d
				for _, c := range d.Class {
					x := 1.0
					if c == 1 {
						x = weight
					}
					w.Weight = append(w.Weight, x)
				}
				m, sum, p := mustFit(t, e.empty(), w, FitOptions{Seed: 1}), 0.0, make([]float64, 2)
				for _, r := range d.Rows {
					m.Predict(r, p)
					sum += p[1]
				}
				return sum / float64(len(d.Rows))
			}
			if light, one, heavy := mean(0.2), mean(1), mean(5); !(light < one-0.02 && one+0.02 < heavy) {
				t.Errorf("mean probability of a class by the weight of its rows: 0.2: %.3f, 1: %.3f, 5: %.3f", light, one, heavy)
			}
			w := d
			for range d.Rows {
				w.Weight = append(w.Weight, 1)
			}
			a, b := mustFit(t, e.empty(), d, FitOptions{Seed: 1}), mustFit(t, e.empty(), w, FitOptions{Seed: 1})
			p, q := make([]float64, 2), make([]float64, 2)
			for _, r := range d.Rows {
				a.Predict(r, p)
				if b.Predict(r, q); math.Abs(p[0]-q[0]) > 1e-6 {
					t.Fatalf("%v without weights, %v with weights of 1", p, q)
				}
			}
		})
	}
}

// TestModelsOfSets holds the models that tell several labels to their
// contract.
func TestModelsOfSets(t *testing.T) {
	for _, e := range registry() {
		if e.tells&tellsSets == 0 {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			d, score := conformingTable(150, 5)
			d.Classes = 3 // the last one without a row
			for i, s := range score {
				var set []int
				if s > 0 {
					set = append(set, 0)
				}
				if d.Rows[i].Table[0] < 0 {
					set = append(set, 1)
				}
				d.Sets = append(d.Sets, set)
			}
			m := mustFit(t, e.empty(), d, FitOptions{Seed: 1})
			if m.Classes() != 3 {
				t.Fatalf("%d labels", m.Classes())
			}
			right := 0
			for i, r := range d.Rows {
				p, w := make([]float64, 3), make([]float64, r.Len())
				m.Predict(r, p)
				for c, x := range p {
					if !(x > 0 && x < 1) {
						t.Fatalf("probabilities %v", p)
					}
					total := m.Explain(r, c, w)
					for _, v := range w {
						total += v
					}
					if odds := math.Log(x) - math.Log1p(-x); !(math.Abs(total-odds) <= 1e-6*max(1, math.Abs(odds))) {
						t.Errorf("label %d: reasons sum to %v, log odds %v", c, total, odds)
					}
				}
				if (p[0] > 0.5) == (len(d.Sets[i]) > 0 && d.Sets[i][0] == 0) {
					right++
				}
			}
			if right < 100 {
				t.Errorf("%d of 150 right", right)
			}
			checkKept(t, e, m, d)
		})
	}
}

// TestModelsOfNumbers holds the models that tell a number to their contract.
func TestModelsOfNumbers(t *testing.T) {
	for _, e := range registry() {
		if e.tells&tellsNumbers == 0 {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			d, score := conformingTable(150, 6)
			mean, before, after := 0.0, 0.0, 0.0
			for _, s := range score {
				d.Target = append(d.Target, 50+10*s)
				mean += (50 + 10*s) / float64(len(score))
			}
			m := mustFit(t, e.empty(), d, FitOptions{Seed: 1})
			if m.Classes() != 1 {
				t.Fatalf("%d numbers", m.Classes())
			}
			y := make([]float64, 1)
			for i, r := range d.Rows {
				m.Predict(r, y)
				before += math.Pow(d.Target[i]-mean, 2)
				after += math.Pow(d.Target[i]-y[0], 2)
				w := make([]float64, r.Len())
				total := m.Explain(r, 0, w)
				for _, v := range w {
					total += v
				}
				if !(math.Abs(total-y[0]) <= 1e-6*max(1, math.Abs(y[0]))) {
					t.Errorf("reasons sum to %v, the number is %v", total, y[0])
				}
			}
			if !(after < 0.6*before) {
				t.Errorf("squared error %.1f, of the mean %.1f", after, before)
			}
			for _, r := range oddRows() {
				if m.Predict(r, y); math.IsNaN(y[0]) || math.IsInf(y[0], 0) {
					t.Errorf("row %v: %v", r, y[0])
				}
			}
			one := d
			one.Rows, one.Target = d.Rows[:1], d.Target[:1]
			if mustFit(t, e.empty(), one, FitOptions{}).Predict(d.Rows[0], y); math.Abs(y[0]-d.Target[0]) > 1 {
				t.Errorf("one row with %v: %v", d.Target[0], y[0])
			}
			checkKept(t, e, m, d)
		})
	}
}

// checkKept fails the test unless a model is the same after it was written and
// read, its fit can be repeated and cancelled, and no rows are an error.
func checkKept(t *testing.T, e entry, m Model, d Data) {
	t.Helper()
	b := bytesOf(t, m)
	back, err := e.load(b)
	if err != nil {
		t.Fatal(err)
	}
	p, q := make([]float64, m.Classes()), make([]float64, m.Classes())
	for _, r := range append(oddRows(), d.Rows...) {
		m.Predict(r, p)
		back.Predict(r, q)
		for c := range p {
			if p[c] != q[c] && !math.IsNaN(p[c]) {
				t.Fatalf("%v became %v", p, q)
			}
		}
	}
	if !bytes.Equal(b, bytesOf(t, mustFit(t, e.empty(), d, FitOptions{Seed: 1}))) {
		t.Error("the same fit gives other bytes")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := e.empty().Fit(ctx, d, FitOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	none := d
	none.Rows, none.Class, none.Sets, none.Target = nil, nil, nil, nil
	if d.Sets != nil {
		none.Sets = [][]int{}
	}
	if d.Target != nil {
		none.Target = []float64{}
	}
	if _, err := e.empty().Fit(context.Background(), none, FitOptions{}); !errors.Is(err, ErrTooFew) {
		t.Errorf("no rows: %v", err)
	}
}

// TestModelsDamaged changes each byte of a model's file: whatever can still be
// read must answer.
func TestModelsDamaged(t *testing.T) {
	for _, e := range registry() {
		t.Run(e.name, func(t *testing.T) {
			d, score := conformingTable(40, 7)
			switch {
			case e.tells&tellsClasses != 0:
				d.Classes = 2
				for i := range score {
					d.Class = append(d.Class, i%2)
				}
			case e.tells&tellsSets != 0:
				d.Classes, d.Sets = 2, make([][]int, len(score))
			default:
				d.Target = score
			}
			m := mustFit(t, e.empty(), d, FitOptions{})
			b := bytesOf(t, m)
			refused := 0
			for i := 0; i < len(b); i += 1 + len(b)/2000 {
				bad := bytes.Clone(b)
				bad[i] ^= 0x55
				back, err := e.load(bad)
				if err != nil {
					refused++
					continue
				}
				if n := back.Classes(); n < 0 || n > 1<<20 {
					t.Fatalf("byte %d: %d classes", i, n)
				}
				p := make([]float64, max(1, back.Classes()))
				for _, r := range d.Rows[:2] {
					back.Predict(r, p)
				}
			}
			if refused == 0 {
				t.Error("no damage was seen")
			}
			for i := 0; i < len(b); i += 1 + len(b)/200 {
				if _, err := e.load(b[:i]); err == nil {
					t.Fatalf("cut short to %d of %d bytes, and read", i, len(b))
				}
			}
		})
	}
}

func mustFit(t *testing.T, from Model, d Data, o FitOptions) Model {
	t.Helper()
	m, err := from.Fit(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func bytesOf(t *testing.T, m Model) []byte {
	t.Helper()
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}
