package learn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"inkling/label"
	"inkling/learn/calibrate"
)

// Comparing models by cross-validation.
const (
	compareFolds = 5
	earlyFolds   = 3    // of the rungs before the last one
	compareFrom  = 20   // answers before a comparison says anything
	compareRows  = 4000 // answers that a comparison uses at most
	compareAgain = 1.25 // growth after which it is made again
	halving      = 3    // a rung has so many times the answers of the one before, and keeps one heavy candidate in so many
	firstRung    = 100  // answers of a first rung at least
	lost         = 2    // standard errors that a candidate may be behind on a rung and stay
)

// comparison finds the model that does best on rows it was not fitted on: a
// k-fold cross-validation (Stone, "Cross-validatory choice and assessment of
// statistical predictions", 1974). It goes in steps of one fit each, so that the
// trainer can see to new answers in between.
//
// Where models take part whose fits take long, the field is thinned by
// successive halving (Jamieson and Talwalkar, "Non-stochastic best arm
// identification and hyperparameter optimization", 2016): all are compared on a
// ninth of the answers, those that are left on a third, and then on all. Of the
// heavy ones only the best third goes on, and whoever is not clearly behind; the
// light ones always do, for what learns little from few answers may be best on
// all of them. A budget stops heavy candidates whose next rung would outlast it,
// as the rung before tells.
//
// Losses are those of probabilities after calibration, which every model gets
// before it suggests anything: one that is too sure of itself by a constant factor
// is not held back for that.
type comparison struct {
	problem *problem
	trials  []*trial
	rungs   []rung
	seed    uint64
	o       Settings
	workers int
	all     bool // models that take long take part
	now     func() time.Time
	budget  time.Duration // 0 for none
	began   time.Time
	took    time.Duration
	first   bool // small enough to be made before the pool is scored, or its turn
	rung    int
	turn    int // trial
	fold    int
	step    int // fits done so far

	// What it came to, once it is done.
	found *calibrated
}

// rung is one round of a comparison: the first so many rows, in so many folds.
type rung struct{ rows, folds int }

// trial is one candidate of a comparison.
type trial struct {
	entry  entry
	record Candidate
	gone   bool
	out    [][]float64 // what models say of the rung's rows that they were not fitted on
	blind  []bool      // rows of a class that these models had no other row of
	rung   time.Duration
	losses []float64
}

// newComparison returns the comparison of these models, or nil where there is
// nothing to compare by yet.
func newComparison(p *problem, names []string, o Options, all bool) *comparison {
	if len(p.all.Rows) < compareFrom || len(names) == 0 {
		return nil
	}
	q := *p
	if n := len(q.all.Rows); n > compareRows { // in an order drawn by hash, so any part is a sample
		q.all, q.keys = take(q.all, sequence(compareRows)), q.keys[:compareRows]
	}
	c := &comparison{problem: &q, seed: o.Seed, now: o.Now, workers: 1, all: all, o: o.Settings}
	if len(c.o.Costs) != q.all.Classes { // labels came after the costs were set
		c.o.Costs = nil
	}
	heavy := false
	for _, name := range names {
		e, err := find(name)
		if err != nil {
			continue
		}
		heavy = heavy || !e.light
		c.trials = append(c.trials, &trial{entry: e, record: Candidate{Model: name}})
	}
	// The order is that of time taken. In texts the members of ensembles are light.
	slices.SortStableFunc(c.trials, func(a, b *trial) int { return cmp.Compare(a.entry.cost(q.all), b.entry.cost(q.all)) })
	n := len(q.all.Rows)
	if all && heavy && len(c.trials) > 2 {
		for _, part := range []int{halving * halving, halving} {
			if n/part >= firstRung {
				c.rungs = append(c.rungs, rung{n / part, earlyFolds})
			}
		}
	}
	c.rungs = append(c.rungs, rung{n, compareFolds})
	if all {
		c.workers = max(1, o.Workers)
		c.budget = o.Budget
	}
	return c
}

