package store

import (
	"bytes"
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
)

// memory is the places of a replay. Buckets would be changed millions of times
// at random and written again each time; memory is written once, in order.
type memory struct {
	pages    map[uint64]*page // by number of item; few where few items have a standing
	at       uint64           // of the page that was asked for last
	last     *page
	lists    map[string]map[pair]uint32
	comments []pair
	lent     [4]standing // in turn: a replay asks for millions
	turn     int
}

// page are the slots of items that follow each other.
type page [1024]slot

// slot is how an item stands by all, in the order of annotators. Most have one
// answer: it needs no slice.
type slot struct {
	first entry
	more  []entry
}

// entry is a standing, the decision as it is stored: those that nobody asks for
// are never decoded.
type entry struct {
	decision []byte // nil in a slot that is empty
	event    uint64
	by       uint32
	weight   uint8
}

type pair struct{ a, b uint64 }

func (p pair) compare(o pair) int { return cmp.Or(cmp.Compare(p.a, o.a), cmp.Compare(p.b, o.b)) }

func newMemory() *memory {
	return &memory{pages: map[uint64]*page{}, lists: map[string]map[pair]uint32{string(bucketSkipped): {}, string(bucketFlagged): {}}}
}

// slot returns the place of an item, nil where it has none and is not to get
// one.
func (m *memory) slot(num uint64, add bool) *slot {
	size := uint64(len(m.last))
	if at := num / size; m.last == nil || m.at != at {
		p := m.pages[at]
		if p == nil {
			if !add {
				return nil
			}
			p = &page{}
			m.pages[at] = p
		}
		m.at, m.last = at, p
	}
	return &m.last[num%size]
}

// all visits the entries of an item.
func (s *slot) all(visit func(*entry)) {
	if s == nil || s.first.decision == nil {
		return
	}
	visit(&s.first)
	for i := range s.more {
		visit(&s.more[i])
	}
}

// standing decodes an entry. It is lent until the fourth call after this one.
func (m *memory) standing(e *entry) (*standing, error) {
	s := &m.lent[m.turn%len(m.lent)]
	m.turn++
	*s = standing{Event: e.event, raw: e.decision}
	if err := decodeDecision(e.decision, &s.Decision); err != nil {
		return nil, err
	}
	return s, nil
}

func (m *memory) standings(num uint64, n uint32) (latest *standing, by uint32, mine *standing, err error) {
	var first, own *entry
	m.slot(num, false).all(func(e *entry) {
		if e.by == n {
			own = e
		}
		if first == nil || e.weight > first.weight || e.weight == first.weight && e.event > first.event {
			first = e
		}
	})
	if first == nil {
		return nil, 0, nil, nil
	}
	if latest, err = m.standing(first); err != nil {
		return nil, 0, nil, fmt.Errorf("item %d: %w", num, err)
	}
	switch {
	case own == first:
		mine = latest
	case own != nil:
		if mine, err = m.standing(own); err != nil {
			return nil, 0, nil, fmt.Errorf("item %d: %w", num, err)
		}
	}
	return latest, first.by, mine, nil
}

func (m *memory) stand(num uint64, n uint32, s *standing) error {
	if s == nil {
		if at := m.slot(num, false); at != nil {
			at.remove(n)
		}
		return nil
	}
	e := entry{decision: s.raw, event: s.Event, by: n, weight: weight(&s.Decision)}
	if e.decision == nil {
		e.decision = encode(0, &s.Decision)[1:]
	}
	m.slot(num, true).put(e)
	return nil
}

func (s *slot) put(e entry) {
	switch {
	case s.first.decision == nil, s.first.by == e.by:
		s.first = e
		return
	case e.by < s.first.by:
		s.more = slices.Insert(s.more, 0, s.first)
		s.first = e
		return
	}
	i, there := slices.BinarySearchFunc(s.more, e.by, func(e entry, by uint32) int { return cmp.Compare(e.by, by) })
	if there {
		s.more[i] = e
	} else {
		s.more = slices.Insert(s.more, i, e)
	}
}

func (s *slot) remove(by uint32) {
	if s.first.by != by {
		s.more = slices.DeleteFunc(s.more, func(e entry) bool { return e.by == by })
		return
	}
	if s.first = (entry{}); len(s.more) > 0 {
		s.first, s.more = s.more[0], s.more[1:]
	}
}

func (m *memory) list(name []byte, seq, num uint64, by uint32, sign int) error {
	if sign < 0 {
		delete(m.lists[string(name)], pair{seq, num})
	} else {
		m.lists[string(name)][pair{seq, num}] = by
	}
	return nil
}

func (m *memory) comment(num, seq uint64) error {
	m.comments = append(m.comments, pair{num, seq})
	return nil
}

// entries yields what a view is to hold, in the order of keys. Keys and values
// are the receiver's.
func (v *views) entries(name []byte) iter.Seq2[[]byte, []byte] {
	m := v.at.(*memory)
	return func(yield func(k, v []byte) bool) {
		switch {
		case bytes.Equal(name, bucketNow):
			if yield(keyCounts, encode(countsSchema, v.s.counts)) {
				yield(keyTask, encode(schemaOf(&v.s.task), v.s.task))
			}
		case bytes.Equal(name, bucketAnnotators):
			for i, p := range v.s.people {
				if !yield(key4(uint32(i+1)), encode(annotatorSchema, p)) {
					return
				}
			}
		case bytes.Equal(name, bucketAnswers):
			m.answers(yield)
		case bytes.Equal(name, bucketComments):
			slices.SortFunc(m.comments, pair.compare)
			for _, p := range m.comments {
				if !yield(listKey(p.a, p.b), nil) {
					return
				}
			}
		default:
			list := m.lists[string(name)]
			for _, p := range slices.SortedFunc(maps.Keys(list), pair.compare) {
				if !yield(listKey(p.a, p.b), key4(list[p])) {
					return
				}
			}
		}
	}
}

func (m *memory) answers(yield func(k, v []byte) bool) {
	for _, at := range slices.Sorted(maps.Keys(m.pages)) {
		slots := m.pages[at]
		for i := range slots {
			num, more := at*uint64(len(slots))+uint64(i), true
			slots[i].all(func(e *entry) { more = more && yield(answerKey(num, e.by), e.stored()) })
			if !more {
				return
			}
		}
	}
}

// stored is the standing as encode writes it, made of the bytes of its decision.
func (e *entry) stored() []byte {
	b := make([]byte, 0, 13+len(e.decision))
	b = appendHead(append(b, standingSchema, cborMap|2, 1), cborUint, e.event)
	return append(append(b, 2), e.decision...)
}
