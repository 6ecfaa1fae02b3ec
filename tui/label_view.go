package tui

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/plots"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// measure is the longest line of text that the eye follows with ease.
const measure = 100

// twoPanes is the width from which the suggestion stands beside the text; in
// less it stands in one line above it.
const twoPanes = 64

// Kinds of marked text.
const (
	markPull = iota + 1
	markPush
)

func (l *labelScreen) divider(width int) int {
	if width < twoPanes {
		return -1
	}
	return width - min(max(width*2/5, 30), 56) - 1
}

func (l *labelScreen) view(width, height int) string {
	div := l.divider(width)
	if div < 0 {
		return l.viewItem(width, height, true)
	}
	left := strings.Split(l.viewItem(div, height, false), "\n")
	right := strings.Split(l.viewSide(width-div-1, height), "\n")
	line := l.theme.frame.Render("│")
	rows := make([]string, height)
	for i := range rows {
		a, b := "", ""
		if i < len(left) {
			a = left[i]
		}
		if i < len(right) {
			b = right[i]
		}
		rows[i] = fit(a, div) + line + fit(b, width-div-1)
	}
	return strings.Join(rows, "\n")
}

// viewItem draws the item and, below it, the labels with their keys.
func (l *labelScreen) viewItem(width, height int, narrow bool) string {
	if l.over != nil {
		return indent(l.over.view(width-2, height), 1)
	}
	// A small window is for the text and the labels; the rest comes as it grows.
	roomy := height >= 12
	labels := l.viewLabels(width-2, max(height/3, 1), roomy)
	var head []string
	if height >= 4 || l.prefix != "" || l.notice != "" {
		head = l.viewWhy(width - 2)
	}
	if narrow && height >= 3 {
		head = append(head, l.viewSuggestionLine(width-2))
	}
	if roomy && len(head) > 0 {
		head = append(head, "")
	}
	room := height - len(labels) - len(head)
	fields := l.viewFields(width-2, max(room/3, 0), roomy)
	room -= len(fields)
	var body []string
	switch {
	case l.cur == nil:
		body = append([]string{""}, l.wrapped(l.viewNothing(), width-2, room-1)...)
	case l.wide && l.cur.Suggestion != nil:
		body = strings.Split(l.viewReasons(width-2, room), "\n")
	default:
		body = l.viewText(width-2, room)
	}
	for len(body) < room {
		body = append(body, "")
	}
	all := append(append(append(head, body[:max(room, 0)]...), fields...), labels...)
	return indent(strings.Join(all[:min(len(all), height)], "\n"), 1)
}

// wrapped is a text of the catalogue in rows.
func (l *labelScreen) wrapped(text string, width, rows int) []string {
	var out []string
	for _, r := range safe.NewLayout(text, width, nil).Rows(0, rows) {
		out = append(out, l.theme.dim.Render(rowText(r)))
	}
	return out
}

func indent(s string, n int) string {
	pad := strings.Repeat(" ", n)
	return pad + strings.ReplaceAll(s, "\n", "\n"+pad)
}

func (l *labelScreen) viewNothing() string {
	w := l.words.Label
	switch {
	case l.counts.Items == 0:
		return w.NoItems
	case l.done:
		return w.AllDone
	}
	return w.Loading
}

