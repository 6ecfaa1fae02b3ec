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

// setsReport is what eval prints of a model that tells several labels.
type setsReport struct {
	metric.SetReport
	Run       uint64           `json:"run"`
	On        string           `json:"on"` // audit, gold or file
	on        string           // the same for people
	Intervals metric.Intervals `json:"intervals"` // by their names in JSON, of an average the F1
	Against   *setsVersus      `json:"against,omitempty"`
}

// setsVersus compares two models on the same items.
type setsVersus struct {
	RunA  uint64            `json:"run_a"`
	RunB  uint64            `json:"run_b"`
	Micro metric.Comparison `json:"micro_f1"`
}

// toldSets is what one model said of the items.
type toldSets struct {
	names            []string
	truth, predicted [][]int
	p                [][]float64
}

// newSetsReport measures models that tell several labels.
func newSetsReport(t label.Task, g *ground, a *answered, models []*learn.Snapshot) setsReport {
	var names []string
	for _, l := range t.Labels {
		names = append(names, l.Name)
	}
	var said []toldSets
	for i := range models {
		s := toldSets{names: names}
		for k, x := range a.truth {
			p := make([]float64, len(names)) // of a label that the model does not know yet, 0
			copy(p, a.said[i][k].Classes)
			s.truth, s.predicted, s.p = append(s.truth, x.Set), append(s.predicted, a.said[i][k].Answer.Set), append(s.p, p)
		}
		said = append(said, s)
	}
	s := said[0]
	r := setsReport{SetReport: metric.EvaluateSets(names, s.truth, s.predicted, s.p), Run: models[0].Version(), On: g.where, on: g.on, Intervals: metric.Intervals{}}
	rng := rand.New(rand.NewPCG(t.Seed, r.Run))
	micro := func(r metric.SetReport) float64 { return r.Micro.F1 }
	for name, of := range map[string]func(metric.SetReport) float64{
		"micro_f1": micro, "hamming_loss": func(r metric.SetReport) float64 { return r.Hamming },
		"macro_f1": func(r metric.SetReport) float64 { return r.Macro.F1 }, "samples_f1": func(r metric.SetReport) float64 { return r.Samples.F1 },
	} {
		// Each has a source of its own: a map has no order.
		r.Intervals[name] = metric.Bootstrap(rand.New(rand.NewPCG(t.Seed, r.Run)), len(s.truth), metric.Resamples, metric.Level95, s.on(of))
	}
	if len(said) > 1 {
		r.Against = &setsVersus{r.Run, models[1].Version(),
			metric.PairedBootstrap(rng, len(s.truth), metric.Resamples, metric.Level95, s.on(micro), said[1].on(micro))}
	}
	return r
}

// on is a figure of some of the items.
func (s toldSets) on(of func(metric.SetReport) float64) func(rows []int) float64 {
	truth, predicted := make([][]int, 0, len(s.truth)), make([][]int, 0, len(s.truth))
	return func(rows []int) float64 {
		truth, predicted = truth[:0], predicted[:0]
		for _, i := range rows {
			truth, predicted = append(truth, s.truth[i]), append(predicted, s.predicted[i])
		}
		return of(metric.EvaluateSets(s.names, truth, predicted, nil))
	}
}

func (r setsReport) print(w io.Writer) {
	fmt.Fprintf(w, "measured on %s: %s\n\n%s\n", safe.Text(r.on), count(r.N, "item", "items"), r.Text(3))
	fmt.Fprintf(w, "exactly right  %.3f of the items, 95%% interval %.3f to %.3f (Wilson)\n", r.Subset, r.Interval.Low(), r.Interval.High())
	line := func(name, key string, x float64) {
		v := r.Intervals[key]
		fmt.Fprintf(w, "%-14s %.3f, %.3f to %.3f\n", name, x, v.Low(), v.High())
	}
	line("micro F1", "micro_f1", r.Micro.F1)
	line("macro F1", "macro_f1", r.Macro.F1)
	line("samples F1", "samples_f1", r.Samples.F1)
	line("Hamming loss", "hamming_loss", r.Hamming)
	fmt.Fprintf(w, "%-14s %.3f a label\n", "log loss", float64(r.LogLoss))
	fmt.Fprintln(w, "               (intervals: 95%, bootstrap of the items)")
	if v := r.Against; v != nil {
		v.print(w)
	}
}

func (r setsReport) versus() printed { return r.Against }

func (v *setsVersus) print(w io.Writer) {
	c := v.Micro
	fmt.Fprintf(w, "\nmicro F1 of run %d is %.3f, of run %d %.3f: difference %+.3f, 95%% interval %+.3f to %+.3f, p %.3f (paired bootstrap)\n",
		v.RunA, float64(c.A), v.RunB, float64(c.B), float64(c.Difference), c.Interval.Low(), c.Interval.High(), float64(c.P))
}
