package rule

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"inkling/label"
)

// Parse reads a rule as people type it:
//
//	spam: free, prize, "call now"       one of the words occurs in a text
//	spam: memo has refund*              the same in one column; refund, refunds, ..
//	spam: /\b\d{5}\b/                   a regular expression (RE2); /../i for any case
//	spam: memo ~ /roll(ed)? over/       the same in one column
//	risky: amount > 10000               a comparison: > >= < <= = !=
//	risky: = amount > 2 * income and not has("paid")     an expression
//
// A label may stand in quotes. In front may stand a name, @prizes, and [off] for a rule that does not vote. A
// rule without a name gets none: see Named. Errors are of the type SyntaxError.
func Parse(t label.Task, line string) (label.Rule, error) {
	var r label.Rule
	if !utf8.ValidString(line) || strings.ContainsFunc(line, func(c rune) bool { return unicode.IsControl(c) && c != '\t' }) {
		return r, &SyntaxError{1, "a rule is one line of text, without control characters"}
	}
	if len(line) > 2*textAtMost {
		return r, &SyntaxError{textAtMost, fmt.Sprintf("a rule is at most %d bytes long", textAtMost)}
	}
	p := &typed{line: line}
	p.blanks()
	if err := p.name(&r); err != nil {
		return r, err
	}
	if p.take("[off]") {
		r.Off = true
		p.blanks()
	}
	if err := p.label(&r, t); err != nil {
		return r, err
	}
	p.blanks()
	begin := p.at
	p.body(&r, t)
	if strings.TrimSpace(r.Text) == "" {
		return r, &SyntaxError{column(line, begin), `words are needed here, or a /regular expression/, a comparison, or = and an expression`}
	}
	_, err := Compile(t, r)
	var s *SyntaxError
	switch {
	case errors.As(err, &s):
		return r, moved(err, column(line, p.at)-1-p.added)
	case err != nil:
		return r, &SyntaxError{column(line, begin), strings.TrimPrefix(err.Error(), ErrRule.Error()+": ")}
	}
	return r, nil
}

// typed is a line that is being read.
type typed struct {
	line  string
	at    int // bytes read
	added int // characters that stand in front of the rule's text, and were not typed
}

func (p *typed) rest() string { return p.line[p.at:] }

func (p *typed) blanks() {
	p.at = len(p.line) - len(strings.TrimLeftFunc(p.rest(), unicode.IsSpace))
}

// take reads a word that is next, in any case.
func (p *typed) take(word string) bool {
	if len(p.rest()) < len(word) || !strings.EqualFold(p.rest()[:len(word)], word) {
		return false
	}
	p.at += len(word)
	return true
}

// name reads @name or @"a name", if there is one.
func (p *typed) name(r *label.Rule) error {
	from := p.at
	if !p.take("@") {
		return nil
	}
	name, quoted := p.rest(), strings.HasPrefix(p.rest(), `"`)
	if quoted {
		end := strings.IndexByte(name[1:], '"')
		if end < 0 {
			return &SyntaxError{column(p.line, p.at), `the quote is not closed: another " is needed`}
		}
		name = name[1 : 1+end]
		p.at += end + 2
	} else {
		if i := strings.IndexFunc(name, unicode.IsSpace); i >= 0 {
			name = name[:i]
		}
		p.at += len(name)
	}
	if name = strings.TrimSpace(name); name == "" || utf8.RuneCountInString(name) > nameAtMost || strings.Contains(name, `"`) {
		return &SyntaxError{column(p.line, from), fmt.Sprintf("a name of 1 to %d characters, without quotes, is needed behind @", nameAtMost)}
	}
	r.Name = name
	p.blanks()
	return nil
}

// label reads the label and the colon behind it. Names of labels may have colons
// and blanks in them: the longest that fits counts.
func (p *typed) label(r *label.Rule, t label.Task) error {
	best := -1
	for i, l := range t.Labels {
		for _, name := range []string{l.Name, l.Title, `"` + l.Name + `"`} {
			if name == "" || len(name) <= best || len(p.rest()) < len(name) || !strings.EqualFold(p.rest()[:len(name)], name) {
				continue
			}
			if after := strings.TrimLeftFunc(p.rest()[len(name):], unicode.IsSpace); strings.HasPrefix(after, ":") || strings.HasPrefix(after, "：") {
				best, r.Class = len(name), i
			}
		}
	}
	if best < 0 {
		var all []string
		for _, l := range t.Labels[:min(len(t.Labels), 12)] {
			all = append(all, l.Name)
		}
		if len(t.Labels) > len(all) {
			all = append(all, "…")
		}
		return &SyntaxError{column(p.line, p.at), fmt.Sprintf("a label and a colon are needed here, as in %q; the labels are %s", all[0]+": word", strings.Join(all, ", "))}
	}
	p.at += best
	p.blanks()
	_ = p.take(":") || p.take("：")
	return nil
}

