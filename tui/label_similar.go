package tui

import (
	"context"
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// similar is what the label screen knows of the answered items that are most like
// the one on screen.
type similar struct {
	of   uint64 // the item that the rows are about; 0 for none
	rows []alike
	at   int // answered items that they were found among
	busy bool
}

// alike is an answered item that is like another.
type alike struct {
	num    uint64
	cosine float64
	class  int
	text   string
}

// alikeMsg brings the items that are like one.
type alikeMsg struct {
	item uint64
	at   int
	rows []alike
	err  error
}

// Of the answered items that are like one.
const (
	alikeShown  = 30  // at most
	alikeSought = 200 // looked at, for those whose answer the person may know
)

// evident reports whether answers to other items may be shown beside the one on
// screen: not where it is to be answered without a suggestion, for they are as good
// as one.
func (l *labelScreen) evident() bool {
	return l.cur != nil && !l.cur.Item.Audit && l.cur.Why != seat.Second && l.cur.Withheld == nil
}

// findAlike looks for items like the one on screen, unless it did. There is one
// search at a time, however fast cards come and go.
func (l *labelScreen) findAlike() tea.Cmd {
	s := l.trainer.Similar()
	if l.alike.busy || !l.evident() || s.Len() == 0 {
		return nil
	}
	it := l.cur.Item
	if l.alike.of == it.Num && (len(l.alike.rows) > 0 || l.alike.at == s.Len()) {
		return nil // what stands beside it stays while it is read
	}
	l.alike.busy = true
	return func() tea.Msg {
		rows, err := l.readAlike(l.ctx, it)
		return alikeMsg{it.Num, s.Len(), rows, err}
	}
}

// readAlike runs as a command.
func (l *labelScreen) readAlike(ctx context.Context, it label.Item) ([]alike, error) {
	found, err := l.trainer.Similar().Nearest(ctx, it, alikeSought)
	if err != nil {
		return nil, err
	}
	task := l.project.Task()
	var out []alike
	for _, x := range found {
		if len(out) == alikeShown {
			break
		}
		st, err := l.seat.Standing(x.Num) // an answer that the person may not know is none
		if err != nil {
			return nil, err
		}
		if st == nil || !st.Decision.Action.HasAnswer() {
			continue
		}
		other, err := l.project.Item(x.Num)
		if err != nil {
			return nil, err
		}
		out = append(out, alike{x.Num, x.Cosine, st.Decision.Answer.Class, oneLine(task, other, 400)})
	}
	return out, nil
}

func (l *labelScreen) foundAlike(m alikeMsg) tea.Cmd {
	l.alike.busy = false
	if m.err != nil {
		if l.ctx.Err() != nil {
			return nil
		}
		return fail(l.words.Label.Similar, m.err)
	}
	l.alike.of, l.alike.rows, l.alike.at = m.item, m.rows, m.at
	return nil
}

// alikeRows are those of the item on screen.
func (l *labelScreen) alikeRows() []alike {
	if !l.evident() || l.alike.of != l.cur.Item.Num {
		return nil
	}
	return l.alike.rows
}

// viewAlike draws the first of the items that are like the one on screen, in at
// most so many rows; nothing where there are none or but a row.
func (l *labelScreen) viewAlike(width, rows int) []string {
	all := l.alikeRows()
	if len(all) == 0 || rows < 2 {
		return nil
	}
	out := []string{l.theme.dim.Render(safe.Truncate(fmt.Sprintf("%s (%s)", l.words.Label.Similar, l.keys.Similar.Help().Key), width))}
	for _, x := range all[:min(len(all), rows-1)] {
		out = append(out, l.viewAlikeRow(x, width))
	}
	return out
}

// viewAlikeRow says how like an item is, its answer, and its text.
func (l *labelScreen) viewAlikeRow(x alike, width int) string {
	name := safe.Truncate(l.title(x.class), max(width/3, 1))
	colour := ""
	if labels := l.project.Task().Labels; x.class >= 0 && x.class < len(labels) {
		colour = labels[x.class].Colour
	}
	head := fmt.Sprintf("%.2f ", x.cosine)
	rest := max(width-len(head)-lipgloss.Width(name)-1, 0)
	return l.theme.dim.Render(head) + l.theme.label(x.class, colour).Render(name) + " " + safe.Pad(safe.Truncate(x.text, rest), rest)
}

// alikeList lists the items that are like the one on screen, to be opened.
type alikeList struct {
	l    *labelScreen
	at   int
	rows int // in sight at the last drawing
}

func (a *alikeList) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	k, all := a.l.keys, a.l.alikeRows()
	switch {
	case key.Matches(m, k.Open) && a.at < len(all):
		a.l.over = nil
		return a.l.peek(all[a.at].num)
	case key.Matches(m, k.Similar):
		a.l.over = nil
		return a.l.play()
	}
	a.at = stepped(a.at, k.leaps(m, a.rows, len(all)), len(all))
	return nil
}

func (a *alikeList) view(width, height int) string {
	l, all := a.l, a.l.alikeRows()
	lines := []string{l.theme.dim.Render(safe.Truncate(l.words.Label.SimilarAbout, width)), ""}
	a.rows = max(height-len(lines), 1)
	top := max(a.at-a.rows+1, 0)
	for i := top; i < len(all) && i < top+a.rows; i++ {
		mark := "  "
		if i == a.at {
			mark = l.theme.accent.Render("▸ ")
		}
		lines = append(lines, mark+l.viewAlikeRow(all[i], max(width-2, 1)))
	}
	if len(all) == 0 {
		lines = append(lines, l.theme.dim.Render(l.words.Label.NothingFound))
	}
	return strings.Join(lines, "\n")
}

func (a *alikeList) typing() bool { return false }

func (a *alikeList) hints() []key.Binding {
	return []key.Binding{a.l.keys.Open, a.l.keys.Up, a.l.keys.Down}
}

// peekedMsg brings an item that the person wants to look at.
type peekedMsg struct {
	from uint64 // the item that was on screen
	card seat.Card
	err  error
}

// peek shows an item for a look: closing goes back to the card that was there.
func (l *labelScreen) peek(num uint64) tea.Cmd {
	from := uint64(0)
	if l.cur != nil {
		from = l.cur.Item.Num
	}
	return l.move(func() tea.Msg {
		c, err := l.seat.Peek(num)
		return peekedMsg{from, c, err}
	})
}

func (l *labelScreen) peeked(m peekedMsg) tea.Cmd {
	came := m.err == nil && l.cur != nil && l.cur.Item.Num == m.from
	l.moved(came)
	if m.err != nil {
		return fail(l.words.Keys.Open, m.err)
	}
	if came {
		l.past = append(l.past, *l.cur)
		l.put(m.card)
	}
	return nil
}
