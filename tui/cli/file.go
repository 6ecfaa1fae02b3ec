package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/store"
	"inkling/tui/safe"
)

// errProblems ends a check that found something.
var errProblems = errors.New("the project has problems; a copy made by backup, or replay to an event before the damage, may help")

func (a *app) checkCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "check PROJECT",
		Short: "Verify a project file",
		Long: `Verify the pages of the file, that every item is what its name says, that every
model is what was stored, and that the views are those which replaying the event
log gives. Nothing is changed. The exit status is 1 where something is wrong.`,
		Example: `  inkling check spam.inkling
  inkling check spam.inkling --json`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			p, err := a.openRead(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			defer p.Close()
			bar := a.newProgress("checking")
			defer bar.end()
			r, err := p.Check(cmd.Context(), func(done, total uint64) { bar.show(int64(done), int64(total), "") })
			if err != nil {
				return err
			}
			bar.end()
			return a.report(r)
		},
	})
}

func (a *app) report(r store.Report) error {
	type problem struct {
		Where string `json:"where"`
		What  string `json:"what"`
	}
	problems := []problem{}
	for _, x := range r.Problems {
		problems = append(problems, problem{x.Where, x.What})
		if !a.asJSON {
			fmt.Fprintf(a.Out, "%s: %s\n", safe.Text(x.Where), safe.Text(x.What))
		}
	}
	if a.asJSON {
		if err := writeJSON(a.Out, map[string]any{"ok": r.OK(), "events": r.Events, "items": r.Items, "problems": problems}); err != nil {
			return err
		}
	}
	if !r.OK() {
		return errProblems
	}
	if !a.asJSON {
		fmt.Fprintf(a.Out, "ok: %s, %s\n", count(r.Events, "event", "events"), count(r.Items, "item", "items"))
	}
	return nil
}

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup PROJECT FILE",
		Short: "Copy a project file, in use or not",
		Long: `Write the project as of its last commit to a new file, which appears at once
and whole, and is on disk when the command ends. A file that is there already
is not replaced.

The project may be in use: while a workbench labels and trains, in this or
another terminal, it is copied under its hands and goes on. All that it showed
as saved before is in the copy.`,
		Example: `  inkling backup spam.inkling spam-$(date +%F).inkling`,
		Args:    args(cobra.ExactArgs(2)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error { return a.backup(cmd.Context(), args[0], args[1]) },
	}
}

func (a *app) backup(ctx context.Context, path, to string) error {
	if !exists(path) {
		return noProject(path)
	}
	counts, err := store.BackupFile(ctx, path, to)
	if errors.Is(err, store.ErrOlder) {
		// What a.open has converted can be copied.
		p, e := a.open(path, true)
		if e != nil {
			return e
		}
		p.Close()
		counts, err = store.BackupFile(ctx, path, to)
	}
	if errors.Is(err, store.ErrNotProject) {
		return notProject(path)
	}
	if err != nil {
		return err
	}
	st, err := os.Stat(to)
	if err != nil {
		return err
	}
	a.say("%s: %s, %s, %s", to, count(counts.Items, "item", "items"), count(counts.Events, "event", "events"), byteSize(st.Size()))
	return nil
}

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
			"flagged": c.Flagged, "events": c.Events, "labels": labels, "runs": len(runs), "current_run": current,
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
	fmt.Fprintf(a.Out, "\nfile %s, of which free %s\n", byteSize(s.FileBytes), byteSize(s.FreeBytes))
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
