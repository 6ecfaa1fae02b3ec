package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn/external"
	"inkling/store"
	"inkling/tui/safe"
)

func (a *app) annotatorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "annotator",
		Short: "Let other programs answer, and measure them",
		Long: `Let another program answer items: a transformer in someone's Python, a rule in a
script. It reads one JSON object a line from its standard input and writes one
a line to its standard output, until its input ends:

  {"id": 17, "text": "win a prize, call now", "amount": 12.5}
  {"id": 17, "label": "spam", "probability": 0.93}

Its answers are kept in the project beside those of people, and never taken for
them. inkling eval --compare measures it against the model on the audit stream;
inkling set --suggest "external NAME" lets the workbench show what it said.

A project file never starts a program by itself: only these commands do, and
only one that somebody on this machine has agreed to run.`,
		Example: `  inkling annotator add spam.inkling bert -- python3 bert.py --threads 2
  inkling annotator test spam.inkling bert
  inkling annotator run spam.inkling bert
  inkling eval spam.inkling --compare`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("annotator has no command %q: use add, list, test, run or remove", args[0])
			}
			return usagef("say what to do: annotator add, list, test, run or remove; see inkling annotator --help")
		},
	}
	cmd.AddCommand(a.annotatorAdd(), a.annotatorList(), a.annotatorTest(), a.annotatorRun(), a.annotatorRemove())
	return cmd
}

// annotatorLimits are flags of annotator add.
type annotatorLimits struct {
	dir         string
	start, item time.Duration
	window      int
}

func (a *app) annotatorAdd() *cobra.Command {
	var l annotatorLimits
	cmd := &cobra.Command{
		Use:   "add PROJECT NAME -- PROGRAM [ARGUMENT..]",
		Short: "Register a program",
		Long: `Register a program under a name. What stands behind -- is started as it stands,
in this folder or in --dir; no shell reads it. It is not started yet: annotator
test tries it.

To register a program is to agree that it runs on this machine. On another one,
where the project goes, it has to be agreed to again.`,
		Example: `  inkling annotator add spam.inkling bert -- python3 bert.py --threads 2
  inkling annotator add spam.inkling rules --item-time 2s -- ./rules.sh`,
		Args: func(cmd *cobra.Command, args []string) error {
			switch dash := cmd.ArgsLenAtDash(); {
			case dash < 0 && len(args) < 2, dash >= 0 && dash < 2:
				return usagef("add needs PROJECT and NAME, and the program behind --; see %s --help", cmd.CommandPath())
			case dash != 2 || len(args) == 2:
				return usagef("which program? It stands behind --: inkling annotator add %s %s -- python3 my.py", args[0], args[1])
			}
			return nil
		},
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.addAnnotator(args[0], args[1], args[2:], l)
		},
	}
	f := cmd.Flags()
	f.StringVar(&l.dir, "dir", "", "the `FOLDER` that the program runs in (default: this one)")
	f.DurationVar(&l.start, "start-time", 0, "how long it may take from its start to its first line (default 2m)")
	f.DurationVar(&l.item, "item-time", 0, "how long it may take for an item (default 30s)")
	f.IntVar(&l.window, "window", 0, "items that it is given before it has answered (default 32)")
	return a.jsonFlag(cmd)
}

func (a *app) addAnnotator(path, name string, command []string, l annotatorLimits) (err error) {
	if l.start < 0 || l.item < 0 || l.window < 0 || l.window > external.MostWindow {
		return usagef("--start-time, --item-time and --window take numbers above 0, and a window no more than %d", external.MostWindow)
	}
	p, err := a.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = closed(p, err) }()
	if p.Task().Kind != label.Classes {
		return external.ErrKind // it would wait there for a run that refuses it
	}
	home, err := projectFolder(path)
	if err != nil {
		return err
	}
	dir, err := realFolder(l.dir)
	if err != nil {
		return fmt.Errorf("--dir: %w", err)
	}
	// At or below the project, the folder goes where the project goes.
	if rel, e := filepath.Rel(home, dir); e == nil && filepath.IsLocal(rel) {
		dir = rel
	}
	x, err := external.Add(p, external.Annotator{Name: name, Args: command, Dir: dir, Added: time.Now().UTC().Truncate(time.Second),
		Start: int(l.start.Milliseconds()), Item: int(l.item.Milliseconds()), Window: l.window})
	if err != nil {
		return usageError{err}
	}
	if err := trust(x, x.Folder(home)); err != nil {
		return err
	}
	if a.asJSON {
		return writeJSON(a.Out, x)
	}
	a.say("%s is registered; try it: inkling annotator test %s %s", name, path, shellWord(name))
	return nil
}

// closed closes a project, and returns the first thing that went wrong.
func closed(p *store.Project, err error) error {
	if e := p.Close(); err == nil {
		return e
	}
	return err
}

// projectFolder is the folder that a project lies in, whatever it is called on
// the way there.
func projectFolder(path string) (string, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	return realFolder(filepath.Dir(path))
}

