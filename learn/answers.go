package learn

import (
	"encoding/binary"
	"fmt"

	"inkling/label"
)

// answers is what the trainer knows of a project's decisions: kept up to date
// from the items that were touched since it last looked, never by reading the
// log again.
type answers struct {
	seq     uint64
	train   map[uint64]told // by item
	audit   map[uint64]told // the same for the audit stream
	decided bitset          // items with any decision in force: no ranking holds them
	fresh   int             // training answers that came, went or changed since the last run
}

// told is what an answer says: a class, or labels, or a number.
type told struct {
	class int
	set   string // the labels as uvarints: two sets are equal where these are
	value float64
}

// tell returns what an answer says in a task, and false where it says nothing
// that the task knows.
func tell(a label.Answer, t label.Task) (told, bool) {
	switch t.Kind {
	case label.Classes:
		return told{class: a.Class}, a.Class >= 0 && a.Class < len(t.Labels)
	case label.MultiLabel:
		var b []byte
		for i, c := range a.Set {
			if c < 0 || c >= len(t.Labels) || i > 0 && c <= a.Set[i-1] {
				return told{}, false
			}
			b = binary.AppendUvarint(b, uint64(c))
		}
		return told{set: string(b)}, true
	case label.Number:
		return told{value: a.Value}, label.Finite(a.Value)
	}
	return told{}, false
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
	return &answers{train: map[uint64]told{}, audit: map[uint64]told{}}
}

// read takes in what happened since the last call.
func (a *answers) read(p Reader, t label.Task) error {
	upTo, err := p.Touched(a.seq, func(num uint64, s label.Standing, has bool) error {
		a.take(num, s.Decision, has, t)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	a.seq = upTo
	return nil
}

func (a *answers) take(num uint64, d label.Decision, has bool, t label.Task) {
	a.decided.set(num, has)
	said, known := tell(d.Answer, t)
	answered := has && d.Action.HasAnswer() && known
	before, trained := a.train[num]
	delete(a.audit, num)
	switch {
	case answered && d.Audit:
		a.audit[num] = said
	case answered:
		if !trained || before != said {
			a.train[num] = said
			a.fresh++
		}
		return
	}
	if trained {
		delete(a.train, num)
		a.fresh++
	}
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
