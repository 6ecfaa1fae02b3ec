package learn

import (
	"cmp"
	"slices"
)

// Truth is what the answers of several people come to, as of one moment: for the
// items that more than one person answered, and for those that were settled. It
// is immutable, and a nil one holds nothing.
type Truth struct {
	Method string // how it was found, as package truth names it
	UpTo   uint64 // the last event that it took into account

	nums   []uint64 // ascending
	items  []Consensus
	people map[string]float64
	singly func(said told) (told, []float64) // what one person's answer comes to by itself; nil where it is taken at its word
}

// Consensus is what the answers to one item come to. Which of Class, Set and
// Value counts is the task's kind.
type Consensus struct {
	Class      int
	Set        []int
	Value      float64
	Confidence float64   // the probability of Class or Set; 0 for a number
	Spread     float64   // standard deviation of the numbers that were answered
	Answers    int       // how many people answered
	Agree      float64   // the share of them whose answer this is
	Settled    bool      // a reviewer said so, whatever they answered
	Classes    []float64 // the probability of every class, or of every label; nil for a number

	// People are the same probabilities by the people's answers alone. They are
	// what models learn from, so that no model is ever taught its own words.
	People []float64
}

// sure is the probability from which on a consensus counts as known.
const sure = 0.8

// Of returns what is held for true of an item; false where fewer than two people
// answered it and nobody settled it.
func (t *Truth) Of(num uint64) (Consensus, bool) {
	if t == nil {
		return Consensus{}, false
	}
	i, ok := slices.BinarySearch(t.nums, num)
	if !ok {
		return Consensus{}, false
	}
	return t.items[i], true
}

// Len is the number of items that it holds.
func (t *Truth) Len() int {
	if t == nil {
		return 0
	}
	return len(t.nums)
}

// Quality returns the estimated accuracy of a person's answers; false where
// there is too little to say.
func (t *Truth) Quality(name string) (float64, bool) {
	if t == nil {
		return 0, false
	}
	q, ok := t.people[name]
	return q, ok
}

// Disputed returns at most limit items about which people disagree and that
// nobody settled, the least certain first; of numbers those that are farthest
// apart.
func (t *Truth) Disputed(limit int) []uint64 {
	if t == nil {
		return nil
	}
	var at []int
	for i := range t.items {
		if c := &t.items[i]; !c.Settled && c.Agree < 1 {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int {
		x, y := &t.items[a], &t.items[b]
		return cmp.Or(cmp.Compare(y.Spread, x.Spread), cmp.Compare(x.Confidence, y.Confidence))
	})
	nums := make([]uint64, min(max(limit, 0), len(at)))
	for i := range nums {
		nums[i] = t.nums[at[i]]
	}
	return nums
}

// Uncertain returns at most limit items that nobody settled and whose truth is
// less certain than most, the least certain first, whether people disagree about
// them or not.
func (t *Truth) Uncertain(limit int) []uint64 {
	if t == nil {
		return nil
	}
	var at []int
	for i := range t.items {
		if c := &t.items[i]; !c.Settled && c.Classes != nil && c.Confidence < sure {
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(t.items[a].Confidence, t.items[b].Confidence) })
	nums := make([]uint64, min(max(limit, 0), len(at)))
	for i := range nums {
		nums[i] = t.nums[at[i]]
	}
	return nums
}

// taught returns what a model is to learn from an item that has the answer said:
// the label, and the probability of every class where it is not certain.
func (t *Truth) taught(num uint64, said told) (told, []float64) {
	if t == nil {
		return said, nil
	}
	c, ok := t.Of(num)
	switch {
	case !ok && t.singly != nil:
		return t.singly(said)
	case !ok || c.Settled:
		return said, nil
	}
	return c.told(said.by), c.spread()
}

// measures returns what a model is measured by on an item that has the answer
// said; false where people disagree and are not sure together.
func (t *Truth) measures(num uint64, said told) (told, bool) {
	c, ok := t.Of(num)
	if !ok || c.Settled {
		return said, true
	}
	return c.told(said.by), c.Agree == 1 || c.People == nil || c.Confidence >= sure
}

// told returns the consensus as an answer.
func (c *Consensus) told(by int32) told {
	out := told{by: by, value: c.Value}
	if c.People == nil {
		return out
	}
	if c.Set != nil {
		out.set = packSet(c.Set)
		return out
	}
	out.class = int32(c.Class)
	if c.People[c.Class] < c.People[best(c.People)] { // the model's word tipped it
		out.class = int32(best(c.People))
	}
	return out
}

// spread returns the probabilities by which a model learns from it; nil where it
// is one class, or where the kind has none.
func (c *Consensus) spread() []float64 {
	if c.Set != nil || c.People == nil {
		return nil
	}
	return spread(c.People)
}

// Truth returns what the answers of several people come to; nil where no item
// was answered by more than one person and none was settled.
func (t *Trainer) Truth() *Truth { return t.truth.Load() }
