// Package rule reads people's rules of thumb, and says which items they match.
//
// A rule votes for one class where it matches and abstains elsewhere. It reads
// what models read: the columns of text as the project's cleaning shows them, the
// numbers, categories, dates and groups; never the gold column. It has no effect
// beside its vote, reads a bounded length of text and takes bounded time.
//
// The package holds no state and does no I/O.
package rule

import (
	"errors"
	"fmt"
	"strings"

	"inkling/label"
)

// ErrRule is wrapped by every error about what a rule says.
var ErrRule = errors.New("rule: not a rule")

// SyntaxError is what is wrong with a rule as it was typed.
type SyntaxError struct {
	Column int // of the first character that is wrong, from 1
	What   string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("column %d: %s", e.Column, e.What) }

// Unwrap makes errors.Is(err, ErrRule) true.
func (e *SyntaxError) Unwrap() error { return ErrRule }

// moved returns an error about a part of what was typed, which began so many
// characters behind the start.
func moved(err error, by int) error {
	var s *SyntaxError
	if errors.As(err, &s) {
		return &SyntaxError{Column: s.Column + by, What: s.What}
	}
	return err
}

// Bounds of a rule.
const (
	nameAtMost = 60   // characters of a name
	textAtMost = 2000 // bytes of what a rule says
	readAtMost = 1 << 16
)

// Matcher is a rule that is ready to be tried on items. It never changes and is
// safe for concurrent use.
type Matcher struct {
	Rule label.Rule
	test test
}

// test is how one kind of rule looks at an item.
type test interface {
	match(v *View) bool
	// places adds where the item's texts match, if they have places.
	places(v *View, add func(column, from, to int))
}

// Compile makes a rule ready. The error is a *SyntaxError where the text of the
// rule is wrong; columns count from the start of that text.
func Compile(t label.Task, r label.Rule) (*Matcher, error) {
	if t.Kind != label.Classes {
		return nil, fmt.Errorf("%w: rules vote for one of several classes, and this project asks for %v", ErrRule, t.Kind)
	}
	if r.Class < 0 || r.Class >= len(t.Labels) {
		return nil, fmt.Errorf("%w: it votes for class %d of %d", ErrRule, r.Class, len(t.Labels))
	}
	if len(r.Text) > textAtMost {
		return nil, &SyntaxError{textAtMost, fmt.Sprintf("a rule is at most %d bytes long", textAtMost)}
	}
	if strings.TrimSpace(r.Text) == "" {
		return nil, &SyntaxError{1, "the rule says nothing"}
	}
	columns, err := columnsOf(t, r)
	if err != nil {
		return nil, err
	}
	m := &Matcher{Rule: r}
	switch r.Kind {
	case label.KeywordRule:
		m.test, err = newKeywords(r.Text, columns)
	case label.RegexpRule:
		m.test, err = newPattern(r.Text, columns)
	case label.CompareRule:
		m.test, err = newComparison(t, columns[0], r.Text)
	case label.ExpressionRule:
		m.test, err = newExpression(t, r.Text)
	default:
		err = fmt.Errorf("%w: of an unknown kind, %v", ErrRule, r.Kind)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// columnsOf returns the columns that a rule looks into.
func columnsOf(t label.Task, r label.Rule) ([]int, error) {
	var columns []int
	if r.Column == "" {
		for i, c := range t.Columns {
			if c.Role == label.Text {
				columns = append(columns, i)
			}
		}
		switch {
		case r.Kind == label.CompareRule:
			return nil, fmt.Errorf("%w: a comparison without a column", ErrRule)
		case len(columns) == 0 && r.Kind != label.ExpressionRule:
			return nil, fmt.Errorf("%w: the project has no column of text to look into", ErrRule)
		}
		return columns, nil
	}
	i := t.ColumnNamed(r.Column)
	if i < 0 || !readable(t.Columns[i].Role) {
		return nil, fmt.Errorf("%w: there is no column %q that rules read; they read %s", ErrRule, r.Column, strings.Join(names(t), ", "))
	}
	return []int{i}, nil
}

// readable reports whether rules read columns of a role.
func readable(r label.Role) bool {
	switch r {
	case label.Text, label.Numeric, label.Category, label.Time, label.Group:
		return true
	}
	return false
}

// names are the columns that rules read.
func names(t label.Task) []string {
	var out []string
	for _, c := range t.Columns {
		if readable(c.Role) {
			out = append(out, c.Name)
		}
	}
	return out
}

// Match reports whether the rule votes on the item in view.
func (m *Matcher) Match(v *View) bool { return m.test.match(v) }

// Places calls add with the stretches of the item's cleaned texts for which the rule votes,
// in bytes; for none where the rule looks at other things than words.
func (m *Matcher) Places(v *View, add func(column, from, to int)) { m.test.places(v, add) }
