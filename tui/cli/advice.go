package cli

import (
	"context"
	"fmt"
	"math"

	"github.com/spf13/cobra"

	"inkling/learn"
)

func (a *app) adviceCommand() *cobra.Command {
	var model string
	var seed uint64
	cmd := a.jsonFlag(&cobra.Command{
		Use:   "advice PROJECT",
		Short: "Say whether more labels are worth while",
		Long: `Say whether more labels are worth while, by models of the answers in the order in
which they were given: how far the predictions for a fixed sample of the items
agree from one to the next (kappa; above 0.99 they are steady), what share of them
the last labels changed, how uncertain the model is, and what a hundred more
labels are expected to bring, with a 90% interval. Where not even a point of
accuracy is expected, that is enough. The status bar of the workbench says the
same while labels come.`,
		Example: `  inkling advice spam.inkling
  inkling advice spam.inkling --json`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error { return a.advise(cmd.Context(), args[0], model, seed) },
	})
	cmd.Flags().StringVar(&model, "model", "", "the model `NAME` that is fitted (default: the project's)")
	cmd.Flags().Uint64Var(&seed, "seed", 0, "seed of the fits")
	return cmd
}

func (a *app) advise(ctx context.Context, path, model string, seed uint64) error {
	p, err := a.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	name := ""
	if model != "" {
		if name, err = modelName(model); err != nil {
			return err
		}
	}
	bar := a.newProgress("fitting earlier models")
	d, err := learn.Advise(ctx, p, learn.AdviseOptions{Model: name, Seed: seed, Progress: func(done float64) { bar.show(int64(1000*done), 1000, "") }})
	bar.end()
	if err != nil {
		return err
	}
	g := d.Gain
	if a.asJSON {
		var kappa *float64
		if !math.IsNaN(d.Kappa) {
			kappa = &d.Kappa
		}
		return writeJSON(a.Out, map[string]any{"model": d.Model, "labels": d.Labels, "sample": d.Sample, "kappa": kappa, "steady": d.Steady, "changed": d.Changed,
			"last": d.Last, "uncertainty": d.Uncertainty, "gain": map[string]any{"labels": g.More, "points": g.Points, "interval": [2]float64{g.Low, g.High}}, "stop": d.Stop})
	}
	fmt.Fprintf(a.Out, "%s, %s, predictions for %s\n", count(uint64(d.Labels), "label", "labels"), d.Model, count(uint64(d.Sample), "item", "items"))
	if !math.IsNaN(d.Kappa) {
		state := "still moving"
		if d.Steady {
			state = "steady"
		}
		fmt.Fprintf(a.Out, "kappa        %.3f from %d labels to the next, %s\n", d.Kappa, learn.AdviceStep, state)
	}
	fmt.Fprintf(a.Out, "changed      %.1f%% by the last %d labels\nuncertainty  %.1f%%\n", 100*d.Changed, d.Last, 100*d.Uncertainty)
	fmt.Fprintf(a.Out, "gain         %d more labels: %+.1f ± %.1f points\n", g.More, g.Points, g.Half())
	if d.Stop {
		fmt.Fprintf(a.Out, "\nThat is enough: %d more labels are not expected to bring a point of accuracy.\n", g.More)
	}
	return nil
}
