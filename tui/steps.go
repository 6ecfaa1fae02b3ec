package tui

import (
	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
)

// wheelRows is how many rows a notch of the mouse wheel goes through.
const wheelRows = 3

// steps is how many rows a key goes down (up, where negative) a list that is
// seen in pages of so many; 0 where it is no such key.
func (m *keymap) steps(k tea.KeyMsg, page int) int {
	switch {
	case key.Matches(k, m.Up):
		return -1
	case key.Matches(k, m.Down):
		return 1
	case key.Matches(k, m.PageUp):
		return -max(page, 1)
	case key.Matches(k, m.PageDown):
		return max(page, 1)
	}
	return 0
}

// leaps is steps where there are keys for the ends too: those go by n, the
// number of rows or more.
func (m *keymap) leaps(k tea.KeyMsg, page, n int) int {
	switch {
	case key.Matches(k, m.Top):
		return -n
	case key.Matches(k, m.Bottom):
		return n
	}
	return m.steps(k, page)
}

// typingSteps is steps where text is typed.
func (m *keymap) typingSteps(k tea.KeyMsg, page int) int {
	if types(k) {
		return 0
	}
	return m.steps(k, page)
}

// wheel is how many rows the mouse wheel goes down a list; 0 where it was
// something else.
func wheel(m tea.MouseMsg, rows int) int {
	switch m.Button {
	case tea.MouseButtonWheelUp:
		return -rows
	case tea.MouseButtonWheelDown:
		return rows
	}
	return 0
}

// stepped is the row so many below at among n, or the one nearest to it.
func stepped(at, by, n int) int { return max(min(at+by, n-1), 0) }
