package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
)

// note asks why an item is flagged.
type note struct {
	l     *labelScreen
	input textinput.Model
}

func newNote(l *labelScreen) *note { return &note{l, newInput(l.words.Label.FlagPrompt, l.theme)} }

func (n *note) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	if m.Type == tea.KeyEnter {
		return n.l.flag(strings.TrimSpace(n.input.Value()))
	}
	var cmd tea.Cmd
	n.input, cmd = n.input.Update(printable(m))
	return cmd
}

// view keeps the item in sight while the note is written.
func (n *note) view(width, height int) string {
	fitInput(&n.input, width)
	lines := append([]string{n.input.View(), ""}, n.l.viewBody(width, height-2, height >= 12)...)
	return strings.Join(lines, "\n")
}

func (n *note) typing() bool { return true }

func (n *note) hints() []key.Binding { return []key.Binding{enter(n.l.words.Keys.Flag)} }
