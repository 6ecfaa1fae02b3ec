package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"
	"github.com/charmbracelet/x/ansi"

	"inkling/tui/safe"
)

// The smallest window that the workbench draws in; below it says so.
const minWidth, minHeight = 20, 6

// frameRows are the rows that the frame takes: two lines around the body, the
// hints and the status.
const frameRows = 4

// View draws the frame and what is in it.
func (w *workbench) View() string {
	if w.width == 0 {
		return ""
	}
	if w.width < minWidth || w.height < minHeight {
		return w.viewTooSmall()
	}
	frame := ""
	if w.people.look != nil {
		frame = w.people.viewLook(w.viewUrgent(w.width), w.width, w.height)
	} else {
		frame = w.viewFrame()
	}
	w.seat.Show(frame)
	return frame
}

func (w *workbench) viewFrame() string {
	inner, rows := w.width-2, w.height-frameRows
	body, div := "", -1
	if w.people.shown {
		body = w.people.view(inner, rows)
	} else if w.showing {
		body = w.viewHelp(inner, rows)
	} else {
		body, div = w.top.view(inner, rows), w.top.divider(inner)
	}
	lines := strings.Split(body, "\n")
	side := w.theme.frame.Render("│")
	var b strings.Builder
	b.WriteString(w.viewTop(div))
	for i := range rows {
		line := ""
		if i < len(lines) {
			line = lines[i]
		}
		b.WriteByte('\n')
		b.WriteString(side)
		b.WriteString(fit(line, inner))
		b.WriteString(side)
	}
	b.WriteByte('\n')
	b.WriteString(w.rule("├", "┤", "┴", div))
	b.WriteByte('\n')
	b.WriteString(side)
	b.WriteString(fit(" "+w.viewHints(inner-2), inner))
	b.WriteString(side)
	b.WriteByte('\n')
	b.WriteString(w.viewStatus())
	return b.String()
}

// viewTooSmall fills a window that is too small for anything else.
func (w *workbench) viewTooSmall() string {
	text := fmt.Sprintf(w.words.Frame.TooSmall, minWidth, minHeight)
	lines := make([]string, w.height)
	copy(lines, wrapped(text, w.width, w.height))
	for i := range lines {
		lines[i] = fit(lines[i], w.width)
	}
	return strings.Join(lines, "\n")
}

// wrapped breaks a text into rows, at most n.
func wrapped(text string, width, n int) []string {
	rows, _ := safe.Wrap(text, width, nil, 0, n)
	out := make([]string, len(rows))
	for i, r := range rows {
		out[i] = r.String()
	}
	return out
}

// dimmed is a text of the catalogue in rows, at most n.
func (d *desk) dimmed(text string, width, n int) []string {
	out := wrapped(text, width, n)
	for i, l := range out {
		out[i] = d.theme.dim.Render(l)
	}
	return out
}

// beside sets two panes side by side in so many rows, with a line at a column
// between them.
func (d *desk) beside(left, right []string, column, height int) []string {
	row := func(pane []string, i int) string {
		if i < len(pane) {
			return pane[i]
		}
		return ""
	}
	line := d.theme.frame.Render("│")
	out := make([]string, height)
	for i := range out {
		out[i] = fit(row(left, i), column) + line + row(right, i)
	}
	return out
}

// fit pads or cuts one styled line to exactly width cells. The width is that
// of ansi.StringWidth, for which package safe makes texts fit; ansi.Truncate
// counts some clusters otherwise.
func fit(s string, width int) string {
	n := ansi.StringWidth(s)
	if n <= width {
		return s + strings.Repeat(" ", width-n)
	}
	var b strings.Builder
	used, full := 0, false
	for len(s) > 0 {
		if s[0] == ansi.ESC {
			// The styles' own sequences: they end with a letter, and are kept to the
			// last so that no colour runs on.
			end := 1 + strings.IndexByte(s, 'm')
			b.WriteString(s[:max(end, 1)])
			s = s[max(end, 1):]
			continue
		}
		c, w := ansi.FirstGraphemeCluster(s, ansi.GraphemeWidth)
		s = s[len(c):]
		if full = full || used+w > width; !full {
			b.WriteString(c)
			used += w
		}
	}
	b.WriteString(strings.Repeat(" ", width-used))
	return b.String()
}

func (w *workbench) rule(left, right, join string, div int) string {
	inner := w.width - 2
	line := strings.Repeat("─", inner)
	if div >= 0 && div < inner {
		line = strings.Repeat("─", div) + join + strings.Repeat("─", inner-div-1)
	}
	return w.theme.frame.Render(left + line + right)
}

