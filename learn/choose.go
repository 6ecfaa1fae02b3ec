package learn

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"inkling/label"
)

// Comparing models by cross-validation.
const (
	compareFolds = 5
	earlyFolds   = 3       // of the rungs before the last one
	compareFrom  = 20      // answers before a comparison says anything
	compareRows  = 4000    // answers that a comparison uses at most, where no budget carries it further
	compareAgain = 1.25    // growth after which it is made again, or the other way round
	halving      = 3       // a rung has so many times the answers of the one before, and keeps one heavy candidate in so many
	firstRung    = 100     // answers of a first rung at least
	lost         = 2       // standard errors that a candidate may be behind on a rung and stay
	safely       = 1.5     // times what a rung is estimated to take must be there for it
	mostSaid     = 1 << 23 // probabilities that are kept at most
)

// otherAnswers reports whether so many answers are others than so many before: far
// more, or far fewer, as where many were given at once and taken back.
func otherAnswers(n, before int) bool {
	return float64(n) >= compareAgain*float64(before) || float64(min(before, compareRows)) >= compareAgain*float64(n)
}

// comparison finds the model that does best on rows it was not fitted on: a
// k-fold cross-validation (Stone, "Cross-validatory choice and assessment of
// statistical predictions", 1974). It goes in steps of one fit each, so that the
// trainer can see to new answers in between.
//
// Where models take part whose fits take long, all are compared on a ninth of
// the answers first. If the budget would carry all on all answers, as that rung
// tells, it does. Else the field is thinned by successive halving (Jamieson and
// Talwalkar, "Non-stochastic best arm identification and hyperparameter
// optimization", 2016): of the heavy ones only the best third goes on to a third of
// the answers, whoever is not clearly behind, and whoever would take less than an
// equal share of the time that is left; the light ones always do, for what learns
// little from few answers may be best on all of them. Within a rung those that
// take least come first, so that what is too slow takes nobody else's time. Where there are
// more answers than compareRows, the comparison goes on beyond these as far as the
// budget carries at least two.
//
// The budget stops heavy candidates whose next rung would outlast it, and all but
// the first one when it is over: one must be left.
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
	only    bool // of the model that was chosen already, for its calibration
	further *further
	now     func() time.Time
	budget  time.Duration // 0 for none
	began   time.Time
	took    time.Duration
	first   bool // small enough to be made before the pool is scored, or its turn
	rung    int
	last    int // rung that was judged
	sure    int // the rung that is made in any case; those after it as far as the budget goes
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
	cost   int // what kind of model it is by the time that it takes
	place  int // in the order of simplicity
	gone   bool
	out    [][]float64   // what models say of the rung's rows that they were not fitted on
	blind  []bool        // rows of a class that these models had no other row of
	rung   time.Duration // that it took for its last rung
	of     rung          // which that was
	losses []float64
	right  []float64 // 1 for each row of the rung that was told right
}

