package tui

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/tui/safe"
)

// viewLabels draws the labels with their keys in the order of the task, the
// suggested one marked: whoever has learnt where a label stands finds it there
// on every item. Where not all fit, the likely ones stand, in the same order,
// and the last line says how many are left. Each line begins with a cell for
// the mark.
//
// The labels take so many rows, and more, up to most, where the item leaves
// them empty.
func (l *labelScreen) viewLabels(width, rows, most int, roomy bool) []string {
	task := l.project.Task()
	var probs []float64
	suggested := -1
	if l.cur != nil && l.cur.Suggestion != nil {
		probs, suggested = l.cur.Suggestion.Classes, l.cur.Suggestion.Answer.Class
	}
	numbers := numbered(task.Labels)
	var classes []int
	var parts []string
	for i, lb := range task.Labels {
		if l.prefix != "" && !strings.HasPrefix(lb.Key, l.prefix) {
			continue
		}
		k := safe.Line(lb.Key)
		if !l.seat.Role().Answers() {
			k = "" // there is nothing to choose
		} else if numbers {
			k = strings.TrimSuffix(fmt.Sprintf("%d %s", i+1, k), " ")
		}
		mark, style := " ", l.theme.label(i, lb.Colour)
		if i == suggested {
			mark, style = l.theme.accent.Render("▸"), style.Bold(true)
		}
		classes = append(classes, i)
		if k != "" {
			mark += l.theme.key.Render(k) + " "
		}
		parts = append(parts, mark+style.Render(keepEnds(safe.Line(lb.Shown()), min(28, max(width-lipgloss.Width(k)-2, 1)))))
	}
	lines := flow(parts, "  ", width)
	if len(lines) > rows {
		rows = max(rows, most-l.itemRows(width-1, most)-1)
	}
	if len(lines) > rows {
		lines = l.viewLikely(parts, classes, probs, width, rows)
	}
	if roomy && len(lines) > 0 {
		lines = append([]string{""}, lines...)
	}
	return lines
}

// itemRows is how many rows the item's text and fields need, as far as the
// height of the window.
func (l *labelScreen) itemRows(width, height int) int {
	if l.cur == nil && l.done && l.over == nil {
		return len(l.dimmed(l.viewNothing(), width, height)) + 1
	}
	if l.cur == nil || l.over != nil || l.wide {
		return height
	}
	return l.bodyRows(width, height)
}

// viewLikely draws as many labels as there is room for, and how many it leaves
// out.
func (l *labelScreen) viewLikely(parts []string, classes []int, probs []float64, width, rows int) []string {
	order := make([]int, len(parts))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return prob(probs, classes[order[a]]) > prob(probs, classes[order[b]]) })
	draw := func(n int, counted bool) []string {
		chosen := slices.Sorted(slices.Values(order[:n]))
		some := make([]string, 0, n+1)
		for _, i := range chosen {
			some = append(some, parts[i])
		}
		if counted {
			some = append(some, l.theme.dim.Render(fmt.Sprintf(" "+l.words.Label.More, len(parts)-n, l.keys.Palette.Help().Key)))
		}
		return flow(some, "  ", width)
	}
	// The more labels, the more rows: the first number that does not fit is found
	// by halving. In very little room there is none to say how many are left.
	for _, counted := range []bool{true, false} {
		if n := sort.Search(len(parts)-1, func(n int) bool { return len(draw(n+1, counted)) > rows }); n > 0 {
			return draw(n, counted)
		}
	}
	return parts[order[0] : order[0]+1]
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

// prob is the probability of a class; 0 where there is none.
func prob(p []float64, i int) float64 {
	if i < len(p) {
		return p[i]
	}
	return 0
}
