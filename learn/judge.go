package learn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"inkling/label"
	"inkling/learn/calibrate"
)

// judge measures the candidates of a rung, and lets go of those whose errors are
// beyond numbers.
func (c *comparison) judge(ctx context.Context) error {
	r := c.rungs[c.rung]
	var here []*trial
	for _, t := range c.trials {
		if t.gone {
			continue
		}
		if err := c.measure(ctx, t, r); err != nil {
			return err
		}
		if !label.Finite(t.record.Loss) {
			t.gone, t.record.Left, t.record.Failure = true, Failed, "its errors are too large for their squares"
			t.record.Loss, t.record.SE = 0, 0 // no numbers that a record could keep
			continue
		}
		here = append(here, t)
	}
	if len(here) == 0 {
		return nil
	}
	best := slices.MinFunc(here, func(a, b *trial) int { return cmp.Compare(a.record.Loss, b.record.Loss) })
	for _, t := range here {
		t.record.Gap, t.record.GapSE = paired(best.losses, t.losses)
	}
	c.last = c.rung
	return nil
}

// measure computes what a trial's models said of a rung's rows was worth.
func (c *comparison) measure(ctx context.Context, t *trial, r rung) error {
	d := c.problem.all
	t.record.Rung, t.record.Rows = c.rung+1, r.rows
	t.losses = make([]float64, r.rows)
	defer func() {
		t.record.Loss, t.record.SE = meanOf(t.losses)
	}()
	switch c.problem.kind {
	case label.Number:
		for i := range t.losses {
			e := t.out[i][0] - d.Target[i]
			t.losses[i] = e * e
		}
		return nil
	case label.MultiLabel:
		exact := 0
		for i, p := range t.out {
			set, right := d.Sets[i], true
			for k, x := range p {
				in := slices.Contains(set, k)
				if !in {
					x = 1 - x
				}
				t.losses[i] -= math.Log(max(x, 1e-15)) / float64(len(p))
				right = right && x >= 0.5
			}
			if right {
				exact++
			}
		}
		t.record.LogLoss, _ = meanOf(t.losses)
		t.record.Raw, t.record.Accuracy = t.record.LogLoss, float64(exact)/float64(r.rows)
		return nil
	}
	class := d.Class[:r.rows]
	q, err := calibrate.Crossed(ctx, t.out, class)
	if err != nil {
		return err
	}
	right := 0
	t.right = make([]float64, r.rows)
	t.record.Raw = 0
	for i, p := range q {
		t.record.Raw -= math.Log(max(t.out[i][class[i]], 1e-15)) / float64(r.rows)
		t.losses[i] = -math.Log(max(p[class[i]], 1e-15))
		if best(p) == class[i] {
			right++
			t.right[i] = 1
		}
	}
	t.record.LogLoss, _ = meanOf(t.losses)
	t.record.Accuracy = float64(right) / float64(r.rows)
	if c.o.Costs != nil {
		rule := &rule{costs: c.o.Costs}
		for i, p := range q {
			t.losses[i] = c.o.Costs[class[i]][rule.decide(p)]
		}
	}
	return nil
}

// meanOf returns the mean of numbers and its standard error.
func meanOf(x []float64) (mean, se float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	if len(x) < 2 {
		return mean, 0
	}
	for _, v := range x {
		se += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(se / float64(len(x)-1) / float64(len(x)))
}

// paired returns how much larger the mean of b is than that of a, and the
// standard error of that, row by row.
func paired(a, b []float64) (gap, se float64) {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = b[i] - a[i]
	}
	return meanOf(d)
}

// winner returns the trial that a comparison that is done is decided for. Of
// those that are within one standard error of the best one, row by row, the
// simplest kind is taken (Breiman et al., "Classification and regression trees",
// 1984), and of that kind the one with the lowest loss: between two models that
// both take no time to speak of, nothing is saved by taking the worse one.
// What the clock says plays no part: the same answers must give the same choice.
// It is nil where all failed.
func (c *comparison) winner() *trial {
	var w *trial
	for _, t := range c.trials {
		if t.gone || t.record.Rung != c.last+1 || t.record.Gap > t.record.GapSE {
			continue
		}
		if w == nil || cmp.Or(cmp.Compare(t.cost, w.cost), cmp.Compare(t.record.Loss, w.record.Loss), cmp.Compare(t.place, w.place)) < 0 {
			w = t
		}
	}
	return w
}

// choice returns the outcome of a comparison that is done.
func (c *comparison) choice(run uint64) (*Choice, error) {
	w := c.winner()
	if w == nil {
		return nil, fmt.Errorf("compare models: none could be fitted: %s", c.trials[0].record.Failure)
	}
	out := &Choice{Model: w.record.Model, Folds: w.of.folds, Labels: w.of.rows, Run: run, Rungs: c.last + 1, Budget: c.budget, Took: c.took, Metric: c.metric(), All: c.all, Gain: c.gain()}
	place := map[string]int{}
	for _, t := range c.trials {
		r := t.record
		place[r.Model] = t.place
		switch {
		case t == w:
			r.Left = Chosen
		case t.gone:
		case r.Gap <= r.GapSE && t.cost > w.cost:
			r.Left = Dearer
		default:
			r.Left = Worse
		}
		out.Losses = append(out.Losses, r)
	}
	slices.SortStableFunc(out.Losses, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Rung, a.Rung), cmp.Compare(a.Loss, b.Loss), cmp.Compare(place[a.Model], place[b.Model]))
	})
	return out, nil
}

// due reports whether the comparison behind a choice is out of date, for so many
// answers, of which a comparison would take all, and these models. One that was
// made among all models is out of date when the answers have grown, or when all
// are to be compared again. One by costs is out of date where these are given up,
// and the other way round.
func (c *Choice) due(n int, names []string, all, costs bool) bool {
	switch {
	case c == nil, costs != (c.Metric == costMetric), all != c.All && all, otherAnswers(n, c.Labels):
		return true
	case c.All:
		return false
	}
	return len(names) != len(c.Losses)
}

// costMetric is the metric of a comparison by what wrong answers cost.
const costMetric = "cost"

// metric is what the candidates are compared by.
func (c *comparison) metric() string {
	switch {
	case c.problem.kind == label.Number:
		return "squared error"
	case c.o.Costs != nil:
		return costMetric
	}
	return "log loss"
}

// score is how a model does on some rows.
type score struct {
	loss    float64 // log loss in nats, probabilities cut off at 1e-15
	correct int
}

// measure predicts rows that have a class. It ends soon after the context, with
// its error.
func measure(ctx context.Context, m Model, d Data) (s score, err error) {
	p := make([]float64, d.Classes)
	for i, r := range d.Rows {
		if i%64 == 0 && ctx.Err() != nil {
			return score{}, ctx.Err()
		}
		m.Predict(r, p)
		s.loss -= math.Log(max(p[d.Class[i]], 1e-15))
		if best(p) == d.Class[i] {
			s.correct++
		}
	}
	if len(d.Rows) > 0 {
		s.loss /= float64(len(d.Rows))
	}
	return s, nil
}

// best returns the most probable class; of equal ones the first.
func best(p []float64) int {
	b := 0
	for i, q := range p {
		if q > p[b] {
			b = i
		}
	}
	return b
}
