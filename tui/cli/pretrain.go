package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"inkling/learn"
)

// pretrainJob is one call of pretrain.
type pretrainJob struct {
	*app
	seed    uint64
	on, off bool
}

func (a *app) pretrainCommand() *cobra.Command {
	j := &pretrainJob{app: a}
	cmd := &cobra.Command{
		Use:   "pretrain PROJECT",
		Short: "Learn a representation of the texts, without any answer",
		Long: `Learn a representation of the project's texts, without any answer: latent semantic
analysis of their words, vectors of words by what stands around them, and what the
items that are most like each have in common. Models read it beside the words, and
so learn more from few answers; with many answers words alone tell as much.

The workbench and train learn it by themselves, in the background, where there are
500 items or more and not yet 3,000 answers, and anew when there are twice as many
items. This command does it now, for any number of them. Where there are 20 answers or
more, its gain is measured: the best model that reads it against the best that does
not, in the same cross-validation. train --model auto takes it only where it gains.

--off has models do without it from now on; --on takes it up again.`,
		Example: `  inkling pretrain spam.inkling
  inkling pretrain spam.inkling --seed 7 --json
  inkling pretrain spam.inkling --off`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return j.run(cmd.Context(), args[0], cmd.Flags().Changed)
		},
	}
	f := cmd.Flags()
	f.Uint64Var(&j.seed, "seed", 0, "decides everything drawn at random (default: the project's)")
	f.BoolVar(&j.off, "off", false, "models do without a representation from now on")
	f.BoolVar(&j.on, "on", false, "models read the representation again")
	return a.jsonFlag(cmd)
}

// pretrained is what pretrain prints with --json.
type pretrained struct {
	learn.Pretrained
	Seconds float64 `json:"seconds"`
}

func (j *pretrainJob) run(ctx context.Context, path string, given func(flag string) bool) (err error) {
	if j.on && j.off || j.off && given("seed") {
		return usagef("--off stands alone, and so does --on but for --seed")
	}
	p, err := j.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	if err := learn.SetRepresentation(p, !j.off); err != nil {
		return err
	}
	now, err := learn.LoadPretrained(p)
	if err != nil {
		return err
	}
	if !j.off && (!j.on || now.Hash == "" || given("seed")) {
		if now, err = j.learn(ctx, p, given("seed")); err != nil {
			return asUsage(err)
		}
	}
	if j.asJSON {
		return writeJSON(j.Out, pretrained{now, now.Took.Seconds()})
	}
	j.print(now)
	return nil
}

func (j *pretrainJob) learn(ctx context.Context, p learn.Project, seeded bool) (learn.Pretrained, error) {
	bar := j.newProgress("reading the texts")
	defer bar.end()
	o := learn.PretrainOptions{Workers: runtime.NumCPU(), Progress: func(s learn.PretrainStage, share float64) {
		what := map[learn.PretrainStage]string{learn.PretrainReading: "reading the texts", learn.PretrainLearning: "learning the representation", learn.PretrainMeasuring: "measuring its gain"}
		bar.stage(what[s], share, "")
	}}
	if seeded {
		o.Seed = &j.seed
	}
	return learn.Pretrain(ctx, p, o)
}

func (j *pretrainJob) print(r learn.Pretrained) {
	if r.Off {
		fmt.Fprintln(j.Out, "off: models do without a representation")
	}
	if r.Hash == "" {
		return
	}
	fmt.Fprintf(j.Out, "representation  %d numbers an item, learned from %s in %s, seed %d\n", r.Dims, count(r.Items, "item", "items"), r.Took.Round(10*time.Millisecond), r.Seed)
	fmt.Fprintf(j.Out, "kept            %s, %s\n", byteSize(int64(r.Bytes)), r.Hash)
	if r.Gain == nil {
		fmt.Fprintln(j.Out, "gain            not measured: that takes 20 answers of two classes or more")
		return
	}
	fmt.Fprintf(j.Out, "gain            %s\n", r.Gain)
}
