package cli

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/store"
	"inkling/tui/safe"
)

func (a *app) replayCommand() *cobra.Command {
	var to uint64
	var out string
	cmd := &cobra.Command{
		Use:   "replay PROJECT --to N -o FILE",
		Short: "Make the project as it stood at an event",
		Long: `Make a new project file from the event log up to event N: the items, the
answers and the lists as they stood then. Models are not part of the log and
stay behind. The project itself is not changed. inkling log shows the events.`,
		Example: `  inkling replay spam.inkling --to 100 -o then.inkling`,
		Args:    args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if to == 0 || out == "" {
				return usagef("replay needs --to N and -o FILE; see inkling replay --help")
			}
			p, err := a.openRead(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer p.Close()
			if n := p.Counts().Events; to > n {
				return fmt.Errorf("there is no event %d: the log has %d", to, n)
			}
			bar := a.newProgress("replaying")
			defer bar.end()
			err = p.Replay(cmd.Context(), to, out, func(done, total uint64) { bar.show(int64(done), int64(total), "") })
			if err != nil {
				return err
			}
			bar.end()
			a.say("%s: %s as it stood at event %d of %d", out, args[0], to, p.Counts().Events)
			return nil
		},
	}
	cmd.Flags().Uint64Var(&to, "to", 0, "the last event `N` to be replayed")
	cmd.Flags().StringVarP(&out, "output", "o", "", "the new project `FILE`")
	return cmd
}

func (a *app) statsCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "stats PROJECT",
		Short: "Show what a project holds",
		Long: `Show the counts of items, answers and events, the answers by label or the range
of numbers, and the size of the file. What is indented adds up to what stands above it.`,
		Example: `  inkling stats spam.inkling
  inkling stats spam.inkling --json`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error { return a.stats(cmd.Context(), args[0]) },
	})
}

func (a *app) stats(ctx context.Context, path string) error {
	p, err := a.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	s, err := p.Stats()
	if err != nil {
		return err
	}
	runs, err := readRuns(p.Project)
	if err != nil {
		return err
	}
	current, err := p.CurrentModel()
	if err != nil {
		return err
	}
	t, c := p.Task(), s.Counts
	var numbers *numberStats
	if t.Kind == label.Number {
		if numbers, err = numbersOf(ctx, p.Project); err != nil {
			return err
		}
	}
	answered, undecided := c.Labelled-c.Accepted-c.Corrected, c.Items-min(c.Items, c.Labelled+c.Skipped+c.Flagged)
	perClass := make([]uint64, len(t.Labels))
	copy(perClass, c.PerClass)
	if a.asJSON {
		type named struct {
			Label string `json:"label"`
			Items uint64 `json:"items"`
		}
		type part struct {
			Name    string `json:"name"`
			Entries int    `json:"entries"`
			Bytes   int64  `json:"bytes"`
			Used    int64  `json:"used"`
		}
		labels, parts := []named{}, []part{}
		for i, l := range t.Labels {
			labels = append(labels, named{l.Name, perClass[i]})
		}
		for _, b := range s.Buckets {
			parts = append(parts, part(b))
		}
		out := map[string]any{"project": path, "task": taskNames(t), "created": s.Created, "layout": s.Version, "items": c.Items,
			"labelled": c.Labelled, "audited": c.Audited, "accepted": c.Accepted, "corrected": c.Corrected, "answered": answered, "undecided": undecided, "skipped": c.Skipped,
			"flagged": c.Flagged, "events": c.Events, "head": p.Head().String(), "labels": labels, "runs": len(runs), "current_run": current,
			"file": map[string]any{"bytes": s.FileBytes, "free": s.FreeBytes, "page": s.PageBytes, "parts": parts}}
		if numbers != nil {
			out["numbers"] = numbers
		}
		return writeJSON(a.Out, out)
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(a.Out, "%s: %s, made %s\n%s\n", safe.Text(path), safe.Text(t.Name), s.Created.Local().Format("2006-01-02 15:04"), safe.Text(describe(t)))
	if t.Guideline != "" {
		fmt.Fprintf(a.Out, "guide    %s\n", safe.Text(t.Guideline))
	}
	fmt.Fprintln(a.Out)
	for _, n := range []struct {
		name string
		n    uint64
	}{{"items", c.Items}, {"  labelled", c.Labelled}, {"    accepted as suggested", c.Accepted}, {"    corrected", c.Corrected},
		{"    answered without a suggestion", answered}, {"  skipped", c.Skipped}, {"  flagged", c.Flagged}, {"  undecided", undecided},
		{"audits among the labelled", c.Audited}, {"events", c.Events}, {"runs", uint64(len(runs))}} {
		fmt.Fprintf(w, "%d\t%s\n", n.n, " "+n.name)
	}
	w.Flush()
	fmt.Fprintln(a.Out)
	for i, l := range t.Labels {
		fmt.Fprintf(w, "%d\t%s\n", perClass[i], " "+safe.Line(l.Name))
	}
	w.Flush()
	if numbers != nil {
		fmt.Fprintf(a.Out, "answers  %s to %s, mean %s\n", short(numbers.Least), short(numbers.Most), short(numbers.Mean))
	}
	fmt.Fprintf(a.Out, "\nfile %s, of which free %s\nhead of the log %v\n", byteSize(s.FileBytes), byteSize(s.FreeBytes), p.Head())
	return nil
}

// numberStats are the numbers that items have as answers.
type numberStats struct {
	N     int     `json:"n"`
	Least float64 `json:"least"`
	Mean  float64 `json:"mean"`
	Most  float64 `json:"most"`
}

// numbersOf looks at all answers; nil where there are none.
func numbersOf(ctx context.Context, p *store.Project) (*numberStats, error) {
	out := &numberStats{}
	err := p.Standings(ctx, func(s label.Standing) error {
		if !s.Decision.Action.HasAnswer() {
			return nil
		}
		x := s.Decision.Answer.Value
		if out.N == 0 {
			out.Least, out.Most = x, x
		}
		out.N++
		out.Least, out.Most = min(out.Least, x), max(out.Most, x)
		out.Mean += (x - out.Mean) / float64(out.N)
		return nil
	})
	if err != nil || out.N == 0 {
		return nil, err
	}
	return out, nil
}

// byteSize writes a size for people.
func byteSize(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%d bytes", n)
}
