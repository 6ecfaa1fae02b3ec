package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"inkling/store"
	"inkling/tui/safe"
	"inkling/tui/seat"
	"inkling/tui/sshd"
)

// hosting is a project that this process has open for others, in whose name a
// command is run.
type hosting struct {
	project *store.Project
	path    string
	name    string // who asks
}

// allowed is a command that may be run on a hosted project: from which role on,
// and with which flags. None names a file of the host.
type allowed struct {
	name  string
	role  seat.Role
	flags []string
	stdin bool // reads the file that is sent
}

// allowedCommands are the commands that people may run over SSH.
func allowedCommands() []allowed {
	return []allowed{
		{name: "stats", role: seat.Viewer, flags: []string{"json"}},
		{name: "agreement", role: seat.Reviewer, flags: []string{"json", "ordinal"}},
		{name: "people", role: seat.Reviewer, flags: []string{"json"}},
		{name: "rules", role: seat.Reviewer, flags: []string{"json", "text"}},
		{name: "export", role: seat.Reviewer, flags: []string{"format", "answers", "decided", "truth", "pseudonyms", "notes", "safe-csv", "bom"}},
		{name: "truth", role: seat.Reviewer, flags: []string{"json", "method", "least"}},
		{name: "advice", role: seat.Reviewer, flags: []string{"json"}},
		{name: "errors", role: seat.Reviewer, flags: []string{"json", "limit"}},
		{name: "log", role: seat.Reviewer, flags: []string{"json", "text", "by", "annotator", "kind", "item", "from", "to", "since", "until", "pseudonyms"}},
		{name: "import", role: seat.Admin, flags: []string{"json", "answers", "annotator", "gold", "text", "id", "format", "encoding", "delimiter", "header"}, stdin: true},
	}
}

// exec runs a command for somebody on a project that this process has open.
func (a *app) exec(ctx context.Context, p *store.Project, path string, c sshd.Client, args []string, in io.Reader, out, errs io.Writer) int {
	if c.Terminal {
		out, errs = &shown{w: lines{out}}, lines{errs}
	}
	b := &app{Streams: Streams{in, out, errs}, version: a.version, hosted: &hosting{p, path, c.Name}}
	var err error
	if c.Private && slices.Contains(handedOver, args[0]) {
		// The same person, who may do so themselves: files and all.
		root := b.tree()
		root.SetArgs(args)
		err = root.ExecuteContext(ctx)
	} else {
		err = b.execute(ctx, c.Role, args)
	}
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		fmt.Fprintf(errs, "inkling: %s\n", safe.Text(words(err)))
		return 2
	}
	fmt.Fprintf(errs, "inkling: %s\n", safe.Text(words(err)))
	return 1
}

// lines ends lines as a terminal at the other end of a connection needs them.
type lines struct{ w io.Writer }

func (l lines) Write(p []byte) (int, error) {
	if _, err := l.w.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (b *app) execute(ctx context.Context, role seat.Role, args []string) error {
	all := allowedCommands()
	if args[0] == "help" {
		fmt.Fprintf(b.Out, "Without a command ssh opens the workbench. Commands that you may run:\n\n")
		for _, c := range all {
			if cmd, _, err := b.tree().Find([]string{c.name}); err == nil && cmd.Name() == c.name && role >= c.role {
				fmt.Fprintf(b.Out, "  %-10s %s\n", c.name, cmd.Short)
			}
		}
		fmt.Fprintf(b.Out, "\nssh HOST COMMAND --help says more of each. They take no names of files: what is\nprinted comes to you, and import reads what you send (ssh HOST import < file).\n")
		return nil
	}
	at := slices.IndexFunc(all, func(c allowed) bool { return c.name == args[0] })
	if at < 0 {
		return usagef("there is no command %q to be run here; help lists those that there are", args[0])
	}
	may := all[at]
	if role < may.role {
		return fmt.Errorf("%s is for those with the role %v; yours is %v", may.name, may.role, role)
	}
	root := b.tree()
	cmd, rest, err := root.Find(args[:1])
	if err != nil || cmd.Name() != may.name || len(rest) > 0 {
		return usagef("there is no command %q here", args[0])
	}
	// The project is that which is open, whatever else is named.
	want := []string{b.hosted.path}
	if may.stdin {
		want = append(want, "-")
	}
	cmd.Args = func(_ *cobra.Command, positional []string) error {
		if !slices.Equal(positional, want) {
			return usagef("no files or projects are named here: the project is the one that is open%s", map[bool]string{true: ", and the file is what is sent"}[may.stdin])
		}
		return nil
	}
	// Named before they are parsed, so that none takes effect.
	for _, arg := range args[1:] {
		name, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if strings.HasPrefix(arg, "--") && name != "help" && !slices.Contains(may.flags, name) {
			return usagef("--%s cannot be used here", name)
		}
		if !strings.HasPrefix(arg, "--") && strings.HasPrefix(arg, "-") && arg != "-h" && arg != "-" {
			return usagef("%s cannot be used here; flags are written out", arg)
		}
	}
	hide := func(f *pflag.Flag) {
		f.Hidden = f.Name != "help" && !slices.Contains(may.flags, f.Name)
	}
	cmd.Flags().VisitAll(hide)
	root.PersistentFlags().VisitAll(hide)
	root.SetArgs(append(append([]string{may.name}, want...), args[1:]...))
	return root.ExecuteContext(ctx)
}
