package linear

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"

	"inkling/learn/feature"
)

// The optimum with balanced classes and dense columns is scikit-learn's.
func TestBalancedAgainstScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/balanced.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Cases []struct {
			goldenCase
			Vectors [][]float32 `json:"vectors"`
		} `json:"cases"`
	}
	if err := json.Unmarshal(b, &file); err != nil {
		t.Fatal(err)
	}
	for n, g := range file.Cases {
		d := g.data()
		d.Vector = len(g.Vectors[0])
		for i := range d.Rows {
			d.Rows[i].Vector = g.Vectors[i]
		}
		m := mustFit(t, d, Options{C: g.C, Bias: 1, Prior: -1, Balance: 1, Vector: true, Epochs: 5000, Tolerance: 1e-6})
		p := make([]float64, g.Classes)
		for i, want := range g.Probability {
			m.Predict(d.Rows[i], p)
			for k := range p {
				if math.Abs(p[k]-want[k]) > 1e-3 {
					t.Errorf("case %d, row %d: class %d with %.5f, scikit-learn %.5f", n, i, k, p[k], want[k])
				}
			}
		}
	}
}

// withVectors gives rows of synthetic data a vector that tells their class, more or
// less, around a mean that all share; every ninth row has none.
func withVectors(d feature.Data, dims int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 17))
	d.Vector = dims
	for i := range d.Rows {
		if i%9 == 4 {
			continue
		}
		v := make([]float32, dims)
		for j := range v {
			v[j] = 2 + float32(rng.NormFloat64())/2
			if j%d.Classes == d.Class[i] {
				v[j]++
			}
		}
		d.Rows[i].Vector = v
	}
	return d
}

// balancedOptions are those of a model for few answers.
func balancedOptions() Options {
	return Options{C: 10, Bias: 1, Prior: -1, Balance: 1, Vector: true}
}

// What the rows' vectors tell is learned, and is kept and explained as all else is.
func TestVectors(t *testing.T) {
	for _, classes := range []int{2, 3, 7} {
		d := withVectors(synthetic(400, 200, classes, 3), 21, 5)
		train, held := part(d, 0, 200), part(d, 200, 400)
		with := mustFit(t, train, balancedOptions())
		o := balancedOptions()
		o.Vector = false
		without := mustFit(t, train, o)
		if with.Vector() != 21 || without.Vector() != 0 {
			t.Fatalf("vectors of %d and %d numbers", with.Vector(), without.Vector())
		}
		_, a, _ := with.loss(context.Background(), held)
		_, b, _ := without.loss(context.Background(), held)
		if a < b+0.05 {
			t.Errorf("%d classes: accuracy %.3f with vectors, %.3f without", classes, a, b)
		}
		kept, err := with.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Unmarshal(kept)
		if err != nil {
			t.Fatal(err)
		}
		p, q := make([]float64, classes), make([]float64, classes)
		for i, r := range held.Rows[:60] {
			with.Predict(r, p)
			back.Predict(r, q)
			class, w := i%classes, make([]float64, r.Len())
			sum, margin := with.Explain(r, class, w), 0.0
			for _, x := range w {
				sum += x
			}
			for c := range p {
				if p[c] != q[c] {
					t.Fatalf("%v became %v", p, q)
				}
				if c == class {
					margin += math.Log(p[c])
				} else {
					margin -= math.Log(p[c]) / float64(classes-1)
				}
			}
			if math.Abs(sum-margin) > 1e-6 {
				t.Errorf("row %d: reasons sum to %v, margin %v", i, sum, margin)
			}
		}
		for n := range kept {
			if _, err := Unmarshal(kept[:n]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("the first %d of %d bytes: %v", n, len(kept), err)
			}
		}
	}
}

// A row without a vector is told as one that stands at the mean of all.
func TestNoVectorIsTheMean(t *testing.T) {
	d := withVectors(synthetic(120, 80, 4, 8), 12, 2)
	m := mustFit(t, d, balancedOptions())
	p, q := make([]float64, 4), make([]float64, 4)
	for _, r := range d.Rows[:30] {
		r.Vector = nil
		m.Predict(r, p)
		r.Vector = m.mean
		m.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 1e-9 {
				t.Fatalf("%v without, %v at the mean", p, q)
			}
		}
	}
}

// Moving all vectors by the same makes no difference: their mean is taken off.
func TestVectorsMoved(t *testing.T) {
	d := withVectors(synthetic(150, 80, 3, 9), 12, 3)
	moved := d
	moved.Rows = append([]feature.Row(nil), d.Rows...)
	for i, r := range moved.Rows {
		var v []float32
		for _, x := range r.Vector {
			v = append(v, x+64)
		}
		moved.Rows[i].Vector = v
	}
	o := balancedOptions()
	o.Epochs, o.Tolerance = 2000, 1e-6
	a, b := mustFit(t, d, o), mustFit(t, moved, o)
	p, q := make([]float64, 3), make([]float64, 3)
	for i := range d.Rows {
		a.Predict(d.Rows[i], p)
		b.Predict(moved.Rows[i], q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 2e-3 {
				t.Fatalf("row %d: %v, moved %v", i, p, q)
			}
		}
	}
}

