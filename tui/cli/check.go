package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"inkling/store"
	"inkling/tui/safe"
)

// errProblems ends a check that found something.
var errProblems = errors.New("the project has problems: check --repair makes anew what can be derived from its log; for the rest a copy made by backup, or replay to an event before the damage, may help")

// checkJob is one call of check.
type checkJob struct {
	*app
	heads   []string
	repair  bool
	discard bool
}

func (a *app) checkCommand() *cobra.Command {
	j := &checkJob{app: a}
	cmd := &cobra.Command{
		Use:   "check PROJECT",
		Short: "Verify a project file, or repair it",
		Long: `Verify the pages of the file, that the log is what was written to it, that every
item is what its name says, that every model is what was stored, and that the
views are those which replaying the log gives. Nothing is changed. The exit
status is 1 where something is wrong.

The log is a chain of hashes: each event's is made of its bytes and the hash of
the event before. A log that was changed, cut or reordered outside of this
program is found out, and in which stretch. Whoever can write the file and knows
its format can make the chain anew, though. Against that, note the head, which
check, stats, backup and log print, where others cannot change it: --head then
tells whether that head is one of this log. If so, nothing before it was changed.

With --repair what is derived from the log is made anew where it is wrong: the
views and the names of items. Models that are damaged are dropped, and said: they
can be trained again. The log itself is never touched, and where it, or an item,
is what is damaged, nothing is. The file before stays beside the repaired one,
unless --discard says otherwise.`,
		Example: `  inkling check spam.inkling
  inkling check spam.inkling --json
  inkling check spam.inkling --head 128:4f0c...
  inkling check spam.inkling --repair`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return j.run(cmd.Context(), args[0]) },
	}
	cmd.Flags().StringSliceVar(&j.heads, "head", nil, "`HEADS` that were noted and must be of this log, each EVENT:HASH")
	cmd.Flags().BoolVar(&j.repair, "repair", false, "make anew what is derived from the log")
	cmd.Flags().BoolVar(&j.discard, "discard", false, "with --repair, do not keep the file as it was")
	return a.jsonFlag(cmd)
}

func (j *checkJob) run(ctx context.Context, path string) error {
	var heads []store.Head
	for _, s := range j.heads {
		h, err := store.ParseHead(s)
		if err != nil {
			return usagef("--head: %w", err)
		}
		heads = append(heads, h)
	}
	switch {
	case j.discard && !j.repair:
		return usagef("--discard goes with --repair")
	case j.repair && len(heads) > 0:
		return usagef("--head goes with a check, not with --repair: check first")
	case j.repair:
		return j.fix(ctx, path)
	}
	bar := j.newProgress("checking")
	defer bar.end()
	at := func(done, total uint64) { bar.show(int64(done), int64(total), "") }
	p, err := j.openRead(ctx, path)
	if errors.Is(err, store.ErrDamaged) {
		r, e := store.CheckFile(ctx, path, at, heads...)
		if bar.end(); e != nil || r.OK() {
			return err // it says why it cannot be opened
		}
		return j.report(r, store.Head{})
	}
	if err != nil {
		return err
	}
	defer p.Close()
	r, err := p.Check(ctx, at, heads...)
	if err != nil {
		return err
	}
	bar.end()
	return j.report(r, p.Head())
}

// problem is a problem as it is printed.
type problem struct {
	Where string `json:"where"`
	What  string `json:"what"`
}

func problems(r store.Report) []problem {
	out := []problem{}
	for _, x := range r.Problems {
		out = append(out, problem(x))
	}
	return out
}

func (j *checkJob) report(r store.Report, head store.Head) error {
	if j.asJSON {
		out := map[string]any{"ok": r.OK(), "events": r.Events, "items": r.Items, "head": head.String(), "problems": problems(r)}
		if err := writeJSON(j.Out, out); err != nil {
			return err
		}
	} else {
		j.tell(r)
	}
	if !r.OK() {
		return errProblems
	}
	if !j.asJSON {
		fmt.Fprintf(j.Out, "ok: %s, %s\nhead of the log %v\n", count(r.Events, "event", "events"), count(r.Items, "item", "items"), head)
	}
	return nil
}

func (j *checkJob) tell(r store.Report) {
	for _, x := range r.Problems {
		fmt.Fprintf(j.Out, "%s: %s\n", safe.Text(x.Where), safe.Text(x.What))
	}
}

func (j *checkJob) fix(ctx context.Context, path string) error {
	if !exists(path) {
		return noProject(path)
	}
	bar := j.newProgress("checking")
	defer bar.end()
	r, err := store.Repair(ctx, path, store.Options{Program: "inkling check"}, !j.discard, func(stage string, done, total uint64) {
		bar.stage(stage, float64(done)/float64(max(total, 1)), "")
	})
	bar.end()
	if errors.Is(err, store.ErrNotProject) {
		return notProject(path)
	}
	if err != nil {
		if !j.asJSON {
			j.tell(r.Before)
		}
		return err
	}
	if j.asJSON {
		out := map[string]any{"ok": r.After.OK(), "repaired": r.Done, "before": problems(r.Before), "after": problems(r.After), "dropped": append([]string{}, r.Dropped...), "kept": r.Aside}
		if err := writeJSON(j.Out, out); err != nil {
			return err
		}
	} else {
		j.tell(r.Before)
		switch {
		case !r.Done:
			fmt.Fprintln(j.Out, "nothing is wrong, and nothing was done")
		case r.Aside != "":
			fmt.Fprintf(j.Out, "rebuilt from the log; as it was before it is in %s\n", safe.Text(r.Aside))
		default:
			fmt.Fprintln(j.Out, "rebuilt from the log")
		}
		for _, x := range r.Dropped {
			fmt.Fprintf(j.Out, "dropped, since it was damaged: %s\n", safe.Text(x))
		}
	}
	if !r.After.OK() {
		if !j.asJSON {
			fmt.Fprintln(j.Out, "what could not be rebuilt:")
			j.tell(r.After)
		}
		return errProblems
	}
	return nil
}
