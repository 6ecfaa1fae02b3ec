package rule

import (
	"fmt"

	"inkling/label"
)

// Set is several rules that are tried together.
type Set struct{ matchers []*Matcher }

// NewSet compiles rules; all count, whether they are off or not. An error names
// the rule.
func NewSet(t label.Task, rules []label.Rule) (*Set, error) {
	s := &Set{}
	for _, r := range rules {
		m, err := Compile(t, r)
		if err != nil {
			return nil, fmt.Errorf("rule %q: %w", r.Name, err)
		}
		s.matchers = append(s.matchers, m)
	}
	return s, nil
}

// Len is the number of rules.
func (s *Set) Len() int { return len(s.matchers) }

// Rule returns the rule of a number.
func (s *Set) Rule(i int) *Matcher { return s.matchers[i] }

// Classes returns the class that each rule votes for.
func (s *Set) Classes() []int {
	out := make([]int, len(s.matchers))
	for i, m := range s.matchers {
		out[i] = m.Rule.Class
	}
	return out
}

// Match appends the numbers of the rules that vote on the item in view, in
// ascending order.
func (s *Set) Match(v *View, fired []int32) []int32 {
	for i, m := range s.matchers {
		if m.Match(v) {
			fired = append(fired, int32(i))
		}
	}
	return fired
}
