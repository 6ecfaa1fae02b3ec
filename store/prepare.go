package store

import (
	"fmt"
	"strings"

	"inkling/label"
)

// prepare checks that an event can be appended and fills in what the store
// knows: the sequence number, the chains, the audit marks. It changes nothing
// but the event, so that a refused one leaves no trace.
func (v *views) prepare(ev *label.Event) error {
	if ev.Annotator == "" && ev.Kind != label.Created && ev.Kind != label.Imported && ev.Kind != label.Changed {
		return refuse("%w: it names no annotator", ErrEvent)
	}
	p := v.number(ev)
	switch ev.Kind {
	case label.Commented:
		if ev.Comment == nil || ev.Comment.Item == 0 || ev.Comment.Item > v.s.counts.Items {
			return refuse("%w: it is about no item that there is", ErrEvent)
		}
		if strings.TrimSpace(ev.Comment.Text) == "" {
			return refuse("%w: it says nothing", ErrEvent)
		}
	case label.Ruled:
		return checkRule(&v.s.task, ev.Rule)
	case label.Created, label.Imported:
	case label.Changed:
		if ev.Task == nil {
			return refuse("%w: it has no task", ErrEvent)
		}
		return checkTask(&v.s.task, ev.Task, v.s.counts.Items > 0)
	case label.Decided:
		ev.Before = p.Undo
		return v.prepareDecisions(ev)
	case label.Undone:
		if p.Undo == 0 {
			return refusal{ErrNothingToUndo}
		}
		ev.Target, ev.Before = p.Undo, p.Redo
	case label.Redone:
		if p.Redo == 0 {
			return refusal{ErrNothingToRedo}
		}
		undone, err := v.event(p.Redo)
		if err != nil {
			return err
		}
		ev.Target = undone.ev.Target
	default:
		return refuse("%w: kind %d", ErrEvent, ev.Kind)
	}
	return nil
}

// checkRule refuses a rule that has no name or votes for no class of the task. What
// its text means is not the store's to know.
func checkRule(t *label.Task, r *label.Rule) error {
	switch {
	case r == nil || strings.TrimSpace(r.Name) == "":
		return refuse("%w: the rule has no name", ErrEvent)
	case r.Class < 0 || r.Class >= len(t.Labels):
		return refuse("%w: rule %q, class %d of %d", ErrAnswer, r.Name, r.Class, len(t.Labels))
	}
	return nil
}

// number makes the event the next one of the log, and returns its annotator as
// of now.
func (v *views) number(ev *label.Event) (p annotator) {
	ev.Seq = v.s.counts.Events + 1
	if n, ok := v.s.numbers[ev.Annotator]; ok {
		p = v.s.people[n-1]
	}
	return p
}

func (v *views) prepareDecisions(ev *label.Event) error {
	if len(ev.Decisions) == 0 {
		return refuse("%w: it decides nothing", ErrEvent)
	}
	n := v.s.numbers[ev.Annotator]
	seen := make(map[uint64]bool, len(ev.Decisions))
	for i := range ev.Decisions {
		d := &ev.Decisions[i]
		if seen[d.Item] {
			return refuse("%w: it decides twice about item %d", ErrEvent, d.Item)
		}
		seen[d.Item] = true
		if err := v.prepareDecision(d, n); err != nil {
			return err
		}
	}
	return nil
}

// prepareDecision completes a decision of the annotator with this number, 0
// for one who is new.
func (v *views) prepareDecision(d *label.Decision, n uint32) error {
	b := v.items.Get(key8(d.Item))
	if b == nil {
		return refuse("%w: %d", ErrNoItem, d.Item)
	}
	r, err := parseRecord(b)
	if err != nil {
		return fmt.Errorf("item %d: %w", d.Item, err)
	}
	if err := checkDecision(&v.s.task, d); err != nil {
		return err
	}
	d.Audit = v.s.task.InAudit(r.key)
	d.Prev = 0
	if n != 0 {
		_, _, mine, err := v.at.standings(d.Item, keeper(d, n))
		if err != nil {
			return err
		}
		d.Prev = seqOf(mine)
	}
	return nil
}

// checkDecision refuses actions and answers that the task does not know. What
// a decision without an answer carries as one is dropped.
func checkDecision(t *label.Task, d *label.Decision) error {
	d.Took = max(d.Took, 0) // clocks jump
	switch {
	case d.Settles && !d.Action.HasAnswer():
		return refuse("%w: item %d is settled without an answer", ErrEvent, d.Item)
	case d.Action == label.Skipped || d.Action == label.Flagged:
		d.Answer = label.Answer{}
		return nil
	case !d.Action.HasAnswer():
		return refuse("%w: no action %d", ErrEvent, d.Action)
	}
	a := &d.Answer
	class := func(c int) error {
		if c < 0 || c >= len(t.Labels) {
			return refuse("%w: item %d, class %d of %d", ErrAnswer, d.Item, c, len(t.Labels))
		}
		return nil
	}
	switch t.Kind {
	case label.Classes:
		return class(a.Class)
	case label.MultiLabel:
		for i, c := range a.Set {
			if err := class(c); err != nil {
				return err
			}
			if i > 0 && c <= a.Set[i-1] {
				return refuse("%w: item %d, classes out of order", ErrAnswer, d.Item)
			}
		}
	case label.Spans:
		for _, s := range a.Spans {
			if err := class(s.Class); err != nil {
				return err
			}
			if s.Start < 0 || s.End <= s.Start {
				return refuse("%w: item %d, span from %d to %d", ErrAnswer, d.Item, s.Start, s.End)
			}
		}
	case label.Number:
		if !label.Finite(a.Value) {
			return refuse("%w: item %d, value %v", ErrAnswer, d.Item, a.Value)
		}
	}
	return nil
}

// checkTask refuses a task that would change the meaning of what is stored:
// the kind is for ever, labels and columns keep their places, and once there
// are items, what makes their identity or chooses the audit stream stays.
func checkTask(old, t *label.Task, items bool) error {
	if err := t.Validate(); err != nil {
		return refusal{err}
	}
	switch {
	case t.Kind != old.Kind:
		return refuse("%w: from %v to %v", ErrTaskChange, old.Kind, t.Kind)
	case len(t.Labels) < len(old.Labels):
		return refuse("%w: labels can be added and renamed, not removed", ErrTaskChange)
	case len(t.Columns) < len(old.Columns):
		return refuse("%w: columns can be added and renamed, not removed", ErrTaskChange)
	case items && t.Seed != old.Seed:
		return refuse("%w: another seed would audit other items", ErrTaskChange)
	}
	for i, l := range t.Labels[:len(old.Labels)] {
		// A label in the place of another one is not a renaming.
		if j := old.Class(l.Name); j >= 0 && j != i {
			return refuse("%w: label %q would move", ErrTaskChange, l.Name)
		}
	}
	for i, o := range old.Columns {
		c := t.Columns[i]
		if j := old.ColumnNamed(c.Name); j >= 0 && j != i {
			return refuse("%w: column %q would move", ErrTaskChange, c.Name)
		}
		identity := c.Role.Input() != o.Role.Input() || (c.Role == label.Ident) != (o.Role == label.Ident) ||
			c.Name != o.Name && o.Role.Input()
		if items && identity {
			return refuse("%w: column %q is part of what names the items", ErrTaskChange, o.Name)
		}
	}
	return nil
}
