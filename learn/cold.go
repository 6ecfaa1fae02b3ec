package learn

import (
	"context"
	"fmt"

	"inkling/label"
	"inkling/learn/query"
)

// Of the start.
const (
	coldItems = 2048 // the random sample of the pool from which the first questions are chosen
	coldPicks = 32   // questions that are chosen at once
)

// cold is the start before there is a model: the queue is what a strategy that
// needs none picks, so that the first answers are about typical items and not
// about any. It is made once a project has a representation, and again where that
// or the pool changed much, or what was picked has answers and there is no model yet,
// because all are of one class.
type cold struct {
	begun    bool
	space    *space
	items    uint64
	answered int
}

// coldDue reports whether the first questions are to be chosen (again).
func (t *Trainer) coldDue() bool {
	if t.task.Kind != label.Classes || t.current.Load() != nil || t.space == nil || !t.space.represents() || t.items == 0 {
		return false
	}
	if _, random := t.strategy().Scorer.(query.Random); random {
		return false
	}
	return !t.cold.begun || t.cold.space != t.space || t.items >= 2*t.cold.items || len(t.answers.train) >= t.cold.answered+coldPicks
}

// scoreCold makes a queue without a model.
func (t *Trainer) scoreCold(ctx context.Context) error {
	t.phase(Scoring)
	var nums []uint64
	if _, err := t.project.Walk(label.ID{}, coldItems, func(num uint64, _ label.ID) bool {
		if !t.answers.decided.has(num) {
			nums = append(nums, num)
		}
		return ctx.Err() == nil
	}); err != nil {
		return fmt.Errorf("draw items: %w", err)
	}
	if err := t.examples.read(ctx, t.project, t.answers); err != nil {
		return err
	}
	c, err := t.candidates(ctx, nil, t.space, nums)
	if err != nil {
		return fmt.Errorf("read the first items: %w", err)
	}
	r := query.NewRanker(query.Options{Scorer: query.Random{}, Seed: t.task.Seed})
	for i, num := range c.nums {
		r.Add(num, c.keys[i], nil)
	}
	out := r.Ranking(0, t.answers.seq, false)
	if err := t.arrange(ctx, nil, c, out); err != nil {
		return err
	}
	t.cold = cold{true, t.space, t.items, len(t.answers.train)}
	t.rank(out)
	return nil
}

// represents reports whether rows have a representation.
func (s *space) represents() bool { return s.data().Vector > 0 }
