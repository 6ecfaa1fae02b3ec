package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// lookup is an event that was decoded, with the place of each item in it.
type lookup struct {
	ev    label.Event
	place map[uint64]int
}

// event reads an event of the log. The last two are kept, so that undoing a
// large event does not decode the one before it again for every item.
func (v *views) event(seq uint64) (*lookup, error) {
	for _, l := range v.recent {
		if l != nil && l.ev.Seq == seq {
			return l, nil
		}
	}
	ev, err := readEvent(v.events, seq)
	if err != nil {
		return nil, err
	}
	v.recent[0], v.recent[1] = v.recent[1], &lookup{ev: ev}
	return v.recent[1], nil
}

// decision returns the standing that an event gave an item.
func (v *views) decision(seq, num uint64) (*standing, error) {
	l, err := v.event(seq)
	if err != nil {
		return nil, err
	}
	if l.place == nil {
		l.place = make(map[uint64]int, len(l.ev.Decisions))
		for i, d := range l.ev.Decisions {
			l.place[d.Item] = i
		}
	}
	i, ok := l.place[num]
	if !ok {
		return nil, fmt.Errorf("event %d decides nothing about item %d", seq, num)
	}
	return &standing{Event: seq, Decision: l.ev.Decisions[i]}, nil
}

// readEvent reads an event that the log must have.
func readEvent(events *bolt.Bucket, seq uint64) (label.Event, error) {
	b := events.Get(key8(seq))
	if b == nil {
		return label.Event{}, damaged("event %d is missing", seq)
	}
	ev, err := decodeEvent(b)
	if err != nil {
		return ev, fmt.Errorf("event %d: %w", seq, err)
	}
	if ev.Seq != seq {
		return ev, damaged("event %d calls itself %d", seq, ev.Seq)
	}
	return ev, nil
}
