package cli

import (
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/agreement"
	"inkling/label/anchor"
	"inkling/tui/safe"
)

func (a *app) agreementCommand() *cobra.Command {
	var ordinal bool
	var samples int
	cmd := a.jsonFlag(&cobra.Command{
		Use:   "agreement PROJECT",
		Short: "Show how far people agree, and how sure that is",
		Long: `Measure how far those who answered the same items agree: percent agreement,
Fleiss' and Cohen's kappa and Krippendorff's alpha, in all, by label, by person
and by pair of people, with 95% bootstrap intervals over items. Of fewer than 5
items no coefficient that allows for chance is shown. Skips and flags
count as missing answers; what a reviewer settled is no answer of its own.

Where the project withholds some suggestions (inkling set --withhold), it is also
shown how often people answer as suggested with the suggestion in sight and
without, the difference with its 95% interval (Newcombe), and how probable it is
that the labels they give differ as much by chance. Who is drawn to what they see
gets more items without a suggestion.`,
		Example: `  inkling agreement spam.inkling
  inkling agreement ratings.inkling --ordinal --json`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.openRead(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer p.Close()
			t := agreement.NewTable(p.Task())
			var drawn anchor.Table
			if err := p.AllStandings(cmd.Context(), func(all []label.Standing) error {
				t.Add(all)
				if t.Kind == label.Classes {
					drawn.Take(all[0].Item, all)
				}
				return nil
			}); err != nil {
				return err
			}
			r := agreement.Measure(*t, agreement.Options{Ordinal: ordinal, Bootstrap: agreement.Bootstrap{Samples: samples, Seed: p.Task().Seed}})
			return a.showAgreement(*t, p.Task(), r, drawn.Report(len(p.Task().Labels)))
		},
	})
	cmd.Flags().BoolVar(&ordinal, "ordinal", false, "the labels have an order, that in which the project lists them")
	cmd.Flags().IntVar(&samples, "resamples", 1000, "bootstrap resamples `N` for the intervals")
	return cmd
}

// estimated is an estimate as JSON.
type estimated struct {
	Value    *float64    `json:"value"` // null where there is none
	Interval *[2]float64 `json:"interval"`
	Items    int         `json:"items"`
	Why      string      `json:"why,omitempty"`
}

func estimateJSON(e agreement.Estimate) estimated {
	if !e.Defined() {
		return estimated{Items: e.Items, Why: e.Why}
	}
	return estimated{&e.Value, &[2]float64{e.Low, e.High}, e.Items, ""}
}

// estimateText is an estimate for people.
func estimateText(e agreement.Estimate) string {
	if !e.Defined() {
		return "–"
	}
	return fmt.Sprintf("%.3f  [%.3f, %.3f]", e.Value, e.Low, e.High)
}

// chanceText is one that allows for chance, for people.
func chanceText(e agreement.Estimate) string {
	if e.Defined() && e.Few() {
		return fmt.Sprintf("too few items: %d of %d", e.Items, agreement.FewestItems)
	}
	return estimateText(e)
}

func (a *app) showAgreement(t agreement.Table, task label.Task, r agreement.Report, drawn *anchor.Report) error {
	if a.asJSON {
		type labelled struct {
			Label   string    `json:"label"`
			Answers int       `json:"answers"`
			Alpha   estimated `json:"alpha"`
		}
		type person struct {
			Name    string  `json:"name"`
			Answers int     `json:"answers"`
			Shared  int     `json:"shared"`
			Agree   float64 `json:"agree"`
			Lately  float64 `json:"lately,omitempty"`
			Fell    bool    `json:"fell,omitempty"`
		}
		type pair struct {
			First   string    `json:"first"`
			Second  string    `json:"second"`
			Percent estimated `json:"percent"`
			Kappa   estimated `json:"cohen_kappa"`
		}
		labels, people, pairs := []labelled{}, []person{}, []pair{}
		for _, l := range r.Labels {
			labels = append(labels, labelled{task.Labels[l.Label].Name, l.Answers, estimateJSON(l.Alpha)})
		}
		for _, p := range r.People {
			people = append(people, person{t.People[p.Person], p.Answers, p.Shared, p.Agree, p.Drift.Lately, p.Drift.Fell()})
		}
		for _, p := range r.Pairs {
			pairs = append(pairs, pair{t.People[p.First], t.People[p.Second], estimateJSON(p.Percent), estimateJSON(p.Kappa)})
		}
		return writeJSON(a.Out, map[string]any{"items": r.Items, "answers": r.Answers, "percent": estimateJSON(r.Percent), "fleiss_kappa": estimateJSON(r.Fleiss),
			"alpha": estimateJSON(r.Alpha), "metric": r.Metric, "labels": labels, "people": people, "pairs": pairs,
			"anchoring": anchoring(drawn, task)})
	}
	if r.Items == 0 {
		fmt.Fprintf(a.Out, "no item has two people's answers; inkling set PROJECT --overlap 0.2x3 asks three people about a fifth of the items\n")
		return printAnchoring(a.Out, drawn, task)
	}
	fmt.Fprintf(a.Out, "%s of %s with two answers or more\n\n", count(uint64(r.Items), "item", "items"), count(uint64(len(t.Items)), "answered one", "answered ones"))
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "agreement\t%s\n", estimateText(r.Percent))
	if r.Fleiss.Defined() || t.Kind == label.Classes {
		fmt.Fprintf(w, "Fleiss' kappa\t%s\n", chanceText(r.Fleiss))
	}
	fmt.Fprintf(w, "Krippendorff's alpha (%s)\t%s\n", r.Metric, chanceText(r.Alpha))
	w.Flush()
	if len(r.Labels) > 0 {
		fmt.Fprintf(a.Out, "\n")
		fmt.Fprintf(w, "label\tanswers\talpha\n")
		for _, l := range r.Labels {
			fmt.Fprintf(w, "%s\t%d\t%s\n", safe.Line(task.Labels[l.Label].Name), l.Answers, chanceText(l.Alpha))
		}
		w.Flush()
	}
	fmt.Fprintf(a.Out, "\n")
	fmt.Fprintf(w, "person\tanswers\tshared\tagree with the others\tlately\n")
	slices.SortStableFunc(r.People, func(x, y agreement.Person) int { return y.Answers - x.Answers })
	for _, p := range r.People {
		agree := "–"
		if p.Shared > 0 {
			agree = fmt.Sprintf("%.3f", p.Agree)
		}
		lately := "–"
		if d := p.Drift; d.Answers > 0 {
			lately = fmt.Sprintf("%.3f of %d", d.Lately, d.Answers)
			if d.Fell() {
				lately += ", fell"
			}
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\n", safe.Line(t.People[p.Person]), p.Answers, p.Shared, agree, lately)
	}
	w.Flush()
	fmt.Fprintf(a.Out, "\n")
	fmt.Fprintf(w, "pair\titems\tagreement\tCohen's kappa\n")
	for _, p := range r.Pairs {
		fmt.Fprintf(w, "%s, %s\t%d\t%s\t%s\n", safe.Line(t.People[p.First]), safe.Line(t.People[p.Second]), p.Percent.Items, estimateText(p.Percent), chanceText(p.Kappa))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return printAnchoring(a.Out, drawn, task)
}
