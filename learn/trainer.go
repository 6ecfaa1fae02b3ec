package learn

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"inkling/label"
	"inkling/label/anchor"
	"inkling/learn/query"
)

// Options say how a Trainer works. Zero values mean the defaults.
type Options struct {
	Model     string           // name of a model, or "auto": chosen by cross-validation; default what the project's settings say
	Seed      uint64           // of everything drawn at random
	Now       func() time.Time // clock of run records; default time.Now
	Answers   int              // new answers that start a run at once; default 5
	Quiet     time.Duration    // a run also starts when no answer came for so long; default 1.5 s
	Workers   int              // goroutines that score the pool while nobody answers; default 1
	Head      int              // entries of the ranking that are scored anew before the whole pool is; default 512
	Cache     int              // bytes for the pool's rows; default 64 MiB
	Sample    int              // items that the features are learned from at most; default 50,000
	Keep      int              // runs whose models are kept at least, the last ones; default 8
	KeepBytes int              // bytes within which the models of more runs are kept; default 64 MiB; negative for none
	Query     query.Options    // Seed and Unseen are filled in
	Seconds   float64          // share of the queue for second opinions where several people answer, at most; default 0.1, or 0.3 where the project wants several answers to some items; negative for none
	Settings  Settings         // go before those of the project; Model before both
	Budget    time.Duration    // for comparing the models that take long, which only Train does; default 20 s
}

func (o Options) withDefaults() Options {
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
	if o.KeepBytes == 0 {
		o.KeepBytes = 64 << 20
	}
	if o.Budget <= 0 {
		o.Budget = 20 * time.Second
	}
	if o.Model != "" {
		o.Settings.Model = o.Model
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
// It does one small step of work at a time, the most urgent first: score the
// head of the queue, save every few seconds, fit when enough new answers are
// in, draw the curve, compare models, score the pool. New answers are looked for
// between two steps, and within those that take long: the scoring is taken up
// again where it was left, a curve and a fit of the comparison give way to a run
// that is due and are made again after it (see aside). The fit of a run is never
// broken off by answers, so that models come out however steadily they come; the
// answers go into the next one. Where a run takes long, the next one keeps its
// distance (see rest).
//
// Refit and Resume mean the project as it stands when they are called: the run
// that follows learns from every answer that was given before.
type Trainer struct {
	project   Project
	o         Options
	hub       hub
	current   atomic.Pointer[Snapshot]
	ranking   atomic.Pointer[query.Ranking]
	truth     atomic.Pointer[Truth]
	suspects  atomic.Pointer[Suspects]
	advice    atomic.Pointer[Advice]
	anchoring atomic.Pointer[anchor.Report]
	rules     atomic.Pointer[Rules]
	similar   atomic.Pointer[Similar]
	named     atomic.Pointer[string] // the strategy that a person chose
	kick      chan struct{}

	mu    sync.Mutex // guards what follows
	runs  []Run
	asked asked // and not yet heard

	// What follows belongs to Run's goroutine.
	want       asked  // and not yet done
	held       bool   // a person chose the current model: it stays until answers or a person start a run
	nextID     uint64 // of the next run; 0 where it has none yet
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
	calibrated *calibrated // of the model in force, or the next one
	comparison *comparison
	once       bool      // Train's: tasks that are not labelled in the workbench are taken too
	from       *Snapshot // that the next run goes on from; nil for the current one
	tune       Tuning    // how
	goesOn     *further  // how Train's run does, for its curve and its calibration; nil in the background, whose models never saw what those hold out
	pass       *pass
	cold       cold
	graphed    graphed
	members    members // where the strategy asks a committee
	todo       todo
	gave       struct{ curve, compare, cross, survey, advice, graph int } // see aside
	spent      spent                                                      // on the model in force
	ran        spent                                                      // the last run, without what came after it
	agreed     agreed                                                     // on the truth of several people's answers
	anchored   anchored                                                   // people by suggestions
	ruled      ruled
	gathered   similarity
	advised    advised
	cross      *crossed // nil before there was need of them
	crossing   *crossed // being fitted
	surveyed   surveyed
	seconds    seconds
	pretrain   pretraining
	refit      bool // the choice fell on another model, or the features changed
	unsaved    unsaved
	kept       []uint64 // runs whose models are in the project, the oldest first, as the project has it
	failed     failed
	retry      time.Time // not before then, after an error
}

// asked is what a person asked for.
type asked struct {
	train, fresh bool
	use          *Snapshot
	strategy     *string
	paused       bool
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
// current model stands, or fresh, with all weights from nothing. What the
// features are is learned from the pool, not from answers, and stays.
func (t *Trainer) Refit(fresh bool) {
	t.ask(func() { t.asked.train, t.asked.fresh = true, t.asked.fresh || fresh })
}

// Use makes the model of an earlier run the current one, or says why it
// cannot. It reads the project. The model stays, also over the end of the
// program, until the next run, which new answers or Refit start. That run goes
// on from it, if it is of the kind that is chosen by then: to roll back means to
// continue from there. A Refit that was asked for before is forgotten.
func (t *Trainer) Use(run uint64) error {
	s, err := Load(t.project, run)
	if err != nil {
		return err
	}
	t.ask(func() { t.asked = asked{use: s, strategy: t.asked.strategy, paused: t.asked.paused} })
	return nil
}

// Pause stops the work until Resume. The fit of a run that is in hand is carried
// to its end if it is short; one of a model that takes long, a curve, or a fit of a
// comparison, is given up and made again.
func (t *Trainer) Pause() { t.ask(func() { t.asked.paused = true }) }

// Resume takes the work up again.
func (t *Trainer) Resume() { t.ask(func() { t.asked.paused = false }) }

func (t *Trainer) ask(change func()) {
	t.mu.Lock()
	change()
	t.mu.Unlock()
	select {
	case t.kick <- struct{}{}:
	default:
	}
}

// hear takes over what was asked for. What the project held when it was asked
// is there for the look that follows.
func (t *Trainer) hear() {
	select {
	case <-t.kick: // first, so that whoever asks from now on kicks again
	default:
	}
	t.mu.Lock()
	a := t.asked
	t.asked = asked{paused: a.paused}
	t.mu.Unlock()
	if a.strategy != nil {
		t.adoptStrategy(*a.strategy)
	}
	if a.use == nil {
		a.use, a.train, a.fresh = t.want.use, a.train || t.want.train, a.fresh || t.want.fresh
	}
	t.want = a
}
