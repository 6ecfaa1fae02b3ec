package learn_test

import (
	"testing"

	"inkling/learn"
)

// Where many answers are taken back at once, the model is chosen and calibrated anew:
// what was found on answers that no longer stand is no guide.
func TestManyAnswersTakenBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 400, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(30)
		settle()
		var many []uint64
		for num := uint64(100); num <= 400; num++ {
			many = append(many, num)
		}
		p.answer(0, many...)
		settle()
		runs := tr.Runs()
		if c := runs[len(runs)-1].Choice; c == nil || c.Labels < 300 {
			t.Fatalf("chosen on %+v", c)
		}
		for _, num := range many {
			p.undo(num)
		}
		settle()
		runs = tr.Runs()
		if c := runs[len(runs)-1].Choice; c == nil || c.Labels > 40 {
			t.Errorf("the choice of the last run is of %d labels, of which 30 stand", c.Labels)
		}
	})
}