// viewWhy says what brought the item here, and what the last key did.
func (l *labelScreen) viewWhy(width int) []string {
	w, th := l.words.Label, l.theme
	text := ""
	if c := l.cur; c != nil {
		switch c.Why {
		case seat.Uncertain:
			text = fmt.Sprintf(w.Uncertain, c.Margin)
		case seat.Drawn:
			text = w.Drawn
		case seat.Unseen:
			name := "?"
			if c.Suggestion != nil {
				name = l.title(c.Suggestion.Answer.Class)
			}
			text = fmt.Sprintf(w.Unseen, name)
		case seat.Audit:
			text = fmt.Sprintf(w.AuditHidden, l.keys.Audit.Help().Key)
		case seat.Again:
			text = w.Again
		case seat.Asked:
			text = w.Asked
		case seat.Past:
			text = w.Undone
		case seat.Unsaved:
			text = w.Returned
		}
		if c.Standing != nil && c.Why != seat.Again {
			text = fmt.Sprintf(w.Earlier, l.says(c.Standing.Decision))
		}
		if c.Item.Audit && l.audit {
			text = w.AuditShown
		}
	}
	if l.raw && l.cur != nil {
		text = w.RawShown + " · " + text
	}
	line := th.dim.Render(safe.Truncate(text, width))
	if l.prefix != "" {
		line = th.accent.Render(fmt.Sprintf(w.Pending, safe.Line(l.prefix)))
	}
	if l.notice != "" {
		line = th.warn.Render(safe.Truncate(l.notice, width))
	}
	out := []string{line}
	if l.cur != nil && l.cur.Item.Audit && l.audit {
		out = append(out, l.wrapped(w.AuditAbout, width, 3)...)
	}
	return out
}

// says writes a decision as the history shows it.
func (l *labelScreen) says(d label.Decision) string {
	k := l.words.Keys
	switch d.Action {
	case label.Skipped:
		return k.Skip
	case label.Flagged:
		if d.Note != "" {
			return k.Flag + " (" + safe.Line(d.Note) + ")"
		}
		return k.Flag
	}
	return l.title(d.Answer.Class)
}

// title is a label's text on screen.
func (l *labelScreen) title(class int) string {
	labels := l.project.Task().Labels
	if class < 0 || class >= len(labels) {
		return "?"
	}
	return safe.Line(labels[class].Shown())
}

func rowText(r safe.Row) string {
	var b strings.Builder
	for _, s := range r {
		b.WriteString(s.Text)
	}
	return b.String()
}

