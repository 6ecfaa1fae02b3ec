package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn/metric"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

func (a *app) peopleCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "people PROJECT",
		Short: "Show who answered how much, how fast and how right",
		Long: `Show for everybody who decided about items how many answers of theirs stand, how
many items they skipped, flagged and settled, how long an answer takes them (the
median), and how often they are right, with a 95% interval. That is counted on all
their answers to items whose true answer is in the gold column, whether or not
they came as a check of the person (--gold-share), and settlements aside: so the
counts may differ from those of the checks alone. inkling set says who gets what: --overlap,
--gold-share, --skills. inkling agreement says how far they agree.`,
		Example: `  inkling people loans.inkling
  inkling people loans.inkling --json`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.openRead(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer p.Close()
			all, err := peopleOf(cmd.Context(), p)
			if err != nil {
				return err
			}
			return a.showPeople(p.Task(), all)
		},
	})
}

// personStats is what somebody did.
type personStats struct {
	Name     string      `json:"name"`
	Answers  int         `json:"answers"`
	Skipped  int         `json:"skipped"`
	Flagged  int         `json:"flagged"`
	Settled  int         `json:"settled"`
	Median   float64     `json:"median_seconds"` // 0 where nothing was timed
	Gold     int         `json:"gold_answers"`
	Right    int         `json:"gold_right"`
	Interval *[2]float64 `json:"gold_interval,omitempty"`
	Skills   []string    `json:"skills,omitempty"`
	took     []time.Duration
}

// peopleOf reads what everybody did, those with the most answers first.
func peopleOf(ctx context.Context, p seat.GoldProject) ([]*personStats, error) {
	by := map[string]*personStats{}
	person := func(name string) *personStats {
		if by[name] == nil {
			by[name] = &personStats{Name: name}
		}
		return by[name]
	}
	if a := p.Task().Assignment; a != nil {
		for _, x := range a.People {
			person(x.Name).Skills = x.Skills
		}
	}
	err := p.AllStandings(ctx, func(all []label.Standing) error {
		for _, s := range all {
			x, d := person(s.Annotator), s.Decision
			switch {
			case d.Settles:
				x.Settled++
			case d.Action.HasAnswer():
				x.Answers++
				if d.Took > 0 {
					x.took = append(x.took, d.Took)
				}
			case d.Action == label.Skipped:
				x.Skipped++
			case d.Action == label.Flagged:
				x.Flagged++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	gold, err := seat.GoldScores(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []*personStats
	for name, x := range by {
		if g := gold[name]; g.Answers > 0 {
			x.Gold, x.Right = g.Answers, g.Right
			in := metric.Wilson(g.Right, g.Answers, metric.Level95)
			x.Interval = &[2]float64{in.Low(), in.High()}
		}
		if len(x.took) > 0 {
			slices.Sort(x.took)
			x.Median = x.took[len(x.took)/2].Seconds()
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b *personStats) int {
		if a.Answers != b.Answers {
			return b.Answers - a.Answers
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out, nil
}

func (a *app) showPeople(t label.Task, all []*personStats) error {
	if a.asJSON {
		return writeJSON(a.Out, map[string]any{"people": append([]*personStats{}, all...), "assignment": t.Assignment})
	}
	if t.Assignment != nil {
		fmt.Fprintf(a.Out, "overlap  %s\n", overlapText(*t.Assignment))
		if t.Assignment.Gold > 0 {
			fmt.Fprintf(a.Out, "gold     %g of the cards check the person\n", t.Assignment.Gold)
		}
		if t.Assignment.Skill != "" {
			fmt.Fprintf(a.Out, "skills   by the column %s\n", safe.Line(t.Assignment.Skill))
		}
		fmt.Fprintln(a.Out)
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "person\tanswers\tskipped\tflagged\tsettled\tmedian\tright on gold items\tskills\n")
	for _, x := range all {
		median, gold := "–", "–"
		if x.Median > 0 {
			median = fmt.Sprintf("%.1f s", x.Median)
		}
		if x.Gold > 0 {
			gold = fmt.Sprintf("%.3f  [%.3f, %.3f] of %d", float64(x.Right)/float64(x.Gold), x.Interval[0], x.Interval[1], x.Gold)
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%s\t%s\t%s\n", safe.Line(x.Name), x.Answers, x.Skipped, x.Flagged, x.Settled, median, gold, safe.Line(strings.Join(x.Skills, ", ")))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(x *personStats) bool { return x.Gold > 0 }) {
		fmt.Fprintf(a.Out, "\nright on gold items: of all answers to items whose true answer is in the gold column\n")
	}
	return nil
}
