package neural

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/learn/feature"
)

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

// what a network may be asked to tell.
const (
	asTwo = iota
	asFour
	asLabels
	asNumber
)

// mixed makes rows of three numbers, two categories and sparse texts, some of them
// missing, that tell the answers asked for.
func mixed(n int, as int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 3))
	d := feature.Data{Features: 50, Texts: 40, Fields: []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 4},
		{Kind: feature.Number}, {Kind: feature.Category, Codes: 3}, {Kind: feature.Number}}}
	nan := float32(math.NaN())
	for range n {
		a, b, c := rng.NormFloat64(), rng.NormFloat64(), float64(rng.IntN(3))
		r := feature.Row{Table: []float32{float32(5 + 3*a), float32(c), float32(b), float32(rng.IntN(3)), float32(rng.NormFloat64())}}
		word := rng.IntN(20)
		for f := range 40 {
			if f == word || rng.IntN(12) == 0 {
				r.Index, r.Value = append(r.Index, uint32(f)), append(r.Value, 0.2+rng.Float32())
			}
		}
		r.Index, r.Value = append(r.Index, uint32(40+rng.IntN(10))), append(r.Value, 1) // of the table, once more
		for j := range r.Table {
			if rng.IntN(15) == 0 {
				r.Table[j] = nan
			}
		}
		score := a - b*math.Abs(a) + c - 1 + 2*float64(word%2) - 1
		d.Rows = append(d.Rows, r)
		switch as {
		case asTwo:
			d.Classes, d.Class = 2, append(d.Class, bit(score > 0))
		case asFour:
			d.Classes, d.Class = 4, append(d.Class, bit(score > 0)+2*bit(a > 0))
		case asLabels:
			var set []int
			for l, is := range []bool{score > 0, a > 0, b > a} {
				if is {
					set = append(set, l)
				}
			}
			d.Classes, d.Sets = 3, append(d.Sets, set)
		case asNumber:
			d.Target = append(d.Target, 100+20*score)
		}
	}
	return d
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// lossOf is the mean loss of a model on some rows, by what it predicts.
func lossOf(m *Model, d feature.Data) (loss float64) {
	p := make([]float64, m.Classes())
	for i, r := range d.Rows {
		m.Predict(r, p)
		switch {
		case d.Target != nil:
			loss += (p[0] - d.Target[i]) * (p[0] - d.Target[i])
		case d.Sets != nil:
			for c, x := range p {
				if has(d.Sets[i], c) {
					loss -= math.Log(x)
				} else {
					loss -= math.Log(1 - x)
				}
			}
		default:
			loss -= math.Log(p[d.Class[i]])
		}
	}
	return loss / float64(len(d.Rows))
}

func has(set []int, c int) bool {
	for _, x := range set {
		if x == c {
			return true
		}
	}
	return false
}

// A network learns what it is shown by heart.
func TestLearnsByHeart(t *testing.T) {
	for as, below := range map[int]float64{asTwo: 0.05, asFour: 0.05, asLabels: 0.1, asNumber: 10} {
		for _, tanh := range []bool{false, true} {
			d := mixed(60, as, 1)
			before := lossOf(mustFit(t, d, Options{Hidden: []int{32}, Tanh: tanh, Epochs: 1, Rate: 1e-6}), d)
			m := mustFit(t, d, Options{Hidden: []int{32}, Tanh: tanh, Epochs: 150, Rate: 0.01, Schedule: Cosine})
			if after := lossOf(m, d); !(after < below) {
				t.Errorf("answers %d, tanh %v: loss %v became %v", as, tanh, before, after)
			}
		}
	}
}

// What is learned holds for other rows.
func TestGeneralises(t *testing.T) {
	m := mustFit(t, mixed(1500, asTwo, 1), Options{Epochs: 30, Rate: 0.005, Dropout: 0.1, Decay: 0.01, Schedule: Cosine})
	d := mixed(500, asTwo, 2)
	right, p := 0, make([]float64, 2)
	for i, r := range d.Rows {
		if m.Predict(r, p); (p[1] > 0.5) == (d.Class[i] == 1) {
			right++
		}
	}
	if right < 350 {
		t.Errorf("%d of 500 right", right)
	}
}

// The same bytes by seed, with any number of workers; other bytes by another seed.
func TestDeterministic(t *testing.T) {
	for as := asTwo; as <= asNumber; as++ {
		d := mixed(200, as, 4)
		// Wide enough that work is shared out.
		o := Options{Hidden: []int{512, 128}, Batch: 128, Epochs: 2, Dropout: 0.2, Seed: 5, Workers: 1}
		a := bytesOf(t, mustFit(t, d, o))
		if !bytes.Equal(a, bytesOf(t, mustFit(t, d, o))) {
			t.Error("two fits differ")
		}
		for _, o.Workers = range []int{2, 3} {
			if !bytes.Equal(a, bytesOf(t, mustFit(t, d, o))) {
				t.Errorf("%d workers come to other bytes than one", o.Workers)
			}
		}
		if o.Seed = 6; bytes.Equal(a, bytesOf(t, mustFit(t, d, o))) {
			t.Error("another seed comes to the same bytes")
		}
	}
}

