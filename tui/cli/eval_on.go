package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"inkling/label"
	"inkling/label/format"
	"inkling/learn"
	"inkling/store"
)

// onAudit measures on the audit stream.
func onAudit(ctx context.Context, p *store.Project, models []*learn.Snapshot) (*measured, error) {
	m := newMeasured(p.Task(), models)
	m.where, m.on = "audit", "the audit stream, which no model learned from"
	m.nothing = "no item of the audit stream has an answer yet. Some of the items that the workbench asks for are audits; or name a file with known answers"
	for i, snap := range models {
		e, err := learn.EvaluateAudit(ctx, p, snap)
		if err != nil {
			return nil, err
		}
		m.unknown, m.said[i].before = e.Unknown, e.Before
		for k, truth := range e.Truth {
			q := make([]float64, len(m.names))
			copy(q, e.Probabilities[k])
			m.add(i, e.Items[k], truth, e.Predicted[k], q)
		}
	}
	runs, err := readRuns(p)
	m.curve = learn.LabelCurve(runs)
	return m, err
}

// onGold measures on the project's gold column, without the items that read
// like one that a model may have learned from.
func (j *evalJob) onGold(ctx context.Context, p *store.Project, models []*learn.Snapshot) (*measured, error) {
	t := p.Task()
	gold := t.Column(label.Gold)
	if gold < 0 {
		return nil, usagef("this project has no gold column: import one with --gold COL, or name a file")
	}
	m := newMeasured(t, models)
	m.where = "gold"
	m.nothing = fmt.Sprintf("column %q has no answer for an item that the model did not learn from", t.Columns[gold].Name)
	learned, err := learnedFrom(ctx, p)
	if err != nil {
		return nil, err
	}
	m.on = fmt.Sprintf("the gold column %q, without what the model may have learned from", t.Columns[gold].Name)
	bar := j.newProgress("measuring")
	defer bar.end()
	if j.quiet {
		bar.w = io.Discard
	}
	total := p.Counts().Items
	return m, m.tally(ctx, func(emit func(label.Item, int) error) error {
		return p.Items(ctx, 1, total, func(it label.Item) error {
			bar.show(int64(it.Num), int64(total), "")
			v := it.Field(gold)
			if v == "" || learned[it.Key] {
				return nil
			}
			c := t.Class(v)
			if c < 0 {
				m.strange(fmt.Sprintf("item %d: %q", it.Num, v))
				return nil
			}
			return emit(it, c)
		})
	})
}

// learnedFrom returns the keys of the items that a model may have learned from:
// another item that reads the same tells as little as they do.
func learnedFrom(ctx context.Context, p *store.Project) (map[uint64]bool, error) {
	var nums []uint64
	err := p.Standings(ctx, func(s label.Standing) error {
		if s.Decision.Action.HasAnswer() && !s.Decision.Audit {
			nums = append(nums, s.Item)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keys := make(map[uint64]bool, len(nums))
	err = p.ItemsByNum(nums, func(it label.Item) error {
		keys[it.Key] = true
		return nil
	})
	return keys, err
}

func (m *measured) strange(what string) {
	if m.unknown++; m.unknown == 1 {
		m.firstUnknown = "the first is " + what
	}
}

// onFile measures on a file with known answers.
func (j *evalJob) onFile(ctx context.Context, p *store.Project, models []*learn.Snapshot, file string) (*measured, error) {
	src, err := openSource(file, j.read, j.In)
	if err != nil {
		return nil, err
	}
	defer src.close()
	t := p.Task()
	dialect, err := src.settle(textColumns(t.Columns))
	if err != nil {
		return nil, err
	}
	r, err := src.reader()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	j.say("%s: %s", shownName(file), dialect)
	m := newMeasured(t, models)
	m.where, m.on, m.nothing = "file", shownName(file), "the file has no row with a known answer"
	bar := j.newProgress("measuring")
	defer bar.end()
	learned, err := learnedFrom(ctx, p)
	if err != nil {
		return nil, err
	}
	in := &inputs{task: t, lines: dialect.Format == format.Lines}
	gold := -1
	return m, m.tally(ctx, func(emit func(label.Item, int) error) error {
		for n := 0; ; n++ {
			rec, err := r.Next()
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if len(rec.Fields) > len(in.to) {
				if err := in.fit(r.Columns()); err != nil {
					return err
				}
				if gold, err = j.goldColumn(t, r.Columns()); err != nil {
					return err
				}
			}
			if n%batchRows == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				bar.show(r.BytesRead(), r.Size(), bar.perSecond(int64(n), r.BytesRead()))
			}
			values := rec.Strings()
			if gold >= len(values) || values[gold] == "" {
				continue
			}
			c := t.Class(values[gold])
			if c < 0 {
				m.strange(fmt.Sprintf("line %d: %q", rec.Line, values[gold]))
				continue
			}
			it := in.item(values)
			if learned[it.Key] {
				m.known++
			}
			if err := emit(it, c); err != nil {
				return err
			}
		}
	})
}

// goldColumn finds the column of a file that has the known answers: the one
// that is named, else the one that is the project's own.
func (j *evalJob) goldColumn(t label.Task, names []string) (int, error) {
	if j.gold != "" {
		if i := slices.Index(names, j.gold); i >= 0 {
			return i, nil
		}
		return -1, usagef("there is no column %q; the file has %s", j.gold, strings.Join(names, ", "))
	}
	for _, role := range []label.Role{label.Gold, label.Known} {
		if c := t.Column(role); c >= 0 {
			if i := slices.Index(names, t.Columns[c].Name); i >= 0 {
				j.gold = names[i]
				return i, nil
			}
		}
	}
	return -1, usagef("which column has the known answers? Name it with --gold COL; the file has %s", strings.Join(names, ", "))
}
