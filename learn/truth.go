package learn

// Truth is what the answers of several people come to, as of one moment. It is
// immutable.
type Truth struct {
	Method string // how it was found, as package truth names it
	UpTo   uint64 // the last event that it took into account

	items  map[uint64]Consensus
	people map[string]float64
}

// Consensus is what the answers to one item come to.
type Consensus struct {
	Class      int
	Confidence float64   // the probability of Class
	Answers    int       // how many people answered
	Settled    bool      // a reviewer said so, whatever they answered
	Classes    []float64 // the probability of every class
}

// Of returns what is held for true of an item; false where nobody answered it.
func (t *Truth) Of(num uint64) (Consensus, bool) {
	if t == nil {
		return Consensus{}, false
	}
	c, ok := t.items[num]
	return c, ok
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

// Truth returns what the answers come to, nil before anybody answered.
func (t *Trainer) Truth() *Truth { return t.truth.Load() }
