package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/safe"
)

// errorsJob is one call of errors.
type errorsJob struct {
	*app
	model string
	limit int
	seed  uint64
}

func (a *app) errorsCommand() *cobra.Command {
	j := &errorsJob{app: a}
	cmd := a.jsonFlag(&cobra.Command{
		Use:   "errors PROJECT",
		Short: "List the answers that are probably wrong",
		Long: `List answers that are probably wrong, the most suspicious first, by confident
learning: five models are fitted, each without a part of the answered items, and
each is asked about the part that it never saw. How many answers are wrong, and
what was taken for what, is estimated from how sure they are. What a reviewer
settled is right, and so is the audit stream, which nobody learns from. How many
look wrong is more than there are: what the model itself takes for something else
is among them, behind what is surely wrong.

Nothing is changed: the review screen of the workbench has the same list, with a
key to settle each.`,
		Example: `  inkling errors spam.inkling
  inkling errors spam.inkling --limit 500 --json`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if j.limit < 1 {
				return usagef("--limit is a number of answers, 1 or more")
			}
			return j.run(cmd.Context(), args[0])
		},
	})
	cmd.Flags().StringVar(&j.model, "model", "", "the model `NAME` that is fitted (default: the project's)")
	cmd.Flags().IntVar(&j.limit, "limit", 20, "list at most `N` answers")
	cmd.Flags().Uint64Var(&j.seed, "seed", 0, "seed of the fits")
	return cmd
}

// suspected is an answer that is probably wrong, as JSON.
type suspected struct {
	Item      uint64  `json:"item"`
	Text      string  `json:"text"`
	Annotator string  `json:"annotator"`
	Label     string  `json:"label"`
	Likely    string  `json:"likely"`
	Wrong     float64 `json:"wrong"`
	Of        float64 `json:"probability_label"`
	P         float64 `json:"probability_likely"`
	Counted   bool    `json:"counted"`
}

func (j *errorsJob) run(ctx context.Context, path string) error {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	name := ""
	if j.model != "" {
		if name, err = modelName(j.model); err != nil {
			return err
		}
	}
	bar := j.newProgress("looking for wrong labels")
	found, err := learn.FindErrors(ctx, p, learn.ErrorsOptions{Model: name, Seed: j.seed,
		Progress: func(done float64) { bar.show(int64(1000*done), 1000, "") }})
	bar.end()
	if err != nil {
		return err
	}
	t := p.Task()
	list := []suspected{}
	for _, s := range found.Top(j.limit) {
		it, err := p.Item(s.Num)
		if err != nil {
			return err
		}
		st, _, err := p.Standing(s.Num)
		if err != nil {
			return err
		}
		list = append(list, suspected{s.Num, itemText(t, it), st.Annotator, t.Labels[s.Class].Name, t.Labels[s.Model].Name, s.Wrong, s.Of, s.Probability, s.Counted})
	}
	pairs := takenFor(t, found)
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"model": found.Model, "items": found.Items, "rate": found.Rate, "estimated": found.Len(), "taken_for": pairs, "errors": list})
	}
	fmt.Fprintf(j.Out, "%s gone through, by %s; by its count %d are wrong, its own mistakes among them\n", count(uint64(found.Items), "answer", "answers"), found.Model, found.Len())
	if len(list) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(j.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "\nitem\twrong\tlabel\tprobably\tby\ttext\n")
	for _, s := range list {
		fmt.Fprintf(w, "%d\t%.2f\t%s\t%s\t%s\t%s\n", s.Item, s.Wrong, safe.Line(s.Label), safe.Line(s.Likely), safe.Line(s.Annotator), safe.Truncate(safe.Line(s.Text), 60))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if len(pairs) > 0 {
		fmt.Fprintf(w, "\ntrue label\tgiven instead\tshare of all answers\n")
		for _, x := range pairs[:min(len(pairs), 10)] {
			fmt.Fprintf(w, "%s\t%s\t%.2f%%\n", safe.Line(x.True), safe.Line(x.Given), 100*x.Share)
		}
	}
	return w.Flush()
}

// mistaken is how often a label is given for another.
type mistaken struct {
	Given string  `json:"given"`
	True  string  `json:"true"`
	Share float64 `json:"share"` // of all answers
}

// takenFor lists which labels are probably given for which, the most frequent
// first.
func takenFor(t label.Task, s *learn.Suspects) []mistaken {
	out := []mistaken{}
	for given, row := range s.Joint {
		for truth, share := range row {
			if given != truth && share > 0 {
				out = append(out, mistaken{t.Labels[given].Name, t.Labels[truth].Name, share})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b mistaken) int { return cmp.Compare(b.Share, a.Share) })
	return out
}
