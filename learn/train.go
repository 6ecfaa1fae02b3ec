package learn

import (
	"context"
	"fmt"
	"slices"
	"time"

	"inkling/label"
)

// train makes the next snapshot of the answers there are, and publishes it.
// What fails is taken up again, and so is what was broken off.
func (t *Trainer) train(ctx context.Context, watch <-chan struct{}) error {
	t.phase(Reading)
	if err := t.examples.read(ctx, t.project, t.answers); err != nil {
		return err
	}
	if err := t.agreeForRun(ctx); err != nil {
		return err
	}
	p, err := t.nextProblem()
	if err != nil {
		return err
	}
	if !p.learnable() {
		// All answers of but one class belong to audit items.
		t.answers.fresh, t.refit = 0, false
		if t.want.train {
			return t.refuse(ctx)
		}
		return nil
	}
	if t.semiSupervised(p) {
		if p.unanswered, err = t.unanswered(ctx); err != nil {
			return err
		}
	}
	id := t.nextRun()
	name := pick(t.o.Settings.Model, t.choice, p)
	start, parent, err := t.start(name, t.want.fresh)
	if err != nil {
		return err
	}
	t.hub.update(func(s *State) {
		*s = State{Phase: Fitting, Run: id, Current: s.Current, Model: name, Labels: len(p.all.Rows), Err: s.Err}
	})
	run := Run{ID: id, Parent: parent, Seed: t.o.Seed, Started: t.o.Now(), Tune: t.tune, ClassWeight: t.o.Settings.ClassWeight, Set: t.o.Settings.Set}
	if t.light(name) {
		watch = nil // sooner done than broken off
	}
	var snap *Snapshot
	learned, began := t.answers.fresh, time.Now()
	done, err := t.aside(ctx, watch, nil, func(ctx context.Context) (err error) {
		snap, run, err = t.fit(ctx, p, start, run)
		return err
	})
	if !done || err != nil {
		return err
	}
	t.spent = spent{}
	t.spent.add(name, time.Since(began))
	t.ran = t.spent
	if t.o.Settings.Model == Auto {
		run.Choice = t.choice
	}
	t.from, t.tune = nil, Tuning{}
	t.publish(snap)
	t.problem, t.nextID = p, 0
	t.answers.fresh -= learned // others came meanwhile
	clear(t.answers.hands)
	t.refit, t.held, t.want.train, t.want.fresh = false, false, false, false
	t.mu.Lock()
	t.runs = append(t.runs, run)
	t.mu.Unlock()
	if parent == 0 {
		t.curve = nil
	}
	t.unsaved.add(run.ID, snap)
	t.todo.curve = true
	if c := t.comparison; c == nil || float64(min(len(c.problem.all.Rows), compareRows)) >= compareAgain*float64(len(p.all.Rows)) {
		t.comparison = t.newComparison(p, false) // also in place of one on many answers that were taken back since
	}
	return nil
}

// nextProblem puts the answers that there are together.
func (t *Trainer) nextProblem() (*problem, error) {
	p := t.examples.problem(t.task, t.answers, t.truth.Load())
	return p, p.weigh(t.o.Settings.ClassWeight)
}

// newComparison returns the comparison that is due, or nil: of the models that
// may be chosen, or of the one that was, for its calibration and its rule. The
// background compares models whose fits are short, and with them the one that was
// chosen among all.
func (t *Trainer) newComparison(p *problem, all bool) *comparison {
	auto, o := t.o.Settings.Model == Auto, t.o.Settings
	names := []string{o.Model}
	if auto {
		names = eligible(p, all)
		if c := t.choice; c != nil && !slices.Contains(names, c.Model) && slices.Contains(eligible(p, true), c.Model) {
			names = append(names, c.Model)
		}
	}
	n := min(len(p.all.Rows), compareRows)
	if auto && len(names) > 1 && t.choice.due(n, names, all, len(o.Costs) == p.all.Classes && o.Costs != nil) {
		return newComparison(p, names, t.o, all)
	}
	if p.kind != label.Classes || len(p.all.Rows) > compareRows { // above it, the curve's model calibrates
		return nil
	}
	name, c := pick(o.Model, t.choice, p), t.calibrated
	if c.serves(name, t.space, o, t.goesOn) && c.tells(o) && !otherAnswers(n, c.labels) {
		return nil
	}
	out := newComparison(p, []string{name}, t.o, all)
	if out != nil {
		out.only, out.further = len(names) > 1, t.goesOn
	}
	return out
}

