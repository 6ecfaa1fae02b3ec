package cli

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"strings"

	"inkling/label"
	"inkling/store"
)

// tasks follows a project's task through the log.
type tasks struct {
	p    *store.Project
	last *label.Task // before the next event; nil: not known
}

// changed says what an event changed about the task; nil for events that change
// nothing.
func (t *tasks) changed(ctx context.Context, ev label.Event) ([]string, error) {
	if ev.Task == nil {
		return nil, nil
	}
	if t.last == nil && ev.Seq > 1 {
		if err := t.p.Events(ctx, 1, ev.Seq-1, func(ev label.Event) error {
			t.last = cmp.Or(ev.Task, t.last)
			return nil
		}); err != nil {
			return nil, err
		}
	}
	before := t.last
	t.last = ev.Task
	if ev.Kind != label.Changed || before == nil {
		return nil, nil
	}
	return changes(*before, *ev.Task), nil
}

// skillsOf begins what is said of a person's skills.
const skillsOf = "skills of "

// changes says in words what of a task became another.
func changes(from, to label.Task) (out []string) {
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	text := func(what, a, b string) {
		if a != b {
			say("%s %s, before %s", what, cmp.Or(b, "none"), cmp.Or(a, "none"))
		}
	}
	text("name", from.Name, to.Name)
	text("cleaning", from.Clean, to.Clean)
	text("audit", fmt.Sprintf("%g", from.Audit), fmt.Sprintf("%g", to.Audit))
	text("withheld suggestions", fmt.Sprintf("%g", from.Withhold), fmt.Sprintf("%g", to.Withhold))
	text("seed", fmt.Sprint(from.Seed), fmt.Sprint(to.Seed))
	if from.Guideline != to.Guideline {
		say("guideline")
	}
	for i, l := range to.Labels {
		if i >= len(from.Labels) {
			say("new label %s", l.Name)
			continue
		}
		was := from.Labels[i]
		if was.Name != l.Name {
			say("label %s, before %s", l.Name, was.Name)
		}
		text(l.Name+": key", was.Key, l.Key)
		text(l.Name+": colour", was.Colour, l.Colour)
		text(l.Name+": title", was.Title, l.Title)
		if was.Guideline != l.Guideline {
			say("%s: guideline", l.Name)
		}
	}
	for i, c := range to.Columns {
		if i >= len(from.Columns) {
			say("new column %s (%s)", c.Name, c.Role)
			continue
		}
		was := from.Columns[i]
		if was.Name != c.Name {
			say("column %s, before %s", c.Name, was.Name)
		}
		text(c.Name+": role", was.Role.String(), c.Role.String())
		text(c.Name+": order", strings.Join(was.Order, " < "), strings.Join(c.Order, " < "))
		if !reflect.DeepEqual(was.Meanings, c.Meanings) {
			say("%s: what its codes mean", c.Name)
		}
	}
	a, b := label.Assignment{}, label.Assignment{}
	if from.Assignment != nil {
		a = *from.Assignment
	}
	if to.Assignment != nil {
		b = *to.Assignment
	}
	text("overlap", overlapText(a), overlapText(b))
	text("gold items", fmt.Sprintf("%g", a.Gold), fmt.Sprintf("%g", b.Gold))
	text("skill column", a.Skill, b.Skill)
	skills := func(all []label.Person) map[string]string {
		m := map[string]string{}
		for _, p := range all {
			m[p.Name] = cmp.Or(strings.Join(p.Skills, " and "), "every item")
		}
		return m
	}
	was := skills(a.People)
	for _, p := range b.People {
		text(skillsOf+p.Name, was[p.Name], skills(b.People)[p.Name])
	}
	return out
}
