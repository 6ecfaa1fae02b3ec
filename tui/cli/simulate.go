package cli

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/query"
	"inkling/learn/simulate"
)

// simulateJob is one call of simulate.
type simulateJob struct {
	*app
	flags      taskFlags // of a file
	read       readFlags
	strategies []string
	o          simulate.Options
	seed       uint64
	holdOut    float64
	pool       int
	test       string
	start      string
	model      string
	set        []string
	vectors    string

	task label.Task
}

func (a *app) simulateCommand() *cobra.Command {
	j := &simulateJob{app: a}
	cmd := &cobra.Command{
		Use:   "simulate FILE|PROJECT",
		Short: "Measure how many labels a strategy saves, with known answers",
		Long: `Play the labelling of a file, or of a project with a gold column, with an oracle
that answers from the known answers: a few items are answered, a model learns
from them and is measured on a test set, the strategy says what to ask next, and
so on. Each strategy is run with several seeds; the learning curves are drawn
with a band of one standard deviation, and listed with their area (the mean over
all points) and the labels at which the mean first reaches 95% of what all
labels give. The same seeds give the same curves, whatever the number of workers.

No model and no strategy sees an answer before it was asked for, and none ever
sees the test set: a file of its own with --test, else items that are held out by
hash. The features, and the representation where the texts make one, are learned
from the pool without its answers.

` + strategyList(),
		Example: `  inkling simulate sms.csv --text text --gold label
  inkling simulate train.csv --gold category --test test.csv --strategy margin,random --budget 1000
  inkling simulate wine.csv --task number --gold quality --seeds 10 --json
  inkling simulate spam.inkling --model naive-bayes --representation off`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: simulateArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := j.check(); err != nil {
				return err
			}
			return j.run(cmd.Context(), args[0])
		},
	}
	// What a project is made with says how a file is read, as far as that concerns
	// what models see.
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	j.flags.add(all)
	f := cmd.Flags()
	for _, name := range []string{"task", "labels", "text", "number", "category", "time", "context", "ignore", "ordinal", "id", "clean"} {
		f.AddFlag(all.Lookup(name))
	}
	f.StringVar(&j.flags.gold, "gold", "", "the column `COL` of known answers (of a project: the one that it has)")
	f.StringSliceVar(&j.strategies, "strategy", nil, "the strategies to compare: `NAME`,.. or all (default: that of new projects, and random)")
	f.IntVar(&j.o.Budget, "budget", simulate.DefaultBudget, "labels to be asked for in all")
	f.IntVar(&j.o.Batch, "batch", simulate.DefaultBatch, "labels between two models")
	f.IntVar(&j.o.First, "first", 0, "labels before the first model (default: a batch)")
	f.IntVar(&j.o.Seeds, "seeds", simulate.DefaultSeeds, "how often each strategy is run")
	f.Uint64Var(&j.seed, "seed", 0, "the seed of the first run; the others follow it")
	f.StringVar(&j.start, "start", "strategy", "who chooses the first labels: strategy, or random, which is the same for all strategies")
	f.StringVar(&j.test, "test", "", "a `FILE` with known answers to measure on; nothing of it is asked")
	f.Float64Var(&j.holdOut, "hold-out", 0.2, "share of the items to measure on where there is no --test, 0.01 to 0.9")
	f.IntVar(&j.pool, "pool", 0, "ask only `N` of the items, drawn at random (default: all)")
	f.StringVar(&j.model, "model", learn.Auto, "`NAME` of the model: auto (that with which projects begin), "+strings.Join(modelNames(), ", "))
	f.StringArrayVar(&j.set, "set", nil, "`OPTION=VALUE` of the model")
	f.StringVar(&j.vectors, "representation", "on", "whether texts have a representation, which is learned from the pool: on or off")
	f.IntVar(&j.o.Workers, "workers", runtime.GOMAXPROCS(0), "runs that go on at once; they change nothing of the result")
	j.read.add(f)
	return a.jsonFlag(cmd)
}

