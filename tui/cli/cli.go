// Package cli is the command line: it parses, wires the store, the trainer and
// the screens together, and hands over. One file holds one command, or a few
// that belong together.
//
// What a command prints as its result goes to standard output, and with --json
// is exactly one JSON document (a stream of lines for predict, export and
// log); progress and messages go to standard error. The exit status is 0 when
// it is done, 1 when it failed, 2 for wrong usage.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"inkling/store"
	"inkling/tui"
	"inkling/tui/safe"
)

// Streams are what a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// app is what all commands share.
type app struct {
	Streams
	version string
	config  string // path of the config file, "" for the usual one
	asJSON  bool
	hosted  *hosting // the project that commands are about, opened by this process; nil: they open it
}

// usageError is wrong usage: exit status 2.
type usageError struct{ err error }

func (u usageError) Error() string { return u.err.Error() }
func (u usageError) Unwrap() error { return u.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Main runs the command line and returns the exit status.
func Main(version string, args []string, s Streams) int {
	// The widgets that take their colours from lipgloss's global renderer agree
	// with the session's.
	if os.Getenv("NO_COLOR") != "" {
		lipgloss.SetColorProfile(termenv.Ascii)
	}
	// Who has seen enough of the output ends the command in order, not by a signal.
	signal.Ignore(syscall.SIGPIPE)
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	a := &app{Streams: s, version: version}
	root := a.tree()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if errors.Is(err, store.ErrLocked) {
		if status, ok := a.handOver(ctx, cmd); ok {
			return status
		}
	}
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(s.Err, "inkling: %s\n", safe.Text(words(err)))
		return 2
	case errors.Is(err, syscall.EPIPE), errors.Is(err, io.ErrClosedPipe):
		return 0
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(s.Err, "inkling: interrupted; what was saved stays, and the same command goes on from there")
		return 1
	case errors.Is(err, tui.ErrHangUp):
		return 1
	}
	fmt.Fprintf(s.Err, "inkling: %s\n", safe.Text(words(err)))
	return 1
}

// Command returns the command tree, from which help, completion and man pages
// are made.
func Command(version string, s Streams) *cobra.Command {
	return (&app{Streams: s, version: version}).tree()
}

// tree makes the command tree.
func (a *app) tree() *cobra.Command {
	var as string
	root := &cobra.Command{
		Use:   "inkling [PROJECT]",
		Short: "Label data and train models on it, in the terminal",
		Long: `Inkling is a workbench for labelling data and training models on it.

A model suggests, a person accepts with one key or corrects with another, and
the model learns from it in the background. A project is one file.

Without a project the workbench opens on a built-in demo project.`,
		Example: `  inkling                                             the workbench on the demo project
  inkling import spam.inkling sms.csv --gold label    make a project from a file
  inkling spam.inkling                                label it
  inkling predict spam.inkling next-week.csv          use the model`,
		Version: a.version,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 || len(args) == 1 && !exists(args[0]) {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case len(args) == 1:
				return a.label(cmd.Context(), args[0], as)
			case as != "":
				return usagef("--as goes with a project: inkling PROJECT --as NAME")
			}
			return a.demoWorkbench(cmd.Context())
		},
		ValidArgsFunction: projectFiles,
	}
	root.SuggestionsMinimumDistance = 2
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usagef("%w; see %s --help", err, cmd.CommandPath()) })
	root.Flags().StringVar(&as, "as", "", "`NAME` under which answers are recorded (default: the user's)")
	root.PersistentFlags().StringVar(&a.config, "config", "", "`FILE` with the language and the keys (inkling keys says where it is looked for)")
	root.AddGroup(
		&cobra.Group{ID: "work", Title: "Work on a project:"},
		&cobra.Group{ID: "model", Title: "Models:"},
		&cobra.Group{ID: "file", Title: "The project file:"},
	)
	group := func(id string, cmds ...*cobra.Command) {
		for _, c := range cmds {
			c.GroupID = id
			root.AddCommand(c)
		}
	}
	group("work", a.newCommand(), a.importCommand(), a.setCommand(), a.labelCommand(), a.serveCommand(), a.exportCommand(), a.demoCommand())
	group("model", a.pretrainCommand(), a.trainCommand(), a.evalCommand(), a.predictCommand(), a.runsCommand(), a.annotatorCommand(), a.rulesCommand())
	group("model", a.modelsCommand(), a.simulateCommand())
	group("file", a.statsCommand(), a.agreementCommand(), a.truthCommand(), a.errorsCommand(), a.adviceCommand(), a.peopleCommand(), a.logCommand(), a.checkCommand(), a.backupCommand(), a.restoreCommand(), a.compactCommand(), a.replayCommand())
	root.AddCommand(a.keysCommand(), a.manCommand())
	return root
}

// noCommand says what may have been meant by a first word that is neither a
// command nor a project.
func noCommand(root *cobra.Command, word string) error {
	if near := root.SuggestionsFor(word); len(near) > 0 {
		return usagef("there is no command or project %q; was inkling %s meant?", word, strings.Join(near, " or inkling "))
	}
	if exists(word) {
		return usagef("%q is no command; inkling help lists them", word)
	}
	return noProject(word)
}

// projectFiles completes the first argument with project files.
func projectFiles(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) == 0 {
		return []string{"inkling"}, cobra.ShellCompDirectiveFilterFileExt
	}
	return nil, cobra.ShellCompDirectiveDefault
}

// jsonFlag adds --json to a command that prints a result.
func (a *app) jsonFlag(cmd *cobra.Command) *cobra.Command {
	cmd.Flags().BoolVar(&a.asJSON, "json", false, "print the result as one JSON document")
	return cmd
}

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// onTerminal reports whether a workbench can be shown.
func (a *app) onTerminal() bool { return isTerminal(a.In) && isTerminal(a.Out) && !dumb() }

// dumb reports whether the terminal says of itself that it can only print.
func dumb() bool { return os.Getenv("TERM") == "dumb" }

// noTerminal refuses to show a workbench where none can be shown.
func noTerminal() error {
	what := "the workbench needs a terminal"
	if dumb() {
		what += ", and this one can only print (TERM=dumb)"
	}
	return usagef("%s; without one there are import, train, eval, predict and export, inkling demo shows the loop as text, and inkling help lists all", what)
}

// say writes a message for people to standard error.
func (a *app) say(format string, args ...any) {
	fmt.Fprintln(a.Err, safe.Text(fmt.Sprintf(format, args...)))
}