// sequence returns 0 to n-1.
func sequence(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// steps is how many fits there are if nobody leaves on the way.
func (c *comparison) steps() int {
	left := 0
	for i, t := range c.trials {
		if !t.gone && i >= c.turn {
			left++
		}
	}
	n := c.step
	for r := c.rung; r < len(c.rungs); r++ {
		n += left * c.rungs[r].folds
		if r == c.rung {
			n -= c.fold
			left = 0
			for _, t := range c.trials {
				if !t.gone {
					left++
				}
			}
		}
	}
	return n
}

func (c *comparison) done() bool { return c.rung >= len(c.rungs) }

// left is what remains of the budget.
func (c *comparison) left() time.Duration { return c.budget - c.now().Sub(c.began) }

// advance fits one model on all folds but one and lets it tell that one.
func (c *comparison) advance(ctx context.Context) error {
	if c.began.IsZero() {
		c.began = c.now()
	}
	if c.turn == len(c.trials) { // the rung was fitted, and then given up
		return c.next(ctx)
	}
	t, r := c.trials[c.turn], c.rungs[c.rung]
	if c.fold == 0 {
		if t.gone = t.gone || c.late(t); t.gone {
			return c.next(ctx)
		}
		t.out, t.blind, t.rung = make([][]float64, r.rows), make([]bool, r.rows), 0
	}
	began := c.now()
	err := c.fit(ctx, t, r)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.DeadlineExceeded):
		t.gone, t.record.Left = true, NoTime
	case len(c.trials) == 1:
		return err
	default:
		t.gone, t.record.Left, t.record.Failure = true, Failed, err.Error()
	}
	took := c.now().Sub(began)
	t.rung += took
	t.record.Seconds += took.Seconds()
	c.step++
	if c.fold++; c.fold == r.folds || t.gone {
		return c.next(ctx)
	}
	return nil
}

// late reports whether a heavy candidate's part of this rung would outlast the
// budget, and takes note of it.
func (c *comparison) late(t *trial) bool {
	if c.budget == 0 || t.entry.light || len(c.trials) == 1 {
		return false
	}
	need := time.Duration(0)
	if c.rung > 0 {
		// A fit takes at least in proportion to its rows.
		now, before := c.rungs[c.rung], c.rungs[c.rung-1]
		need = time.Duration(float64(t.rung) * float64(now.rows*(now.folds-1)) / float64(before.rows*(before.folds-1)))
	}
	if c.left() > need {
		return false
	}
	t.record.Left = NoTime
	return true
}

// share is how much of the budget one heavy candidate may spend on a rung before
// the last one: what it would get if all were to spend the same.
func (c *comparison) share() time.Duration {
	if c.rung == len(c.rungs)-1 {
		return c.budget
	}
	heavy := 0
	for _, t := range c.trials {
		if !t.entry.light {
			heavy++
		}
	}
	return c.budget / time.Duration(max(heavy, 1))
}

// fit fits a trial on the rung's rows outside of the fold.
func (c *comparison) fit(ctx context.Context, t *trial, r rung) error {
	if c.budget > 0 && !t.entry.light && len(c.trials) > 1 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(min(c.left(), c.share()-t.rung), 0))
		defer cancel()
	}
	p := *c.problem
	p.all, p.keys = take(p.all, sequence(r.rows)), p.keys[:r.rows]
	held, rest := p.split(func(h uint64) bool { return h%uint64(r.folds) == uint64(c.fold) })
	if len(held) == 0 {
		return nil
	}
	m, d := t.entry.empty(), take(p.all, rest)
	if len(rest) > 0 {
		var err error
		if m, err = m.Fit(ctx, d, FitOptions{Fresh: true, Seed: c.seed, Workers: c.workers, Set: c.o.Set}); err != nil {
			return err
		}
	}
	width := max(1, p.all.Classes)
	per, _ := d.Counts()
	for j, i := range held {
		if j%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		t.blind[i] = p.kind == label.Classes && per[p.all.Class[i]] == 0
		t.out[i] = make([]float64, width)
		m.Predict(p.all.Rows[i], t.out[i])
	}
	return nil
}

