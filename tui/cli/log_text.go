package cli

import (
	"fmt"
	"strings"
	"time"

	"inkling/label"
	"inkling/tui/safe"
)

// decisionsTold is how many decisions of one event a line tells.
const decisionsTold = 3

// line is an event in one line, for people.
func (e loggedEvent) line() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%6d  %s  %-8s  ", e.Seq, e.Time.Local().Format(time.DateTime), e.Kind)
	if e.Annotator != "" {
		fmt.Fprintf(&b, "%s: ", e.Annotator)
	}
	switch {
	case len(e.Changes) > 0:
		b.WriteString(strings.Join(e.Changes, "; "))
	case e.Task != nil:
		fmt.Fprintf(&b, "%s, %s, %s", e.Task.Name, count(len(e.Task.Labels), "label", "labels"), count(len(e.Task.Columns), "column", "columns"))
	case e.Import != nil:
		b.WriteString(importWords(*e.Import))
	case e.Comment != nil:
		fmt.Fprintf(&b, "item %d: %q", e.Comment.Item, e.Comment.Text)
	case e.Rule != nil:
		b.WriteString(e.Rule.words())
	case e.Target > 0:
		fmt.Fprintf(&b, "event %d", e.Target)
	}
	if e.Bulk != nil {
		b.WriteString(bulkWords(*e.Bulk, len(e.Decisions)))
	}
	for i, d := range e.Decisions {
		if i == decisionsTold {
			fmt.Fprintf(&b, "; and %d more", len(e.Decisions)-i)
			break
		}
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(d.words())
	}
	return safe.Line(b.String())
}

// bulkWords say how items were chosen that were decided about at once.
func bulkWords(b label.Bulk, n int) string {
	s := count(n, "item", "items") + " at once, by " + b.By
	if b.Of != "" {
		s += fmt.Sprintf(" of %q", b.Of)
	}
	if b.Above > 0 {
		s += fmt.Sprintf(" from %.2f on", b.Above)
	}
	return s + ": "
}

func importWords(i label.Import) string {
	s := fmt.Sprintf("%s, %s", i.File, count(i.Rows, "row", "rows"))
	switch {
	case i.Last == i.First:
		s += fmt.Sprintf(", item %d", i.First)
	case i.Last > i.First:
		s += fmt.Sprintf(", items %d to %d", i.First, i.Last)
	}
	if i.Duplicates > 0 {
		s += ", " + count(i.Duplicates, "repeat", "repeats")
	}
	if i.Rejected > 0 {
		s += fmt.Sprintf(", %d rejected", i.Rejected)
	}
	return s
}

// words say what was decided about an item, and what had been suggested.
func (d loggedDecision) words() string {
	action := d.Action
	if d.Settles {
		action = "settled as"
	}
	s := fmt.Sprintf("item %d %s", d.Item, action)
	if d.Label != "" {
		s += " " + d.Label
	}
	by := d.By
	if by == "" {
		by = fmt.Sprintf("run %d", d.Model)
	}
	switch {
	case d.Suggestion == "":
	case d.Suggestion == d.Label:
		s += fmt.Sprintf(" (%.2f by %s)", *d.Probability, by)
	default:
		s += fmt.Sprintf(" (%s said %s, %.2f)", by, d.Suggestion, *d.Probability)
	}
	if d.Withheld {
		s += ", suggestion withheld"
	}
	if d.Audit {
		s += ", audit"
	}
	if d.Note != "" {
		s += fmt.Sprintf(", note %q", d.Note)
	}
	return s
}

// words say what became of a rule.
func (r *loggedRule) words() string {
	what := ""
	switch {
	case r.Removed:
		what = "removed "
	case r.Off:
		what = "off "
	}
	return fmt.Sprintf("%s@%s %s: %s", what, r.Name, r.Label, r.Rule)
}
