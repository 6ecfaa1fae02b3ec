package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/safe"
)

func (a *app) runsCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "runs PROJECT",
		Short: "Compare the training runs",
		Long: `List all training runs, the newest last: model, labels, accuracy with its 95%
interval and log loss on the audit stream, log loss on the answers held out
from fitting, from where each one started, and what was set of it: weights of
classes, the goal that the told class serves, options of the model. Where the answers are numbers,
errors stand in their place. The one whose model is in use is
marked with a *.`,
		Example: `  inkling runs spam.inkling
  inkling runs spam.inkling --json`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.runs(cmd.Context(), args[0]) },
	})
}

func (a *app) runs(ctx context.Context, path string) error {
	p, err := a.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	current, err := p.CurrentModel()
	if err != nil {
		return err
	}
	runs, err := readRuns(p.Project)
	if err != nil {
		return err
	}
	if a.asJSON {
		out := make([]trained, len(runs))
		for i, r := range runs {
			out[i] = asTrained(r, current)
		}
		return writeJSON(a.Out, map[string]any{"current": current, "runs": out})
	}
	if len(runs) == 0 {
		a.say("no model was trained yet")
		return nil
	}
	kind := p.Task().Kind
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "run\tmodel\tlabels\t%s\ttook\tfrom\tevent\tbegan\tset\n", strings.Join(figureNames(kind), "\t"))
	for _, r := range runs {
		mark := " "
		if r.ID == current {
			mark = "*"
		}
		from := "fresh"
		if !r.Fresh() {
			from = fmt.Sprintf("run %d", r.Parent)
		}
		fmt.Fprintf(w, "%d%s\t%s\t%d\t%s\t%s\t%s\t%d\t%s\t%s\n", r.ID, mark, r.Model, r.Labels, strings.Join(figuresOf(kind, r), "\t"),
			r.Took.Round(100*time.Microsecond), from, r.Seq, r.Started.Local().Format("2006-01-02 15:04:05"), cmp.Or(safe.Line(rules(r)), "–"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.say("the newest run is the last; * marks the one whose model is in use")
	return nil
}

// figureNames are the columns of what runs were measured by.
func figureNames(k label.Kind) []string {
	switch k {
	case label.Number:
		return []string{"audit MAE", "audit RMSE", "audit R²", "audits", "held out squared error"}
	case label.MultiLabel:
		return []string{"audits exactly right", "95% interval", "audits", "audit log loss", "held out log loss"}
	}
	return []string{"audit accuracy", "95% interval", "audits", "audit log loss", "held out log loss"}
}

// figuresOf are the figures of a run, with a dash for what is not known.
func figuresOf(k label.Kind, r learn.Run) []string {
	out := []string{"–", "–", "–", "–", "–"}
	if n := len(r.Curve); n > 0 && label.Finite(r.Curve[n-1].Valid) {
		out[4] = fmt.Sprintf("%.3f", r.Curve[n-1].Valid)
		if k == label.Number {
			out[4] = fmt.Sprintf("%.4g", r.Curve[n-1].Valid)
		}
	}
	switch u := r.Audit; {
	case u == nil:
	case u.Errors != nil:
		copy(out, []string{fmt.Sprintf("%.4g", u.Errors.MAE), fmt.Sprintf("%.4g", u.Errors.RMSE), fmt.Sprintf("%.3f", u.Errors.R2), fmt.Sprint(u.N)})
	default:
		copy(out, []string{fmt.Sprintf("%.3f", u.Accuracy), fmt.Sprintf("%.3f to %.3f", u.Low, u.High), fmt.Sprint(u.N), fmt.Sprintf("%.3f", u.LogLoss)})
	}
	return out
}
