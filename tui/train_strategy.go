package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/learn"
	"inkling/learn/query"
	"inkling/tui/safe"
)

// strategyMsg says that another query strategy is in force, or why not.
type strategyMsg struct {
	name string
	err  error
}

// strategies are those that there are for the project's task.
func (t *trainScreen) strategies() []query.Strategy {
	return learn.Strategies(t.project.Task().Kind)
}

// strategyAt is the one in force, 0 where it is not among them.
func (t *trainScreen) strategyAt() int {
	name := t.trainer.Strategy()
	return max(slices.IndexFunc(t.strategies(), func(s query.Strategy) bool { return s.Name() == name }), 0)
}

// pressStrategy takes a key while the strategies are on show; taken is false for
// those that do what they do elsewhere.
func (t *trainScreen) pressStrategy(m tea.KeyMsg) (cmd tea.Cmd, taken bool) {
	k, all := t.keys, t.strategies()
	if by := k.leaps(m, 8, len(all)); by != 0 {
		t.pick = stepped(t.pick, by, len(all))
		return nil, true
	}
	if key.Matches(m, k.Overlay) || key.Matches(m, k.ZoomIn) || key.Matches(m, k.ZoomOut) || key.Matches(m, k.Smooth) {
		return nil, true
	}
	if !key.Matches(m, k.Use) {
		return nil, false
	}
	if t.pick < len(all) {
		name := all[t.pick].Name()
		return func() tea.Msg { return strategyMsg{name, t.trainer.UseStrategy(name)} }, true
	}
	return nil, true
}

func (t *trainScreen) tookStrategy(m strategyMsg) tea.Cmd {
	if m.err != nil {
		return fail(t.words.Train.UseStrategy, m.err)
	}
	t.notice = fmt.Sprintf(t.words.Train.StrategyUsed, m.name)
	return nil
}

// viewStrategies lists the query strategies, the one in force marked: what each
// does, and of the one at the cursor what it needs, what it costs and where it is
// from.
func (t *trainScreen) viewStrategies(width, height int) []string {
	w, th, all := t.words.Train, t.theme, t.strategies()
	t.pick = stepped(t.pick, 0, len(all))
	head := " " + th.strong.Render(safe.Truncate(w.Strategies, max(width-2, 1)))
	if t.notice != "" {
		head = " " + th.good.Render(safe.Truncate(t.notice, max(width-2, 1)))
	}
	out := []string{head}
	if height >= 10 {
		for _, l := range t.dimmed(w.StrategyAbout, width-2, 2) {
			out = append(out, " "+l)
		}
	}
	if len(all) == 0 {
		return append(out, " "+th.dim.Render(w.NoStrategy))
	}
	const names = 19
	out = append(out, th.dim.Render(safe.Truncate("    "+safe.Pad(w.Strategy, names)+w.Does, width)))
	var foot []string
	if height >= 12 {
		s := all[t.pick]
		foot = append(foot, th.frame.Render(strings.Repeat("─", width)))
		// In full, for the list may have cut it.
		for _, l := range wrapped(s.Name()+": "+t.gist(s.Name()), max(width-2, 1), 2) {
			foot = append(foot, " "+l)
		}
		foot = append(foot, " "+th.dim.Render(safe.Truncate(fmt.Sprintf("%s: %s · %s: O(%s) · %s", w.Needs, t.needs(s), w.Cost, s.Cost, s.Paper), max(width-2, 1))))
	}
	room := max(height-len(out)-len(foot), 1)
	top := max(t.pick-room+1, 0)
	now := t.trainer.Strategy()
	for i := top; i < len(all) && i < top+room; i++ {
		name := all[i].Name()
		mark := "  "
		if name == now {
			mark = "● "
		}
		text := safe.Pad(mark+safe.Pad(name, names)+t.gist(name), max(width-3, 1))
		if i == t.pick {
			out = append(out, "▸ "+th.cursor.Render(text))
		} else {
			out = append(out, "  "+text)
		}
	}
	return append(fill(out, height-len(foot)), foot...)
}

// needs names what a strategy reads beyond the items.
func (t *trainScreen) needs(s query.Strategy) string {
	var parts []string
	for i, name := range t.words.Train.NeedsOf {
		if s.Needs&(1<<i) != 0 {
			parts = append(parts, name)
		}
	}
	if len(parts) == 0 {
		return t.words.Train.NeedsNothing
	}
	return strings.Join(parts, ", ")
}
