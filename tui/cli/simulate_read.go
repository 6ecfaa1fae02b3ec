package cli

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn"
	"inkling/store"
)

// items reads the pool and the test set, and takes the task from what is read.
func (j *simulateJob) items(ctx context.Context, path string) (pool, test []learn.Known, err error) {
	if path != "-" && isProject(path) {
		pool, err = j.ofProject(ctx, path)
	} else {
		pool, err = j.ofFile(ctx, path)
	}
	if err != nil {
		return nil, nil, err
	}
	if j.test != "" {
		if test, err = j.ofTest(ctx); err != nil {
			return nil, nil, err
		}
	} else {
		pool, test = heldOut(pool, j.holdOut, j.seed)
	}
	if j.pool > 0 && j.pool < len(pool) {
		pool = drawn(pool, j.pool, j.seed)
	}
	switch {
	case len(pool) == 0:
		return nil, nil, errors.New("there is no item with a known answer to ask about")
	case len(test) == 0:
		return nil, nil, errors.New("there is no item with a known answer to measure on")
	}
	return pool, test, nil
}

// isProject reports whether a file is a project. One that cannot be read for
// another reason is taken for one, and says so when it is opened.
func isProject(path string) bool {
	if !exists(path) {
		return false
	}
	p, err := store.Open(path, store.Options{ReadOnly: true, Program: "inkling"})
	if err == nil {
		p.Close()
	}
	return !errors.Is(err, store.ErrNotProject)
}

// ofProject returns the items of a project's gold column.
func (j *simulateJob) ofProject(ctx context.Context, path string) ([]learn.Known, error) {
	p, err := j.openRead(ctx, path)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	j.task = p.Task()
	gold := j.task.Column(label.Gold)
	if j.flags.gold != "" {
		if gold = j.task.ColumnNamed(j.flags.gold); gold < 0 {
			return nil, usagef("the project has no column %q", j.flags.gold)
		}
	}
	if gold < 0 {
		return nil, usagef("this project has no gold column: import one with --gold COL, or simulate on the file itself")
	}
	j.flags.gold = j.task.Columns[gold].Name
	var out []learn.Known
	form, strange := newAnswers(j.task), 0
	bar := j.newProgress("reading")
	defer bar.end()
	total := p.Counts().Items
	err = p.Items(ctx, 1, total, func(it label.Item) error {
		bar.show(int64(it.Num), int64(total), "")
		switch x, has, err := form.read(it.Field(gold)); {
		case err != nil:
			strange++
		case has:
			out = append(out, learn.Known{Item: it, Answer: x})
		}
		return nil
	})
	if strange > 0 {
		j.say("note: %s left out whose answer in column %q is none of the project's", count(strange, "item", "items"), j.flags.gold)
	}
	return out, err
}

// ofFile reads a file as import does, without a project.
func (j *simulateJob) ofFile(ctx context.Context, path string) ([]learn.Known, error) {
	if err := j.flags.read(); err != nil {
		return nil, err
	}
	if j.flags.gold == "" {
		return nil, usagef("which column has the known answers? Name it with --gold COL")
	}
	src, err := openSource(path, j.read, j.In)
	if err != nil {
		return nil, err
	}
	defer src.close()
	im := &importJob{app: j.app, flags: j.flags, read: j.read, onError: "stop", path: path}
	look, err := im.look(ctx, nil, src)
	if err != nil {
		return nil, err
	}
	j.say("%s: %s", shownName(path), look.dialect)
	if j.task, err = im.task(nil, look); err != nil {
		return nil, err
	}
	m, err := im.fit(&j.task, look)
	if err != nil {
		return nil, err
	}
	r, err := src.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []learn.Known
	row := rowAdder{t: j.task, m: m, form: newAnswers(j.task), file: src.name, names: look.columns, fields: make([]string, m.width)}
	err = j.eachRow(ctx, r, "reading", func(rec format.Record) error {
		fields, x, err := row.known(rec)
		if err != nil || x == nil {
			return err
		}
		it := label.Item{Fields: slices.Clone(fields)}
		it.ID, it.Key = j.task.Identify(it.Fields)
		out = append(out, learn.Known{Item: it, Answer: *x})
		return nil
	})
	return out, err
}

