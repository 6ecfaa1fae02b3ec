package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"text/tabwriter"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/external"
	"inkling/learn/metric"
	"inkling/store"
	"inkling/tui/safe"
)

// contender is one of those who answer the audit stream: the project's model,
// or an external annotator.
type contender struct {
	Name     string          `json:"name"`
	N        int             `json:"n"`       // audited items that it answered
	Without  int             `json:"without"` // audited items that it did not
	Accuracy metric.Measure  `json:"accuracy"`
	Interval metric.Interval `json:"interval"` // Wilson, 95%
	LogLoss  metric.Measure  `json:"log_loss"` // null where it gave no probability to some item
	ECE      metric.Measure  `json:"ece"`
	Against  *duel           `json:"against_model"` // null for the model itself, and without one

	said map[uint64]verdict
}

// duel is an external annotator against the model, on the audited items that
// both answered.
type duel struct {
	N         int         `json:"n"`
	OnlyIt    int         `json:"only_it"`    // items that only the annotator got right
	OnlyModel int         `json:"only_model"` // items that only the model got right
	McNemar   metric.Test `json:"mcnemar"`
	Says      string      `json:"says"` // the outcome in one sentence
}

// verdict is what a contender said of one item.
type verdict struct {
	class int
	p     []float64 // of every class; nil where it gave no probability
}

// newContender measures what somebody said of items with known classes.
func newContender(name string, truth map[uint64]int, said map[uint64]verdict) contender {
	c := contender{Name: name, said: said, LogLoss: metric.Measure(math.NaN()), ECE: metric.Measure(math.NaN()), Accuracy: metric.Measure(math.NaN())}
	var known []int
	var p [][]float64
	calibration, right := metric.NewCalibration(metric.DefaultBins), 0
	for _, num := range slices.Sorted(maps.Keys(truth)) {
		v, ok := said[num]
		if !ok {
			c.Without++
			continue
		}
		c.N++
		if v.class == truth[num] {
			right++
		}
		if v.p != nil {
			known, p = append(known, truth[num]), append(p, v.p)
			calibration.Add(v.p[v.class], v.class == truth[num])
		}
	}
	c.Interval = metric.Wilson(right, c.N, metric.Level95)
	if c.N > 0 {
		c.Accuracy = metric.Measure(float64(right) / float64(c.N))
	}
	if c.N > 0 && len(p) == c.N {
		c.LogLoss, c.ECE = metric.Measure(metric.LogLoss(known, p)), metric.Measure(calibration.ECE())
	}
	return c
}

// against compares a contender with the model on the items that both answered.
func (c *contender) against(model *contender, truth map[uint64]int) {
	var known, it, its []int
	for _, num := range slices.Sorted(maps.Keys(c.said)) {
		if m, ok := model.said[num]; ok {
			known, it, its = append(known, truth[num]), append(it, c.said[num].class), append(its, m.class)
		}
	}
	if len(known) == 0 {
		return
	}
	d := &duel{N: len(known)}
	d.OnlyIt, d.OnlyModel = metric.Discordant(known, it, its)
	d.McNemar = metric.McNemar(d.OnlyIt, d.OnlyModel)
	d.Says = fmt.Sprintf("of %s that both answered, %s alone gets %d right, and the model alone %d", count(d.N, "item", "items"), c.Name, d.OnlyIt, d.OnlyModel)
	switch better := c.Name; {
	case d.OnlyIt == d.OnlyModel:
		d.Says += ": they are equally good here"
	case d.McNemar.MidP >= metric.Level05:
		d.Says += fmt.Sprintf(": that may well be chance (McNemar, mid-p = %.2g)", d.McNemar.MidP)
	default:
		if d.OnlyModel > d.OnlyIt {
			better = "the model"
		}
		d.Says += fmt.Sprintf(": %s is the better one (McNemar, mid-p = %.2g)", better, d.McNemar.MidP)
	}
	c.Against = d
}

