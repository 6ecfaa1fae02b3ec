package rule

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"inkling/label"
)

// operators are those of a comparison, the longer ones first.
var operators = []string{">=", "<=", "!=", "==", ">", "<", "=", "≥", "≤", "≠"}

// comparison matches where a column's value stands so to another. Where there is
// none, it abstains.
type comparison struct {
	column int
	holds  func(order int) bool
	order  func(v *View) (order int, ok bool) // -1, 0 or 1: below, equal, above
}

// newComparison reads what stands behind the column's name: an operator and a
// value.
func newComparison(t label.Task, at int, text string) (*comparison, error) {
	trimmed := strings.TrimSpace(text)
	i := slices.IndexFunc(operators, func(op string) bool { return strings.HasPrefix(trimmed, op) })
	if i < 0 {
		return nil, &SyntaxError{1, "a comparison is needed: >, >=, <, <=, = or !="}
	}
	op := operators[i]
	value := strings.TrimSpace(trimmed[len(op):])
	begin := column(text, strings.Index(text, trimmed)+len(op)) + strings.Index(trimmed[len(op):], value)
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		value = value[1 : n-1]
	} else if value == "" {
		return nil, &SyntaxError{begin, "a value is needed here"}
	}
	c := &comparison{column: at, holds: holds(op)}
	order := op != "=" && op != "==" && op != "!=" && op != "≠"
	switch col := t.Columns[at]; {
	case col.Role == label.Numeric:
		want := parseNumber(value)
		if math.IsNaN(want) {
			return nil, &SyntaxError{begin, fmt.Sprintf("%s is a number, and %q is none", col.Name, value)}
		}
		c.order = func(v *View) (int, bool) {
			x := v.number(at)
			return cmp.Compare(x, want), !math.IsNaN(x)
		}
	case col.Role == label.Time:
		want, ok := parseDate(value)
		if !ok {
			return nil, &SyntaxError{begin, fmt.Sprintf("%s is a date, and %q is none: it is written 2006-01-31", col.Name, value)}
		}
		c.order = func(v *View) (int, bool) {
			x := v.date(at)
			if len(want) == len("2006-01-31") && len(x) > len(want) {
				x = x[:len(want)] // a day is compared with days
			}
			return strings.Compare(x, want), x != ""
		}
	case order && len(col.Order) > 0:
		want := slices.Index(col.Order, value)
		if want < 0 {
			return nil, &SyntaxError{begin, fmt.Sprintf("%q is not in the order of %s: %s", value, col.Name, strings.Join(col.Order, ", "))}
		}
		c.order = func(v *View) (int, bool) {
			x := slices.Index(col.Order, v.text(at))
			return cmp.Compare(x, want), x >= 0
		}
	case order:
		return nil, &SyntaxError{1, fmt.Sprintf("the values of %s have no order: only = and != can be asked", col.Name)}
	default:
		folded, _ := fold(nil, value, nil)
		want := string(folded)
		c.order = func(v *View) (int, bool) {
			x := v.folded(at)
			return strings.Compare(string(x), want), len(x) > 0
		}
	}
	return c, nil
}

func holds(op string) func(int) bool {
	switch op {
	case ">":
		return func(o int) bool { return o > 0 }
	case ">=", "≥":
		return func(o int) bool { return o >= 0 }
	case "<":
		return func(o int) bool { return o < 0 }
	case "<=", "≤":
		return func(o int) bool { return o <= 0 }
	case "!=", "≠":
		return func(o int) bool { return o != 0 }
	}
	return func(o int) bool { return o == 0 }
}

func (c *comparison) match(v *View) bool {
	order, ok := c.order(v)
	return ok && c.holds(order)
}

func (c *comparison) places(*View, func(column, from, to int)) {}
