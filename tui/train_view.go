package tui

import (
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/learn"
	"inkling/plots"
	"inkling/tui/catalog"
	"inkling/tui/safe"
)

// Sizes from which the train screen shows more at once.
const (
	twoCharts  = 56 // width: loss and accuracy side by side
	fourCharts = 26 // rows of charts: by step, and under them over the runs
)

// errorRows is how many rows say what went wrong with training: the status line
// has no room for all of it.
const errorRows = 4

func (t *trainScreen) view(width, height int) string {
	if err := t.state.Err; err != nil && height > 2*errorRows {
		var out []string
		for _, l := range wrapped(fmt.Sprintf(t.words.Frame.TrainerFailed, safe.Line(err.Error())), width-2, errorRows) {
			out = append(out, " "+t.theme.bad.Render(l))
		}
		return strings.Join(append(out, t.viewRest(width, height-len(out))), "\n")
	}
	return t.viewRest(width, height)
}

func (t *trainScreen) viewRest(width, height int) string {
	w, th := t.words.Train, t.theme
	if t.look == strategyLook && height >= 4 {
		return strings.Join(t.viewStrategies(width, height), "\n")
	}
	if len(t.runs) == 0 {
		none := w.None
		if !keyed(t.project.Task()) {
			none = w.NoneYet
		}
		out := []string{""}
		for _, l := range t.dimmed(none, min(width-4, 76), max(height-1, 0)) {
			out = append(out, "  "+l)
		}
		return strings.Join(out, "\n")
	}
	list := min(max(height/3, 8), len(t.runs)+5)
	if height < 14 {
		list = min(3, height)
	}
	var rows []string
	if charts := height - list - 1; charts >= 4 {
		rows = append(rows, t.viewCharts(width, charts)...)
		rows = append(rows, th.frame.Render(strings.Repeat("─", width)))
	}
	rows = append(rows, t.viewRuns(width, height-len(rows))...)
	return strings.Join(rows, "\n")
}

// viewCharts draws a line on what is on show, and the curves.
func (t *trainScreen) viewCharts(width, height int) []string {
	rows := []string{" " + t.viewHead(width-2)}
	height--
	switch t.look {
	case choiceLook:
		return append(rows, t.inset(t.viewChoice(width-4, height), height)...)
	case versusLook:
		return append(rows, t.inset(t.viewVersus(width-4, height), height)...)
	}
	across := t.look == acrossLook
	var foot []string
	if height >= 16 {
		foot = append(foot, " "+t.theme.dim.Render(safe.Truncate(t.words.Train.HeldAbout, width-2)))
		height--
	}
	// A model that is fitted in one pass has no curve.
	switch curve := len(t.points(t.runs[t.drawn()])) > 1; {
	case curve && height >= fourCharts:
		rows = append(rows, t.viewPair(width, height-height/2, false)...)
		rows = append(rows, t.viewPair(width, height/2, true)...)
	default:
		rows = append(rows, t.viewPair(width, height, across || !curve)...)
	}
	return append(rows, foot...)
}

// viewHead says what the trainer is doing, or whose curves are on show.
func (t *trainScreen) viewHead(width int) string {
	w, f, th, s := t.words.Train, t.words.Frame, t.theme, t.state
	if t.notice != "" {
		return th.good.Render(safe.Truncate(t.notice, width))
	}
	phase := t.phase(s.Phase)
	r := t.runs[t.drawn()]
	curves := r.ID
	if phase != "" {
		r.ID, r.Model, r.Labels = s.Run, s.Model, s.Labels
	}
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	// The most important first: what does not fit is left out.
	if phase == "" {
		add("%s %s", th.strong.Render(fmt.Sprintf(f.Run, r.ID)), safe.Line(r.Model))
	} else {
		parts = append(parts, th.strong.Render(fmt.Sprintf(f.Run, r.ID)))
		add("%s %s %.0f%%", th.dim.Render(phase), th.accent.Render(plots.Gauge{Width: 8, Value: s.Fraction}.View()), 100*s.Fraction)
	}
	if curves != r.ID {
		add(w.CurvesOf, curves)
	}
	if f := smoothings[t.smooth]; f > 0 {
		add(w.Smoothing, f)
	}
	if t.zoom > 0 {
		add(w.Zoomed, 100/float64(int(1)<<t.zoom))
	}
	parts = append(parts, onLabels(t.words, r.Labels))
	if phase != "" && s.Steps > 0 {
		add(w.StepOf, s.Step, s.Steps)
	}
	if phase != "" && s.ETA > 0 {
		add(w.Remaining, brief(s.ETA))
	}
	return fit(flow(parts, " · ", width)[0], width)
}

