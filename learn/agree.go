package learn

import (
	"context"
	"time"
)

// Finding the truth of people's answers while they give them.
const (
	agreeEvery = time.Second // at most, but for a run, which always has it of its own answers
	agreeRest  = 9           // times as long as it took, before it is found anew
)

// agreed is how far the truth is found.
type agreed struct {
	moved int // of the answers
	took  time.Duration
	ended time.Time
}

// rest is how long to wait before it is found anew.
func (a *agreed) rest() time.Duration { return max(agreeEvery, agreeRest*a.took) }

// agreeDue reports whether the truth is to be found anew although no run asks
// for it: screens show it.
func (t *Trainer) agreeDue() bool {
	return t.agreed.moved != t.answers.moved && time.Since(t.agreed.ended) >= t.agreed.rest()
}

// agree finds the truth of what several people answered, where that changed, and
// publishes it. One person alone costs nothing.
func (t *Trainer) agree(ctx context.Context) error {
	if t.agreed.moved == t.answers.moved {
		return nil
	}
	began, moved := time.Now(), t.answers.moved
	truth, err := t.answers.consensus(ctx, t.task, t.truth.Load())
	if err != nil {
		return err
	}
	t.agreed = agreed{moved: moved, took: time.Since(began), ended: time.Now()}
	t.truth.Store(truth)
	t.hub.update(nil)
	return nil
}
