package cli

import (
	"context"
	"errors"
	"os"
	"os/user"
	"runtime/debug"

	"github.com/spf13/cobra"

	"inkling/learn"
	"inkling/store"
	"inkling/tui"
)

func (a *app) labelCommand() *cobra.Command {
	var as string
	cmd := &cobra.Command{
		Use:   "label PROJECT",
		Short: "Open the workbench on a project",
		Long: `Open the workbench: items come one by one with the model's suggestion; Enter
accepts it, a label's key corrects it, ? shows every key. A model is trained in
the background all the while.`,
		Example: `  inkling label loans.inkling
  inkling label loans.inkling --as ana`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.label(cmd.Context(), args[0], as) },
	}
	cmd.Flags().StringVar(&as, "as", "", "`NAME` under which answers are recorded (default: the user's)")
	return cmd
}

// label opens the workbench on a project.
func (a *app) label(ctx context.Context, path, as string) error {
	if !exists(path) {
		return noProject(path)
	}
	if !a.onTerminal() {
		// What would not work on a terminal either is said first.
		p, err := store.Open(path, store.Options{ReadOnly: true})
		if err == nil {
			p.Close()
		}
		if errors.Is(err, store.ErrNotProject) {
			return notProject(path)
		}
		return noTerminal()
	}
	if as == "" {
		as = userName()
	}
	p, err := a.enter(ctx, path, as)
	if p == nil {
		return err
	}
	defer p.Close()
	return a.workbench(ctx, p, path, as, nil)
}

// workbench runs a trainer and the screens on an open project. Where path is not
// empty, other processes of this person may join it there.
func (a *app) workbench(ctx context.Context, p *store.Project, path, as string, oracle tui.Oracle) error {
	if os.Getenv("GOGC") == "" {
		// A workbench stands open all day beside other programs: a smaller heap is
		// worth more there than the processor time that it costs.
		defer debug.SetGCPercent(debug.SetGCPercent(50))
	}
	return withTrainer(ctx, p, func(ctx context.Context, t *learn.Trainer) error {
		h, err := a.newHost(p, path, t)
		if err != nil {
			return err
		}
		leave := func() int { return 0 }
		if path != "" {
			leave = h.takeIn()
		}
		// The screens take over the signals: they end the session in order.
		err = tui.Run(context.WithoutCancel(ctx), p, t, tui.Options{Annotator: as, Room: h.room, Config: h.config, Demo: oracle, Input: a.In, Output: a.Out})
		if n := leave(); n > 0 {
			a.say("note: %s at %s: one of them goes on as its host", count(uint64(n), "other is", "others are"), path)
		}
		return err
	})
}

// withTrainer runs a trainer beside work, and waits for it to stop.
func withTrainer(ctx context.Context, p *store.Project, work func(context.Context, *learn.Trainer) error) error {
	ctx, cancel := context.WithCancel(ctx)
	t := learn.NewTrainer(p, learn.Options{Seed: p.Task().Seed})
	stopped := make(chan error, 1)
	go func() { stopped <- t.Run(ctx) }()
	err := work(ctx, t)
	cancel()
	if e := <-stopped; err == nil && e != nil && !errors.Is(e, context.Canceled) {
		err = e
	}
	return err
}

func (a *app) readConfig() (tui.Config, error) {
	path, must := a.config, true
	if path == "" {
		var err error
		if path, err = tui.ConfigPath(); err != nil {
			return tui.Config{}, nil // no home, no config
		}
		must = false
	}
	return tui.ReadConfig(path, must)
}

// who is in whose name a command is run.
func (a *app) who() string {
	if a.hosted != nil {
		return a.hosted.name
	}
	return userName()
}

// userName is who answers unless told otherwise.
func userName() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	if n := os.Getenv("USER"); n != "" {
		return n
	}
	return "me"
}
