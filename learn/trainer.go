package learn

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"inkling/label"
	"inkling/learn/query"
)

// Options say how a Trainer works. Zero values mean the defaults.
type Options struct {
	Model   string           // name of a model, or "auto": chosen by cross-validation; default auto
	Seed    uint64           // of everything drawn at random
	Now     func() time.Time // clock of run records; default time.Now
	Answers int              // new answers that start a run at once; default 5
	Quiet   time.Duration    // a run also starts when no answer came for so long; default 1.5 s
	Workers int              // goroutines that score the pool while nobody answers; default 1
	Head    int              // entries of the ranking that are scored anew before the whole pool is; default 512
	Cache   int              // bytes for the pool's rows; default 64 MiB
	Sample  int              // items that the features are learned from at most; default 50,000
	Keep    int              // runs whose models are kept; default 8
	Query   query.Options    // Seed and Unseen are filled in
}

func (o Options) withDefaults() Options {
	if o.Model == "" {
		o.Model = Auto
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Answers <= 0 {
		o.Answers = 5
	}
	if o.Quiet <= 0 {
		o.Quiet = 1500 * time.Millisecond
	}
	if o.Workers <= 0 {
		o.Workers = 1
	}
	if o.Head <= 0 {
		o.Head = 512
	}
	if o.Cache == 0 {
		o.Cache = 64 << 20
	}
	if o.Sample <= 0 {
		o.Sample = 50_000
	}
	if o.Keep <= 0 {
		o.Keep = 8
	}
	return o
}

// Times of the trainer's own.
const (
	retryAfter = 5 * time.Second  // after an error of the project, such as a full disk
	saveEvery  = 5 * time.Second  // at most, while answers keep coming
	idleAfter  = 10 * time.Second // without an event: nobody is labelling
)

// Trainer learns from a project in the background. Its goroutine is Run; all
// other methods are safe for concurrent use and return at once.
//
// It does one small step of work at a time, the most urgent first: fit when
// enough new answers are in, score the head of the queue, draw the curve,
// score the pool, compare models, save. New answers are looked for between
// two steps, and within the scoring, which is taken up again where it was left.
// A fit itself is never broken off by answers, so that models come out however
// steadily they come; the answers go into the next one.
type Trainer struct {
	project Project
	o       Options
	hub     hub
	current atomic.Pointer[Snapshot]
	ranking atomic.Pointer[query.Ranking]
	kick    chan struct{}

	mu     sync.Mutex // guards what follows
	runs   []Run
	kept   []uint64 // runs whose models are in the project, the oldest first
	asked  asked
	paused bool

	// What follows belongs to Run's goroutine.
	task       label.Task
	items      uint64
	seen       uint64 // last event
	restored   uint64 // last event that the restored model knew of; 0 where none was
	answers    *answers
	changed    time.Time // when the last new answer was seen
	event      time.Time // when the last event was seen
	space      *space
	pool       *pool
	examples   *examples
	problem    *problem // of the current run
	curve      Model    // fitted without the held-out part
	choice     *Choice
	comparison *comparison
	pass       *pass
	todo       todo
	refit      bool // the choice fell on another model, or the features changed
	unsaved    unsaved
	keptSaved  []byte // kept as the project has it
	failed     failed
	retry      time.Time // not before then, after an error
}

// asked is what a person asked for and Run has not done yet.
type asked struct {
	train, fresh bool
	use          *Snapshot
}

// todo is what is left to do for the current snapshot.
type todo struct {
	head, curve bool
}

// NewTrainer returns a trainer that does nothing until Run.
func NewTrainer(p Project, o Options) *Trainer {
	return &Trainer{project: p, o: o.withDefaults(), kick: make(chan struct{}, 1), answers: newAnswers()}
}

// Current returns the model that suggests, or nil where there is none yet.
func (t *Trainer) Current() *Snapshot { return t.current.Load() }

// Ranking returns the pool's best items, or nil where there is no model yet
// to rank them.
func (t *Trainer) Ranking() *query.Ranking { return t.ranking.Load() }

// State returns what the trainer is doing.
func (t *Trainer) State() State { return t.hub.get() }

// Watch returns a channel that holds a signal whenever the state, the
// snapshot, the ranking or the runs changed since the last receive, and a
// function that ends the watch.
func (t *Trainer) Watch() (<-chan struct{}, func()) { return t.hub.watch() }

// Runs returns the records of all runs, the first one first.
func (t *Trainer) Runs() []Run {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.runs)
}

// Refit asks for a run now, whatever the number of new answers: from where the
// current model stands, or fresh from nothing.
func (t *Trainer) Refit(fresh bool) {
	t.ask(func() { t.asked.train, t.asked.fresh = true, t.asked.fresh || fresh })
}