// simulateArgs completes a file or a project.
func simulateArgs(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// check refuses flags that cannot be.
func (j *simulateJob) check() error {
	for _, n := range []struct {
		name         string
		value, least int
	}{{"budget", j.o.Budget, 1}, {"batch", j.o.Batch, 1}, {"first", j.o.First, 0}, {"seeds", j.o.Seeds, 1}, {"pool", j.pool, 0}, {"workers", j.o.Workers, 1}} {
		if n.value < n.least {
			return usagef("--%s is at least %d, not %d", n.name, n.least, n.value)
		}
	}
	if !(j.holdOut >= 0.01 && j.holdOut <= 0.9) {
		return usagef("--hold-out is 0.01 to 0.9, not %v", j.holdOut)
	}
	if j.vectors != "on" && j.vectors != "off" {
		return usagef("--representation is on or off, not %q", j.vectors)
	}
	if j.start != "strategy" && j.start != "random" {
		return usagef("--start is strategy or random, not %q", j.start)
	}
	for i, n := range j.strategies {
		if _, err := query.Parse(n); err != nil && n != "all" {
			return usageError{err}
		}
		if slices.Contains(j.strategies[:i], n) {
			return usagef("strategy %q is named twice", n)
		}
	}
	j.o.Cold, j.o.Seed = j.start == "random", j.seed
	return nil
}

func (j *simulateJob) run(ctx context.Context, path string) error {
	began := time.Now()
	model, err := modelName(j.model)
	if err != nil {
		return err
	}
	set, err := learn.ParseModelOptions(j.set...)
	if err != nil {
		return usageError{err}
	}
	pool, test, err := j.items(ctx, path)
	if err != nil {
		return err
	}
	bar := j.newProgress("reading texts")
	defer bar.end()
	p, err := learn.NewSimulation(ctx, j.task, pool, test, learn.SimulationOptions{Model: model, Set: set, Sparse: j.vectors == "off",
		Progress: func(phase learn.Phase, share float64) {
			what := "reading texts"
			if phase == learn.Representing {
				what = "learning a representation"
			}
			bar.stage(what, share, "")
		}})
	if err != nil {
		return asUsage(err)
	}
	if j.o.Strategies, err = j.parse(p.Vectors != nil); err != nil {
		return err
	}
	rounds := time.Now()
	j.o.Progress = func(done, total int) {
		bar.stage("simulating", float64(done)/float64(total), fmt.Sprintf("%d of %d models · %.1f/s", done, total, float64(done)/time.Since(rounds).Seconds()))
	}
	r, err := simulate.Run(ctx, p, j.o)
	bar.end()
	if err != nil {
		return err
	}
	s := &simulated{Result: r, job: j, model: p.Model, vector: p.Pool.Vector, seconds: time.Since(began).Seconds()}
	if j.asJSON {
		return writeJSON(j.Out, s.document())
	}
	out, err := j.output("")
	if err != nil {
		return err
	}
	s.print(out, j.width())
	return out.finish(nil)
}

// parse returns the strategies that are compared. All are those that suit the task
// and what there is: a representation, or none.
func (j *simulateJob) parse(vectors bool) ([]query.Strategy, error) {
	names := j.strategies
	switch {
	case len(names) == 0:
		names = []string{learn.Strategies(j.task.Kind)[0].Name(), query.Random{}.Name()}
	case slices.Equal(names, []string{"all"}):
		names = nil
		for _, s := range query.Strategies() {
			if s.Suits(j.task.Kind) && (vectors || s.Needs&query.NeedsVectors == 0) {
				names = append(names, s.Name())
			}
		}
	}
	var out []query.Strategy
	for _, n := range names {
		s, err := query.Parse(n)
		switch {
		case err != nil:
			return nil, usageError{err}
		case !s.Suits(j.task.Kind):
			return nil, usagef("strategy %q is not for tasks of the kind %s", n, j.task.Kind)
		case !vectors && s.Needs&query.NeedsVectors != 0:
			return nil, usagef("strategy %q needs a representation, and there is none", n)
		}
		out = append(out, s)
	}
	return out, nil
}

// strategyList says what each strategy does, a line each.
func strategyList() string {
	var b strings.Builder
	b.WriteString("The strategies:\n")
	width := 0
	for _, s := range query.Strategies() {
		width = max(width, len(s.Name()))
	}
	for _, s := range query.Strategies() {
		fmt.Fprintf(&b, "\n  %-*s  %s", width, s.Name(), s.Gist)
	}
	return b.String()
}
