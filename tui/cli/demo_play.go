package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/seat"
)

// playStep is how many answers the plain demo gives between two retrains.
const playStep = 10

// play runs the loop without a terminal: the oracle answers at once, and the
// trainer works between its answers, never beside them, so that the same seed
// gives the same labels, models and figures.
func (j *demoJob) play(ctx context.Context, p *store.Project, o *oracle) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	t := learn.NewTrainer(p, learn.Options{Seed: p.Task().Seed, Answers: 1})
	t.Pause()
	stopped := make(chan error, 1)
	go func() { stopped <- t.Run(ctx) }()
	err := j.steps(ctx, p, t, o)
	cancel()
	if e := <-stopped; err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return j.outcome(context.WithoutCancel(ctx), p)
}

// steps labels and retrains until the oracle has answered enough.
func (j *demoJob) steps(ctx context.Context, p *store.Project, t *learn.Trainer, o *oracle) error {
	s := seat.New(p, t, oracleName, time.Now)
	if !j.asJSON {
		fmt.Fprintf(j.Out, "%d loan memos, %d classes; an oracle answers %d of them, %d between two retrains.\nAccuracy is measured on the audits: drawn at random, never learned from.\n\n",
			p.Counts().Items, len(p.Task().Labels), j.labels, playStep)
		fmt.Fprintf(j.Out, "%6s %7s %9s  %-14s %9s  %s\n", "labels", "audits", "accuracy", "95% interval", "log loss", "model")
	}
	for n := 0; n < j.labels; {
		if err := waitFor(ctx, t, learn.Paused); err != nil {
			return err
		}
		cards, err := s.Next(ctx, min(playStep, j.labels-n))
		if errors.Is(err, seat.ErrDone) {
			break
		}
		if err != nil {
			return err
		}
		for _, c := range cards {
			class, took, ok := o.Answer(c.Item)
			if !ok {
				return fmt.Errorf("the oracle does not know item %d", c.Item.Num)
			}
			s.Decide(c, label.ClassAnswer(class), took)
			n++
		}
		if err := s.Flush(ctx); err != nil {
			return err
		}
		t.Resume()
		if err := waitFor(ctx, t, learn.Idle); err != nil {
			return err
		}
		t.Pause()
		if !j.asJSON {
			j.line(p, t)
		}
	}
	return nil
}

// line prints how far the learning is.
func (j *demoJob) line(p *store.Project, t *learn.Trainer) {
	c := p.Counts()
	fmt.Fprintf(j.Out, "%6d %7d ", c.Labelled, c.Audited)
	runs := t.Runs()
	if len(runs) == 0 {
		fmt.Fprintf(j.Out, "%9s\n", "–")
		return
	}
	r := runs[len(runs)-1]
	if u := r.Audit; u != nil {
		fmt.Fprintf(j.Out, "%9.3f  %.3f to %.3f %9.3f  %s\n", u.Accuracy, u.Low, u.High, u.LogLoss, r.Model)
	} else {
		fmt.Fprintf(j.Out, "%9s  %-14s %9s  %s\n", "–", "", "", r.Model)
	}
}

// waitFor waits until the trainer is in a phase.
func waitFor(ctx context.Context, t *learn.Trainer, phase learn.Phase) error {
	changed, stop := t.Watch()
	defer stop()
	for {
		s := t.State()
		if s.Err != nil && !errors.Is(s.Err, learn.ErrTooFew) {
			return s.Err
		}
		if s.Phase == phase {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// outcome prints the curve, the report, and how far the audits told the truth.
func (j *demoJob) outcome(ctx context.Context, p *store.Project) error {
	id, err := p.CurrentModel()
	if err != nil {
		return err
	}
	if id == 0 {
		return fmt.Errorf("no model was trained: %d labels are too few; two classes must have answers outside the audit stream", j.labels)
	}
	snap, err := learn.Load(p, id)
	if err != nil {
		return err
	}
	audit, err := onAudit(ctx, p, snap)
	if err != nil {
		return err
	}
	e := &evalJob{app: j.app}
	truth, err := e.onGold(ctx, p, snap)
	if err != nil {
		return err
	}
	r, g := audit.report(), truth.report()
	if j.asJSON {
		type point struct {
			Labels   int     `json:"labels"`
			Audits   int     `json:"audits"`
			Accuracy float64 `json:"accuracy"`
			Low      float64 `json:"low"`
			High     float64 `json:"high"`
		}
		curve := []point{}
		for _, l := range audit.curve {
			curve = append(curve, point{l.Labels, l.N, l.Accuracy, l.Low, l.High})
		}
		return writeJSON(j.Out, map[string]any{"items": p.Counts().Items, "labelled": p.Counts().Labelled, "curve": curve, "audit": r, "gold": g})
	}
	fmt.Fprintln(j.Out)
	if err := audit.print(j.Out); err != nil {
		return err
	}
	fmt.Fprintf(j.Out, "\nThe demo knows how every loan went. On the %d memos that the model did not learn from it is right %.3f of the time;\nthe %d audits said %.3f, and between %.3f and %.3f.\n",
		g.N, g.Accuracy, r.N, r.Accuracy, r.Interval.Low(), r.Interval.High())
	if j.path != "" {
		j.say("kept as %s: inkling %s opens it", j.path, j.path)
	}
	return nil
}
