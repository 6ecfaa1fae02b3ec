package cli

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/learn"
	"inkling/learn/metric"
	"inkling/plots"
	"inkling/tui/safe"
)

// Sizes of what is drawn into text.
const (
	textWidth  = 78
	chartRows  = 14
	matrixMost = 16 // classes up to which the whole matrix is printed
	pairsMost  = 12 // of classes that are taken for each other
)

// print writes the report as text.
func (m *measured) print(w io.Writer, r evalReport) error {
	fmt.Fprintf(w, "measured on %s\n\n%s\n", safe.Text(m.on), r.Text(3))
	fmt.Fprintf(w, "accuracy   %.3f, 95%% interval %.3f to %.3f (Wilson, n = %d)\n", r.Accuracy, r.Interval.Low(), r.Interval.High(), r.N)
	printFigures(w, r.Scorecard)
	fmt.Fprintf(w, "ECE        %.3f", float64(r.ECE))
	if c := r.Calibration; c != nil {
		fmt.Fprintf(w, ", and %.3f before calibration (%s); log loss %.3f before it", float64(c.ECEBefore), c.Kind, float64(c.LossBefore))
	}
	fmt.Fprintln(w)
	if d := r.Decision; d != nil {
		fmt.Fprintf(w, "told by    the rule %s, not the most probable label: %.3f with it, %.3f without, cross-validated on %s\n", safe.Line(d.Asked), d.After, d.Before, count(d.Rows, "label", "labels"))
	}
	m.printConfusion(w)
	m.printCalibration(w)
	if points(m.curve) > 1 {
		fmt.Fprintf(w, "\naccuracy on the audits over labels, as each run found it\n\n%s", labelCurve(w, m.curve))
	}
	if r.Against != nil {
		r.Against.print(w)
	}
	return nil
}

// printFigures writes what is known beyond the report, each figure with its
// interval where one was drawn.
func printFigures(w io.Writer, c metric.Scorecard) {
	drawn := false
	line := func(name, key string, x metric.Measure) {
		if !x.Known() {
			return
		}
		fmt.Fprintf(w, "%-10s %.3f", name, float64(x))
		if v, ok := c.Intervals[key]; ok {
			drawn = true
			fmt.Fprintf(w, ", %.3f to %.3f", v.Low(), v.High())
		}
		fmt.Fprintln(w)
	}
	line("macro F1", metric.MacroF1, metric.Measure(c.Macro.F1))
	line("MCC", metric.InMCC, metric.Measure(c.MCC))
	line("kappa", metric.InKappa, metric.Measure(c.Kappa))
	line("ROC AUC", metric.InROC, c.ROCAUC)
	line("PR AUC", metric.InPR, c.PRAUC)
	for _, k := range slices.SortedFunc(maps.Keys(c.TopK), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) }) {
		line("in top "+k, "", metric.Measure(c.TopK[k]))
	}
	line("log loss", metric.InLoss, c.LogLoss)
	line("Brier", metric.InBrier, c.Brier)
	if drawn {
		fmt.Fprintln(w, "           (intervals: 95%, bootstrap of the items)")
	}
}

// printConfusion writes the matrix where it fits, and the pairs of classes that
// are taken for each other most.
func (m *measured) printConfusion(w io.Writer) {
	c := m.said[0].eval.Confusion
	if k := c.Classes(); k <= matrixMost {
		names := make([]string, k)
		for i, n := range m.names {
			names[i] = safe.Line(n)
		}
		r := lipgloss.NewRenderer(w)
		h := plots.HeatMap{Width: textWidth, Height: k + 2, Counts: c.Rows(), Rows: names, Columns: names, RowsAre: "true", ColumnsAre: "predicted",
			Axis: r.NewStyle(), Diagonal: true}
		fmt.Fprintf(w, "\nconfusion\n%s\n", trimLines(h.View()))
		if rows, cols := h.Shown(); rows == k && cols == k {
			return
		}
	}
	type pair struct{ truth, predicted, n int }
	var pairs []pair
	for t := range c.Classes() {
		for p := range c.Classes() {
			if n := c.At(t, p); n > 0 && t != p {
				pairs = append(pairs, pair{t, p, n})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.n, a.n) })
	if len(pairs) == 0 {
		return
	}
	fmt.Fprintf(w, "\nmost often taken for another\n")
	for _, p := range pairs[:min(len(pairs), pairsMost)] {
		fmt.Fprintf(w, "%5d of %-5d %s, predicted %s\n", p.n, c.Support(p.truth), safe.Line(m.names[p.truth]), safe.Line(m.names[p.predicted]))
	}
}

// printCalibration writes how often what was said with a confidence was right.
func (m *measured) printCalibration(w io.Writer) {
	fmt.Fprintf(w, "\n%12s %10s %8s %6s\n", "confidence", "mean", "right", "items")
	for _, b := range m.said[0].eval.Calibration.Bins() {
		if b.N > 0 {
			fmt.Fprintf(w, "%5.1f to %3.1f %10.3f %8.3f %6d\n", b.Low, b.High, b.Confidence, b.Accuracy, b.N)
		}
	}
}

// points is how many different numbers of labels a curve has: over one alone
// there is nothing to draw.
func points(curve []learn.Learned) int {
	at := map[int]bool{}
	for _, l := range curve {
		at[l.Labels] = true
	}
	return len(at)
}

// labelCurve draws accuracy over labels, with the intervals as whiskers.
func labelCurve(w io.Writer, curve []learn.Learned) string {
	r := lipgloss.NewRenderer(w)
	s := plots.Series{Name: "accuracy", Style: r.NewStyle()}
	for _, l := range curve {
		s.X, s.Y = append(s.X, float64(l.Labels)), append(s.Y, l.Accuracy)
	}
	c := plots.LineChart{Width: textWidth, Height: chartRows, XLabel: "labels", Series: []plots.Series{s},
		XMin: math.NaN(), XMax: math.NaN(), YMin: math.NaN(), YMax: 1, Low: 0, High: 1, Least: 0.1, Axis: r.NewStyle(), Head: r.NewStyle()}
	return trimLines(c.View()) + "\n"
}

// trimLines takes the blanks at the ends of lines away.
func trimLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.TrimRight(l, " ")
	}
	return strings.Join(lines, "\n")
}
