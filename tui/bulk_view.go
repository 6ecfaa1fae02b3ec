package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/plots"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

func (b *bulk) view(width, height int) string {
	var lines []string
	switch b.stage {
	case bulkChoose:
		lines = b.viewChoose(width, height)
	case bulkName:
		return b.names.view(width, height)
	case bulkRead:
		w := b.l.words.Bulk
		share := 0.0
		if b.reader.items > 0 {
			share = float64(b.read) / float64(b.reader.items)
		}
		lines = []string{fmt.Sprintf(w.Reading, b.read, b.reader.items, b.found), plots.Gauge{Width: min(width, 40), Value: share}.View()}
	case bulkLook:
		lines = b.viewLook(width, height)
	case bulkSave:
		lines = []string{b.l.words.Bulk.Saving}
	}
	return strings.Join(lines[:min(len(lines), height)], "\n")
}

// viewChoose draws the ways to find items, and what is true of all of them.
func (b *bulk) viewChoose(width, height int) []string {
	w, th := b.l.words.Bulk, b.l.theme
	fitInput(&b.input, max(width-len("  ")-lipgloss.Width(w.Ways[bySearch])-1, 8))
	out := []string{th.strong.Render(safe.Truncate(w.Title, width)), ""}
	for i := range bulkWays {
		value := fmt.Sprintf("◂ %.2f ▸", b.above[i])
		switch {
		case i == bySearch:
			value = b.input.View()
		case i != b.by:
			value = fmt.Sprintf("  %.2f", b.above[i])
		}
		mark, name := "  ", safe.Truncate(w.Ways[i], max(width-4, 1))
		if i == b.by {
			mark, name = th.accent.Render("▸ "), th.strong.Render(name)
		} else if i == byLike && b.item == nil {
			name = th.dim.Render(name)
		}
		out = append(out, mark+name+" "+value)
	}
	out = append(out, "")
	about := fmt.Sprintf(w.About, bulkAtMostText())
	return append(out, b.l.dimmed(about, width, max(height-len(out), 0))...)
}

// viewLook draws the items that were found, those that are doubtful first.
func (b *bulk) viewLook(width, height int) []string {
	w, th, l := b.l.words.Bulk, b.l.theme, b.l
	on := len(b.picked())
	head := fmt.Sprintf(w.Found, on, len(b.rows))
	if b.query.by != bySure {
		head += " → " + l.title(b.query.class)
	}
	if b.full {
		head += "   " + w.Full
	}
	out := []string{th.strong.Render(safe.Truncate(head, width))}
	line := w.DoubtFirst
	if b.passed > 0 {
		line += " · " + fmt.Sprintf(w.Passed, b.passed)
	}
	out = append(out, th.dim.Render(safe.Truncate(line, width)))
	b.sight = max(height-len(out), 1)
	top := max(b.at-b.sight+1, 0)
	name := min(max(width/6, 8), 20)
	for i := top; i < len(b.rows) && i < top+b.sight; i++ {
		x := b.rows[i]
		box, value, says := "[✓]", fmt.Sprintf("%.2f", x.prob), ""
		if x.off {
			box = "[ ]"
		}
		if x.says == nil {
			value = "    "
		}
		if b.query.by == byLike {
			value += fmt.Sprintf(" ≈%.2f", x.cosine)
		}
		switch {
		case b.query.by == bySure:
			says = l.title(x.class)
		case x.says != nil && x.says.Answer.Class != x.class:
			says = "≠ " + l.title(x.says.Answer.Class)
		}
		row := box + " " + value + " " + safe.Pad(says, name) + " "
		row += safe.Pad(x.text, max(width-2-lipgloss.Width(row), 0))
		switch {
		case i == b.at:
			row = "▸ " + th.cursor.Render(row)
		case x.off:
			row = "  " + th.dim.Render(row)
		default:
			row = "  " + row
		}
		out = append(out, row)
	}
	if len(b.rows) == 0 {
		out = append(out, "", th.dim.Render(w.None))
	}
	return out
}

func bulkAtMostText() string { return grouped(fmt.Sprint(seat.BulkAtMost)) }