// Use makes the model of an earlier run the current one, or says why it
// cannot. It reads the project. The model stays until the next run, which new
// answers or Refit start, and which goes on from it: to roll back means to
// continue from there.
func (t *Trainer) Use(run uint64) error {
	s, err := Load(t.project, run)
	if err != nil {
		return err
	}
	t.ask(func() { t.asked.use = s })
	return nil
}

// Pause stops the work after the step in hand until Resume.
func (t *Trainer) Pause() { t.ask(func() { t.paused = true }) }

// Resume takes the work up again.
func (t *Trainer) Resume() { t.ask(func() { t.paused = false }) }

func (t *Trainer) ask(change func()) {
	t.mu.Lock()
	change()
	t.mu.Unlock()
	select {
	case t.kick <- struct{}{}:
	default:
	}
}

// Run works until the context ends, saves what is not saved, and returns nil,
// or the error of that last saving. Errors on the way are shown in the State
// and tried again.
func (t *Trainer) Run(ctx context.Context) error {
	watch, stop := t.project.Watch()
	defer stop()
	t.attempt(ctx, &t.failed.restore, t.restore)
	for ctx.Err() == nil {
		t.attempt(ctx, &t.failed.read, t.look)
		if wait := t.work(ctx, watch); wait > 0 {
			t.wait(ctx, watch, wait)
		}
	}
	t.phase(Idle)
	t.save()
	return t.failed.save
}

// forever is longer than anybody waits.
const forever = 1000 * time.Hour

// work does the most urgent step. It returns how long to wait for something to
// happen, 0 where more is to be done.
func (t *Trainer) work(ctx context.Context, watch <-chan struct{}) time.Duration {
	t.mu.Lock()
	asked, paused := t.asked, t.paused
	t.mu.Unlock()
	if wait := time.Until(t.retry); wait > 0 {
		return wait
	}
	do := func(step func(context.Context) error) time.Duration {
		t.attempt(ctx, &t.failed.work, step)
		return 0
	}
	switch {
	case asked.use != nil:
		return do(t.use)
	case paused:
		t.phase(Paused)
		return forever
	case t.spaceDue():
		return do(t.respace)
	case asked.train && t.space != nil && !t.trainable():
		return do(t.refuse)
	case t.trainDue():
		return do(t.train)
	case t.todo.head:
		return do(t.scoreHead)
	case t.todo.curve:
		return do(t.drawCurve)
	case t.unsaved.due():
		t.save()
		return 0
	case t.comparison != nil && (t.pass == nil || t.comparison.first):
		return do(t.compare)
	case t.pass != nil:
		return do(func(ctx context.Context) error { return t.scorePool(ctx, watch) })
	}
	t.phase(Idle)
	wait := forever
	if t.answers.fresh > 0 && t.trainable() {
		wait = time.Until(t.changed.Add(t.o.Quiet))
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
type failed struct{ restore, read, work, save error }

func (f *failed) join() error { return errors.Join(f.restore, f.read, f.work, f.save) }

// attempt does a step and takes note of how it went.
func (t *Trainer) attempt(ctx context.Context, failed *error, step func(context.Context) error) {
	err := step(ctx)
	if ctx.Err() != nil || err == nil && *failed == nil {
		return
	}
	*failed = err
	if err != nil && failed != &t.failed.restore && !errors.Is(err, ErrTooFew) {
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
	if task.Kind != label.Classes {
		return ErrKind
	}
	before := t.answers.fresh
	if err := t.answers.read(t.project, len(task.Labels)); err != nil {
		return err
	}
	if t.seen == 0 && t.restored > 0 {
		// What the restored model was trained on is not new.
		t.answers.fresh = 0
		if _, err := t.project.Touched(t.restored, func(uint64, label.Standing, bool) error {
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
	return nil
}

// trainable reports whether two classes have answers: below that there is
// nothing to tell apart.
func (t *Trainer) trainable() bool {
	first := -1
	for _, c := range t.answers.train {
		if first >= 0 && c != first {
			return t.space != nil
		}
		first = c
	}
	return false
}

// trainDue reports whether it is time for a run.
func (t *Trainer) trainDue() bool {
	t.mu.Lock()
	asked := t.asked.train
	t.mu.Unlock()
	switch {
	case !asked && !t.refit && t.answers.fresh == 0, !t.trainable():
		return false
	case asked, t.refit, t.current.Load() == nil, t.answers.fresh >= t.o.Answers:
		return true
	}
	return time.Since(t.changed) >= t.o.Quiet
}
