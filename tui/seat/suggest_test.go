package seat

import (
	"testing"
	"time"

	"inkling/label"
)

// says suggests what it holds.
type says map[uint64]label.Suggestion

func (s says) Suggest(num uint64) (label.Suggestion, bool) {
	x, ok := s[num]
	return x, ok
}

// What another suggests is on the card and in the decision, but never on an
// audit, and never a label that the project has not.
func TestSuggestFrom(t *testing.T) {
	p := newProject(t, 60, 0.3)
	other := says{}
	for num := uint64(1); num <= 60; num++ {
		other[num] = label.Suggestion{Item: num, Answer: label.ClassAnswer(int(num % 3)), Probability: 0.9, Model: 1 << 32}
	}
	delete(other, 7)
	other[8] = label.Suggestion{Item: 8, Answer: label.ClassAnswer(0), Classes: []float64{0.5, 0.25, 0.25}}
	s := New(p, idle{}, "ana", clock())
	s.SuggestFrom(other)
	for range 60 {
		c := next(t, s, 1)[0]
		num := c.Item.Num
		want := !c.Item.Audit && num%3 != 2 && num != 7
		if (c.Suggestion != nil) != want {
			t.Errorf("item %d, audit %v: %+v", num, c.Item.Audit, c.Suggestion)
		}
		d := must(t, s.Decide(c, label.ClassAnswer(1), time.Second)).Event.Decisions[0]
		if !want {
			if d.Action != label.Answered || d.Shown != nil {
				t.Errorf("item %d: %+v", num, d)
			}
			continue
		}
		if (d.Action == label.Accepted) != (num%3 == 1) || d.Shown.Model != 1<<32 || d.Shown.Answer.Class != int(num%3) {
			t.Errorf("item %d: %+v shown %+v", num, d, d.Shown)
		}
	}
}
