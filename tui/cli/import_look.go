package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

// Bounds of the first reading.
const (
	sampleRows  = 2000    // rows that roles are inferred from, and ever fewer of those behind them
	maxLabels   = 1000    // different answers beyond which a column is not one of labels
	maxPatterns = 1 << 16 // kinds of rows by which fields are empty, and different answers that are held
)

// looked is what the first reading of a file found.
type looked struct {
	dialect format.Dialect
	columns []string
	samples []*sample
	rows    int64
	answers noted // the column of answers
	gold    noted
	empty   map[string]int // which fields of a row are empty (1) or not (0), with the line of the first such row
	tail    []int          // columns of an export that are no data, and not in added
	same    []bool         // columns of an export that say what its column of true answers says
	added   []int          // columns that an export added, in the order of provenance; nil where the file is none
}

// look reads the file once. In skip mode, into a project whose labels are
// known, the beginning is enough.
func (j *importJob) look(ctx context.Context, p *store.Project, src *source) (looked, error) {
	known := j.flags.named()
	if len(known) == 0 && p != nil {
		known = textColumns(p.Task().Columns)
	}
	dialect, err := src.settle(known)
	if err != nil {
		return looked{}, err
	}
	r, err := src.reader()
	if err != nil {
		return looked{}, err
	}
	defer r.Close()
	l := looked{dialect: dialect, answers: noted{values: map[string]int{}}, gold: noted{values: map[string]int{}}, empty: map[string]int{}}
	whole := j.onError == "stop" || (p == nil && len(j.flags.labels) == 0 && j.flags.answers+j.flags.gold != "")
	bar := j.newProgress("checking")
	defer bar.end()
	l.samples = newSamples(r.Columns())
	answers, gold, cols := -1, -1, 0
	var pattern []byte
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			var bad *format.RowError
			if errors.As(err, &bad) && j.onError == "skip" {
				continue
			}
			return l, j.refuse(err)
		}
		if n := len(rec.Fields); n > cols {
			// A JSON file may show new keys at any row.
			names := r.Columns()
			cols = n
			l.samples = append(l.samples, newSamples(names[min(len(l.samples), n):n])...)
			answers, gold = slices.Index(names, j.flags.answers), slices.Index(names, j.flags.gold)
			if at := inTail(names, goldName); at >= 0 && j.flags.gold == "" && p == nil {
				gold, l.same = at, slices.Repeat([]bool{true}, at)
			}
		}
		if l.rows%(l.rows/sampleRows+1) == 0 { // files are often sorted
			for i, f := range rec.Fields {
				l.samples[i].add(string(f))
				if answers >= 0 && answers < len(rec.Fields) && i != answers {
					l.samples[i].addAnswer(string(f), string(rec.Fields[answers]))
				}
			}
		}
		l.answers.note(rec, answers)
		l.gold.note(rec, gold)
		for i := range l.same {
			l.same[i] = l.same[i] && bytes.Equal(rec.Fields[i], rec.Fields[gold])
		}
		pattern = emptiness(pattern[:0], rec)
		if _, ok := l.empty[string(pattern)]; !ok && len(l.empty) < maxPatterns {
			l.empty[string(pattern)] = rec.Line
		}
		if l.rows++; l.rows%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return l, err
			}
			bar.show(r.BytesRead(), r.Size(), bar.perSecond(l.rows, r.BytesRead()))
			if !whole && l.rows >= sampleRows {
				break
			}
		}
	}
	l.columns = r.Columns()
	if l.added = addedBy(l.columns); l.added != nil {
		for i := len(withoutTail(l.columns)); i < len(l.columns); i++ {
			l.tail = append(l.tail, i)
		}
	}
	if l.rows == 0 {
		return l, fmt.Errorf("%s has no rows", src.name)
	}
	return l, nil
}

// goldColumn is the column of the data that has the true answers of an export; ""
// where there is none.
func (l looked) goldColumn() string {
	i := slices.Index(l.same, true)
	if i < 0 || len(l.gold.values) == 0 || slices.Contains(l.added, i) {
		return ""
	}
	return l.columns[i]
}

// noted is what the first reading found of a column of answers.
type noted struct {
	values   map[string]int // with the line of the first; at most maxPatterns
	notLine  int            // of the first value that is no number; 0 for none
	not      string
	numbers  bool // there is a number
	fraction bool // there is one that is not whole
}

// note takes in the value of a row.
func (n *noted) note(rec format.Record, i int) {
	if i < 0 || i >= len(rec.Fields) || len(rec.Fields[i]) == 0 {
		return
	}
	f := rec.Fields[i]
	if _, ok := n.values[string(f)]; ok {
		return
	}
	v := string(f)
	if len(n.values) < maxPatterns {
		n.values[v] = rec.Line
	}
	if n.notLine > 0 {
		return
	}
	switch x, has, err := (&answers{kind: label.Number}).read(v); {
	case err != nil:
		n.notLine, n.not = rec.Line, v
	case has:
		n.numbers, n.fraction = true, n.fraction || x.Value != math.Trunc(x.Value)
	}
}

// emptiness says which fields of a row are empty, a byte each.
func emptiness(to []byte, rec format.Record) []byte {
	for _, f := range rec.Fields {
		e := byte(0)
		if len(f) == 0 || f[0] <= ' ' && len(bytes.TrimSpace(f)) == 0 {
			e = 1
		}
		to = append(to, e)
	}
	return to
}

// refuse explains what a bad row means.
func (j *importJob) refuse(err error) error {
	var bad *format.RowError
	if errors.As(err, &bad) {
		return fmt.Errorf("%w\nnothing of this file was imported; mend the row, or use --on-error skip to set bad rows aside", err)
	}
	return err
}

// check finds the first row that the second reading would refuse: its answer
// is none of the project's kind, or it has no content.
func (l looked) check(t label.Task, m mapping, file string) error {
	var first *format.RowError
	form := newAnswers(t)
	bad := func(line, field int, cause error) {
		if first == nil || line < first.Line {
			first = &format.RowError{File: file, Line: line, Column: field + 1, ColumnName: l.columns[field], Cause: cause}
		}
	}
	for _, c := range []struct {
		field int
		noted noted
	}{{slices.Index(l.columns, m.answersName), l.answers}, {m.gold, l.gold}} {
		if c.field < 0 {
			continue
		}
		if t.Kind == label.Number {
			if c.noted.notLine > 0 {
				bad(c.noted.notLine, c.field, notNumber(c.noted.not))
			}
			continue
		}
		for v, line := range c.noted.values {
			if _, _, err := form.read(v); err != nil {
				bad(line, c.field, err)
			}
		}
	}
	for pattern, line := range l.empty {
		if m.nothing(func(i int) bool { return i >= len(pattern) || pattern[i] == 1 }) {
			bad(line, m.content[0], m.empty(t))
		}
	}
	if first == nil {
		return nil
	}
	return first
}

var (
	errEmpty = errors.New("the text is empty")
	errBlank = errors.New("all columns are empty")
)

// empty is what is wrong with a row without content.
func (m *mapping) empty(t label.Task) error {
	if t.Column(label.Text) < 0 {
		return errBlank
	}
	return errEmpty
}
