package learn

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"inkling/label"
)

// TrainOptions say how Train works. Zero values mean the defaults.
type TrainOptions struct {
	Model    string           // name of a model, or "auto": chosen by cross-validation; default what the settings say
	Settings Settings         // go before the project's
	Fresh    bool             // start over, features included, instead of from where the current model stands
	From     uint64           // the run to go on from; 0 for the current model
	Tune     Tuning           // what of its model may change
	Seed     uint64           // of everything drawn at random
	Workers  int              // goroutines; default 1
	Budget   time.Duration    // for comparing models, all but the simplest; default 20 s
	Now      func() time.Time // clock of the run's record; default time.Now
	Sample   int              // items that the features are learned from at most; default 50,000
	Progress func(State)      // called from the goroutine of Train whenever something changed; nil for none
}

// ErrTune is wrapped by the error of a run that cannot go on from where it was
// asked to.
var ErrTune = errors.New("learn: cannot go on from there")

// Train does one run, waits for it, and makes its model the project's current
// one. It is not for a project on which a Trainer runs. Where it fails or is
// cancelled, the project stays as it was.
//
// A fresh run on the same items and answers with the same seed makes the same
// model, bit for bit, however the project came to them; where the model is
// chosen, as long as the budget carries all candidates on all answers.
func Train(ctx context.Context, p Project, o TrainOptions) (Run, *Snapshot, error) {
	t := NewTrainer(p, Options{Model: o.Model, Settings: o.Settings, Seed: o.Seed, Workers: o.Workers, Budget: o.Budget, Now: o.Now, Sample: o.Sample})
	t.once = true
	if o.Progress != nil {
		t.hub.listen = o.Progress
	}
	if err := t.restore(ctx); err != nil && !o.Fresh {
		return Run{}, nil, err
	}
	if err := t.goOnFrom(o); err != nil {
		return Run{}, nil, err
	}
	if err := t.o.Settings.Check(p.Task()); err != nil {
		return Run{}, nil, err
	}
	if err := t.look(ctx); err != nil {
		return Run{}, nil, err
	}
	t.want.train, t.want.fresh = true, o.Fresh
	if o.Fresh {
		t.space, t.choice, t.curve, t.calibrated = nil, nil, nil, nil
	}
	if t.spaceDue() && t.from == nil {
		if err := t.respace(ctx); err != nil {
			return Run{}, nil, err
		}
	}
	if t.from == nil {
		if err := t.representOnce(ctx); err != nil {
			return Run{}, nil, err
		}
	}
	if !t.trainable() {
		return Run{}, nil, fmt.Errorf("%w: %s must have answers outside the audit stream", ErrTooFew, t.least())
	}
	if err := t.examples.read(ctx, p, t.answers); err != nil {
		return Run{}, nil, err
	}
	if err := t.agree(ctx); err != nil {
		return Run{}, nil, err
	}
	q, err := t.nextProblem()
	if err != nil {
		return Run{}, nil, err
	}
	if t.goesOn, err = t.further(o.Fresh); err != nil {
		return Run{}, nil, err
	}
	if t.comparison = t.newComparison(q, true); t.comparison != nil && q.learnable() {
		for !t.comparison.done() {
			if err := t.advance(ctx); err != nil {
				return Run{}, nil, err
			}
		}
		found := t.comparison.found
		id := t.nextRun()
		if err := t.decide(id); err != nil {
			return Run{}, nil, err
		}
		if found != nil && len(q.all.Rows) <= compareRows {
			found.stamp(pick(t.o.Settings.Model, t.choice, q), len(q.all.Rows), id, t)
			t.calibrated = found
		}
	}
	if err := t.train(ctx, nil); err != nil {
		return Run{}, nil, err
	}
	if err := t.drawCurve(ctx, nil); err != nil {
		return Run{}, nil, err
	}
	if err := t.saveAll(); err != nil {
		return Run{}, nil, err
	}
	t.phase(Idle)
	runs := t.Runs()
	return runs[len(runs)-1], t.current.Load(), nil
}

// goOnFrom takes the model to go on from out of the project, and holds the run
// to its kind.
func (t *Trainer) goOnFrom(o TrainOptions) error {
	if o.From == 0 && o.Tune == (Tuning{}) {
		return nil
	}
	if o.Fresh {
		return fmt.Errorf("%w: a run either goes on from another or starts over", ErrTune)
	}
	s := t.current.Load()
	if o.From != 0 {
		var err error
		if s, err = Load(t.project, o.From); err != nil {
			return err
		}
		t.task = t.project.Task()
		t.adopt(s)
		t.calibrated = nil
	}
	if s == nil {
		return fmt.Errorf("%w: the project has no model", ErrTune)
	}
	name := s.model.Name()
	if asked := cmp.Or(o.Model, o.Settings.Model); asked != "" && asked != name {
		return fmt.Errorf("%w: run %d is of %s, not of %s", ErrTune, s.version, name, asked)
	}
	if e, err := find(name); err != nil {
		return err
	} else if o.Tune != (Tuning{}) && !e.tunes {
		return fmt.Errorf("%w: %s has no layers to freeze or to adapt", ErrTune, name)
	}
	if n, ok := s.model.(networkModel); ok && o.Tune.Freeze >= n.layers() {
		return fmt.Errorf("%w: the model of run %d has %d layers, of which at most %d can be frozen, not %d", ErrTune, s.version, n.layers(), n.layers()-1, o.Tune.Freeze)
	}
	if t.o.Settings.Model != name {
		t.o.Settings.Model, t.o.Settings.Set = name, o.Settings.Set
	}
	t.from, t.tune = s, o.Tune
	return nil
}

// least says what must have answers before there can be a run.
func (t *Trainer) least() string {
	if t.task.Kind == label.Classes {
		return "two classes"
	}
	return "two items"
}

// digest names model bytes in a run's record, so that two runs can be compared
// where the bytes are gone.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
