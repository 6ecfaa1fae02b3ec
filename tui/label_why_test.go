package tui

import (
	"strings"
	"testing"

	"github.com/muesli/termenv"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/catalog"
)

// The reasons say what they start from, so that reasons that all pull away from
// what is suggested are no riddle; and how long a text is has its name.
func TestReasonsStart(t *testing.T) {
	task, row := mixedTask()
	d := posedCard(t, task, row, []label.Reason{{Term: "24", Column: 2, Weight: -0.41}, {Term: learn.Long, Column: 0, Weight: -0.3}}, catalog.English, termenv.Ascii, 120, 40)
	d.unseen("before any of it")
	l := d.labelScreen()
	c := *l.cur
	s := *c.Suggestion
	s.Base, c.Suggestion = 0.93, &s
	l.put(c)
	d.see("before any of it +0.9", "length of the text", "-0.3")
	d.unseen(learn.Long)
}

// A class that a rule tells though another is more probable says so; one that
// is the most probable does not.
func TestToldByRule(t *testing.T) {
	d := posedCard(t, creditTask(), creditRow, creditReasons, catalog.English, termenv.Ascii, 120, 40)
	l := d.labelScreen()
	for _, x := range []struct {
		class int
		p     []float64
		d     learn.Decision
		want  string
	}{
		{1, []float64{0.65, 0.35}, learn.Decision{Asked: "f1:high", Factor: []float64{0.31, 0.69}}, "told for f1:high: " + l.title(1) + " from 0.31"},
		{0, []float64{0.65, 0.35}, learn.Decision{Asked: "f1:high", Factor: []float64{0.31, 0.69}}, ""},
		{1, []float64{0.65, 0.35}, learn.Decision{Asked: "costs"}, "told for costs"},
		{2, []float64{0.5, 0.1, 0.4}, learn.Decision{Asked: "macro-f1", Factor: []float64{1, 1, 2}}, "told for macro-f1"},
	} {
		l.history.read([]learn.Run{{ID: 12, Decision: &x.d}})
		c := *l.cur
		c.Suggestion = &label.Suggestion{Item: 1, Answer: label.ClassAnswer(x.class), Probability: x.p[x.class], Model: 12, Classes: x.p}
		l.put(c)
		if x.want == "" {
			d.unseen("told for")
			continue
		}
		d.see(x.want)
	}
}

// Where every item is decided, no key is offered that has nothing to act on.
func TestNothingLeftHints(t *testing.T) {
	task := loansTask()
	task.Audit = 0
	d := newDriver(t, newProject(t, task, 1), drive{})
	d.ready()
	d.press("1")
	d.until("the end", func() bool { return d.labelScreen().cur == nil && d.labelScreen().done })
	lines := strings.Split(strings.TrimRight(d.View(), "\n"), "\n")
	for _, key := range []string{"skip", "flag", "accept"} {
		if last := lines[len(lines)-2] + lines[len(lines)-1]; strings.Contains(last, key) {
			t.Errorf("%s is offered: %s", key, last)
		}
	}
	d.see("undo")
}
