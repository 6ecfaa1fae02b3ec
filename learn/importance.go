package learn

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"

	"inkling/label"
)

// Importance is what a snapshot goes by, over many items: a sum of the reasons
// that it gives for each. Weights are log odds, as in Explain; where numbers are
// told, they are in the unit of these.
type Importance struct {
	Items   int          // that it was taken over
	Columns []Weighty    // of all answers, the weightiest first
	Classes []ClassTerms // what speaks for each class, in the order of the classes
	of      map[int]int  // items told as a class
	terms   []map[reasonKey]*Term
}

// Weighty is a column with the mean, over all items, of how far what it holds
// moved the margin of the class that was told, to either side.
type Weighty struct {
	Column int // in Task.Columns
	Weight float64
}

// ClassTerms are the words and values that spoke most for a class where it was
// told.
type ClassTerms struct {
	Class int
	Items int // told as this class
	Terms []Term
}

// Term is a word, a run of characters or a value, with what it added to the
// margin over all items that were told as the class, divided by their number.
type Term struct {
	Term   string
	Column int
	Weight float64
	Items  int // in which it was a reason
}

// termsKept are the terms of a class that an Importance holds.
const termsKept = 20

// Weigh takes a snapshot's reasons over items. It asks for reasons of the answer
// that the snapshot gives, so that what nobody would be told does not count.
// Each item costs as much as an explanation: some hundred are enough for a
// picture.
func Weigh(ctx context.Context, s *Snapshot, items iter.Seq[label.Item]) (*Importance, error) {
	out := &Importance{of: map[int]int{}, terms: make([]map[reasonKey]*Term, s.model.Classes())}
	columns := map[int]float64{}
	for _, c := range s.space.columns {
		columns[c] = 0
	}
	for it := range items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for _, class := range s.told(it) {
			out.add(s.Explain(it, class, math.MaxInt), class, columns)
		}
		out.Items++
	}
	out.finish(columns)
	return out, nil
}

// told are the classes of the answer to an item; class 0 where that is a number.
func (s *Snapshot) told(it label.Item) []int {
	a := s.Suggest(it).Answer
	switch s.kind {
	case label.Number:
		return []int{0}
	case label.MultiLabel:
		return a.Set
	}
	return []int{a.Class}
}

// add takes the reasons of one answer.
func (m *Importance) add(reasons []label.Reason, class int, columns map[int]float64) {
	m.of[class]++
	if m.terms[class] == nil {
		m.terms[class] = map[reasonKey]*Term{}
	}
	sums := map[int]float64{}
	for _, r := range reasons {
		sums[r.Column] += r.Weight
		if r.Term == Alike { // no word that could be told
			continue
		}
		key := reasonKey{r.Column, strings.ToLower(r.Term)}
		t := m.terms[class][key]
		if t == nil {
			t = &Term{Term: r.Term, Column: r.Column}
			m.terms[class][key] = t
		}
		t.Weight += r.Weight
		t.Items++
	}
	for c, w := range sums {
		columns[c] += math.Abs(w)
	}
}

// finish puts in order what was summed.
func (m *Importance) finish(columns map[int]float64) {
	n := 0
	for _, k := range m.of {
		n += k
	}
	for _, c := range slices.Sorted(maps.Keys(columns)) {
		m.Columns = append(m.Columns, Weighty{c, columns[c] / float64(max(n, 1))})
	}
	slices.SortStableFunc(m.Columns, func(a, b Weighty) int { return cmp.Compare(b.Weight, a.Weight) })
	for class, by := range m.terms {
		c := ClassTerms{Class: class, Items: m.of[class]}
		for _, t := range by {
			if t.Weight /= float64(c.Items); t.Weight > 0 {
				c.Terms = append(c.Terms, *t)
			}
		}
		slices.SortFunc(c.Terms, func(a, b Term) int {
			return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Column, b.Column), cmp.Compare(strings.ToLower(a.Term), strings.ToLower(b.Term)))
		})
		c.Terms = slices.Clip(c.Terms[:min(len(c.Terms), termsKept)])
		m.Classes = append(m.Classes, c)
	}
	m.of, m.terms = nil, nil
}
