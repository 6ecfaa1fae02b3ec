package tui

import (
	"fmt"
	"strings"

	"inkling/label"
	"inkling/plots"
	"inkling/tui/safe"
)

// viewSide draws what the project holds: counts that add up, the labels, the
// columns and how the texts are cleaned. Where there is too little room, the
// counts stand and the rest gives way: first blank lines, then rows of labels,
// then the last lines.
func (d *dataScreen) viewSide(width, height int) []string {
	counts := d.viewCounts(width)
	labels := d.project.Task().Labels
	// Many columns leave room for the counts and the labels.
	tail := d.viewColumns(width, max(height-len(counts)-min(len(labels), 3)-6, 3))
	blank := []string{""}
	// All labels, where they fit; else as many as leave room for the columns, but
	// never fewer than a few.
	need := len(counts) + 1 + len(tail) // with the heading of the labels
	if need+2+min(len(labels), 3) > height {
		blank = nil
	}
	room := height - need - 2*len(blank)
	bars := min(len(labels), max(room, min(len(labels), 3)))
	out := append(counts, blank...)
	out = append(append(out, d.viewLabels(width, bars)...), blank...)
	out = append(out, tail...)
	return out[:min(len(out), height)]
}

// viewCounts draws the counts of items: those that stand under another are
// parts of it. Items are labelled, skipped, flagged or open; labelled ones were
// accepted, corrected, or answered without a suggestion; audited ones are among
// the last.
func (d *dataScreen) viewCounts(width int) []string {
	w, th, c := d.words.Data, d.theme, d.counts
	row := func(name string, n uint64) string {
		digits := max(len(fmt.Sprint(c.Items)), 4)
		return th.dim.Render(safe.Pad(name, max(width-digits-1, 8))) + fmt.Sprintf(" %*d", digits, n)
	}
	return []string{
		row(w.Items, c.Items),
		row(" "+w.Labelled, c.Labelled),
		row("  "+w.Accepted, c.Accepted), row("  "+w.Corrected, c.Corrected),
		row("  "+w.Unaided, c.Labelled-min(c.Labelled, c.Accepted+c.Corrected)),
		row("   "+w.Audited, c.Audited),
		row(" "+w.Skipped, c.Skipped), row(" "+w.Flagged, c.Flagged),
		row(" "+w.Open, c.Items-min(c.Items, c.Labelled+c.Skipped+c.Flagged)),
	}
}

// viewLabels draws the labels with how many items have each, in so many rows.
func (d *dataScreen) viewLabels(width, rows int) []string {
	if d.project.Task().Kind == label.Number {
		return nil
	}
	out := []string{d.theme.strong.Render(d.words.Data.Labels)}
	if rows <= 0 {
		return out
	}
	c := d.counts
	var bars []plots.Bar
	text := 1
	for i, l := range d.project.Task().Labels {
		n := uint64(0)
		if i < len(c.PerClass) {
			n = c.PerClass[i]
		}
		text = max(text, len(fmt.Sprint(n)))
		bars = append(bars, plots.Bar{Label: safe.Line(l.Shown()), Value: float64(n), Text: fmt.Sprint(n), Style: d.theme.label(i, l.Colour)})
	}
	names := max(width-text-2-leastBar, 1)
	for i := range bars {
		bars[i].Label = keepEnds(bars[i].Label, names)
	}
	return append(out, strings.Split(plots.Bars{Width: width, Height: rows, Names: names, Bars: bars}.View(), "\n")...)
}

// viewColumns draws the columns with their roles, at most so many rows of them, the cleaning, the share of
// audits and the number of events, the last to matter last.
func (d *dataScreen) viewColumns(width, most int) []string {
	w, th := d.words.Data, d.theme
	task := d.project.Task()
	out := []string{th.strong.Render(w.Columns)}
	for i, col := range task.Columns {
		if i == most-1 && len(task.Columns) > most {
			out = append(out, th.dim.Render(fmt.Sprintf("+%d", len(task.Columns)-i)))
			break
		}
		out = append(out, safe.Pad(keepEnds(safe.Line(col.Name), max(width-10, 8)), max(width-9, 9))+th.dim.Render(col.Role.String()))
	}
	return append(out,
		th.dim.Render(w.AuditShare)+fmt.Sprintf(" %.0f%%", 100*task.Audit),
		th.dim.Render(w.Cleaning)+" "+safe.Truncate(task.Clean, max(width-12, 4)),
		th.dim.Render(w.Events)+fmt.Sprintf(" %d", d.counts.Events))
}
