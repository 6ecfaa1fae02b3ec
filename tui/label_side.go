package tui

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/learn"
	"inkling/plots"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// viewSuggestionLine is the suggestion in one line, for narrow windows.
func (l *labelScreen) viewSuggestionLine(width int) string {
	if l.cur == nil || l.cur.Suggestion == nil {
		return ""
	}
	s := l.cur.Suggestion
	mark := ""
	if l.updated {
		mark = " ↻"
	}
	return "▸ " + l.named().Render(safe.Truncate(l.title(s.Answer.Class), max(width-10, 1))) + confidence(s) + l.theme.warn.Render(mark)
}

// confidence is how sure a suggestion is, nothing where its program did not say:
// a model is never quite sure that it is wrong.
func confidence(s *label.Suggestion) string {
	if s.Probability == 0 {
		return ""
	}
	return fmt.Sprintf(" %.2f", s.Probability)
}

// viewSide draws the suggestion, its reasons and the small curves.
func (l *labelScreen) viewSide(width, height int) string {
	w := width - 2
	var out []string
	add := func(lines ...string) { out = append(out, lines...) }
	add(l.viewSuggestion(w)...)
	curves, pace := l.viewCurves(w), l.viewPace(w)
	room := height - len(out) - len(curves) - len(pace)
	similar := l.viewAlike(w, min(max((room-4)/2, 0), 9))
	if n := len(similar); n > 0 {
		room -= n + 1
	}
	if room > 3 && !l.wide {
		add("")
		add(strings.Split(l.viewReasons(w, room-2), "\n")...)
	}
	if len(similar) > 0 {
		add("")
		add(similar...)
	}
	// Where much is left, the small curves grow.
	if spare := height - len(out) - len(pace) - 1; spare >= 2*leastChart {
		curves = l.viewCharts(w, min(spare, 2*mostChart))
	}
	foot := append(curves, pace...)
	for len(out) < height-len(foot) {
		add("")
	}
	if len(out) > height-len(foot) && height > len(foot) {
		out = out[:height-len(foot)]
	}
	add(foot...)
	return indent(strings.Join(out[:min(len(out), height)], "\n"), 1)
}

func (l *labelScreen) viewSuggestion(width int) []string {
	w, th := l.words.Label, l.theme
	if l.cur == nil {
		return []string{""}
	}
	s := l.cur.Suggestion
	if s == nil {
		text := w.NoModel
		if l.cur.Withheld != nil {
			return l.dimmed(w.Withheld, width, 6)
		}
		if (l.cur.Item.Audit || l.cur.Why == seat.Second) && l.state.Current != 0 {
			text = w.NoSuggestion
		}
		return l.dimmed(text, width, 4)
	}
	p := confidence(s)
	mark := ""
	if l.updated {
		mark = " ↻"
		if lipgloss.Width(w.Suggestion+l.title(s.Answer.Class)+p+w.Updated)+5 <= width {
			mark += " " + w.Updated
		}
	}
	head, name := th.dim.Render(w.Suggestion)+"  ", l.title(s.Answer.Class)
	if lipgloss.Width(head+name+p+mark) > width {
		head = "" // the name says more
	}
	name = keepEnds(name, max(width-lipgloss.Width(head+p+mark), 8))
	out := []string{head + l.named().Render(name) + p + th.warn.Render(mark)}
	if told := l.toldFor(s); told != "" {
		out = append(out, th.dim.Render(safe.Truncate(told, width)))
	}
	order := byProbability(len(s.Classes), l)
	var bars []plots.Bar
	// The names come first: the bars yield to them, down to leastBar.
	names := max(width-lipgloss.Width("▸ ")-lipgloss.Width(p)-1-leastBar, 1)
	for _, i := range order[:min(len(order), 5)] {
		bars = append(bars, plots.Bar{Label: keepEnds(l.title(i), names), Value: s.Classes[i], Text: fmt.Sprintf("%.2f", s.Classes[i]),
			Style: th.label(i, l.project.Task().Labels[i].Colour), Strong: i == s.Answer.Class})
	}
	return append(out, strings.Split(plots.Bars{Width: width, Height: len(bars), Max: 1, Names: names, Bars: bars}.View(), "\n")...)
}

// toldFor says that rules of thumb told a class, or which decision rule did where
// it is not the most probable one; "" elsewhere, or where the run is not known.
func (l *labelScreen) toldFor(s *label.Suggestion) string {
	if s.Model == learn.ByRules {
		said := l.words.Rules.ByRules
		for _, r := range s.Reasons {
			if strings.HasPrefix(r.Term, "@") {
				said += " " + safe.Line(r.Term)
			}
		}
		return said
	}
	d := l.history.rules[s.Model]
	if d == nil || s.Answer.Class >= len(s.Classes) || s.Classes[s.Answer.Class] >= slices.Max(s.Classes) {
		return ""
	}
	w := l.words.Label
	if from, ok := d.Threshold(s.Answer.Class); ok {
		return fmt.Sprintf(w.ToldFrom, safe.Line(d.Asked), l.title(s.Answer.Class), from)
	}
	return fmt.Sprintf(w.ToldFor, safe.Line(d.Asked))
}

