package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"slices"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

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
			if missing := in.missing(); len(missing) > 0 && n == 0 && r.Dialect().Format != format.JSONL {
				j.say("note: %s is without %s, which counts as missing in every row", shownName(file), list(missing))
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
		j.say("%s could not be read: see %s", count(rejects.n, "row", "rows"), side)
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
