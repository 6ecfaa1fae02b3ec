package tui

import (
	"fmt"
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
)

// rulesScreen lists the rules of thumb with what each does, and below them the
// items that the chosen one gets wrong, or matches. Rules are written and tried in
// a line of its own: see ruleEditor.
type rulesScreen struct {
	*desk
	rules []label.Rule // as the project has them
	sum   *learn.Rules // what they come to, as far as the trainer is
	at    int
	rows  int // rules in sight at the last drawing

	below   ruleList
	turned  bool       // a person chose it; else it is what the rule gets wrong, if anything
	items   []ruleItem // of the list below
	loaded  ruleKey    // what it is about
	under   bool       // the keys move in it
	itemAt  int
	request int

	edit   *ruleEditor
	sure   string // the rule that a second press removes
	past   []label.Rule
	notice string
}

// ruleList is what of a rule is shown below the rules.
type ruleList int

const (
	getsWrong ruleList = iota
	matchesIt
)

// ruleKey says what the list below was read for.
type ruleKey struct {
	rule label.Rule
	list ruleList
	sum  *learn.Rules
}

// ruleItem is one item of that list.
type ruleItem struct {
	num  uint64
	text string
	says string // its answer, where it has one that the person may know
}

type (
	rulesMsg struct {
		rules []label.Rule
		err   error
	}
	ruleItemsMsg struct {
		request int
		key     ruleKey
		items   []ruleItem
		err     error
	}
	ruleKeptMsg struct {
		said string
		past *label.Rule // what it was before; nil where the change was an undo
		err  error
	}
	// ruleFromMsg asks for the editor, with a rule begun: the words that it is to look for, and
	// the class it is to vote for; -1 where that is still to be typed.
	ruleFromMsg struct {
		words string
		class int
	}
	// ruleLeftMsg says that such a rule was given up: back to where it began.
	ruleLeftMsg struct{}
)

// rulesListed is how many items of a rule are listed.
const rulesListed = 200

func newRulesScreen(d *desk) *rulesScreen { return &rulesScreen{desk: d} }

func (r *rulesScreen) shown() tea.Cmd {
	r.sum = r.trainer.Rules()
	return r.load()
}

// able reports whether the project can have rules.
func (r *rulesScreen) able() bool { return r.project.Task().Kind == label.Classes }

// load reads the rules.
func (r *rulesScreen) load() tea.Cmd {
	if !r.able() {
		return nil
	}
	return func() tea.Msg {
		rules, err := r.project.Rules()
		return rulesMsg{rules, err}
	}
}

func (r *rulesScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case committedMsg:
		if r.top == screen(r) {
			return r.load()
		}
	case trainerMsg:
		if now := r.trainer.Rules(); now != r.sum {
			r.sum = now
			return r.look()
		}
	case rulesMsg:
		if m.err != nil {
			return r.failed(m.err)
		}
		r.rules = m.rules
		r.at = stepped(r.at, 0, len(r.rules))
		return r.look()
	case ruleItemsMsg:
		if m.request != r.request {
			return nil
		}
		if m.err != nil {
			return r.failed(m.err)
		}
		r.items, r.loaded = m.items, m.key
		r.itemAt = stepped(r.itemAt, 0, len(r.items))
		r.under = r.under && len(r.items) > 0
	case ruleKeptMsg:
		if m.err != nil {
			return r.failed(m.err)
		}
		if r.notice = m.said; m.past != nil {
			r.past = append(r.past, *m.past)
		}
		return r.load()
	case ruleTriedMsg:
		if r.edit != nil {
			return r.edit.tried(m)
		}
		m.stop()
	case ruleFromMsg:
		if r.able() && r.seat.Role().Reviews() {
			cmd := r.open(newRuleText(r.project.Task(), m), "")
			r.edit.visit = true
			return cmd
		}
	case tea.MouseMsg:
		if r.edit == nil {
			return r.move(wheel(m, wheelRows))
		}
	case tea.KeyMsg:
		if r.edit != nil {
			return r.edit.press(m)
		}
		return r.press(m)
	}
	return nil
}

func (r *rulesScreen) failed(err error) tea.Cmd {
	if r.ctx.Err() != nil {
		return nil
	}
	return fail(r.words.Frame.Rules, err)
}

// chosen is the rule at the cursor.
func (r *rulesScreen) chosen() (label.Rule, bool) {
	if r.at >= len(r.rules) {
		return label.Rule{}, false
	}
	return r.rules[r.at], true
}

// figures returns what is known of a rule; false while it is being tried.
func (r *rulesScreen) figures(x label.Rule) (learn.RuleFigures, bool) {
	if r.sum == nil {
		return learn.RuleFigures{}, false
	}
	i := slices.IndexFunc(r.sum.Figures, func(f learn.RuleFigures) bool { return f.Rule == x })
	if i < 0 {
		return learn.RuleFigures{}, false
	}
	return r.sum.Figures[i], true
}

// look reads the items of the chosen rule, unless they are in hand.
func (r *rulesScreen) look() tea.Cmd {
	x, ok := r.chosen()
	f, known := r.figures(x)
	if !ok || !known {
		r.items, r.loaded, r.under = nil, ruleKey{}, false
		r.request++
		return nil
	}
	switch {
	case !r.seat.Role().Reviews():
		r.below = matchesIt // what others answered is not for everybody
	case !r.turned && len(f.Wrong) > 0:
		r.below = getsWrong
	case !r.turned:
		r.below = matchesIt
	}
	want := ruleKey{x, r.below, r.sum}
	if r.loaded == want {
		return nil
	}
	if r.loaded.rule != x || r.loaded.list != r.below {
		r.items, r.itemAt = nil, 0
	}
	r.request++
	request, nums := r.request, f.First
	if r.below == getsWrong {
		nums = f.Wrong
	}
	nums = nums[:min(len(nums), rulesListed)]
	task, answers := r.project.Task(), r.below == getsWrong
	return func() tea.Msg {
		items, err := r.readItems(task, nums, answers)
		return ruleItemsMsg{request, want, items, err}
	}
}