// realFolder is the one name of a folder that must exist; "" is this one.
func realFolder(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if st, err := os.Stat(path); err != nil {
		return "", err
	} else if !st.IsDir() {
		return "", fmt.Errorf("%s is no folder", path)
	}
	return filepath.EvalSymlinks(path)
}

// shellWord writes a word as a shell takes it for one.
func shellWord(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./=:,+%@", r)
	}
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// commandLine writes a command as a shell would take it, on one line.
func commandLine(args []string) string {
	words := make([]string, len(args))
	for i, w := range args {
		words[i] = shellWord(w)
	}
	return safe.Line(strings.Join(words, " "))
}

func (a *app) annotatorList() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:   "list PROJECT",
		Short: "List the registered programs",
		Long: `List the programs that are registered in a project: how many items each has
answered, and whether it has been agreed to run it on this machine.`,
		Example: `  inkling annotator list spam.inkling
  inkling annotator list spam.inkling --json`,
		Args:              args(cobra.ExactArgs(1)),
		ValidArgsFunction: projectFiles,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.listAnnotators(cmd.Context(), args[0]) },
	})
}

// listed is an annotator as --json prints it.
type listed struct {
	external.Annotator
	Folder   string `json:"folder"`
	Answered int    `json:"answered"`
	Without  int    `json:"without"` // items that it was asked about and has no answer to
	Trusted  bool   `json:"trusted"`
	Suggests bool   `json:"suggests"`
}

func (a *app) listAnnotators(ctx context.Context, path string) error {
	p, err := a.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	home, err := projectFolder(path)
	if err != nil {
		return err
	}
	all, err := external.List(p.Project)
	if err != nil {
		return err
	}
	chosen, _, err := external.Suggests(p.Project)
	if err != nil {
		return err
	}
	out := []listed{}
	for _, x := range all {
		l := listed{Annotator: x, Folder: x.Folder(home), Suggests: x.ID == chosen.ID}
		if l.Answered, l.Without, err = external.Open(p.Project, x.ID).Count(p.Counts().Items); err != nil {
			return err
		}
		if l.Trusted, err = trusted(x, l.Folder); err != nil {
			return err
		}
		out = append(out, l)
	}
	if a.asJSON {
		return writeJSON(a.Out, map[string]any{"annotators": out})
	}
	if len(out) == 0 {
		a.say("no program is registered; inkling annotator add does it")
		return nil
	}
	w := tabwriter.NewWriter(a.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "name\tanswered\twithout\tsuggests\truns here\tcommand\tfolder")
	for _, l := range out {
		fmt.Fprintf(w, "%s\t%d\t%d\t%s\t%s\t%s\t%s\n", safe.Line(l.Name), l.Answered, l.Without, yesNo(l.Suggests), yesNo(l.Trusted), commandLine(l.Args), safe.Line(l.Folder))
	}
	return w.Flush()
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

func (a *app) annotatorRemove() *cobra.Command {
	return a.jsonFlag(&cobra.Command{
		Use:               "remove PROJECT NAME",
		Short:             "Remove a program and its answers",
		Long:              `Remove a registered program from a project, with all that it answered. What people decided stays.`,
		Example:           `  inkling annotator remove spam.inkling bert`,
		Args:              args(cobra.ExactArgs(2)),
		ValidArgsFunction: projectAndAnnotator,
		RunE:              func(cmd *cobra.Command, args []string) error { return a.removeAnnotator(args[0], args[1]) },
	})
}

func (a *app) removeAnnotator(path, name string) (err error) {
	p, err := a.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = closed(p, err) }()
	x, err := findAnnotator(p, name)
	if err != nil {
		return err
	}
	items := p.Counts().Items
	answered, _, err := external.Open(p, x.ID).Count(items)
	if err != nil && !errors.Is(err, external.ErrDamaged) { // to remove it is the remedy
		return err
	}
	if err := external.Remove(p, x.ID, items); err != nil {
		return err
	}
	if a.asJSON {
		return writeJSON(a.Out, map[string]any{"removed": x.Name, "answers": answered})
	}
	a.say("%s is removed, with %s", x.Name, count(answered, "answer", "answers"))
	return nil
}

// findAnnotator finds what was typed; a name that there is not is wrong usage.
func findAnnotator(p external.State, name string) (external.Annotator, error) {
	x, err := external.Find(p, name)
	if err != nil {
		return x, usageError{err}
	}
	return x, nil
}

// annotatorCommandOf is the command that an annotator stands for, on this
// machine: with our environment, the names of the labels, and Python told to
// write each line at once.
func annotatorCommandOf(x external.Annotator, folder string, labels []string) (external.Command, error) {
	if st, err := os.Stat(folder); err != nil || !st.IsDir() {
		return external.Command{}, fmt.Errorf("%s runs in %s, which is no folder on this machine: remove it and add it again where it is", x.Name, folder)
	}
	names, err := json.Marshal(labels)
	if err != nil {
		return external.Command{}, err
	}
	env := append(os.Environ(), "PYTHONUNBUFFERED=1", "INKLING_LABELS="+string(names))
	return external.Command{Args: x.Args, Dir: folder, Env: env}, nil
}
