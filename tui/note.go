package tui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/bubbles/textinput"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/tui/safe"
)

// note asks why an item is flagged.
type note struct {
	l     *labelScreen
	input textinput.Model
}

func newNote(l *labelScreen) *note { return &note{l, newInput(l.words.Label.FlagPrompt)} }

func (n *note) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	if m.Type == tea.KeyEnter {
		return n.l.flag(strings.TrimSpace(n.input.Value()))
	}
	var cmd tea.Cmd
	n.input, cmd = n.input.Update(m)
	return cmd
}

// view keeps the item's text in sight while the note is written.
func (n *note) view(width, height int) string {
	n.input.Width = max(width-len(n.input.Prompt)-2, 1)
	lines := append([]string{n.input.View(), ""}, n.l.viewText(width, height-2)...)
	return strings.Join(lines, "\n")
}

func (n *note) typing() bool { return true }

func (n *note) hints() []key.Binding { return []key.Binding{n.l.keys.Open} }

// guideline shows what the project asks for, and when to choose each label.
type guideline struct{ l *labelScreen }

func (g *guideline) update(msg tea.Msg) tea.Cmd {
	if m, ok := msg.(tea.KeyMsg); ok && key.Matches(m, g.l.keys.Guideline) {
		g.l.over = nil
		return g.l.play()
	}
	return nil
}

func (g *guideline) view(width, height int) string {
	l := g.l
	task := l.project.Task()
	lines := []string{l.theme.strong.Render(l.words.Label.Guideline), ""}
	wrap := func(s string) {
		for _, r := range safe.NewLayout(s, width, nil).Rows(0, height) {
			lines = append(lines, rowText(r))
		}
	}
	if task.Guideline != "" {
		wrap(task.Guideline)
		lines = append(lines, "")
	}
	said := task.Guideline != ""
	for i, lb := range task.Labels {
		if lb.Guideline == "" {
			continue
		}
		said = true
		lines = append(lines, l.theme.key.Render(lb.Key)+" "+l.theme.label(i, lb.Colour).Render(safe.Truncate(lb.Shown(), width-4)))
		wrap(lb.Guideline)
	}
	if !said {
		lines = append(lines, l.theme.dim.Render(l.words.Label.NoGuideline))
	}
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

func (g *guideline) typing() bool { return false }

func (g *guideline) hints() []key.Binding { return []key.Binding{g.l.keys.Guideline} }
