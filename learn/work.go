package learn

import (
	"context"
	"errors"
	"time"

	"inkling/label"
)

// Run works until the context ends, saves what is not saved, and returns nil,
// or the error of that last saving. Errors on the way are shown in the State
// and tried again.
func (t *Trainer) Run(ctx context.Context) error {
	watch, stop := t.project.Watch()
	defer stop()
	t.attempt(ctx, &t.failed.restore, t.restore)
	for ctx.Err() == nil {
		t.hear()
		t.attempt(ctx, &t.failed.read, t.look)
		if wait := t.work(ctx, watch); wait > 0 {
			t.wait(ctx, watch, wait)
		}
	}
	t.stopRepresenting()
	t.phase(Idle)
	t.save()
	return t.failed.save
}

// forever is longer than anybody waits.
const forever = 1000 * time.Hour

// work does the most urgent step. It returns how long to wait for something to
// happen, 0 where more is to be done.
func (t *Trainer) work(ctx context.Context, watch <-chan struct{}) time.Duration {
	if wait := time.Until(t.retry); wait > 0 && !t.want.paused {
		return wait
	}
	do := func(step func(context.Context) error) time.Duration {
		t.attempt(ctx, &t.failed.work, step)
		return 0
	}
	beside := func(step func(context.Context) error) time.Duration {
		t.attempt(ctx, &t.failed.beside, step)
		return 0
	}
	if t.task.Kind != label.Classes { // nobody is asked for such answers one by one, so that there is nothing to rank
		t.todo.head, t.pass = false, nil
	}
	switch {
	case t.want.use != nil:
		return do(t.use)
	case t.want.paused:
		t.stopRepresenting()
		t.phase(Paused)
		return forever
	case t.agreeDue():
		return do(t.agree)
	case t.anchorDue():
		return do(t.anchor)
	case t.spaceDue():
		return do(t.respace)
	case t.representingEnded():
		t.attempt(ctx, &t.failed.beside, t.takeRepresentation)
		return 0
	case t.representDue():
		t.beginRepresenting(ctx)
		return 0
	case t.todo.head: // before the next run, or there would be no queue while runs follow each other
		return do(t.scoreHead)
	case t.unsaved.due(): // likewise
		t.save()
		return 0
	case t.want.train && t.space != nil && !t.trainable():
		return do(t.refuse)
	case t.runDue():
		return do(func(ctx context.Context) error { return t.train(ctx, watch) })
	case t.rulesDue():
		return beside(t.tryRules)
	case t.similarDue():
		return beside(t.gatherSimilar)
	case t.todo.curve:
		return do(func(ctx context.Context) error { return t.drawCurve(ctx, watch) })
	case t.comparison != nil && (t.pass == nil || t.comparison.first):
		return do(func(ctx context.Context) error { return t.compare(ctx, watch) })
	case t.pass != nil:
		return do(func(ctx context.Context) error { return t.scorePool(ctx, watch) })
	case t.graphDue():
		return beside(func(ctx context.Context) error { return t.makeGraph(ctx, watch) })
	case t.coldDue():
		return beside(t.scoreCold)
	case t.adviceDue():
		return beside(func(ctx context.Context) error { return t.advise(ctx, watch) })
	case t.crossDue():
		return do(func(ctx context.Context) error { return t.crossFit(ctx, watch) })
	case t.surveyDue():
		return do(func(ctx context.Context) error { return t.survey(ctx, watch) })
	}
	t.phase(Idle)
	wait := forever
	if quiet, ok := t.quiet(); ok {
		wait = quiet
	}
	if t.agreed.moved != t.answers.moved {
		wait = min(wait, time.Until(t.agreed.ended.Add(t.agreed.rest())))
	}
	if t.anchored.drawn != t.answers.drawn {
		wait = min(wait, time.Until(t.anchored.ended.Add(t.anchored.rest())))
	}
	if t.rulesStale() {
		wait = min(wait, t.rulesWait())
	}
	if t.similarStale() {
		wait = min(wait, time.Until(t.gathered.ended.Add(t.gathered.rest())))
	}
	if t.adviceStale() {
		wait = min(wait, time.Until(t.advised.ended.Add(t.advised.rest())))
	}
	if t.surveyStale() {
		wait = min(wait, time.Until(t.surveyed.ended.Add(t.surveyed.rest())))
	}
	if t.unsaved.any() {
		wait = min(wait, time.Until(t.unsaved.last.Add(saveEvery)))
	}
	return max(wait, time.Millisecond)
}

