package forest

import (
	"context"
	"math"
	"testing"

	"inkling/learn/feature"
)

// TestImportance finds by each measure that the first two columns of tabular
// tell the class and the last two nothing.
func TestImportance(t *testing.T) {
	d, held := tabular(800, 2, 1), tabular(400, 2, 2)
	for kind, m := range fitted(t, d) {
		gain, sum := make([]float64, 4), 0.0
		for i, c := range m.Columns() {
			if c.Field != i {
				t.Errorf("%s: column %d is field %d", kind, i, c.Field)
			}
			gain[i] = c.Gain
			sum += c.Gain
		}
		if math.Abs(sum-1) > 1e-9 {
			t.Errorf("%s: gains sum to %v", kind, sum)
		}
		impact, err := m.Impact(context.Background(), held.Rows, 1)
		if err != nil {
			t.Fatal(err)
		}
		permuted, err := m.Permuted(context.Background(), held, 3, 1)
		if err != nil {
			t.Fatal(err)
		}
		for name, x := range map[string][]float64{"gain": gain, "impact": impact, "permuted": permuted} {
			if !(x[0] > 2*x[2] && x[0] > 2*x[3] && x[0] > x[1]) {
				t.Errorf("%s, %s: %v", kind, name, x)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if _, err := m.Impact(ctx, held.Rows, 1); err == nil {
			t.Errorf("%s: not cancelled", kind)
		}
		if _, err := m.Permuted(ctx, held, 1, 1); err == nil {
			t.Errorf("%s: not cancelled", kind)
		}
	}
}

// TestPermutedNothing has no column that could be dealt anew.
func TestPermutedNothing(t *testing.T) {
	d := feature.Data{Rows: make([]feature.Row, 4), Class: []int{0, 1, 1, 0}, Classes: 2}
	for kind, m := range fitted(t, d) {
		if x, err := m.Permuted(context.Background(), d, 1, 1); err != nil || len(x) > 0 {
			t.Errorf("%s: %v, %v", kind, x, err)
		}
	}
}

// TestGain has one column that parts the classes: each tree's gain is all of
// the impurity, 2 p (1-p) of the weight, and all of it is this column's.
func TestGain(t *testing.T) {
	d := tabular(100, 2, 1)
	ones := 0.0
	for i := range d.Rows {
		d.Rows[i].Table = []float32{float32(d.Class[i]), 0, 0, 0}
		ones += float64(d.Class[i])
	}
	o := Options{Whole: true, Columns: 4}.withDefaults()
	b, err := bin(context.Background(), d, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	g := newGrower(b, criteria(d, &Model{task: oneClass, classes: 2}, o)(), o, newBootstrap(d, o)).grow(context.Background(), 0)
	if want := 2 * ones * (100 - ones) / 100; math.Abs(g.gain[0]-want) > 1e-9 || len(g.nodes) != 3 {
		t.Errorf("gain %v, want %v; %d nodes", g.gain, want, len(g.nodes))
	}
}
