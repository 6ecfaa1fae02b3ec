package learn_test

import (
	"errors"
	"math"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
)

// TestAdvice says in the background what Advise says of the same project, once there
// are answers enough, and to stop where nothing is left to learn.
func TestAdvice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(700, 2, 20)
		p := newFake(classesTask(2), texts...)
		o := learn.Options{Model: learn.Softmax}
		tr, _ := start(t, p, o)
		say := func(from, to int) {
			for i := from; i < to; i++ {
				p.put1("ana", label.Decision{Item: uint64(i + 1), Action: label.Answered, Answer: label.ClassAnswer(truth[i]), Took: time.Second})
			}
			settle()
		}
		say(0, 40)
		if a := tr.Advice(); a != nil {
			t.Fatalf("%+v of 40 answers", a)
		}
		say(40, 150)
		first := tr.Advice()
		if first == nil || first.Labels != 150 || first.Sample != len(texts) || first.Last != 4*learn.AdviceStep {
			t.Fatalf("%+v of 150 answers", first)
		}
		if first.Changed < 0 || first.Changed > 0.5 || first.Kappa > 1 || first.Kappa < 0 || first.Gain.More != learn.AdviceMore {
			t.Errorf("%+v", first)
		}
		told, err := learn.Advise(t.Context(), p, learn.AdviseOptions{Model: learn.Softmax})
		if err != nil {
			t.Fatal(err)
		}
		if told.Labels != first.Labels || told.Changed != first.Changed || math.Abs(told.Kappa-first.Kappa) > 1e-12 || told.Gain != first.Gain || told.Uncertainty != first.Uncertainty {
			t.Errorf("%+v, in the background %+v", told, first)
		}
		say(150, 650)
		last := tr.Advice()
		if last.Labels != 650 || last.Changed > first.Changed || last.Gain.High > first.Gain.High {
			t.Errorf("%+v, after %+v", last, first)
		}
	})
}

// TestAdviceOrder goes by the order in which people answered, and takes what nobody
// looked at by itself for the oldest.
func TestAdviceOrder(t *testing.T) {
	texts, truth := corpus(300, 2, 20)
	build := func(imported bool) *learn.Advice {
		t.Helper()
		p := newFake(classesTask(2), texts...)
		for i := range 200 {
			d := label.Decision{Item: uint64(i + 1), Action: label.Answered, Answer: label.ClassAnswer(truth[i]), Took: time.Second}
			if i >= 100 { // wrong ones: they change what a model says
				d.Answer = label.ClassAnswer(1 - truth[i])
				if imported {
					d.Took = 0
				}
			}
			p.put1("ana", d)
		}
		a, err := learn.Advise(t.Context(), p, learn.AdviseOptions{Model: learn.Softmax})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	if newest, oldest := build(false), build(true); newest.Changed < 0.05 || newest.Changed == oldest.Changed {
		t.Errorf("changed %v where the wrong answers are the newest, %v where nobody looked at them", newest.Changed, oldest.Changed)
	}
	p := newFake(classesTask(2), texts[:30]...)
	for i := range 30 {
		p.answer(truth[i], uint64(i+1))
	}
	if _, err := learn.Advise(t.Context(), p, learn.AdviseOptions{}); !errors.Is(err, learn.ErrTooFew) {
		t.Error(err)
	}
}
