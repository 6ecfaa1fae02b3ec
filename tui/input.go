package tui

import (
	"unicode"

	"github.com/charmbracelet/bubbles/cursor"
	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
)

// newInput is the one-line text field of the overlays.
func newInput(prompt string, th theme) textinput.Model {
	in := textinput.New()
	in.Prompt = prompt
	in.Focus()
	// A blinking cursor redraws an idle screen over slow lines for nothing.
	in.Cursor.SetMode(cursor.CursorStatic)
	in.Cursor.Style, in.Cursor.TextStyle = th.cursor, th.plain
	in.PromptStyle, in.TextStyle = th.dim, th.plain
	return in
}

// fitInput makes a field as wide as there is room for.
func fitInput(in *textinput.Model, width int) {
	in.Width = max(width-lipgloss.Width(in.Prompt)-2, 1)
}

// printable returns the key without characters that would not be drawn as they
// are: what is pasted may come from anywhere.
func printable(m tea.KeyMsg) tea.KeyMsg {
	if m.Type != tea.KeyRunes {
		return m
	}
	kept := make([]rune, 0, len(m.Runes))
	for _, r := range m.Runes {
		if r == '\n' || r == '\r' || r == '\t' {
			r = ' '
		}
		if unicode.IsPrint(r) {
			kept = append(kept, r)
		}
	}
	m.Runes = kept
	return m
}

// enter is the key that ends typing, which is always the same, and what it
// does here.
func enter(does string) key.Binding {
	return key.NewBinding(key.WithKeys("enter"), key.WithHelp(keyName("enter"), does))
}
