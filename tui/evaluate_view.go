package tui

import (
	"fmt"
	"math"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/label"
	"inkling/tui/safe"
)

// twoViews is the width from which two views of the evaluate screen stand side
// by side.
const twoViews = 118

func (e *evaluateScreen) view(width, height int) string {
	if width < 3 || height < 1 {
		return ""
	}
	if e.people.on {
		return e.viewPeople(width, height)
	}
	if e.anchors.on {
		return e.viewAnchoring(width, height)
	}
	if f := e.found; f != nil && (f.numbers != nil || f.sets != nil) {
		return e.viewTold(width, height)
	}
	if !e.found.answered() {
		return indent(strings.Join(e.viewNothing(width-2, height), "\n"), 1)
	}
	head, foot, body := e.frame(width, height)
	out := append([]string(nil), head...)
	if width >= twoViews {
		out = append(out, e.viewTwo(width, body)...)
	} else {
		for _, l := range e.viewPane(e.pane, width-2, body) {
			out = append(out, " "+l)
		}
	}
	for len(out) < height-len(foot) {
		out = append(out, "")
	}
	return strings.Join(append(out, foot...), "\n")
}

// frame draws what stands above and below the views, and returns how many rows
// are left for them.
func (e *evaluateScreen) frame(width, height int) (head, foot []string, body int) {
	w, th := e.words.Evaluate, e.theme
	head = []string{" " + e.viewTabs(width-2)}
	if height >= 4 {
		figures := e.viewFigures(width - 2)
		if height < 16 {
			figures = figures[:1]
		}
		for _, l := range figures {
			head = append(head, " "+l)
		}
	}
	if height >= 12 {
		head = append(head, "")
	}
	if height >= 18 {
		foot = append(foot, "")
		honest := w.Honest
		if e.found.gold != "" {
			honest = fmt.Sprintf(w.HonestGold, e.found.gold, goldItems)
		}
		if d := e.found.decision; d != "" {
			foot = append(foot, " "+th.dim.Render(safe.Truncate(fmt.Sprintf(w.Decided, d), width-2)))
		}
		for _, l := range e.dimmed(honest, width-2, 3) {
			foot = append(foot, " "+l)
		}
	}
	return head, foot, max(height-len(head)-len(foot), 0)
}

// viewNothing says why there is nothing to see, and what to do about it.
func (e *evaluateScreen) viewNothing(width, height int) []string {
	w, th := e.words.Evaluate, e.theme
	share := e.project.Task().Audit
	strong, text := "", ""
	noModel := w.NoModel
	if !keyed(e.project.Task()) {
		noModel = w.NoModelYet
	}
	switch {
	case e.found == nil && e.turn == running:
		strong = w.Measuring
	case e.counts.Audited == 0 && e.wanted.run == 0 && e.project.Task().Column(label.Gold) >= 0 && keyed(e.project.Task()):
		strong, text = noModel, w.ToGold
	case e.counts.Audited == 0 && share == 0:
		strong = w.NoStream
	case e.counts.Audited == 0:
		strong, text = w.None, fmt.Sprintf(w.Todo, 1/share)
	case e.found == nil || e.found.eval == nil && e.wanted.run != 0:
		strong = w.Measuring
	case e.found.eval == nil:
		strong = noModel
	default:
		strong = w.Measuring // the answers came after the evaluation
	}
	var out []string
	if height > 4 {
		out = append(out, "")
	}
	for _, l := range wrapped(strong, min(width, 76), height) {
		out = append(out, th.strong.Render(l))
	}
	if text != "" && height > 4 {
		out = append(out, "")
	}
	out = append(out, e.dimmed(text, min(width, 76), max(height-len(out), 0))...)
	return out[:min(len(out), height)]
}

func (e *evaluateScreen) names() [panes]string {
	w := e.words.Evaluate
	return [panes]string{w.Report, w.Confusion, w.Calibration, w.Curve, w.Importance}
}

