package cli

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"inkling/label"
	"inkling/label/format"
	"inkling/store"
)

// ground is where answers are known, and what was left out there.
type ground struct {
	where        string // audit, gold or file
	on           string // what is measured on, for people
	nothing      string // why there may be nothing
	unknown      int    // items whose answer is none of the task
	firstUnknown string
	open         int // audited items left out because people disagree about them
	known        int // items that read like one that the model learned from

	// each visits the items, in order.
	each func(ctx context.Context, visit func(label.Item, label.Answer) error) error
}

func (g *ground) strange(what string) {
	if g.unknown++; g.unknown == 1 {
		g.firstUnknown = "the first is " + what
	}
}

// goldGround is the project's gold column, without the items that read like one
// that a model may have learned from.
func (j *evalJob) goldGround(ctx context.Context, p *store.Project) (*ground, error) {
	t := p.Task()
	gold := t.Column(label.Gold)
	if gold < 0 {
		return nil, usagef("this project has no gold column: import one with --gold COL, or name a file")
	}
	learned, err := learnedFrom(ctx, p)
	if err != nil {
		return nil, err
	}
	name := t.Columns[gold].Name
	g := &ground{where: "gold", on: fmt.Sprintf("the gold column %q, without what the model may have learned from", name),
		nothing: fmt.Sprintf("column %q has no answer for an item that the model did not learn from", name)}
	form, total := newAnswers(t), p.Counts().Items
	g.each = func(ctx context.Context, visit func(label.Item, label.Answer) error) error {
		bar := j.newProgress("measuring")
		defer bar.end()
		if j.quiet {
			bar.w = io.Discard
		}
		return p.Items(ctx, 1, total, func(it label.Item) error {
			bar.show(int64(it.Num), int64(total), "")
			if learned[it.Key] {
				return nil
			}
			switch x, has, err := form.read(it.Field(gold)); {
			case err != nil:
				g.strange(fmt.Sprintf("item %d: %q", it.Num, it.Field(gold)))
			case has:
				return visit(it, x)
			}
			return nil
		})
	}
	return g, nil
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

// fileGround is a file with known answers, which is closed by done.
func (j *evalJob) fileGround(ctx context.Context, p *store.Project, file string) (g *ground, done func(), err error) {
	src, err := openSource(file, j.read, j.In)
	if err != nil {
		return nil, nil, err
	}
	t := p.Task()
	dialect, err := src.settle(textColumns(t.Columns))
	if err != nil {
		src.close()
		return nil, nil, err
	}
	r, err := src.reader()
	if err != nil {
		src.close()
		return nil, nil, err
	}
	done = func() {
		r.Close()
		src.close()
	}
	learned, err := learnedFrom(ctx, p)
	if err != nil {
		done()
		return nil, nil, err
	}
	j.say("%s: %s", shownName(file), dialect)
	g = &ground{where: "file", on: shownName(file), nothing: "the file has no row with a known answer"}
	in := &inputs{task: t, lines: dialect.Format == format.Lines}
	form, gold := newAnswers(t), -1
	g.each = func(ctx context.Context, visit func(label.Item, label.Answer) error) error {
		bar := j.newProgress("measuring")
		defer bar.end()
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
			if gold >= len(values) {
				continue
			}
			x, has, err := form.read(values[gold])
			if err != nil {
				g.strange(fmt.Sprintf("line %d: %q", rec.Line, values[gold]))
			}
			if !has {
				continue
			}
			it := in.item(values)
			if learned[it.Key] {
				g.known++
			}
			if err := visit(it, x); err != nil {
				return err
			}
		}
	}
	return g, done, nil
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
