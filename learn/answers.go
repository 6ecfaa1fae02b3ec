package learn

import (
	"fmt"

	"inkling/label"
)

// answers is what the trainer knows of a project's decisions: kept up to date
// from the items that were touched since it last looked, never by reading the
// log again.
type answers struct {
	seq     uint64
	train   map[uint64]int // item -> class
	audit   map[uint64]int // the same for the audit stream
	decided bitset         // items with any decision in force: no ranking holds them
	fresh   int            // training answers that came, went or changed since the last run
}

func newAnswers() *answers {
	return &answers{train: map[uint64]int{}, audit: map[uint64]int{}}
}

// read takes in what happened since the last call.
func (a *answers) read(p Reader, classes int) error {
	upTo, err := p.Touched(a.seq, func(num uint64, s label.Standing, has bool) error {
		a.take(num, s.Decision, has, classes)
		return nil
	})
	if err != nil {
		return fmt.Errorf("read answers: %w", err)
	}
	a.seq = upTo
	return nil
}

func (a *answers) take(num uint64, d label.Decision, has bool, classes int) {
	a.decided.set(num, has)
	class := d.Answer.Class
	answered := has && d.Action.HasAnswer() && class >= 0 && class < classes
	before, trained := a.train[num]
	delete(a.audit, num)
	switch {
	case answered && d.Audit:
		a.audit[num] = class
	case answered:
		if !trained || before != class {
			a.train[num] = class
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
