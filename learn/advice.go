package learn

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"inkling/label"
	"inkling/learn/stop"
)

// Advice is whether more labels are worth while, as of one moment: how steady the
// model's answers are while labels come, how sure it is, and what more labels are
// expected to bring. It is immutable.
type Advice struct {
	UpTo   uint64 // the last event that it took into account
	Model  string // that was fitted for it
	Labels int    // that it learned from
	Sample int    // items, drawn at random from all, whose predictions are compared

	Kappa       float64 // of predictions before and after AdviceStep labels, the mean of the last three times; NaN where there were fewer
	Changed     float64 // share of predictions that the last Last labels changed
	Last        int
	Uncertainty float64 // mean entropy of the probabilities, 0 to 1

	Gain   stop.Gain // what AdviceMore labels more are expected to bring, in points of accuracy
	Steady bool      // by kappa
	Stop   bool      // labelling more is hardly worth while: not even a point of accuracy is expected
}

// Numbers of labels in advice.
const (
	AdviceMore = 100 // that a gain is told of
	AdviceStep = 25  // between two models whose predictions are compared by kappa
)

const (
	adviceFrom   = 50              // answers before it says anything
	adviceSample = 1000            // items whose predictions are compared
	adviceSteps  = 4               // models behind the newest, AdviceStep labels apart
	adviceGrow   = 10              // answers after which it is given anew; a twentieth where that is more
	adviceRest   = 9               // times as long as it took
	adviceEvery  = 2 * time.Second // at most
	steadyKappa  = 0.99            // Bloodgood and Vijay-Shanker's bound
	worthPoints  = 1               // points of accuracy that AdviceMore labels must be able to bring
)

// advising is advice on its way: models of the answers in the order in which they
// were given, each without the newest AdviceStep more than the one before it.
type advising struct {
	out    *Advice
	p      *problem
	order  []int // rows of the problem, the oldest first
	sample []example
	o      FitOptions
	said   [][]int // of the sample by each model, the newest first
}

// newAdvising returns nil where there are too few answers.
func newAdvising(p *problem, name string, sample []example, o FitOptions) *advising {
	n := len(p.all.Rows)
	if n < adviceFrom || n > crossRows || len(sample) == 0 {
		return nil
	}
	a := &advising{out: &Advice{UpTo: p.seq, Model: name, Labels: n, Sample: len(sample), Kappa: math.NaN()}, p: p, sample: sample, o: o}
	a.order = sequence(n)
	slices.SortStableFunc(a.order, func(x, y int) int { return cmp.Compare(p.when[x], p.when[y]) })
	return a
}

// done reports whether all is known: a model of fewer than two steps' labels says
// nothing.
func (a *advising) done() bool {
	return len(a.said) > adviceSteps || a.out.Labels-AdviceStep*len(a.said) < AdviceStep
}

// advance fits the next model and lets it tell the sample.
func (a *advising) advance(ctx context.Context) error {
	d := a.p.taught(a.order[:a.out.Labels-AdviceStep*len(a.said)])
	m, err := newModel(a.out.Model)
	if err != nil {
		return err
	}
	if m, err = m.Fit(ctx, d, a.o); err != nil {
		return fmt.Errorf("fit %s on the first answers: %w", a.out.Model, err)
	}
	classes := make([]int, len(a.sample))
	said := make([][]float64, len(a.sample))
	for i, x := range a.sample {
		if i%64 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		p := make([]float64, d.Classes)
		m.Predict(x.row, p)
		classes[i], said[i] = best(p), p
	}
	if len(a.said) == 0 {
		a.out.Uncertainty = stop.Uncertainty(said)
	}
	a.said = append(a.said, classes)
	return nil
}

// advice returns what came of it.
func (a *advising) advice() *Advice {
	out, last := a.out, len(a.said)-1
	if last >= 3 {
		out.Kappa = 0
		for k := range 3 {
			out.Kappa += stop.Kappa(a.said[k+1], a.said[k], a.p.all.Classes) / 3
		}
		out.Steady = out.Kappa >= steadyKappa
	}
	out.Last, out.Changed = AdviceStep*last, stop.Changed(a.said[last], a.said[0])
	out.Gain = stop.Expect(AdviceMore, out.Changed, out.Last, out.Sample)
	out.Stop = out.Gain.High < worthPoints
	return out
}

// drawSample reads the items that advice is computed on: those that come first by
// their ids, which is a random order, the same one however the items came in.
func drawSample(ctx context.Context, p Reader, s *space) ([]example, error) {
	var nums []uint64
	if _, err := p.Walk(label.ID{}, int(min(p.Counts().Items, adviceSample)), func(num uint64, _ label.ID) bool {
		nums = append(nums, num)
		return ctx.Err() == nil
	}); err != nil {
		return nil, fmt.Errorf("draw items: %w", err)
	}
	e := newExamples(s)
	if err := e.fill(ctx, p, nums); err != nil {
		return nil, fmt.Errorf("draw items: %w", err)
	}
	out := make([]example, 0, len(nums))
	for _, num := range nums {
		if x, ok := e.rows[num]; ok {
			out = append(out, x)
		}
	}
	return out, nil
}

