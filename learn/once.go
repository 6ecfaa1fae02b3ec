package learn

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// TrainOptions say how Train works. Zero values mean the defaults.
type TrainOptions struct {
	Model    string           // name of a model, or "auto": chosen by cross-validation; default auto
	Fresh    bool             // start over, features included, instead of from where the current model stands
	Seed     uint64           // of everything drawn at random
	Now      func() time.Time // clock of the run's record; default time.Now
	Sample   int              // items that the features are learned from at most; default 50,000
	Progress func(State)      // called from the goroutine of Train whenever something changed; nil for none
}

// Train does one run, waits for it, and makes its model the project's current
// one. It is not for a project on which a Trainer runs. Where it fails or is
// cancelled, the project stays as it was.
//
// A fresh run on the same items and answers with the same seed makes the same
// model, bit for bit, however the project came to them.
func Train(ctx context.Context, p Project, o TrainOptions) (Run, *Snapshot, error) {
	t := NewTrainer(p, Options{Model: o.Model, Seed: o.Seed, Now: o.Now, Sample: o.Sample})
	if o.Progress != nil {
		t.hub.listen = o.Progress
	}
	if t.o.Model != Auto {
		if _, err := newModel(t.o.Model); err != nil {
			return Run{}, nil, err
		}
	}
	if err := t.restore(ctx); err != nil && !o.Fresh {
		return Run{}, nil, err
	}
	if err := t.look(ctx); err != nil {
		return Run{}, nil, err
	}
	t.want.train, t.want.fresh = true, o.Fresh
	if o.Fresh {
		t.space, t.choice, t.curve = nil, nil, nil
	}
	if t.spaceDue() {
		if err := t.respace(ctx); err != nil {
			return Run{}, nil, err
		}
	}
	if !t.trainable() {
		return Run{}, nil, fmt.Errorf("%w: two classes must have answers outside the audit stream", ErrTooFew)
	}
	if err := t.examples.read(ctx, p, t.answers); err != nil {
		return Run{}, nil, err
	}
	if t.o.Model == Auto {
		q := t.examples.problem(t.task, t.answers)
		if t.choice.due(q) {
			t.comparison = newComparison(q, t.o.Seed)
		}
		if t.comparison != nil {
			for !t.comparison.done() {
				if err := t.advance(ctx); err != nil {
					return Run{}, nil, err
				}
			}
			t.decide(t.nextRun())
		}
	}
	if err := t.train(ctx); err != nil {
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

// digest names model bytes in a run's record, so that two runs can be compared
// where the bytes are gone.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