// newComparison returns the comparison of these models, or nil where there is
// nothing to compare by yet.
func newComparison(p *problem, names []string, o Options, all bool) *comparison {
	if len(p.all.Rows) < compareFrom || len(names) == 0 {
		return nil
	}
	q := p
	most := compareRows
	if all && o.Budget > 0 {
		most = max(most, mostSaid/(len(names)*max(1, p.all.Classes)))
	}
	if len(q.all.Rows) > most { // in an order drawn by hash, so any part is a sample
		q = q.first(most)
	}
	c := &comparison{problem: q, seed: o.Seed, now: o.Now, workers: 1, all: all, o: o.Settings}
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
	for i, t := range c.trials {
		t.place, t.cost = i, t.entry.cost(q.all)
	}
	n := min(len(q.all.Rows), compareRows)
	if all && heavy && len(c.trials) > 2 {
		for _, part := range []int{halving * halving, halving} {
			if n/part >= firstRung {
				c.rungs = append(c.rungs, rung{n / part, earlyFolds})
			}
		}
	}
	c.sure = len(c.rungs)
	c.rungs = append(c.rungs, rung{n, compareFolds})
	if len(c.trials) > 1 {
		for n < len(q.all.Rows) {
			n = min(n*halving, len(q.all.Rows))
			c.rungs = append(c.rungs, rung{n, earlyFolds})
		}
	}
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
	for r := c.rung; r <= max(c.rung, c.sure) && r < len(c.rungs); r++ {
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
		t.out, t.blind, t.rung, t.of = make([][]float64, r.rows), make([]bool, r.rows), 0, r
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

// needs estimates how long a trial would take on a rung, from the one that it was on
// last: a fit takes at least in proportion to its rows.
func (c *comparison) needs(t *trial, r rung) time.Duration {
	if t.of.rows == 0 {
		return 0
	}
	return time.Duration(float64(t.rung) * float64(r.rows*(r.folds-1)) / float64(t.of.rows*(t.of.folds-1)))
}

// late reports whether a candidate's part of this rung would outlast the budget,
// and takes note of it.
func (c *comparison) late(t *trial) bool {
	if !c.bounded(t) || c.left() > 0 && (t.entry.light || c.left() > c.needs(t, c.rungs[c.rung])) {
		return false
	}
	t.record.Left = NoTime
	return true
}

// bounded reports whether the budget goes for a trial: not for the first one that
// is there, so that there is a model to take.
func (c *comparison) bounded(t *trial) bool {
	if c.budget == 0 {
		return false
	}
	for _, first := range c.trials {
		if !first.gone {
			return first != t
		}
	}
	return false
}

// share is how long one candidate may take for a rung. A heavy one before the last
// sure rung gets what it would if all were to spend the same, and leaves the light
// ones what they need there.
func (c *comparison) share(t *trial) time.Duration {
	if c.rung >= c.sure || t.entry.light {
		return c.budget
	}
	heavy, reserve := 0, time.Duration(0)
	for _, o := range c.trials {
		switch {
		case !o.entry.light:
			heavy++
		case !o.gone:
			reserve += c.needs(o, c.rungs[c.sure])
		}
	}
	return min(c.budget/time.Duration(max(heavy, 1)), c.left()-reserve+t.rung)
}

// fit fits a trial on the rung's rows outside of the fold.
func (c *comparison) fit(ctx context.Context, t *trial, r rung) error {
	if c.bounded(t) {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, max(min(c.left(), c.share(t)-t.rung), 0))
		defer cancel()
	}
	p := c.problem.first(r.rows)
	held, rest := p.split(func(h uint64) bool { return h%uint64(r.folds) == uint64(c.fold) })
	if len(held) == 0 {
		return nil
	}
	m, d := t.entry.empty(), p.taught(rest)
	if len(rest) > 0 {
		var err error
		if m, err = c.further.fit(ctx, m, d, FitOptions{Seed: c.seed, Workers: c.workers, Set: c.o.Set}); err != nil {
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
	next := c.goOn()
	if next < len(c.rungs) {
		slices.SortStableFunc(c.trials, func(a, b *trial) int {
			if a.entry.light != b.entry.light {
				return cmp.Compare(a.place, b.place)
			}
			return cmp.Compare(c.needs(a, c.rungs[next]), c.needs(b, c.rungs[next]))
		})
	}
	if next == len(c.rungs) {
		var err error
		if c.found, err = c.calibrated(ctx, c.o); err != nil {
			return err
		}
		c.took = c.now().Sub(c.began)
	}
	c.turn = 0
	c.rung = next
	for c.turn < len(c.trials) && c.trials[c.turn].gone {
		c.turn++
	}
	if c.turn == len(c.trials) { // nobody is left
		c.rung, c.turn = len(c.rungs), 0
	}
	return nil
}

// goOn returns the next rung, len(rungs) for none, and lets those go that are not
// to be on it: the furthest one on which the budget carries all that are left, or
// else the next one without those that are clearly behind; beyond the sure one
// the best for which there is time.
func (c *comparison) goOn() int {
	var left []*trial
	for _, t := range c.trials {
		if !t.gone {
			left = append(left, t)
		}
	}
	carries := func(ts []*trial, to int) bool {
		sum := time.Duration(0)
		for _, t := range ts {
			sum += c.needs(t, c.rungs[to])
		}
		return c.budget == 0 || time.Duration(safely*float64(sum)) < c.left()
	}
	next, most := c.rung+1, c.sure
	if c.rung >= c.sure {
		if most = len(c.rungs) - 1; len(left) < 2 || next > most {
			return len(c.rungs)
		}
	}
	for to := most; to >= max(next, c.sure); to-- {
		if carries(left, to) {
			return to
		}
	}
	slices.SortStableFunc(left, func(a, b *trial) int { return cmp.Compare(a.record.Loss, b.record.Loss) })
	if next <= c.sure {
		var heavy []*trial
		for _, t := range left {
			if !t.entry.light {
				heavy = append(heavy, t)
			}
		}
		for k, t := range heavy {
			keep := (len(heavy) + halving - 1) / halving
			if k >= keep && t.behind() && c.needs(t, c.rungs[c.sure]) > c.left()/time.Duration(len(heavy)) {
				t.gone, t.record.Left = true, Dropped
			}
		}
		return next
	}
	var stay []*trial
	for _, t := range left {
		if carries(append(stay[:len(stay):len(stay)], t), next) {
			stay = append(stay, t)
		}
	}
	if len(stay) < 2 {
		return len(c.rungs)
	}
	for _, t := range left {
		if slices.Contains(stay, t) {
			continue
		}
		t.gone, t.record.Left = true, NoTime
		if t.behind() {
			t.record.Left = Dropped
		}
	}
	return next
}

// behind reports whether a trial is clearly behind the best of its rung.
func (t *trial) behind() bool { return t.record.Gap > lost*t.record.GapSE }
