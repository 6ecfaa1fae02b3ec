package learn_test

import (
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
)

// TestAnchoring measures, while people answer, how often they follow suggestions
// that they see and that they do not.
func TestAnchoring(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 400, 2)
		tr, _ := start(t, p, learn.Options{})
		answer(60)
		settle()
		if r := tr.Anchoring(); r.Withheld() != 0 {
			t.Fatalf("%+v of answers to no suggestion", r.All)
		}
		say := func(num uint64, withheld bool) {
			s := &label.Shown{Answer: label.ClassAnswer(int(num % 2))}
			d := label.Decision{Item: num, Action: label.Accepted, Answer: s.Answer, Shown: s, Took: time.Second}
			if withheld {
				d.Action, d.Answer, d.Shown, d.Withheld = label.Answered, label.ClassAnswer(int(num/2%2)), nil, s
			}
			p.put1("ana", d)
		}
		for num := uint64(101); num <= 300; num++ {
			say(num, num%5 == 0)
		}
		settle()
		got, ok := tr.Anchoring().Of("ana")
		if !ok || got.Shown.N != 160 || got.Shown.Agree != 160 || got.Withheld.N != 40 || !got.Shows() {
			t.Errorf("%+v", got)
		}
	})
}
