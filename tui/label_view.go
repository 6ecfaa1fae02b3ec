package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// twoPanes is the width from which the suggestion stands beside the text; in
// less it stands in one line above it.
const twoPanes = 64

// Kinds of marked text.
const (
	markPull = iota + 1
	markPush
)

func (l *labelScreen) divider(width int) int {
	if width < twoPanes {
		return -1
	}
	return width - min(max(width*2/5, 30), 56) - 1
}

func (l *labelScreen) view(width, height int) string {
	div := l.divider(width)
	if div < 0 {
		return l.viewItem(width, height, true)
	}
	left := strings.Split(l.viewItem(div, height, false), "\n")
	right := strings.Split(l.viewSide(width-div-1, height), "\n")
	line := l.theme.frame.Render("│")
	rows := make([]string, height)
	for i := range rows {
		a, b := "", ""
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		rows[i] = fit(a, div) + line + fit(b, width-div-1)
	}
	return strings.Join(rows, "\n")
}

// viewItem draws the item and, below it, the labels with their keys.
func (l *labelScreen) viewItem(width, height int, narrow bool) string {
	if l.over != nil {
		return indent(l.over.view(width-2, height), 1)
	}
	// A small window is for the text and the labels; the rest comes as it grows.
	roomy := height >= 12
	labels := l.viewLabels(width-2, max(height/3, 1), roomy)
	var head []string
	if height >= 4 || l.prefix != "" || l.notice != "" {
		head = l.viewWhy(width - 2)
	}
	if narrow && height >= 3 {
		head = append(head, l.viewSuggestionLine(width-2))
	}
	if roomy && len(head) > 0 {
		head = append(head, "")
	}
	room := height - len(labels) - len(head)
	fields := l.viewFields(width-2, max(room/3, 0), roomy)
	room -= len(fields)
	var body []string
	switch {
	case l.cur == nil:
		body = append([]string{""}, l.wrapped(l.viewNothing(), width-2, room-1)...)
	case l.wide && l.cur.Suggestion != nil:
		body = strings.Split(l.viewReasons(width-2, room), "\n")
	default:
		body = l.viewText(width-2, room)
	}
	for len(body) < room {
		body = append(body, "")
	}
	all := append(append(append(head, body[:max(room, 0)]...), fields...), labels...)
	return indent(strings.Join(all[:min(len(all), height)], "\n"), 1)
}

// wrapped is a text of the catalogue in rows.
func (l *labelScreen) wrapped(text string, width, rows int) []string {
	var out []string
	for _, r := range safe.NewLayout(text, width, nil).Rows(0, rows) {
		out = append(out, l.theme.dim.Render(rowText(r)))
	}
	return out
}

func indent(s string, n int) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad)
}

func (l *labelScreen) viewNothing() string {
	w := l.words.Label
	switch {
	case l.counts.Items == 0:
		return w.NoItems
	case l.done:
		return w.AllDone
	}
	return w.Loading
}

// viewWhy says what brought the item here, and what the last key did.
func (l *labelScreen) viewWhy(width int) []string {
	w, th := l.words.Label, l.theme
	text := ""
	if c := l.cur; c != nil {
		switch c.Why {
		case seat.Uncertain:
			text = fmt.Sprintf(w.Uncertain, c.Margin)
		case seat.Drawn:
			text = w.Drawn
		case seat.Unseen:
			name := "?"
			if c.Suggestion != nil {
				name = l.title(c.Suggestion.Answer.Class)
			}
			text = fmt.Sprintf(w.Unseen, name)
		case seat.Audit:
			text = fmt.Sprintf(w.AuditHidden, l.keys.Audit.Help().Key)
		case seat.Again:
			text = w.Again
		case seat.Asked:
			text = w.Asked
		case seat.Past:
			text = w.Undone
		case seat.Unsaved:
			text = w.Returned
		}
		if c.Standing != nil && c.Why != seat.Again {
			text = fmt.Sprintf(w.Earlier, l.says(c.Standing.Decision))
		}
		if c.Item.Audit && l.audit {
			text = w.AuditShown
		}
	}
	if l.raw && l.cur != nil {
		text = w.RawShown + " · " + text
	}
	line := th.dim.Render(safe.Truncate(text, width))
	if l.prefix != "" {
		line = th.accent.Render(fmt.Sprintf(w.Pending, safe.Line(l.prefix)))
	}
	if l.notice != "" {
		line = th.warn.Render(safe.Truncate(l.notice, width))
	}
	out := []string{line}
	if l.cur != nil && l.cur.Item.Audit && l.audit {
		out = append(out, l.wrapped(w.AuditAbout, width, 3)...)
	}
	return out
}

