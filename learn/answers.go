package learn

import (
	"encoding/binary"
	"fmt"
	"slices"

	"inkling/label"
	"inkling/label/anchor"
)

// answers is what the trainer knows of a project's decisions: kept up to date
// from the items that were touched since it last looked, never by reading the
// log again. Where one person answered, what they said is all that is kept.
type answers struct {
	seq     uint64
	train   map[uint64]told   // by item: the answer in force
	when    map[uint64]uint64 // the event of it, where somebody looked at the item by itself: it took them time
	audit   map[uint64]told   // the same for the audit stream
	several map[uint64]voices // of items of both that more than one person answered, or that were settled
	decided bitset            // items with any decision in force
	fresh   int               // training answers that came, went or changed since the last run
	hands   map[int32]bool    // who gave those
	moved   int               // how often several changed
	people  []string          // by number
	numbers map[string]int32
	anchors anchor.Table // answers to items that had a suggestion
	drawn   int          // how often that changed
}

// told is what an answer says: a class, or labels, or a number; and who says it.
type told struct {
	class int32
	by    int32  // who, in answers.people
	set   string // the labels as uvarints: two sets are equal where these are
	value float64
}

// voices is what several people say of an item.
type voices struct {
	said    []voice // by each person once, in the order of events
	settled bool    // whatever they say, the answer in force is a reviewer's
}

// voice is one person's answer.
type voice struct {
	told
	shown bool // they accepted what a model suggested
}

func (v voices) equal(o voices) bool { return v.settled == o.settled && slices.Equal(v.said, o.said) }

// tell returns what an answer says in a task, and false where it says nothing
// that the task knows.
func tell(a label.Answer, t label.Task) (told, bool) {
	switch t.Kind {
	case label.Classes:
		return told{class: int32(a.Class)}, a.Class >= 0 && a.Class < len(t.Labels)
	case label.MultiLabel:
		for i, c := range a.Set {
			if c < 0 || c >= len(t.Labels) || i > 0 && c <= a.Set[i-1] {
				return told{}, false
			}
		}
		return told{set: packSet(a.Set)}, true
	case label.Number:
		return told{value: a.Value}, label.Finite(a.Value)
	}
	return told{}, false
}

// packSet writes labels as told keeps them.
func packSet(labels []int) string {
	var b []byte
	for _, c := range labels {
		b = binary.AppendUvarint(b, uint64(c))
	}
	return string(b)
}

// labels returns the set of labels.
func (t told) labels() []int {
	out := []int{}
	for b := []byte(t.set); len(b) > 0; {
		c, n := binary.Uvarint(b)
		out, b = append(out, int(c)), b[n:]
	}
	return out
}

func newAnswers() *answers {
	return &answers{train: map[uint64]told{}, when: map[uint64]uint64{}, audit: map[uint64]told{}, several: map[uint64]voices{}, numbers: map[string]int32{}, hands: map[int32]bool{}}
}

// read takes in what happened since the last call.
func (a *answers) read(p Reader, t label.Task) error {
	upTo, err := p.TouchedStandings(a.seq, func(num uint64, all []label.Standing) error {
		a.take(num, all, t)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	a.seq = upTo
	return nil
}

// take takes in where an item stands by everybody, the standing in force first.
func (a *answers) take(num uint64, all []label.Standing, t label.Task) {
	a.decided.set(num, len(all) > 0)
	if t.Kind == label.Classes && a.anchors.Take(num, all) {
		a.drawn++
	}
	var d label.Decision
	var said told
	answered := false
	if len(all) > 0 {
		d = all[0].Decision
		said, answered = a.tell(all[0], t)
	}
	changed := a.hear(num, answered, all, t)
	before, trained := a.train[num]
	delete(a.audit, num)
	if delete(a.when, num); answered && d.Took > 0 {
		a.when[num] = all[0].Event
	}
	switch {
	case answered && d.Audit:
		a.audit[num] = said
	case answered:
		if !trained || before != said || changed {
			a.train[num] = said
			a.fresh++
			a.hands[said.by] = true
		}
		return
	}
	if trained {
		delete(a.train, num)
		a.fresh++
	}
}

// tell is the function of that name for a standing; false where that is no
// answer.
func (a *answers) tell(s label.Standing, t label.Task) (told, bool) {
	if !s.Decision.Action.HasAnswer() {
		return told{}, false
	}
	said, known := tell(s.Decision.Answer, t)
	said.by = a.number(s.Annotator)
	return said, known
}

// hear keeps what several people say of an item, and reports whether that
// changed. Answers that were imported without a name are nobody's: they are
// where a person started from, whose own answer takes their place. An item that
// is set aside or skipped by what is in force has no voices.
func (a *answers) hear(num uint64, answered bool, all []label.Standing, t label.Task) (changed bool) {
	var now voices
	if answered && (len(all) > 1 || all[0].Decision.Settles) {
		now.settled = all[0].Decision.Settles
		for _, s := range all {
			if s.Decision.Settles || s.Annotator == label.Importer {
				continue
			}
			if said, ok := a.tell(s, t); ok {
				now.said = append(now.said, voice{told: said, shown: s.Decision.Action == label.Accepted && s.Decision.Shown != nil})
			}
		}
	}
	before, had := a.several[num]
	has := now.settled || len(now.said) > 1
	switch {
	case !has && !had, has && had && now.equal(before):
		return false
	case has:
		a.several[num] = now
	default:
		delete(a.several, num)
	}
	a.moved++
	return true
}

// number returns the number of a person.
func (a *answers) number(name string) int32 {
	n, ok := a.numbers[name]
	if !ok {
		n = int32(len(a.people))
		a.people, a.numbers[name] = append(a.people, name), n
	}
	return n
}

// count is how many people answered an item that is not audited.
func (a *answers) count(num uint64) int {
	if v, ok := a.several[num]; ok {
		return len(v.said)
	}
	if _, ok := a.train[num]; ok {
		return 1
	}
	return 0
}

// bitset holds item numbers, which are dense.
type bitset []uint64

func (b bitset) has(n uint64) bool { return n/64 < uint64(len(b)) && b[n/64]>>(n%64)&1 == 1 }

func (b *bitset) set(n uint64, on bool) {
	i := n / 64
	if !on {
		if i < uint64(len(*b)) {
			(*b)[i] &^= 1 << (n % 64)
		}
		return
	}
	if grow := int(i) + 1 - len(*b); grow > 0 {
		*b = append(*b, make(bitset, grow)...)
	}
	(*b)[i] |= 1 << (n % 64)
}
