package store

import (
	"maps"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// state is the small part of the views, which is kept in memory. A published
// state is immutable: a transaction works on a copy.
type state struct {
	task    label.Task
	counts  label.Counts
	head    Head              // of the log
	people  []annotator       // by number, from 1
	numbers map[string]uint32 // of people, by name
	named   uint64            // the bucket of names is complete up to this item
	tail    []run             // the names of later ones
}

func (s *state) clone() *state {
	c := *s
	c.counts.PerClass = slices.Clone(s.counts.PerClass)
	c.people = slices.Clone(s.people)
	return &c // numbers is copied when it grows
}

// name returns the name of an annotator, "" where there is no such number.
func (s *state) name(number uint32) string {
	number &^= settling
	if number == 0 || int(number) > len(s.people) {
		return ""
	}
	return s.people[number-1].Name
}

// join returns the number of an annotator, who becomes one where new.
func (s *state) join(name string) uint32 {
	if n, ok := s.numbers[name]; ok {
		return n
	}
	s.people = append(s.people, annotator{Name: name})
	s.numbers = maps.Clone(s.numbers)
	if s.numbers == nil {
		s.numbers = map[string]uint32{}
	}
	n := uint32(len(s.people))
	s.numbers[name] = n
	return n
}

// readState reads the state of a project. It does not scan, but for the tail
// that an import left which did not end: it costs the same at any number of
// items and events.
func readState(tx *bolt.Tx) (*state, error) {
	s := &state{numbers: map[string]uint32{}}
	now := tx.Bucket(bucketNow)
	if err := decode("task", taskSchema, now.Get(keyTask), &s.task); err != nil {
		return nil, err
	}
	if err := decode("counts", countsSchema, now.Get(keyCounts), &s.counts); err != nil {
		return nil, err
	}
	c := tx.Bucket(bucketAnnotators).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		var a annotator
		if err := decode("annotator", annotatorSchema, v, &a); err != nil {
			return nil, err
		}
		if number4(k) != uint32(len(s.people)+1) {
			return nil, damaged("annotator %d: out of order", len(s.people)+1)
		}
		s.join(a.Name)
		s.people[len(s.people)-1] = a
	}
	if last := lastKey(tx.Bucket(bucketEvents)); last != s.counts.Events {
		return nil, damaged("the log ends at event %d, the views at %d", last, s.counts.Events)
	}
	var err error
	if s.head, err = readHead(tx); err != nil {
		return nil, err
	}
	if s.head.Seq != s.counts.Events {
		return nil, damaged("the log ends at event %d, its chain of hashes at %d", s.counts.Events, s.head.Seq)
	}
	if last := lastKey(tx.Bucket(bucketItems)); last != s.counts.Items {
		return nil, damaged("the items end at %d, the views at %d", last, s.counts.Items)
	}
	if s.named, err = readNamed(tx, s.counts.Items); err != nil {
		return nil, err
	}
	s.tail, err = readTail(tx, s.named)
	return s, err
}
