package seat

import (
	"context"
	"time"

	"inkling/label"
	"inkling/store"
)

// Done is what became of a decision, an undo or a redo.
type Done struct {
	Event  label.Event // with its sequence number, where Err is nil
	Err    error
	Cards  []Card         // undo and redo: the items concerned, as they stand now
	Target label.Decision // undo and redo: the first decision that was undone or redone
	Bulk   *label.Bulk    // undo and redo: how the items were chosen that were decided about at once; there are no Cards then

	Decisions []label.Decision // undo and redo: all that were undone or redone
}

// Ticket stands for something handed to the store; Wait returns when it is on
// disk or has failed.
type Ticket struct {
	settled chan struct{}
	done    Done // once settled is closed
}

// Wait returns when the decision is on disk, or why it could not be saved.
// Where ctx ends first, its error is returned, and the decision is still on its
// way. Wait may be called any number of times, or never.
func (t *Ticket) Wait(ctx context.Context) Done {
	select {
	case <-t.settled:
		return t.done
	case <-ctx.Done():
		return Done{Err: ctx.Err()}
	}
}

// Decide hands over a decision on a card and returns at once. The action
// follows from the card: an answer is accepted where it is the one suggested,
// corrected where another was, and plainly answered where none was shown.
func (s *Seat) Decide(c Card, a label.Answer, took time.Duration) *Ticket {
	d := label.Decision{Item: c.Item.Num, Action: actionOn(c.Suggestion, a), Answer: a, Took: took, Shown: shown(c.Suggestion), Withheld: shown(c.Withheld)}
	return s.append(label.Event{Kind: label.Decided, Decisions: []label.Decision{d}}, nil)
}

// Skip hands over that the person does not answer now; the item comes back
// when all others are done.
func (s *Seat) Skip(c Card, took time.Duration) *Ticket {
	d := label.Decision{Item: c.Item.Num, Action: label.Skipped, Took: took, Shown: shown(c.Suggestion), Withheld: shown(c.Withheld)}
	return s.append(label.Event{Kind: label.Decided, Decisions: []label.Decision{d}}, s.release)
}

// Flag sets the item aside for review, with a note.
func (s *Seat) Flag(c Card, note string, took time.Duration) *Ticket {
	d := label.Decision{Item: c.Item.Num, Action: label.Flagged, Note: note, Took: took, Shown: shown(c.Suggestion), Withheld: shown(c.Withheld)}
	return s.append(label.Event{Kind: label.Decided, Decisions: []label.Decision{d}}, nil)
}

// Undo takes the person's last decision in force out of force.
func (s *Seat) Undo() *Ticket {
	return s.append(label.Event{Kind: label.Undone}, s.reopen)
}

// Redo puts the decision that was undone last back in force.
func (s *Seat) Redo() *Ticket {
	return s.append(label.Event{Kind: label.Redone}, s.reopen)
}

// shown is what the record keeps of a suggestion; nil of none.
func shown(s *label.Suggestion) *label.Shown {
	if s == nil {
		return nil
	}
	return &label.Shown{Answer: s.Answer, Probability: float32(s.Probability), Model: s.Model}
}

// refuse is a ticket for what was not handed over.
func refuse(err error) *Ticket {
	t := &Ticket{settled: make(chan struct{}), done: Done{Err: err}}
	close(t.settled)
	return t
}

func (s *Seat) append(ev label.Event, after func(*Done)) *Ticket {
	if !s.role.Answers() {
		return refuse(ErrRole)
	}
	ev.Time, ev.Annotator = s.now(), s.annotator
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range ev.Decisions {
		s.handed[d.Item] = true
	}
	if s.unsaved++; ev.Kind == label.Decided {
		s.decided++
		s.lastDecided = ev.Time
	}
	t := &Ticket{settled: make(chan struct{})}
	before := s.last
	s.last = t.settled
	// Under the lock, so that the store gets decisions in the order made.
	pending := s.project.Append(ev)
	go s.settle(t, pending, before, after)
	return t
}

// settle waits for the disk on behalf of a ticket, whether or not anybody asks,
// so that Unsaved and Flush know of every decision. Tickets settle in the order
// in which they were made.
func (s *Seat) settle(t *Ticket, pending *store.Pending, before <-chan struct{}, after func(*Done)) {
	defer close(t.settled)
	// The store ends what it was given also when it is closed.
	ev, _, err := pending.Wait(context.Background())
	if before != nil {
		<-before
	}
	t.done = Done{Event: ev, Err: err}
	s.mu.Lock()
	var decided, held []uint64
	if err == nil {
		for _, d := range ev.Decisions {
			decided = append(decided, d.Item)
		}
		s.forget(decided...)
	}
	for _, g := range s.given {
		held = append(held, g.num)
	}
	s.mu.Unlock()
	// From here on the answers themselves keep others away.
	s.room.free(s, decided...)
	s.room.renew(s, held)
	// And only from here on can what was skipped be handed out again.
	if err == nil && after != nil {
		after(&t.done)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsaved--
	if !store.Refused(err) {
		s.failed = err
	}
	s.idle.Broadcast()
}

// release lets a skipped item come again.
func (s *Seat) release(d *Done) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, dec := range d.Event.Decisions {
		delete(s.handed, dec.Item)
	}
}

// reopen fills in the cards of the decisions that were undone or redone. What
// was undone is on its way to the screen, and so counts as handed out; what is
// skipped again comes again.
func (s *Seat) reopen(d *Done) {
	target, err := s.project.Event(d.Event.Target)
	if err != nil {
		d.Err = err
		return
	}
	if d.Decisions = target.Decisions; len(d.Decisions) > 0 {
		d.Target = d.Decisions[0]
	}
	if target.Bulk != nil {
		s.reopenAll(d, target)
		return
	}
	for _, dec := range target.Decisions {
		c, err := s.open(dec.Item, Past)
		if err != nil {
			d.Err = err
			return
		}
		c.Event = target.Seq
		d.Cards = append(d.Cards, c)
	}
	for _, c := range d.Cards {
		if d.Event.Kind == label.Undone {
			s.take(c.Item.Num)
			continue
		}
		// It was before the person since it was undone.
		s.mu.Lock()
		s.forget(c.Item.Num)
		s.mu.Unlock()
		s.room.free(s, c.Item.Num)
		if c.Standing != nil && c.Standing.Decision.Action == label.Skipped {
			s.mu.Lock()
			delete(s.handed, c.Item.Num)
			s.mu.Unlock()
		}
	}
}

// take puts an item before the person whoever else holds it: they asked for it.
func (s *Seat) take(num uint64) {
	s.mu.Lock()
	s.handed[num] = true
	s.forget(num)
	s.given = append([]given{{num: num, why: Asked}}, s.given...)
	s.mu.Unlock()
	s.room.mu.Lock()
	defer s.room.mu.Unlock()
	s.room.hold(num, s)
}

// History returns the card of the person's latest decision before the event
// with this sequence number; 0 begins at the end. The second result is false
// where there is none.
func (s *Seat) History(before uint64) (Card, bool, error) {
	past, err := s.project.History(s.annotator, before, 1)
	if err != nil || len(past) == 0 {
		return Card{}, false, err
	}
	ev := past[0].Event
	c, err := s.open(ev.Decisions[0].Item, Past)
	if err != nil {
		return Card{}, false, err
	}
	c.Event = ev.Seq
	return c, true, nil
}