// AdviseOptions say how Advise works. Zero values mean the defaults.
type AdviseOptions struct {
	Model    string             // name of a model; default what the settings say, and else what was chosen last
	Seed     uint64             // of everything drawn at random
	Workers  int                // goroutines; default 1
	Progress func(done float64) // called whenever more is done; nil for none
}

// Advise says whether more labels are worth while, from all that a project has. It
// changes nothing, and is for a project on which no Trainer runs, or one that is
// only read. ErrKind where the task does not ask for one class, ErrTooFew where
// there are too few answers to say anything.
func Advise(ctx context.Context, p Project, o AdviseOptions) (*Advice, error) {
	if k := p.Task().Kind; k != label.Classes {
		return nil, fmt.Errorf("%w: when to stop is told of answers of one class, not of %s", ErrKind, k)
	}
	t := NewTrainer(p, Options{Model: o.Model, Seed: o.Seed, Workers: o.Workers})
	t.once = true
	q, err := t.gather(ctx)
	if err != nil {
		return nil, err
	}
	name, err := t.nameOf(ctx, q)
	if err != nil {
		return nil, err
	}
	sample, err := drawSample(ctx, p, t.space)
	if err != nil {
		return nil, err
	}
	a := newAdvising(q, name, sample, FitOptions{Fresh: true, Seed: o.Seed, Workers: o.Workers, Set: t.o.Settings.Set})
	if a == nil {
		return nil, fmt.Errorf("%w: advice takes from %d to %d answers, there are %d", ErrTooFew, adviceFrom, crossRows, len(q.all.Rows))
	}
	for !a.done() {
		if err := a.advance(ctx); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(float64(len(a.said)) / (adviceSteps + 1))
		}
	}
	return a.advice(), nil
}

// Advice returns whether more labels are worth while; nil where there is too
// little to say, and where the task does not ask for one class.
func (t *Trainer) Advice() *Advice { return t.advice.Load() }

// advised is how far advice is.
type advised struct {
	way    *advising // nil for none
	space  *space    // that the sample is of
	sample []example
	items  uint64 // when it was drawn
	took   time.Duration
	ended  time.Time
}

// adviceStale reports whether there are so many more answers that advice is to be
// given anew.
func (t *Trainer) adviceStale() bool {
	if t.problem == nil || t.current.Load() == nil || t.space == nil || t.current.Load().space != t.space || !t.asksOne() || t.crossName() == "" {
		return false
	}
	n, a := len(t.problem.all.Rows), t.advice.Load()
	switch {
	case t.advised.way != nil:
		return true
	case n < adviceFrom || n > crossRows:
		return false
	}
	return a == nil || n >= a.Labels+max(adviceGrow, a.Labels/20) || n < a.Labels
}

// rest is how long to wait before advice is given anew.
func (v *advised) rest() time.Duration {
	if v.way != nil {
		return 0
	}
	return max(adviceEvery, adviceRest*v.took)
}

func (t *Trainer) adviceDue() bool {
	return t.adviceStale() && time.Since(t.advised.ended) >= t.advised.rest()
}

// advise takes the advice one fit further. It gives way, and then loses that one
// fit.
func (t *Trainer) advise(ctx context.Context, watch <-chan struct{}) error {
	t.phase(Validating)
	v := &t.advised
	if v.space != t.space || t.items >= 2*v.items {
		sample, err := drawSample(ctx, t.project, t.space)
		if err != nil {
			return err
		}
		v.space, v.sample, v.items, v.way = t.space, sample, t.items, nil
	}
	if v.way == nil {
		name, set := t.crossName(), t.o.Settings.Set
		if name != t.o.Settings.Model {
			set = nil // they are of another model
		}
		if v.way = newAdvising(t.problem, name, v.sample, FitOptions{Fresh: true, Seed: t.o.Seed, Workers: 1, Set: set}); v.way == nil {
			v.ended = time.Now()
			return nil
		}
		v.took = 0
	}
	began := time.Now()
	done, err := t.aside(ctx, watch, &t.gave.advice, v.way.advance)
	if !done {
		return nil
	}
	if v.took += time.Since(began); err != nil {
		v.way, v.ended = nil, time.Now()
		return err
	}
	if v.way.done() {
		t.advice.Store(v.way.advice())
		v.way, v.ended = nil, time.Now()
		t.hub.update(nil)
	}
	return nil
}
