package tui

import (
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"

	"inkling/learn"
	"inkling/plots"
	"inkling/tui/safe"
)

// trainScreen shows the curves of the run in progress, earlier runs behind
// them, and the list of runs.
type trainScreen struct {
	*desk
	state   learn.State
	runs    []learn.Run // newest first
	at      int         // the chosen run
	overlay map[uint64]bool
	smooth  int // index in smoothings
	zoom    int // halvings of the steps in sight
	notice  string
}

// smoothings are the factors of the exponential average that a key steps
// through.
var smoothings = [...]float64{0, 0.6, 0.9}

func newTrainScreen(d *desk) *trainScreen { return &trainScreen{desk: d, overlay: map[uint64]bool{}} }

// usedMsg says that an earlier run was made current, or why not.
type usedMsg struct {
	run uint64
	err error
}

func (t *trainScreen) shown() tea.Cmd { t.read(); return nil }

func (t *trainScreen) read() {
	runs := t.trainer.Runs()
	chosen := uint64(0)
	if t.at > 0 && t.at < len(t.runs) {
		chosen = t.runs[t.at].ID
	}
	t.runs = t.runs[:0:0]
	for i := len(runs) - 1; i >= 0; i-- {
		t.runs = append(t.runs, runs[i])
	}
	// The choice stays on its run while new ones come in above it; on top it
	// follows the newest.
	t.at = 0
	for i, r := range t.runs {
		if chosen != 0 && r.ID == chosen {
			t.at = i
		}
	}
}

func (t *trainScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case trainerMsg:
		newRun := m.state.Run != t.state.Run || m.state.Phase != t.state.Phase || m.state.Current != t.state.Current
		t.state = m.state
		if newRun {
			t.read()
		}
	case usedMsg:
		if m.err != nil {
			return fail("use", m.err)
		}
		t.notice = fmt.Sprintf(t.words.Train.Using, m.run)
	case tea.KeyMsg:
		return t.press(m)
	case tea.MouseMsg:
		switch m.Button {
		case tea.MouseButtonWheelUp:
			t.move(-1)
		case tea.MouseButtonWheelDown:
			t.move(1)
		}
	}
	return nil
}

func (t *trainScreen) move(n int) { t.at = max(min(t.at+n, len(t.runs)-1), 0) }

func (t *trainScreen) press(m tea.KeyMsg) tea.Cmd {
	t.notice = ""
	k := t.keys
	switch {
	case key.Matches(m, k.Up):
		t.move(-1)
	case key.Matches(m, k.Down):
		t.move(1)
	case key.Matches(m, k.PageUp):
		t.move(-8)
	case key.Matches(m, k.PageDown):
		t.move(8)
	case key.Matches(m, k.Top):
		t.move(-len(t.runs))
	case key.Matches(m, k.Bottom):
		t.move(len(t.runs))
	case key.Matches(m, k.ZoomIn):
		t.zoom = min(t.zoom+1, 6)
	case key.Matches(m, k.ZoomOut):
		t.zoom = max(t.zoom-1, 0)
	case key.Matches(m, k.Smooth):
		t.smooth = (t.smooth + 1) % len(smoothings)
	case key.Matches(m, k.Overlay):
		if t.at < len(t.runs) {
			id := t.runs[t.at].ID
			t.overlay[id] = !t.overlay[id]
		}
	case key.Matches(m, k.Use):
		if t.at < len(t.runs) {
			id := t.runs[t.at].ID
			return func() tea.Msg { return usedMsg{id, t.trainer.Use(id)} }
		}
	case key.Matches(m, k.Train):
		t.trainer.Refit(false)
	case key.Matches(m, k.Fresh):
		t.trainer.Refit(true)
	}
	return nil
}

// points are those of the run on show: the one in progress while the newest is
// chosen, else the chosen one's.
func (t *trainScreen) points() (uint64, []learn.Point) {
	if t.at == 0 && len(t.state.Points) > 0 {
		return t.state.Run, t.state.Points
	}
	if t.at < len(t.runs) {
		return t.runs[t.at].ID, t.runs[t.at].Curve
	}
	return 0, nil
}

