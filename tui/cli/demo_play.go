package cli

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/learn"
	"inkling/plots"
	"inkling/store"
	"inkling/tui/seat"
)

// playStep is how many answers the plain demo gives between two retrains.
const playStep = 10

// play runs the loop without a terminal: the oracle answers at once, and the
// trainer works between its answers, never beside them, so that the same seed
// gives the same labels, models and figures.
func (j *demoJob) play(ctx context.Context, p *store.Project, o *oracle) error {
	b := &backstage{stopped: make(chan error, 1),
		Trainer: learn.NewTrainer(p, learn.Options{Seed: p.Task().Seed, Answers: 1 << 30, Quiet: 1000 * time.Hour})}
	err := j.steps(ctx, p, b, o)
	if e := b.stop(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return j.outcome(ctx, p)
}

// backstage is a trainer that works only when it is told to.
type backstage struct {
	*learn.Trainer
	cancel  context.CancelFunc // nil before it began
	stopped chan error
}

// retrain takes in all answers there are, and returns when all is done.
func (b *backstage) retrain(ctx context.Context) error {
	if b.cancel == nil {
		var running context.Context
		running, b.cancel = context.WithCancel(ctx)
		go func() { b.stopped <- b.Run(running) }()
		return b.wait(ctx, func(s learn.State) bool { return s.Phase == learn.Idle && s.Current != 0 })
	}
	// It looks for answers after it has paused and before it goes on, so that no
	// part of them is learned from first.
	b.Pause()
	if err := b.wait(ctx, func(s learn.State) bool { return s.Phase == learn.Paused }); err != nil {
		return err
	}
	b.Refit(false)
	b.Resume()
	return b.wait(ctx, func(s learn.State) bool { return s.Phase == learn.Idle })
}

// wait waits until the trainer's state is as wanted.
func (b *backstage) wait(ctx context.Context, wanted func(learn.State) bool) error {
	changed, stop := b.Watch()
	defer stop()
	for {
		s := b.State()
		if s.Err != nil {
			return s.Err
		}
		if wanted(s) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// stop ends the trainer, which saves what it has not yet saved.
func (b *backstage) stop() error {
	if b.cancel == nil {
		return nil
	}
	b.cancel()
	return <-b.stopped
}

// steps labels and retrains until the oracle has answered enough.
func (j *demoJob) steps(ctx context.Context, p *store.Project, t *backstage, o *oracle) error {
	s := seat.New(p, t, oracleName, time.Now)
	e := &evalJob{app: j.app, quiet: true}
	if !j.asJSON {
		fmt.Fprintf(j.Out, "%d loan memos, %d classes: an oracle answers %d of them, %d between two retrains.\nAccuracy is measured on the audits, drawn at random and never learned from; the\ntruth, which no project of yours knows, on all memos that were not learned from.\n\n",
			p.Counts().Items, len(p.Task().Labels), j.labels, playStep)
		fmt.Fprintf(j.Out, "%6s %7s %9s  %-14s %9s %7s  %s\n", "labels", "audits", "accuracy", "95% interval", "log loss", "truth", "model")
	}
	classes := map[int]bool{} // with an answer to learn from
	for n := 0; n < j.labels; {
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
			if n++; !c.Item.Audit {
				classes[class] = true
			}
		}
		if err := s.Flush(ctx); err != nil {
			return err
		}
		if len(classes) > 1 {
			if err := t.retrain(ctx); err != nil {
				return err
			}
		}
		if err := j.line(ctx, p, t.Trainer, e); err != nil {
			return err
		}
	}
	return nil
}

// line measures how far the learning is, and prints it.
func (j *demoJob) line(ctx context.Context, p *store.Project, t *learn.Trainer, e *evalJob) error {
	c, snap, runs := p.Counts(), t.Current(), t.Runs()
	if snap == nil || len(runs) == 0 {
		if !j.asJSON {
			fmt.Fprintf(j.Out, "%6d %7d %9s  %-14s %9s %7s  %s\n", c.Labelled, c.Audited, "–", "", "", "", "none yet: one class only")
		}
		return nil
	}
	m, err := e.onGold(ctx, p, []*learn.Snapshot{snap})
	if err != nil {
		return err
	}
	point := played{Labels: c.Labelled, Audits: c.Audited, Truth: m.said[0].eval.Confusion.Accuracy(), Model: snap.Model()}
	audit, interval, loss := "–", "", ""
	if u := runs[len(runs)-1].Audit; u != nil {
		point.Accuracy, point.Low, point.High = &u.Accuracy, &u.Low, &u.High
		audit, interval, loss = fmt.Sprintf("%.3f", u.Accuracy), fmt.Sprintf("%.3f to %.3f", u.Low, u.High), fmt.Sprintf("%.3f", u.LogLoss)
	}
	j.curve = append(j.curve, point)
	if !j.asJSON {
		fmt.Fprintf(j.Out, "%6d %7d %9s  %-14s %9s %7.3f  %s\n", point.Labels, point.Audits, audit, interval, loss, point.Truth, point.Model)
	}
	return nil
}

// played is one point of the demo's curve. Accuracy, with its interval, is
// nil before an audit has an answer.
type played struct {
	Labels   uint64   `json:"labels"`
	Audits   uint64   `json:"audits"`
	Accuracy *float64 `json:"accuracy"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
	Truth    float64  `json:"truth"` // on all items that no model learned from, by the gold column
	Model    string   `json:"model"`
}

// chart draws the accuracy over labels: what the audits say, and the truth.
func (j *demoJob) chart() string {
	st := lipgloss.NewRenderer(j.Out).NewStyle()
	audits := plots.Series{Name: "audits", Style: st, Dash: plots.Dotted}
	truth := plots.Series{Name: "truth", Style: st}
	for _, c := range j.curve {
		x := float64(c.Labels)
		truth.X, truth.Y = append(truth.X, x), append(truth.Y, c.Truth)
		if c.Accuracy != nil {
			audits.X, audits.Y = append(audits.X, x), append(audits.Y, *c.Accuracy)
		}
	}
	nan := math.NaN()
	return trimLines(plots.LineChart{Width: textWidth, Height: chartRows + 2, Title: "accuracy", XLabel: "labels", Legend: true,
		Series: []plots.Series{audits, truth}, XMin: nan, XMax: nan, YMin: nan, YMax: nan, Axis: st, Head: st}.View())
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
	audit, err := onAudit(ctx, p, []*learn.Snapshot{snap})
	if err != nil {
		return err
	}
	e := &evalJob{app: j.app, quiet: true}
	truth, err := e.onGold(ctx, p, []*learn.Snapshot{snap})
	if err != nil {
		return err
	}
	r, err := audit.report(p)
	if err != nil {
		return err
	}
	g, err := truth.report(p)
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"items": p.Counts().Items, "labelled": p.Counts().Labelled, "curve": j.curve, "audit": r, "gold": g})
	}
	fmt.Fprintf(j.Out, "\n%s\n\n", j.chart())
	told := fmt.Sprintf("The %s said %.3f, and between\n%.3f and %.3f.", count(r.N, "audit", "audits"), r.Accuracy, r.Interval.Low(), r.Interval.High())
	audit.curve = nil // drawn already
	shown := r
	if r.N == 0 {
		audit, shown, told = truth, g, "No audit has an answer\nyet that could have told."
	}
	if err := audit.print(j.Out, shown); err != nil {
		return err
	}
	fmt.Fprintf(j.Out, "\nThe demo knows how every loan went: on the %d memos that the model did not\nlearn from it is right %.3f of the time. %s\n", g.N, g.Accuracy, told)
	if j.path != "" {
		j.say("kept as %s: inkling %s opens it", j.path, j.path)
	}
	return nil
}
