package cli

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/safe"
)

// Items on which two models differ: so many are printed, and so many are in the
// JSON.
const (
	differMost     = 12
	differMostJSON = 1000
)

func (a *app) modelsCompareCommand() *cobra.Command {
	j := &evalJob{app: a}
	cmd := &cobra.Command{
		Use:   "compare PROJECT RUN RUN",
		Short: "Compare the models of two runs",
		Long: `Compare the models of two runs: what each was made with, how far its curve came,
and how both do on the same items, with the significance of the difference, as
inkling eval --against has it; and where they tell one label, the items on which
they differ, those first that only one of them gets right.`,
		Example: `  inkling models compare spam.inkling 9 12
  inkling models compare spam.inkling 9 12 --on gold --json`,
		Args:              args(cobra.ExactArgs(3)),
		ValidArgsFunction: completeRunArgs,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := checkOn(j.on); err != nil {
				return err
			}
			if j.of, err = runNumber(args[1]); err != nil {
				return err
			}
			if j.against, err = runNumber(args[2]); err != nil {
				return err
			}
			return j.compare(cmd.Context(), args[0])
		},
	}
	cmd.Flags().StringVar(&j.on, "on", "", "audit or gold (default: audit where it has answers)")
	return a.jsonFlag(cmd)
}

// differing is an item of which two models say different things.
type differing struct {
	Item  uint64  `json:"item"`
	Text  string  `json:"text"`
	Truth string  `json:"truth"`
	A     string  `json:"a"`
	PA    float64 `json:"probability_a"`
	B     string  `json:"b"`
	PB    float64 `json:"probability_b"`
}

func (j *evalJob) compare(ctx context.Context, path string) error {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	models, err := j.models(p)
	if err != nil {
		return err
	}
	current, err := p.CurrentModel()
	if err != nil {
		return err
	}
	var runs [2]learn.Run
	for i, s := range models {
		if runs[i], err = runOf(p.Project, s.Version()); err != nil {
			return err
		}
	}
	if k := p.Task().Kind; k == label.Number || k == label.MultiLabel {
		return j.compareAnswered(ctx, p.Project, models, runs, current)
	}
	m, err := j.measure(ctx, p.Project, "", models)
	if err != nil {
		return err
	}
	var v *versus
	var items []differing
	total := 0
	if m.said[0].eval.Confusion.N() > 0 {
		r, err := m.report(p.Project)
		if err != nil {
			return err
		}
		v = r.Against
		if items, total, err = m.differ(p.Project); err != nil {
			return err
		}
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"a": asTrained(runs[0], current), "b": asTrained(runs[1], current), "on": m.where, "versus": v,
			"differ": total, "items": items})
	}
	if v == nil {
		return printCompared(j.Out, label.Classes, m.ground, runs, current, nil)
	}
	if err := printCompared(j.Out, label.Classes, m.ground, runs, current, v); err != nil {
		return err
	}
	printDiffering(j.Out, runs, items, total, v.N)
	return nil
}

// compareAnswered compares models that tell numbers or several labels.
func (j *evalJob) compareAnswered(ctx context.Context, p *store.Project, models []*learn.Snapshot, runs [2]learn.Run, current uint64) error {
	g, a, err := j.answered(ctx, p, "", models)
	if err != nil {
		return err
	}
	var v printed
	if len(a.truth) > 0 {
		v = newAnsweredReport(p.Task(), g, a, models).versus()
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"a": asTrained(runs[0], current), "b": asTrained(runs[1], current), "on": g.where, "versus": v})
	}
	return printCompared(j.Out, p.Task().Kind, g, runs, current, v)
}

// printCompared writes what two runs were made with, and how they compare; v is
// nil where there is nothing to measure on.
func printCompared(w io.Writer, k label.Kind, g *ground, runs [2]learn.Run, current uint64, v printed) error {
	if err := printRuns(w, k, runs, current); err != nil {
		return err
	}
	if v == nil {
		fmt.Fprintf(w, "\nThey cannot be compared by their answers: %s.\n", safe.Text(g.nothing))
		return nil
	}
	fmt.Fprintf(w, "\nmeasured on %s\n", safe.Text(g.on))
	v.print(w)
	return nil
}

