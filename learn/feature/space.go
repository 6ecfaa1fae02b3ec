package feature

import (
	"fmt"
	"slices"
	"sync"

	"inkling/learn/exact"
)

// Space is a fixed set of features. It never changes and is safe for
// concurrent use.
type Space struct {
	kinds  []Kind
	o      Options
	items  uint32 // of the sample
	keys   []uint64
	counts []uint32 // items that each key occurs in
	ends   [2]int   // where the keys of words end, and those of pieces
	tables []tableColumn

	// What follows is made from the above.
	index    *lookup
	weight   []float32 // of each key: how rare it is, and what sort
	features int
	fields   []Field
	owners   []int // column of each field
	rowers   sync.Pool
}

// build completes a space whose parts are there, or says what is wrong with
// them.
func (s *Space) build() error {
	if len(s.keys) > maxIndex {
		return fmt.Errorf("%w: %d features", ErrDamaged, len(s.keys))
	}
	s.index, s.weight = newLookup(len(s.keys)), make([]float32, len(s.keys))
	for i, k := range s.keys {
		if !s.index.put(k, uint32(i)) {
			return fmt.Errorf("%w: a feature occurs twice", ErrDamaged)
		}
		// Smooth inverse document frequency, as if one more item had every word.
		idf := exact.Log((1+float64(s.items))/(1+float64(s.counts[i]))) + 1
		s.weight[i] = float32(idf)
		if i >= s.ends[0] {
			s.weight[i] *= s.o.Pieces
		}
	}
	next := s.Texts()
	for i := range s.tables {
		t := &s.tables[i]
		t.first = uint32(next)
		t.index = make(map[string]uint32, len(t.codes))
		for j, v := range t.codes {
			t.index[v] = uint32(j)
		}
		if len(t.index) != len(t.codes) {
			return fmt.Errorf("%w: a code occurs twice", ErrDamaged)
		}
		next += int(t.features(s.kinds[i]))
		for _, f := range t.fields(s.kinds[i]) {
			s.fields, s.owners = append(s.fields, f), append(s.owners, i)
		}
	}
	s.features = next
	return nil
}

// Features returns how many columns rows have: every Index is below it.
func (s *Space) Features() int { return s.features }

// Texts returns how many of the features come from texts: those of a lower Index.
func (s *Space) Texts() int {
	if s.o.Hash > 0 {
		return 1 << s.o.Hash
	}
	return len(s.keys)
}

// Fields returns what the values of Row.Table are. It is shared: do not change
// it.
func (s *Space) Fields() []Field { return s.fields }

// Owners returns the column that each of Fields comes from. It is shared: do not
// change it.
func (s *Space) Owners() []int { return s.owners }

// Items returns the size of the sample that the space was learned from.
func (s *Space) Items() int { return int(s.items) }

// Kinds returns what the columns hold.
func (s *Space) Kinds() []Kind { return slices.Clone(s.kinds) }

// Order returns the codes of an ordinal column from the lowest to the highest,
// nil of another column.
func (s *Space) Order(column int) []string {
	if s.kinds[column] != Ordinal {
		return nil
	}
	return slices.Clone(s.tables[column].codes)
}

// Rower returns what makes rows. Give it back with Release when done with it,
// which is not needed but saves making the next one.
func (s *Space) Rower() *Rower {
	if r, ok := s.rowers.Get().(*Rower); ok {
		return r
	}
	return &Rower{space: s}
}

// Release gives a rower back, after which it, and the last row that it made,
// must not be used.
func (s *Space) Release(r *Rower) { s.rowers.Put(r) }
