package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/learn"
	"inkling/plots"
	"inkling/tui/safe"
)

// weighItems are the items that the importance view sums reasons over, at most.
const weighItems = 200

// weights are what a model goes by, fit to be drawn.
type weights struct {
	items   int
	columns []plots.Bar // none where the model reads one column only
	terms   [][]clue    // by class
}

// clue is a word or value that speaks for a class.
type clue struct {
	text   string
	weight string
}

// weigh sums a model's reasons over the items that it was measured on. It runs
// within the evaluation's command.
func (e *evaluateScreen) weigh(snap *learn.Snapshot, ev *learn.Evaluation) (*weights, error) {
	var items []label.Item
	err := e.project.ItemsByNum(ev.Items[:min(len(ev.Items), weighItems)], func(it label.Item) error {
		items = append(items, it)
		return e.ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	m, err := learn.Weigh(e.ctx, snap, slices.Values(items))
	if err != nil {
		return nil, err
	}
	return newWeights(m, e.project.Task().Columns), nil
}

// newWeights writes an importance for the screen.
func newWeights(m *learn.Importance, columns []label.Column) *weights {
	name := func(c int) string {
		if c < 0 || c >= len(columns) {
			return "?"
		}
		return safe.Line(columns[c].Name)
	}
	out := &weights{items: m.Items}
	for _, c := range m.Columns {
		out.columns = append(out.columns, plots.Bar{Label: name(c.Column), Value: c.Weight, Text: fmt.Sprintf("%.2f", c.Weight)})
	}
	if len(m.Columns) < 2 {
		out.columns = nil
	}
	for _, c := range m.Classes {
		var terms []clue
		for _, t := range c.Terms {
			text := safe.Line(t.Term)
			if t.Column >= 0 && t.Column < len(columns) && columns[t.Column].Role != label.Text {
				if means := columns[t.Column].Meaning(t.Term); means != "" {
					text = safe.Line(means)
				}
				text = name(t.Column) + " " + text
			}
			terms = append(terms, clue{text, fmt.Sprintf("%+.2f", t.Weight)})
		}
		out.terms = append(out.terms, terms)
	}
	return out
}

// importanceLayout is how the view divides its rows.
type importanceLayout struct {
	columns int // rows of bars, 0 for none
	heads   bool
	classes int
	about   int
}

func (e *evaluateScreen) importanceLayout(height int) importanceLayout {
	var l importanceLayout
	m := e.found.weights
	if m == nil {
		return l
	}
	if height >= 13 {
		l.about = 2
	}
	l.heads = height >= 8
	rest := height - l.about
	if l.heads {
		rest--
	}
	if n := len(m.columns); n > 0 && height >= 6 {
		if l.heads {
			rest -= 2
		}
		// Columns and labels share the rows; what one does not need, the other gets.
		l.columns = min(n, max(rest/2, rest-len(e.found.names), 1))
		rest -= l.columns
	}
	l.classes = max(min(rest, len(e.found.names)), 0)
	return l
}

// viewImportance draws how much each column moves the answers, and the words
// and values that speak most for each label.
func (e *evaluateScreen) viewImportance(width, height int) []string {
	w, th, m := e.words.Evaluate, e.theme, e.found.weights
	if m == nil || m.items == 0 {
		return e.dimmed(w.NoWeights, width, height)
	}
	l := e.importanceLayout(height)
	head := func(text string) string { return th.strong.Render(safe.Truncate(text, width)) }
	var out []string
	if l.columns > 0 {
		if l.heads {
			out = append(out, head(w.ByColumn))
		}
		bars := plots.Bars{Width: min(width, 76), Height: l.columns, Bars: slices.Clone(m.columns)}
		for i := range bars.Bars {
			bars.Bars[i].Style = th.acc
		}
		out = append(out, strings.Split(bars.View(), "\n")...)
		if l.heads {
			out = append(out, "")
		}
	}
	if l.heads {
		out = append(out, head(w.ByLabel))
	}
	out = append(out, e.viewTerms(width, l.classes)...)
	if l.about > 0 {
		for len(out) < height-l.about {
			out = append(out, "")
		}
		out = append(out, e.dimmed(fmt.Sprintf(w.ImportanceAbout, m.items), width, l.about)...)
	}
	return out[:min(len(out), height)]
}

// viewTerms draws one row a class, those with answers first where not all are in
// sight: its name, and as many terms as there is room for.
func (e *evaluateScreen) viewTerms(width, rows int) []string {
	names, all := e.found.names, e.found.weights.terms
	wide := 0
	for _, n := range names {
		wide = max(wide, lipgloss.Width(n))
	}
	wide = min(wide, max(width/3, 1))
	from := max(min(e.scroll[importancePane], len(names)-rows), 0)
	var out []string
	for i := from; i < from+rows; i++ {
		c := i
		if rows < len(names) {
			c = e.found.bySupport[i]
		}
		var parts []string
		if c < len(all) {
			for _, t := range all[c] {
				parts = append(parts, t.text+" "+e.theme.dim.Render(t.weight))
			}
		}
		line := safe.Pad(safe.Truncate(names[c], wide), wide) + "  "
		if room := width - wide - 2; len(parts) > 0 && room > 3 {
			first := flow(parts, "  ", room)[0]
			if lipgloss.Width(first) > room {
				first = safe.Truncate(all[c][0].text, room)
			}
			line += first
		} else {
			line += "–"
		}
		out = append(out, fit(line, width))
	}
	return out
}
