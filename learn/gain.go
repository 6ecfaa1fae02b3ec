package learn

import (
	"context"
	"fmt"
)

// Gain is how much more often answers are told right with a representation than
// without, in the same cross-validation.
type Gain struct {
	Labels  int     `cbor:"1,keyasint" json:"labels"`  // answers that it was measured on
	With    float64 `cbor:"2,keyasint" json:"with"`    // accuracy of the best model that reads it
	Without float64 `cbor:"3,keyasint" json:"without"` // of the best one that does not
	Model   string  `cbor:"4,keyasint" json:"model"`   // that one
	Low     float64 `cbor:"5,keyasint" json:"low"`     // 95% interval of the difference, answer by answer
	High    float64 `cbor:"6,keyasint" json:"high"`
}

// More is the difference.
func (g Gain) More() float64 { return g.With - g.Without }

// String says the gain in a few words.
func (g Gain) String() string {
	return fmt.Sprintf("accuracy %.3f with the representation, %.3f without (%s): %+.3f (95%%: %+.3f to %+.3f) on %d labels", g.With, g.Without, g.Model, g.More(), g.Low, g.High, g.Labels)
}

// normal95 is how many standard errors a 95% interval reaches to each side.
const normal95 = 1.959964

// gain returns what a comparison that is done tells of the representation; nil where
// it had no model that reads it, or no other.
func (c *comparison) gain() *Gain {
	var with, without *trial
	for _, t := range c.trials {
		if t.gone || t.record.Rung != c.last+1 || len(t.right) == 0 {
			continue
		}
		to := &without
		if t.entry.reads == readsDense {
			to = &with
		}
		if *to == nil || t.record.Loss < (*to).record.Loss {
			*to = t
		}
	}
	if with == nil || without == nil {
		return nil
	}
	more, se := paired(without.right, with.right)
	return &Gain{Labels: len(with.right), With: with.record.Accuracy, Without: without.record.Accuracy, Model: without.record.Model, Low: more - normal95*se, High: more + normal95*se}
}

// gain measures what the representation in force is worth with the answers that
// there are; nil where there are too few.
func (t *Trainer) gain(ctx context.Context, progress func(float64)) (*Gain, error) {
	if !t.trainable() {
		return nil, nil
	}
	if err := t.examples.read(ctx, t.project, t.answers); err != nil {
		return nil, err
	}
	if err := t.agree(ctx); err != nil {
		return nil, err
	}
	p, err := t.nextProblem()
	if err != nil || !p.learnable() || p.all.Vector == 0 {
		return nil, err
	}
	o := t.o
	o.Settings = Settings{ClassWeight: o.Settings.ClassWeight}
	c := newComparison(p, eligible(p, false), o, false)
	if c == nil {
		return nil, nil
	}
	for !c.done() {
		if err := c.advance(ctx); err != nil {
			return nil, err
		}
		progress(float64(c.step) / float64(max(1, c.steps())))
	}
	return c.gain(), nil
}
