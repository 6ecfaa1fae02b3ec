package linear

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	"inkling/learn/feature"
)

// golden is what testdata/golden.py wrote: fits of scikit-learn.
type golden struct {
	Cases []goldenCase `json:"cases"`
}

type goldenCase struct {
	C           float64        `json:"c"`
	Bias        float64        `json:"bias"`
	Classes     int            `json:"classes"`
	Features    int            `json:"features"`
	Rows        [][][2]float64 `json:"rows"`
	Class       []int          `json:"class"`
	Coef        [][]float64    `json:"coef"` // by class; the constant column last
	Objective   float64        `json:"objective"`
	Probability [][]float64    `json:"probability"`
}

func readGolden(t testing.TB) []goldenCase {
	b, err := os.ReadFile("testdata/golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var g golden
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g.Cases
}

func (g goldenCase) data() feature.Data {
	d := feature.Data{Class: g.Class, Classes: g.Classes, Features: g.Features}
	for _, r := range g.Rows {
		var row feature.Row
		for _, x := range r {
			row.Index, row.Value = append(row.Index, uint32(x[0])), append(row.Value, float32(x[1]))
		}
		d.Rows = append(d.Rows, row)
	}
	return d
}

// options asks for the optimum rather than for a useful model.
func (g goldenCase) options() Options {
	o := Options{C: g.C, Bias: g.Bias, Epochs: 3000, Tolerance: 1e-6}
	if o.Bias == 0 {
		o.Bias = -1
	}
	return o
}

// objective computes what a fit minimises, in its plain form.
func objective(d feature.Data, c, bias float64, weight func(f, class int) float64) float64 {
	sum, z := 0.0, make([]float64, d.Classes)
	for i, r := range d.Rows {
		for k := range z {
			z[k] = bias * weight(d.Features, k)
			for j, f := range r.Index {
				z[k] += float64(r.Value[j]) * weight(int(f), k)
			}
		}
		top, exps := z[0], 0.0
		for _, x := range z {
			top = max(top, x)
		}
		for _, x := range z {
			exps += math.Exp(x - top)
		}
		sum += c * (top + math.Log(exps) - z[d.Class[i]])
	}
	for f := range d.Features + 1 {
		for k := range d.Classes {
			sum += weight(f, k) * weight(f, k) / 2
		}
	}
	return sum
}

// weights returns a model's weights, the constant column's behind the features.
func weights(m *Model, features int) func(f, class int) float64 {
	return func(f, class int) float64 {
		switch {
		case f < features:
			return m.Weight(uint32(f), class)
		case m.bias == 0:
			return 0
		}
		return m.Intercept(class) / m.bias
	}
}

// The optimum that scikit-learn finds is the one found here: the objective to
// one part in 100,000, weights and probabilities to what a weight's 16 bits
// leave.
func TestAgainstScikitLearn(t *testing.T) {
	for i, g := range readGolden(t) {
		d := g.data()
		if got := objective(d, g.C, g.Bias, func(f, k int) float64 {
			if f >= len(g.Coef[k]) {
				return 0
			}
			return g.Coef[k][f]
		}); math.Abs(got-g.Objective) > 1e-9*g.Objective {
			t.Fatalf("case %d: objective of the reference's weights is %v, it says %v", i, got, g.Objective)
		}
		m, err := Fit(context.Background(), d, g.options())
		if err != nil {
			t.Fatal(err)
		}
		at := weights(m, g.Features)
		if got := objective(d, g.C, g.Bias, at); math.Abs(got-g.Objective) > 1e-5*g.Objective {
			t.Errorf("case %d: objective %v, scikit-learn %v", i, got, g.Objective)
		}
		largest := 0.0
		for k := range g.Coef {
			for _, w := range g.Coef[k] {
				largest = max(largest, math.Abs(w))
			}
		}
		for k := range g.Coef {
			for f, w := range g.Coef[k] {
				if got := at(f, k); math.Abs(got-w) > 1e-3*largest {
					t.Errorf("case %d: weight %d of class %d is %v, scikit-learn %v", i, f, k, got, w)
				}
			}
		}
		p := make([]float64, g.Classes)
		for j, want := range g.Probability {
			m.Predict(d.Rows[j], p)
			for k := range p {
				if math.Abs(p[k]-want[k]) > 5e-4 {
					t.Errorf("case %d: row %d has class %d with %v, scikit-learn %v", i, j, k, p[k], want[k])
				}
			}
		}
	}
}

// At the optimum the objective rises to all sides: its slope, by finite
// differences, is small against what it was at 0.
func TestSlopeAtOptimum(t *testing.T) {
	g := readGolden(t)[1]
	d := g.data()
	m, err := Fit(context.Background(), d, g.options())
	if err != nil {
		t.Fatal(err)
	}
	at := weights(m, g.Features)
	slope := func(w func(f, k int) float64, f, k int) float64 {
		const h = 1e-4
		moved := func(by float64) func(int, int) float64 {
			return func(a, b int) float64 {
				if a == f && b == k {
					return w(a, b) + by
				}
				return w(a, b)
			}
		}
		return (objective(d, g.C, g.Bias, moved(h)) - objective(d, g.C, g.Bias, moved(-h))) / (2 * h)
	}
	zero := func(int, int) float64 { return 0 }
	var here, before float64
	for f := range g.Features + 1 {
		for k := range g.Classes {
			here = max(here, math.Abs(slope(at, f, k)))
			before = max(before, math.Abs(slope(zero, f, k)))
		}
	}
	if here > 1e-3*before {
		t.Errorf("slope %v at the optimum, %v at 0", here, before)
	}
}
