package tui

import (
	"fmt"
	"strings"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/tui/safe"
)

// evaluateTold measures a model that tells numbers or several labels on the audit
// stream.
func (e *evaluateScreen) evaluateTold(snap *learn.Snapshot, out *evaluated) (*evaluated, error) {
	if snap.Kind() == label.Number {
		n, err := learn.EvaluateAuditNumbers(e.ctx, e.project, snap)
		if err == nil && len(n.Truth) > 0 {
			r := n.Report()
			out.numbers = &r
		}
		return out, err
	}
	s, err := learn.EvaluateAuditSets(e.ctx, e.project, snap)
	if err != nil || len(s.Truth) == 0 {
		return out, err
	}
	for i, l := range e.project.Task().Labels {
		if i < len(s.Names) {
			s.Names[i] = l.Shown()
		}
	}
	r := s.Report()
	out.sets = &r
	return out, nil
}

// viewTold draws the figures of numbers, or of several labels.
func (e *evaluateScreen) viewTold(width, height int) string {
	w, th, f := e.words.Evaluate, e.theme, e.found
	out := []string{""}
	about := func(n int) {
		text := th.dim.Render(fmt.Sprintf(w.OnAudit, n, f.at.run))
		if f.at.run != e.wanted.run && e.wanted.run != 0 {
			text = th.warn.Render("↻ " + fmt.Sprintf(w.Outdated, e.wanted.run))
		}
		out = append(out, "  "+text, "")
	}
	figure := func(name, format string, x float64) {
		out = append(out, "  "+safe.Pad(name, 24)+th.strong.Render(fmt.Sprintf(format, x)))
	}
	if r := f.numbers; r != nil {
		about(r.N)
		for _, x := range []struct {
			name string
			at   metric.Measure
		}{{w.MAE, r.MAE}, {w.RMSE, r.RMSE}, {w.RSquared, r.R2}, {w.MAPE, r.MAPE}} {
			if x.at.Known() {
				figure(x.name, "%.4g", float64(x.at))
			}
		}
	} else if r := f.sets; r != nil {
		about(r.N)
		out = append(out, "  "+safe.Pad(w.Exactly, 24)+th.strong.Render(fmt.Sprintf("%.3f", r.Subset))+" "+fmt.Sprintf(w.Between, r.Interval.Low(), r.Interval.High()))
		figure(w.Hamming, "%.3f", r.Hamming)
		figure(w.LogLoss, "%.3f", float64(r.LogLoss))
		out = append(out, "")
		for line := range strings.Lines(r.Text(3)) {
			out = append(out, "  "+safe.Truncate(strings.TrimRight(line, "\n"), max(width-3, 1)))
		}
	}
	if height >= len(out)+4 {
		out = append(out, "")
		for _, l := range e.dimmed(w.HonestTold, width-4, 3) {
			out = append(out, "  "+l)
		}
	}
	return strings.Join(out[:min(len(out), height)], "\n")
}
