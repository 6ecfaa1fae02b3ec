package learn

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// Comparing models by cross-validation.
const (
	compareFolds = 5
	compareFrom  = 20   // answers before a comparison says anything
	compareRows  = 4000 // answers that a comparison uses at most
	compareAgain = 1.25 // growth after which it is made again
)

// comparison is a k-fold cross-validation of several models on one problem
// (Stone, "Cross-validatory choice and assessment of statistical
// predictions", 1974). It goes in steps of one fit each, so that the trainer
// can see to new answers in between.
type comparison struct {
	problem *problem
	names   []string
	seed    uint64
	first   bool // small enough to be made before the pool is scored, or its turn
	step    int  // done so far
	loss    []float64
	correct []int
	n       int // rows of a comparison
}

// newComparison returns nil where there is nothing to compare yet.
func newComparison(p *problem, seed uint64) *comparison {
	per, _ := p.all.Counts()
	names := eligible(per)
	if len(p.all.Rows) < compareFrom || len(names) < 2 {
		return nil
	}
	q := *p
	if len(q.all.Rows) > compareRows { // in an order drawn by hash, so any part is a sample
		q.all.Rows, q.all.Class, q.keys = q.all.Rows[:compareRows], q.all.Class[:compareRows], q.keys[:compareRows]
	}
	return &comparison{problem: &q, names: names, seed: seed, loss: make([]float64, len(names)),
		correct: make([]int, len(names)), n: len(q.all.Rows)}
}

func (c *comparison) steps() int { return compareFolds * len(c.names) }
func (c *comparison) done() bool { return c.step >= c.steps() }

// advance fits one model on all folds but one and measures it on that one.
func (c *comparison) advance(ctx context.Context) error {
	k, fold := c.step%len(c.names), uint64(c.step/len(c.names))
	held, rest := c.problem.split(func(h uint64) bool { return h%compareFolds == fold })
	if len(held.Rows) > 0 {
		m, err := newModel(c.names[k])
		if err != nil {
			return err
		}
		if len(rest.Rows) > 0 {
			if m, err = m.Fit(ctx, rest, FitOptions{Fresh: true, Seed: c.seed}); err != nil {
				return err
			}
		}
		s, err := measure(ctx, m, held)
		if err != nil {
			return err
		}
		c.loss[k] += float64(s.loss * float64(len(held.Rows)))
		c.correct[k] += s.correct
	}
	c.step++
	return nil
}

// choice returns the outcome of a comparison that is done.
func (c *comparison) choice(run uint64) *Choice {
	out := &Choice{Folds: compareFolds, Labels: c.n, Run: run}
	for k, name := range c.names {
		out.Losses = append(out.Losses, Candidate{Model: name, LogLoss: c.loss[k] / float64(c.n), Accuracy: float64(c.correct[k]) / float64(c.n)})
	}
	slices.SortStableFunc(out.Losses, func(a, b Candidate) int { return cmp.Compare(a.LogLoss, b.LogLoss) })
	out.Model = out.Losses[0].Model
	return out
}

// due reports whether the comparison behind a choice is out of date.
func (c *Choice) due(p *problem) bool {
	if c == nil {
		return true
	}
	per, _ := p.all.Counts()
	return float64(min(len(p.all.Rows), compareRows)) >= compareAgain*float64(c.Labels) || len(eligible(per)) != len(c.Losses)
}

// score is how a model does on some rows.
type score struct {
	loss    float64 // log loss in nats, probabilities cut off at 1e-15
	correct int
}

// measure predicts rows. It ends soon after the context, with its error.
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