// Going on from an earlier model comes to where a fit from nothing comes, also from one
// that read no vectors, and the same bytes come of the same start.
func TestVectorsFineTuned(t *testing.T) {
	d := withVectors(synthetic(300, 150, 6, 4), 18, 4)
	tight := balancedOptions()
	tight.Epochs, tight.Tolerance = 2000, 1e-6
	fresh := mustFit(t, d, tight)
	sparse := tight
	sparse.Vector = false
	for name, from := range map[string]*Model{"fewer rows": mustFit(t, part(d, 0, 250), tight), "no vectors": mustFit(t, d, sparse)} {
		o := tight
		o.From = from
		tuned := mustFit(t, d, o)
		p, q := make([]float64, 6), make([]float64, 6)
		for _, r := range d.Rows {
			fresh.Predict(r, p)
			tuned.Predict(r, q)
			for c := range p {
				if math.Abs(p[c]-q[c]) > 2e-3 {
					t.Fatalf("%s: %v fresh, %v fine-tuned", name, p, q)
				}
			}
		}
		x, _ := tuned.MarshalBinary()
		y, _ := mustFit(t, d, o).MarshalBinary()
		if !bytes.Equal(x, y) {
			t.Errorf("%s: two fits differ", name)
		}
	}
}

// Balanced classes weigh the same in sum, whatever their number of rows; with a power
// between, the rarer a class the more its rows weigh; and all weigh as much as before.
func TestBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := feature.Data{Classes: rapid.IntRange(1, 6).Draw(t, "classes")}
		for range rapid.IntRange(1, 60).Draw(t, "rows") {
			d.Class = append(d.Class, rapid.IntRange(0, d.Classes-1).Draw(t, "class"))
		}
		power := rapid.Float64Range(0.1, 1).Draw(t, "power")
		weight, sum := make([]float64, d.Classes), make([]float64, d.Classes)
		all := 0.0
		for _, p := range []float64{power, 1} {
			clear(sum)
			all = 0
			b := balance(d, p)
			for i, c := range d.Class {
				weight[c] = b.Weight[i]
				sum[c] += b.Weight[i]
				all += b.Weight[i]
			}
			if math.Abs(all-float64(len(d.Class))) > 1e-9*float64(len(d.Class)) {
				t.Fatalf("power %v: %d rows weigh %v", p, len(d.Class), all)
			}
			per, classes := d.Counts()
			for a, n := range per {
				for b, m := range per {
					if n > 0 && n < m && weight[a] <= weight[b] {
						t.Fatalf("power %v: a row of %d weighs %v, one of %d weighs %v", p, n, weight[a], m, weight[b])
					}
				}
				if want := float64(len(d.Class)) / float64(classes); p == 1 && n > 0 && math.Abs(sum[a]-want) > 1e-9*want {
					t.Fatalf("class %d weighs %v, want %v", a, sum[a], want)
				}
			}
		}
	})
}

// At the optimum the slope along every weight of the vector, by finite differences, is
// small against what it is at 0.
func TestSlopeOfVectors(t *testing.T) {
	d := withVectors(synthetic(60, 30, 3, 12), 5, 6)
	o := balancedOptions()
	o.Epochs, o.Tolerance = 3000, 1e-7
	m := mustFit(t, d, o)
	weighed := balance(d, 1)
	objective := func(j, k int, by float64) float64 {
		c := *m
		c.w = append([]float32(nil), m.w...)
		at := (m.set.Len()+j)*lanes(m.classes) + k
		x := float64(c.w[at]) + by
		c.w[at] = float32(x)
		c.finish()
		loss, _, err := c.loss(context.Background(), weighed)
		if err != nil {
			t.Fatal(err)
		}
		square := 0.0
		for _, w := range c.w {
			square += float64(w) * float64(w)
		}
		return o.C*loss*float64(len(d.Rows)) + square/2
	}
	const h = 1.0 / 64 // exact in float32, beside weights that are not large
	largest := 0.0
	for j := range d.Vector {
		for k := range d.Classes {
			if slope := (objective(j, k, h) - objective(j, k, -h)) / (2 * h); math.Abs(slope) > 0.05 {
				t.Errorf("slope %v along number %d of class %d", slope, j, k)
			}
			if away := math.Abs(objective(j, k, 1+h)-objective(j, k, 1-h)) / (2 * h); away > largest {
				largest = away
			}
		}
	}
	if largest < 1 {
		t.Errorf("the slope away from the optimum is %v at most: the test sees nothing", largest)
	}
}
