package simulate

import (
	"context"
	"errors"
	"math"
	"reflect"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"inkling/learn/feature"
	"inkling/learn/query"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// line is a problem of n items on a line, of which class c has those from c/classes
// to (c+1)/classes; a row is its own place.
func line(n, classes int) *Problem {
	data := func(n int, shift float32) feature.Data {
		d := feature.Data{Classes: classes, Features: 1, Class: []int{}}
		for i := range n {
			x := (float32(i) + shift) / float32(n)
			d.Rows = append(d.Rows, feature.Row{Index: []uint32{0}, Value: []float32{x}})
			d.Class = append(d.Class, min(int(x*float32(classes)), classes-1))
		}
		return d
	}
	p := &Problem{Pool: data(n, 0.5), Test: data(50, 0.3), Fit: nearest}
	for i := range n {
		p.Keys = append(p.Keys, uint64(i))
	}
	return p
}

// nearest fits a model that tells the class of the nearest row, surer the nearer.
func nearest(_ context.Context, d feature.Data, _ uint64) (Predictor, error) { return near{d}, nil }

type near struct{ d feature.Data }

func (m near) Predict(r feature.Row, p []float64) {
	best, at := math.Inf(1), 0
	for i, o := range m.d.Rows {
		if dist := math.Abs(float64(o.Value[0] - r.Value[0])); dist < best {
			best, at = dist, i
		}
	}
	if m.d.Target != nil {
		p[0] = m.d.Target[at]
		return
	}
	for c := range p {
		p[c] = best / float64(len(p))
	}
	p[m.d.Class[at]] += 1 - best
}

// chooses is a strategy for tests: it chooses by the function, and looks at models
// where there are.
func chooses(name string, f func(p *query.Pool, n int, seed uint64) []query.Pick) query.Strategy {
	return query.Strategy{Selector: asker{name, f}}
}

type asker struct {
	name   string
	choose func(p *query.Pool, n int, seed uint64) []query.Pick
}

func (a asker) Name() string { return a.name }
func (a asker) Select(_ context.Context, p *query.Pool, n int, seed uint64) ([]query.Pick, error) {
	return a.choose(p, n, seed), nil
}

// inOrder asks the items that come first.
func inOrder(p *query.Pool, n int, _ uint64) []query.Pick {
	var out []query.Pick
	for i := range n {
		out = append(out, query.Pick{Index: i})
	}
	return out
}

func strategy(t *testing.T, name string) query.Strategy {
	t.Helper()
	s, err := query.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func played(t *testing.T, p *Problem, o Options) *Result {
	t.Helper()
	r, err := Run(context.Background(), p, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The number of workers changes nothing, and another seed changes something.
func TestRunIsReproducible(t *testing.T) {
	o := Options{Strategies: []query.Strategy{strategy(t, "margin"), strategy(t, "random")}, Batch: 3, Budget: 30, Seeds: 3}
	p := line(200, 5)
	var first *Result
	for _, workers := range []int{1, 2, 7} {
		o.Workers = workers
		r := played(t, p, o)
		if first == nil {
			first = r
		}
		if !reflect.DeepEqual(r, first) {
			t.Errorf("%d workers: other curves than with one", workers)
		}
	}
	o.Seed = 100
	if reflect.DeepEqual(played(t, p, o).Curves, first.Curves) {
		t.Error("another seed gives the same curves")
	}
	if n := len(first.Curves[0].Labels); n != 10 || first.Curves[0].Labels[9] != 30 {
		t.Errorf("measured at %v", first.Curves[0].Labels)
	}
	if first.Full != 1 {
		t.Errorf("all answers give %v", first.Full)
	}
}

// A model sees the rows that were asked for, those alone, each once; where the
// start is drawn, all strategies begin with the same under the same seed.
func TestNothingIsSeenBeforeItIsAsked(t *testing.T) {
	p := line(60, 3)
	type fit struct {
		rows []float32
		seed uint64
	}
	fits := map[string][]fit{}
	asked := map[string]int{}
	var current string
	p.Fit = func(_ context.Context, d feature.Data, seed uint64) (Predictor, error) {
		var rows []float32
		for i, r := range d.Rows {
			rows = append(rows, r.Value[0])
			if want := int(r.Value[0] * 3); d.Class[i] != want {
				t.Errorf("row %v has class %d", r.Value[0], d.Class[i])
			}
		}
		if len(rows) < 60 {
			fits[current] = append(fits[current], fit{rows, seed})
		}
		return near{d}, nil
	}
	skips := func(name string, from int) query.Strategy {
		return chooses(name, func(q *query.Pool, n int, _ uint64) []query.Pick {
			current = name
			asked[name] += n
			out := inOrder(q, n, 0)
			for i := range out {
				out[i].Index = (out[i].Index + from) % len(q.Nums)
			}
			return out
		})
	}
	played(t, p, Options{Strategies: []query.Strategy{skips("front", 0), skips("behind", 30)}, Batch: 5, First: 6, Budget: 30, Seeds: 1, Workers: 1, Cold: true})
	for name, list := range fits {
		for _, f := range list {
			rows := slices.Clone(f.rows)
			slices.Sort(rows)
			if len(slices.Compact(rows)) != len(f.rows) {
				t.Errorf("%s: a row twice among %v", name, f.rows)
			}
		}
	}
	if asked["front"] != 20 || asked["behind"] != 20 { // the first 6 were drawn
		t.Errorf("asked %v", asked)
	}
	longest := func(list []fit) []float32 {
		return slices.MaxFunc(list, func(a, b fit) int { return len(a.rows) - len(b.rows) }).rows
	}
	last, other := longest(fits["front"]), longest(fits["behind"])
	if len(last) != 26 || len(other) != 26 || !slices.Equal(last[:6], other[:6]) || slices.Equal(last, other) {
		t.Errorf("%v\nand %v", last, other)
	}
}

// As long as one class is known, that is told of everything and the strategy has
// no probabilities; a class that comes late is learned.
func TestOneClassFirst(t *testing.T) {
	p := line(100, 2)
	var with, without int
	s := chooses("front", func(q *query.Pool, n int, _ uint64) []query.Pick {
		if q.Probs == nil {
			without++
		} else {
			with++
		}
		return inOrder(q, n, 0)
	})
	r := played(t, p, Options{Strategies: []query.Strategy{s}, Batch: 10, Budget: 80, Seeds: 1})
	c := r.Curves[0]
	if want := []int{1, 1, 1, 1, 1, 2, 2, 2}; !slices.Equal(c.Seen[0], want) {
		t.Errorf("classes seen %v, want %v", c.Seen[0], want)
	}
	for k, n := range c.Seen[0] {
		if n == 1 && c.Mean[k] != 0.5 || n == 2 && c.Mean[k] < 0.9 {
			t.Errorf("%d labels, %d classes: %v", c.Labels[k], n, c.Mean[k])
		}
	}
	if without != 6 || with != 2 {
		t.Errorf("%d rounds without probabilities and %d with them", without, with)
	}
}

// The scores against sums written out.
func TestScores(t *testing.T) {
	say := func(p ...float64) Predictor { return always(p) }
	row := feature.Row{}
	for name, c := range map[string]struct {
		d    feature.Data
		m    Predictor
		want float64
	}{
		"classes":          {feature.Data{Rows: []feature.Row{row, row, row, row}, Class: []int{1, 1, 0, 2}, Classes: 3}, say(0.2, 0.7, 0.1), 0.5},
		"the first of two": {feature.Data{Rows: []feature.Row{row, row}, Class: []int{0, 1}, Classes: 2}, say(0.5, 0.5), 0.5},
		// told {0,2} of both; true {0} and {1,2}: 2 right of 4 told and 3 held
		"labels":        {feature.Data{Rows: []feature.Row{row, row}, Sets: [][]int{{0}, {1, 2}}, Classes: 3}, say(0.9, 0.5, 0.6), 2 * 2 / 7.0},
		"no labels":     {feature.Data{Rows: []feature.Row{row}, Sets: [][]int{{}}, Classes: 2}, say(0.1, 0.2), 1},
		"only told":     {feature.Data{Rows: []feature.Row{row}, Sets: [][]int{{}}, Classes: 2}, say(0.1, 0.8), 0},
		"numbers":       {feature.Data{Rows: []feature.Row{row, row}, Target: []float64{1, 4}}, say(2), math.Sqrt((1 + 4) / 2.0)},
		"numbers right": {feature.Data{Rows: []feature.Row{row}, Target: []float64{-3}}, say(-3), 0},
	} {
		got, err := score(context.Background(), c.m, c.d)
		if err != nil || math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%s: %v, %v; want %v", name, got, err, c.want)
		}
	}
}

func TestSummary(t *testing.T) {
	r := Result{Metric: Accuracy, Full: 0.8, Curves: []Curve{
		{Strategy: "a", Labels: []int{10, 20, 30}, Runs: [][]float64{{0.5, 0.7, 0.8}, {0.7, 0.8, 0.8}}},
		{Strategy: "b", Labels: []int{10, 20, 30}, Runs: [][]float64{{0.4, 0.6, 0.7}, {0.4, 0.6, 0.7}}}}}
	r.summarise()
	a, b := &r.Curves[0], &r.Curves[1]
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, want %v", what, got, want)
		}
	}
	near("mean", a.Mean[0], 0.6)
	near("deviation", a.Std[0], 0.1)
	near("area", a.Area, (0.6+0.75+0.8)/3)
	near("deviation of the area", a.AreaStd, 0.05) // areas 2/3 and 2.3/3
	if a.To95 != 30 || b.To95 != 0 {               // 0.76 is needed
		t.Errorf("to 95%%: %d and %d", a.To95, b.To95)
	}
	if n := a.Reach(0.75, Accuracy); n != 20 {
		t.Errorf("0.75 at %d", n)
	}
	// gains 0.1 and 0.2: mean 0.15, standard error 0.05
	gain, e := a.Gain(b, Accuracy)
	near("gain", gain, 0.15)
	near("its error", e, 0.05)
	gain, _ = a.Gain(b, RMSE)
	near("gain of an error", gain, -0.15)
	errors := Result{Metric: RMSE, Full: 0.95, Curves: []Curve{{Labels: []int{1, 2}, Runs: [][]float64{{1.01, 1.0}}}}}
	errors.summarise()
	if errors.Curves[0].To95 != 2 {
		t.Errorf("an error within 95%% at %d", errors.Curves[0].To95)
	}
}

func TestMoments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-100, 100), 1, 30).Draw(t, "x")
		mean, std := moments(x)
		if mean < slices.Min(x)-1e-9 || mean > slices.Max(x)+1e-9 || std < 0 || std > slices.Max(x)-slices.Min(x)+1e-9 {
			t.Fatalf("%v has mean %v and deviation %v", x, mean, std)
		}
		all := 0.0 // by pairs: the variance is half of the mean squared difference
		for _, a := range x {
			for _, b := range x {
				all += (a - b) * (a - b)
			}
		}
		n := float64(len(x))
		if want := math.Sqrt(all / (2 * n * n)); math.Abs(std-want) > 1e-6 {
			t.Fatalf("%v has deviation %v, by pairs %v", x, std, want)
		}
	})
}

