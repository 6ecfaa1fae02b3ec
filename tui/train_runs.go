package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/safe"
)

// runColumn is a column of the list of runs. Those that do not fit are left
// out from the end.
type runColumn struct {
	title string
	width int
	cell  func(learn.Run) string
}

func (t *trainScreen) runColumns() []runColumn {
	w := t.words.Train
	figure, second := w.Audit, w.AuditLoss
	switch t.project.Task().Kind {
	case label.Number:
		figure, second = w.AuditMAE, w.AuditRMSE
	case label.MultiLabel:
		figure = w.AuditExact
	}
	return []runColumn{
		{w.ID, 5, func(r learn.Run) string { return fmt.Sprint(r.ID) }},
		{w.Model, 18, func(r learn.Run) string { return r.Model }},
		{w.Labels, 7, func(r learn.Run) string { return fmt.Sprint(r.Labels) }},
		{figure, max(17, lipgloss.Width(figure)), func(r learn.Run) string {
			if r.Audit == nil {
				return "–"
			}
			if e := r.Audit.Errors; e != nil {
				return fmt.Sprintf("%.4g", e.MAE)
			}
			return fmt.Sprintf("%.3f ", r.Audit.Accuracy) + fmt.Sprintf(t.words.Evaluate.Between, r.Audit.Low, r.Audit.High)
		}},
		{second, max(8, lipgloss.Width(second)), func(r learn.Run) string {
			if r.Audit == nil {
				return "–"
			}
			if e := r.Audit.Errors; e != nil {
				return fmt.Sprintf("%.4g", e.RMSE)
			}
			return fmt.Sprintf("%.3f", r.Audit.LogLoss)
		}},
		{w.Took, 8, func(r learn.Run) string {
			if r.ID == t.live {
				return "…"
			}
			return took(r.Took)
		}},
		{w.Parent, 10, func(r learn.Run) string {
			switch {
			case r.ID == t.live:
				return "…"
			case r.Fresh():
				return w.Fresh
			}
			return fmt.Sprintf(w.Tuned, r.Parent)
		}},
		{w.DataVersion, 12, func(r learn.Run) string {
			if r.ID == t.live {
				return "…"
			}
			return fmt.Sprintf("#%d", r.Seq)
		}},
		{w.Began, 19, func(r learn.Run) string {
			if r.Started.IsZero() {
				return "…"
			}
			return r.Started.Format("2006-01-02 15:04:05")
		}},
	}
}

// viewRuns draws the list of runs, and under it what the chosen one was made
// with.
func (t *trainScreen) viewRuns(width, height int) []string {
	th := t.theme
	cols := t.runColumns()
	line := func(cell func(i int) string) string {
		var b strings.Builder
		used := 4
		for i, c := range cols {
			if used+c.width+1 > width && i > 0 {
				break
			}
			b.WriteString(safe.Pad(cell(i), c.width) + " ")
			used += c.width + 1
		}
		return b.String()
	}
	var out []string
	if height > 2 {
		out = append(out, "    "+th.dim.Render(line(func(i int) string { return cols[i].title })))
	}
	var detail []string
	if height >= 5 {
		detail = t.viewDetail(t.runs[t.at], width-3)
		detail = detail[:min(len(detail), height-len(out)-1)]
	}
	room := max(height-len(out)-len(detail), 0)
	top := max(min(t.at-room/2, len(t.runs)-room), 0)
	for i := top; i < len(t.runs) && i < top+room; i++ {
		r := t.runs[i]
		mark := "  "
		switch {
		case r.ID == t.state.Current:
			mark = "● "
		case r.ID == t.live:
			mark = "↻ "
		case t.overlaid(i):
			mark = "┄ "
		}
		text := mark + line(func(j int) string { return cols[j].cell(r) })
		if i == t.at {
			out = append(out, "▸ "+th.cursor.Render(fit(text, max(width-3, 1))))
		} else {
			out = append(out, "  "+text)
		}
	}
	for len(out) < height-len(detail) {
		out = append(out, "")
	}
	for _, d := range detail {
		out = append(out, "  "+th.dim.Render(d))
	}
	return out
}

