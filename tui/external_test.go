package tui

import (
	"math"
	"strings"
	"testing"

	"inkling/label"
	"inkling/learn/external"
	"inkling/tui/catalog"
)

// Where an external annotator suggests, the label screen shows what it said, how
// sure it was if it said so, and who said it; the model
// suggests the rest, and audits stay without a suggestion.
func TestExternalSuggests(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		answer     external.Answer
		see, hides []string
	}{
		{external.Answer{Class: 2, Probability: 0.93, Classes: []float64{0.02, 0.05, 0.93}}, []string{"suggestion  RISKY 0.93", "WATCH", "0.05", "said by external bert"}, []string{"no word or column"}},
		{external.Answer{Class: 1, Probability: 0.5}, []string{"suggestion  WATCH 0.50", "said by external bert"}, nil},
		{external.Answer{Class: 0, Probability: math.NaN()}, []string{"suggestion  GOOD", "said by external bert"}, []string{"0.00"}},
		{external.Answer{Class: -1, Why: "no answer"}, []string{"no model yet"}, []string{"said by"}},
	} {
		task := loansTask()
		task.Audit = 0
		p := newProject(t, task, 8)
		x, err := external.Add(p, external.Annotator{Name: "bert", Args: []string{"./no such program"}})
		if err != nil {
			t.Fatal(err)
		}
		answers := external.Open(p, x.ID)
		for num := range uint64(8) {
			c.answer.Item = num + 1
			if err := answers.Put(c.answer); err != nil {
				t.Fatal(err)
			}
		}
		if err := answers.Flush(); err != nil {
			t.Fatal(err)
		}
		if err := external.SetSuggests(p, x.ID); err != nil {
			t.Fatal(err)
		}
		d := newDriver(t, p, drive{})
		item := d.ready()
		d.see(c.see...)
		for _, text := range c.hides {
			d.unseen(text)
		}
		if c.answer.Class < 0 {
			continue
		}
		d.press("enter")
		d.saved(3)
		st, ok, err := p.Standing(item)
		if err != nil || !ok || st.Decision.Action != label.Accepted || st.Decision.Shown.Model != x.ID || st.Decision.Answer.Class != c.answer.Class {
			t.Errorf("item %d stands at %+v, %v", item, st, err)
		}
		chinese := newDriver(t, p, drive{options: Options{Language: catalog.Chinese}})
		chinese.ready()
		chinese.see("external bert 给出")
		for _, size := range [][2]int{{40, 12}, {120, 40}} {
			d.size(size[0], size[1])
			if strings.Contains(d.View(), "%!") {
				t.Errorf("%v:\n%s", size, d.View())
			}
		}
	}
}

// The model suggests where the annotator has no answer, and what the annotator
// said stays when a new model comes.
func TestExternalBesideTheModel(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 32)
	x, err := external.Add(p, external.Annotator{Name: "bert", Args: []string{"./no such program"}})
	if err != nil {
		t.Fatal(err)
	}
	answers := external.Open(p, x.ID)
	for num := uint64(2); num <= 32; num += 2 {
		if err := answers.Put(external.Answer{Item: num, Class: 1, Probability: 0.875}); err != nil {
			t.Fatal(err)
		}
	}
	if err := answers.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := external.SetSuggests(p, x.ID); err != nil {
		t.Fatal(err)
	}
	d := newDriver(t, p, drive{train: quick()})
	l := d.labelScreen()
	both := map[bool]int{}
	for i := range 24 {
		num := d.ready()
		if i == 6 {
			d.until("a model", func() bool { return l.state.Current != 0 })
		}
		if i > 6 {
			theirs := num%2 == 0
			both[theirs]++
			d.until("a suggestion", func() bool { return l.cur != nil && l.cur.Suggestion != nil })
			if got := l.cur.Suggestion.Model == x.ID; got != theirs || theirs && l.updated {
				t.Fatalf("item %d: suggested by %d, updated %v", num, l.cur.Suggestion.Model, l.updated)
			}
		}
		d.press([]string{"1", "2", "3"}[i%3])
	}
	if both[true] == 0 || both[false] == 0 {
		t.Errorf("items by who suggests: %v", both)
	}
}
