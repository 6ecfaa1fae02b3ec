package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"inkling/tui/safe"
)

// guideline shows what the project asks for, and when to choose each label.
type guideline struct {
	l    *labelScreen
	at   int // the first row in sight
	rows int // in sight at the last drawing
}

func (g *guideline) update(msg tea.Msg) tea.Cmd {
	m, ok := msg.(tea.KeyMsg)
	if !ok {
		return nil
	}
	k := g.l.keys
	if key.Matches(m, k.Guideline) {
		g.l.over = nil
		return g.l.play()
	}
	// Beyond any end: view knows where that is.
	g.at = stepped(g.at, k.leaps(m, g.rows, 1<<20), 1<<20)
	return nil
}

func (g *guideline) view(width, height int) string {
	lines := g.lines(width)
	g.rows = max(height-1, 1)
	g.at = max(min(g.at, len(lines)-height), 0)
	shown := lines[g.at:min(g.at+height, len(lines))]
	if more := len(lines) - g.at - height; more > 0 && height > 1 {
		shown[height-1] = g.l.theme.dim.Render(fmt.Sprintf("↓ "+g.l.words.Label.MoreText, more+1))
	}
	return strings.Join(shown, "\n")
}

// guidelineAtMost bounds the rows of one guideline: it is a text of the project file,
// of any length.
const guidelineAtMost = 500

func (g *guideline) lines(width int) []string {
	l := g.l
	task := l.project.Task()
	lines := []string{l.theme.strong.Render(l.words.Label.Guideline), ""}
	wrap := func(s string, width int, indent string) {
		for _, r := range wrapped(s, width, guidelineAtMost) {
			lines = append(lines, indent+r)
		}
	}
	said := task.Guideline != ""
	if said {
		wrap(task.Guideline, width, "")
		lines = append(lines, "")
	}
	for i, lb := range task.Labels {
		if lb.Guideline == "" {
			continue
		}
		said = true
		lines = append(lines, l.theme.key.Render(safe.Pad(lb.Key, 2))+" "+l.theme.label(i, lb.Colour).Render(safe.Truncate(lb.Shown(), width-4)))
		wrap(lb.Guideline, width-3, "   ")
	}
	if !said {
		lines = append(lines, l.dimmed(l.words.Label.NoGuideline, width, guidelineAtMost)...)
	}
	return lines
}

func (g *guideline) typing() bool { return false }

func (g *guideline) hints() []key.Binding {
	k := g.l.keys
	return []key.Binding{k.Guideline, k.Up, k.Down}
}