// known reads an item and its gold answer, nil where it has none; the fields are
// only lent.
func (a *rowAdder) known(rec format.Record) ([]string, *label.Answer, error) {
	fields := a.place(rec)
	if a.m.gold < 0 || a.m.gold >= len(a.values) {
		return nil, nil, nil
	}
	x, has, err := a.form.read(a.values[a.m.gold])
	if err != nil {
		return nil, nil, a.bad(rec, a.m.gold, err)
	}
	if !has {
		return nil, nil, nil
	}
	return fields, &x, nil
}

// ofTest reads the test file: its columns by their names, and the known answers
// from the column of the same name.
func (j *simulateJob) ofTest(ctx context.Context) ([]learn.Known, error) {
	src, err := openSource(j.test, j.read, j.In)
	if err != nil {
		return nil, err
	}
	defer src.close()
	dialect, err := src.settle(textColumns(j.task.Columns))
	if err != nil {
		return nil, err
	}
	r, err := src.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	j.say("%s: %s", shownName(j.test), dialect)
	var out []learn.Known
	in, form, gold, strange := &inputs{task: j.task}, newAnswers(j.task), -1, 0
	err = j.eachRow(ctx, r, "reading the test", func(rec format.Record) error {
		if len(rec.Fields) > len(in.to) {
			if err := in.fit(r.Columns()); err != nil {
				return err
			}
			if gold = slices.Index(r.Columns(), j.flags.gold); gold < 0 {
				return usagef("%s has no column %q with the known answers; it has %s", shownName(j.test), j.flags.gold, list(r.Columns()))
			}
		}
		values := rec.Strings()
		if gold >= len(values) {
			return nil
		}
		x, has, err := form.read(values[gold])
		if err != nil {
			strange++
		}
		if err == nil && has {
			out = append(out, learn.Known{Item: in.item(values), Answer: x})
		}
		return nil
	})
	if strange > 0 {
		j.say("note: %s left out whose answer the pool does not have", count(strange, "row of the test is", "rows of the test are"))
	}
	return out, err
}

// eachRow visits the rows of a file.
func (j *simulateJob) eachRow(ctx context.Context, r *format.Reader, what string, visit func(format.Record) error) error {
	bar := j.newProgress(what)
	defer bar.end()
	for n := int64(0); ; n++ {
		rec, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = visit(rec)
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
	}
}

// heldOut takes a share of the items away to measure on, drawn by hash, so that
// items that read the same fall on the same side.
func heldOut(items []learn.Known, share float64, seed uint64) (pool, test []learn.Known) {
	for _, k := range items {
		if float64(spread(k.Item.Key, seed)>>11)/(1<<53) < share {
			test = append(test, k)
		} else {
			pool = append(pool, k)
		}
	}
	return pool, test
}

// drawn returns n of the items, in their order.
func drawn(items []learn.Known, n int, seed uint64) []learn.Known {
	order := make([]int, len(items))
	for i := range order {
		order[i] = i
	}
	hash := func(i int) uint64 { return spread(items[i].Item.Key^uint64(i)<<32, seed+1) }
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(hash(a), hash(b)), cmp.Compare(a, b)) })
	order = order[:n]
	slices.Sort(order)
	out := make([]learn.Known, n)
	for k, i := range order {
		out[k] = items[i]
	}
	return out
}

// spread spreads keys evenly over all numbers, with each seed differently (the
// finaliser of SplitMix64; Steele, Lea, Flood 2014).
func spread(key, seed uint64) uint64 {
	x := key ^ (seed+1)*0x9e3779b97f4a7c15
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