// refuse answers who asked for a run that cannot be.
func (t *Trainer) refuse(context.Context) error {
	t.want.train, t.want.fresh = false, false
	return fmt.Errorf("%w: two classes must have answers outside the audit stream", ErrTooFew)
}

// step shows how far a fit is.
func (t *Trainer) step(p Point, steps int) {
	t.hub.update(func(s *State) {
		s.Step, s.Steps = p.Step, steps
		if steps > 0 {
			s.Fraction = float64(p.Step) / float64(steps)
		}
	})
}

// publish makes a snapshot the current one, in one step for all who look.
func (t *Trainer) publish(s *Snapshot) {
	t.current.Store(s)
	t.todo.head = true
	if t.pass == nil {
		t.pass = t.newPass()
	}
	t.hub.update(func(st *State) { st.Current, st.Saved = s.version, false })
}

// start returns the model to fit from, and the run that made it; a new model
// and 0 where there is none that fits, or a person has set other options since.
func (t *Trainer) start(name string, fresh bool) (Model, uint64, error) {
	if s := t.from; s != nil && s.model.Name() == name {
		return s.model, s.version, nil
	}
	if s := t.current.Load(); s != nil && !fresh && s.space == t.space && s.model.Name() == name && t.optionsOf(s.version) == t.o.Settings.Set.String() {
		return s.model, s.version, nil
	}
	m, err := newModel(name)
	return m, 0, err
}

// optionsOf is what a person had set of a run's model.
func (t *Trainer) optionsOf(run uint64) string {
	for _, r := range t.Runs() {
		if r.ID == run {
			return r.Set.String()
		}
	}
	return ""
}

// nextRun returns the number of the next run: the same one until there is a
// run of that number. A project that cannot give one now must not stop the
// learning.
func (t *Trainer) nextRun() uint64 {
	if t.nextID == 0 {
		id, _ := t.project.NextRunID()
		for _, r := range t.Runs() {
			id = max(id, r.ID+1)
		}
		t.nextID = max(id, 1)
	}
	return t.nextID
}

// fit fits a model on a problem, and makes the snapshot and the record.
func (t *Trainer) fit(ctx context.Context, p *problem, start Model, run Run) (*Snapshot, Run, error) {
	o := FitOptions{Fresh: run.Parent == 0, Seed: run.Seed, Workers: t.fitWorkers(), Progress: t.step, Set: run.Set, Tune: run.Tune}
	more, err := t.guessed(ctx, p, start, o)
	if err != nil {
		return nil, run, fmt.Errorf("run %d: %w", run.ID, err)
	}
	m, err := start.Fit(ctx, with(p.everything(), more), o)
	if err != nil {
		return nil, run, fmt.Errorf("run %d, %s: %w", run.ID, start.Name(), err)
	}
	run.Model, run.Params = m.Name(), m.Params()
	run.Seq, run.Labels, run.Features = p.seq, len(p.all.Rows), p.all.Features
	run.PerClass = p.perClass()
	run.Truth, run.Soft = p.truth, p.softRows()
	run.Beside = len(more.Rows)
	snap := newSnapshot(run.ID, p, t.space, m)
	run.Representation = snap.representation()
	if t.calibrated.serves(run.Model, t.space, t.o.Settings, t.goesOn) {
		snap = t.calibrated.describe(&run, snap, t.o.Settings)
	}
	run.Audit = p.measured(snap)
	run.Took = t.o.Now().Sub(run.Started)
	return snap, run, nil
}

// fitWorkers is how many goroutines a fit may use: all that there are where
// somebody waits for it, one in the background.
func (t *Trainer) fitWorkers() int {
	if t.once {
		return t.o.Workers
	}
	return 1
}

// calibrate takes over what was found out about a model's probabilities, and
// applies it to the current snapshot, if it is of that model.
func (t *Trainer) calibrate(c *calibrated, model string, labels int) {
	snap := t.current.Load()
	c.stamp(model, labels, snap.version, t)
	t.calibrated = c
	if !c.serves(snap.model.Name(), snap.space, t.o.Settings, t.goesOn) {
		return
	}
	var next *Snapshot
	t.record(snap.version, func(r *Run) {
		next = c.describe(r, snap, t.o.Settings)
		r.Audit = t.problem.measured(next)
	})
	if next == nil {
		return
	}
	t.unsaved.add(snap.version, next)
	t.current.Store(next)
	t.todo.head = true
	t.pass = t.newPass() // in the order of what the model says now
	t.hub.update(nil)
}