// says writes a decision as the history shows it.
func (l *labelScreen) says(d label.Decision) string {
	k := l.words.Keys
	switch d.Action {
	case label.Skipped:
		return k.Skip
	case label.Flagged:
		if d.Note != "" {
			return k.Flag + " (" + safe.Line(d.Note) + ")"
		}
		return k.Flag
	}
	return l.title(d.Answer.Class)
}

// title is a label's text on screen.
func (l *labelScreen) title(class int) string {
	labels := l.project.Task().Labels
	if class < 0 || class >= len(labels) {
		return "?"
	}
	return safe.Line(labels[class].Shown())
}

// flow sets styled parts into lines.
func flow(parts []string, gap string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, p := range parts {
		n := lipgloss.Width(p)
		if used > 0 && used+lipgloss.Width(gap)+n > width {
			lines = append(lines, line)
			line, used = "", 0
		}
		if used > 0 {
			line += gap
			used += lipgloss.Width(gap)
		}
		line += p
		used += n
	}
	if used > 0 {
		lines = append(lines, line)
	}
	return lines
}

// viewLabels draws the labels with their keys: all that fit, the suggested one
// and those that the first of two keys leaves before the rest.
func (l *labelScreen) viewLabels(width, rows int, roomy bool) []string {
	task := l.project.Task()
	order := make([]int, len(task.Labels))
	for i := range order {
		order[i] = i
	}
	var probs []float64
	if l.cur != nil && l.cur.Suggestion != nil {
		probs = l.cur.Suggestion.Classes
	}
	numbers := numbered(task.Labels)
	if len(task.Labels) > 9 && probs != nil {
		sortByProb(order, probs)
	}
	var parts []string
	for _, i := range order {
		lb := task.Labels[i]
		if l.prefix != "" && !strings.HasPrefix(lb.Key, l.prefix) {
			continue
		}
		k := safe.Line(lb.Key)
		if numbers {
			k = strings.TrimSuffix(fmt.Sprintf("%d %s", i+1, k), " ")
		}
		parts = append(parts, l.theme.key.Render(k)+" "+l.theme.label(i, lb.Colour).Render(safe.Truncate(lb.Shown(), 28)))
	}
	lines := flow(parts, "   ", width)
	if len(lines) > rows {
		// Fewer, so that the last line can say how many are left.
		shown := 0
		for n := len(parts); n > 0; n-- {
			more := l.theme.dim.Render(fmt.Sprintf(l.words.Label.More, len(parts)-n, l.keys.Palette.Help().Key))
			if lines = flow(append(parts[:n:n], more), "   ", width); len(lines) <= rows {
				shown = n
				break
			}
		}
		if shown == 0 {
			lines = flow(parts, " ", width)[:rows]
		}
	}
	if roomy && len(lines) > 0 {
		lines = append([]string{""}, lines...)
	}
	return lines
}

func prob(p []float64, i int) float64 {
	if i < len(p) {
		return p[i]
	}
	return 0
}

func (l *labelScreen) hints() []key.Binding {
	if l.over != nil {
		return append(l.over.hints(), l.keys.Close)
	}
	k := l.keys
	accept := k.Accept
	accept.SetEnabled(l.cur != nil && l.cur.Suggestion != nil)
	if len(l.past) > 0 {
		return []key.Binding{l.choose(), k.Back, k.Forth, k.Close}
	}
	if l.demo != nil {
		return []key.Binding{accept, l.choose(), k.Demo, k.Skip, k.Flag, k.Undo}
	}
	return []key.Binding{accept, l.choose(), k.Skip, k.Flag, k.Undo, k.Reasons, k.Search, k.Guideline, k.Back}
}

// choose stands for the keys of the labels in hints and help.
func (l *labelScreen) choose() key.Binding {
	labels := l.project.Task().Labels
	switch {
	case numbered(labels) && len(labels) > 1:
		return key.NewBinding(key.WithKeys("1"), key.WithHelp(fmt.Sprintf("1-%d", len(labels)), l.words.Keys.Choose))
	case len(labels) > oneKeyLabels:
		return l.keys.Palette
	}
	return key.NewBinding(key.WithKeys("a"), key.WithHelp("a-z", l.words.Keys.Choose))
}

// oneKeyLabels is the number of labels that can each have a key of its own.
const oneKeyLabels = 30

func (l *labelScreen) help() [][]key.Binding {
	k := l.keys
	labels := l.choose()
	labels.SetKeys(labels.Help().Key)
	if len(l.project.Task().Labels) > oneKeyLabels {
		labels.SetEnabled(false)
	}
	return [][]key.Binding{
		{k.Accept, labels, k.Palette, k.Skip, k.Flag, k.Undo, k.Redo},
		{k.Back, k.Forth, k.Search, k.Guideline, k.Reasons, k.Audit, k.Raw},
		{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Close},
	}
}