// viewPair draws the loss and the accuracy: of a run by its steps, or over all
// runs by their labels. Where there is room for one of them only, it is the
// loss.
func (t *trainScreen) viewPair(width, height int, across bool) []string {
	w := t.words.Train
	if height < 1 {
		return nil
	}
	loss, acc, axis := t.stepSeries()
	number := t.numbers()
	titles := [2]string{w.Loss, w.Accuracy}
	if number {
		titles = [2]string{w.SquaredError, w.RSquared}
	}
	if across {
		loss, acc, axis = t.runSeries()
		titles = [2]string{w.LossAcross, w.AccuracyAcross}
		if number {
			titles = [2]string{w.SquaredAcross, w.RSquaredAcross}
		}
	}
	if _, n := measuredSeries(append(loss[:len(loss):len(loss)], acc...)); n < 2 {
		return strings.Split(indent(strings.Join(t.viewToCome("", across, width-2, height), "\n"), 1), "\n")
	}
	if width < twoCharts {
		over := height
		if height >= 12 {
			over -= height / 2
		}
		rows := t.viewChart(titles[0], axis, loss, across, false, width-2, over)
		if over < height {
			rows = append(rows, t.viewChart(titles[1], axis, acc, across, true, width-2, height-over)...)
		}
		return strings.Split(indent(strings.Join(rows, "\n"), 1), "\n")
	}
	wide := (width - 4) / 2
	a := t.viewChart(titles[0], axis, loss, across, false, wide, height)
	b := t.viewChart(titles[1], axis, acc, across, true, width-4-wide, height)
	for i := range a {
		a[i] = " " + a[i] + "  " + b[i]
	}
	return a
}

// A vertical axis is no shorter than this, unless one zooms in.
const leastAccuracy, leastLoss = 0.1, 0.1

func (t *trainScreen) viewChart(title, axis string, s []plots.Series, across, share bool, width, height int) []string {
	s, most := measuredSeries(s)
	if most < 2 {
		return t.viewToCome(title, across, width, height)
	}
	c := plots.LineChart{Width: width, Height: height, Title: title, XLabel: axis, Series: s, XMin: math.NaN(), XMax: math.NaN(),
		YMin: math.NaN(), YMax: math.NaN(), Smooth: smoothings[t.smooth], Axis: t.theme.dim, Head: t.theme.strong, Legend: true}
	last := 0.0
	for _, l := range s {
		for _, x := range l.X {
			last = max(last, x)
		}
	}
	if c.Least = leastLoss; t.numbers() {
		c.Least = 0 // its unit may be any
	} else if share {
		c.Low, c.High, c.Least = 0, 1, leastAccuracy
	}
	c.Least /= float64(int(1) << t.zoom)
	if t.zoom > 0 {
		c.XMin = last - last/float64(int(1)<<t.zoom)
	}
	if across {
		for _, r := range t.runs {
			c.Marks = append(c.Marks, float64(r.Labels))
		}
	}
	return strings.Split(c.View(), "\n")
}

// measuredSeries leaves out the series without a point, and returns how many
// points the longest has.
func measuredSeries(all []plots.Series) (kept []plots.Series, most int) {
	for _, s := range all {
		n := 0
		for _, y := range s.Y {
			if !math.IsNaN(y) {
				n++
			}
		}
		if n > 0 {
			kept = append(kept, s)
		}
		most = max(most, n)
	}
	return kept, most
}

// viewToCome stands where a chart will be, under its title if it has one, and
// says when.
func (t *trainScreen) viewToCome(title string, across bool, width, height int) []string {
	w, th := t.words.Train, t.theme
	text := w.NoSteps
	if across {
		text = w.OneRun
	}
	var out []string
	if title != "" {
		out = append(out, fit(th.strong.Render(safe.Truncate(title, width)), width))
	} else if height > 2 {
		out = append(out, strings.Repeat(" ", width))
	}
	for _, l := range wrapped(text, width, max(height-len(out), 0)) {
		out = append(out, fit(th.dim.Render(l), width))
	}
	for len(out) < height {
		out = append(out, strings.Repeat(" ", width))
	}
	return out[:height]
}

// onLabels writes how many labels.
func onLabels(w *catalog.Words, n int) string {
	if n == 1 {
		return fmt.Sprintf(w.Train.OnLabel, n)
	}
	return fmt.Sprintf(w.Train.OnLabels, n)
}

