package cli

import (
	"fmt"
	"io"
	"math/rand/v2"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/tui/safe"
)

// numbersReport is what eval prints of a model that tells numbers.
type numbersReport struct {
	metric.NumberReport
	Run       uint64           `json:"run"`
	On        string           `json:"on"` // audit, gold or file
	on        string           // the same for people
	Intervals metric.Intervals `json:"intervals"` // by the names in JSON
	Against   *numbersVersus   `json:"against,omitempty"`
}

// numbersVersus compares the errors of two models on the same items.
type numbersVersus struct {
	RunA uint64            `json:"run_a"`
	RunB uint64            `json:"run_b"`
	MAE  metric.Comparison `json:"mae"`
}

// newNumbersReport measures models that tell numbers.
func newNumbersReport(t label.Task, g *ground, a *answered, models []*learn.Snapshot) numbersReport {
	var said []*learn.Numbers
	for i := range models {
		n := &learn.Numbers{Items: a.items}
		for k, x := range a.truth {
			n.Truth, n.Predicted = append(n.Truth, x.Value), append(n.Predicted, a.said[i][k].Answer.Value)
		}
		said = append(said, n)
	}
	n := said[0]
	r := numbersReport{NumberReport: n.Report(), Run: models[0].Version(), On: g.where, on: g.on, Intervals: metric.Intervals{}}
	rng := rand.New(rand.NewPCG(t.Seed, r.Run))
	for _, f := range numberFigures() {
		r.Intervals[f.name] = metric.Bootstrap(rng, len(n.Truth), metric.Resamples, metric.Level95, f.on(n))
	}
	if len(said) > 1 {
		mae := numberFigures()[0]
		r.Against = &numbersVersus{r.Run, models[1].Version(),
			metric.PairedBootstrap(rng, len(n.Truth), metric.Resamples, metric.Level95, mae.on(n), mae.on(said[1]))}
	}
	return r
}

// numberFigure is an error of numbers that has an interval.
type numberFigure struct {
	name string
	of   func(truth, predicted []float64) float64
}

// numberFigures are those that eval prints with intervals.
func numberFigures() []numberFigure {
	return []numberFigure{{"mae", metric.MAE}, {"rmse", metric.RMSE}, {"r2", metric.R2}, {"mse", metric.MSE}, {"mape", metric.MAPE}}
}

// on is the figure of some of the items.
func (f numberFigure) on(n *learn.Numbers) func(rows []int) float64 {
	truth, predicted := make([]float64, 0, len(n.Truth)), make([]float64, 0, len(n.Truth))
	return func(rows []int) float64 {
		truth, predicted = truth[:0], predicted[:0]
		for _, i := range rows {
			truth, predicted = append(truth, n.Truth[i]), append(predicted, n.Predicted[i])
		}
		return f.of(truth, predicted)
	}
}

func (r numbersReport) print(w io.Writer) {
	fmt.Fprintf(w, "measured on %s: %s\n\n", safe.Text(r.on), count(r.N, "number", "numbers"))
	line := func(name, key string, x metric.Measure) {
		fmt.Fprintf(w, "%-14s %.4g", name, float64(x))
		if v, ok := r.Intervals[key]; ok {
			fmt.Fprintf(w, ", %.4g to %.4g", v.Low(), v.High())
		}
		fmt.Fprintln(w)
	}
	line("MAE", "mae", r.MAE)
	line("RMSE", "rmse", r.RMSE)
	line("R²", "r2", r.R2)
	line("MSE", "mse", r.MSE)
	line("MAPE", "mape", r.MAPE)
	line("pinball 0.1", "", r.Pinball.Low)
	line("pinball 0.9", "", r.Pinball.High)
	fmt.Fprintln(w, "               (intervals: 95%, bootstrap of the items)")
	if v := r.Against; v != nil {
		v.print(w)
	}
}

func (r numbersReport) versus() printed { return r.Against }

func (v *numbersVersus) print(w io.Writer) {
	fmt.Fprintf(w, "\nMAE of run %d is %.4g, of run %d %.4g: difference %+.4g, 95%% interval %+.4g to %+.4g, p %.3f (paired bootstrap)\n",
		v.RunA, float64(v.MAE.A), v.RunB, float64(v.MAE.B), float64(v.MAE.Difference), v.MAE.Interval.Low(), v.MAE.Interval.High(), float64(v.MAE.P))
}