// printRuns writes what two runs were made with, side by side.
func printRuns(out io.Writer, k label.Kind, runs [2]learn.Run, current uint64) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	row := func(name string, of func(r learn.Run) string) {
		a, b := safe.Line(of(runs[0])), safe.Line(of(runs[1]))
		if a == "" && b == "" {
			return
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", name, cmp.Or(a, "–"), cmp.Or(b, "–"))
	}
	row("run", func(r learn.Run) string {
		if r.ID == current {
			return fmt.Sprintf("%d (in use)", r.ID)
		}
		return fmt.Sprint(r.ID)
	})
	row("model", func(r learn.Run) string { return r.Model })
	row("from", origin)
	seen := map[string]bool{}
	for _, r := range runs {
		for _, p := range r.Params {
			if seen[p.Name] {
				continue
			}
			seen[p.Name] = true
			row("  "+p.Name, func(r learn.Run) string { return parameter(r, p.Name) })
		}
	}
	row("set", rules)
	row("calibration", func(r learn.Run) string {
		if r.Calibration == nil {
			return ""
		}
		return r.Calibration.Kind
	})
	row("features", func(r learn.Run) string { return fmt.Sprint(r.Features) })
	row("labels", func(r learn.Run) string { return fmt.Sprint(r.Labels) })
	row("seed", func(r learn.Run) string { return fmt.Sprint(r.Seed) })
	row("as of event", func(r learn.Run) string { return fmt.Sprint(r.Seq) })
	row("size", func(r learn.Run) string { return byteSize(int64(r.Size)) })
	row("took", func(r learn.Run) string { return r.Took.Round(100 * time.Microsecond).String() })
	row("curve ends at", func(r learn.Run) string { return curveEnd(k, r) })
	row("audits then", func(r learn.Run) string {
		if r.Audit == nil {
			return ""
		}
		return fmt.Sprintf("%s, n = %d", accuracyOf(r), r.Audit.N)
	})
	row("digest", func(r learn.Run) string { return r.Digest[:min(len(r.Digest), 16)] })
	return w.Flush()
}

// parameter is what a run's model has as a parameter of this name.
func parameter(r learn.Run, name string) string {
	for _, p := range r.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// differ lists the items of which the two models say different things, those
// first that only one of them gets right; and how many there are.
func (m *measured) differ(p *store.Project) (items []differing, total int, err error) {
	at := map[uint64]int{}
	var nums []uint64
	for right := 1; right >= 0; right-- {
		for i, truth := range m.truth {
			a, b := m.said[0].predicted[i], m.said[1].predicted[i]
			if one := a == truth || b == truth; a == b || one != (right == 1) {
				continue
			}
			if total++; len(nums) < differMostJSON {
				at[m.items[i]] = i
				nums = append(nums, m.items[i])
			}
		}
	}
	task := p.Task()
	items = []differing{}
	err = p.ItemsByNum(nums, func(it label.Item) error {
		i := at[it.Num]
		a, b := m.said[0], m.said[1]
		items = append(items, differing{Item: it.Num, Text: itemText(task, it), Truth: m.names[m.truth[i]], A: m.names[a.predicted[i]], PA: a.p[i][a.predicted[i]],
			B: m.names[b.predicted[i]], PB: b.p[i][b.predicted[i]]})
		return nil
	})
	return items, total, err
}

// printDiffering writes the items on which two models differ.
func printDiffering(w io.Writer, runs [2]learn.Run, items []differing, total, n int) {
	if total == 0 {
		fmt.Fprintf(w, "\nThey say the same of all %s.\n", count(n, "item", "items"))
		return
	}
	fmt.Fprintf(w, "\nThey differ on %d of %s:\n", total, count(n, "item", "items"))
	for _, it := range items[:min(len(items), differMost)] {
		fmt.Fprintf(w, "#%-6d %s; run %d: %s %.2f, run %d: %s %.2f\n        %s\n", it.Item, safe.Line(it.Truth), runs[0].ID, safe.Line(it.A), it.PA,
			runs[1].ID, safe.Line(it.B), it.PB, safe.Truncate(safe.Line(strings.Join(strings.Fields(it.Text), " ")), textWidth-8))
	}
	if more := total - differMost; more > 0 {
		fmt.Fprintf(w, "and %d more; --json lists them\n", more)
	}
}

// checkOn checks what a model is to be measured on.
func checkOn(on string) error {
	if on != "" && on != "audit" && on != "gold" {
		return usagef("--on is audit or gold, not %q", on)
	}
	return nil
}