// viewDetail says how a run was made, and why its model was chosen.
func (t *trainScreen) viewDetail(r learn.Run, width int) []string {
	w := t.words.Train
	var parts []string
	switch {
	case r.ID == t.state.Current:
		parts = append(parts, "● "+w.Current)
	case t.at < len(t.runs) && t.overlaid(t.at):
		parts = append(parts, "┄ "+w.Overlaid)
	}
	// What the model was made with comes first: of the rest it is told least.
	for _, p := range r.Params {
		parts = append(parts, t.parameter(p))
	}
	if r.ID != t.live {
		parts = append(parts, fmt.Sprintf("%s #%d", w.DataVersion, r.Seq), fmt.Sprintf("%s %d", w.Seed, r.Seed),
			fmt.Sprintf("%s %d", w.Features, r.Features))
		if r.Size > 0 {
			parts = append(parts, fmt.Sprintf("%s %s", w.Size, bytes(r.Size)))
		}
	}
	out := flow(parts, " · ", width)
	out = out[:min(len(out), 2)]
	for i, l := range out {
		out[i] = safe.Truncate(l, width)
	}
	if r.ID == t.live {
		return out
	}
	why := w.NotCompared
	if r.Labels >= comparedFrom {
		why = fmt.Sprintf(w.ChoiceNone, r.ID) // the model was asked for, or imported
	}
	if c := r.Choice; c != nil {
		why = t.why(c)
		if c.Model != r.Model {
			why = fmt.Sprintf(w.NotChosen, r.Model) + " " + why
		}
	}
	return append(out, wrapped(why, width, 2)...)
}

// why says in a sentence how a choice came out.
func (t *trainScreen) why(c *learn.Choice) string {
	w := t.words.Train
	var losses []string
	for _, l := range c.Losses {
		if l.Model == c.Model && l.Left == learn.Chosen && l.Gap > 0 {
			return fmt.Sprintf(w.ChosenCheaper, safe.Line(c.Model), safe.Line(c.Losses[0].Model), c.Folds, c.Labels)
		}
		all := l.Rows == c.Labels || c.Metric == "" // those that left on the way were compared on fewer; an earlier version had no way
		if len(losses) < namedLosses && all {
			losses = append(losses, safe.Line(l.Model)+" "+t.loss(lossOf(c, l)))
		}
	}
	chosen := w.Chosen
	if t.numbers() {
		chosen = w.ChosenSquared
	}
	return fmt.Sprintf(chosen, strings.Join(losses, " < "), c.Folds, c.Labels)
}

// loss writes a log loss, or the squared error of numbers, whose unit may be any.
func (t *trainScreen) loss(x float64) string {
	if t.numbers() {
		return fmt.Sprintf("%.4g", x)
	}
	return fmt.Sprintf("%.3f", x)
}

// comparedFrom are the labels from which on models are compared.
const comparedFrom = 20

// namedLosses are the candidates that the sentence on a choice names; a view of
// its own lists them all.
const namedLosses = 3

// parameter writes one of those that a model was fitted with, and what it is.
func (t *trainScreen) parameter(p learn.Param) string {
	w := t.words.Train
	about := map[string]string{"C": w.AboutC, "epochs": w.AboutEpochs, "alpha": w.AboutAlpha, "scale": w.AboutScale}[p.Name]
	text := safe.Line(p.Name + " " + p.Value)
	if about != "" {
		text += " (" + about + ")"
	}
	return text
}

// took writes how long a fit took; most take less than a second.
func took(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond: // most fits
		return fmt.Sprintf("%.1fms", d.Seconds()*1000)
	case d < time.Second:
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return brief(d)
}

// bytes writes a size for people.
func bytes(n int) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d B", n)
}