func (t *trainScreen) view(width, height int) string {
	w, th := t.words.Train, t.theme
	if len(t.runs) == 0 && len(t.state.Points) == 0 {
		return "\n  " + th.dim.Render(safe.Truncate(w.None, width-3))
	}
	list := min(max(height/3, 4), len(t.runs)+2)
	if height < 12 {
		list = min(3, height)
	}
	chart := height - list - 1
	var rows []string
	if chart >= 4 {
		rows = append(rows, t.viewCharts(width, chart)...)
		rows = append(rows, th.frame.Render(strings.Repeat("─", width)))
	}
	rows = append(rows, t.viewRuns(width, height-len(rows))...)
	return strings.Join(rows, "\n")
}

func (t *trainScreen) viewCharts(width, height int) []string {
	w, th := t.words.Train, t.theme
	id, pts := t.points()
	var note []string
	if f := smoothings[t.smooth]; f > 0 {
		note = append(note, fmt.Sprintf(w.Smoothing, f))
	}
	if t.zoom > 0 {
		note = append(note, fmt.Sprintf(w.Zoomed, 100>>t.zoom))
	}
	head := " " + th.strong.Render(fmt.Sprintf(t.words.Frame.Run, id)) + th.dim.Render("  "+strings.Join(note, " · "))
	if t.notice != "" {
		head = " " + th.good.Render(t.notice)
	}
	loss := []plots.Series{}
	acc := []plots.Series{}
	for _, r := range t.runs {
		if t.overlay[r.ID] && r.ID != id {
			name := fmt.Sprintf(t.words.Frame.Run, r.ID)
			loss = append(loss, series(name, r.Curve, func(p learn.Point) float64 { return p.Valid }, th.faded, plots.Dotted))
			acc = append(acc, series(name, r.Curve, func(p learn.Point) float64 { return p.Accuracy }, th.faded, plots.Dotted))
		}
	}
	loss = append(loss,
		series(w.TrainLoss, pts, func(p learn.Point) float64 { return p.Train }, th.train, plots.Solid),
		series(w.ValidLoss, pts, func(p learn.Point) float64 { return p.Valid }, th.valid, plots.Dashed))
	acc = append(acc, series(w.ValidAccuracy, pts, func(p learn.Point) float64 { return p.Accuracy }, th.acc, plots.Solid))
	last := 1.0
	if len(pts) > 0 {
		last = float64(pts[len(pts)-1].Step)
	}
	from := math.NaN()
	if t.zoom > 0 {
		from = last - last/float64(int(1)<<t.zoom)
	}
	chart := func(title string, s []plots.Series, w, h int) []string {
		c := plots.LineChart{Width: w, Height: h, Title: title, XLabel: t.words.Train.Steps, Series: s, Smooth: smoothings[t.smooth],
			XMin: from, XMax: math.NaN(), YMin: math.NaN(), YMax: math.NaN(), Axis: th.dim, Legend: true}
		return strings.Split(c.View(), "\n")
	}
	rows := []string{head}
	if width >= 100 {
		a := chart(w.Loss, loss, width/2, height-1)
		b := chart(w.Accuracy, acc, width-width/2, height-1)
		for i := range a {
			rows = append(rows, a[i]+b[i])
		}
		return rows
	}
	if height >= 16 {
		h := (height - 1) * 3 / 5
		rows = append(rows, chart(w.Loss, loss, width, h)...)
		return append(rows, chart(w.Accuracy, acc, width, height-1-h)...)
	}
	a := chart(w.Loss, loss, width*3/5, height-1)
	b := chart(w.Accuracy, acc, width-width*3/5, height-1)
	for i := range a {
		rows = append(rows, a[i]+b[i])
	}
	return rows
}

func series(name string, pts []learn.Point, y func(learn.Point) float64, st lipgloss.Style, d plots.Dash) plots.Series {
	s := plots.Series{Name: name, Style: st, Dash: d, X: make([]float64, 0, len(pts)), Y: make([]float64, 0, len(pts))}
	for _, p := range pts {
		s.X = append(s.X, float64(p.Step))
		s.Y = append(s.Y, y(p))
	}
	return s
}