// body reads what the rule asks for. p.at is then where its Text begins.
func (p *typed) body(r *label.Rule, t label.Task) {
	if p.take("=") {
		p.blanks()
		r.Kind, r.Text = label.ExpressionRule, strings.TrimSpace(p.rest())
		return
	}
	if p.pattern(r) {
		return
	}
	best := ""
	for _, name := range names(t) { // the longest that fits
		if len(name) > len(best) && strings.HasPrefix(p.rest(), name) && p.operator(t, name) {
			best = name
		}
	}
	if best != "" {
		r.Column = best
		p.at += len(best)
		p.blanks()
		from := p.at
		switch {
		case p.take("~"):
			if p.blanks(); p.pattern(r) {
				return
			}
		case p.take("has") && p.space():
			p.blanks()
			r.Kind, r.Text = label.KeywordRule, strings.TrimSpace(p.rest())
			return
		default:
			p.at = from
			r.Kind, r.Text = label.CompareRule, strings.TrimSpace(p.rest())
			return
		}
	}
	r.Kind, r.Text = label.KeywordRule, strings.TrimSpace(p.rest())
}

// space reports whether a blank is next.
func (p *typed) space() bool {
	r, _ := utf8.DecodeRuneInString(p.rest())
	return unicode.IsSpace(r)
}

// operator reports whether a column's name is followed by something that is asked
// of columns.
func (p *typed) operator(t label.Task, name string) bool {
	q := typed{line: p.line, at: p.at + len(name)}
	bare := q.at
	q.blanks()
	for _, op := range operators {
		if strings.HasPrefix(q.rest(), op) {
			return true
		}
	}
	role := t.Columns[t.ColumnNamed(name)].Role
	if words := role == label.Text || role == label.Category || role == label.Group; !words {
		return false
	}
	if q.take("~") {
		q.blanks()
		return q.pattern(&label.Rule{})
	}
	return q.at > bare && q.take("has") && q.space()
}

// pattern reads /an expression/ and the i behind it.
func (p *typed) pattern(r *label.Rule) bool {
	rest := strings.TrimRightFunc(p.rest(), unicode.IsSpace)
	end := strings.LastIndexByte(rest, '/')
	if end < 1 || rest[0] != '/' || rest[end+1:] != "" && rest[end+1:] != "i" {
		return false
	}
	p.at++
	if r.Kind, r.Text = label.RegexpRule, rest[1:end]; rest[end+1:] == "i" {
		r.Text = "(?i)" + r.Text
		p.added = len("(?i)")
	}
	return true
}

// Format writes a rule as Parse reads it.
func Format(t label.Task, r label.Rule) string {
	var b strings.Builder
	if r.Name != "" {
		name := r.Name
		if strings.ContainsFunc(name, unicode.IsSpace) {
			name = `"` + name + `"`
		}
		b.WriteString("@" + name + " ")
	}
	if r.Off {
		b.WriteString("[off] ")
	}
	name := strconv.Itoa(r.Class)
	if r.Class >= 0 && r.Class < len(t.Labels) {
		name = t.Labels[r.Class].Name
		if strings.ContainsAny(name[:1], "@[") || slices.ContainsFunc(t.Labels, func(l label.Label) bool { return strings.ContainsAny(l.Name+l.Title, ":：") }) {
			name = `"` + name + `"`
		}
	}
	return b.String() + name + ": " + Body(r)
}

// Body writes what a rule asks for, as Parse reads it behind the label.
func Body(r label.Rule) string {
	switch {
	case r.Kind == label.RegexpRule && r.Column != "":
		return r.Column + " ~ /" + r.Text + "/"
	case r.Kind == label.RegexpRule:
		return "/" + r.Text + "/"
	case r.Kind == label.CompareRule:
		return r.Column + " " + r.Text
	case r.Kind == label.ExpressionRule:
		return "= " + r.Text
	case r.Column != "":
		return r.Column + " has " + r.Text
	}
	return r.Text
}

// ParseFile reads a list of rules, one a line; empty lines and those that begin
// with # say nothing. An error names the line.
func ParseFile(t label.Task, text string) ([]label.Rule, error) {
	var rules []label.Rule
	lines := map[string]int{}
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		r, err := Parse(t, line)
		if err != nil {
			return nil, fmt.Errorf("line %d, %w", n, err)
		}
		if r.Name != "" && lines[r.Name] > 0 {
			return nil, fmt.Errorf("line %d: %w: the name %q stands in line %d already", n, ErrRule, r.Name, lines[r.Name])
		}
		lines[r.Name] = n
		rules = append(rules, r)
	}
	return rules, nil
}

// Named returns the rule with a name among others: its own, or where it has none
// that of the rule that asks the same for the same label, else the first of r1,
// r2, .. that is free. Changed is false where the others hold that very rule.
func Named(r label.Rule, others []label.Rule) (named label.Rule, changed bool) {
	if r.Name == "" {
		same := func(o label.Rule) bool {
			return o.Kind == r.Kind && o.Text == r.Text && o.Column == r.Column && o.Class == r.Class
		}
		if i := slices.IndexFunc(others, same); i >= 0 {
			r.Name = others[i].Name
		}
	}
	for n := 1; r.Name == ""; n++ {
		name := "r" + strconv.Itoa(n)
		if !slices.ContainsFunc(others, func(o label.Rule) bool { return o.Name == name }) {
			r.Name = name
		}
	}
	return r, !slices.Contains(others, r)
}
