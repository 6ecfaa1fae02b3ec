package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
)

// evalJob is one call of eval.
type evalJob struct {
	*app
	read    readFlags
	gold    string
	on      string
	of      uint64 // the run to measure; 0: the current model's
	against uint64 // the run to compare it with; 0: none

	beside bool // measure the external annotators beside the model

	quiet bool // no progress
}

func (a *app) evalCommand() *cobra.Command {
	j := &evalJob{app: a}
	cmd := &cobra.Command{
		Use:   "eval PROJECT [FILE]",
		Short: "Measure the model on answers that it never saw",
		Long: `Measure the project's model and print the classification report, the accuracy
with its 95% interval (Wilson), what else there is to say about it with
intervals by the bootstrap, calibration, and what is taken for what. --run
measures the model of another run.

A model that tells numbers is measured by its errors. One that tells several
labels is measured label by label, with averages over labels and over items, by
how many items it has exactly right, and by the share of single labels that it
has wrong.

With --against, two runs answer the same items, and it is said whether they
differ by more than chance explains: by McNemar's test of the items that only
one of them got right, and by the paired bootstrap of accuracy, macro F1 and log
loss.

Without a file it is measured on the audit stream: items drawn at random that
no model learns from. With --on gold, or where no audit item has an answer yet,
it is measured on the project's gold column, leaving out what it learned from.
With a file, --gold names the column of known answers.

With --compare, the model and every external annotator (inkling annotator) are
measured side by side on the audit stream.`,
		Example: `  inkling eval spam.inkling
  inkling eval spam.inkling test.csv --gold label
  inkling eval spam.inkling --on gold --json
  inkling eval spam.inkling --run 12 --against 9`,
		Args:              args(cobra.RangeArgs(1, 2)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOn(j.on); err != nil {
				return err
			}
			file := ""
			if len(args) == 2 {
				file = args[1]
			}
			if file != "" && j.on != "" {
				return usagef("a model is measured either on a file or --on %s", j.on)
			}
			if j.beside {
				if file != "" || j.on == "gold" || j.gold != "" || j.of != 0 || j.against != 0 {
					return usagef("--compare measures the current model and the external annotators on the audit stream, and on nothing else")
				}
				return j.compareAnnotators(cmd.Context(), args[0])
			}
			if file == "" && j.gold != "" {
				return usagef("--gold names a column of a file: which one? The project's own gold column is --on gold")
			}
			return j.run(cmd.Context(), args[0], file)
		},
	}
	cmd.Flags().StringVar(&j.gold, "gold", "", "the column `COL` of the file with known answers")
	cmd.Flags().StringVar(&j.on, "on", "", "without a file: audit or gold (default: audit where it has answers)")
	cmd.Flags().Uint64Var(&j.of, "run", 0, "measure the model of run `N` (default: the current one)")
	cmd.Flags().Uint64Var(&j.against, "against", 0, "compare it with the model of run `N`")
	cmd.Flags().BoolVar(&j.beside, "compare", false, "measure the external annotators beside the model")
	completeRuns(cmd, "run", "against")
	j.read.add(cmd.Flags())
	return a.jsonFlag(cmd)
}

func (j *evalJob) run(ctx context.Context, path, file string) error {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	models, err := j.models(p)
	if err != nil {
		return err
	}
	if kind := p.Task().Kind; kind == label.Number || kind == label.MultiLabel {
		return j.runAnswered(ctx, p.Project, file, models)
	}
	m, err := j.measure(ctx, p.Project, file, models)
	if err != nil {
		return err
	}
	if err := j.sayGround(m.ground, m.said[0].eval.Confusion.N(), "none of the project's labels"); err != nil {
		return err
	}
	r, err := m.report(p.Project)
	if err != nil {
		return err
	}
	if j.asJSON {
		return writeJSON(j.Out, r)
	}
	return m.print(j.Out, r)
}

// sayGround says what was left out where the job measured n items, and fails
// where there are none.
func (j *evalJob) sayGround(g *ground, n int, unlike string) error {
	if g.unknown > 0 {
		j.say("note: left out %s whose answer is %s (%s)", count(g.unknown, "item", "items"), unlike, g.firstUnknown)
	}
	if g.open > 0 {
		j.say("note: left out %s of the audit stream about which people disagree and are not sure together; settle them in the workbench's review", count(g.open, "item", "items"))
	}
	if g.known > 0 && n > 0 {
		j.say("note: of %s, %d read like items that the model learned from, so these figures flatter it", count(n, "row", "rows"), g.known)
	}
	if n == 0 {
		return fmt.Errorf("there is nothing to measure on: %s", g.nothing)
	}
	return nil
}

// runAnswered measures models that tell numbers or several labels.
func (j *evalJob) runAnswered(ctx context.Context, p *store.Project, file string, models []*learn.Snapshot) error {
	g, a, err := j.answered(ctx, p, file, models)
	if err != nil {
		return err
	}
	unlike := "none of the project's labels"
	if p.Task().Kind == label.Number {
		unlike = "no number"
	}
	if err := j.sayGround(g, len(a.truth), unlike); err != nil {
		return err
	}
	r := newAnsweredReport(p.Task(), g, a, models)
	if j.asJSON {
		return writeJSON(j.Out, r)
	}
	r.print(j.Out)
	return nil
}

// models are the one to measure, and the one to compare it with.
func (j *evalJob) models(p *reading) (models []*learn.Snapshot, err error) {
	var snap *learn.Snapshot
	if j.of == 0 {
		snap, err = j.currentModel(p)
	} else {
		snap, err = learn.Load(p.Project, j.of)
	}
	if err != nil {
		return nil, err
	}
	models = append(models, snap)
	if j.against != 0 {
		if snap, err = learn.Load(p.Project, j.against); err != nil {
			return nil, err
		}
		if snap.Version() == models[0].Version() {
			return nil, usagef("run %d is compared with itself: name another with --run or --against", j.against)
		}
		models = append(models, snap)
	}
	return models, nil
}

func (j *evalJob) measure(ctx context.Context, p *store.Project, file string, models []*learn.Snapshot) (*measured, error) {
	switch {
	case file != "":
		return j.onFile(ctx, p, models, file)
	case j.onItsGold(p):
		return j.onGold(ctx, p, models)
	}
	return onAudit(ctx, p, models)
}