// viewText draws the rows of the item's text that are in sight, the words that
// pull marked.
func (l *labelScreen) viewText(width, rows int) []string {
	width = min(width, measure)
	if rows <= 0 || l.cur == nil {
		return nil
	}
	if l.layout == nil || l.laidOut != width {
		l.layout, l.laidOut = safe.NewLayout(l.text(), width, l.marks()), width
	}
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
				b.WriteString(l.theme.pull.Render(s.Text))
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

// viewFields draws the columns that are not text: name and value, as many rows
// as there is room for.
func (l *labelScreen) viewFields(width, rows int, roomy bool) []string {
	if l.cur == nil || rows < 1 {
		return nil
	}
	var parts []string
	for i, c := range l.project.Task().Columns {
		v := l.cur.Item.Field(i)
		if v == "" {
			continue
		}
		switch c.Role {
		case label.Numeric, label.Category, label.Time, label.Group, label.Ident, label.Picture:
			parts = append(parts, l.theme.dim.Render(safe.Truncate(c.Name, 18))+" "+safe.Truncate(v, 24))
		}
	}
	if len(parts) == 0 {
		return nil
	}
	lines := flow(parts, "   ", width)
	if len(lines) > rows {
		lines = lines[:rows]
	}
	if roomy {
		lines = append([]string{""}, lines...)
	}
	return lines
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

// viewLabels draws the labels with their keys: all that fit, the suggested one
// and those that the first of two keys leaves before the rest.
func (l *labelScreen) viewLabels(width, rows int, roomy bool) []string {
	task := l.project.Task()
	order := make([]int, len(task.Labels))
	for i := range order {
		order[i] = i
	}
	var probs []float64
	if l.cur != nil && l.cur.Suggestion != nil {
		probs = l.cur.Suggestion.Classes
	}
	numbers := numbered(task.Labels)
	if len(task.Labels) > 9 && probs != nil {
		sortByProb(order, probs)
	}
	var parts []string
	for _, i := range order {
		lb := task.Labels[i]
		if l.prefix != "" && !strings.HasPrefix(lb.Key, l.prefix) {
			continue
		}
		k := safe.Line(lb.Key)
		if numbers {
			k = strings.TrimSuffix(fmt.Sprintf("%d %s", i+1, k), " ")
		}
		parts = append(parts, l.theme.key.Render(k)+" "+l.theme.label(i, lb.Colour).Render(safe.Truncate(lb.Shown(), 28)))
	}
	lines := flow(parts, "   ", width)
	if len(lines) > rows {
		// Fewer, so that the last line can say how many are left.
		shown := 0
		for n := len(parts); n > 0; n-- {
			more := l.theme.dim.Render(fmt.Sprintf(l.words.Label.More, len(parts)-n, l.keys.Palette.Help().Key))
			if lines = flow(append(parts[:n:n], more), "   ", width); len(lines) <= rows {
				shown = n
				break
			}
		}
		if shown == 0 {
			lines = flow(parts, " ", width)[:rows]
		}
	}
	if roomy && len(lines) > 0 {
		lines = append([]string{""}, lines...)
	}
	return lines
}

func prob(p []float64, i int) float64 {
	if i < len(p) {
		return p[i]
	}
	return 0
}

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
	return "▸ " + l.theme.accent.Render(safe.Truncate(l.title(s.Answer.Class), max(width-10, 1))) + fmt.Sprintf(" %.2f", s.Probability) + l.theme.warn.Render(mark)
}

// viewSide draws the suggestion, its reasons and the small curves.
func (l *labelScreen) viewSide(width, height int) string {
	w := width - 2
	var out []string
	add := func(lines ...string) { out = append(out, lines...) }
	add(l.viewSuggestion(w)...)
	curves, pace := l.viewCurves(w), l.viewPace(w)
	room := height - len(out) - len(curves) - len(pace)
	if room > 3 && !l.wide {
		add("")
		add(strings.Split(l.viewReasons(w, room-2), "\n")...)
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
		if l.cur.Item.Audit && l.state.Current != 0 {
			text = w.NoSuggestion
		}
		return l.wrapped(text, width, 4)
	}
	p := fmt.Sprintf(" %.2f", s.Probability)
	mark := ""
	if l.updated {
		mark = " ↻"
		if lipgloss.Width(w.Suggestion+l.title(s.Answer.Class)+p+w.Updated)+5 <= width {
			mark += " " + w.Updated
		}
	}
	name := safe.Truncate(l.title(s.Answer.Class), max(width-lipgloss.Width(w.Suggestion+p+mark)-2, 8))
	out := []string{th.dim.Render(w.Suggestion) + "  " + th.accent.Render(name) + p + th.warn.Render(mark)}
	order := make([]int, len(s.Classes))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return s.Classes[order[a]] > s.Classes[order[b]] })
	var bars []plots.Bar
	for _, i := range order[:min(len(order), 5)] {
		bars = append(bars, plots.Bar{Label: l.title(i), Value: s.Classes[i], Text: fmt.Sprintf("%.2f", s.Classes[i]),
			Style: th.label(i, l.project.Task().Labels[i].Colour), Strong: i == s.Answer.Class})
	}
	return append(out, strings.Split(plots.Bars{Width: width, Height: len(bars), Max: 1, Bars: bars}.View(), "\n")...)
}

// viewReasons draws the words and columns that pull, as bars about a middle
// line.
func (l *labelScreen) viewReasons(width, height int) string {
	w, th := l.words.Label, l.theme
	if l.cur == nil || l.cur.Suggestion == nil || height < 2 {
		return ""
	}
	// What would be drawn as nothing is left out.
	reasons := slices.DeleteFunc(slices.Clone(l.cur.Suggestion.Reasons), func(r label.Reason) bool { return math.Abs(r.Weight) < 0.05 })
	head := th.dim.Render(w.Reasons)
	if len(reasons) == 0 {
		return th.dim.Render(w.NoReasons)
	}
	task := l.project.Task()
	var bars []plots.Bar
	for _, r := range reasons[:min(len(reasons), height-1)] {
		name := r.Term
		if r.Column >= 0 && r.Column < len(task.Columns) && task.Columns[r.Column].Role != label.Text {
			name = task.Columns[r.Column].Name + " " + name
		}
		st := th.pull
		if r.Weight < 0 {
			st = th.push
		}
		bars = append(bars, plots.Bar{Label: safe.Line(name), Value: r.Weight, Text: fmt.Sprintf("%+.1f", r.Weight), Style: st.Underline(false)})
	}
	return head + "\n" + plots.Bars{Width: width, Height: len(bars), Signed: true, Bars: bars}.View()
}