// names of the screens.
func (w *workbench) names() [screenCount]string {
	f := w.words.Frame
	return [screenCount]string{screenLabel: f.Label, screenTrain: f.Train, screenEvaluate: f.Evaluate, screenReview: f.Review, screenData: f.Data, screenRules: f.Rules}
}

// tabs returns the columns [from, to) of each screen's name in the top line;
// nil where they do not fit.
func (w *workbench) tabs() [][2]int {
	total := 2 // the blank before the first and after the last
	for i, n := range w.names() {
		if i > 0 {
			total += 3
		}
		total += lipgloss.Width(n)
	}
	x := w.width - 2 - total + 1
	if x < 3 {
		return nil
	}
	var out [][2]int
	for i, n := range w.names() {
		if i > 0 {
			x += 3
		}
		out = append(out, [2]int{x, x + lipgloss.Width(n)})
		x += lipgloss.Width(n)
	}
	return out
}

func (w *workbench) viewTop(div int) string {
	th := w.theme
	tabs := w.tabs()
	title := " inkling · " + safe.Line(w.project.Task().Name) + " "
	if !w.seat.Role().Answers() {
		title = " inkling · " + safe.Line(w.project.Task().Name) + " · " + w.words.People.Roles[w.seat.Role().String()] + " "
	}
	room := w.width - 3
	if tabs != nil {
		room = tabs[0][0] - 4
	} else {
		title = " " + w.names()[w.active] + " "
	}
	if lipgloss.Width(title) > room {
		title = strings.Replace(title, "inkling · ", "", 1)
	}
	if lipgloss.Width(title) > room {
		title = safe.Truncate(title, max(room, 0))
	}
	var b strings.Builder
	b.WriteString(th.frame.Render("┌─"))
	b.WriteString(th.strong.Render(title))
	x := 2 + lipgloss.Width(title)
	end := w.width - 1
	if tabs != nil {
		end = tabs[0][0] - 1
	}
	for ; x < end; x++ {
		if x == div+1 && div >= 0 {
			b.WriteString(th.frame.Render("┬"))
		} else {
			b.WriteString(th.frame.Render("─"))
		}
	}
	if tabs != nil {
		b.WriteByte(' ')
		for i, n := range w.names() {
			if i > 0 {
				b.WriteString(th.frame.Render(" ─ "))
			}
			b.WriteString(th.tab(n, i == w.active))
		}
		b.WriteByte(' ')
		b.WriteString(th.frame.Render("─"))
	}
	b.WriteString(th.frame.Render("┐"))
	return b.String()
}

// viewUrgent is what is said before any key: what failed, what is announced to
// all, who watches somebody who watches; "" for nothing.
func (w *workbench) viewUrgent(width int) string {
	notice := w.seat.Room().Notice()
	switch {
	case w.failure != nil:
		return w.theme.bad.Render(safe.Truncate("! "+w.failure.doing+": "+safe.Line(w.failure.err.Error()), width))
	case notice != "":
		return w.theme.warn.Render(safe.Truncate(safe.Line(notice), width))
	case len(w.notes) > 0:
		return w.theme.warn.Render(safe.Truncate(strings.Join(w.notes, "; "), width))
	case w.people.look != nil:
		return w.viewWatched(width)
	}
	return ""
}

// viewHints writes as many of the screen's keys as fit, and always the one
// that shows the rest; or what is more urgent.
func (w *workbench) viewHints(width int) string {
	if urgent := w.viewUrgent(width); urgent != "" {
		return urgent
	}
	if w.playing {
		return w.theme.accent.Render(safe.Truncate("▶ "+w.words.Frame.DemoPlays, width))
	}
	hint := func(b key.Binding) string {
		return w.theme.key.Render(b.Help().Key) + " " + w.theme.dim.Render(b.Help().Desc)
	}
	last := hint(w.keys.Help)
	room := width - lipgloss.Width(last) - 2
	var parts []string
	hints := w.top.hints()
	if w.people.shown {
		hints = w.people.hints()
	}
	for _, b := range hints {
		if !b.Enabled() {
			continue
		}
		h := hint(b)
		if n := lipgloss.Width(h) + 2; n <= room {
			parts = append(parts, h)
			room -= n
		} else {
			break
		}
	}
	return strings.Join(append(parts, last), "  ")
}
