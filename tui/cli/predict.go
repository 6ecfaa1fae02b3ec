package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn"
)

// reasonsTold is the number of reasons that --explain gives.
const reasonsTold = 6

// predictJob is one call of predict.
type predictJob struct {
	*app
	read    readFlags
	out     string
	outAs   string
	explain bool
	top     int
	onError string
	model   string // a file to predict with instead of a project

	task   label.Task
	snap   *learn.Snapshot
	rule   *learn.Decision // by which the label is told; nil for the most probable one, or where it is not known
	format format.Format
}

func (a *app) predictCommand() *cobra.Command {
	j := &predictJob{app: a}
	cmd := &cobra.Command{
		Use:   "predict PROJECT [FILE]",
		Short: "Run the model on a file, or on what is left",
		Long: `Predict the label of every row of a file, or of standard input (-), with the
project's model. Rows are read, predicted on all cores, and written in order,
in memory that does not depend on the length of the file; what comes in slowly
is answered at once. Without a file, the items of the project that nobody has
answered are predicted. With --model, no project is needed, only the model that
inkling models export wrote.

One JSON object a row is written: the row's columns, "label" and "probability";
with --top K the K most probable labels as "top"; with --explain the words and
columns that pull towards the label or away from it as "reasons", each with its
weight in log odds, and what they start from as "base", to which the weights of
all reasons are added. Where the answer is a number it is in "value", and weights
are in its unit; several labels are in "labels", and each reason says which
"label" it is about, without a base. A column of the file that has one of these names is written
as NAME_raw. Where the output's name ends in .csv or .tsv, or --output-format
says so, it is a table instead.

A bad row ends the command (--on-error stop, the default) or is set aside in a
file beside the input (skip).`,
		Example: `  inkling predict spam.inkling next-week.csv -o next-week.jsonl
  inkling predict spam.inkling next-week.csv -o next-week.csv --top 3
  inkling predict spam.inkling -o rest.csv
  tail -f messages.jsonl | inkling predict spam.inkling - --explain
  inkling predict --model spam.model next-week.csv -o next-week.csv`,
		Args: func(cmd *cobra.Command, given []string) error {
			if j.model != "" {
				return modelArgs(given)
			}
			return args(cobra.RangeArgs(1, 2))(cmd, given)
		},
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkOnError(j.onError); err != nil {
				return err
			}
			if j.top < 0 {
				return usagef("--top needs a number above 0, not %d", j.top)
			}
			if j.model != "" {
				return j.runModel(cmd.Context(), args[0])
			}
			file := ""
			if len(args) == 2 {
				file = args[1]
			}
			return j.run(cmd.Context(), args[0], file)
		},
	}
	f := cmd.Flags()
	f.StringVarP(&j.out, "output", "o", "", "the `FILE` to write (default: standard output)")
	f.StringVar(&j.outAs, "output-format", "", "jsonl, csv or tsv (default: by the output's name, else jsonl)")
	f.BoolVar(&j.explain, "explain", false, "add the reasons")
	f.IntVar(&j.top, "top", 0, "add the `K` most probable labels")
	f.StringVar(&j.onError, "on-error", "stop", "what a bad row does: stop or skip")
	f.StringVar(&j.model, "model", "", "predict with the model in `FILE`, without a project")
	j.read.add(f)
	return cmd
}

// modelArgs are the arguments where there is no project: the file to predict.
func modelArgs(args []string) error {
	switch len(args) {
	case 0:
		return usagef("with --model, name the FILE to predict, or - for standard input")
	case 1:
		return nil
	}
	return usagef("with --model there is no project: name one FILE to predict, not %d", len(args))
}

// predicted is a batch of rows on its way: values as they came, the items that
// the model reads, and in the end what is written.
type predicted struct {
	names []string // of the columns of values
	rows  []predictRow
	bytes int
	text  bytes.Buffer
	err   error
}

type predictRow struct {
	values []format.Value
	item   label.Item
}

// run predicts with the model of a project.
func (j *predictJob) run(ctx context.Context, path, file string) (err error) {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return err
	}
	defer p.Close()
	if j.snap, err = j.currentModel(p); err != nil {
		return err
	}
	j.task = p.Task()
	if r, err := runOf(p.Project, j.snap.Version()); err == nil {
		j.rule = r.Decision
	}
	produce := func(ctx context.Context, bar *progress, emit func(*predicted) error) error {
		return j.items(ctx, p.Project, bar, emit)
	}
	if file != "" {
		produce = func(ctx context.Context, bar *progress, emit func(*predicted) error) error {
			return j.rows(ctx, file, bar, emit)
		}
	}
	return j.predictAll(ctx, produce)
}

// runModel predicts a file with a model that has no project.
func (j *predictJob) runModel(ctx context.Context, file string) error {
	if j.model == "-" && file == "-" {
		return usagef("standard input cannot be both the model and what is predicted")
	}
	m, err := j.readModelFile(j.model)
	if err != nil {
		return err
	}
	j.snap, j.task = m.Snapshot, m.Task()
	return j.predictAll(ctx, func(ctx context.Context, bar *progress, emit func(*predicted) error) error {
		return j.rows(ctx, file, bar, emit)
	})
}

// predictAll predicts what produce brings and writes it.
func (j *predictJob) predictAll(ctx context.Context, produce func(context.Context, *progress, func(*predicted) error) error) (err error) {
	if j.task.Kind == label.Number && j.top > 0 {
		return usagef("--top lists labels, and this model tells numbers")
	}
	if j.format, err = outputFormat(j.outAs, j.out, format.JSONL); err != nil {
		return err
	}
	out, err := j.output(j.out)
	if err != nil {
		return err
	}
	written, start := 0, time.Now()
	defer func() {
		err = out.finish(err)
		if err == nil && j.rule != nil {
			j.say("note: %s", j.toldFor())
		}
		if err == nil && j.out != "" {
			j.say("%s predicted by run %d, to %s (%.1f s)", count(written, "row", "rows"), j.snap.Version(), j.out, time.Since(start).Seconds())
		}
	}()
	bar := j.newProgress("predicting")
	defer bar.end()
	if j.out == "" && isTerminal(j.Out) {
		bar.w = io.Discard // the lines themselves show how far it is
	}
	headed := false
	return inOrder(ctx, func(ctx context.Context, emit func(*predicted) error) error { return produce(ctx, bar, emit) }, j.worker, func(b *predicted, more bool) error {
		if b.err != nil {
			return b.err
		}
		if !headed && j.format != format.JSONL {
			if err := j.head(out, b.names); err != nil {
				return err
			}
		}
		headed = true
		if _, err := out.Write(b.text.Bytes()); err != nil {
			return err
		}
		written += len(b.rows)
		if more {
			return nil
		}
		return out.Flush()
	})
}

// toldFor says by which rule labels are told.
func (j *predictJob) toldFor() string {
	s := fmt.Sprintf("the label is told for %s, which need not be the most probable one", j.rule.Asked)
	if from, ok := j.rule.Threshold(1); ok {
		s += fmt.Sprintf(": %s from a probability of %.2f", j.name(1), from)
	}
	return s
}

// add reports whether the batch is full.
func (b *predicted) add(r predictRow) bool {
	b.rows = append(b.rows, r)
	for _, v := range r.values {
		b.bytes += len(v.Text)
	}
	return len(b.rows) >= batchRows || b.bytes >= batchBytes
}
