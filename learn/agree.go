package learn

import (
	"context"
	"fmt"
	"slices"
	"time"

	"inkling/label"
	"inkling/label/truth"
)

// Finding the truth of people's answers while they give them.
const (
	agreeEvery = time.Second // at most, but for a run, which has it of its own answers where that is short
	agreeRest  = 9           // times as long as it took, before it is found anew
	agreeShort = 100 * time.Millisecond
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

// agreeForRun finds it for a run, where that takes no time to speak of or is due:
// where it takes long, what was answered again since counts by the answer in force.
func (t *Trainer) agreeForRun(ctx context.Context) error {
	if t.agreed.took > agreeShort && !t.agreeDue() {
		return nil
	}
	return t.agree(ctx)
}

// agree finds the truth of what several people answered, where that changed, and
// publishes it. One person alone costs nothing.
func (t *Trainer) agree(ctx context.Context) error {
	if t.agreed.moved == t.answers.moved {
		return nil
	}
	began, moved := time.Now(), t.answers.moved
	found, err := t.answers.consensus(ctx, t.task, t.truth.Load())
	if err != nil {
		return err
	}
	t.agreed = agreed{moved: moved, took: time.Since(began), ended: time.Now()}
	if found != nil {
		if found, err = t.weighIn(ctx, found); err != nil {
			return err
		}
	}
	t.truth.Store(found)
	t.hub.update(nil)
	return nil
}

// weighIn returns the truth with what models say of its items that never saw
// them beside the people's answers, as CROWDLAB weighs them. It leaves out where
// somebody was shown a suggestion and took it: there a model would speak twice.
// Nothing is learned from it: see Consensus.People.
func (t *Trainer) weighIn(ctx context.Context, found *Truth) (*Truth, error) {
	if len(t.seconds.said) == 0 || len(found.nums) < weighItems || t.task.Kind != label.Classes {
		return found, nil
	}
	v, _ := t.answers.votes(found, len(t.task.Labels))
	said := make([][]float64, len(found.nums))
	for i, num := range found.nums {
		if p := t.seconds.said[num]; len(p) == v.Classes && !t.answers.several[num].anchored() {
			said[i] = p
		}
	}
	crowd, err := truth.CrowdLab(ctx, v, func(i int) []float64 { return said[i] })
	if err != nil {
		return nil, fmt.Errorf("weigh the model's word: %w", err)
	}
	out := *found
	out.Method, out.items = crowd.Method, slices.Clone(found.items)
	for i, num := range out.nums {
		c := &out.items[i]
		if c.Settled || said[i] == nil || len(c.People) != v.Classes {
			continue
		}
		c.Classes = crowd.Of(i)
		if m := best(c.Classes); c.Classes[m] > c.Classes[c.Class] {
			c.Class = m
		}
		c.Confidence = c.Classes[c.Class]
		c.Agree = t.answers.several[num].agree(func(t told) bool { return int(t.class) == c.Class })
	}
	return &out, nil
}
