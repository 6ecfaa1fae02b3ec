package cli

import (
	"maps"
	"slices"
	"strings"

	"inkling/label"
)

// Different answers from which numbers are taken for numbers rather than for
// names of labels: those that have a fraction, and whole ones.
const (
	manyFractions = 20
	manyWholes    = 200
)

// kind is the kind of answer that a new project asks for: the one that is said,
// else the one that the column of answers looks like.
func (j *importJob) kind(l looked) (label.Kind, error) {
	kind, err := j.flags.kind()
	if err != nil || j.flags.set.Changed("task") || len(j.flags.labels) > 0 {
		return kind, err
	}
	col, n := j.flags.answers, l.answers
	if len(n.values) == 0 {
		col, n = j.flags.gold, l.gold
	}
	switch {
	case n.lists():
		j.say("note: column %q holds lists, so any number of labels may hold (--task multi-label); --task classes takes each list for a label", col)
		return label.MultiLabel, nil
	case n.numbers && n.notLine == 0 && (len(n.values) > manyWholes || n.fraction && len(n.values) > manyFractions):
		j.say("note: column %q holds %d different numbers, so the answer is a number (--task number); --task classes takes each for a label", col, len(n.values))
		return label.Number, nil
	}
	return kind, nil
}

// lists reports whether all values are lists of names in JSON.
func (n noted) lists() bool {
	for v := range n.values {
		if _, ok := jsonNames(v); !ok {
			return false
		}
	}
	return len(n.values) > 0
}

// names are the labels that a column of answers has.
func (j *importJob) names(kind label.Kind, l looked) ([]string, error) {
	col, n := j.flags.answers, l.answers
	if len(n.values) == 0 {
		col, n = j.flags.gold, l.gold
	}
	var names []string
	values := maps.Clone(n.values)
	maps.DeleteFunc(values, func(v string, _ int) bool { return unanswered(v) })
	if kind == label.MultiLabel {
		var sep rune
		if names, sep = labelsIn(values); sep != 0 {
			j.say("labels of column %q are taken apart at %q", col, string(sep))
		}
	} else {
		for v := range values {
			names = append(names, v)
		}
	}
	if len(names) > maxLabels {
		return nil, usagef("column %q has more than %d different values: these are not labels", col, maxLabels)
	}
	slices.SortFunc(names, strings.Compare)
	return names, nil
}

// sayUnanswered says which values of the columns of answers are taken for none.
func (j *importJob) sayUnanswered(t label.Task, l looked) {
	form := newAnswers(t)
	for _, c := range []struct {
		name  string
		noted noted
	}{{j.flags.answers, l.answers}, {j.flags.gold, l.gold}} {
		var none []string
		for v := range c.noted.values {
			if _, has, err := form.read(v); err == nil && !has && strings.TrimSpace(v) != "" {
				none = append(none, v)
			}
		}
		if len(none) == 0 {
			continue
		}
		slices.Sort(none)
		hint := ""
		if t.Kind != label.Number {
			hint = "; where that is a label, name all labels with --labels"
		}
		j.say("note: in column %q, %s means that there is no answer%s", c.name, strings.Join(none, ", "), hint)
	}
}
