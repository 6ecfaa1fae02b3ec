package bayes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"inkling/learn/feature"
)

func row(x [][2]float64) (r feature.Row) {
	for _, p := range x {
		r.Index, r.Value = append(r.Index, uint32(p[0])), append(r.Value, float32(p[1]))
	}
	return r
}

func mustFit(t testing.TB, d feature.Data, o Options) *Model {
	t.Helper()
	m, err := Fit(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// testdata/golden.py says which version wrote the numbers.
func TestAgainstScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []struct {
			Alpha          float64        `json:"alpha"`
			Prior          float64        `json:"prior"`
			Classes        int            `json:"classes"`
			Features       int            `json:"features"`
			Rows           [][][2]float64 `json:"rows"`
			Class          []int          `json:"class"`
			Test           [][][2]float64 `json:"test"`
			LogProbability [][]float64    `json:"log_probability"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	for i, g := range golden.Cases {
		d := feature.Data{Class: g.Class, Classes: g.Classes, Features: g.Features}
		for _, r := range g.Rows {
			d.Rows = append(d.Rows, row(r))
		}
		m := mustFit(t, d, Options{Alpha: g.Alpha, Scale: 1, Prior: g.Prior})
		p := make([]float64, g.Classes)
		for j, r := range g.Test {
			m.Predict(row(r), p)
			for c, want := range g.LogProbability[j] {
				if got := math.Log(p[c]); math.Abs(got-want) > 1e-9*max(1, math.Abs(want)) {
					t.Errorf("case %d, row %d, class %d: ln p is %v, scikit-learn %v", i, j, c, got, want)
				}
			}
		}
	}
}

// synthetic makes rows of features of which each class has some of its own.
func synthetic(n, features, classes int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 3))
	d := feature.Data{Classes: classes, Features: features}
	for range n {
		class := rng.IntN(classes)
		has := make([]float32, features)
		for range 8 {
			has[rng.IntN(features)] += 0.25
		}
		for range 4 {
			has[(class*17+rng.IntN(6))%features] += 0.25
		}
		var r feature.Row
		for f, v := range has {
			if v > 0 {
				r.Index, r.Value = append(r.Index, uint32(f)), append(r.Value, v)
			}
		}
		d.Rows, d.Class = append(d.Rows, r), append(d.Class, class)
	}
	return d
}

// Leaving a row out in the sums is the same as fitting without it.
func TestLeaveOut(t *testing.T) {
	d := synthetic(40, 60, 4, 1)
	m := mustFit(t, d, Options{Alpha: 1, Scale: 1})
	for _, alpha := range []float64{1, 0.05} {
		for _, i := range []int{0, 7, 39} {
			losses, err := m.leaveOut(context.Background(), d, []int{i}, alpha, []float64{1, 3})
			if err != nil {
				t.Fatal(err)
			}
			rest := feature.Data{Classes: d.Classes, Features: d.Features}
			for j := range d.Rows {
				if j != i {
					rest.Rows, rest.Class = append(rest.Rows, d.Rows[j]), append(rest.Class, d.Class[j])
				}
			}
			for s, scale := range []float64{1, 3} {
				w := mustFit(t, rest, Options{Alpha: alpha, Scale: scale})
				p := make([]float64, d.Classes)
				w.Predict(d.Rows[i], p)
				// What F is differs by the features of this row alone: a small part.
				if want := -math.Log(p[d.Class[i]]); math.Abs(losses[s]-want) > 0.05*max(1, want) {
					t.Errorf("alpha %v, scale %v, row %d left out: loss %v, fitted without it %v", alpha, scale, i, losses[s], want)
				}
			}
		}
	}
}

// What is chosen is not worse on other rows than what is usual.
func TestChoice(t *testing.T) {
	train, test := synthetic(200, 300, 6, 2), synthetic(400, 300, 6, 3)
	loss := func(m *Model) (sum float64) {
		p := make([]float64, 6)
		for i, r := range test.Rows {
			m.Predict(r, p)
			sum -= math.Log(p[test.Class[i]])
		}
		return sum
	}
	chosen := mustFit(t, train, Options{})
	if a, b := loss(chosen), loss(mustFit(t, train, Options{Alpha: 1, Scale: 1})); a > b*1.02 {
		t.Errorf("alpha %v, scale %v have loss %v; 1 and 1 have %v", chosen.Alpha(), chosen.Scale(), a, b)
	}
	// One of two is kept where it is given.
	if m := mustFit(t, train, Options{Alpha: 0.7}); m.Alpha() != 0.7 {
		t.Errorf("alpha %v was asked for, %v taken", 0.7, m.Alpha())
	}
	// Few rows leave nothing to choose by.
	few := train
	few.Rows, few.Class = few.Rows[:5], few.Class[:5]
	if m := mustFit(t, few, Options{}); m.Alpha() != usualAlpha || m.Scale() != usualScale {
		t.Errorf("five rows chose alpha %v, scale %v", m.Alpha(), m.Scale())
	}
}

func TestOddData(t *testing.T) {
	one, empty := feature.Row{Index: []uint32{1}, Value: []float32{1}}, feature.Row{}
	for name, d := range map[string]feature.Data{
		"one row":        {Rows: []feature.Row{one}, Class: []int{1}, Classes: 3, Features: 2},
		"only empty":     {Rows: []feature.Row{empty, empty}, Class: []int{0, 1}, Classes: 3, Features: 0},
		"most unseen":    {Rows: []feature.Row{one, one}, Class: []int{5, 9}, Classes: 77, Features: 2},
		"a single class": {Rows: []feature.Row{one}, Class: []int{0}, Classes: 1, Features: 2},
	} {
		m := mustFit(t, d, Options{})
		p := make([]float64, d.Classes)
		for _, r := range []feature.Row{one, empty, {Index: []uint32{9}, Value: []float32{1}}, {Index: []uint32{1}, Value: []float32{1e6}}} {
			m.Predict(r, p)
			sum := 0.0
			for _, x := range p {
				if !(x > 0) {
					t.Errorf("%s: probabilities %v", name, p)
				}
				sum += x
			}
			if math.Abs(sum-1) > 1e-12 {
				t.Errorf("%s: probabilities sum to %v", name, sum)
			}
		}
	}
	if _, err := Fit(context.Background(), feature.Data{Classes: 2}, Options{}); !errors.Is(err, ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Fit(ctx, synthetic(50, 20, 2, 1), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// A feature that no training row had says nothing, whatever the classes' sizes.
func TestUnknownFeature(t *testing.T) {
	d := synthetic(60, 40, 3, 5)
	m := mustFit(t, d, Options{})
	r := d.Rows[0]
	more := feature.Row{Index: append(append([]uint32(nil), r.Index...), 41, 1000), Value: append(append([]float32(nil), r.Value...), 3, 3)}
	p, q := make([]float64, 3), make([]float64, 3)
	m.Predict(r, p)
	m.Predict(more, q)
	for c := range p {
		if p[c] != q[c] {
			t.Errorf("%v with features that were never seen, %v without", q, p)
		}
	}
}

// What a row's features add and the base make up the margin.
func TestExplain(t *testing.T) {
	d := synthetic(100, 50, 4, 6)
	m := mustFit(t, d, Options{})
	p := make([]float64, 4)
	for _, r := range d.Rows {
		m.Predict(r, p)
		w := make([]float64, r.Len())
		for class := range p {
			sum, want := m.Explain(r, class, w), 0.0
			for _, x := range w {
				sum += x
			}
			for c, x := range p {
				if c == class {
					want += math.Log(x)
				} else {
					want -= math.Log(x) / 3
				}
			}
			if math.Abs(sum-want) > 1e-9*max(1, math.Abs(want)) {
				t.Fatalf("class %d: reasons sum to %v, margin %v", class, sum, want)
			}
		}
	}
}

func TestRoundTrip(t *testing.T) {
	d := synthetic(100, 50, 4, 7)
	m := mustFit(t, d, Options{})
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
		t.Errorf("other bytes the second time: %v", err)
	}
	p, q := make([]float64, 4), make([]float64, 4)
	for _, r := range d.Rows {
		m.Predict(r, p)
		back.Predict(r, q)
		for c := range p {
			if p[c] != q[c] {
				t.Fatalf("%v became %v", p, q)
			}
		}
	}
	for n := range b {
		if _, err := Unmarshal(b[:n]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
		}
	}
}

// FuzzUnmarshal reads any bytes: an error, or a model that predicts and is
// written again as the same bytes.
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

func BenchmarkFit(b *testing.B) {
	for name, d := range map[string]feature.Data{"20x2": synthetic(20, 2000, 2, 8), "500x77": synthetic(500, 5000, 77, 8), "10000x4": synthetic(10_000, 50_000, 4, 8)} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				mustFit(b, d, Options{})
			}
		})
	}
}
