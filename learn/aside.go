package learn

import (
	"context"
	"time"
)

// mostGiven is how many times in a row a step gives way to answers. The next
// one of its kind is carried to its end, so that answers that keep coming starve
// nothing: at worst a run waits for one such step in every mostGiven+1.
const mostGiven = 3

// aside does a step that may take long and is not urgent. The step goes on in a
// goroutine of its own, and must not touch what belongs to the trainer's; that
// one meanwhile looks for answers, and breaks the step off when a run is due, or
// when somebody asked for something. gave counts the steps of this kind that
// answers broke off since one was carried to its end. A step without it, the run
// of a model that takes long, gives way to no answers, and of those who ask only
// to who pauses or chooses another model.
//
// It returns whether the step was carried to its end, and the step's error.
// Where it was not, what it was about to make is lost, and is to be made again.
// Without a watch nothing can come in between, and the step is done in place.
func (t *Trainer) aside(ctx context.Context, watch <-chan struct{}, gave *int, step func(context.Context) error) (done bool, err error) {
	if watch == nil {
		return true, step(ctx)
	}
	within, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- step(within) }()
	timer := time.NewTimer(forever)
	defer timer.Stop()
	asked, broken := false, false
	gives := func() bool { return gave != nil && *gave < mostGiven }
	for {
		if asked || gives() && (t.runDue() || t.spaceDue()) {
			broken = true
			cancel()
		}
		timer.Reset(forever)
		if wait, ok := t.quiet(); ok && !broken && gives() {
			timer.Reset(wait)
		}
		select {
		case err := <-ended:
			if !broken || err == nil || ctx.Err() != nil {
				if gave != nil {
					*gave = 0
				}
				return true, err
			}
			if gave != nil && !asked { // who asks may ask as often as they like
				*gave++
			}
			return false, nil
		case <-watch:
			t.attempt(ctx, &t.failed.read, t.look)
		case <-t.kick:
			asked = asked || gave != nil || t.stopped()
		case <-timer.C:
		}
	}
}

// stopped reports whether somebody asked for what leaves no sense in a run that
// is in hand. What was asked for is heard after the step, in any case.
func (t *Trainer) stopped() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.asked.paused || t.asked.use != nil
}
