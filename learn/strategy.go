package learn

import (
	"context"
	"fmt"

	"inkling/label"
	"inkling/learn/query"
)

// committeeOf is how many members a committee of the trainer has.
const committeeOf = 5

// Strategies returns the query strategies for a kind of task, the default first.
func Strategies(k label.Kind) []query.Strategy {
	var out []query.Strategy
	for _, s := range query.Strategies() {
		if s.Suits(k) {
			out = append(out, s)
		}
	}
	return out
}

// checkStrategy reports a strategy that there is not, or that a kind of task does
// not have: ErrKind. The empty name is the default.
func checkStrategy(name string, k label.Kind) error {
	if name == "" {
		return nil
	}
	s, err := query.Parse(name)
	if err == nil && !s.Suits(k) {
		err = fmt.Errorf("%w: strategy %s is not for %s", ErrKind, name, k)
	}
	return err
}

// strategy is the one in force.
func (t *Trainer) strategy() query.Strategy {
	name := t.o.Settings.Strategy
	if name == "" {
		name = query.Default
	}
	s, err := query.Parse(name)
	if err != nil { // settings are checked where they come in
		s, _ = query.Parse(query.Default)
	}
	return s
}

// scorer is by what items are kept out of the whole pool: the strategy's own
// rule; at random where it needs no model; else the margin.
func (t *Trainer) scorer() query.Scorer {
	switch s := t.strategy(); {
	case s.Scorer != nil:
		return s.Scorer
	case s.Needs != 0 && s.Needs&(query.NeedsProbs|query.NeedsCommittee) == 0:
		return query.Random{}
	}
	return query.Margin{}
}

// Strategy is the name of the query strategy that the trainer works by; the
// default's before it has read the project's settings.
func (t *Trainer) Strategy() string {
	if name := t.named.Load(); name != nil && *name != "" {
		return *name
	}
	return query.Default
}

// UseStrategy orders the queue by another query strategy from now on; the empty
// name means the default. It keeps the choice in the project, and returns ErrKind
// where the task does not have that strategy.
func (t *Trainer) UseStrategy(name string) error {
	if err := checkStrategy(name, t.project.Task().Kind); err != nil {
		return err
	}
	s, err := LoadSettings(t.project)
	if err != nil {
		return err
	}
	s.Strategy = name
	if err := s.Save(t.project); err != nil {
		return err
	}
	t.ask(func() { t.asked.strategy = &name })
	return nil
}

// adoptStrategy does what UseStrategy asked for.
func (t *Trainer) adoptStrategy(name string) {
	t.o.Settings.Strategy = name
	t.named.Store(&name)
	t.hub.update(nil)
	if t.current.Load() != nil {
		t.pass, t.todo.head = t.newPass(), true
	} else {
		t.cold.begun = false
	}
}

// committee returns models fitted on bootstrap samples of the answers that there
// are, of the kind of the model in force where its fits are short, else naive
// Bayes. They are kept until the next run.
func (t *Trainer) committee(ctx context.Context, s *Snapshot) ([]Model, error) {
	if t.members.of == s.version && t.members.models != nil {
		return t.members.models, nil
	}
	if err := t.examples.read(ctx, t.project, t.answers); err != nil {
		return nil, err
	}
	p, err := t.nextProblem()
	if err != nil {
		return nil, err
	}
	name := s.Model()
	if !t.light(name) {
		name = NaiveBayes
	}
	var out []Model
	for m, rows := range query.Bootstrap(len(p.all.Rows), committeeOf, t.task.Seed) {
		empty, err := newModel(name)
		if err != nil {
			return nil, err
		}
		fitted, err := empty.Fit(ctx, p.all.Take(rows), FitOptions{Fresh: true, Seed: t.o.Seed + uint64(m)})
		if err != nil {
			return nil, fmt.Errorf("fit a committee: %w", err)
		}
		out = append(out, fitted)
	}
	t.members = members{s.version, out}
	return out, nil
}

// members is a committee.
type members struct {
	of     uint64 // the run whose answers it learned from
	models []Model
}