// stepSeries are the curves of the run on show by step, with those of earlier
// runs behind them.
func (t *trainScreen) stepSeries() (loss, acc []plots.Series, axis string) {
	w, th := t.words.Train, t.theme
	at := t.drawn()
	var earlier []learn.Run
	for i := len(t.runs) - 1; i >= 0; i-- {
		if i != at && t.overlaid(i) {
			earlier = append(earlier, t.runs[i])
		}
	}
	for i, r := range earlier {
		// Several share one entry of the legend: the list says which they are.
		name := ""
		switch {
		case len(earlier) == 1:
			name = fmt.Sprintf(t.words.Frame.Run, r.ID)
		case i == len(earlier)-1:
			name = w.EarlierRuns
		}
		loss = append(loss, series(name, r.Curve, validLoss, th.faded, plots.Dotted))
		acc = append(acc, series(name, r.Curve, validAccuracy, th.faded, plots.Dotted))
	}
	pts := t.points(t.runs[at])
	loss = append(loss,
		series(withLast(w.ValidLoss, pts, validLoss), pts, validLoss, th.valid, plots.Dashed),
		series(withLast(w.TrainLoss, pts, trainLoss), pts, trainLoss, th.train, plots.Solid))
	acc = append(acc, series(withLast(w.ValidLoss, pts, validAccuracy), pts, validAccuracy, th.acc, plots.Solid))
	return loss, acc, w.Steps
}

// runSeries are the figures of all runs by the labels that they were trained
// on, the chosen run marked.
func (t *trainScreen) runSeries() (loss, acc []plots.Series, axis string) {
	w, th := t.words.Train, t.theme
	heldLoss := plots.Series{Name: w.ValidLoss, Style: th.valid, Dash: plots.Dashed}
	heldAcc := plots.Series{Name: w.ValidLoss, Style: th.valid, Dash: plots.Dashed}
	auditLoss := plots.Series{Name: w.OnAudit, Style: th.train}
	auditAcc := plots.Series{Name: w.OnAudit, Style: th.acc}
	for i := len(t.runs) - 1; i >= 0; i-- {
		r := t.runs[i]
		x := float64(r.Labels)
		if pts := t.points(r); len(pts) > 0 {
			p := pts[len(pts)-1]
			heldLoss.X, heldLoss.Y = append(heldLoss.X, x), append(heldLoss.Y, p.Valid)
			heldAcc.X, heldAcc.Y = append(heldAcc.X, x), append(heldAcc.Y, p.Accuracy)
		}
		if a := r.Audit; a != nil && a.N > 0 {
			l, y := auditPoint(a)
			auditLoss.X, auditLoss.Y = append(auditLoss.X, x), append(auditLoss.Y, l)
			auditAcc.X, auditAcc.Y = append(auditAcc.X, x), append(auditAcc.Y, y)
			if a.Errors == nil {
				auditAcc.Low, auditAcc.High = append(auditAcc.Low, a.Low), append(auditAcc.High, a.High)
			}
		}
	}
	loss, acc = []plots.Series{heldLoss, auditLoss}, []plots.Series{heldAcc, auditAcc}
	if r := t.runs[t.at]; r.Audit != nil && r.Audit.N > 0 {
		mark := plots.Series{Name: fmt.Sprintf(t.words.Frame.Run, r.ID), X: []float64{float64(r.Labels)}, Style: th.accent, Marker: '◆'}
		l, y := auditPoint(r.Audit)
		mark.Y = []float64{l}
		loss = append(loss, mark)
		mark.Y = []float64{y}
		acc = append(acc, mark)
	}
	return loss, acc, w.Labels
}

// numbers reports whether the models tell numbers.
func (t *trainScreen) numbers() bool { return t.project.Task().Kind == label.Number }

// auditPoint is the loss and the accuracy of a run on the audit stream; of
// numbers the squared error and R².
func auditPoint(a *learn.Audit) (loss, accuracy float64) {
	if e := a.Errors; e != nil {
		return e.RMSE * e.RMSE, e.R2
	}
	return a.LogLoss, a.Accuracy
}

func trainLoss(p learn.Point) float64     { return p.Train }
func validLoss(p learn.Point) float64     { return p.Valid }
func validAccuracy(p learn.Point) float64 { return p.Accuracy }

// withLast adds the last value of a curve to its name.
func withLast(name string, pts []learn.Point, y func(learn.Point) float64) string {
	if len(pts) == 0 || math.IsNaN(y(pts[len(pts)-1])) {
		return name
	}
	return fmt.Sprintf("%s %.3f", name, y(pts[len(pts)-1]))
}

func series(name string, pts []learn.Point, y func(learn.Point) float64, st lipgloss.Style, d plots.Dash) plots.Series {
	s := plots.Series{Name: name, Style: st, Dash: d, X: make([]float64, 0, len(pts)), Y: make([]float64, 0, len(pts))}
	for _, p := range pts {
		s.X = append(s.X, float64(p.Step))
		s.Y = append(s.Y, y(p))
	}
	return s
}