// record changes a run's record, which is then saved again.
func (t *Trainer) record(id uint64, change func(*Run)) {
	t.mu.Lock()
	for i := range t.runs {
		if t.runs[i].ID == id {
			change(&t.runs[i])
		}
	}
	t.mu.Unlock()
	t.unsaved.add(id, nil)
	t.hub.update(func(s *State) { s.Saved = false })
}

// compare takes the comparison of the models one fit further, and asks for a
// run where another model came out best. It gives way, and then loses that one
// fit.
func (t *Trainer) compare(ctx context.Context, watch <-chan struct{}) error {
	snap := t.current.Load()
	done, err := t.aside(ctx, watch, &t.gave.compare, t.advance)
	if !done {
		return nil
	}
	if err != nil {
		t.comparison = nil
		return err
	}
	if !t.comparison.done() {
		return nil
	}
	found := t.comparison.found
	labels := len(t.problem.all.Rows)
	if err := t.decide(snap.version); err != nil {
		return err
	}
	name := pick(t.o.Settings.Model, t.choice, t.problem)
	if t.o.Settings.Model == Auto {
		t.record(snap.version, func(r *Run) { r.Choice = t.choice })
	}
	t.refit = name != snap.model.Name()
	if found != nil && labels <= compareRows { // above it, the curve's model tells more
		t.calibrate(found, name, labels)
	}
	return nil
}

// advance takes the comparison one fit further. It touches nothing else of the
// trainer than that.
func (t *Trainer) advance(ctx context.Context) error {
	c := t.comparison
	t.phase(Choosing)
	t.step(Point{Step: c.step}, c.steps())
	t.hub.update(func(s *State) {
		if c.turn < len(c.trials) {
			s.Model = c.trials[c.turn].record.Model
		}
		if c.budget > 0 && !c.began.IsZero() {
			s.ETA = max(c.left(), 0)
		}
	})
	return c.advance(ctx)
}

// decide makes the choice that a comparison leads to, for a run, where there is
// one to make.
func (t *Trainer) decide(run uint64) error {
	c := t.comparison
	t.comparison = nil
	if t.o.Settings.Model != Auto || c.only {
		return nil
	}
	choice, err := c.choice(run)
	if err == nil {
		t.choice = choice
	}
	return err
}

// use makes a snapshot that was loaded the current one.
func (t *Trainer) use(context.Context) error {
	snap := t.want.use
	t.want.use = nil
	t.held, t.refit = true, false
	if s := t.current.Load(); s != nil && s.version == snap.version {
		return nil
	}
	t.adopt(snap)
	t.calibrated = nil
	for _, r := range t.Runs() {
		if r.ID == snap.version {
			t.calibrated = restoredCalibration(snap, r)
		}
	}
	t.pass, t.todo.curve = nil, false
	t.publish(snap)
	t.unsaved.current = true
	return nil
}

// adopt goes on from a snapshot that was read, and that nobody else has yet.
func (t *Trainer) adopt(s *Snapshot) {
	if t.space == nil || !t.space.same(s.space, readsVector(s.model)) {
		t.space = s.space
		t.examples = newExamples(s.space)
	} else {
		s.space = t.space
	}
	t.curve, t.comparison = nil, nil
	t.current.Store(s)
}

// spaceDue reports whether the features must be learned (again) from the
// pool's texts. A model that a person chose keeps its own until a run is due.
func (t *Trainer) spaceDue() bool {
	if t.items == 0 || tellsOf(t.task.Kind) == 0 {
		return false
	}
	if t.space == nil {
		return true
	}
	return (t.outgrown() && !t.regrows() || !t.space.suits(t.task)) && (!t.held || t.trainDue())
}

// outgrown reports whether the pool has doubled since the features were learned.
func (t *Trainer) outgrown() bool {
	return t.items >= 2*t.space.items && t.space.items < uint64(t.o.Sample)
}

// respace learns the features from the pool.
func (t *Trainer) respace(ctx context.Context) error {
	t.phase(Reading)
	s, err := fitSpace(ctx, t.project, t.task, t.items, t.o.Sample, func(done float64) {
		t.hub.update(func(s *State) { s.Fraction = done })
	})
	if err != nil {
		return err
	}
	t.space, t.examples, t.curve = s, newExamples(s), nil
	t.refit = t.current.Load() != nil
	return nil
}
