package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/safe"
)

// trainJob is one call of train.
type trainJob struct {
	*app
	learning learning
	o        learn.TrainOptions
	seed     uint64
	freeze   int
	rank     int
}

func (a *app) trainCommand() *cobra.Command {
	j := &trainJob{app: a}
	cmd := &cobra.Command{
		Use:   "train PROJECT",
		Short: "Train a model on the answers so far",
		Long: `Train a model on all answers but those of the audit stream, measure it on
these, and make it the project's model. Training goes on from where the current
model stands; --fresh starts over, and then the same answers and seed give the
same model, byte for byte: its digest is printed. Where the current model is damaged,
that is said, and training starts over. --from goes on from the model
of an earlier run; --freeze and --lora change only a part of a neural network.

Without --model, and with --model auto, all models that suit the task are
compared by cross-validation: on a ninth of the answers, and then on all, at
most 4,000. Where --budget does not carry all that far, those that take long and
are clearly behind leave on the way, and where it carries some further, these are
compared on more answers. Of those whose loss is within one standard error of the
lowest, answer by answer, the simplest kind is taken, and of that kind the one
with the lowest loss, whatever time each took. The budget is for comparing; the
fit of the chosen model, and its curve, come after. How far it carries is up to
the machine: where it does not carry all, or carries further, another run may
choose another model. With --model the clock has no say.

Probabilities are calibrated on answers that the models behind them had not
seen. The most probable class is told, or the one that serves --optimise, tuned
on the same answers, or that costs least by --costs.

inkling set takes the same flags for all runs to come. These models have options
for --set:

` + modelOptions(),
		Example: `  inkling train spam.inkling
  inkling train spam.inkling --fresh --seed 7
  inkling train spam.inkling --model naive-bayes --json
  inkling train spam.inkling --class-weight balanced --optimise f1:spam
  inkling train credit.inkling --model neural-network --set preset=credit
  inkling train credit.inkling --from 3 --lora 4`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return j.run(cmd.Context(), args[0], cmd.Flags().Changed)
		},
	}
	f := cmd.Flags()
	j.learning.add(cmd)
	f.DurationVar(&j.o.Budget, "budget", 20*time.Second, "time for comparing models, for all but the simplest")
	f.Uint64Var(&j.seed, "seed", 0, "decides everything drawn at random (default: the project's)")
	f.BoolVar(&j.o.Fresh, "fresh", false, "start over instead of from the current model")
	f.Uint64Var(&j.o.From, "from", 0, "`RUN` to go on from instead of from the current model")
	f.IntVar(&j.freeze, "freeze", 0, "leave the first `N` layers of the model as they are")
	f.IntVar(&j.rank, "lora", 0, "train only low-rank adapters, of rank `R`")
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

