package learn

import (
	"bytes"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"inkling/label"
)

// conforming makes data as the conformance suite needs it: classes with
// features of their own, the last class without a row.
func conforming(rows, classes, features int, seed uint64) Data {
	rng := rand.New(rand.NewPCG(seed, 5))
	d := Data{Classes: classes, Features: features}
	for i := range rows {
		class := rng.IntN(max(1, classes-1))
		var r Row
		for f := range features {
			if rng.IntN(8) == 0 || f%(classes+3) == class && rng.IntN(2) == 0 {
				r.Index, r.Value = append(r.Index, uint32(f)), append(r.Value, 0.1+rng.Float32())
			}
		}
		length := float32(math.Sqrt(r.Square()))
		for j := range r.Value {
			r.Value[j] /= length
		}
		if i%17 == 3 {
			r = Row{}
		}
		d.Rows, d.Class = append(d.Rows, r), append(d.Class, class)
	}
	return d
}

// TestModels holds every model to the contract of Model.
func TestModels(t *testing.T) {
	for _, name := range ModelsFor(label.Classes) {
		t.Run(name, func(t *testing.T) {
			unfitted, err := newModel(name)
			if err != nil || unfitted.Name() != name || unfitted.Classes() != 0 {
				t.Fatalf("new: %v, %v", unfitted, err)
			}
			ctx := context.Background()
			must := func(from Model, d Data, o FitOptions) Model {
				t.Helper()
				m, err := from.Fit(ctx, d, o)
				if err != nil {
					t.Fatal(err)
				}
				if m.Name() != name || m.Classes() != d.Classes {
					t.Fatalf("fitted: %q with %d classes", m.Name(), m.Classes())
				}
				return m
			}
			bytesOf := func(m Model) []byte { return bytesOf(t, m) }
			probabilities := func(m Model, r Row, classes int) []float64 {
				t.Helper()
				p := make([]float64, classes)
				m.Predict(r, p)
				sum := 0.0
				for _, x := range p {
					if !(x > 0) {
						t.Fatalf("probabilities %v", p)
					}
					sum += x
				}
				if math.Abs(sum-1) > 1e-9 {
					t.Fatalf("probabilities sum to %v", sum)
				}
				return p
			}
			d := conforming(120, 5, 60, 1)

			t.Run("same bytes", func(t *testing.T) {
				a, b := must(unfitted, d, FitOptions{Seed: 3}), must(unfitted, d, FitOptions{Seed: 3})
				if !bytes.Equal(bytesOf(a), bytesOf(b)) {
					t.Error("two fits from nothing differ")
				}
				before := bytesOf(a)
				c, e := must(a, d, FitOptions{Seed: 3}), must(b, d, FitOptions{Seed: 3})
				if !bytes.Equal(bytesOf(c), bytesOf(e)) {
					t.Error("two fits from the same model differ")
				}
				if !bytes.Equal(before, bytesOf(a)) {
					t.Error("fitting changed the model that it began with")
				}
				if f := must(c, d, FitOptions{Seed: 3, Fresh: true}); !bytes.Equal(before, bytesOf(f)) {
					t.Error("a fresh fit depends on what was before")
				}
			})
			t.Run("probabilities", func(t *testing.T) {
				m := must(unfitted, d, FitOptions{})
				far := Row{Index: []uint32{1, 2, 1 << 20}, Value: []float32{1e4, 1e4, 1}}
				for _, r := range append(d.Rows, Row{}, far) {
					probabilities(m, r, d.Classes)
				}
				probabilities(unfitted, d.Rows[0], 4)
				right := 0
				for i, r := range d.Rows {
					if best(probabilities(m, r, d.Classes)) == d.Class[i] {
						right++
					}
				}
				if e, _ := find(name); right < 80 && e.reads != readsTable { // there is no table to learn from
					t.Errorf("%d of 120 training rows right", right)
				}
			})
			t.Run("more classes and features", func(t *testing.T) {
				m := must(unfitted, conforming(60, 3, 30, 2), FitOptions{})
				m = must(m, d, FitOptions{})
				probabilities(m, d.Rows[0], d.Classes)
			})
			t.Run("odd data", func(t *testing.T) {
				one := Data{Rows: d.Rows[:1], Class: []int{2}, Classes: 5, Features: 60}
				probabilities(must(unfitted, one, FitOptions{}), d.Rows[5], 5)
				empty := Data{Rows: make([]Row, 4), Class: []int{0, 1, 1, 0}, Classes: 2, Features: 0}
				probabilities(must(unfitted, empty, FitOptions{}), d.Rows[5], 2)
				if _, err := unfitted.Fit(ctx, Data{Classes: 2, Features: 9}, FitOptions{}); !errors.Is(err, ErrTooFew) {
					t.Errorf("no rows: %v", err)
				}
			})
			t.Run("cancelled", func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				if _, err := unfitted.Fit(ctx, d, FitOptions{}); !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled: %v", err)
				}
			})
			t.Run("cancelled on the way", func(t *testing.T) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				valid := conforming(40, 5, 60, 7)
				_, err := unfitted.Fit(ctx, d, FitOptions{Valid: &valid, Progress: func(Point, int) { cancel() }})
				if !errors.Is(err, context.Canceled) {
					t.Errorf("cancelled on the way: %v", err)
				}
			})
			t.Run("unknown options", func(t *testing.T) {
				if _, err := unfitted.Fit(ctx, d, FitOptions{Set: ModelOptions{{"no-such", "1"}}}); !errors.Is(err, ErrOption) {
					t.Errorf("an option that nothing has: %v", err)
				}
			})
			t.Run("reasons", func(t *testing.T) {
				m := must(unfitted, d, FitOptions{})
				for i, r := range d.Rows[:40] {
					p, w := probabilities(m, r, d.Classes), make([]float64, r.Len())
					class := i % d.Classes
					sum, want := m.Explain(r, class, w), 0.0
					for _, x := range w {
						sum += x
					}
					for c, x := range p {
						if c == class {
							want += math.Log(x)
						} else {
							want -= math.Log(x) / float64(d.Classes-1)
						}
					}
					if math.Abs(sum-want) > 1e-6 {
						t.Errorf("row %d: reasons sum to %v, margin %v", i, sum, want)
					}
				}
			})
			t.Run("saved", func(t *testing.T) {
				m := must(unfitted, d, FitOptions{})
				b := bytesOf(m)
				back, err := loadModel(name, b)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(b, bytesOf(back)) || back.Name() != name {
					t.Error("other bytes the second time")
				}
				for _, r := range d.Rows {
					p, q := probabilities(m, r, d.Classes), probabilities(back, r, d.Classes)
					for c := range p {
						if p[c] != q[c] {
							t.Fatalf("%v became %v", p, q)
						}
					}
				}
				if _, err := loadModel(name, b[:len(b)-1]); err == nil {
					t.Error("a model cut short was read")
				}
				if _, err := unfitted.MarshalBinary(); err == nil {
					t.Error("a model that was never fitted was written")
				}
			})
			t.Run("curve", func(t *testing.T) {
				valid := conforming(40, 5, 60, 7)
				var points []Point
				must(unfitted, d, FitOptions{Valid: &valid, Progress: func(p Point, steps int) {
					if p.Step != len(points)+1 || steps < p.Step {
						t.Errorf("step %d of %d after %d", p.Step, steps, len(points))
					}
					points = append(points, p)
				}})
				if len(points) == 0 {
					t.Fatal("no points")
				}
				last := points[len(points)-1]
				if !(last.Train >= 0) || !(last.Valid > 0) || !(last.Accuracy > 0 && last.Accuracy <= 1) {
					t.Errorf("last point %+v", last)
				}
			})
		})
	}
}