// next goes on to the next trial, or the next rung.
func (c *comparison) next(ctx context.Context) error {
	c.fold = 0
	for c.turn = min(c.turn+1, len(c.trials)); c.turn < len(c.trials); c.turn++ {
		if !c.trials[c.turn].gone {
			return nil
		}
	}
	// A step that is given up here is made again: what follows changes nothing
	// before it is done.
	if err := c.judge(ctx); err != nil {
		return err
	}
	if c.rung == len(c.rungs)-1 {
		var err error
		if c.found, err = c.calibrated(ctx, c.o); err != nil {
			return err
		}
		c.took = c.now().Sub(c.began)
	}
	c.turn = 0
	c.rung++
	for c.turn < len(c.trials) && c.trials[c.turn].gone {
		c.turn++
	}
	if c.turn == len(c.trials) { // nobody is left
		c.rung, c.turn = len(c.rungs), 0
	}
	return nil
}

// judge measures the candidates of a rung, and lets go of those that are
// clearly behind.
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
	var heavy []*trial
	for _, t := range here {
		t.record.Gap, t.record.GapSE = paired(best.losses, t.losses)
		if !t.entry.light {
			heavy = append(heavy, t)
		}
	}
	if c.rung == len(c.rungs)-1 {
		return nil
	}
	slices.SortStableFunc(heavy, func(a, b *trial) int { return cmp.Compare(a.record.Loss, b.record.Loss) })
	for k, t := range heavy {
		if keep := (len(heavy) + halving - 1) / halving; k >= keep && t.record.Gap > lost*t.record.GapSE {
			t.gone, t.record.Left = true, Dropped
		}
	}
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
	t.record.Raw = 0
	for i, p := range q {
		t.record.Raw -= math.Log(max(t.out[i][class[i]], 1e-15)) / float64(r.rows)
		t.losses[i] = -math.Log(max(p[class[i]], 1e-15))
		if best(p) == class[i] {
			right++
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

// winner returns the trial that a comparison that is done is decided for: of
// those that are within one standard error of the best one, row by row, the one
// that comes first in the order of time taken
// (Breiman et al., "Classification and regression trees", 1984). It is nil where
// all failed.
func (c *comparison) winner() *trial {
	for _, t := range c.trials {
		if !t.gone && t.record.Rung == len(c.rungs) && t.record.Gap <= t.record.GapSE {
			return t
		}
	}
	return nil
}

// choice returns the outcome of a comparison that is done.
func (c *comparison) choice(run uint64) (*Choice, error) {
	w := c.winner()
	if w == nil {
		return nil, fmt.Errorf("compare models: none could be fitted: %s", c.trials[0].record.Failure)
	}
	out := &Choice{Model: w.record.Model, Folds: compareFolds, Labels: len(c.problem.all.Rows), Run: run, Rungs: len(c.rungs), Budget: c.budget, Took: c.took, Metric: c.metric(), All: c.all}
	for _, t := range c.trials {
		r := t.record
		switch {
		case t == w:
			r.Left = Chosen
		case t.gone:
		case r.Gap <= r.GapSE:
			r.Left = Dearer
		default:
			r.Left = Worse
		}
		out.Losses = append(out.Losses, r)
	}
	slices.SortStableFunc(out.Losses, func(a, b Candidate) int {
		return cmp.Or(cmp.Compare(b.Rung, a.Rung), cmp.Compare(a.Loss, b.Loss))
	})
	return out, nil
}

// due reports whether the comparison behind a choice is out of date, for so many
// answers, of which a comparison would take all, and these models. One that was
// made among all models is out of date when the answers have grown, or when all
// are to be compared again.
func (c *Choice) due(n int, names []string, all bool) bool {
	switch {
	case c == nil, all != c.All && all, float64(n) >= compareAgain*float64(c.Labels):
		return true
	case c.All:
		return false
	}
	return len(names) != len(c.Losses)
}

// metric is what the candidates are compared by.
func (c *comparison) metric() string {
	switch {
	case c.problem.kind == label.Number:
		return "squared error"
	case c.o.Costs != nil:
		return "cost"
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
