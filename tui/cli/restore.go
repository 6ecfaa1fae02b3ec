package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"inkling/store"
)

func (a *app) restoreCommand() *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "restore BACKUP PROJECT",
		Short: "Make a project of a backup",
		Long: `Make a project of a file that backup wrote. The backup is checked as check does
it, and one that is not sound is refused; it stays where it is. The project
appears at once and whole.

A project that is there is not replaced, unless --replace says so; then it stays
beside the new one, under a name with before-restore and the time in it. One that
is in use is never replaced.`,
		Example: `  inkling restore spam-2026-01-31.inkling spam.inkling
  inkling restore spam-2026-01-31.inkling spam.inkling --replace`,
		Args: args(cobra.ExactArgs(2)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.restore(cmd.Context(), args[0], args[1], replace)
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "put it into the place of the project, and keep that beside it")
	return a.jsonFlag(cmd)
}

func (a *app) restore(ctx context.Context, backup, path string, replace bool) error {
	if !exists(backup) {
		return usagef("there is no backup %s", backup)
	}
	bar := a.newProgress("checking the backup")
	defer bar.end()
	r, err := store.Restore(ctx, backup, path, replace, store.Options{Program: "inkling restore"}, func(done, total uint64) { bar.show(int64(done), int64(total), "") })
	bar.end()
	if errors.Is(err, store.ErrExists) && !replace {
		return fmt.Errorf("%s exists already; with --replace the backup takes its place, and what is there now is kept beside it", path)
	}
	if err != nil {
		return err
	}
	a.say("%s: %s, %s\nhead of the log %v", path, count(r.Counts.Items, "item", "items"), count(r.Counts.Events, "event", "events"), r.Head)
	if r.Aside != "" {
		a.say("the project that was there before is in %s", r.Aside)
	}
	if a.asJSON {
		return writeJSON(a.Out, map[string]any{"project": path, "items": r.Counts.Items, "events": r.Counts.Events, "head": r.Head.String(), "kept": r.Aside})
	}
	return nil
}

func (a *app) compactCommand() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "compact PROJECT",
		Short: "Write a project file anew, without free pages",
		Long: `Write a project anew without the pages that are free: after large models were
replaced, or many items were added, the file may be far larger than what is in
it. What is in it stays the same. The new file takes the place of the old one
when it is whole and on disk; an interruption leaves the project as it is.

There must be room for both, and nobody may have the project open.`,
		Example: `  inkling compact spam.inkling`,
		Args:    args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error { return a.compact(cmd.Context(), args[0]) },
	})
}

func (a *app) compact(ctx context.Context, path string) error {
	if !exists(path) {
		return noProject(path)
	}
	bar := a.newProgress("compacting")
	defer bar.end()
	before, after, err := store.Compact(ctx, path, store.Options{Program: "inkling compact"}, func(done, total int64) { bar.show(done, total, bar.bytesPerSecond(done)) })
	bar.end()
	if errors.Is(err, store.ErrNotProject) {
		return notProject(path)
	}
	if err != nil {
		return err
	}
	a.say("%s: %s before, %s now", path, byteSize(before), byteSize(after))
	if a.asJSON {
		return writeJSON(a.Out, map[string]any{"project": path, "before": before, "after": after})
	}
	return nil
}
