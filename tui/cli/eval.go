package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/store"
)

// evalJob is one call of eval.
type evalJob struct {
	*app
	read readFlags
	gold string
	on   string

	quiet bool // no progress
}

func (a *app) evalCommand() *cobra.Command {
	j := &evalJob{app: a}
	cmd := &cobra.Command{
		Use:   "eval PROJECT [FILE]",
		Short: "Measure the model on answers that it never saw",
		Long: `Measure the project's model and print the classification report, the accuracy
with its 95% interval (Wilson), log loss, calibration, and what is taken for
what.

Without a file it is measured on the audit stream: items drawn at random that
no model learns from. With --on gold, or where no audit item has an answer yet,
it is measured on the project's gold column, leaving out what it learned from.
With a file, --gold names the column of known answers.`,
		Example: `  inkling eval spam.inkling
  inkling eval spam.inkling test.csv --gold label
  inkling eval spam.inkling --on gold --json`,
		Args:              args(cobra.RangeArgs(1, 2)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if j.on != "" && j.on != "audit" && j.on != "gold" {
				return usagef("--on is audit or gold, not %q", j.on)
			}
			file := ""
			if len(args) == 2 {
				file = args[1]
			}
			if file != "" && j.on != "" {
				return usagef("a model is measured either on a file or --on %s", j.on)
			}
			if file == "" && j.gold != "" {
				return usagef("--gold names a column of a file: which one? The project's own gold column is --on gold")
			}
			return j.run(cmd.Context(), args[0], file)
		},
	}
	cmd.Flags().StringVar(&j.gold, "gold", "", "the column `COL` of the file with known answers")
	cmd.Flags().StringVar(&j.on, "on", "", "without a file: audit or gold (default: audit where it has answers)")
	j.read.add(cmd.Flags())
	return a.jsonFlag(cmd)
}

func (j *evalJob) run(ctx context.Context, path, file string) error {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	snap, err := j.currentModel(p)
	if err != nil {
		return err
	}
	var m *measured
	switch {
	case file != "":
		m, err = j.onFile(ctx, p.Project, snap, file)
	case j.on == "gold", j.on == "" && p.Counts().Audited == 0 && p.Task().Column(label.Gold) >= 0:
		m, err = j.onGold(ctx, p.Project, snap)
	default:
		m, err = onAudit(ctx, p.Project, snap)
	}
	if err != nil {
		return err
	}
	if m.unknown > 0 {
		j.say("note: left out %s whose answer is none of the project's labels (%s)", count(m.unknown, "item", "items"), m.firstUnknown)
	}
	if n := m.eval.Confusion.N(); m.known > 0 && n > 0 {
		j.say("note: of %s, %d read like items that the model learned from, so these figures flatter it", count(n, "row", "rows"), m.known)
	}
	if m.eval.Confusion.N() == 0 {
		return fmt.Errorf("there is nothing to measure on: %s", m.nothing)
	}
	if j.asJSON {
		return writeJSON(j.Out, m.report())
	}
	return m.print(j.Out)
}

// measured is an evaluation with what it was made on.
type measured struct {
	eval         *metric.Evaluation
	names        []string
	on           string // what it was measured on, for people
	nothing      string // why there may have been nothing
	unknown      int
	firstUnknown string
	known        int // items that read like one that the model learned from
	curve        []learn.Learned
}

func (m *measured) report() metric.Report { return m.eval.Report(m.names) }

func newMeasured(labels []label.Label, snap *learn.Snapshot) *measured {
	m := &measured{}
	for _, l := range labels {
		m.names = append(m.names, l.Name)
	}
	for _, l := range snap.Labels()[min(len(m.names), len(snap.Labels())):] {
		m.names = append(m.names, l.Name)
	}
	m.eval = metric.NewEvaluation(len(m.names), metric.DefaultBins)
	return m
}

// onAudit measures on the audit stream.
func onAudit(ctx context.Context, p *store.Project, snap *learn.Snapshot) (*measured, error) {
	e, err := learn.EvaluateAudit(ctx, p, snap)
	if err != nil {
		return nil, err
	}
	runs, err := readRuns(p)
	if err != nil {
		return nil, err
	}
	return &measured{eval: e.Evaluation, names: e.Names, unknown: e.Unknown, on: "the audit stream, which no model learned from",
		nothing: "no item of the audit stream has an answer yet. Some of the items that the workbench asks for are audits; or name a file with known answers",
		curve:   learn.LabelCurve(runs)}, nil
}

// tally predicts items with known classes on all cores and counts them, in
// memory that does not grow with them.
func (m *measured) tally(ctx context.Context, snap *learn.Snapshot, produce func(emit func(label.Item, int) error) error) error {
	type known struct {
		item  label.Item
		class int
	}
	return inBatches(ctx, func(_ context.Context, emit func(known) error) error {
		return produce(func(it label.Item, class int) error { return emit(known{it, class}) })
	}, func(k known) []float64 {
		p := make([]float64, len(m.names))
		copy(p, snap.Suggest(k.item).Classes)
		return p
	}, func(k known, p []float64) error {
		m.eval.Add(k.class, metric.ArgMax(p), p)
		return nil
	})
}

