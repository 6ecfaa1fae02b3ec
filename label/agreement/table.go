package agreement

import "inkling/label"

// NewTable is a table without answers, of a task.
func NewTable(t label.Task) *Table {
	return &Table{Kind: t.Kind, Labels: len(t.Labels), people: map[string]int{}}
}

// Add adds what people answered about one item: where it stands by each of them.
// Skips and flags are missing answers, and a settlement is none of its own. The
// slice is only lent.
func (t *Table) Add(all []label.Standing) {
	var it Item
	for _, s := range all {
		if !s.Decision.Action.HasAnswer() || s.Decision.Settles {
			continue
		}
		n, ok := t.people[s.Annotator]
		if !ok {
			n = len(t.People)
			t.people[s.Annotator], t.People = n, append(t.People, s.Annotator)
		}
		it.Num = s.Item
		it.Ratings = append(it.Ratings, Rating{Person: n, Answer: s.Decision.Answer, Event: s.Event})
	}
	if len(it.Ratings) > 0 {
		t.Items = append(t.Items, it)
	}
}