// Every answer is defined, and no probability is 0, whatever the rows are.
func TestOddData(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	fields := []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 2}}
	word := feature.Row{Index: []uint32{1}, Value: []float32{1}}
	row := func(x, c float32) feature.Row { return feature.Row{Table: []float32{x, c}} }
	for name, d := range map[string]feature.Data{
		"one row":           {Rows: []feature.Row{word}, Class: []int{1}, Classes: 3, Features: 2},
		"nothing to read":   {Rows: make([]feature.Row, 3), Class: []int{0, 1, 1}, Classes: 2},
		"one class of many": {Rows: []feature.Row{word, word}, Class: []int{5, 5}, Classes: 77, Features: 2},
		"a single class":    {Rows: []feature.Row{word}, Class: []int{0}, Classes: 1, Features: 2},
		"no table":          {Rows: make([]feature.Row, 3), Class: []int{0, 1, 1}, Classes: 2, Fields: fields},
		"constant":          {Rows: []feature.Row{row(7, 1), row(7, 1), row(7, 1)}, Class: []int{0, 1, 1}, Classes: 2, Fields: fields},
		"always missing":    {Rows: []feature.Row{row(nan, nan), row(nan, nan)}, Class: []int{0, 1}, Classes: 2, Fields: fields},
		"infinite":          {Rows: []feature.Row{row(inf, inf), row(-inf, 1), row(2, 0)}, Class: []int{0, 1, 1}, Classes: 2, Fields: fields},
		"enormous":          {Rows: []feature.Row{row(3e38, -5), row(-3e38, 1e30), row(2, 0)}, Class: []int{0, 1, 1}, Classes: 2, Fields: fields},
		"enormous words":    {Rows: []feature.Row{{Index: []uint32{1, 2, 3}, Value: []float32{3e38, nan, -inf}}, word}, Class: []int{0, 1}, Classes: 2, Features: 4},
		"same target":       {Rows: []feature.Row{word, word}, Target: []float64{4, 4}, Features: 2},
		"no labels":         {Rows: []feature.Row{word, word}, Sets: [][]int{nil, nil}, Classes: 3, Features: 2},
		"great target":      {Rows: []feature.Row{word, {}}, Target: []float64{1e300, -1e300}, Features: 2},
	} {
		t.Run(name, func(t *testing.T) {
			m := mustFit(t, d, Options{})
			p := make([]float64, m.Classes())
			rows := append([]feature.Row{word, {}, {Index: []uint32{9, 1 << 30}, Value: []float32{1, 1}}, row(inf, nan), row(1e38, 17), row(-1, -1),
				{Index: []uint32{0, 1, 2}, Value: []float32{inf, 1e38, nan}, Table: []float32{1, 1, 1, 1}}}, d.Rows...)
			for _, r := range rows {
				m.Predict(r, p)
				sum := 0.0
				for _, x := range p {
					sum += x
					if d.Target == nil && !(x > 0 && x <= 1) || math.IsNaN(x) || math.IsInf(x, 0) {
						t.Errorf("%v gives %v", r, p)
					}
				}
				if d.Class != nil && math.Abs(sum-1) > 1e-9 {
					t.Errorf("probabilities sum to %v", sum)
				}
			}
			if _, err := Unmarshal(bytesOf(t, m)); err != nil {
				t.Errorf("written, and not read again: %v", err)
			}
		})
	}
	if _, err := Fit(context.Background(), feature.Data{Classes: 2}, Options{}); !errors.Is(err, ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
}

// Options that make no sense are refused.
func TestOptions(t *testing.T) {
	d := mixed(20, asTwo, 1)
	m := mustFit(t, d, Options{})
	for _, o := range []Options{{Hidden: []int{0}}, {Dropout: 1}, {Dropout: math.NaN()}, {Rate: math.Inf(1)}, {Decay: -1}, {Freeze: 1}, {Rank: 2},
		{Batch: 1 << 20}, {From: m, Freeze: 3}, {From: m, Rank: 1, Freeze: 1}, {From: m, Rank: 1, Adapt: []int{3}}, {Hidden: make([]int, 40)}} {
		if _, err := Fit(context.Background(), d, o); !errors.Is(err, ErrOptions) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// Twice the weight is the same as twice the row: by the gradient of one batch of all
// rows.
func TestWeights(t *testing.T) {
	d := mixed(30, asFour, 3)
	twice := feature.Data{Classes: 4, Features: d.Features, Texts: d.Texts, Fields: d.Fields}
	for i := range d.Rows {
		for range 1 + i%3 {
			twice.Rows, twice.Class = append(twice.Rows, d.Rows[i]), append(twice.Class, d.Class[i])
		}
		d.Weight = append(d.Weight, 5*float64(1+i%3))
	}
	from := mustFit(t, mixed(30, asFour, 9), Options{Epochs: 2})
	o := Options{From: from, Freeze: 1, Epochs: 3, Batch: 1000, Rate: 0.01} // the same inputs for both
	a, b := mustFit(t, d, o), mustFit(t, twice, o)
	p, q := make([]float64, 4), make([]float64, 4)
	for _, r := range d.Rows {
		a.Predict(r, p)
		b.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 1e-3 {
				t.Fatalf("weights give %v, repeated rows %v", p, q)
			}
		}
	}
}
