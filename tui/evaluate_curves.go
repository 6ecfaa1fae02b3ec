package tui

import (
	"fmt"
	"math"
	"strings"

	"inkling/learn/metric"
	"inkling/plots"
	"inkling/tui/safe"
)

// viewCalibration draws how often the model was right, by how sure it was.
func (e *evaluateScreen) viewCalibration(width, height int) []string {
	w, th := e.words.Evaluate, e.theme
	r := plots.Reliability{Width: width, Height: height, XLabel: w.Confidence, Name: w.Observed, Ideal: w.Ideal,
		Curve: th.acc, Axis: th.dim, Head: th.strong}
	if e.found.before != nil {
		r.BeforeName, r.BeforeStyle = w.BeforeCalibration, th.faded
		for _, b := range e.found.before {
			r.Before = append(r.Before, plots.ReliabilityBin{From: b.Low, To: b.High, X: b.Confidence, Y: b.Accuracy, N: b.N})
		}
	}
	for _, b := range e.found.bins {
		v := metric.Wilson(int(math.Round(b.Accuracy*float64(b.N))), b.N, metric.Level95)
		r.Bins = append(r.Bins, plots.ReliabilityBin{From: b.Low, To: b.High, X: b.Confidence, Y: b.Accuracy, Low: v.Low(), High: v.High(), N: b.N})
	}
	var foot []string
	if height >= 13 {
		foot = append([]string{""}, e.dimmed(w.CalibrationAbout, width, 2)...)
		r.Height -= len(foot)
	}
	return append(strings.Split(r.View(), "\n"), foot...)
}

// viewCurve draws what more labels have brought: accuracy on the audit stream
// as each run found it, over the labels that the run was trained on.
func (e *evaluateScreen) viewCurve(width, height int) []string {
	w, th := e.words.Evaluate, e.theme
	if len(e.found.curve) == 0 {
		return e.dimmed(w.NoCurve, width, height)
	}
	s := plots.Series{Name: w.Accuracy, Style: th.acc, Marker: '●'}
	for _, p := range e.found.curve {
		s.X, s.Y = append(s.X, float64(p.Labels)), append(s.Y, p.Accuracy)
		s.Low, s.High = append(s.Low, p.Low), append(s.High, p.High)
	}
	// Many runs are a line; their points would only cover it.
	if len(s.X) > width/4 {
		s.Marker = 0
	}
	c := plots.LineChart{Width: width, Height: height, XLabel: w.Labels, Series: []plots.Series{s}, Legend: true,
		XMin: 0, XMax: math.NaN(), YMin: math.NaN(), YMax: 1, Low: 0, High: 1, Least: leastAccuracy, Axis: th.dim, Head: th.strong}
	var foot []string
	if height >= 13 {
		foot = append(foot, "")
		if last := e.found.curve[len(e.found.curve)-1]; height >= 18 {
			line := fmt.Sprintf("%s %.3f %s   ", w.Accuracy, last.Accuracy, fmt.Sprintf(w.Between, last.Low, last.High)) +
				fmt.Sprintf(w.Newest, onLabels(e.words, last.Labels), last.Run, last.N)
			foot = append(foot, safe.Truncate(line, width))
		}
		if a := e.trainer.Advice(); a != nil && height >= 16 {
			text, _ := e.advised()
			foot = append(foot, safe.Truncate(text, width), th.dim.Render(safe.Truncate(e.advisedBy(a), width)))
		}
		foot = append(foot, e.dimmed(w.CurveAbout, width, 2)...)
		c.Height -= len(foot)
	}
	return append(strings.Split(c.View(), "\n"), foot...)
}
