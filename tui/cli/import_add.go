package cli

import (
	"context"
	"errors"
	"io"
	"strings"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

// add reads the file a second time and adds its rows.
func (j *importJob) add(ctx context.Context, p *store.Project, src *source, m mapping, l looked) (total label.Import, left store.Left, side string, err error) {
	r, err := src.reader()
	if err != nil {
		return total, left, "", err
	}
	defer r.Close()
	t := p.Task()
	im := p.NewImport(src.name, "import")
	rejects := &rejects{path: src.rejects()}
	defer func() {
		left = im.Left()
		rejects.close()
		if rejects.n > 0 {
			side = rejects.path
		}
	}()
	bar := j.newProgress("importing")
	defer bar.end()
	row := rowAdder{t: t, m: m, form: newAnswers(t), im: im, file: src.name, names: l.columns, fields: make([]string, m.width)}
	var rows int64
	for {
		rec, e := r.Next()
		if e == io.EOF {
			break
		}
		if e == nil {
			e = row.add(rec)
		}
		if e != nil {
			var bad *format.RowError
			if !errors.As(e, &bad) || j.onError != "skip" {
				im.Abort()
				return im.Totals(), left, side, e
			}
			im.Reject()
			if err := rejects.write(bad); err != nil {
				im.Abort()
				return im.Totals(), left, side, err
			}
		}
		if rows++; rows%4096 == 0 {
			if err := ctx.Err(); err != nil {
				// What was read is kept: the same command adds the rest.
				_, e := im.Close()
				return im.Totals(), left, side, errors.Join(err, e)
			}
			bar.show(r.BytesRead(), r.Size(), bar.perSecond(rows, r.BytesRead()))
		}
	}
	total, err = im.Close()
	return total, left, side, err
}

// rowAdder adds records to an import.
type rowAdder struct {
	t      label.Task
	m      mapping
	form   *answers
	im     *store.Importer
	file   string
	names  []string
	values []string // of the record
	fields []string // of the item
}

func (a *rowAdder) bad(rec format.Record, field int, cause error) error {
	e := &format.RowError{File: a.file, Line: rec.Line, Column: field + 1, Cause: cause}
	if field < len(a.names) {
		e.ColumnName = a.names[field]
	}
	var raw []string
	for _, f := range rec.Fields {
		raw = append(raw, string(f))
	}
	e.Raw = []byte(strings.Join(raw, "\t"))
	return e
}

// place lays the values of a record where the project has them; the fields are
// only lent.
func (a *rowAdder) place(rec format.Record) []string {
	clear(a.fields)
	a.values = rec.AppendStrings(a.values[:0])
	for i, v := range a.values {
		if i < len(a.m.to) && a.m.to[i] >= 0 {
			a.fields[a.m.to[i]] = v
		}
	}
	return a.fields
}

func (a *rowAdder) add(rec format.Record) error {
	a.place(rec)
	values := a.values
	at := func(i int) string {
		if i < 0 || i >= len(values) {
			return ""
		}
		return values[i]
	}
	if a.m.nothing(func(i int) bool { return strings.TrimSpace(at(i)) == "" }) {
		return a.bad(rec, a.m.content[0], a.m.empty(a.t))
	}
	var answer *label.Answer
	switch x, has, err := a.form.read(at(a.m.answers)); {
	case err != nil:
		return a.bad(rec, a.m.answers, err)
	case has:
		answer = &x
	}
	if _, _, err := a.form.read(at(a.m.gold)); err != nil {
		return a.bad(rec, a.m.gold, err)
	}
	return a.im.Add(a.fields, answer)
}
