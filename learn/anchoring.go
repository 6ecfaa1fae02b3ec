package learn

import (
	"context"
	"time"

	"inkling/label/anchor"
)

// Measuring whether people are drawn towards what they are shown, while they
// answer.
const (
	anchorEvery = 2 * time.Second // at most
	anchorRest  = 9               // times as long as it took
)

// anchored is how far that is known.
type anchored struct {
	drawn int // of the answers
	took  time.Duration
	ended time.Time
}

func (a *anchored) rest() time.Duration { return max(anchorEvery, anchorRest*a.took) }

// Anchoring returns how far people's answers are drawn towards the suggestions
// that they see; nil where nobody answered to one yet, and where the task does not
// ask for one class.
func (t *Trainer) Anchoring() *anchor.Report { return t.anchoring.Load() }

func (t *Trainer) anchorDue() bool {
	return t.anchored.drawn != t.answers.drawn && time.Since(t.anchored.ended) >= t.anchored.rest()
}

// anchor measures it anew and publishes it.
func (t *Trainer) anchor(context.Context) error {
	began, drawn := time.Now(), t.answers.drawn
	t.anchoring.Store(t.answers.anchors.Report(len(t.task.Labels)))
	t.anchored = anchored{drawn: drawn, took: time.Since(began), ended: time.Now()}
	t.hub.update(nil)
	return nil
}
