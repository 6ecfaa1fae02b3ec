package cli

import (
	"context"
	"io"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
)

// onAudit measures on the audit stream.
func onAudit(ctx context.Context, p *store.Project, models []*learn.Snapshot) (*measured, error) {
	m := newMeasured(p.Task(), models, auditGround())
	for i, snap := range models {
		e, err := learn.EvaluateAudit(ctx, p, snap)
		if err != nil {
			return nil, err
		}
		m.unknown, m.open, m.said[i].before = e.Unknown, e.Open, e.Before
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

// auditGround is the audit stream, as far as words go.
func auditGround() *ground {
	return &ground{where: "audit", on: "the audit stream, which no model learned from",
		nothing: "no item of the audit stream has an answer yet. Some of the items that the workbench asks for are audits; or name a file with known answers"}
}

// onGold measures on the project's gold column.
func (j *evalJob) onGold(ctx context.Context, p *store.Project, models []*learn.Snapshot) (*measured, error) {
	g, err := j.goldGround(ctx, p)
	if err != nil {
		return nil, err
	}
	m := newMeasured(p.Task(), models, g)
	return m, m.tally(ctx)
}

// onFile measures on a file with known answers.
func (j *evalJob) onFile(ctx context.Context, p *store.Project, models []*learn.Snapshot, file string) (*measured, error) {
	g, done, err := j.fileGround(ctx, p, file)
	if err != nil {
		return nil, err
	}
	defer done()
	m := newMeasured(p.Task(), models, g)
	return m, m.tally(ctx)
}

// answered are items with known answers, and what each model says of them, in
// the order of the models.
type answered struct {
	items []uint64 // numbers; 0 for the rows of a file
	truth []label.Answer
	said  [][]label.Suggestion
}

// answered has models answer the items on all cores.
func (g *ground) answered(ctx context.Context, models []*learn.Snapshot) (*answered, error) {
	type known struct {
		item   label.Item
		answer label.Answer
	}
	out := &answered{said: make([][]label.Suggestion, len(models))}
	return out, inBatches(ctx, func(ctx context.Context, emit func(known) error) error {
		return g.each(ctx, func(it label.Item, x label.Answer) error { return emit(known{it, x}) })
	}, func(k known) []label.Suggestion {
		said := make([]label.Suggestion, len(models))
		for i, s := range models {
			said[i] = s.Suggest(k.item)
		}
		return said
	}, func(k known, said []label.Suggestion) error {
		out.items, out.truth = append(out.items, k.item.Num), append(out.truth, k.answer)
		for i, s := range said {
			out.said[i] = append(out.said[i], s)
		}
		return nil
	})
}

// answered is where the job measures, and what models answer there.
func (j *evalJob) answered(ctx context.Context, p *store.Project, file string, models []*learn.Snapshot) (*ground, *answered, error) {
	g, done, err := j.ground(ctx, p, file)
	if err != nil {
		return nil, nil, err
	}
	defer done()
	a, err := g.answered(ctx, models)
	return g, a, err
}

// answeredReport is what there is to say of them.
type answeredReport interface {
	print(w io.Writer)
	versus() printed // of the models; only where there are two
}

type printed interface{ print(w io.Writer) }

// newAnsweredReport measures models that tell numbers or several labels, on one
// item at least.
func newAnsweredReport(t label.Task, g *ground, a *answered, models []*learn.Snapshot) answeredReport {
	if t.Kind == label.Number {
		return newNumbersReport(t, g, a, models)
	}
	return newSetsReport(t, g, a, models)
}

// ground is where the job measures; done ends it.
func (j *evalJob) ground(ctx context.Context, p *store.Project, file string) (g *ground, done func(), err error) {
	done = func() {}
	switch {
	case file != "":
		return j.fileGround(ctx, p, file)
	case j.onItsGold(p):
		g, err = j.goldGround(ctx, p)
		return g, done, err
	}
	g = auditGround()
	g.each = func(ctx context.Context, visit func(label.Item, label.Answer) error) error {
		var nums []uint64
		answers := map[uint64]label.Answer{}
		err := p.Standings(ctx, func(s label.Standing) error {
			if s.Decision.Action.HasAnswer() && s.Decision.Audit {
				nums, answers[s.Item] = append(nums, s.Item), s.Decision.Answer
			}
			return nil
		})
		if err != nil {
			return err
		}
		return p.ItemsByNum(nums, func(it label.Item) error { return visit(it, answers[it.Num]) })
	}
	return g, done, nil
}

// onItsGold reports whether the project's gold column is measured on.
func (j *evalJob) onItsGold(p *store.Project) bool {
	return j.on == "gold" || j.on == "" && p.Counts().Audited == 0 && p.Task().Column(label.Gold) >= 0
}