func (l *labelScreen) viewCurves(width int) []string {
	w, th := l.words.Label, l.theme
	a := l.history.last
	if a == nil {
		return []string{th.dim.Render(w.NoAudit)}
	}
	// A small window has room for the figures alone.
	text := []string{
		fmt.Sprintf("%s %.2f ±%.2f", w.Accuracy, a.Accuracy, (a.High-a.Low)/2),
		fmt.Sprintf("%s %.2f", w.Loss, a.LogLoss),
	}
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
	out := chart(fmt.Sprintf("%s %.2f ±%.2f", w.Accuracy, h.last.Accuracy, (h.last.High-h.last.Low)/2),
		plots.Series{Y: h.accuracy, Low: h.low, High: h.high, Style: th.acc})
	out = append(out, chart(fmt.Sprintf("%s %.2f", w.Loss, h.last.LogLoss), plots.Series{Y: h.loss, Style: th.train})...)
	if h.answers > 0 {
		out = append(out, small[len(small)-1])
	}
	return out
}

func (l *labelScreen) viewPace(width int) []string {
	w, th := l.words.Label, l.theme
	line := fmt.Sprintf(w.Accepted, l.counts.Accepted, l.counts.Corrected)
	out := []string{th.dim.Render(safe.Truncate(line, width))}
	if m := l.pace.perMinute(); m > 0 {
		open := l.counts.Items - min(l.counts.Items, l.counts.Labelled+l.counts.Flagged)
		line := fmt.Sprintf(w.Pace, m) + " · " + fmt.Sprintf(w.Left, brief(l.pace.left(open)))
		out = append(out, th.dim.Render(safe.Truncate(line, width)))
	}
	return out
}

func (l *labelScreen) hints() []key.Binding {
	if l.over != nil {
		return append(l.over.hints(), l.keys.Close)
	}
	k := l.keys
	accept := k.Accept
	accept.SetEnabled(l.cur != nil && l.cur.Suggestion != nil)
	if len(l.past) > 0 {
		return []key.Binding{l.choose(), k.Back, k.Forth, k.Close}
	}
	if l.demo != nil {
		return []key.Binding{accept, l.choose(), k.Demo, k.Skip, k.Flag, k.Undo}
	}
	return []key.Binding{accept, l.choose(), k.Skip, k.Flag, k.Undo, k.Reasons, k.Search, k.Guideline, k.Back}
}

// choose stands for the keys of the labels in hints and help.
func (l *labelScreen) choose() key.Binding {
	labels := l.project.Task().Labels
	switch {
	case numbered(labels) && len(labels) > 1:
		return key.NewBinding(key.WithKeys("1"), key.WithHelp(fmt.Sprintf("1-%d", len(labels)), l.words.Keys.Choose))
	case len(labels) > oneKeyLabels:
		return l.keys.Palette
	}
	return key.NewBinding(key.WithKeys("a"), key.WithHelp("a-z", l.words.Keys.Choose))
}

// oneKeyLabels is the number of labels that can each have a key of its own.
const oneKeyLabels = 30

func (l *labelScreen) help() [][]key.Binding {
	k := l.keys
	labels := l.choose()
	labels.SetKeys(labels.Help().Key)
	if len(l.project.Task().Labels) > oneKeyLabels {
		labels.SetEnabled(false)
	}
	return [][]key.Binding{
		{k.Accept, labels, k.Palette, k.Skip, k.Flag, k.Undo, k.Redo},
		{k.Back, k.Forth, k.Search, k.Guideline, k.Reasons, k.Audit, k.Raw},
		{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Close},
	}
}
