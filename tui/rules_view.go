package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/label/rule"
	"inkling/learn"
	"inkling/tui/safe"
)

// ruleName is a rule's name, fit to be drawn.
func ruleName(x label.Rule) string { return "@" + safe.Line(x.Name) }

func percent(n, of int) string { return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(max(of, 1))) }

func (r *rulesScreen) view(width, height int) string {
	w, th := r.words.Rules, r.theme
	var out []string
	switch {
	case !r.able():
		out = r.dimmed(fmt.Sprintf(w.OtherKind, r.project.Task().Kind), max(width-4, 1), height)
		return indent(strings.Join(out, "\n"), 2)
	case r.edit != nil:
		out = r.edit.view(width, height)
	case len(r.rules) == 0:
		out = append(out, "", "  "+th.dim.Render(w.None), "")
		for _, l := range r.dimmed(fmt.Sprintf(w.About, r.keys.NewRule.Help().Key), max(width-4, 1), max(height-3, 0)) {
			out = append(out, "  "+l)
		}
	default:
		list := min(len(r.rules), max(height/2-2, 1))
		out = r.viewRules(width, list)
		out = append(out, r.viewSummary(width), "")
		if height > len(out)+2 {
			out = append(out, r.viewItems(width, height-len(out)-1)...)
		}
	}
	foot := ""
	if r.notice != "" {
		foot = " " + th.warn.Render(safe.Truncate(r.notice, max(width-2, 1)))
	}
	out = out[:min(len(out), max(height-1, 1))]
	for len(out) < height-1 {
		out = append(out, "")
	}
	return strings.Join(append(out, foot), "\n")
}

// ruleWidths are the columns of the list; those that do not fit are 0.
type ruleWidths struct{ name, votes, covers, overlaps, conflicts, right, held, asks int }

// widths share the room: what a rule asks for yields last but the name.
func (r *rulesScreen) widths(width int) ruleWidths {
	w := r.words.Rules
	g := ruleWidths{name: 8, votes: 8}
	for _, x := range r.rules {
		g.name = max(g.name, lipgloss.Width(x.Name)+1)
		g.votes = max(g.votes, lipgloss.Width(r.title(x.Class)))
	}
	g.name, g.votes = min(g.name, max(width/6, 8)), min(g.votes, max(width/8, 8))
	room := width - 3 - g.name - g.votes - 2
	least := 16
	if width < twoPanes {
		least = 8
	}
	take := func(at *int, n int) {
		if room-n-1 >= least {
			*at, room = n, room-n-1
		}
	}
	take(&g.covers, max(lipgloss.Width(w.Covers), 6))
	if r.seat.Role().Reviews() {
		take(&g.right, 13)
	}
	take(&g.held, max(lipgloss.Width(w.Held), 4))
	take(&g.conflicts, lipgloss.Width(w.Conflicts))
	take(&g.overlaps, lipgloss.Width(w.Overlaps))
	g.asks = max(room, 0)
	return g
}