// viewRuns draws the list of runs, and under it what the chosen one was made
// with.
func (t *trainScreen) viewRuns(width, height int) []string {
	w, th := t.words.Train, t.theme
	cols := []struct {
		title string
		width int
		cell  func(learn.Run) string
	}{
		{w.ID, 6, func(r learn.Run) string { return fmt.Sprint(r.ID) }},
		{w.Model, 14, func(r learn.Run) string { return r.Model }},
		{w.Labels, 8, func(r learn.Run) string { return fmt.Sprint(r.Labels) }},
		{w.Audit, 17, func(r learn.Run) string {
			if r.Audit == nil {
				return "–"
			}
			return fmt.Sprintf("%.3f ±%.3f", r.Audit.Accuracy, (r.Audit.High-r.Audit.Low)/2)
		}},
		{w.Took, 8, func(r learn.Run) string { return brief(r.Took) }},
		{w.Parent, 9, func(r learn.Run) string {
			if r.Fresh() {
				return w.Fresh
			}
			return fmt.Sprintf(w.Tuned, r.Parent)
		}},
	}
	line := func(cell func(i int) string) string {
		var b strings.Builder
		used := 4
		for i, c := range cols {
			if used+c.width+1 > width {
				break
			}
			b.WriteString(safe.Pad(cell(i), c.width) + " ")
			used += c.width + 1
		}
		return b.String()
	}
	out := []string{"    " + th.dim.Render(line(func(i int) string { return cols[i].title }))}
	detail := []string{}
	if t.at < len(t.runs) && height >= 6 {
		detail = t.viewDetail(t.runs[t.at], width)
	}
	room := max(height-1-len(detail), 0)
	top := max(t.at-room+1, 0)
	for i := top; i < len(t.runs) && i < top+room; i++ {
		r := t.runs[i]
		mark := "  "
		if r.ID == t.state.Current {
			mark = "● "
		} else if t.overlay[r.ID] {
			mark = "┄ "
		}
		text := mark + line(func(j int) string { return cols[j].cell(r) })
		if i == t.at {
			out = append(out, "▸ "+th.cursor.Render(text))
		} else {
			out = append(out, "  "+text)
		}
	}
	for len(out) < height-len(detail) {
		out = append(out, "")
	}
	return append(out, detail...)
}

func (t *trainScreen) viewDetail(r learn.Run, width int) []string {
	w, th := t.words.Train, t.theme
	parts := []string{
		fmt.Sprintf("%s #%d", w.DataVersion, r.Seq), fmt.Sprintf("%s %d", w.Seed, r.Seed),
		fmt.Sprintf("%s %d", w.Features, r.Features), fmt.Sprintf("%s %s", w.Size, bytes(r.Size)),
	}
	for _, p := range r.Params {
		parts = append(parts, p.Name+" "+p.Value)
	}
	out := []string{"  " + th.dim.Render(safe.Truncate(strings.Join(parts, " · "), width-3))}
	if c := r.Choice; c != nil {
		var losses []string
		for _, l := range c.Losses {
			losses = append(losses, fmt.Sprintf("%s %.3f", l.Model, l.LogLoss))
		}
		out = append(out, "  "+th.dim.Render(safe.Truncate(w.Chosen+": "+strings.Join(losses, " < "), width-3)))
	}
	return out
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

func (t *trainScreen) divider(int) int { return -1 }

func (t *trainScreen) typing() bool { return false }

func (t *trainScreen) hints() []key.Binding {
	k := t.keys
	return []key.Binding{k.Up, k.Down, k.Use, k.Overlay, k.Smooth, k.ZoomIn, k.ZoomOut, k.Train}
}

func (t *trainScreen) help() [][]key.Binding {
	k := t.keys
	return [][]key.Binding{
		{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom},
		{k.Use, k.Overlay, k.Train, k.Fresh},
		{k.ZoomIn, k.ZoomOut, k.Smooth},
	}
}
