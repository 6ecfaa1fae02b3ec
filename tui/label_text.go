package tui

import (
	"fmt"
	"sort"
	"strings"

	"inkling/tui/safe"
)

// measure is the longest line of text that the eye follows with ease.
const measure = 100

// viewText draws the rows of the item's text that are in sight, the words that
// pull marked. It keeps l.scroll within the text.
func (l *labelScreen) viewText(width, rows int) []string {
	width = min(width, measure)
	if rows <= 0 || l.cur == nil {
		return nil
	}
	l.lay(width)
	// A little beyond what is shown, to say how much there is.
	if known, whole := l.layout.Reach(l.scroll + rows + 100); whole {
		// Not beyond the last windowful.
		l.scroll = max(min(l.scroll, known-rows), 0)
	}
	shown := l.layout.Rows(l.scroll, rows)
	out := make([]string, 0, rows)
	for _, r := range shown {
		var b strings.Builder
		for _, s := range r {
			switch s.Kind {
			case markPull:
				b.WriteString(l.pulls().Render(s.Text))
			case markPush:
				b.WriteString(l.theme.push.Render(s.Text))
			default:
				b.WriteString(s.Text)
			}
		}
		out = append(out, b.String())
	}
	if known, whole := l.layout.Known(); rows > 1 && (known > l.scroll+rows || !whole) && len(out) == rows {
		more := fmt.Sprintf("↓ "+l.words.Label.MoreText, max(known-l.scroll-rows+1, 1))
		if !whole {
			more += "+"
		}
		out[rows-1] = l.theme.dim.Render(more)
	}
	return out
}

// lay breaks the text into rows of this width, once.
func (l *labelScreen) lay(width int) {
	if l.layout == nil || l.laidOut != width {
		l.layout, l.laidOut = safe.NewLayout(l.text(), width, l.marks()), width
	}
}

// textRows is how many rows the text has, as far as so many.
func (l *labelScreen) textRows(width, most int) int {
	l.lay(min(width, measure))
	known, _ := l.layout.Reach(most)
	return min(known, most)
}

// text is the item's text as chosen: cleaned, or raw.
func (l *labelScreen) text() string {
	if l.raw {
		return l.cur.Item.Text(l.project.Task())
	}
	return l.cur.Text
}

// marks are the places of the reasons in the text. They are places of the
// cleaned text, so raw text has none.
func (l *labelScreen) marks() []safe.Mark {
	if l.raw || l.cur.Suggestion == nil {
		return nil
	}
	var out []safe.Mark
	for _, r := range l.cur.Suggestion.Reasons {
		if r.Column < 0 || r.Column >= len(l.cur.Offsets) || l.cur.Offsets[r.Column] < 0 {
			continue
		}
		kind := markPull
		if r.Weight < 0 {
			kind = markPush
		}
		at := l.cur.Offsets[r.Column]
		for _, p := range r.Places {
			out = append(out, safe.Mark{Start: at + p[0], End: at + p[1], Kind: kind})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	// Marks do not overlap: the first to begin wins.
	kept, end := out[:0], 0
	for _, m := range out {
		if m.Start >= end {
			kept, end = append(kept, m), m.End
		}
	}
	return kept
}

// viewFields draws the columns that are not text where there is little room: name
// and value, as many rows as there is room for.
func (l *labelScreen) viewFields(width, rows int) []string {
	if rows < 1 {
		return nil
	}
	var parts []string
	for _, f := range l.card(width).fields {
		if f.value != "" {
			parts = append(parts, l.theme.dim.Render(safe.Truncate(f.column.Name, 18))+" "+safe.Truncate(f.value, 24))
		}
	}
	lines := flow(parts, "   ", width)
	return lines[:min(len(lines), rows)]
}