// compareAnnotators measures the model and every external annotator on the audit stream.
func (a *app) compareAnnotators(ctx context.Context, path string) error {
	p, err := a.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	truth, err := auditTruth(ctx, p.Project)
	if err != nil {
		return err
	}
	if len(truth) == 0 {
		return fmt.Errorf("there is nothing to measure on: no item of the audit stream has an answer yet")
	}
	names, all := p.Task().Labels, []contender{}
	id, err := p.CurrentModel()
	if err != nil {
		return err
	}
	if id != 0 {
		snap, err := learn.Load(p.Project, id)
		if err != nil {
			return err
		}
		e, err := learn.EvaluateAudit(ctx, p.Project, snap)
		if err != nil {
			return err
		}
		said := map[uint64]verdict{}
		for i, num := range e.Items {
			if _, ok := truth[num]; ok {
				said[num] = verdict{e.Predicted[i], e.Probabilities[i]}
			}
		}
		all = append(all, newContender(fmt.Sprintf("%s (run %d)", snap.Model(), id), truth, said))
	}
	annotators, err := external.List(p.Project)
	if err != nil {
		return err
	}
	if len(annotators) == 0 {
		return fmt.Errorf("there is nobody to compare with: no program is registered (inkling annotator add)")
	}
	for _, x := range annotators {
		said, err := annotatorVerdicts(external.Open(p.Project, x.ID), slices.Sorted(maps.Keys(truth)), len(names))
		if err != nil {
			return err
		}
		c := newContender(x.Model(), truth, said)
		if id != 0 {
			c.against(&all[0], truth)
		}
		all = append(all, c)
	}
	if a.asJSON {
		return writeJSON(a.Out, map[string]any{"audited": len(truth), "contenders": all})
	}
	return printContenders(a.Out, path, len(truth), all)
}

// auditTruth is the answers of people to items of the audit stream.
func auditTruth(ctx context.Context, p *store.Project) (map[uint64]int, error) {
	truth, classes := map[uint64]int{}, len(p.Task().Labels)
	if p.Task().Kind != label.Classes {
		return nil, external.ErrKind
	}
	return truth, p.Standings(ctx, func(s label.Standing) error {
		d := s.Decision
		if d.Audit && d.Action.HasAnswer() && d.Answer.Class >= 0 && d.Answer.Class < classes {
			truth[s.Item] = d.Answer.Class
		}
		return nil
	})
}

// annotatorVerdicts are an annotator's answers to these items. Of a program that
// gave the probability of its label only, the others share the rest equally.
func annotatorVerdicts(answers *external.Answers, nums []uint64, classes int) (map[uint64]verdict, error) {
	said := map[uint64]verdict{}
	for _, num := range nums {
		a, ok, err := answers.Of(num)
		if err != nil {
			return nil, err
		}
		if !ok || a.Class < 0 || a.Class >= classes || len(a.Classes) > classes {
			continue
		}
		v := verdict{class: a.Class}
		switch {
		case a.Classes != nil:
			v.p = append(a.Classes, make([]float64, classes-len(a.Classes))...)
		case !math.IsNaN(a.Probability):
			v.p = make([]float64, classes)
			for c := range v.p {
				v.p[c] = (1 - a.Probability) / float64(max(classes-1, 1))
			}
			v.p[a.Class] = a.Probability
		}
		said[num] = v
	}
	return said, nil
}

func printContenders(out io.Writer, path string, audited int, all []contender) error {
	fmt.Fprintf(out, "measured on the audit stream, which no model learned from: %s\n\n", count(audited, "answer", "answers"))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\tanswered\taccuracy\t95% interval\tlog loss\tECE")
	for _, c := range all {
		accuracy, interval := "–", "–"
		if c.N > 0 {
			accuracy, interval = shownMeasure(c.Accuracy), fmt.Sprintf("%.3f to %.3f", c.Interval.Low(), c.Interval.High())
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%s\n", safe.Line(c.Name), c.N, accuracy, interval, shownMeasure(c.LogLoss), shownMeasure(c.ECE))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, c := range all {
		says := ""
		switch {
		case c.Against != nil:
			says = c.Against.Says
		case c.N == 0:
			says = fmt.Sprintf("%s has answered none of them: inkling annotator run %s %s --on audit", c.Name, shellWord(path), shellWord(strings.TrimPrefix(c.Name, "external ")))
		default:
			continue
		}
		rows, _ := safe.Wrap(says, textWidth, nil, 0, 10)
		fmt.Fprintln(out)
		for _, r := range rows {
			fmt.Fprintln(out, strings.TrimRight(r.String(), " "))
		}
	}
	return nil
}

func shownMeasure(m metric.Measure) string {
	if !m.Known() {
		return "–"
	}
	return fmt.Sprintf("%.3f", float64(m))
}