// viewTabs names the views, the one on top marked; where they do not fit, only
// the one on top with its number.
func (e *evaluateScreen) viewTabs(width int) string {
	th := e.theme
	var tabs []string
	for p, name := range e.names() {
		tabs = append(tabs, th.tab(name, pane(p) == e.pane))
	}
	if line := strings.Join(tabs, th.frame.Render(" ─ ")); lipgloss.Width(line) <= width {
		return line
	}
	number := fmt.Sprintf(" %d/%d", e.pane+1, panes)
	return th.tab(safe.Truncate(e.names()[e.pane], width-len(number)), true) + th.dim.Render(number)
}

// viewFigures draws the figures that stand above every view, the most important
// first, in one row or two.
func (e *evaluateScreen) viewFigures(width int) []string {
	w, th, r := e.words.Evaluate, e.theme, e.found.report
	on := w.OnAudit
	if e.found.gold != "" {
		on = w.OnGold
	}
	about := th.dim.Render(fmt.Sprintf(on, r.N, e.found.at.run))
	if e.found.at.run != e.wanted.run && e.wanted.run != 0 {
		about = th.warn.Render("↻ " + fmt.Sprintf(w.Outdated, e.wanted.run))
	}
	x := e.found.extra
	ece := fmt.Sprintf("%s %.3f", w.ECE, float64(r.ECE))
	if !math.IsNaN(x.eceBefore) {
		ece = fmt.Sprintf("%s %.3f → %.3f", w.ECE, x.eceBefore, float64(r.ECE))
	}
	parts := []string{
		w.Accuracy + " " + th.strong.Render(fmt.Sprintf("%.3f", r.Accuracy)) + " " + fmt.Sprintf(w.Between, r.Interval.Low(), r.Interval.High()),
		about,
		fmt.Sprintf("%s %.3f", w.MacroF1, r.Macro.F1),
		fmt.Sprintf("%s %.3f", w.LogLoss, float64(r.LogLoss)),
		ece,
		fmt.Sprintf("MCC %.3f", x.mcc),
		fmt.Sprintf("κ %.3f", x.kappa),
	}
	if !math.IsNaN(x.rocAUC) {
		parts = append(parts, fmt.Sprintf("ROC AUC %.3f", x.rocAUC))
	}
	lines := flow(parts, "   ", width)
	if lipgloss.Width(lines[0]) > width {
		lines[0] = safe.Truncate(fmt.Sprintf("%s %.3f", w.Accuracy, r.Accuracy), width)
	}
	lines = lines[:min(len(lines), 2)]
	for i, l := range lines {
		if lipgloss.Width(l) > width {
			lines[i] = fit(l, width)
		}
	}
	return lines
}

// viewTwo draws the view on top and the one after it, each under its name.
func (e *evaluateScreen) viewTwo(width, height int) []string {
	if height < 1 {
		return nil
	}
	th := e.theme
	wide := width/2 - 1
	other := (e.pane + 1) % panes
	left := append([]string{th.strong.Render(e.names()[e.pane])}, e.viewPane(e.pane, wide-2, height-1)...)
	right := append([]string{th.strong.Render(e.names()[other])}, e.viewPane(other, width-wide-4, height-1)...)
	for i, l := range left {
		left[i] = " " + fit(l, wide-2)
	}
	for i, l := range right {
		right[i] = " " + l
	}
	return e.beside(left, right, wide, height)
}

// viewPane draws one view in at most so many rows.
func (e *evaluateScreen) viewPane(p pane, width, height int) []string {
	if width < 1 || height < 1 {
		return nil
	}
	switch p {
	case confusionPane:
		return e.viewConfusion(width, height)
	case calibrationPane:
		return e.viewCalibration(width, height)
	case curvePane:
		return e.viewCurve(width, height)
	case importancePane:
		return e.viewImportance(width, height)
	}
	return e.viewReport(width, height)
}

// classesIn is how many classes a view shows at once in a window of a size.
func (e *evaluateScreen) classesIn(p pane, width, height int) int {
	_, _, body := e.frame(width, height)
	width -= 2
	if width+2 >= twoViews {
		width, body = (width+2)/2-3, body-1
	}
	switch p {
	case reportPane:
		return e.reportLayout(width, body).rows
	case confusionPane:
		_, rows, cols := e.heatMap(width, body)
		return max(min(rows, cols), 1)
	case importancePane:
		return max(e.importanceLayout(body).classes, 1)
	}
	return len(e.found.names)
}