// leastBar is the number of cells that a bar keeps beside long names.
const leastBar = 6

// viewReasons draws the words and columns that pull, as bars about a middle
// line.
func (l *labelScreen) viewReasons(width, height int) string {
	w, th := l.words.Label, l.theme
	if l.cur == nil || l.cur.Suggestion == nil || height < 2 {
		return ""
	}
	reasons := slices.Clone(l.cur.Suggestion.Reasons)
	digits, least := weightDigits(reasons)
	// What would be drawn as nothing is left out.
	reasons = slices.DeleteFunc(reasons, func(r label.Reason) bool { return math.Abs(r.Weight) < least })
	head := th.dim.Render(w.Reasons)
	if len(reasons) == 0 {
		if l.cur.Suggestion.Model == l.other.ID && l.other.ID > 0 {
			return th.dim.Render(safe.Truncate(fmt.Sprintf(w.SaidBy, safe.Line(l.other.Model())), width))
		}
		if l.cur.Reasonless {
			return th.dim.Render("…") // they are on their way
		}
		return th.dim.Render(w.NoReasons)
	}
	task := l.project.Task()
	var bars []plots.Bar
	base := fmt.Sprintf("%s %+.*f", w.Before, digits, l.cur.Suggestion.Base)
	started := l.cur.Suggestion.Base != 0 && height > 3 // reasons may all pull away from what is suggested
	room := height - 1
	if started {
		room--
	}
	for _, r := range reasons[:min(len(reasons), room)] {
		name := r.Term
		switch name {
		case learn.Long:
			name = w.TextLength
		case learn.Alike:
			name = w.ItemsLike
		}
		if r.Column >= 0 && r.Column < len(task.Columns) && task.Columns[r.Column].Role != label.Text {
			c := task.Columns[r.Column]
			if c.Role == label.Numeric {
				name = grouped(name)
			}
			value := safe.Line(name)
			m := safe.Line(c.Meaning(r.Term))
			if m != "" && width >= meaningsFrom {
				value += " " + m
			}
			// The value says more than all of a long name. On the side of the bar there
			// is less room.
			room := (width - 6) / 2
			if r.Weight > 0 {
				room = (width - 6) * 2 / 3
			}
			// What a code means says more than the code, where it has room.
			if m != "" && width < meaningsFrom && lipgloss.Width(m)+1+min(lipgloss.Width(safe.Line(c.Name)), leastName) <= room {
				value = m
			}
			name = keepEnds(safe.Line(c.Name), max(room-lipgloss.Width(value)-1, 5)) + " " + value
		}
		st := l.pulls()
		if r.Weight < 0 {
			st = th.push
		}
		bars = append(bars, plots.Bar{Label: safe.Line(name), Value: r.Weight, Text: fmt.Sprintf("%+.*f", digits, r.Weight), Style: st.Underline(false)})
	}
	out := head + "\n" + plots.Bars{Width: width, Height: len(bars), Signed: true, Bars: bars}.View()
	if started {
		out += "\n" + th.dim.Render(safe.Truncate(base, width))
	}
	return out
}

// pulls is the style of what speaks for what is suggested: the colour of that label,
// as in its bar.
func (l *labelScreen) pulls() lipgloss.Style {
	if l.cur == nil || l.cur.Suggestion == nil {
		return l.theme.pull
	}
	class, colour := l.cur.Suggestion.Answer.Class, ""
	if labels := l.project.Task().Labels; class >= 0 && class < len(labels) {
		colour = labels[class].Colour
	}
	return l.theme.pulls(class, colour)
}

// named is the style of the suggested label's name.
func (l *labelScreen) named() lipgloss.Style { return l.pulls().Underline(false).Bold(true) }

// leastName is the number of cells that a column's name keeps beside what a code
// of it means.
const leastName = 12

// meaningsFrom is the width from which reasons also say what codes mean; the
// card of fields says it in any.
const meaningsFrom = 60

// weightDigits is how many digits the weights of reasons are shown with, and
// below what they would be nothing: one, unless that were the same on every row.
func weightDigits(reasons []label.Reason) (digits int, least float64) {
	most := 0.0
	for _, r := range reasons {
		most = max(most, math.Abs(r.Weight))
	}
	if most < 0.15 {
		return 2, 0.005
	}
	return 1, 0.05
}

