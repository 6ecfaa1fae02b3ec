package cli

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"github.com/charmbracelet/lipgloss"

	"inkling/learn"
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
func (m *measured) print(w io.Writer) error {
	r := m.report()
	fmt.Fprintf(w, "measured on %s\n\n%s\n", safe.Text(m.on), r.Text(3))
	fmt.Fprintf(w, "accuracy  %.3f, 95%% interval %.3f to %.3f (Wilson, n = %d)\n", r.Accuracy, r.Interval.Low(), r.Interval.High(), r.N)
	fmt.Fprintf(w, "log loss  %.3f\nECE       %.3f\n", float64(r.LogLoss), float64(r.ECE))
	m.printConfusion(w)
	m.printCalibration(w)
	if len(m.curve) > 1 {
		fmt.Fprintf(w, "\naccuracy on the audits over labels, as each run found it\n\n%s", labelCurve(w, m.curve))
	}
	return nil
}

// printConfusion writes the matrix where it fits, and the pairs of classes that
// are taken for each other most.
func (m *measured) printConfusion(w io.Writer) {
	c := m.eval.Confusion
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
	for _, b := range m.eval.Calibration.Bins() {
		if b.N > 0 {
			fmt.Fprintf(w, "%5.1f to %3.1f %10.3f %8.3f %6d\n", b.Low, b.High, b.Confidence, b.Accuracy, b.N)
		}
	}
}

// labelCurve draws accuracy over labels, with the intervals as whiskers.
func labelCurve(w io.Writer, curve []learn.Learned) string {
	r := lipgloss.NewRenderer(w)
	s := plots.Series{Name: "accuracy", Style: r.NewStyle()}
	for _, l := range curve {
		s.X, s.Y = append(s.X, float64(l.Labels)), append(s.Y, l.Accuracy)
	}
	c := plots.LineChart{Width: textWidth, Height: chartRows, XLabel: "labels", Series: []plots.Series{s},
		XMin: math.NaN(), XMax: math.NaN(), YMin: math.NaN(), YMax: 1, Axis: r.NewStyle(), Head: r.NewStyle()}
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
