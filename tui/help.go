package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
)

// pressHelp scrolls the help where it does not fit; any other key closes it.
func (w *workbench) pressHelp(m tea.KeyMsg) {
	inner, rows := w.width-2, w.height-frameRows
	last := max(len(w.helpLines(inner))-rows, 0)
	by := w.keys.steps(m, rows-1)
	if last == 0 || by == 0 {
		w.showing = false
		return
	}
	w.scroll = stepped(w.scroll, by, last+1)
}

func (w *workbench) viewHelp(width, rows int) string {
	all := w.helpLines(width)
	from := min(w.scroll, max(len(all)-rows, 0))
	lines := all[from:min(len(all), from+max(rows, 0))]
	if more := len(all) - from - rows; more > 0 && rows > 1 {
		lines[rows-1] = "  " + w.theme.dim.Render(fmt.Sprintf("↓ "+w.words.Label.MoreText, more+1))
	}
	return strings.Join(lines, "\n")
}

// helpLines is the whole help: every key of the screen on top and of the
// frame, in groups that stand side by side while they fit.
func (w *workbench) helpLines(width int) []string {
	groups := append(w.top.help(), w.frameKeys()...)
	var cols []string
	for _, g := range groups {
		cols = append(cols, w.viewGroup(g))
	}
	var bands []string
	for i := 0; i < len(cols); {
		band := cols[i]
		i++
		for i < len(cols) && lipgloss.Width(band)+4+lipgloss.Width(cols[i]) <= width-4 {
			band = lipgloss.JoinHorizontal(lipgloss.Top, band, "    ", cols[i])
			i++
		}
		bands = append(bands, band)
	}
	text := w.theme.strong.Render(w.names()[w.active]) + w.theme.dim.Render("  "+w.words.Frame.CloseHelp) + "\n\n" + strings.Join(bands, "\n\n")
	lines := strings.Split(text, "\n")
	if top, ok := w.top.(interface{ signs() []string }); ok {
		lines = append(lines, "")
		for _, sign := range top.signs() {
			lines = append(lines, w.dimmed(sign, max(width-4, 1), 3)...)
		}
	}
	for i := range lines {
		lines[i] = "  " + lines[i]
	}
	return lines
}

// frameKeys are the keys that every screen has.
func (w *workbench) frameKeys() [][]key.Binding {
	k := w.keys
	general := []key.Binding{k.NextScreen, k.PrevScreen}
	general = append(general, k.Screens[:]...)
	rest := []key.Binding{k.Language, k.Help, k.Quit}
	if w.seat.Room().Count() > 1 {
		rest = append(rest, k.People)
	}
	if w.demo != nil {
		rest = append(rest, k.Demo)
	}
	return [][]key.Binding{general, rest}
}

// viewGroup sets the keys of a group in one column and what they do in
// another.
func (w *workbench) viewGroup(g []key.Binding) string {
	wide := 0
	for _, b := range g {
		wide = max(wide, lipgloss.Width(keyList(b)))
	}
	var lines []string
	for _, b := range g {
		if b.Enabled() {
			lines = append(lines, w.theme.key.Render(fit(keyList(b), wide))+"  "+w.theme.dim.Render(b.Help().Desc))
		}
	}
	return strings.Join(lines, "\n")
}

// keyList writes every key of a binding.
func keyList(b key.Binding) string {
	var names []string
	for _, k := range b.Keys() {
		names = append(names, keyName(k))
	}
	return strings.Join(names, " ")
}
