package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn"
	"inkling/store"
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

	task   label.Task
	snap   *learn.Snapshot
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
answered are predicted.

One JSON object a row is written: the row's columns, "label" and "probability";
with --top K the K most probable labels as "top"; with --explain the words and
columns that pull towards the label or away from it as "reasons", each with its
weight in log odds. A column of the file that has one of these names is written
as NAME_raw. Where the output's name ends in .csv or .tsv, or --output-format
says so, it is a table instead.

A bad row ends the command (--on-error stop, the default) or is set aside in a
file beside the input (skip).`,
		Example: `  inkling predict spam.inkling next-week.csv -o next-week.jsonl
  inkling predict spam.inkling next-week.csv -o next-week.csv --top 3
  inkling predict spam.inkling -o rest.csv
  tail -f messages.jsonl | inkling predict spam.inkling - --explain`,
		Args:              args(cobra.RangeArgs(1, 2)),
		ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error {
			if j.onError != "stop" && j.onError != "skip" {
				return usagef("--on-error is stop or skip, not %q", j.onError)
			}
			if j.top < 0 {
				return usagef("--top needs a number above 0, not %d", j.top)
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
	j.read.add(f)
	return cmd
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

func (j *predictJob) run(ctx context.Context, path, file string) (err error) {
	if j.format, err = outputFormat(j.outAs, j.out, format.JSONL); err != nil {
		return err
	}
	p, err := j.open(path, true)
	if err != nil {
		return err
	}
	defer p.Close()
	if j.snap, err = j.currentModel(p); err != nil {
		return err
	}
	j.task = p.Task()
	out, err := j.output(j.out)
	if err != nil {
		return err
	}
	defer func() { err = out.finish(err) }()
	bar := j.newProgress("predicting")
	defer bar.end()
	if j.out == "" && isTerminal(j.Out) {
		bar.w = io.Discard // the lines themselves show how far it is
	}
	produce := func(ctx context.Context, emit func(*predicted) error) error { return j.items(ctx, p, bar, emit) }
	if file != "" {
		produce = func(ctx context.Context, emit func(*predicted) error) error { return j.rows(ctx, file, bar, emit) }
	}
	headed, written, start := false, 0, time.Now()
	err = inOrder(ctx, produce, j.worker, func(b *predicted, more bool) error {
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
	if err == nil && j.out != "" {
		bar.end()
		j.say("%d rows predicted by run %d, to %s (%.1f s)", written, j.snap.Version(), j.out, time.Since(start).Seconds())
	}
	return err
}

// items produces the items that nobody has answered.
func (j *predictJob) items(ctx context.Context, p *store.Project, bar *progress, emit func(*predicted) error) error {
	answered := map[uint64]bool{}
	err := p.Standings(ctx, func(s label.Standing) error {
		if s.Decision.Action.HasAnswer() {
			answered[s.Item] = true
		}
		return nil
	})
	if err != nil {
		return err
	}
	names := []string{idName}
	for _, c := range j.task.Columns {
		if c.Name == idName {
			names[0] = otherIDName
		}
		names = append(names, c.Name)
	}
	total := p.Counts().Items
	b := &predicted{names: names}
	err = p.Items(ctx, 1, total, func(it label.Item) error {
		if answered[it.Num] {
			return nil
		}
		values := []format.Value{format.Text(it.ID.String())}
		for i, c := range j.task.Columns {
			values = append(values, value(c.Role, it.Field(i)))
		}
		if b.add(predictRow{values, it}) {
			bar.show(int64(it.Num), int64(total), "")
			full := b
			b = &predicted{names: names}
			return emit(full)
		}
		return nil
	})
	if err != nil || len(b.rows) == 0 {
		return err
	}
	return emit(b)
}

// add reports whether the batch is full.
func (b *predicted) add(r predictRow) bool {
	b.rows = append(b.rows, r)
	for _, v := range r.values {
		b.bytes += len(v.Text)
	}
	return len(b.rows) >= batchRows || b.bytes >= batchBytes
}

// rows produces the rows of a file.
func (j *predictJob) rows(ctx context.Context, file string, bar *progress, emit func(*predicted) error) error {
	b := &predicted{}
	send := func() error {
		if len(b.rows) == 0 {
			return nil
		}
		full := b
		b = &predicted{names: full.names}
		return emit(full)
	}
	// What was read goes out before more is waited for.
	var sendErr error
	r, side, err := j.reader(ctx, file, func() {
		if err := send(); sendErr == nil {
			sendErr = err
		}
	})
	if err != nil {
		return err
	}
	defer r.Close()
	j.say("%s: %s", shownName(file), r.Dialect())
	rejects := &rejects{path: side}
	defer rejects.close()
	in := &inputs{task: j.task, lines: r.Dialect().Format == format.Lines}
	for n := int64(0); ; n++ {
		rec, err := r.Next()
		if sendErr != nil {
			return sendErr
		}
		if err == io.EOF {
			break
		}
		var bad *format.RowError
		if errors.As(err, &bad) && j.onError == "skip" {
			if err := rejects.write(bad); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return err
		}
		if n%1024 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			bar.show(r.BytesRead(), r.Size(), bar.perSecond(n, r.BytesRead()))
		}
		if len(rec.Fields) > len(in.to) {
			if err := send(); err != nil {
				return err
			}
			names := slices.Clone(r.Columns())
			if err := in.fit(names); err != nil {
				return err
			}
			b.names = names
		}
		values := rec.Values()
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = v.Text
		}
		if b.add(predictRow{values, in.item(texts)}) {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if rejects.n > 0 {
		j.say("%d rows could not be read: see %s", rejects.n, side)
	}
	return send()
}

// reader opens the input; waiting is called before standard input is waited
// for.
func (j *predictJob) reader(ctx context.Context, file string, waiting func()) (r *format.Reader, side string, err error) {
	if st, e := os.Stat(file); file != "-" && e == nil && st.Mode().IsRegular() {
		src, err := openSource(file, j.read, nil)
		if err != nil {
			return nil, "", err
		}
		if _, err := src.settle(textColumns(j.task.Columns)); err != nil {
			return nil, "", err
		}
		r, err = src.reader()
		return r, src.rejects(), err
	}
	spec, err := j.read.spec()
	if err != nil {
		return nil, "", err
	}
	if file != "-" { // a pipe with a name is read once only
		r, err = format.Open(file, spec)
		return r, file + ".rejected.jsonl", err
	}
	in := bufio.NewReaderSize(&waiter{ctx: ctx, src: j.In, waiting: waiting}, batchBytes)
	// JSON can be told by its first character, so that a stream of it need not
	// be collected to find out what it is.
	if head, _ := in.Peek(1); spec.Format == "" && len(head) > 0 && head[0] == '{' {
		spec.Format = format.JSONL
	}
	if spec.Format == format.JSONL && spec.Encoding == "" {
		spec.Encoding = "utf-8"
	}
	r, err = format.NewReader(in, "standard input", -1, spec)
	return r, "stdin.rejected.jsonl", err
}

// waiter is a source that may never say anything more: it tells when it is
// about to be waited for, and stops waiting when its context ends.
type waiter struct {
	ctx     context.Context
	src     io.Reader
	waiting func()
	buf     []byte // lent to the read under way
}

func (w *waiter) Read(p []byte) (int, error) {
	type result struct {
		n   int
		err error
	}
	w.waiting()
	if w.buf == nil {
		w.buf = make([]byte, batchBytes)
	}
	buf, done := w.buf[:min(len(p), len(w.buf))], make(chan result, 1)
	go func() {
		n, err := w.src.Read(buf)
		done <- result{n, err}
	}()
	select {
	case r := <-done:
		return copy(p, buf[:r.n]), r.err
	case <-w.ctx.Done():
		w.buf = nil // it is not ours any more
		return 0, w.ctx.Err()
	}
}

// outputNames are the columns of the output: those of the input, renamed where
// they are called like one that is added.
func (j *predictJob) outputNames(in []string) []string {
	added := []string{"label", "probability"}
	if j.top > 0 {
		added = append(added, "top")
	}
	if j.explain {
		added = append(added, "reasons")
	}
	names := slices.Clone(in)
	for i, n := range names {
		for slices.Contains(added, n) || n != in[i] && slices.Contains(in, n) {
			n += rawSuffix
		}
		names[i] = n
	}
	return append(names, added...)
}

func (j *predictJob) head(w io.Writer, in []string) error {
	fw, err := format.NewWriter(w, j.format, j.outputNames(in), format.WriterOptions{})
	if err != nil {
		return err
	}
	return fw.Close()
}

// worker returns what predicts one batch.
func (j *predictJob) worker() func(*predicted) {
	return func(b *predicted) {
		names := j.outputNames(b.names)
		fw, err := format.NewWriter(&b.text, j.format, names, format.WriterOptions{NoHeader: true})
		if err != nil {
			b.err = err
			return
		}
		for _, r := range b.rows {
			values := r.values
			for len(values) < len(b.names) { // keys that were first seen further down
				values = append(values, format.Value{})
			}
			if err := fw.Write(append(values, j.predict(r.item)...)); err != nil {
				b.err = err
				return
			}
		}
		b.err = fw.Close()
	}
}

// predict returns what is added to a row.
func (j *predictJob) predict(it label.Item) []format.Value {
	s := j.snap.Suggest(it)
	out := []format.Value{format.Text(j.name(s.Answer.Class)), number(s.Probability)}
	if j.top > 0 {
		out = append(out, j.alternatives(s.Classes))
	}
	if j.explain {
		out = append(out, j.reasons(it, s.Answer.Class))
	}
	return out
}

// name is the name that a class has now.
func (j *predictJob) name(class int) string {
	if class < len(j.task.Labels) {
		return j.task.Labels[class].Name
	}
	return j.snap.Labels()[class].Name
}

func number(x float64) format.Value {
	return format.Value{Kind: format.Number, Text: strconv.FormatFloat(x, 'g', 6, 64)}
}

func (j *predictJob) alternatives(p []float64) format.Value {
	order := make([]int, len(p))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	type alternative struct {
		Label       string      `json:"label"`
		Probability json.Number `json:"probability"`
	}
	var all []alternative
	var text []string
	for _, c := range order[:min(j.top, len(order))] {
		n := number(p[c]).Text
		all = append(all, alternative{j.name(c), json.Number(n)})
		text = append(text, j.name(c)+" "+n)
	}
	return j.list(all, text)
}

func (j *predictJob) reasons(it label.Item, class int) format.Value {
	type reason struct {
		Term   string      `json:"term"`
		Column string      `json:"column"`
		Weight json.Number `json:"weight"`
	}
	all, text := []reason{}, []string(nil)
	for _, r := range j.snap.Explain(it, class, reasonsTold) {
		n := strconv.FormatFloat(r.Weight, 'f', 3, 64)
		column := ""
		if r.Column >= 0 && r.Column < len(j.task.Columns) {
			column = j.task.Columns[r.Column].Name
		}
		all = append(all, reason{r.Term, column, json.Number(n)})
		text = append(text, fmt.Sprintf("%q %+.3f", r.Term, r.Weight))
	}
	return j.list(all, text)
}

// list is a list in JSON, and words in a table.
func (j *predictJob) list(all any, text []string) format.Value {
	if j.format != format.JSONL {
		return format.Text(strings.Join(text, "; "))
	}
	var b bytes.Buffer
	if err := writeJSON(&b, all); err != nil {
		return format.Value{}
	}
	return format.Value{Kind: format.JSON, Text: strings.TrimSpace(b.String())}
}
