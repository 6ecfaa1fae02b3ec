package linear

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"inkling/learn/feature"
)

func mustRegress(t testing.TB, d feature.Data, o RegressionOptions) *Regression {
	t.Helper()
	m, err := FitRegression(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// regressCase is a case of testdata/regress.json.
type regressCase struct {
	Features int            `json:"features"`
	Rows     [][][2]float64 `json:"rows"`
	Target   []float64      `json:"target"`
	Class    []int          `json:"class"`
	Weight   []float64      `json:"weight"`
	Models   []struct {
		Method    string    `json:"method"`
		Penalty   float64   `json:"penalty"`
		Share     float64   `json:"share"`
		Coef      []float64 `json:"coef"`
		Intercept float64   `json:"intercept"`
	} `json:"models"`
}

// regressCases reads testdata/regress.json; testdata/regress.py says which version
// wrote the numbers.
func regressCases(t *testing.T) (cases []regressCase, data []feature.Data) {
	t.Helper()
	b, err := os.ReadFile("testdata/regress.json")
	if err != nil {
		t.Fatal(err)
	}
	var golden struct {
		Cases []regressCase `json:"cases"`
	}
	if err := json.Unmarshal(b, &golden); err != nil {
		t.Fatal(err)
	}
	for _, g := range golden.Cases {
		d := feature.Data{Features: g.Features, Texts: g.Features, Weight: g.Weight}
		for _, r := range g.Rows {
			var row feature.Row
			for _, p := range r {
				row.Index, row.Value = append(row.Index, uint32(p[0])), append(row.Value, float32(p[1]))
			}
			d.Rows = append(d.Rows, row)
		}
		data = append(data, d)
	}
	return golden.Cases, data
}

func TestRegressionAgainstScikitLearn(t *testing.T) {
	cases, data := regressCases(t)
	for i, g := range cases {
		d := data[i]
		d.Target = g.Target
		for _, want := range g.Models {
			o := RegressionOptions{Penalty: want.Penalty, Share: want.Share, Gap: 1e-13}
			switch want.Method {
			case "ridge":
				o.Method = Ridge
			case "elastic":
				o.Method = Elastic
			case "logistic":
				continue
			}
			m := mustRegress(t, d, o)
			for f, w := range want.Coef {
				if got := m.Weight(uint32(f)); math.Abs(got-w) > 1e-6*max(1, math.Abs(w)) {
					t.Errorf("case %d, %s %v %v: weight %d is %v, scikit-learn %v", i, want.Method, want.Penalty, want.Share, f, got, w)
				}
			}
			if math.Abs(m.Intercept()-want.Intercept) > 1e-6*max(1, math.Abs(want.Intercept)) {
				t.Errorf("case %d, %s: intercept %v, scikit-learn %v", i, want.Method, m.Intercept(), want.Intercept)
			}
		}
	}
}

// Many columns take other ways to the same weights as few.
func TestWideIsNarrow(t *testing.T) {
	cases, data := regressCases(t)
	for i, g := range cases {
		d := data[i]
		d.Target = g.Target
		l, err := newLayout(context.Background(), d, false)
		if err != nil {
			t.Fatal(err)
		}
		few := mustRegress(t, d, RegressionOptions{Method: Ridge, Penalty: 2})
		many := &Regression{method: Ridge, penalty: 2, share: 1, layout: l}
		if err := many.conjugate(context.Background(), d, RegressionOptions{Method: Ridge, Penalty: 2}.withDefaults()); err != nil {
			t.Fatal(err)
		}
		for j, w := range few.w {
			if math.Abs(w-many.w[j]) > 1e-4 {
				t.Errorf("case %d, ridge: weight %d is %v by products, %v by conjugate gradients", i, j, w, many.w[j])
			}
		}
		x, err := l.matrixOf(context.Background(), d)
		if err != nil {
			t.Fatal(err)
		}
		g, err := newGram(context.Background(), l, d, 1)
		if err != nil {
			t.Fatal(err)
		}
		rows := newRowCoordinates(x, d.Target)
		products := &gramCoordinates{g: g, rest: append([]float64(nil), g.to...), w: make([]float64, g.width)}
		yy, _ := rows.errors()
		nets := []*net{{c: rows, w: make([]float64, x.width), yy: yy}, {c: products, w: products.w, yy: g.square}}
		for _, n := range nets {
			n.set(0.05, 0.7, x.total)
			if err := n.fit(context.Background(), 1e-10*n.yy, 10_000); err != nil {
				t.Fatal(err)
			}
		}
		for j, w := range nets[0].w {
			if math.Abs(w-nets[1].w[j]) > 1e-4 {
				t.Errorf("case %d, elastic net: weight %d is %v by rows, %v by products", i, j, w, nets[1].w[j])
			}
		}
		if a, b := rows.intercept(nets[0].w), g.intercept(nets[1].w); math.Abs(a-b) > 1e-4 {
			t.Errorf("case %d: intercepts %v and %v", i, a, b)
		}
	}
}

// With no penalty on sizes, coordinate descent comes to where the closed form is;
// with one, to where no step to any side leads down.
func TestElasticMinimum(t *testing.T) {
	d, _ := houses(200, 3)
	almost := mustRegress(t, d, RegressionOptions{Method: Elastic, Penalty: 0.01, Share: 1e-12, Gap: 1e-14, Bends: BendNo})
	closed := mustRegress(t, d, RegressionOptions{Method: Ridge, Penalty: 0.01 * float64(len(d.Rows)), Bends: BendNo})
	for j, w := range closed.w {
		if math.Abs(w-almost.w[j]) > 1e-5 {
			t.Errorf("weight %d: %v closed, %v by coordinates", j, w, almost.w[j])
		}
	}
	m := mustRegress(t, d, RegressionOptions{Method: Elastic, Penalty: 0.3, Share: 0.5, Gap: 1e-12, Bends: BendNo})
	if m.Used() == 0 || m.Used() == m.Columns() {
		t.Errorf("%d of %d columns are used", m.Used(), m.Columns())
	}
	objective := func(m *Regression) (sum float64) {
		y := make([]float64, 1)
		for i, r := range d.Rows {
			m.Predict(r, y)
			sum += (d.Target[i] - y[0]) * (d.Target[i] - y[0]) / (2 * float64(len(d.Rows)))
		}
		for _, w := range m.w {
			sum += 0.3 * (0.5*math.Abs(w) + 0.25*w*w)
		}
		return sum
	}
	at := objective(m)
	for j := range m.w {
		for _, by := range []float64{-1e-3, 1e-3} {
			other := *m
			other.w = slices.Clone(m.w)
			other.w[j] += by
			if o := objective(&other); o < at-1e-9 {
				t.Errorf("weight %d moved by %v: objective %v, was %v", j, by, o, at)
			}
		}
	}
}

// The three diagonals and the matrix that they come of have the same solutions and
// the same trace of the inverse.
func TestThreeDiagonals(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for _, n := range []int{1, 2, 3, 8, 20} {
		g := &gram{n: 50, width: n, product: make([]float64, n*n), to: make([]float64, n)}
		for range n + 2 {
			x := make([]float64, n)
			for j := range x {
				x[j] = rng.NormFloat64()
			}
			for j := range x {
				g.to[j] += x[j] * rng.NormFloat64()
				for k := range x {
					g.product[j*n+k] += x[j] * x[k]
				}
			}
		}
		diagonal, beside, to, err := threeDiagonals(context.Background(), g.product, g.to)
		if err != nil {
			t.Fatal(err)
		}
		for _, penalty := range []float64{0.1, 3} {
			w, trace := solveThree(diagonal, beside, penalty, to)
			direct, err := g.solve(context.Background(), penalty, g.to)
			if err != nil {
				t.Fatal(err)
			}
			if a, b := dot(w, to), dot(direct, g.to); math.Abs(a-b) > 1e-9*math.Abs(b) {
				t.Errorf("%d columns: t'w is %v, direct %v", n, a, b)
			}
			if a, b := dot(w, w), dot(direct, direct); math.Abs(a-b) > 1e-9*b {
				t.Errorf("%d columns: w'w is %v, direct %v", n, a, b)
			}
			want := 0.0
			for j := range n {
				unit := make([]float64, n)
				unit[j] = 1
				x, err := g.solve(context.Background(), penalty, unit)
				if err != nil {
					t.Fatal(err)
				}
				want += x[j]
			}
			if math.Abs(trace-want) > 1e-9*want {
				t.Errorf("%d columns: trace %v, direct %v", n, trace, want)
			}
		}
	}
}

// houses makes rows of two numbers, one of which bends, a category and a text.
func houses(n int, seed uint64) (d feature.Data, straight []float64) {
	rng := rand.New(rand.NewPCG(seed, 5))
	nan := float32(math.NaN())
	// Features: 6 of texts, 5 knots of a number from -2 to 2.
	d = feature.Data{Features: 11, Texts: 6, Fields: []feature.Field{{Kind: feature.Number}, {Kind: feature.Number}, {Kind: feature.Category, Codes: 3}}}
	for i := range n {
		a, b, code := rng.NormFloat64(), 100+10*rng.NormFloat64(), rng.IntN(3)
		r := feature.Row{Table: []float32{float32(a), float32(b), float32(code)}}
		word := uint32(rng.IntN(6))
		r.Index, r.Value = append(r.Index, word), append(r.Value, 1)
		place := min(max(a+2, 0), 4)
		k := min(int(place), 3)
		part := place - float64(k)
		r.Index, r.Value = append(r.Index, uint32(6+k), uint32(7+k)), append(r.Value, float32(0.2*(1-part)), float32(0.2*part))
		line := 2*a + 0.1*b + 3*float64(code) + float64(word)
		if i%10 == 3 {
			r.Table[1] = nan
		}
		d.Rows, d.Target = append(d.Rows, r), append(d.Target, line+4*math.Abs(a)+0.3*rng.NormFloat64())
		straight = append(straight, line+0.3*rng.NormFloat64())
	}
	return d, straight
}

// Numbers bend where the target does, and not elsewhere.
func TestBends(t *testing.T) {
	d, straight := houses(600, 1)
	lost := func(m *Regression) (sum float64) {
		y := make([]float64, 1)
		for i, r := range d.Rows {
			m.Predict(r, y)
			sum += (d.Target[i] - y[0]) * (d.Target[i] - y[0]) / float64(len(d.Rows))
		}
		return sum
	}
	for _, method := range []Method{Ridge, Elastic} {
		m := mustRegress(t, d, RegressionOptions{Method: method})
		if not := mustRegress(t, d, RegressionOptions{Method: method, Bends: BendNo}); !m.Bends() || not.Bends() || lost(m) > 0.5*lost(not) {
			t.Errorf("%v: bends %v, error %v; without, %v", method, m.Bends(), lost(m), lost(not))
		}
		// Sums that are taken over from the straight fit are as good as new ones.
		at := mustRegress(t, d, RegressionOptions{Method: method, Bends: BendYes})
		for j, w := range at.w {
			if math.Abs(w-m.w[j]) > 1e-6*max(1, math.Abs(w)) {
				t.Errorf("%v: weight %d is %v, asked for at once %v", method, j, m.w[j], w)
			}
		}
		line := d
		line.Target = straight
		if m := mustRegress(t, line, RegressionOptions{Method: method}); m.Bends() {
			t.Errorf("%v: straight lines bend", method)
		}
	}
	if mustRegress(t, d, RegressionOptions{Bends: BendYes}).Bends() {
		t.Error("least squares bends")
	}
}

func regressions(t testing.TB, d feature.Data, workers int) []*Regression {
	return []*Regression{
		mustRegress(t, d, RegressionOptions{Method: Least, Workers: workers}),
		mustRegress(t, d, RegressionOptions{Method: Ridge, Workers: workers}),
		mustRegress(t, d, RegressionOptions{Method: Elastic, Workers: workers, Seed: 3}),
	}
}

// What a row's parts add and the base make up the number; a model is the same when
// it was written and read, and with any number of workers; a row that weighs three
// is three rows.
func TestRegression(t *testing.T) {
	d, _ := houses(9000, 2)
	one, two := regressions(t, d, 1), regressions(t, d, 2)
	for i, m := range one {
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if other, err := two[i].MarshalBinary(); err != nil || !bytes.Equal(b, other) {
			t.Errorf("%v: other bytes with two workers: %v", m.Method(), err)
		}
		back, err := UnmarshalRegression(b)
		if err != nil {
			t.Fatal(err)
		}
		y, z := make([]float64, 1), make([]float64, 1)
		for _, r := range d.Rows[:200] {
			m.Predict(r, y)
			back.Predict(r, z)
			w := make([]float64, r.Len())
			sum := m.Explain(r, 0, w)
			for _, x := range w {
				sum += x
			}
			if y[0] != z[0] || math.Abs(sum-y[0]) > 1e-9*max(1, math.Abs(y[0])) {
				t.Fatalf("%v: %v, read again %v, reasons sum to %v", m.Method(), y[0], z[0], sum)
			}
		}
		for n := 0; n < len(b); n += 1 + len(b)/300 {
			if _, err := UnmarshalRegression(b[:n]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("%v: the first %d of %d bytes: %v", m.Method(), n, len(b), err)
			}
		}
	}
	d, _ = houses(90, 2)
	many := d
	many.Rows, many.Target = nil, nil
	for i, r := range d.Rows {
		d.Weight = append(d.Weight, float64(1+i%3))
		for range 1 + i%3 {
			many.Rows, many.Target = append(many.Rows, r), append(many.Target, d.Target[i])
		}
	}
	for _, method := range []Method{Least, Ridge, Elastic} {
		o := RegressionOptions{Method: method, Penalty: 0.2, Gap: 1e-13, Bends: BendYes}
		a, b := mustRegress(t, d, o), mustRegress(t, many, o)
		y, z := make([]float64, 1), make([]float64, 1)
		for _, r := range d.Rows {
			a.Predict(r, y)
			b.Predict(r, z)
			if math.Abs(y[0]-z[0]) > 1e-5 {
				t.Fatalf("%v: %v by weights, %v by copies", method, y[0], z[0])
			}
		}
	}
}

func TestRegressionOddData(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	fields := []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 2}}
	word := feature.Row{Index: []uint32{0}, Value: []float32{1}, Table: []float32{3, 1}}
	odd := []feature.Row{{}, {Table: []float32{nan, nan}}, {Table: []float32{inf, -1}}, {Table: []float32{-inf, 0.5}},
		{Index: []uint32{0, 1}, Value: []float32{3e38, 1}, Table: []float32{1e30, 0}}}
	for name, d := range map[string]feature.Data{
		"one row":    {Rows: []feature.Row{word}, Target: []float64{7}},
		"same rows":  {Rows: []feature.Row{word, word, word}, Target: []float64{7, 7, 7}},
		"conflict":   {Rows: []feature.Row{word, word}, Target: []float64{1, 3}},
		"empty rows": {Rows: []feature.Row{{}, {}}, Target: []float64{1, 3}},
		"odd rows":   {Rows: odd, Target: []float64{1, 2, 3, 4, 5}},
		"large":      {Rows: []feature.Row{word, {}, word}, Target: []float64{1e300, -1e300, 1e300}},
	} {
		d.Features, d.Texts, d.Fields = 2, 1, fields
		for _, m := range regressions(t, d, 1) {
			y := make([]float64, 1)
			for _, r := range append(odd, feature.Row{Index: []uint32{9}, Value: []float32{1}}, word) {
				if m.Predict(r, y); y[0]-y[0] != 0 {
					t.Errorf("%s, %v: %v", name, m.Method(), y[0])
				}
			}
			if name == "one row" && math.Abs(y[0]-7) > 1e-9 || name == "conflict" && math.Abs(y[0]-2) > 1e-9 {
				t.Errorf("%s, %v: %v", name, m.Method(), y[0])
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	d, _ := houses(50, 1)
	for _, method := range []Method{Least, Ridge, Elastic} {
		if _, err := FitRegression(ctx, d, RegressionOptions{Method: method}); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if _, err := FitRegression(ctx, feature.Data{}, RegressionOptions{Method: method}); !errors.Is(err, ErrNoRows) {
			t.Errorf("no rows: %v", err)
		}
	}
}

// FuzzUnmarshalRegression reads any bytes: an error, or a model that tells a finite
// number and can be written again.
func FuzzUnmarshalRegression(f *testing.F) {
	d, _ := houses(30, 8)
	for _, m := range regressions(f, d, 1) {
		b, err := m.MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := UnmarshalRegression(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error %v", err)
			}
			return
		}
		y := make([]float64, 1)
		if m.Predict(d.Rows[0], y); y[0]-y[0] != 0 {
			t.Errorf("%v", y[0])
		}
		again, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := UnmarshalRegression(again); err != nil {
			t.Errorf("written again: %v", err)
		}
	})
}
