// Package weak turns the votes of many rules of thumb, each for one class and
// each wrong at times, into probabilities of classes: weak supervision (Ratner,
// Bach, Ehrenberg, Fries, Wu, Ré, "Snorkel: rapid training data creation with weak
// supervision", VLDB 2017).
//
// It holds pure functions over dense numbers of rules and classes; the same votes
// in any order give the same result, bit for bit.
package weak

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
)

// Votes counts what rules said of the items of a pool. Items of which the same
// rules said the same are one pattern, so that a pool of any size takes the room of
// its different patterns.
type Votes struct {
	classes  int
	rule     []int // the class that each rule votes for
	index    map[string]int
	patterns []pattern
	key      []byte
}

// pattern is what some items have in common: the rules that voted on them.
type pattern struct {
	fired []int32   // ascending
	count float64   // items whose class is not known
	known []float64 // items whose class is, by class; nil for none
}

// NewVotes returns votes of rules that vote for these classes, about no items yet.
func NewVotes(classes int, rule []int) (*Votes, error) {
	if classes < 2 {
		return nil, fmt.Errorf("weak: %d classes", classes)
	}
	for j, c := range rule {
		if c < 0 || c >= classes {
			return nil, fmt.Errorf("weak: rule %d votes for class %d of %d", j, c, classes)
		}
	}
	return &Votes{classes: classes, rule: slices.Clone(rule), index: map[string]int{}}, nil
}

// Add counts n items on which these rules voted, in ascending order without
// repeats; the others abstained. class is their class where it is known, else -1.
func (v *Votes) Add(fired []int32, class, n int) {
	v.key = v.key[:0]
	for _, j := range fired {
		v.key = binary.AppendUvarint(v.key, uint64(j))
	}
	at, ok := v.index[string(v.key)]
	if !ok {
		at = len(v.patterns)
		v.index[string(v.key)] = at
		v.patterns = append(v.patterns, pattern{fired: slices.Clone(fired)})
	}
	p := &v.patterns[at]
	if class < 0 || class >= v.classes {
		p.count += float64(n)
		return
	}
	if p.known == nil {
		p.known = make([]float64, v.classes)
	}
	p.known[class] += float64(n)
}

// sorted returns the patterns in an order that owes nothing to that of the items.
func (v *Votes) sorted() []pattern {
	out := slices.Clone(v.patterns)
	slices.SortFunc(out, func(a, b pattern) int { return slices.Compare(a.fired, b.fired) })
	return out
}

// Majority writes the share of the votes that each class has into p, and returns
// the first class with the most; -1, and nothing written, where no rule votes. Tied tells that
// another class has as many.
func (v *Votes) Majority(fired []int32, p []float64) (class int, tied bool) {
	if len(fired) == 0 {
		return -1, false
	}
	clear(p)
	for _, j := range fired {
		p[v.rule[j]] += 1 / float64(len(fired))
	}
	n := make([]int, v.classes)
	for _, j := range fired {
		n[v.rule[j]]++
	}
	class = slices.IndexFunc(n, func(x int) bool { return x == slices.Max(n) })
	return class, slices.ContainsFunc(n[class+1:], func(x int) bool { return cmp.Compare(x, n[class]) == 0 })
}
