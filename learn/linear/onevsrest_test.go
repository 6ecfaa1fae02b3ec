package linear

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"inkling/learn/feature"
)

func mustLogistic(t testing.TB, d feature.Data, o LogisticOptions) *OneVsRest {
	t.Helper()
	m, err := FitOneVsRest(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLogisticAgainstScikitLearn(t *testing.T) {
	cases, data := regressCases(t)
	for i, g := range cases {
		d := data[i]
		d.Class, d.Classes = g.Class, 2
		for _, want := range g.Models {
			if want.Method != "logistic" {
				continue
			}
			m := mustLogistic(t, d, LogisticOptions{C: want.Penalty, Tolerance: 1e-10})
			for f, w := range want.Coef {
				got := 0.0
				if at := m.layout.set.Rank(uint32(f)); at >= 0 {
					got = m.w[at]
				}
				if math.Abs(got-w) > 1e-6*max(1, math.Abs(w)) {
					t.Errorf("case %d, C %v: weight %d is %v, scikit-learn %v", i, want.Penalty, f, got, w)
				}
			}
			if math.Abs(m.base[0]-want.Intercept) > 1e-6*max(1, math.Abs(want.Intercept)) {
				t.Errorf("case %d, C %v: intercept %v, scikit-learn %v", i, want.Penalty, m.base[0], want.Intercept)
			}
		}
	}
}

// The gradient is that of the objective, by finite differences.
func TestLogisticGradient(t *testing.T) {
	d, _ := houses(60, 4)
	l, err := newLayout(context.Background(), d, true)
	if err != nil {
		t.Fatal(err)
	}
	x, err := l.matrixOf(context.Background(), d)
	if err != nil {
		t.Fatal(err)
	}
	n := newNewton(x, 2, LogisticOptions{})
	for i := range n.y {
		n.y[i] = d.Target[i] > 15
	}
	at := func() float64 {
		for i := range n.z {
			n.z[i] = n.b + x.dot(i, n.w)
		}
		return n.look()
	}
	for j := range n.w {
		n.w[j] = 0.1 * math.Sin(float64(j))
	}
	at()
	n.gradient(true)
	g := slices.Clone(n.g)
	const h = 1e-5
	for j := range g {
		to := &n.b
		if j < len(n.w) {
			to = &n.w[j]
		}
		was := *to
		*to = was + h
		up := at()
		*to = was - h
		if slope := (up - at()) / (2 * h); math.Abs(slope-g[j]) > 1e-5*max(1, math.Abs(slope)) {
			t.Errorf("column %d: gradient %v, by differences %v", j, g[j], slope)
		}
		*to = was
	}
}

// shops makes rows of houses with one class each of so many, or with sets.
func shops(n, classes int, sets bool, seed uint64) feature.Data {
	d, _ := houses(n, seed)
	d.Classes = classes
	for _, y := range d.Target {
		c := min(max(int((y-8)/4), 0), classes-1)
		if !sets {
			d.Class = append(d.Class, c)
			continue
		}
		var set []int
		for l := range classes - 1 { // the last label has no row
			if y > 8+4*float64(l) {
				set = append(set, l)
			}
		}
		d.Sets = append(d.Sets, set)
	}
	d.Target = nil
	return d
}

// What a row's parts add and the base make up the margin; a model is the same when it
// was written and read, and with any number of workers.
func TestOneVsRest(t *testing.T) {
	for _, c := range []struct {
		classes int
		sets    bool
	}{{2, false}, {4, false}, {1, false}, {4, true}, {2, true}} {
		d := shops(300, c.classes, c.sets, 1)
		m := mustLogistic(t, d, LogisticOptions{})
		b, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if two, err := mustLogistic(t, d, LogisticOptions{Workers: 2}).MarshalBinary(); err != nil || !bytes.Equal(b, two) {
			t.Errorf("%+v: other bytes with two workers: %v", c, err)
		}
		back, err := UnmarshalOneVsRest(b)
		if err != nil {
			t.Fatal(err)
		}
		right := 0
		p, q := make([]float64, c.classes), make([]float64, c.classes)
		for i, r := range d.Rows {
			m.Predict(r, p)
			back.Predict(r, q)
			if !slices.Equal(p, q) {
				t.Fatalf("%v became %v", p, q)
			}
			w := make([]float64, r.Len())
			for class, x := range p {
				sum, want := m.Explain(r, class, w), 0.0
				for _, v := range w {
					sum += v
				}
				if c.sets {
					want = math.Log(x) - math.Log1p(-x)
				} else {
					for k, x := range p {
						if k == class {
							want += math.Log(x)
						} else {
							want -= math.Log(x) / float64(c.classes-1)
						}
					}
				}
				if math.Abs(sum-want) > 1e-6*max(1, math.Abs(want)) {
					t.Fatalf("%+v, class %d: reasons sum to %v, margin %v", c, class, sum, want)
				}
				if c.sets && (x > 0.5) == slices.Contains(d.Sets[i], class) || !c.sets && class == d.Class[i] && x == slices.Max(p) {
					right++
				}
			}
		}
		if all := len(d.Rows) * map[bool]int{true: c.classes, false: 1}[c.sets]; right*10 < all*8 {
			t.Errorf("%+v: %d of %d right", c, right, all)
		}
		for n := 0; n < len(b); n += 1 + len(b)/300 {
			if _, err := UnmarshalOneVsRest(b[:n]); !errors.Is(err, ErrDamaged) {
				t.Fatalf("the first %d of %d bytes: %v", n, len(b), err)
			}
		}
	}
}

// A fit that starts from a model comes to the same weights in fewer steps, and a row
// that weighs three is three rows.
func TestLogisticStartsAndWeighs(t *testing.T) {
	d := shops(200, 3, false, 2)
	tight := LogisticOptions{C: 1, Tolerance: 1e-8}
	fresh := mustLogistic(t, d, tight)
	warm := tight
	warm.From = mustLogistic(t, part(d, 0, 190), tight)
	tuned := mustLogistic(t, d, warm)
	for j, w := range fresh.w {
		if math.Abs(w-tuned.w[j]) > 1e-5*max(1, math.Abs(w)) {
			t.Errorf("weight %d: %v fresh, %v from a model", j, w, tuned.w[j])
		}
	}
	if tuned.Rounds() >= fresh.Rounds() {
		t.Errorf("%d steps fresh, %d from a model", fresh.Rounds(), tuned.Rounds())
	}
	warm.From = mustLogistic(t, shops(50, 2, false, 3), tight) // of one model, where three are wanted
	if other := mustLogistic(t, d, warm); math.Abs(other.w[0]-fresh.w[0]) > 1e-5 {
		t.Errorf("weight %v from a model of two classes, want %v", other.w[0], fresh.w[0])
	}
	many := d
	many.Rows, many.Class = nil, nil
	for i, r := range d.Rows {
		d.Weight = append(d.Weight, float64(1+i%3))
		for range 1 + i%3 {
			many.Rows, many.Class = append(many.Rows, r), append(many.Class, d.Class[i])
		}
	}
	p, q := make([]float64, 3), make([]float64, 3)
	a, b := mustLogistic(t, d, tight), mustLogistic(t, many, tight)
	for _, r := range d.Rows {
		a.Predict(r, p)
		b.Predict(r, q)
		for c := range p {
			if math.Abs(p[c]-q[c]) > 1e-6 {
				t.Fatalf("%v by weights, %v by copies", p, q)
			}
		}
	}
}

func TestLogisticOddData(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	word := feature.Row{Index: []uint32{0}, Value: []float32{1}, Table: []float32{3, 1}}
	odd := []feature.Row{{}, {Table: []float32{nan, nan}}, {Table: []float32{inf, -1}}, {Table: []float32{-inf, 0.5}},
		{Index: []uint32{0, 1}, Value: []float32{3e38, 1}, Table: []float32{1e30, 0}}}
	for name, d := range map[string]feature.Data{
		"one row":   {Rows: []feature.Row{word}, Class: []int{1}, Classes: 3},
		"one class": {Rows: []feature.Row{word, word, {}}, Class: []int{1, 1, 1}, Classes: 2},
		"conflict":  {Rows: []feature.Row{word, word}, Class: []int{0, 1}, Classes: 2},
		"odd rows":  {Rows: odd, Class: []int{0, 1, 2, 1, 0}, Classes: 4},
		"labels":    {Rows: odd, Sets: [][]int{nil, {0}, {0, 1}, {1}, {0, 1}}, Classes: 3},
	} {
		d.Features, d.Texts, d.Fields = 2, 1, []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 2}}
		m := mustLogistic(t, d, LogisticOptions{})
		p := make([]float64, d.Classes)
		for _, r := range append(odd, word, feature.Row{Index: []uint32{9}, Value: []float32{1}}) {
			m.Predict(r, p)
			sum := 0.0
			for _, x := range p {
				if !(x > 0 && x < 1) && d.Sets != nil || !(x > 0) {
					t.Errorf("%s: %v", name, p)
				}
				sum += x
			}
			if d.Sets == nil && math.Abs(sum-1) > 1e-12 {
				t.Errorf("%s: probabilities sum to %v", name, sum)
			}
		}
	}
	if _, err := FitOneVsRest(context.Background(), feature.Data{Classes: 2}, LogisticOptions{}); !errors.Is(err, ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := FitOneVsRest(ctx, shops(100, 3, false, 1), LogisticOptions{Workers: 2}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// FuzzUnmarshalOneVsRest reads any bytes: an error, or a model that predicts and can be
// written again.
func FuzzUnmarshalOneVsRest(f *testing.F) {
	d := shops(30, 3, false, 8)
	for _, d := range []feature.Data{d, shops(30, 2, false, 8), shops(30, 2, true, 8)} {
		b, err := mustLogistic(f, d, LogisticOptions{C: 1}).MarshalBinary()
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := UnmarshalOneVsRest(b)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("error %v", err)
			}
			return
		}
		p := make([]float64, m.Classes())
		m.Predict(d.Rows[0], p)
		for _, x := range p {
			if !(x > 0) {
				t.Errorf("probabilities %v", p)
			}
		}
		again, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := UnmarshalOneVsRest(again); err != nil {
			t.Errorf("written again: %v", err)
		}
	})
}
