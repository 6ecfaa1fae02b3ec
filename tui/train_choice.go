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

// inset sets rows in from the side, and fills up to a height.
func (t *trainScreen) inset(rows []string, height int) []string {
	out := make([]string, 0, height)
	for _, r := range rows[:min(len(rows), height)] {
		out = append(out, "  "+r)
	}
	for len(out) < height {
		out = append(out, "")
	}
	return out
}

// viewChoice draws how the model of the run on show was chosen: every candidate
// with its loss, how far it is behind, how long it took and why it left; and
// from which runs it comes.
func (t *trainScreen) viewChoice(width, height int) []string {
	w, th, r := t.words.Train, t.theme, t.runs[t.drawn()]
	var foot []string
	if height >= 4 {
		foot = []string{th.dim.Render(safe.Truncate(w.Lineage+"  "+t.lineage(r, width), width))}
	}
	if height >= 9 {
		foot = append([]string{""}, foot...)
	}
	c := r.Choice
	if c == nil {
		return append(t.dimmed(fmt.Sprintf(w.ChoiceNone, r.ID), width, max(height-len(foot), 0)), foot...)
	}
	about := fmt.Sprintf(w.ChoiceAbout, c.Folds, c.Labels)
	if c.Took > 0 {
		about += " · " + brief(c.Took)
		if c.Budget > 0 {
			about += " / " + brief(c.Budget)
		}
	}
	title := safe.Truncate(fmt.Sprintf(w.ChoiceOf, c.Run), width)
	head := th.strong.Render(title)
	if lipgloss.Width(title)+3+lipgloss.Width(about) <= width {
		head += "   " + th.dim.Render(about)
	}
	out := append([]string{head}, t.viewCandidates(c, width, max(height-1-len(foot), 0))...)
	for len(out) < height-len(foot) && len(foot) > 1 && len(out) < 2+len(c.Losses)+1 {
		out = append(out, "")
	}
	return append(out, foot...)
}

// viewCandidates draws a row a candidate, the best first.
func (t *trainScreen) viewCandidates(c *learn.Choice, width, rows int) []string {
	w := t.words.Train
	type column struct {
		title string
		width int
		cell  func(learn.Candidate) string
	}
	cols := []column{
		{w.Candidate, 20, func(l learn.Candidate) string { return safe.Line(l.Model) }},
		{w.LossSE, 15, func(l learn.Candidate) string {
			if l.Left == learn.Failed {
				return "–"
			}
			return plusMinus(lossOf(c, l), l.SE)
		}},
		{w.Took, 8, func(l learn.Candidate) string {
			if l.Seconds == 0 {
				return "–"
			}
			return took(time.Duration(l.Seconds * float64(time.Second)))
		}},
		{w.Outcome, 26, func(l learn.Candidate) string { return t.outcome(c, l) }},
		{w.Behind, 16, func(l learn.Candidate) string {
			if l.Gap <= 0 {
				return "–"
			}
			return plusMinus(l.Gap, l.GapSE)
		}},
		{w.Labels, 7, func(l learn.Candidate) string {
			if l.Rows == 0 {
				return "–"
			}
			return fmt.Sprint(l.Rows)
		}},
	}
	line := func(cell func(i int) string) string {
		var b strings.Builder
		used := 0
		for i, col := range cols {
			if i > 0 && used+col.width+1 > width {
				break
			}
			wide := min(col.width, width-used)
			b.WriteString(safe.Pad(safe.Truncate(cell(i), wide), wide))
			used += wide
			if used < width {
				b.WriteByte(' ')
				used++
			}
		}
		return b.String()
	}
	var out []string
	if rows > 2 {
		out = append(out, t.theme.dim.Render(line(func(i int) string { return cols[i].title })))
	}
	for i, l := range c.Losses {
		if more := len(c.Losses) - i; len(out) == rows-1 && more > 1 {
			return append(out, t.theme.dim.Render(fmt.Sprintf("+%d", more)))
		}
		if len(out) >= rows {
			break
		}
		text := line(func(j int) string { return cols[j].cell(l) })
		if l.Model == c.Model {
			text = t.theme.strong.Render(text)
		}
		out = append(out, text)
	}
	return out
}

// outcome says why a candidate is or is not the chosen one.
func (t *trainScreen) outcome(c *learn.Choice, l learn.Candidate) string {
	left := t.words.Train.LeftBy
	switch {
	case l.Model == c.Model:
		return left[learn.Chosen]
	case l.Left == learn.Chosen: // of an earlier version, which wrote no reasons
		return left[learn.Worse]
	case int(l.Left) < len(left):
		return left[l.Left]
	}
	return "?"
}

// lossOf is what was compared of a candidate.
func lossOf(c *learn.Choice, l learn.Candidate) float64 {
	if c.Metric == "" { // of an earlier version
		return l.LogLoss
	}
	return l.Loss
}

func plusMinus(x, se float64) string {
	if !label.Finite(x) {
		return "–"
	}
	if se == 0 || !label.Finite(se) {
		return fmt.Sprintf("%.3f", x)
	}
	return fmt.Sprintf("%.3f ± %.3f", x, se)
}

// lineage are the runs that a run's model went on from, the last one first; of a
// long line those in the middle are left out.
func (t *trainScreen) lineage(r learn.Run, width int) string {
	w := t.words.Train
	byID := make(map[uint64]learn.Run, len(t.runs))
	for _, o := range t.runs {
		byID[o.ID] = o
	}
	line := []string{fmt.Sprint(r.ID)}
	// A run is newer than the one that it comes from; anything else is a damaged
	// record, and ends the line.
	for r.Parent != 0 && r.Parent < r.ID {
		parent, ok := byID[r.Parent]
		line = append(line, fmt.Sprint(r.Parent))
		if !ok {
			return shortLine(line, "…", width)
		}
		r = parent
	}
	end := w.Fresh
	if r.Origin != "" {
		end = fmt.Sprintf(w.Imported, safe.Line(r.Origin))
	}
	return shortLine(line, end, width)
}

// linked are the runs at either end of a line that are always named.
const linked = 6

func shortLine(line []string, end string, width int) string {
	if len(line) > 2*linked || len(line)*6 > width {
		n := max(min(linked, width/14), 1)
		if len(line) > 2*n {
			line = append(append(line[:n:n], "…"), line[len(line)-n:]...)
		}
	}
	return strings.Join(line, " ← ") + " (" + end + ")"
}