// row draws the cells of one line of the list.
func (g ruleWidths) row(name, votes, covers, overlaps, conflicts, right, held, asks string) string {
	var b strings.Builder
	cell := func(s string, n int, number bool) {
		if n == 0 {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		if number && lipgloss.Width(s) < n {
			s = strings.Repeat(" ", n-lipgloss.Width(s)) + s
		}
		b.WriteString(safe.Pad(s, n))
	}
	cell(name, g.name, false)
	cell(votes, g.votes, false)
	cell(covers, g.covers, true)
	cell(overlaps, g.overlaps, true)
	cell(conflicts, g.conflicts, true)
	cell(right, g.right, true)
	cell(held, g.held, true)
	cell(asks, g.asks, false)
	return b.String()
}

func (r *rulesScreen) viewRules(width, rows int) []string {
	w, th := r.words.Rules, r.theme
	g := r.widths(width)
	out := []string{"  " + th.dim.Render(g.row(w.Rule, w.Votes, w.Covers, w.Overlaps, w.Conflicts, w.Right, w.Held, w.Asks))}
	r.rows = rows
	top := min(max(r.at-rows+1, 0), max(len(r.rules)-rows, 0))
	for i := top; i < len(r.rules) && i < top+rows; i++ {
		line := r.ruleRow(g, r.rules[i])
		switch {
		case i == r.at && !r.under:
			out = append(out, " ▸"+th.cursor.Render(line))
		case i == r.at:
			out = append(out, " ▸"+line)
		case r.rules[i].Off:
			out = append(out, "  "+th.dim.Render(line))
		default:
			out = append(out, "  "+line)
		}
	}
	return out
}

func (r *rulesScreen) ruleRow(g ruleWidths, x label.Rule) string {
	covers, overlaps, conflicts, right, held := "…", "", "", "", ""
	asks := safe.Line(rule.Body(x))
	if f, ok := r.figures(x); ok {
		covers, overlaps, conflicts, right, held = fmt.Sprint(f.Covered), fmt.Sprint(f.Overlaps), fmt.Sprint(f.Conflicts), rightOf(f), "–"
		if f.Precision > 0 {
			held = fmt.Sprintf("%.2f", f.Precision)
		}
		if f.Err != nil {
			covers, overlaps, conflicts, right, held = "–", "–", "–", "–", "–"
			asks = safe.Line(f.Err.Error())
		}
	}
	if x.Off {
		held = r.words.Rules.Off
	}
	return g.row(safe.Line(x.Name), r.title(x.Class), covers, overlaps, conflicts, right, held, asks)
}

// rightOf is how often a rule is right where there are answers, with half its
// interval and how many there are.
func rightOf(f learn.RuleFigures) string {
	n := f.Answered + f.Audited
	if n == 0 {
		return "–"
	}
	share, in := f.Share()
	return fmt.Sprintf("%.2f ±%.2f %d", share, (in.High()-in.Low())/2, n)
}

func (r *rulesScreen) viewSummary(width int) string {
	w := r.words.Rules
	text := fmt.Sprintf(w.Trying, 0, r.project.Counts().Items)
	if r.sum != nil {
		text = fmt.Sprintf(w.Summary, r.sum.Covered, r.sum.Items, percent(r.sum.Covered, r.sum.Items))
	}
	return "  " + r.theme.dim.Render(safe.Truncate(text, max(width-3, 1)))
}

// viewItems draws the items of the chosen rule.
func (r *rulesScreen) viewItems(width, height int) []string {
	w, th := r.words.Rules, r.theme
	x, _ := r.chosen()
	f, known := r.figures(x)
	if !known {
		return nil
	}
	title := th.tab(fmt.Sprintf(w.Matches, f.Covered), r.below == matchesIt)
	none := w.NoMatches
	if r.seat.Role().Reviews() {
		title = th.tab(fmt.Sprintf(w.GetsWrong, len(f.Wrong)), r.below == getsWrong) + th.frame.Render(" ─ ") + title
		if r.below == getsWrong {
			none = w.NoWrong
		}
	}
	out := []string{" " + title}
	if len(r.items) == 0 {
		return append(out, "  "+th.dim.Render(safe.Truncate(none, max(width-3, 1))))
	}
	answer := 0
	if r.below == getsWrong {
		answer = min(max(width/6, 8), 18)
	}
	rows := max(height-1, 1)
	top := max(r.itemAt-rows+1, 0)
	for i := top; i < len(r.items) && i < top+rows; i++ {
		line := safe.Pad(r.items[i].text, max(width-3-answer-1, 1))
		if answer > 0 {
			line += " " + safe.Pad(r.items[i].says, answer)
		}
		if i == r.itemAt && r.under {
			out = append(out, " ▸"+th.cursor.Render(line))
		} else {
			out = append(out, "  "+line)
		}
	}
	return out
}
