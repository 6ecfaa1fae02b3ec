package store

import (
	"context"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Event returns the event with this sequence number, or ErrNoEvent.
func (p *Project) Event(seq uint64) (label.Event, error) {
	var ev label.Event
	err := p.view(func(tx *bolt.Tx) (err error) {
		b := tx.Bucket(bucketEvents)
		if seq == 0 || b.Get(key8(seq)) == nil {
			return fmt.Errorf("%w: %d", ErrNoEvent, seq)
		}
		ev, err = readEvent(b, seq)
		return err
	})
	return ev, err
}

// Events visits the events from number from up to and including to, in order.
// An error of visit ends it and is returned.
func (p *Project) Events(ctx context.Context, from, to uint64, visit func(label.Event) error) error {
	return p.events(ctx, from, to, func(ev stored) error { return visit(ev.ev) })
}

// Chained does the same, with the digest of each event: see Head.
func (p *Project) Chained(ctx context.Context, from, to uint64, visit func(label.Event, Digest) error) error {
	from = max(from, 1)
	var l link
	err := p.view(func(tx *bolt.Tx) (err error) {
		l.head, err = before(tx, from-1)
		return err
	})
	if err != nil {
		return err
	}
	return p.events(ctx, l.head.Seq+1, to, func(ev stored) error {
		if l.next(ev.b); ev.ev.Seq < from {
			return nil
		}
		return visit(ev.ev, l.head.Digest)
	})
}

// stored is an event and its bytes in the log.
type stored struct {
	ev label.Event
	b  []byte
}

// events does what Events does, with the bytes of each event, which are only
// lent.
func (p *Project) events(ctx context.Context, from, to uint64, visit func(stored) error) error {
	var events []stored
	var bytes []byte
	for next := max(from, 1); next <= to; {
		if err := ctx.Err(); err != nil {
			return err
		}
		events, bytes = events[:0], bytes[:0]
		more := false
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketEvents).Cursor(), newChunk()
			for k, v := c.Seek(key8(next)); k != nil && number(k) <= to; k, v = c.Next() {
				ev, err := decodeEvent(v)
				if err != nil {
					return fmt.Errorf("event %d: %w", number(k), err)
				}
				at := len(bytes)
				bytes = append(bytes, v...) // an earlier array stays what it was where this is another
				events = append(events, stored{ev, bytes[at:]})
				if more = part.full(len(v)); more {
					next = number(k) + 1
					break
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, ev := range events {
			if err := visit(ev); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
	}
	return nil
}

// Past is a Decided event of an annotator's history.
type Past struct {
	Event   label.Event
	InForce bool // at least one of its items stands by it, as far as its annotator goes
}

// History returns at most n Decided events of an annotator before the event
// numbered before (0: before the end), latest first, whether in force or not.
func (p *Project) History(annotator string, before uint64, n int) ([]Past, error) {
	by, ok := p.state.Load().numbers[annotator]
	if !ok {
		return nil, nil
	}
	if before == 0 {
		before = p.Counts().Events + 1
	}
	var all []Past
	for before > 1 && len(all) < n {
		err := p.view(func(tx *bolt.Tx) error {
			events, answers := tx.Bucket(bucketEvents), tx.Bucket(bucketAnswers)
			part := newChunk()
			for more := true; more && before > 1 && len(all) < n; {
				before--
				ev, err := readEvent(events, before)
				if err != nil {
					return err
				}
				more = !part.full(0)
				if ev.Kind != label.Decided || ev.Annotator != annotator {
					continue
				}
				past := Past{Event: ev}
				for _, d := range ev.Decisions {
					v := answers.Get(answerKey(d.Item, keeper(&d, by)))
					if v == nil {
						continue
					}
					s, err := decodeStanding(v)
					if err != nil {
						return err
					}
					if past.InForce = s.Event == ev.Seq; past.InForce {
						break
					}
				}
				all = append(all, past)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