// onGold measures on the project's gold column, without the items that read
// like one that a model may have learned from.
func (j *evalJob) onGold(ctx context.Context, p *store.Project, snap *learn.Snapshot) (*measured, error) {
	t := p.Task()
	gold := t.Column(label.Gold)
	if gold < 0 {
		return nil, usagef("this project has no gold column: import one with --gold COL, or name a file")
	}
	m := newMeasured(t.Labels, snap)
	m.nothing = fmt.Sprintf("column %q has no answer for an item that the model did not learn from", t.Columns[gold].Name)
	learned, err := learnedFrom(ctx, p)
	if err != nil {
		return nil, err
	}
	m.on = fmt.Sprintf("the gold column %q, without what the model may have learned from", t.Columns[gold].Name)
	bar := j.newProgress("measuring")
	defer bar.end()
	if j.quiet {
		bar.w = io.Discard
	}
	total := p.Counts().Items
	return m, m.tally(ctx, snap, func(emit func(label.Item, int) error) error {
		return p.Items(ctx, 1, total, func(it label.Item) error {
			bar.show(int64(it.Num), int64(total), "")
			v := it.Field(gold)
			if v == "" || learned[it.Key] {
				return nil
			}
			c := t.Class(v)
			if c < 0 {
				m.strange(fmt.Sprintf("item %d: %q", it.Num, v))
				return nil
			}
			return emit(it, c)
		})
	})
}

// learnedFrom returns the keys of the items that a model may have learned from:
// another item that reads the same tells as little as they do.
func learnedFrom(ctx context.Context, p *store.Project) (map[uint64]bool, error) {
	var nums []uint64
	err := p.Standings(ctx, func(s label.Standing) error {
		if s.Decision.Action.HasAnswer() && !s.Decision.Audit {
			nums = append(nums, s.Item)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keys := make(map[uint64]bool, len(nums))
	err = p.ItemsByNum(nums, func(it label.Item) error {
		keys[it.Key] = true
		return nil
	})
	return keys, err
}

func (m *measured) strange(what string) {
	if m.unknown++; m.unknown == 1 {
		m.firstUnknown = "the first is " + what
	}
}

// onFile measures on a file with known answers.
func (j *evalJob) onFile(ctx context.Context, p *store.Project, snap *learn.Snapshot, file string) (*measured, error) {
	src, err := openSource(file, j.read, j.In)
	if err != nil {
		return nil, err
	}
	defer src.close()
	t := p.Task()
	dialect, err := src.settle(textColumns(t.Columns))
	if err != nil {
		return nil, err
	}
	r, err := src.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	j.say("%s: %s", shownName(file), dialect)
	m := newMeasured(t.Labels, snap)
	m.on, m.nothing = shownName(file), "the file has no row with a known answer"
	bar := j.newProgress("measuring")
	defer bar.end()
	learned, err := learnedFrom(ctx, p)
	if err != nil {
		return nil, err
	}
	in := &inputs{task: t, lines: dialect.Format == format.Lines}
	gold := -1
	return m, m.tally(ctx, snap, func(emit func(label.Item, int) error) error {
		for n := 0; ; n++ {
			rec, err := r.Next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if len(rec.Fields) > len(in.to) {
				if err := in.fit(r.Columns()); err != nil {
					return err
				}
				if gold, err = j.goldColumn(t, r.Columns()); err != nil {
					return err
				}
			}
			if n%batchRows == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				bar.show(r.BytesRead(), r.Size(), bar.perSecond(int64(n), r.BytesRead()))
			}
			values := rec.Strings()
			if gold >= len(values) || values[gold] == "" {
				continue
			}
			c := t.Class(values[gold])
			if c < 0 {
				m.strange(fmt.Sprintf("line %d: %q", rec.Line, values[gold]))
				continue
			}
			it := in.item(values)
			if learned[it.Key] {
				m.known++
			}
			if err := emit(it, c); err != nil {
				return err
			}
		}
	})
}

// goldColumn finds the column of a file that has the known answers: the one
// that is named, else the one that is the project's own.
func (j *evalJob) goldColumn(t label.Task, names []string) (int, error) {
	if j.gold != "" {
		if i := slices.Index(names, j.gold); i >= 0 {
			return i, nil
		}
		return -1, usagef("there is no column %q; the file has %s", j.gold, strings.Join(names, ", "))
	}
	for _, role := range []label.Role{label.Gold, label.Known} {
		if c := t.Column(role); c >= 0 {
			if i := slices.Index(names, t.Columns[c].Name); i >= 0 {
				j.gold = names[i]
				return i, nil
			}
		}
	}
	return -1, usagef("which column has the known answers? Name it with --gold COL; the file has %s", strings.Join(names, ", "))
}
