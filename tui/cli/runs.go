package cli

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

func (a *app) runsCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "runs PROJECT",
		Short: "Compare the training runs",
		Long: `List all training runs, the newest last: model, labels, accuracy with its 95%
interval and log loss on the audit stream, log loss on the answers held out
from fitting, and from where each one started. The one whose model is in use is
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
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "run\tmodel\tlabels\taudit accuracy\t95% interval\taudits\taudit log loss\theld out log loss\ttook\tfrom\tevent\tbegan")
	for _, r := range runs {
		mark := " "
		if r.ID == current {
			mark = "*"
		}
		accuracy, interval, audits, loss, held, from := "–", "–", "0", "–", "–", "fresh"
		if u := r.Audit; u != nil {
			accuracy, interval = fmt.Sprintf("%.3f", u.Accuracy), fmt.Sprintf("%.3f to %.3f", u.Low, u.High)
			audits, loss = fmt.Sprint(u.N), fmt.Sprintf("%.3f", u.LogLoss)
		}
		if n := len(r.Curve); n > 0 {
			held = fmt.Sprintf("%.3f", r.Curve[n-1].Valid)
		}
		if !r.Fresh() {
			from = fmt.Sprintf("run %d", r.Parent)
		}
		fmt.Fprintf(w, "%d%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\n", r.ID, mark, r.Model, r.Labels, accuracy, interval, audits, loss, held,
			r.Took.Round(100*time.Microsecond), from, r.Seq, r.Started.Local().Format("2006-01-02 15:04:05"))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	a.say("the newest run is the last; * marks the one whose model is in use")
	return nil
}