func (l *labelScreen) viewCurves(width int) []string {
	w, th := l.words.Label, l.theme
	a := l.history.last
	if a == nil {
		return []string{th.dim.Render(w.NoAudit)}
	}
	// A small window has room for the figures alone.
	text := []string{l.accuracy(*a, width-leastCurve-1), fmt.Sprintf("%s %.2f", w.Loss, a.LogLoss)}
	wide := max(lipgloss.Width(text[0]), lipgloss.Width(text[1])) + 1
	var out []string
	from, to := l.history.span()
	for i, values := range [][]float64{l.history.accuracy, l.history.loss} {
		line := fit(text[i], wide)
		if room := width - wide; room >= 4 && len(values) > 1 {
			st := th.acc
			if i == 1 {
				st = th.train
			}
			line += plots.Sparkline{Width: room, Height: 1, Values: values, X: l.history.labels, XMin: from, XMax: to, Style: st}.View()
		}
		out = append(out, line)
	}
	// Under the curves a tick for every time that the model was trained.
	if room := width - wide; room >= 4 && len(l.history.accuracy) > 1 {
		ticks := plots.Sparkline{Width: room, Height: 1, Marks: l.history.runs, XMin: from, XMax: to, MarkStyle: th.dim}
		out = append(out, th.dim.Render(fit(l.words.Frame.Train, wide))+ticks.View())
	}
	if l.history.answers > 0 {
		out = append(out, th.dim.Render(safe.Truncate(fmt.Sprintf(w.Bought, l.history.gained, l.history.answers), width)))
	}
	return out
}

// leastCurve is the number of cells for which a curve in one row is worth
// writing what stands beside it in fewer.
const leastCurve = 8

// accuracy writes the accuracy on the audited answers with both ends of its
// interval, which does not lie evenly about it: without the zeros before the
// points where there are fewer cells.
func (l *labelScreen) accuracy(a learn.Audit, width int) string {
	text := fmt.Sprintf("%s %.2f ", l.words.Label.Accuracy, a.Accuracy) + fmt.Sprintf(l.words.Evaluate.Between, a.Low, a.High)
	if lipgloss.Width(text) > width {
		text = strings.ReplaceAll(strings.ReplaceAll(text, " 0.", " ."), "(0.", "(.")
		text = strings.ReplaceAll(text, "–0.", "–.")
	}
	return text
}

// Rows of each of the two charts that the small curves grow into.
const leastChart, mostChart = 7, 12

// viewCharts draws the curves of viewCurves with axes, and the accuracy with
// its interval.
func (l *labelScreen) viewCharts(width, height int) []string {
	small := l.viewCurves(width)
	h := &l.history
	if len(h.accuracy) < 2 {
		return small
	}
	w, th := l.words.Label, l.theme
	rows := height / 2
	chart := func(title string, s plots.Series) []string {
		s.X = h.labels
		return strings.Split(plots.LineChart{Width: width, Height: rows, Title: title, XLabel: w.Labels, Series: []plots.Series{s},
			XMin: math.NaN(), XMax: math.NaN(), YMin: math.NaN(), YMax: math.NaN(), Marks: h.runs, Axis: th.dim, Head: th.plain}.View(), "\n")
	}
	out := chart(l.accuracy(*h.last, width),
		plots.Series{Y: h.accuracy, Low: h.low, High: h.high, Style: th.acc})
	out = append(out, chart(fmt.Sprintf("%s %.2f", w.Loss, h.last.LogLoss), plots.Series{Y: h.loss, Style: th.train})...)
	if h.answers > 0 {
		out = append(out, small[len(small)-1])
	}
	return out
}

// several reports whether others work here too, so that what everybody did is not
// what this person did.
func (l *labelScreen) several() bool {
	return l.seat.Role().Answers() && (l.project.Task().Assignment != nil || l.seat.Room().Count() > 1)
}

func (l *labelScreen) viewPace(width int) []string {
	w, th := l.words.Label, l.theme
	line := fmt.Sprintf(w.Accepted, l.counts.Accepted, l.counts.Corrected)
	out := []string{th.dim.Render(safe.Truncate(line, width))}
	if l.several() {
		out = append(out, th.dim.Render(safe.Truncate(fmt.Sprintf(w.Mine, l.mine.accepted, l.mine.corrected), width)))
	}
	if m := l.pace.perMinute(); m > 0 {
		open := l.counts.Items - min(l.counts.Items, l.counts.Labelled+l.counts.Flagged)
		left := brief(l.pace.left(open))
		line := fmt.Sprintf(w.Pace, m) + " · " + fmt.Sprintf(w.Left, open, left)
		if lipgloss.Width(line) > width {
			line = fmt.Sprintf(w.Pace, m) + " · " + fmt.Sprintf(w.LeftShort, open, left)
		}
		out = append(out, th.dim.Render(safe.Truncate(line, width)))
	}
	return out
}
