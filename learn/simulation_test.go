package learn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn/feature"
)

// knownMemos are items with a text, a number and a category, the class of which
// shows in all of them.
func knownMemos(n int) (label.Task, []Known) {
	t := label.Task{Kind: label.Classes, Labels: []label.Label{{Name: "no"}, {Name: "yes"}},
		Columns: []label.Column{{Name: "text", Role: label.Text}, {Name: "amount", Role: label.Numeric}, {Name: "kind", Role: label.Category}}}
	var out []Known
	for i := range n {
		c := i % 2
		word := []string{"late again refused", "paid in full today"}[c]
		it := label.Item{Fields: []string{fmt.Sprintf("memo %d says %s number %d", i/7, word, i), fmt.Sprint(100*c + i%10), []string{"a", "b"}[c]}}
		_, it.Key = t.Identify(it.Fields)
		out = append(out, Known{it, label.ClassAnswer(c)})
	}
	return t, out
}

// The rows are those that the project's features make, in order, with the answers.
func TestSimulationRows(t *testing.T) {
	task, known := knownMemos(60)
	p, err := NewSimulation(context.Background(), task, known[:40], known[40:], SimulationOptions{Model: NaiveBayes})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Pool.Rows) != 40 || len(p.Test.Rows) != 20 || p.Pool.Classes != 2 || len(p.Keys) != 40 {
		t.Fatalf("%d rows, %d to measure on, %d classes, %d keys", len(p.Pool.Rows), len(p.Test.Rows), p.Pool.Classes, len(p.Keys))
	}
	for i, c := range p.Pool.Class {
		if c != i%2 || p.Keys[i] != known[i].Item.Key || p.Pool.Rows[i].Table[0] != float32(100*c+i%10) {
			t.Fatalf("row %d: class %d, %v", i, c, p.Pool.Rows[i].Table)
		}
	}
	m, err := p.Fit(context.Background(), p.Pool, 1)
	if err != nil {
		t.Fatal(err)
	}
	q := make([]float64, 2)
	for i, r := range p.Test.Rows {
		if m.Predict(r, q); q[p.Test.Class[i]] < 0.5 {
			t.Errorf("item %d: %v", i, q)
		}
	}
}

// The features come from the pool alone: other answers and another test set change
// nothing of its rows.
func TestSimulationFeaturesSeeNoAnswer(t *testing.T) {
	task, known := knownMemos(60)
	a, err := NewSimulation(context.Background(), task, known[:40], known[40:], SimulationOptions{})
	if err != nil {
		t.Fatal(err)
	}
	other := slices.Clone(known)
	for i := range other {
		other[i].Answer = label.ClassAnswer(0)
	}
	b, err := NewSimulation(context.Background(), task, other[:40], other[50:], SimulationOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range a.Pool.Rows {
		x, y := a.Pool.Rows[i], b.Pool.Rows[i]
		if !slices.Equal(x.Index, y.Index) || !slices.Equal(x.Value, y.Value) || !slices.Equal(x.Vector, y.Vector) {
			t.Fatalf("row %d is another one", i)
		}
	}
}

func TestSimulationRefuses(t *testing.T) {
	task, known := knownMemos(10)
	for name, c := range map[string]struct {
		o    SimulationOptions
		pool []Known
		want error
	}{
		"a model that is not there": {SimulationOptions{Model: "oracle"}, known, ErrNoModel},
		"a model of numbers":        {SimulationOptions{Model: RidgeRegression}, known, ErrKind},
		"an answer of no class":     {SimulationOptions{}, append(slices.Clone(known), Known{Answer: label.ClassAnswer(7)}), ErrKind},
	} {
		if _, err := NewSimulation(context.Background(), task, c.pool, known, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := NewSimulation(ctx, task, known, known, SimulationOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// What strategies take rows to be alike by, against distances by hand.
func TestLikeness(t *testing.T) {
	nan := float32(math.NaN())
	d := Data{Fields: []feature.Field{{Kind: feature.Number}, {Kind: feature.Category, Codes: 3}}, Rows: []Row{
		{Table: []float32{1, 0}}, {Table: []float32{3, 0}}, {Table: []float32{1, 2}}, {Table: []float32{nan, nan}}, {Table: []float32{3, 1}}}}
	v := likeness(d) // mean 2, deviation 1
	distance := func(i, j int) float64 {
		sum := 0.0
		for k := range v[i] {
			x := float64(v[i][k] - v[j][k])
			sum += x * x
		}
		return sum
	}
	for _, c := range []struct {
		i, j int
		want float64
	}{{0, 0, 0}, {0, 1, 4}, {0, 2, 1}, {1, 4, 1}, {0, 4, 5}, {0, 3, 1 + 0.5}} {
		if got := distance(c.i, c.j); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("rows %d and %d are %v apart, want %v", c.i, c.j, got, c.want)
		}
	}
	words := Data{Rows: []Row{{Index: []uint32{3, 9}, Value: []float32{0.6, 0.8}}, {}}}
	if v := likeness(words); !slices.Equal(v[0], sketch(words.Rows[0])) || len(v[1]) != len(v[0]) {
		t.Errorf("not the sketch: %v", v)
	}
	d.Vector = 1
	d.Rows[0].Vector = []float32{7}
	if v := likeness(d); v[0][0] != 7 {
		t.Errorf("not the representation: %v", v[0])
	}
}

// The project in memory against the one that the other tests are run on.
func TestMemoryWalks(t *testing.T) {
	task, known := knownMemos(25)
	m := newMemory(task, known)
	seen := map[uint64]bool{}
	var from, last label.ID
	for range 5 {
		next, err := m.Walk(from, 5, func(num uint64, id label.ID) bool {
			if seen[num] || slices.Compare(id[:], last[:]) < 0 {
				t.Fatalf("item %d again, or out of order", num)
			}
			seen[num], last = true, id
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		from = next
	}
	if len(seen) != 25 || from != m.items[m.byID[0]-1].ID {
		t.Errorf("%d items, and on from %v", len(seen), from)
	}
	n := 0
	if err := m.Items(context.Background(), 3, 99, func(it label.Item) error { n++; return nil }); err != nil || n != 23 {
		t.Errorf("%d items from the third on, %v", n, err)
	}
}
