package tui

import (
	"context"
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/store"
	"inkling/tui/safe"
)

// foundAtMost is the number of hits that a search lists.
const foundAtMost = 200

// finder searches the pool as one types. A new letter cancels the search
// before it.
type finder struct {
	l      *labelScreen
	input  textinput.Model
	cancel context.CancelFunc
	query  string
	busy   bool
	hits   []store.Hit
	at     int
}

type foundMsg struct {
	query string
	hits  []store.Hit
	err   error
}

func newFinder(l *labelScreen) *finder {
	return &finder{l: l, input: newInput(l.words.Label.FindPrompt, l.theme), cancel: func() {}}
}

func (f *finder) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case foundMsg:
		if m.query == f.query {
			f.busy, f.hits, f.at = false, m.hits, 0
			if m.err != nil && f.l.ctx.Err() == nil {
				return fail(f.l.words.Keys.Search, m.err)
			}
		}
		return nil
	case tea.KeyMsg:
		switch {
		case m.Type == tea.KeyEnter:
			if f.at < len(f.hits) {
				return f.l.open(f.hits[f.at].Num)
			}
			return nil
		case matchesTyping(m, f.l.keys.Up):
			f.at = max(f.at-1, 0)
			return nil
		case matchesTyping(m, f.l.keys.Down):
			f.at = max(min(f.at+1, len(f.hits)-1), 0)
			return nil
		}
		var cmd tea.Cmd
		f.input, cmd = f.input.Update(printable(m))
		if q := strings.TrimSpace(f.input.Value()); q != f.query {
			return tea.Batch(cmd, f.search(q))
		}
		return cmd
	}
	return nil
}

func (f *finder) search(q string) tea.Cmd {
	f.cancel()
	f.query, f.busy = q, q != ""
	if q == "" {
		f.hits, f.at = nil, 0
		return nil
	}
	ctx, cancel := context.WithCancel(f.l.ctx)
	f.cancel = cancel
	return func() tea.Msg {
		defer cancel()
		hits, _, err := f.l.project.Search(ctx, q, 1, foundAtMost)
		if ctx.Err() != nil {
			return nil
		}
		return foundMsg{q, hits, err}
	}
}

func (f *finder) view(width, height int) string {
	w, th := f.l.words.Label, f.l.theme
	fitInput(&f.input, width)
	state := ""
	switch {
	case f.query == "":
	case f.busy:
		state = fmt.Sprintf(w.Searching, len(f.hits))
	case len(f.hits) == 0:
		state = w.NothingFound
	default:
		state = fmt.Sprintf(w.Found, len(f.hits))
		if len(f.hits) == foundAtMost {
			state += "+"
		}
	}
	lines := []string{f.input.View(), th.dim.Render(state)}
	room := height - len(lines)
	top := max(f.at-room+1, 0)
	for i := top; i < len(f.hits) && i < top+room; i++ {
		text := safe.Pad(f.hits[i].Text, max(width-2, 1))
		if i == f.at {
			lines = append(lines, th.cursor.Render("▸ "+text))
		} else {
			lines = append(lines, "  "+text)
		}
	}
	return strings.Join(lines, "\n")
}

func (f *finder) typing() bool { return true }

func (f *finder) hints() []key.Binding {
	return []key.Binding{enter(f.l.words.Keys.Open), f.l.keys.Up, f.l.keys.Down}
}
