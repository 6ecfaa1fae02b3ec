package bayes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"inkling/learn/feature"
)

var update = flag.Bool("update", false, "write the golden models anew")

// estimator is what all models of the package have.
type estimator interface {
	Classes() int
	Predict(feature.Row, []float64)
	Explain(feature.Row, int, []float64) float64
	MarshalBinary() ([]byte, error)
}

func mustComplement(t testing.TB, d feature.Data, o ComplementOptions) *Complement {
	t.Helper()
	m, err := FitComplement(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustGaussian(t testing.TB, d feature.Data, o GaussianOptions) *Gaussian {
	t.Helper()
	m, err := FitGaussian(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// checkLog fails the test unless a model's log probabilities are as wanted.
func checkLog(t *testing.T, name string, m estimator, r feature.Row, want []float64, within float64) {
	t.Helper()
	p := make([]float64, m.Classes())
	m.Predict(r, p)
	for c, w := range want {
		if got := math.Log(p[c]); w > -600 && math.Abs(got-w) > within*max(1, math.Abs(w)) {
			t.Errorf("%s, class %d: ln p is %v, scikit-learn %v", name, c, got, w)
		}
	}
}

// testdata/kinds.py says which version wrote the numbers.
func TestKindsAgainstScikitLearn(t *testing.T) {
	b, err := os.ReadFile("testdata/kinds.json")
	if err != nil {
		t.Fatal(err)
	}
	type table struct {
		Classes        int         `json:"classes"`
		Codes          []int       `json:"codes"`
		Rows           [][]float32 `json:"rows"`
		Class          []int       `json:"class"`
		Weight         []float64   `json:"weight"`
		Test           [][]float32 `json:"test"`
		LogProbability [][]float64 `json:"log_probability"`
	}
	var golden struct {
		Complement []struct {
			Alpha          float64        `json:"alpha"`
			Norm           bool           `json:"norm"`
			Mean           float64        `json:"mean"`
			Classes        int            `json:"classes"`
			Features       int            `json:"features"`
			Rows           [][][2]float64 `json:"rows"`
			Class          []int          `json:"class"`
			Weight         []float64      `json:"weight"`
			Test           [][][2]float64 `json:"test"`
			LogProbability [][]float64    `json:"log_probability"`
		} `json:"complement"`
		Gaussian   []table `json:"gaussian"`
		Categories []table `json:"categories"`
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	for _, g := range golden.Complement {
		d := feature.Data{Class: g.Class, Classes: g.Classes, Features: g.Features, Weight: g.Weight}
		for _, r := range g.Rows {
			d.Rows = append(d.Rows, row(r))
		}
		o := ComplementOptions{Alpha: g.Alpha, Scale: 1, Normalize: g.Norm, Prior: -1}
		if g.Norm {
			o.Scale = 1 / g.Mean
		}
		m := mustComplement(t, d, o)
		for j, r := range g.Test {
			checkLog(t, "complement", m, row(r), g.LogProbability[j], 1e-9)
		}
	}
	for _, kind := range [][]table{golden.Gaussian, golden.Categories} {
		for _, g := range kind {
			d := feature.Data{Class: g.Class, Classes: g.Classes, Weight: g.Weight}
			for j := range g.Rows[0] {
				f := feature.Field{Kind: feature.Number}
				if g.Codes != nil {
					f = feature.Field{Kind: feature.Category, Codes: g.Codes[j]}
				}
				d.Fields = append(d.Fields, f)
			}
			for _, r := range g.Rows {
				d.Rows = append(d.Rows, feature.Row{Table: r})
			}
			m := mustGaussian(t, d, GaussianOptions{Credit: -1})
			for j, r := range g.Test {
				checkLog(t, "table", m, feature.Row{Table: r}, g.LogProbability[j], 1e-6)
			}
		}
	}
}

// mixed makes rows of a text, two numbers and a category, some of them missing.
func mixed(n, classes int, seed uint64) feature.Data {
	d := synthetic(n, 50, classes, seed)
	d.Texts = 40
	d.Fields = []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 3}}
	rng := rand.New(rand.NewPCG(seed, 8))
	for i := range d.Rows {
		c := float64(d.Class[i])
		x := []float32{float32(c + rng.NormFloat64()), float32(1000 + 50*rng.NormFloat64()*(1+c)), float32(rng.IntN(3))}
		if rng.IntN(8) == 0 {
			x[rng.IntN(3)] = float32(math.NaN())
		}
		d.Rows[i].Table = x
	}
	return d
}

// kinds fits each kind of model that the package has beside multinomial naive Bayes.
func kinds(t testing.TB, d feature.Data) map[string]estimator {
	return map[string]estimator{
		"complement": mustComplement(t, d, ComplementOptions{}),
		"flat":       mustComplement(t, d, ComplementOptions{Prior: -1}),
		"normalised": mustComplement(t, d, ComplementOptions{Normalize: true}),
		"gaussian":   mustGaussian(t, d, GaussianOptions{}),
	}
}

func unmarshal(m estimator, b []byte) (estimator, error) {
	switch m.(type) {
	case *Complement:
		return UnmarshalComplement(b)
	case *Gaussian:
		return UnmarshalGaussian(b)
	}
	return Unmarshal(b)
}

// What a row's parts add and the base make up the margin; a model that was
// written and read is the same; and every cut of the bytes is damage.
func TestKinds(t *testing.T) {
	d := mixed(120, 4, 1)
	for name, m := range kinds(t, d) {
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back, err := unmarshal(m, b)
		if err != nil {
			t.Fatal(name, err)
		}
		if again, err := back.MarshalBinary(); err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s: other bytes the second time: %v", name, err)
		}
		for n := range b {
			if _, err := unmarshal(m, b[:n]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%s: the first %d of %d bytes: %v", name, n, len(b), err)
			}
		}
		right := 0
		p, q := make([]float64, 4), make([]float64, 4)
		for i, r := range d.Rows {
			m.Predict(r, p)
			back.Predict(r, q)
			w := make([]float64, r.Len())
			best := 0
			for class := range p {
				if p[class] != q[class] {
					t.Fatalf("%s: %v became %v", name, p, q)
				}
				if p[class] > p[best] {
					best = class
				}
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
					t.Fatalf("%s, class %d: reasons sum to %v, margin %v", name, class, sum, want)
				}
			}
			if best == d.Class[i] {
				right++
			}
		}
		if right < 80 {
			t.Errorf("%s: %d of 120 right", name, right)
		}
	}
}

// A row that weighs three is three rows.
func TestKindsWeigh(t *testing.T) {
	d := mixed(60, 3, 2)
	many := d
	many.Rows, many.Class = nil, nil
	for i, r := range d.Rows {
		d.Weight = append(d.Weight, float64(1+i%3))
		for range 1 + i%3 {
			many.Rows, many.Class = append(many.Rows, r), append(many.Class, d.Class[i])
		}
	}
	text := Options{Alpha: 0.5, Scale: 1}
	p, q := make([]float64, 3), make([]float64, 3)
	for name, pair := range map[string][2]estimator{
		"multinomial": {mustFit(t, d, text), mustFit(t, many, text)},
		"complement":  {mustComplement(t, d, ComplementOptions{Alpha: 0.5, Scale: 1}), mustComplement(t, many, ComplementOptions{Alpha: 0.5, Scale: 1})},
		"gaussian":    {mustGaussian(t, d, GaussianOptions{Text: text}), mustGaussian(t, many, GaussianOptions{Text: text})},
	} {
		for _, r := range d.Rows {
			pair[0].Predict(r, p)
			pair[1].Predict(r, q)
			for c := range p {
				if math.Abs(p[c]-q[c]) > 1e-6 {
					t.Fatalf("%s: %v by weights, %v by copies", name, p, q)
				}
			}
		}
	}
}

func TestKindsOddData(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	one := feature.Row{Index: []uint32{1}, Value: []float32{1}, Table: []float32{5, nan, 2}}
	empty := feature.Row{}
	fields := []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 3}}
	for name, d := range map[string]feature.Data{
		"one row":        {Rows: []feature.Row{one}, Class: []int{1}, Classes: 3, Features: 2},
		"only empty":     {Rows: []feature.Row{empty, empty}, Class: []int{0, 1}, Classes: 3, Features: 0},
		"most unseen":    {Rows: []feature.Row{one, one}, Class: []int{5, 9}, Classes: 77, Features: 2},
		"a single class": {Rows: []feature.Row{one}, Class: []int{0}, Classes: 1, Features: 2},
		"infinite":       {Rows: []feature.Row{{Table: []float32{inf, -inf, inf}}, one, {Table: []float32{1, 1, 1}}}, Class: []int{0, 1, 1}, Classes: 2, Features: 2},
		"tiny and huge":  {Rows: []feature.Row{{Table: []float32{1e-45, -3e38, 0}}, {Table: []float32{3e-45, 3e38, 1}}}, Class: []int{0, 1}, Classes: 2, Features: 2},
	} {
		d.Fields = fields
		for kind, m := range kinds(t, d) {
			p := make([]float64, d.Classes)
			for _, r := range []feature.Row{one, empty, {Index: []uint32{9}, Value: []float32{1}}, {Index: []uint32{1}, Value: []float32{1e6}},
				{Table: []float32{inf, -inf, inf}}, {Table: []float32{nan, nan, nan}}, {Table: []float32{1e30, -1e30, 1.5}}, {Table: []float32{0, 0, -1}}} {
				m.Predict(r, p)
				sum := 0.0
				for _, x := range p {
					if !(x > 0) {
						t.Errorf("%s, %s: probabilities %v", name, kind, p)
					}
					sum += x
				}
				if math.Abs(sum-1) > 1e-12 {
					t.Errorf("%s, %s: probabilities sum to %v", name, kind, sum)
				}
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, noRows := FitComplement(ctx, feature.Data{Classes: 2}, ComplementOptions{})
	_, noTable := FitGaussian(ctx, feature.Data{Classes: 2}, GaussianOptions{})
	if !errors.Is(noRows, ErrNoRows) || !errors.Is(noTable, ErrNoRows) {
		t.Errorf("no rows: %v, %v", noRows, noTable)
	}
	_, err := FitComplement(ctx, mixed(50, 2, 1), ComplementOptions{})
	_, table := FitGaussian(ctx, mixed(50, 2, 1), GaussianOptions{})
	if !errors.Is(err, context.Canceled) || !errors.Is(table, context.Canceled) {
		t.Errorf("cancelled: %v, %v", err, table)
	}
}

// What cannot be counted is refused, by all kinds.
func TestUncountable(t *testing.T) {
	for _, v := range []float32{-1, float32(math.NaN()), float32(math.Inf(1)), 1e13} {
		d := feature.Data{Rows: []feature.Row{{Index: []uint32{1}, Value: []float32{v}}}, Class: []int{1}, Classes: 2, Features: 2, Texts: 2}
		_, plain := Fit(context.Background(), d, Options{})
		_, complement := FitComplement(context.Background(), d, ComplementOptions{})
		_, gaussian := FitGaussian(context.Background(), d, GaussianOptions{})
		if plain == nil || complement == nil || gaussian == nil {
			t.Errorf("%v: %v, %v, %v", v, plain, complement, gaussian)
		}
	}
}

// A table of many classes and codes has more shares than a list of a file holds by default.
func TestGaussianManyShares(t *testing.T) {
	d := feature.Data{Classes: 600, Fields: []feature.Field{{Kind: feature.Category, Codes: 257}}}
	for i := range d.Classes {
		d.Rows, d.Class = append(d.Rows, feature.Row{Table: []float32{float32(i % 257)}}), append(d.Class, i)
	}
	m, err := FitGaussian(context.Background(), d, GaussianOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := UnmarshalGaussian(b); err != nil {
		t.Error(err)
	}
}

// Leaving a row out in the sums is nearly the same as fitting without it: the
// prior and the number of features that occur are as they were.
func TestComplementLeaveOut(t *testing.T) {
	d := synthetic(40, 60, 4, 1)
	for _, normal := range []bool{false, true} {
		m := mustComplement(t, d, ComplementOptions{Alpha: 1, Scale: 1, Normalize: normal})
		for _, i := range []int{0, 7, 39} {
			losses, err := m.leaveOut(context.Background(), d, []int{i}, 0.3, []float64{1, 3})
			if err != nil {
				t.Fatal(err)
			}
			rest := d
			rest.Rows, rest.Class = nil, nil
			for j := range d.Rows {
				if j != i {
					rest.Rows, rest.Class = append(rest.Rows, d.Rows[j]), append(rest.Class, d.Class[j])
				}
			}
			for s, scale := range []float64{1, 3} {
				w := mustComplement(t, rest, ComplementOptions{Alpha: 0.3, Scale: scale, Normalize: normal})
				p := make([]float64, d.Classes)
				w.Predict(d.Rows[i], p)
				if want := -math.Log(p[d.Class[i]]); math.Abs(losses[s]-want) > 0.05*max(1, want) {
					t.Errorf("scale %v, row %d left out: loss %v, fitted without it %v", scale, i, losses[s], want)
				}
			}
		}
	}
}

// TestSameEverywhere holds every processor to the same probabilities, to the last
// bit, of models that are read from files. It is run for others under an emulator.
func TestSameEverywhere(t *testing.T) {
	d := mixed(80, 3, 9)
	models := kinds(t, d)
	models["multinomial"] = mustFit(t, d, Options{})
	for name, want := range map[string]uint64{"multinomial": 0x9706b80b3f9c969f, "complement": 0x5668973be462f44f, "flat": 0x3232720aa8c0e4da, "normalised": 0x82933b0c8bf8b674, "gaussian": 0x7dfaa85fc19f76de} {
		file := "testdata/" + name + ".model"
		if *update {
			b, err := models[name].MarshalBinary()
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		m, err := unmarshal(models[name], b)
		if err != nil {
			t.Fatal(err)
		}
		h := fnv.New64a()
		p := make([]float64, 3)
		for _, r := range d.Rows {
			m.Predict(r, p)
			for _, x := range p {
				bits := math.Float64bits(x)
				for range 8 {
					h.Write([]byte{byte(bits)})
					bits >>= 8
				}
			}
		}
		if got := h.Sum64(); got != want {
			t.Errorf("%s: hash of the probabilities' bits is %#x, want %#x", name, got, want)
		}
	}
}

// fuzzKind reads any bytes as a kind of model: an error, or a model that predicts
// and can be written again.
func fuzzKind(f *testing.F, name string) {
	kind := kinds(f, mixed(12, 3, 3))[name]
	b, err := kind.MarshalBinary()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	rows := mixed(4, 3, 4).Rows
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := unmarshal(kind, b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error %v", err)
			}
			return
		}
		p := make([]float64, m.Classes())
		for _, r := range rows {
			m.Predict(r, p)
			for _, x := range p {
				if !(x > 0) || math.IsInf(x, 0) {
					t.Errorf("probabilities %v", p)
				}
			}
		}
		again, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := unmarshal(kind, again); err != nil {
			t.Errorf("written again: %v", err)
		}
	})
}

func FuzzUnmarshalComplement(f *testing.F) { fuzzKind(f, "normalised") }

func FuzzUnmarshalGaussian(f *testing.F) { fuzzKind(f, "gaussian") }
