package cli

import (
	"context"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"inkling/store"
)

// backupJob is one call of backup.
type backupJob struct {
	*app
	into, keep string
}

func (a *app) backupCommand() *cobra.Command {
	j := &backupJob{app: a}
	cmd := &cobra.Command{
		Use:   "backup PROJECT FILE",
		Short: "Copy a project file, in use or not",
		Long: `Write the project as of its last commit to a new file, which appears at once
and whole, and is on disk when the command ends. A file that is there already
is not replaced.

The project may be in use: while people label and the model trains, here or over
SSH, it is copied under their hands and goes on. All that it showed as saved
before is in the copy.

With --into the copy goes into a folder, under a name made of the project's, the
time (UTC), the number of events and the beginning of the head of the log; where
nothing was done since the last one, none is made. Of these copies those stay
that --keep names: 24h,7d,4w,12m are the newest of each of the last 24 hours, 7
days, 4 weeks and 12 months that have one, a number alone is that of the last
ones, and all, the usual, removes none. The newest always stays. Nothing is
removed before the new copy is safe. restore makes a project of any of them.`,
		Example: `  inkling backup spam.inkling spam-$(date +%F).inkling
  0 * * * *  inkling backup spam.inkling --into /backups/spam --keep 24h,7d,4w`,
		Args: func(cmd *cobra.Command, got []string) error {
			if j.into != "" {
				if len(got) == 2 {
					return usagef("backup takes a FILE or --into, not both")
				}
				return args(cobra.ExactArgs(1))(cmd, got)
			}
			return args(cobra.ExactArgs(2))(cmd, got)
		},
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if j.into != "" {
				return j.snapshot(cmd.Context(), args[0])
			}
			return j.run(cmd.Context(), args[0], args[1])
		},
	}
	cmd.Flags().StringVar(&j.into, "into", "", "the `FOLDER` of copies named by time")
	cmd.Flags().StringVar(&j.keep, "keep", "all", "`WHICH` of these copies stay, such as 24h,7d,4w")
	return a.jsonFlag(cmd)
}

// converted does what a file of an older layout is refused for again, after it
// was converted.
func (a *app) converted(path string, do func() error) error {
	if !exists(path) {
		return noProject(path)
	}
	err := do()
	if errors.Is(err, store.ErrOlder) {
		p, e := a.open(path, true)
		if e != nil {
			return e
		}
		p.Close()
		err = do()
	}
	if errors.Is(err, store.ErrNotProject) {
		return notProject(path)
	}
	return err
}

func (j *backupJob) run(ctx context.Context, path, to string) error {
	if j.keep != "all" {
		return usagef("--keep goes with --into")
	}
	if err := j.converted(path, func() error {
		_, err := store.BackupFile(ctx, path, to)
		return err
	}); err != nil {
		return err
	}
	c, err := store.Open(to, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	counts, head := c.Counts(), c.Head()
	if err := c.Close(); err != nil {
		return err
	}
	st, err := os.Stat(to)
	if err != nil {
		return err
	}
	j.say("%s: %s, %s, %s\nhead of the log %v", to, count(counts.Items, "item", "items"), count(counts.Events, "event", "events"), byteSize(st.Size()), head)
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"file": to, "items": counts.Items, "events": counts.Events, "head": head.String(), "bytes": st.Size()})
	}
	return nil
}

func (j *backupJob) snapshot(ctx context.Context, path string) error {
	keep, err := store.ParseKeep(j.keep)
	if err != nil {
		return usagef("--keep: %w", err)
	}
	var s store.Snapshot
	if err := j.converted(path, func() (err error) {
		s, err = store.SnapshotFile(ctx, path, j.into, keep, store.Options{Program: "inkling backup"})
		return err
	}); err != nil {
		return err
	}
	what := byteSize(s.Bytes)
	if s.Same {
		what = "nothing was done since"
	}
	j.say("%s: %s\nhead of the log %v", s.Path, what, s.Head)
	for _, gone := range s.Gone {
		j.say("removed %s", gone)
	}
	if j.asJSON {
		return writeJSON(j.Out, map[string]any{"file": s.Path, "events": s.Head.Seq, "head": s.Head.String(), "bytes": s.Bytes, "made": !s.Same, "removed": append([]string{}, s.Gone...)})
	}
	return nil
}
