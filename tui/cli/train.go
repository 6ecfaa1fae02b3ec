package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"inkling/learn"
)

func (a *app) trainCommand() *cobra.Command {
	var o learn.TrainOptions
	var seed uint64
	cmd := &cobra.Command{
		Use:   "train PROJECT",
		Short: "Train a model on the answers so far",
		Long: `Train a model on all answers but those of the audit stream, measure it on
these, and make it the project's model. Training goes on from where the current
model stands; --fresh starts over, and then the same answers and seed give the
same model, byte for byte: its digest is printed.

Without --model, models are compared by cross-validated log loss.`,
		Example: `  inkling train spam.inkling
  inkling train spam.inkling --fresh --seed 7
  inkling train spam.inkling --model naive-bayes --json`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.train(cmd.Context(), args[0], o, seed, cmd.Flags().Changed("seed"))
		},
	}
	cmd.Flags().StringVar(&o.Model, "model", learn.Auto, "`NAME` of the model: auto, "+strings.Join(modelNames(), " or "))
	cmd.Flags().Uint64Var(&seed, "seed", 0, "decides everything drawn at random (default: the project's)")
	cmd.Flags().BoolVar(&o.Fresh, "fresh", false, "start over instead of from the current model")
	return a.jsonFlag(cmd)
}

// modelNames are the models' names as they are typed on a command line.
func modelNames() []string {
	names := learn.Models()
	for i, n := range names {
		names[i] = strings.ReplaceAll(n, " ", "-")
	}
	return names
}

// modelName finds the model that was typed.
func modelName(typed string) (string, error) {
	name := strings.ToLower(strings.NewReplacer("-", " ", "_", " ").Replace(typed))
	if name == learn.Auto {
		return name, nil
	}
	if slices.Contains(learn.Models(), name) {
		return name, nil
	}
	return "", usagef("there is no model %q: use auto, %s", typed, strings.Join(modelNames(), " or "))
}

// trained is a run as --json prints it.
type trained struct {
	learn.Run
	Took    *struct{} `json:"took,omitempty"` // always nil: hides the run's nanoseconds
	Seconds float64   `json:"seconds"`
	Current bool      `json:"current"`
}

func asTrained(r learn.Run, current uint64) trained {
	return trained{Run: r, Seconds: r.Took.Seconds(), Current: r.ID == current}
}

func (a *app) train(ctx context.Context, path string, o learn.TrainOptions, seed uint64, seeded bool) (err error) {
	if o.Model, err = modelName(o.Model); err != nil {
		return err
	}
	p, err := a.open(path, false)
	if err != nil {
		return err
	}
	defer p.Close()
	if o.Seed = p.Task().Seed; seeded {
		o.Seed = seed
	}
	bar := a.newProgress("training")
	defer bar.end()
	o.Progress = func(s learn.State) {
		bar.what = s.Phase.String()
		if s.Model != "" && s.Phase == learn.Fitting {
			bar.what += " " + s.Model
		}
		bar.show(int64(s.Fraction*1000), 1000, "")
	}
	run, _, err := learn.Train(ctx, p, o)
	if err != nil {
		return err
	}
	bar.end()
	if a.asJSON {
		return writeJSON(a.Out, asTrained(run, run.ID))
	}
	printRun(a.Out, run)
	return nil
}

// printRun writes what there is to say about one run.
func printRun(w io.Writer, r learn.Run) {
	from := "fresh"
	if !r.Fresh() {
		from = fmt.Sprintf("from run %d", r.Parent)
	}
	fmt.Fprintf(w, "run %d: %s, %s, on %s in %s\n", r.ID, r.Model, from, count(r.Labels, "label", "labels"), r.Took.Round(time.Millisecond))
	if r.Choice != nil {
		fmt.Fprintf(w, "choice   %s\n", r.Choice)
	}
	var params []string
	for _, p := range r.Params {
		params = append(params, p.Name+" "+p.Value)
	}
	fmt.Fprintf(w, "model    %d features, %s\n", r.Features, strings.Join(append(params, fmt.Sprintf("seed %d", r.Seed)), ", "))
	if n := len(r.Curve); n > 0 {
		last := r.Curve[n-1]
		fmt.Fprintf(w, "curve    log loss in training %.3f, held out %.3f, accuracy held out %.3f after %d steps\n", last.Train, last.Valid, last.Accuracy, last.Step)
	}
	if u := r.Audit; u != nil {
		fmt.Fprintf(w, "audit    accuracy %.3f (95%%: %.3f to %.3f), log loss %.3f, ECE %.3f, on %s that no model learned from\n",
			u.Accuracy, u.Low, u.High, u.LogLoss, u.ECE, count(u.N, "item", "items"))
	} else {
		fmt.Fprintf(w, "audit    no item of the audit stream has an answer yet\n")
	}
	fmt.Fprintf(w, "digest   %s (%d bytes)\n", r.Digest, r.Size)
}
