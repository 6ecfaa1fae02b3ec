package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/label/rule"
	"inkling/learn"
	"inkling/tui/safe"
)

// ruleEditor takes a rule in one line, and tries it while it is typed. What is
// typed next ends the trial before.
type ruleEditor struct {
	r      *rulesScreen
	input  textinput.Model
	name   string // of the rule that it is to replace; "" for a new one
	visit  bool   // it was begun on another screen, which to give up leads back to
	typed  string // what is being tried
	rule   label.Rule
	err    error // what is wrong with it
	cancel context.CancelFunc
	trial  int
	figure *learn.RuleFigures // nil before there is one
	read   uint64
	all    uint64
	items  []ruleItem
}

// ruleTriedMsg brings how far a trial is.
type ruleTriedMsg struct {
	trial     int
	figure    learn.RuleFigures
	read, all uint64
	items     []ruleItem
	err       error
	next      tea.Cmd // the rest of it; nil at the end
	stop      context.CancelFunc
}

// Times and numbers of a trial.
const (
	ruleEvery  = 80 * time.Millisecond // between two looks at it
	ruleFirsts = 40                    // items that are listed
	ruleChars  = 1000                  // of what is typed
)

func newRuleEditor(r *rulesScreen, text, name string) *ruleEditor {
	e := &ruleEditor{r: r, input: newInput(r.words.Rules.Prompt, r.theme), name: name, cancel: func() {}}
	e.input.CharLimit = ruleChars
	e.input.SetValue(text)
	return e
}

// ruleText is a rule as it is typed, without its name.
func ruleText(t label.Task, x label.Rule) string {
	x.Name, x.Off = "", false
	return rule.Format(t, x)
}

// newRuleText begins a rule for words that somebody pointed at.
func newRuleText(t label.Task, m ruleFromMsg) string {
	words := strings.TrimSpace(m.words)
	if strings.ContainsAny(words, `,，、"*`) || strings.HasPrefix(words, "=") || strings.HasPrefix(words, "/") {
		words = `"` + strings.ReplaceAll(words, `"`, " ") + `"`
	}
	if m.class < 0 || m.class >= len(t.Labels) {
		return ": " + words
	}
	return ruleText(t, label.Rule{Kind: label.KeywordRule, Class: m.class, Text: words})
}

func (e *ruleEditor) press(m tea.KeyMsg) tea.Cmd {
	switch {
	case matchesTyping(m, e.r.keys.Close):
		e.close()
		if e.visit {
			return func() tea.Msg { return ruleLeftMsg{} }
		}
		return nil
	case m.Type == tea.KeyEnter:
		return e.keep()
	}
	if m.Paste {
		m.Paste = false // into a field it is text
	}
	var cmd tea.Cmd
	e.input, cmd = e.input.Update(printable(m))
	if e.input.Value() != e.typed {
		return tea.Batch(cmd, e.try())
	}
	return cmd
}

func (e *ruleEditor) close() {
	e.cancel()
	e.r.edit = nil
}

// keep writes the rule down, unless something is wrong with it.
func (e *ruleEditor) keep() tea.Cmd {
	if e.err != nil || strings.TrimSpace(e.input.Value()) == "" {
		return nil
	}
	x := e.rule
	if x.Name == "" {
		x.Name = e.name
	}
	others := e.r.rules
	if i := slices.IndexFunc(others, func(o label.Rule) bool { return o.Name == e.name }); i >= 0 {
		x.Off = others[i].Off
	}
	x, changed := rule.Named(x, others)
	e.close()
	if !changed {
		return nil
	}
	was := x // without a rule of that name before, undo removes it
	was.Removed = true
	if i := slices.IndexFunc(others, func(o label.Rule) bool { return o.Name == x.Name }); i >= 0 {
		was = others[i]
	}
	return e.r.keep(x, fmt.Sprintf(e.r.words.Rules.Saved, ruleName(x)), &was)
}

