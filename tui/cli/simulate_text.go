package cli

import (
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"text/tabwriter"

	"github.com/charmbracelet/lipgloss"
	"golang.org/x/term"

	"inkling/learn/simulate"
	"inkling/plots"
)

// simulated is what simulate prints.
type simulated struct {
	*simulate.Result
	job     *simulateJob
	model   string
	vector  int // length of the representation; 0 without
	seconds float64
}

// strategyResult is a strategy's part of the JSON document.
type strategyResult struct {
	Labels     []int       `json:"labels"`
	Mean       []float64   `json:"mean"`
	Std        []float64   `json:"std"`
	LabelsTo95 *int        `json:"labels_to_95"` // null where the mean never reaches it
	Area       float64     `json:"area"`
	AreaStd    float64     `json:"area_std"`
	Runs       [][]float64 `json:"runs"`
	Seen       [][]int     `json:"classes_seen,omitempty"`
}

// document is the result as JSON.
func (s *simulated) document() map[string]any {
	strategies := map[string]strategyResult{}
	for _, c := range s.Curves {
		x := strategyResult{Labels: c.Labels, Mean: c.Mean, Std: c.Std, Area: c.Area, AreaStd: c.AreaStd, Runs: c.Runs, Seen: c.Seen}
		if c.To95 > 0 {
			x.LabelsTo95 = &c.To95
		}
		strategies[c.Strategy] = x
	}
	return map[string]any{"full": map[string]float64{string(s.Metric): s.Full}, "strategies": strategies, "seconds": s.seconds,
		"metric": s.Metric, "model": s.model, "vector": s.vector, "pool": s.Pool, "test": s.Test, "seed": s.job.seed, "seeds": s.job.o.Seeds, "start": s.job.start}
}

// tableStops is how many points of the curves are listed.
const tableStops = 3

// stops are the points that are listed: those nearest to a quarter and a half of the
// labels, and the last.
func stops(labels []int) []int {
	var out []int
	for i := range tableStops {
		want := float64(labels[len(labels)-1]) / math.Pow(2, float64(tableStops-1-i))
		best := 0
		for k, n := range labels {
			if math.Abs(float64(n)-want) < math.Abs(float64(labels[best])-want) {
				best = k
			}
		}
		if len(out) == 0 || out[len(out)-1] != best {
			out = append(out, best)
		}
	}
	return out
}

// print writes the curves and the table.
func (s *simulated) print(w io.Writer, width int) {
	features := "no representation"
	if s.vector > 0 {
		features = fmt.Sprintf("a representation of %d numbers", s.vector)
	}
	fmt.Fprintf(w, "%d items to ask about, %d to measure on; %s each\n%s, %s\nall labels: %s %.4g (%.0f s)\n\n", s.Pool, s.Test, count(s.job.o.Seeds, "run", "runs"), s.model,
		features, s.Metric, s.Full, s.seconds)
	if len(s.Curves) == 0 {
		return
	}
	if len(s.Curves[0].Labels) > 1 {
		fmt.Fprintln(w, trimLines(s.chart(w, width).View()))
		fmt.Fprintln(w)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	at := stops(s.Curves[0].Labels)
	fmt.Fprint(t, "strategy")
	for _, k := range at {
		fmt.Fprintf(t, "\t%d labels", s.Curves[0].Labels[k])
	}
	fmt.Fprint(t, "\tarea\t95% at\n")
	for _, c := range s.Curves {
		fmt.Fprint(t, c.Strategy)
		for _, k := range at {
			fmt.Fprintf(t, "\t%.3f", c.Mean[k])
			if s.job.o.Seeds > 1 { // one run has no deviation
				fmt.Fprintf(t, " ±%.3f", c.Std[k])
			}
		}
		to := "–"
		if c.To95 > 0 {
			to = strconv.Itoa(c.To95)
		}
		fmt.Fprintf(t, "\t%.3f\t%s\n", c.Area, to)
	}
	t.Flush()
	s.printGains(w)
}

// printGains compares the areas of the others with the last strategy's, seed by
// seed: that is random unless the user said otherwise.
func (s *simulated) printGains(w io.Writer) {
	n := len(s.Curves)
	if n < 2 || s.job.o.Seeds < 2 {
		return
	}
	base := &s.Curves[n-1]
	fmt.Fprintf(w, "\narea against %s, seed by seed\n", base.Strategy)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range s.Curves[:n-1] {
		gain, err := c.Gain(base, s.Metric)
		fmt.Fprintf(t, "  %s\t%+.3f\tstandard error %.3f\n", c.Strategy, gain, err)
	}
	t.Flush()
}

// curveColours are the colours of the curves, of Okabe and Ito, in turn.
var curveColours = [...]lipgloss.AdaptiveColor{{Light: "#0072b2", Dark: "#56b4e9"}, {Light: "#b35900", Dark: "#e69f00"}, {Light: "#00714f", Dark: "#2fbf94"},
	{Light: "#a2437f", Dark: "#e08bbd"}, {Light: "#6b5f00", Dark: "#d9cc3c"}, {Light: "#b3401f", Dark: "#f0783e"}}

// chart draws the curves, the first strategy on top.
func (s *simulated) chart(w io.Writer, width int) plots.LineChart {
	r := lipgloss.NewRenderer(w)
	l := plots.LineChart{Width: width, Height: max(chartRows, width/5), Title: string(s.Metric), XLabel: "labels", Legend: true,
		XMin: math.NaN(), XMax: math.NaN(), YMin: math.NaN(), YMax: math.NaN(), Least: 0.02, Axis: r.NewStyle(), Head: r.NewStyle()}
	if s.Metric != simulate.RMSE {
		l.Low, l.High = 0, 1
	}
	for i := len(s.Curves) - 1; i >= 0; i-- {
		c := s.Curves[i]
		one := plots.Series{Name: c.Strategy, Y: c.Mean, Dash: plots.Dash(i % 3), Band: true, Style: r.NewStyle().Foreground(curveColours[i%len(curveColours)])}
		for k, n := range c.Labels {
			one.X = append(one.X, float64(n))
			one.Low, one.High = append(one.Low, c.Mean[k]-c.Std[k]), append(one.High, c.Mean[k]+c.Std[k])
		}
		l.Series = append(l.Series, one)
	}
	return l
}

// width is how wide a picture may be: the terminal, or what fits everywhere.
func (a *app) width() int {
	if f, ok := a.Out.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 20 {
			return min(w, 160)
		}
	}
	return textWidth
}