// modelOptions lists the options of each model that has any, a line a model.
func modelOptions() string {
	var lines []string
	for i, name := range learn.Models() {
		if options := learn.OptionsOf(name); len(options) > 0 {
			lines = append(lines, fmt.Sprintf("  %-24s %s", modelNames()[i], strings.Join(options, ", ")))
		}
	}
	return strings.Join(lines, "\n")
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
	return "", usagef("there is no model %q: use auto, %s", typed, strings.Join(modelNames(), ", "))
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

func (j *trainJob) run(ctx context.Context, path string, given func(flag string) bool) (err error) {
	if j.o.Budget <= 0 {
		return usagef("--budget is a time above 0, such as 20s, not %s", j.o.Budget)
	}
	if j.freeze < 0 || j.rank < 0 || j.freeze > 0 && j.rank > 0 {
		return usagef("--freeze and --lora are numbers above 0, and only one of them is given")
	}
	p, err := j.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	o := j.o
	before, err := learn.LoadSettings(p)
	if err != nil {
		return err
	}
	if o.Settings, err = j.learning.settings(before, p.Task(), given); err != nil {
		return err
	}
	o.Tune = learn.Tuning{Freeze: j.freeze, Rank: j.rank}
	if o.From > 0 || o.Tune != (learn.Tuning{}) {
		if !given("model") {
			o.Settings.Model = "" // that of the run
		}
	}
	o.Workers = runtime.NumCPU()
	if o.Seed = p.Task().Seed; given("seed") {
		o.Seed = j.seed
	}
	if err := j.aboutDamage(p, &o); err != nil {
		return err
	}
	bar := j.newProgress("training")
	defer bar.end()
	began := time.Now()
	o.Progress = func(s learn.State) {
		if s.Phase == learn.Choosing { // which ends with the budget, however many fits there are left
			left := ""
			if s.ETA > 0 {
				left = fmt.Sprintf("at most %s left", s.ETA.Round(time.Second))
			}
			bar.stage(s.Phase.String()+" "+s.Model, 0, left)
			return
		}
		what := s.Phase.String()
		if s.Model != "" && s.Phase == learn.Fitting {
			what += " " + s.Model
		}
		bar.stage(what, s.Fraction, "")
	}
	run, _, err := learn.Train(ctx, p, o)
	if err != nil {
		return asUsage(err)
	}
	bar.end()
	if j.asJSON {
		return writeJSON(j.Out, asTrained(run, run.ID))
	}
	printRun(j.Out, p.Task().Kind, run)
	fmt.Fprintf(j.Out, "took     %s in all, with reading, choosing and the curve\n", time.Since(began).Round(time.Millisecond))
	return nil
}

// aboutDamage starts over where the model to go on from is damaged, and says so:
// what it learned is in the answers.
func (j *trainJob) aboutDamage(p *store.Project, o *learn.TrainOptions) error {
	id, err := p.CurrentModel()
	if err != nil || id == 0 || o.Fresh || o.From > 0 || o.Tune != (learn.Tuning{}) {
		return err
	}
	if _, err = learn.Load(p, id); errors.Is(err, store.ErrDamaged) || errors.Is(err, learn.ErrDamaged) {
		j.say("note: %s; starting over, as --fresh does", words(err))
		o.Fresh = true
	}
	return nil
}

// printRun writes what there is to say about one run.
func printRun(w io.Writer, k label.Kind, r learn.Run) {
	from := "fresh"
	if !r.Fresh() {
		from = fmt.Sprintf("from run %d", r.Parent)
		if r.Tune != (learn.Tuning{}) {
			from += ", " + r.Tune.String()
		}
	}
	fmt.Fprintf(w, "run %d: %s, %s, on %s, fitted in %s\n", r.ID, r.Model, from, count(r.Labels, "label", "labels"), r.Took.Round(time.Millisecond))
	if r.Choice != nil {
		printChoice(w, r.Choice, r.ID)
	}
	var params []string
	for _, p := range r.Params {
		params = append(params, p.Name+" "+p.Value)
	}
	fmt.Fprintf(w, "model    %d features, %s\n", r.Features, strings.Join(append(params, fmt.Sprintf("seed %d", r.Seed)), ", "))
	if end := curveEnd(k, r); end != "" {
		fmt.Fprintf(w, "curve    %s\n", end)
	}
	printTelling(w, r)
	if u := r.Audit; u != nil && u.Errors != nil {
		fmt.Fprintf(w, "audit    mean absolute error %.4g, root mean squared error %.4g, R2 %.3f, on %s that no model learned from\n",
			u.Errors.MAE, u.Errors.RMSE, u.Errors.R2, count(u.N, "item", "items"))
	} else if u != nil && k == label.MultiLabel {
		fmt.Fprintf(w, "audit    exactly right %.3f (95%%: %.3f to %.3f), log loss %.3f a label, on %s that no model learned from\n",
			u.Accuracy, u.Low, u.High, u.LogLoss, count(u.N, "item", "items"))
	} else if u != nil {
		fmt.Fprintf(w, "audit    accuracy %.3f (95%%: %.3f to %.3f), log loss %.3f, ECE %.3f, on %s that no model learned from\n",
			u.Accuracy, u.Low, u.High, u.LogLoss, u.ECE, count(u.N, "item", "items"))
	} else {
		fmt.Fprintf(w, "audit    no item of the audit stream has an answer yet\n")
	}
	fmt.Fprintf(w, "digest   %s (%d bytes)\n", r.Digest, r.Size)
}

// curveEnd says where the curve ends, as far as the model measures it.
func curveEnd(k label.Kind, r learn.Run) string {
	if len(r.Curve) == 0 {
		return ""
	}
	last, loss, right := r.Curve[len(r.Curve)-1], "log loss", "accuracy"
	if k == label.Number {
		loss, right = "squared error", "R²"
	}
	var parts []string
	for _, x := range []struct {
		name string
		at   float64
	}{{loss + " in training", last.Train}, {loss + " held out", last.Valid}, {right + " held out", last.Accuracy}} {
		if label.Finite(x.at) {
			parts = append(parts, fmt.Sprintf("%s %.3f", x.name, x.at))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("%s after %s", strings.Join(parts, ", "), count(last.Step, "step", "steps"))
}

// goesOn says of which models a fine-tuned run's curve and calibration are.
func goesOn(r learn.Run) string {
	if c := r.Calibration; c == nil || !c.GoesOn {
		return ""
	}
	return ", on models that went on the same way from one fitted without these"
}

// rules says how classes were weighed for a run and are told from what it says.
func rules(r learn.Run) string {
	var parts []string
	if r.ClassWeight != "" && r.ClassWeight != "none" {
		parts = append(parts, "weights "+r.ClassWeight)
	}
	if r.Decision != nil {
		parts = append(parts, "told for "+r.Decision.Asked)
	}
	if len(r.Set) > 0 {
		parts = append(parts, r.Set.String())
	}
	return strings.Join(parts, ", ")
}

// printChoice writes why the model of a run was chosen, and how the others did.
// The comparison may have been made for an earlier run.
func printChoice(w io.Writer, c *learn.Choice, run uint64) {
	when := ""
	if c.Run != run {
		when = fmt.Sprintf(", made for run %d", c.Run)
	}
	fmt.Fprintf(w, "choice   %s%s\n", c.Reason(), when)
	if c.Metric == "" {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, l := range c.Losses {
		if l.Rung == 0 {
			fmt.Fprintf(t, "         %s\t\t\t\t\t%s\n", l.Model, l.Left)
			continue
		}
		behind := ""
		if l.Gap > 0 {
			behind = fmt.Sprintf("%.2g ± %.2g more", l.Gap, l.GapSE)
		}
		fmt.Fprintf(t, "         %s\t%s %.4g ± %.2g\t%s\ton %d labels\t%.2f s\t%s\n", l.Model, c.Metric, l.Loss, l.SE, behind, l.Rows, l.Seconds, l.Left)
	}
	_ = t.Flush()
	if c.Gain != nil {
		fmt.Fprintf(w, "texts    %s\n", c.Gain)
	}
}

// printTelling writes how probabilities are calibrated and how a class is told
// from them.
func printTelling(w io.Writer, r learn.Run) {
	if r.ClassWeight != "" && r.ClassWeight != "none" {
		fmt.Fprintf(w, "weights  %s\n", safe.Text(r.ClassWeight))
	}
	if c := r.Calibration; c != nil {
		kind := c.Kind
		if c.Beta > 0 {
			kind = fmt.Sprintf("%s %.2f", kind, 1/c.Beta)
		}
		fmt.Fprintf(w, "calib.   %s: ECE %.3f, before %.3f; log loss %.3f, before %.3f; cross-validated on %s%s\n",
			kind, c.After.ECE, c.Before.ECE, c.After.LogLoss, c.Before.LogLoss, count(c.Rows, "label", "labels"), goesOn(r))
	}
	if d := r.Decision; d != nil {
		how := "cross-validated"
		if len(d.Factor) == 0 && d.After == d.Before {
			how = "the most probable class is told, nothing did better"
		}
		fmt.Fprintf(w, "told     for %s: %.3f, the most probable class %.3f; %s on %s\n", safe.Text(d.Asked), d.After, d.Before, how, count(d.Rows, "label", "labels"))
	}
}
