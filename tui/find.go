package tui

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
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
	rows   int // hits in sight at the last drawing
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
		if m.Type == tea.KeyEnter {
			if f.at < len(f.hits) {
				return f.l.open(f.hits[f.at].Num)
			}
			return nil
		}
		if by := f.l.keys.typingSteps(m, f.rows); by != 0 {
			f.at = stepped(f.at, by, len(f.hits))
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
	f.rows = height - len(lines)
	top := max(f.at-f.rows+1, 0)
	for i := top; i < len(f.hits) && i < top+f.rows; i++ {
		lines = append(lines, f.viewHit(f.hits[i], width, i == f.at))
	}
	return strings.Join(lines, "\n")
}

// viewHit draws one hit in a row, the match marked and as far as can be in its
// middle.
func (f *finder) viewHit(h store.Hit, width int, chosen bool) string {
	mark, plain, match := "  ", f.l.theme.plain, f.l.theme.pull.Bold(true)
	if chosen {
		mark, plain = "▸ ", f.l.theme.cursor
		match = plain.Bold(true).Underline(true)
	}
	// A code or a number says little without the name of its column.
	if cols := f.l.project.Task().Columns; h.Field < len(cols) && cols[h.Field].Role != label.Text {
		mark += safe.Truncate(fmt.Sprintf("%d %s ", h.Num, cols[h.Field].Name), max(width/2-2, 1))
	}
	room := max(width-lipgloss.Width(mark), 1)
	before, found, after := hitParts(h, f.query)
	if found = safe.Truncate(found, room); h.Start > store.HitBefore {
		before = "…" + before // the field began before it
	}
	left := room - lipgloss.Width(found)
	// What one side does not need is the other's.
	before = keepLast(before, max(left/2, left-lipgloss.Width(after)))
	after = safe.Pad(after, left-lipgloss.Width(before))
	return plain.Render(mark+before) + match.Render(found) + plain.Render(after)
}

// hitParts returns what stands before the match, the match and what stands
// after it, in one line and fit to be drawn.
func hitParts(h store.Hit, query string) (before, found, after string) {
	n := h.End - h.Start
	at := min(h.Start, store.HitBefore)
	// The text begins at a whole character, up to three bytes later.
	for less := range min(utf8.UTFMax, at+1) {
		if end := at - less + n; end <= len(h.Text) && strings.EqualFold(h.Text[at-less:end], query) {
			at -= less
			break
		}
	}
	if at+n > len(h.Text) {
		return safe.Line(h.Text), "", ""
	}
	return safe.Line(h.Text[:at]), safe.Line(h.Text[at : at+n]), safe.Line(h.Text[at+n:])
}

func (f *finder) typing() bool { return true }

func (f *finder) hints() []key.Binding {
	return []key.Binding{enter(f.l.words.Keys.Open), f.l.keys.Up, f.l.keys.Down, f.l.keys.PageUp, f.l.keys.PageDown}
}