// A strategy that chooses too few, something twice or something that is not there
// is found out.
func TestStrategiesThatDoNotKeepTheirWord(t *testing.T) {
	for name, choose := range map[string]func(p *query.Pool, n int, _ uint64) []query.Pick{
		"too few": func(p *query.Pool, n int, _ uint64) []query.Pick { return inOrder(p, n-1, 0) },
		"twice":   func(p *query.Pool, n int, _ uint64) []query.Pick { return append(inOrder(p, n-1, 0), query.Pick{}) },
		"beyond": func(p *query.Pool, n int, _ uint64) []query.Pick {
			return append(inOrder(p, n-1, 0), query.Pick{Index: len(p.Nums)})
		},
	} {
		if _, err := Run(context.Background(), line(30, 2), Options{Strategies: []query.Strategy{chooses(name, choose)}, Batch: 4, Seeds: 1}); !errors.Is(err, ErrStrategy) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestProblemsThatCannotBe(t *testing.T) {
	for name, spoil := range map[string]func(*Problem){
		"no pool":    func(p *Problem) { p.Pool = feature.Data{} },
		"no test":    func(p *Problem) { p.Test.Rows = nil },
		"no keys":    func(p *Problem) { p.Keys = p.Keys[1:] },
		"other kind": func(p *Problem) { p.Test.Target = make([]float64, 50) },
	} {
		p := line(20, 2)
		spoil(p)
		if _, err := Run(context.Background(), p, Options{}); !errors.Is(err, ErrProblem) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The budget ends with the pool, and all of it is asked.
func TestPoolRunsOut(t *testing.T) {
	r := played(t, line(23, 2), Options{Strategies: []query.Strategy{strategy(t, "margin")}, Batch: 5, First: 3, Seeds: 2})
	c := r.Curves[0]
	if want := []int{3, 8, 13, 18, 23}; !slices.Equal(c.Labels, want) {
		t.Errorf("measured at %v, want %v", c.Labels, want)
	}
	if c.Mean[4] != r.Full {
		t.Errorf("all asked for gives %v, all %v", c.Mean[4], r.Full)
	}
}

func TestNumbers(t *testing.T) {
	p := line(100, 1)
	for _, d := range []*feature.Data{&p.Pool, &p.Test} {
		d.Class, d.Classes = nil, 0
		for _, r := range d.Rows {
			d.Target = append(d.Target, float64(r.Value[0]))
		}
	}
	r := played(t, p, Options{Strategies: []query.Strategy{strategy(t, "random")}, Batch: 10, Budget: 50, Seeds: 2})
	c := r.Curves[0]
	if r.Metric != RMSE || c.Seen != nil || !(c.Mean[4] < c.Mean[0]) || c.Mean[4] < r.Full {
		t.Errorf("%v: %v, of all %v; seen %v", r.Metric, c.Mean, r.Full, c.Seen)
	}
}

func TestCancel(t *testing.T) {
	p := line(100, 2)
	ctx, cancel := context.WithCancel(context.Background())
	var fits atomic.Int32
	p.Fit = func(ctx context.Context, d feature.Data, _ uint64) (Predictor, error) {
		if fits.Add(1) == 5 {
			cancel()
		}
		return near{d}, ctx.Err()
	}
	done := make(chan error, 1)
	go func() {
		_, err := Run(ctx, p, Options{Strategies: []query.Strategy{strategy(t, "random")}, Batch: 1, Budget: 90, Seeds: 3, Workers: 2})
		done <- err
	}()
	select {
	case err := <-done:
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("goes on")
	}
	if n := fits.Load(); n > 8 {
		t.Errorf("%d models after it was cancelled at the fifth", n)
	}
}

func TestProgress(t *testing.T) {
	last, calls := 0, 0
	total := 2*3*4 + 1
	played(t, line(40, 2), Options{Strategies: []query.Strategy{strategy(t, "random"), strategy(t, "margin")}, Batch: 5, Budget: 20, Seeds: 3, Progress: func(done, of int) {
		if done != last+1 || of != total {
			t.Errorf("%d of %d after %d", done, of, last)
		}
		last = done
		calls++
	}})
	if calls != total {
		t.Errorf("%d calls for %d models", calls, total)
	}
}
