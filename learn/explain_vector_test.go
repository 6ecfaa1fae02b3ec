package learn

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn/calibrate"
)

// What the numbers of a representation weigh goes to the words behind them and to the
// items like it, whole: with the base all comes to the margin, to 1e-6.
func TestSpreadIsWhole(t *testing.T) {
	p := &listed{task: label.Task{Kind: label.Classes, Columns: []label.Column{{Name: "text", Role: label.Text}}}}
	words := [][]string{{"snow", "ice", "frost", "north", "fur"}, {"sand", "heat", "palm", "south", "sun"}, {"rain", "cloud", "mud", "west", "wind"}}
	for i := range 240 {
		w := words[i%3]
		it := label.Item{Num: uint64(i + 1), Fields: []string{fmt.Sprintf("a day of %s and %s, then %s", w[i/3%5], w[(i/3+1+i/15%4)%5], words[(i+i/30)%3][i%5])}}
		it.ID, it.Key = p.task.Identify(it.Fields)
		p.items = append(p.items, it)
	}
	ctx := context.Background()
	s, err := fitSpace(ctx, p, p.task, 240, 1000, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	rep, _, _, err := learnRepresentation(ctx, p, s, 1, 1000, func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	s = s.with(rep)
	d := s.data()
	d.Classes = 3
	v := s.rower()
	defer v.release()
	for i, it := range p.items[:60] {
		r := v.row(it)
		d.Rows = append(d.Rows, Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value), Vector: slices.Clone(r.Vector)})
		d.Class = append(d.Class, i%3)
	}
	m := mustFit(t, balancedEntry().empty(), d, FitOptions{})
	said, class := make([][]float64, 0, 180), make([]int, 0, 180)
	for i, it := range p.items[60:] {
		q := make([]float64, 3)
		m.Predict(v.row(it), q)
		said, class = append(said, q), append(class, i%3)
	}
	maps, err := calibrate.FitTemperature(said, class, nil)
	if err != nil {
		t.Fatal(err)
	}
	moved, alikes := 0, 0
	for _, c := range []*calibrate.Map{nil, maps} {
		snap := &Snapshot{kind: label.Classes, space: s, model: m, calibration: c}
		for i, it := range p.items[60:120] {
			r, q := v.row(it), make([]float64, 3)
			snap.predict(r, q)
			class, margin := i%3, 0.0
			for k, x := range q {
				if k == class {
					margin += math.Log(x)
				} else {
					margin -= math.Log(x) / 2
				}
			}
			w := make([]float64, r.Len())
			sum := snap.explain(r, class, w)
			before := slices.Clone(w[:len(r.Index)])
			alike := snap.spread(v, r, class, w)
			for _, x := range w {
				sum += x
			}
			if math.Abs(sum+alike-margin) > 1e-6 {
				t.Errorf("item %d: reasons come to %v, the margin is %v", it.Num, sum+alike, margin)
			}
			if !slices.Equal(before, w[:len(r.Index)]) {
				moved++
			}
			if alike != 0 {
				alikes++
			}
		}
	}
	if moved < 100 || alikes < 100 {
		t.Errorf("of 120 items words have a share of the representation in %d, and items like it in %d", moved, alikes)
	}
}
