package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
)

func (a *app) modelsExportCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "export PROJECT [RUN]",
		Short: "Write a model as one file that can be used elsewhere",
		Long: `Write the model of a run, or the one in use, as one file: with the names and
roles of the columns that it reads, its labels, the cleaning of texts, and the
record of the run that made it. inkling models import takes it into another
project, and inkling predict --model uses it without one, on any machine with
the same result to the last bit.

A model holds words and codes of the data that it learned from. Who must not
see the data should not get the model.`,
		Example: `  inkling models export spam.inkling -o spam.model
  inkling models export spam.inkling 12 -o spam-12.model`,
		Args:              args(cobra.RangeArgs(1, 2)),
		ValidArgsFunction: completeRunArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if out == "" {
				return usagef("name the file to write: -o FILE")
			}
			var run uint64
			var err error
			if len(args) == 2 {
				if run, err = runNumber(args[1]); err != nil {
					return err
				}
			}
			return a.modelsExport(cmd.Context(), args[0], run, out)
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "", "the `FILE` to write")
	return a.jsonFlag(cmd)
}

// runNumber reads the number of a run.
func runNumber(typed string) (uint64, error) {
	n, err := strconv.ParseUint(typed, 10, 64)
	if err != nil || n == 0 {
		return 0, usagef("a run is named by its number, not %q: inkling models lists them", typed)
	}
	return n, nil
}

func (a *app) modelsExport(ctx context.Context, path string, id uint64, to string) error {
	p, err := a.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	var snap *learn.Snapshot
	if id == 0 {
		snap, err = a.currentModel(p)
	} else {
		snap, err = learn.Load(p.Project, id)
	}
	if err != nil {
		return err
	}
	run, err := runOf(p.Project, snap.Version())
	if err != nil {
		return err
	}
	f, err := learn.NewPortable(p.Task(), run, snap, a.version)
	if err != nil {
		return err
	}
	b, err := f.MarshalBinary()
	if err != nil {
		return err
	}
	if to == "-" && isTerminal(a.Out) {
		return usagef("a model is no text: name a file, or send it on with | or >")
	}
	out, err := a.output(to)
	if err != nil {
		return err
	}
	_, err = out.Write(b)
	if err = out.finish(err); err != nil {
		return err
	}
	if a.asJSON && to != "-" {
		return writeJSON(a.Out, map[string]any{"project": path, "run": run.ID, "model": run.Model, "file": to, "bytes": len(b), "task": taskNames(f.Task())})
	}
	a.say("run %d, %s, as %s (%s)", run.ID, run.Model, to, byteSize(int64(len(b))))
	return nil
}

func (a *app) modelsImportCommand() *cobra.Command {
	var use bool
	cmd := &cobra.Command{
		Use:   "import PROJECT FILE",
		Short: "Take a model from a file into a project",
		Long: `Take a model that inkling models export wrote into a project, as a run of its own
that is measured on the project's audit stream. The project must have the
columns that the model reads, by name and role, and its labels in the same
order; it may have more of both. The model is used only with --use, and then
until the next run, which answers or inkling train start.`,
		Example: `  inkling models import march.inkling spam.model
  inkling models import march.inkling spam.model --use`,
		Args: args(cobra.ExactArgs(2)),
		ValidArgsFunction: func(cmd *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
			return projectFiles(cmd, args, typed)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.modelsImport(cmd.Context(), args[0], args[1], use)
		},
	}
	cmd.Flags().BoolVar(&use, "use", false, "make it the project's model")
	return a.jsonFlag(cmd)
}

func (a *app) modelsImport(ctx context.Context, path, file string, use bool) (err error) {
	f, err := a.readModelFile(file)
	if err != nil {
		return err
	}
	p, err := a.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	from := fmt.Sprintf("%s, run %d of %s", filepath.Base(shownName(file)), f.Run.ID, f.Name)
	run, err := learn.Import(ctx, p, f, from)
	if errors.Is(err, learn.ErrUnfit) {
		return fmt.Errorf("%s: %w; inkling predict --model %s needs no project", shownName(file), err, shownName(file))
	}
	if err != nil {
		return err
	}
	if use {
		if err := p.SetCurrentModel(run.ID); err != nil {
			return err
		}
	}
	current, err := p.CurrentModel()
	if err != nil {
		return err
	}
	if a.asJSON {
		return writeJSON(a.Out, asTrained(run, current))
	}
	fmt.Fprintf(a.Out, "run %d: %s, imported from %s, learned from %s\n", run.ID, run.Model, shownName(from), count(run.Labels, "label", "labels"))
	if u := run.Audit; u != nil {
		what := "accuracy"
		if p.Task().Kind == label.MultiLabel {
			what = "exactly right"
		}
		if e := u.Errors; e != nil {
			fmt.Fprintf(a.Out, "audit    mean absolute error here %.4g on %s\n", e.MAE, count(u.N, "item", "items"))
		} else {
			fmt.Fprintf(a.Out, "audit    %s here %.3f (95%%: %.3f to %.3f) on %s\n", what, u.Accuracy, u.Low, u.High, count(u.N, "item", "items"))
		}
	}
	if use {
		a.say("it is the project's model from now on")
	} else {
		a.say("it is not in use; with --use it would be, and inkling eval %s --run %d measures it", path, run.ID)
	}
	return nil
}

// modelMost bounds what is read of a model file.
const modelMost = 1 << 30

// readModelFile reads a file that models export wrote; - is standard input.
func (a *app) readModelFile(file string) (*learn.Portable, error) {
	var b []byte
	var err error
	if file == "-" {
		b, err = io.ReadAll(io.LimitReader(a.In, modelMost+1))
	} else {
		b, err = readBounded(file)
	}
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(b, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(b))
		if err == nil {
			b, err = io.ReadAll(io.LimitReader(z, modelMost+1))
		}
		if err != nil {
			return nil, fmt.Errorf("%s is packed, and cannot be unpacked: %w", shownName(file), err)
		}
	}
	f, err := learn.UnmarshalPortable(b)
	switch {
	case errors.Is(err, learn.ErrFormat):
		return nil, notModel(file)
	case errors.Is(err, learn.ErrVersion):
		return nil, fmt.Errorf("%s: %w; a newer version of inkling reads it", shownName(file), err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w; copy it anew, or export it again", shownName(file), err)
	}
	return f, nil
}

func readBounded(file string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fmt.Errorf("%s is a folder; a model is one file", file)
	}
	return io.ReadAll(io.LimitReader(f, modelMost+1))
}

// notModel says what may be done with a file that is no model.
func notModel(file string) error {
	name := shownName(file)
	if p, err := store.Open(file, store.Options{ReadOnly: true, Program: "inkling"}); err == nil {
		return errors.Join(fmt.Errorf("%s is a project, not a model file: inkling models export %s -o FILE writes one", name, name), p.Close())
	}
	return fmt.Errorf("%s is not a model file: inkling models export PROJECT -o FILE writes one", name)
}
