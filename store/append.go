package store

import (
	"context"
	"slices"

	"inkling/label"
)

// Pending is an event on its way to the disk.
type Pending struct {
	done   chan struct{}
	ev     label.Event
	counts label.Counts
	err    error
}

// Done is closed when the event is durable or has failed.
func (e *Pending) Done() <-chan struct{} { return e.done }

// Wait returns the event as it was stored, and the counts after it, when it is
// durable; or why it was not stored. Where ctx ends first, the event is still
// on its way. Wait may be called any number of times.
func (e *Pending) Wait(ctx context.Context) (label.Event, label.Counts, error) {
	select {
	case <-e.done:
		return e.ev, e.counts, e.err
	default:
	}
	select {
	case <-e.done:
		return e.ev, e.counts, e.err
	case <-ctx.Done():
		return label.Event{}, label.Counts{}, ctx.Err()
	}
}

// Append hands over an event of the kinds Decided, Undone, Redone, Commented,
// Ruled or Changed, and returns at once. Events become durable in the order of the calls. The
// store fills in the sequence number, the time where it is zero, Audit, Prev,
// Before and Target.
//
// Where the event is not acceptable, Wait returns an error for which Refused
// is true: ErrNothingToUndo, ErrNothingToRedo, ErrNoItem, ErrAnswer,
// ErrTaskChange, label.ErrTask, ErrEvent. Where it could not be saved, the
// error wraps the cause (for example syscall.ENOSPC), nothing that was durable
// is lost, and a later event may succeed.
func (p *Project) Append(ev label.Event) *Pending {
	e := &Pending{done: make(chan struct{}), ev: ev}
	e.ev.Decisions = slices.Clone(ev.Decisions) // they will be completed
	if e.ev.Time.IsZero() {
		e.ev.Time = p.options.now()
	}
	e.ev.Time = e.ev.Time.Round(0).UTC()
	p.queue.put(op{
		run: func(v *views) error {
			if k := e.ev.Kind; k != label.Decided && k != label.Undone && k != label.Redone && k != label.Changed && k != label.Commented && k != label.Ruled {
				return refuse("%w: %v", ErrEvent, k)
			}
			err := v.append(&e.ev)
			if err == nil {
				e.counts = v.copyCounts()
			}
			return err
		},
		done: func(err error) {
			e.err = err
			if err != nil {
				e.ev, e.counts = label.Event{}, label.Counts{}
			}
			close(e.done)
		},
	})
	return e
}

// Decide appends one Decided event.
func (p *Project) Decide(annotator string, d ...label.Decision) *Pending {
	return p.Append(label.Event{Kind: label.Decided, Annotator: annotator, Decisions: d})
}

// Undo appends an Undone event: the annotator's last decision in force is no
// longer in force.
func (p *Project) Undo(annotator string) *Pending {
	return p.Append(label.Event{Kind: label.Undone, Annotator: annotator})
}

// Redo appends a Redone event: the decision that the annotator undid last is
// in force again. A new decision ends what can be redone.
func (p *Project) Redo(annotator string) *Pending {
	return p.Append(label.Event{Kind: label.Redone, Annotator: annotator})
}

// Comment appends a Commented event.
func (p *Project) Comment(annotator string, c label.Comment) *Pending {
	return p.Append(label.Event{Kind: label.Commented, Annotator: annotator, Comment: &c})
}

// SetTask changes the task and waits until that is durable. Labels and columns
// may be added at the end and renamed; see ErrTaskChange.
func (p *Project) SetTask(t label.Task, annotator string) error {
	_, _, err := p.Append(label.Event{Kind: label.Changed, Annotator: annotator, Task: &t}).Wait(context.Background())
	return err
}