// readItems runs as a command.
func (r *rulesScreen) readItems(task label.Task, nums []uint64, answers bool) ([]ruleItem, error) {
	var items []ruleItem
	err := r.project.ItemsByNum(nums, func(it label.Item) error {
		items = append(items, ruleItem{num: it.Num, text: oneLine(task, it, 400)})
		return r.ctx.Err()
	})
	for i := range items {
		if !answers || err != nil {
			break
		}
		var st *label.Standing
		if st, err = r.seat.Standing(items[i].num); st != nil && st.Decision.Action.HasAnswer() {
			items[i].says = r.told(st.Decision.Answer)
		}
	}
	return items, err
}

func (r *rulesScreen) press(m tea.KeyMsg) tea.Cmd {
	k := r.keys
	sure := r.sure
	r.sure, r.notice = "", ""
	if r.under {
		switch {
		case key.Matches(m, k.Open) && r.itemAt < len(r.items):
			num := r.items[r.itemAt].num
			return func() tea.Msg { return openItemMsg{num} }
		case key.Matches(m, k.Close), key.Matches(m, k.Left):
			r.under = false
			return nil
		}
		if by := k.leaps(m, 8, len(r.items)); by != 0 {
			r.itemAt = stepped(r.itemAt, by, len(r.items))
			return nil
		}
	}
	if by := k.leaps(m, max(r.rows, 1), len(r.rules)); by != 0 && !r.under {
		return r.move(by)
	}
	x, ok := r.chosen()
	switch {
	case key.Matches(m, k.Switch), key.Matches(m, k.SwitchBack):
		r.below, r.turned, r.under = 1-r.below, true, false
		return r.look()
	case key.Matches(m, k.Open), key.Matches(m, k.Right):
		r.under = len(r.items) > 0
	case !r.able() || !r.seat.Role().Reviews():
	case key.Matches(m, k.NewRule):
		return r.open("", "")
	case key.Matches(m, k.Undo):
		return r.undo()
	case !ok:
	case key.Matches(m, k.EditRule):
		return r.open(ruleText(r.project.Task(), x), x.Name)
	case key.Matches(m, k.RuleOff):
		was := x
		x.Off = !x.Off
		said := r.words.Rules.TurnedOn
		if x.Off {
			said = r.words.Rules.TurnedOff
		}
		return r.keep(x, fmt.Sprintf(said, ruleName(x)), &was)
	case key.Matches(m, k.Remove):
		if sure != x.Name {
			r.sure, r.notice = x.Name, fmt.Sprintf(r.words.Rules.Surely, k.Remove.Help().Key, ruleName(x))
			return nil
		}
		was := x
		x.Removed = true
		return r.keep(x, fmt.Sprintf(r.words.Rules.Removed, ruleName(x)), &was)
	}
	return nil
}

// move goes so many rules down.
func (r *rulesScreen) move(n int) tea.Cmd {
	if r.under {
		r.itemAt = stepped(r.itemAt, n, len(r.items))
		return nil
	}
	r.at = stepped(r.at, n, len(r.rules))
	return r.look()
}

// keep writes a rule down, and says so. On the screen it is there at once.
func (r *rulesScreen) keep(x label.Rule, said string, past *label.Rule) tea.Cmd {
	pending := r.project.Rule(r.seat.Annotator(), x)
	rules := slices.Clone(r.rules)
	switch i := slices.IndexFunc(rules, func(o label.Rule) bool { return o.Name == x.Name }); {
	case i >= 0 && x.Removed:
		rules = slices.Delete(rules, i, i+1)
	case i >= 0:
		rules[i] = x
	case !x.Removed:
		rules = append(rules, x)
	}
	r.rules, r.at = rules, stepped(r.at, 0, len(rules))
	return func() tea.Msg {
		_, _, err := pending.Wait(r.ctx)
		return ruleKeptMsg{said, past, err}
	}
}

// undo takes the last change of this session back.
func (r *rulesScreen) undo() tea.Cmd {
	if len(r.past) == 0 {
		r.notice = r.words.Rules.NothingUndone
		return nil
	}
	x := r.past[len(r.past)-1]
	r.past = r.past[:len(r.past)-1]
	return r.keep(x, fmt.Sprintf(r.words.Rules.Undone, ruleName(x)), nil)
}

// open begins to write a rule; name is the one that it is to replace.
func (r *rulesScreen) open(text, name string) tea.Cmd {
	r.edit = newRuleEditor(r, text, name)
	return r.edit.try()
}

func (r *rulesScreen) divider(int) int { return -1 }

func (r *rulesScreen) typing() bool { return r.edit != nil }

func (r *rulesScreen) hints() []key.Binding {
	k := r.keys
	switch {
	case r.edit != nil:
		return []key.Binding{enter(k.NewRule.Help().Desc), k.Close}
	case r.under:
		return []key.Binding{k.Open, k.Up, k.Down, k.Left, k.Switch}
	}
	return []key.Binding{k.NewRule, k.EditRule, k.RuleOff, k.Remove, k.Open, k.Switch, k.Undo}
}

func (r *rulesScreen) help() [][]key.Binding {
	k := r.keys
	return [][]key.Binding{{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom}, {k.Open, k.Right, k.Left, k.Switch}, {k.NewRule, k.EditRule, k.RuleOff, k.Remove, k.Undo}}
}
