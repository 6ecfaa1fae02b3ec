package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/learn/metric"
	"inkling/plots"
	"inkling/tui/safe"
)

// reportLayout is how the classification report divides its view.
type reportLayout struct {
	name   int  // cells of the names
	column int  // cells a figure, with the blank before it
	shown  int  // figures of a row
	bar    int  // cells of the bar of each F1, 0 for none
	rows   int  // classes
	foot   int  // rows of averages
	airy   bool // blank rows between the parts
}

// figures is the number of columns of the report.
const figures = 4

func (e *evaluateScreen) reportLayout(width, height int) reportLayout {
	l := reportLayout{column: 10, shown: figures, foot: 3}
	for _, n := range append([]string{e.words.Evaluate.Weighted}, e.found.names...) {
		l.name = max(l.name, lipgloss.Width(n))
	}
	if width < l.column*figures+12 {
		l.column = 7
	}
	for l.shown > 1 && width < l.column*l.shown+8 {
		l.shown--
	}
	l.name = max(min(l.name, width-l.column*l.shown), 0)
	if rest := width - l.name - l.column*l.shown - 2; rest >= 8 {
		l.bar = min(rest, 40)
	}
	l.airy = height >= len(e.found.names)+6 || height >= 12
	fixed := 1 + l.foot
	if l.airy {
		fixed += 2
	}
	if height < 6 {
		// The accuracy stands above anyway.
		l.foot, fixed = 0, 1
	}
	if height < 2 {
		fixed = 0
	}
	l.rows = max(min(height-fixed, len(e.found.names)), 0)
	return l
}

// viewReport draws the classification report: the layout and the rounding that
// people know, to three digits, and where there is room a bar for each F1.
func (e *evaluateScreen) viewReport(width, height int) []string {
	w, th, r := e.words.Evaluate, e.theme, e.found.report
	l := e.reportLayout(width, height)
	right := func(s string, n int) string {
		s = safe.Truncate(s, n)
		return strings.Repeat(" ", max(n-lipgloss.Width(s), 0)) + s
	}
	row := func(name string, cells [figures]string) string {
		var b strings.Builder
		b.WriteString(right(name, l.name))
		// In the order of the table; what is given up first is the support, then
		// the parts of the F1.
		for i, keep := range [figures]bool{l.shown > 2, l.shown > 1, true, l.shown > 3} {
			if keep {
				b.WriteString(" " + right(cells[i], l.column-1))
			}
		}
		return b.String()
	}
	scores := func(s metric.Scores, n int) [figures]string {
		return [figures]string{fmt.Sprintf("%.3f", s.Precision), fmt.Sprintf("%.3f", s.Recall), fmt.Sprintf("%.3f", s.F1), fmt.Sprint(n)}
	}
	var out []string
	if height > 1 {
		titles := [figures]string{w.Precision, w.Recall, w.F1, w.Support}
		if l.column < 10 {
			titles = [figures]string{w.PrecisionShort, w.RecallShort, w.F1Short, w.SupportShort}
		}
		out = append(out, th.dim.Render(row("", titles)))
	}
	if l.airy {
		out = append(out, "")
	}
	// In the order of the task where all are in sight, else those with answers
	// first.
	class := func(i int) int {
		if l.rows < len(r.PerClass) {
			return e.found.bySupport[i]
		}
		return i
	}
	from := max(min(e.scroll[reportPane], len(r.PerClass)-l.rows), 0)
	bars := plots.Bars{Width: l.bar, Height: l.rows, Max: 1}
	for i := from; i < from+l.rows; i++ {
		bars.Bars = append(bars.Bars, plots.Bar{Value: r.PerClass[class(i)].F1, Style: th.acc})
	}
	drawn := strings.Split(bars.View(), "\n")
	for i := range l.rows {
		c := r.PerClass[class(from+i)]
		line := row(e.found.names[class(from+i)], scores(c.Scores, c.Support))
		if l.bar > 0 {
			line += "  " + drawn[i]
		}
		out = append(out, line)
	}
	if l.foot == 0 {
		return out
	}
	if l.airy {
		more := ""
		if l.rows < len(r.PerClass) {
			more = th.dim.Render(safe.Truncate(fmt.Sprintf(w.Classes, from+1, from+l.rows, len(r.PerClass)), width))
		}
		out = append(out, more)
	}
	return append(out,
		row(w.Accuracy, [figures]string{"", "", fmt.Sprintf("%.3f", r.Accuracy), fmt.Sprint(r.N)}),
		row(w.Macro, scores(r.Macro, r.N)),
		row(w.Weighted, scores(r.Weighted, r.N)))
}
