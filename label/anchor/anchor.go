// Package anchor measures whether people's answers are drawn towards the
// suggestions that they are shown: anchoring (Tversky, Kahneman, "Judgment under
// uncertainty: heuristics and biases", Science 185, 1974).
//
// A share of the items, drawn by hash, keeps its suggestion from whoever answers
// (label.Task.Withhold); the record keeps what it would have been. As chance alone
// decides which items these are, people answer as suggested just as often there,
// unless the sight of a suggestion moves them: the difference between the two is
// the anchoring. The package holds pure functions.
package anchor

import (
	"cmp"
	"slices"
	"time"

	"inkling/label"
)

// Table is what people answered where there was a suggestion, seen or withheld.
// Its zero value holds nothing.
type Table struct {
	people  []string
	numbers map[string]int32
	items   map[uint64][]record // by item
}

// record is one answer to an item that had a suggestion.
type record struct {
	event     uint64
	by        int32
	suggested int32
	answered  int32
	took      time.Duration
	withheld  bool
}

// Take takes in where an item stands by everybody, in place of what was known of
// it. What counts are answers of one class to an item that had a suggestion, by
// people who looked at that item: not what a reviewer settled, and nothing that
// took no time, such as one of many decisions that were made at once. It reports
// whether there is or was anything that counts.
func (t *Table) Take(num uint64, all []label.Standing) bool {
	var out []record
	for _, s := range all {
		d := s.Decision
		if !d.Action.HasAnswer() || d.Settles || d.Audit || d.Took <= 0 || d.Shown == nil && d.Withheld == nil {
			continue
		}
		r := record{event: s.Event, by: t.number(s.Annotator), answered: int32(d.Answer.Class), took: d.Took, withheld: d.Shown == nil}
		if r.withheld {
			r.suggested = int32(d.Withheld.Answer.Class)
		} else {
			r.suggested = int32(d.Shown.Answer.Class)
		}
		out = append(out, r)
	}
	_, had := t.items[num]
	switch {
	case len(out) == 0:
		delete(t.items, num)
		return had
	case t.items == nil:
		t.items = map[uint64][]record{}
	}
	t.items[num] = out
	return true
}

func (t *Table) number(name string) int32 {
	n, ok := t.numbers[name]
	if !ok {
		if t.numbers == nil {
			t.numbers = map[string]int32{}
		}
		n = int32(len(t.people))
		t.people, t.numbers[name] = append(t.people, name), n
	}
	return n
}

// Report is how far people's answers are drawn towards suggestions.
type Report struct {
	All    Comparison // over all people, each compared with themselves
	People []Person   // those with the most answers first
}

// Person is what is known of one of them.
type Person struct {
	Name string
	Comparison
}

// Of returns what is known of a person; false where they answered nothing that had
// a suggestion.
func (r *Report) Of(name string) (Comparison, bool) {
	if r != nil {
		for _, p := range r.People {
			if p.Name == name {
				return p.Comparison, true
			}
		}
	}
	return Comparison{}, false
}

// Withheld is how many answers were given without sight of a suggestion that there
// was.
func (r *Report) Withheld() int {
	if r == nil {
		return 0
	}
	return r.All.Withheld.N
}

// block is how many answers of a person in a row are compared with each other:
// the model gets better as people label, and the share that is withheld may be
// raised on the way, so that answers without a suggestion are younger on average
// than those with one. Compared block by block, that makes no difference.
const block = 100

// Report compares answers with and without sight of a suggestion. classes is the
// number of labels.
func (t *Table) Report(classes int) *Report {
	by := make([][]record, len(t.people))
	for _, all := range t.items {
		for _, r := range all {
			by[r.by] = append(by[r.by], r)
		}
	}
	out := &Report{}
	var strata [][]record
	order := make([]int, len(by)) // by name: sums must not depend on who came first
	for p := range order {
		order[p] = p
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(t.people[a], t.people[b]) })
	for _, p := range order {
		all := by[p]
		if len(all) == 0 {
			continue
		}
		slices.SortFunc(all, func(a, b record) int { return cmp.Compare(a.event, b.event) })
		blocks := slices.Collect(slices.Chunk(all, block))
		strata = append(strata, blocks...)
		out.People = append(out.People, Person{t.people[p], compare(blocks, classes)})
	}
	out.All = compare(strata, classes)
	slices.SortFunc(out.People, func(a, b Person) int {
		return cmp.Or(cmp.Compare(b.Shown.N+b.Withheld.N, a.Shown.N+a.Withheld.N), cmp.Compare(a.Name, b.Name))
	})
	return out
}
