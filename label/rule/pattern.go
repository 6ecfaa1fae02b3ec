package rule

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// patternAtMost is how many steps a compiled expression may have: with it and the
// length of what is read the time of a match is bounded.
const patternAtMost = 1000

// pattern matches where a regular expression does.
type pattern struct {
	re      *regexp.Regexp
	columns []int
}

func newPattern(text string, columns []int) (*pattern, error) {
	re, err := compilePattern(text)
	if err != nil {
		return nil, err
	}
	return &pattern{re, columns}, nil
}

// compilePattern compiles an expression in the syntax of RE2.
func compilePattern(text string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(text, syntax.Perl)
	var bad *syntax.Error
	if errors.As(err, &bad) {
		at := max(strings.Index(text, bad.Expr), 0)
		return nil, &SyntaxError{column(text, at), fmt.Sprintf("%v: %s", bad.Code, bad.Expr)}
	}
	if err != nil {
		return nil, &SyntaxError{1, err.Error()}
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil {
		return nil, &SyntaxError{1, err.Error()}
	}
	if len(prog.Inst) > patternAtMost {
		return nil, &SyntaxError{1, fmt.Sprintf("the expression has %d steps, and may have %d: fewer alternatives or repetitions are needed", len(prog.Inst), patternAtMost)}
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, &SyntaxError{1, err.Error()}
	}
	return re, nil
}

func (p *pattern) match(v *View) bool {
	for _, c := range p.columns {
		if p.re.MatchString(v.text(c)) {
			return true
		}
	}
	return false
}

func (p *pattern) places(v *View, add func(column, from, to int)) {
	for _, c := range p.columns {
		for _, at := range p.re.FindAllStringIndex(v.text(c), 20) {
			if at[0] < at[1] {
				add(c, at[0], at[1])
			}
		}
	}
}
