package learn_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"inkling/label"
	"inkling/learn"
)

// What an Importance says is the sum of the reasons of the items, and the
// columns that decide come first, for every model.
func TestWeigh(t *testing.T) {
	p := mixed(t, mixedTask())
	for _, model := range learn.ModelsFor(label.Classes) {
		_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model, Seed: 7, Fresh: true})
		if err != nil {
			t.Fatal(err)
		}
		items := p.items[:60]
		m, err := learn.Weigh(context.Background(), s, slices.Values(items))
		if err != nil {
			t.Fatal(err)
		}
		if m.Items != len(items) || len(m.Columns) != 3 || len(m.Classes) != 3 {
			t.Fatalf("%s: %+v", model, m)
		}
		columns, told := map[int]float64{}, map[int]int{}
		for _, it := range items {
			class := s.Suggest(it).Answer.Class
			told[class]++
			sums := map[int]float64{}
			for _, r := range s.Explain(it, class, math.MaxInt) {
				sums[r.Column] += r.Weight
			}
			for c, w := range sums {
				columns[c] += math.Abs(w)
			}
		}
		for i, c := range m.Columns {
			if want := columns[c.Column] / float64(len(items)); math.Abs(c.Weight-want) > 1e-9*(1+want) {
				t.Errorf("%s: column %d weighs %v, want %v", model, c.Column, c.Weight, want)
			}
			if i > 0 && c.Weight > m.Columns[i-1].Weight {
				t.Errorf("%s: not in order: %+v", model, m.Columns)
			}
			if p.task.Columns[c.Column].Role == label.Ignore {
				t.Errorf("%s reads column %d", model, c.Column)
			}
		}
		for _, c := range m.Classes {
			if c.Items != told[c.Class] || c.Items > 0 && len(c.Terms) == 0 {
				t.Errorf("%s: %+v", model, c)
			}
			for i, x := range c.Terms {
				if x.Weight <= 0 || i > 0 && x.Weight > c.Terms[i-1].Weight {
					t.Errorf("%s: terms of class %d: %+v", model, c.Class, c.Terms)
				}
			}
		}
	}
}

func TestWeighEnds(t *testing.T) {
	_, s := trained(t, learn.NaiveBayes)
	none, err := learn.Weigh(context.Background(), s, slices.Values([]label.Item{}))
	if err != nil || none.Items != 0 || len(none.Columns) != 1 || none.Columns[0].Weight != 0 {
		t.Errorf("%+v, %v", none, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := learn.Weigh(ctx, s, slices.Values([]label.Item{{}})); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
