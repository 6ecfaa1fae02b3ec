package linear

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"inkling/learn/feature"
)

// synthetic makes rows like those of short texts: some twenty features of so
// many, each class with some of its own, scaled to length 1.
func synthetic(n, features, classes int, seed uint64) feature.Data {
	rng := rand.New(rand.NewPCG(seed, 9))
	common := rand.NewZipf(rng, 1.1, 5, uint64(features-1))
	d := feature.Data{Classes: classes, Features: features}
	for range n {
		class := rng.IntN(classes)
		has := make([]bool, features)
		for range 15 {
			has[common.Uint64()] = true
		}
		for range 5 {
			has[(class*31+rng.IntN(20)*7)%features] = true
		}
		var r feature.Row
		for f, in := range has {
			if in {
				r.Index, r.Value = append(r.Index, uint32(f)), append(r.Value, 1+rng.Float32())
			}
		}
		length := float32(math.Sqrt(r.Square()))
		for i := range r.Value {
			r.Value[i] /= length
		}
		if rng.IntN(10) == 0 {
			class = rng.IntN(classes)
		}
		d.Rows, d.Class = append(d.Rows, r), append(d.Class, class)
	}
	return d
}

func part(d feature.Data, from, to int) feature.Data {
	d.Rows, d.Class = d.Rows[from:to], d.Class[from:to]
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

func TestLearns(t *testing.T) {
	for classes, least := range map[int]float64{2: 0.75, 3: 0.75, 4: 0.75, 9: 0.75, 40: 0.4} {
		d := synthetic(1500, 400, classes, 1)
		held := part(d, 1200, 1500)
		var last Progress
		epochs := 0
		mustFit(t, part(d, 0, 1200), Options{Valid: &held, Progress: func(p Progress) {
			if epochs++; p.Epoch != epochs || p.Loss < 0 || p.Epochs < p.Epoch {
				t.Errorf("progress %+v after %d passes", p, epochs)
			}
			last = p
		}})
		// One row in ten has a class drawn at random, and many classes share features.
		if last.Accuracy < least || last.Valid > math.Log(float64(classes)) || last.Loss > last.Valid {
			t.Errorf("%d classes: %+v", classes, last)
		}
	}
}

func TestSameDataSameBytes(t *testing.T) {
	d := synthetic(300, 200, 5, 2)
	first := mustFit(t, d, Options{Seed: 7})
	for _, from := range []*Model{nil, first} {
		a, _ := mustFit(t, d, Options{Seed: 7, From: from}).MarshalBinary()
		b, _ := mustFit(t, d, Options{Seed: 7, From: from}).MarshalBinary()
		if !bytes.Equal(a, b) {
			t.Errorf("two fits from %v differ", from)
		}
	}
	a, _ := first.MarshalBinary()
	b, _ := mustFit(t, d, Options{Seed: 8}).MarshalBinary()
	if bytes.Equal(a, b) {
		t.Errorf("the seed plays no part")
	}
}

// Fine-tuning comes to where a fit from nothing comes, in fewer passes.
func TestFineTuning(t *testing.T) {
	d := synthetic(800, 400, 6, 3)
	tight := Options{C: 20, Epochs: 1000, Tolerance: 1e-5}
	before := mustFit(t, part(d, 0, 780), tight)
	fresh := mustFit(t, d, tight)
	warm := tight
	warm.From = before
	tuned := mustFit(t, d, warm)
	a, b := objective(d, 20, 0.25, weights(fresh, d.Features)), objective(d, 20, 0.25, weights(tuned, d.Features))
	if math.Abs(a-b) > 1e-5*a {
		t.Errorf("objective %v fresh, %v fine-tuned", a, b)
	}
	if tuned.Epochs() >= fresh.Epochs() {
		t.Errorf("%d passes fresh, %d fine-tuned", fresh.Epochs(), tuned.Epochs())
	}
	// On the rows that it was fitted on, a model is where it should be.
	warm.From, warm.Tolerance = fresh, 1e-3
	if again := mustFit(t, d, warm); again.Epochs() != 1 {
		t.Errorf("%d passes over the rows that the model was fitted on", again.Epochs())
	}
	// With the usual tolerance too.
	usual := Options{From: mustFit(t, part(d, 0, 795), Options{})}
	if n, all := mustFit(t, d, usual).Epochs(), mustFit(t, d, Options{}).Epochs(); n >= all {
		t.Errorf("usual tolerance: %d passes fresh, %d fine-tuned", all, n)
	}
}

func TestFromFewerClassesAndFeatures(t *testing.T) {
	small := synthetic(200, 100, 3, 4)
	from := mustFit(t, small, Options{})
	big := synthetic(300, 250, 7, 5)
	tight := Options{C: 20, Epochs: 1000, Tolerance: 1e-5}
	fresh := mustFit(t, big, tight)
	tight.From = from
	tuned := mustFit(t, big, tight)
	a, b := objective(big, 20, 0.25, weights(fresh, big.Features)), objective(big, 20, 0.25, weights(tuned, big.Features))
	if math.Abs(a-b) > 1e-5*a {
		t.Errorf("objective %v fresh, %v from a smaller model", a, b)
	}
	if m := mustFit(t, small, Options{From: fresh}); m.Classes() != 3 { // and the other way round
		t.Errorf("%d classes", m.Classes())
	}
}

func TestOddData(t *testing.T) {
	row := feature.Row{Index: []uint32{1}, Value: []float32{1}}
	empty := feature.Row{}
	for name, d := range map[string]feature.Data{
		"one row":     {Rows: []feature.Row{row}, Class: []int{1}, Classes: 3, Features: 2},
		"one class":   {Rows: []feature.Row{row, row, empty}, Class: []int{1, 1, 1}, Classes: 3, Features: 2},
		"no features": {Rows: []feature.Row{empty, empty}, Class: []int{0, 1}, Classes: 2, Features: 0},
		"conflict":    {Rows: []feature.Row{row, row}, Class: []int{0, 1}, Classes: 2, Features: 2},
		"only class":  {Rows: []feature.Row{row}, Class: []int{0}, Classes: 1, Features: 2},
	} {
		for _, bias := range []float64{-1, 1} {
			m := mustFit(t, d, Options{Bias: bias})
			p := make([]float64, d.Classes)
			for _, r := range []feature.Row{row, empty, {Index: []uint32{77}, Value: []float32{1}}} {
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
	}
	if _, err := Fit(context.Background(), feature.Data{Classes: 2}, Options{}); !errors.Is(err, ErrNoRows) {
		t.Errorf("no rows: %v", err)
	}
	for _, v := range []float32{float32(math.NaN()), float32(math.Inf(1)), 3e38} {
		d := feature.Data{Rows: []feature.Row{row, {Index: []uint32{1}, Value: []float32{v}}}, Class: []int{0, 1}, Classes: 2, Features: 2}
		if _, err := Fit(context.Background(), d, Options{}); err == nil {
			t.Errorf("a feature of %v was fitted", v)
		}
	}
}

// What a row's features add and the base make up the margin.
func TestExplain(t *testing.T) {
	d := synthetic(200, 100, 4, 6)
	m := mustFit(t, part(d, 0, 100), Options{})
	p := make([]float64, 4)
	for _, r := range d.Rows[100:] {
		m.Predict(r, p)
		w := make([]float64, r.Len())
		for class := range p {
			sum := m.Explain(r, class, w)
			for _, x := range w {
				sum += x
			}
			want := 0.0
			for c, x := range p {
				if c == class {
					want += math.Log(x)
				} else {
					want -= math.Log(x) / 3
				}
			}
			if math.Abs(sum-want) > 1e-4 {
				t.Fatalf("class %d: reasons sum to %v, margin %v", class, sum, want)
			}
		}
	}
}

// A fit ends at the end of its context: here it would go on for very long.
func TestCancel(t *testing.T) {
	d := synthetic(1000, 2000, 20, 7)
	ctx, cancel := context.WithCancel(context.Background())
	passes := 0
	_, err := Fit(ctx, d, Options{Epochs: 1 << 30, Tolerance: 1e-300, Progress: func(Progress) {
		if passes++; passes == 2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || passes != 2 {
		t.Errorf("%v after %d passes", err, passes)
	}
}

func BenchmarkFit(b *testing.B) {
	for _, c := range []struct {
		name             string
		rows, f, classes int
	}{{"20x2", 20, 2000, 2}, {"500x77", 500, 5000, 77}, {"10000x4", 10_000, 50_000, 4}} {
		d := synthetic(c.rows, c.f, c.classes, 8)
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				mustFit(b, d, Options{})
			}
		})
		b.Run(c.name+"/warm", func(b *testing.B) {
			from := mustFit(b, part(d, 0, c.rows-5), Options{})
			for b.Loop() {
				mustFit(b, d, Options{From: from})
			}
		})
	}
}

// BenchmarkCancel is how long a fit takes to end, with 77 classes.
func BenchmarkCancel(b *testing.B) {
	d := synthetic(5000, 20_000, 77, 8)
	var most time.Duration
	for b.Loop() {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan time.Time)
		go func() {
			if _, err := Fit(ctx, d, Options{Epochs: 1 << 20, Tolerance: 1e-300}); err == nil {
				b.Error("came to its end")
			}
			ended <- time.Now()
		}()
		time.Sleep(20 * time.Millisecond)
		asked := time.Now()
		cancel()
		most = max(most, (<-ended).Sub(asked))
	}
	b.ReportMetric(float64(most.Microseconds())/1000, "ms-worst")
}