func (t *Trainer) wait(ctx context.Context, watch <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-watch:
	case <-t.kick:
	case <-timer.C:
	}
}

// failed holds what went wrong last, by what was tried; nil again once it went
// well.
type failed struct {
	restore, read, work, save error
	beside                    error // of what goes on beside the runs: done well, it makes no error of theirs good
}

func (f *failed) join() error { return errors.Join(f.restore, f.read, f.work, f.beside, f.save) }

// attempt does a step and takes note of how it went.
func (t *Trainer) attempt(ctx context.Context, failed *error, step func(context.Context) error) {
	err := step(ctx)
	if ctx.Err() != nil || err == nil && *failed == nil {
		return
	}
	*failed = err
	if err != nil && failed != &t.failed.restore && !errors.Is(err, ErrTooFew) && !errors.Is(err, ErrKind) {
		t.retry = time.Now().Add(retryAfter)
	}
	t.hub.update(func(s *State) { s.Err = t.failed.join() })
}

// phase says what the trainer does now.
func (t *Trainer) phase(p Phase) {
	if t.hub.get().Phase != p {
		t.hub.update(func(s *State) { s.Phase, s.Fraction, s.Step, s.Steps, s.Rate, s.ETA = p, 0, 0, 0, 0, 0 })
	}
}

// look takes in what happened in the project since the last look.
func (t *Trainer) look(context.Context) error {
	c := t.project.Counts()
	if c.Events == t.seen && c.Items == t.items {
		return nil
	}
	task := t.project.Task()
	if tellsOf(task.Kind) == 0 {
		return ErrKind
	}
	before := t.answers.fresh
	if err := t.answers.read(t.project, task); err != nil {
		return err
	}
	if t.seen == 0 && t.restored > 0 {
		// What the restored model was trained on is not new.
		t.answers.fresh = 0
		if _, err := t.project.TouchedStandings(t.restored, func(uint64, []label.Standing) error {
			t.answers.fresh++
			return nil
		}); err != nil {
			return err
		}
	}
	if len(task.Labels) != len(t.task.Labels) && t.current.Load() != nil {
		t.answers.fresh++ // the model does not know the new classes yet
	}
	now := time.Now()
	if t.answers.fresh != before {
		t.changed = now
	}
	if c.Items != t.items && t.current.Load() != nil && t.pass == nil {
		t.pass = t.newPass()
	}
	t.task, t.items, t.seen, t.event = task, c.Items, c.Events, now
	return t.lookAtRules()
}

// trainable reports whether two classes have answers: below that there is
// nothing to tell apart.
func (t *Trainer) trainable() bool {
	if t.task.Kind != label.Classes {
		return t.space != nil && len(t.answers.train) >= 2
	}
	first := int32(-1)
	for _, said := range t.answers.train {
		if first >= 0 && said.class != first {
			return t.space != nil
		}
		first = said.class
	}
	return false
}

// trainDue reports whether it is time for a run.
func (t *Trainer) trainDue() bool {
	switch {
	case !t.want.train && !t.refit && t.answers.fresh == 0, !t.trainable():
		return false
	case t.want.train, t.refit, t.current.Load() == nil:
		return true
	case t.rest() > 0:
		return false
	case t.answers.fresh >= t.o.Answers:
		return true
	}
	return time.Since(t.changed) >= t.o.Quiet
}

// quiet returns how long it takes until the answers in hand start a run, if no
// other comes; ok is false where there are none that could.
func (t *Trainer) quiet() (wait time.Duration, ok bool) {
	if t.answers.fresh == 0 || !t.trainable() {
		return 0, false
	}
	if t.answers.fresh < t.o.Answers {
		wait = time.Until(t.changed.Add(t.o.Quiet))
	}
	return max(wait, t.rest(), t.pause()), true
}
