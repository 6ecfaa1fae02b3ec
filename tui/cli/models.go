package cli

import (
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/safe"
)

func (a *app) modelsCommand() *cobra.Command {
	cmd := a.jsonFlag(&cobra.Command{
		Use:   "models PROJECT",
		Short: "List, compare and exchange the models of a project",
		Long: `List the models that a project keeps, those that went on from another one under
it: the run that made each, what it was made with, its size, the labels that it
learned from, and its accuracy on the audit stream with the 95% interval. The
one that is in use is marked with a *. Of runs whose models are no longer kept,
inkling runs tells.`,
		Example: `  inkling models spam.inkling
  inkling models spam.inkling --json`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.listModels(cmd.Context(), args[0]) },
	})
	cmd.AddCommand(a.modelsCompareCommand(), a.modelsExportCommand(), a.modelsImportCommand())
	return cmd
}

func (a *app) listModels(ctx context.Context, path string) error {
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
	kept, err := keptModels(p.Project, runs)
	if err != nil {
		return err
	}
	lines := lineage(runs, kept)
	if a.asJSON {
		out := make([]trained, len(lines))
		for i, l := range lines {
			out[i] = asTrained(l.run, current)
		}
		return writeJSON(a.Out, map[string]any{"current": current, "models": out})
	}
	if len(lines) == 0 {
		a.say("%s keeps no model yet: inkling train %s makes one", path, path)
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	figure := "audit error"
	if k := p.Task().Kind; k != label.Number {
		figure = figureNames(k)[0]
	}
	fmt.Fprintf(w, "run\tmodel\tlabels\t%s\tsize\tfrom\twith\n", figure)
	for _, l := range lines {
		r, mark := l.run, ""
		if r.ID == current {
			mark = "*"
		}
		fmt.Fprintf(w, "%s%d%s\t%s\t%d\t%s\t%s\t%s\t%s\n", l.branch, r.ID, mark, safe.Line(r.Model), r.Labels, accuracyOf(r), byteSize(int64(r.Size)),
			safe.Line(origin(r)), safe.Line(madeWith(r)))
	}
	return w.Flush()
}

// keptModels are the runs whose models the project has.
func keptModels(p *store.Project, runs []learn.Run) (map[uint64]bool, error) {
	kept := map[uint64]bool{}
	for _, r := range runs {
		b, err := p.Model(r.ID)
		if err != nil {
			return nil, err
		}
		if b != nil {
			kept[r.ID] = true
		}
	}
	return kept, nil
}

// accuracyOf is a run's accuracy on the audit stream with its interval.
func accuracyOf(r learn.Run) string {
	if r.Audit == nil {
		return "–"
	}
	if e := r.Audit.Errors; e != nil {
		return fmt.Sprintf("MAE %.4g", e.MAE)
	}
	return fmt.Sprintf("%.3f (%.3f to %.3f)", r.Audit.Accuracy, r.Audit.Low, r.Audit.High)
}

// origin says from where a run started.
func origin(r learn.Run) string {
	switch {
	case r.Origin != "":
		return "imported from " + r.Origin
	case r.Fresh():
		return "fresh"
	}
	return fmt.Sprintf("run %d", r.Parent)
}

// madeWith says what a run's model was made with, apart from the answers.
func madeWith(r learn.Run) string {
	var parts []string
	for _, p := range r.Params {
		parts = append(parts, p.Name+" "+p.Value)
	}
	if set := rules(r); set != "" {
		parts = append(parts, set)
	}
	if r.Calibration != nil {
		parts = append(parts, "calibration "+r.Calibration.Kind)
	}
	return strings.Join(append(parts, fmt.Sprintf("%d features", r.Features), fmt.Sprintf("seed %d", r.Seed)), ", ")
}