// try begins a trial of what is typed.
func (e *ruleEditor) try() tea.Cmd {
	e.cancel()
	e.typed, e.err, e.figure, e.items = e.input.Value(), nil, nil, nil
	if strings.TrimSpace(e.typed) == "" {
		return nil
	}
	if e.rule, e.err = rule.Parse(e.r.project.Task(), e.typed); e.err != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(e.r.ctx)
	e.cancel = cancel
	e.trial++
	x := e.rule
	x.Name = ""
	rules := slices.DeleteFunc(slices.Clone(e.r.rules), func(o label.Rule) bool { return o.Name == e.name })
	rules = append(rules, x)
	number := e.trial
	return func() tea.Msg {
		t, err := learn.NewRuleTrial(e.r.project, rules)
		if err != nil {
			cancel()
			return ruleTriedMsg{trial: number, err: err, stop: cancel}
		}
		return e.r.tryOn(ctx, cancel, t, number)
	}
}

// tryOn reads items for a while and says how far it got. It runs as a command.
func (r *rulesScreen) tryOn(ctx context.Context, cancel context.CancelFunc, t *learn.RuleTrial, number int) tea.Msg {
	out := ruleTriedMsg{trial: number, stop: cancel}
	done := false
	for began := time.Now(); !done && time.Since(began) < ruleEvery; {
		if done, out.err = t.Step(ctx); out.err != nil {
			cancel()
			return out
		}
	}
	figures := t.Figures()
	out.figure = figures[len(figures)-1]
	out.read, out.all = t.Read()
	nums := out.figure.First
	out.items, out.err = r.readItems(r.project.Task(), nums[:min(len(nums), ruleFirsts)], false)
	if done || out.err != nil {
		cancel()
		return out
	}
	out.next = func() tea.Msg { return r.tryOn(ctx, cancel, t, number) }
	return out
}

// tried takes in how far a trial is; one that was overtaken ends.
func (e *ruleEditor) tried(m ruleTriedMsg) tea.Cmd {
	if m.trial != e.trial || errors.Is(m.err, context.Canceled) {
		m.stop()
		return nil
	}
	if m.err != nil {
		return e.r.failed(m.err)
	}
	e.figure, e.read, e.all, e.items = &m.figure, m.read, m.all, m.items
	return m.next
}

func (e *ruleEditor) view(width, height int) []string {
	w, th := e.r.words.Rules, e.r.theme
	fitInput(&e.input, width-2)
	out := []string{" " + e.input.View()}
	var at *rule.SyntaxError
	switch {
	case strings.TrimSpace(e.typed) == "":
		out = append(out, "")
		left := 0
		for i := 0; i < len(w.Help); i += 2 {
			left = max(left, lipgloss.Width(w.Help[i]))
		}
		for i := 0; i+1 < len(w.Help); i += 2 {
			out = append(out, " "+safe.Truncate(safe.Pad(w.Help[i], left)+"   "+w.Help[i+1], max(width-2, 1)))
		}
		for i := range out[1:] {
			out[i+1] = th.dim.Render(out[i+1])
		}
	case errors.As(e.err, &at):
		text := fmt.Sprintf(w.Column, at.Column, at.What)
		for _, l := range wrapped(text, max(width-2, 1), 4) {
			out = append(out, " "+th.warn.Render(l))
		}
	case e.err != nil:
		out = append(out, " "+th.warn.Render(safe.Truncate(safe.Line(e.err.Error()), max(width-2, 1))))
	case e.figure == nil:
		out = append(out, " "+th.dim.Render(fmt.Sprintf(w.Trying, 0, e.r.project.Counts().Items)))
	default:
		out = append(out, e.viewFigure(width)...)
		for _, it := range e.items {
			out = append(out, "  "+safe.Pad(it.text, max(width-3, 1)))
		}
	}
	return out[:min(len(out), height)]
}

// viewFigure says what the rule does, in one row or more.
func (e *ruleEditor) viewFigure(width int) []string {
	w, th, f := e.r.words.Rules, e.r.theme, e.figure
	text := fmt.Sprintf(w.Covering, f.Covered, f.Items, percent(f.Covered, f.Items), f.Overlaps, f.Conflicts)
	var out []string
	for _, l := range wrapped(text, max(width-2, 1), 3) {
		out = append(out, " "+th.accent.Render(l))
	}
	if n := f.Answered + f.Audited; n > 0 && e.r.seat.Role().Reviews() {
		share, in := f.Share()
		text = fmt.Sprintf(w.RightOf, share, in.Low(), in.High(), n)
	} else {
		text = w.Unanswered
	}
	if e.read < e.all {
		text += " · " + fmt.Sprintf(w.Trying, e.read, e.all)
	}
	return append(out, " "+th.dim.Render(safe.Truncate(text, max(width-2, 1))), "")
}
