package cli

import (
	"fmt"
	"slices"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
)

// currentModel reads the model that a project uses.
func (a *app) currentModel(p *reading) (*learn.Snapshot, error) {
	id, err := p.CurrentModel()
	if err != nil {
		return nil, err
	}
	if id == 0 {
		next := ""
		if err := p.Runs(func(uint64, []byte) error {
			next = "; a model that was imported is used after: inkling models import PROJECT FILE --use"
			return nil
		}); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%s has no model yet: answer some items, or import answers, then: inkling train %s%s", p.Path(), p.Path(), next)
	}
	snap, err := learn.Load(p.Project, id)
	if err != nil {
		return nil, err
	}
	run, err := runOf(p.Project, id)
	if err != nil {
		return nil, err
	}
	n := 0
	if run.Seq > 0 {
		_, err = p.Touched(run.Seq, func(uint64, label.Standing, bool) error {
			n++
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	if n > 0 {
		a.say("note: %s decided since the model was trained (run %d); inkling train %s learns from it", count(n, "item was", "items were"), id, p.Path())
	}
	return snap, nil
}

// readRuns returns the records of all runs, the first one first.
func readRuns(p *store.Project) ([]learn.Run, error) {
	var runs []learn.Run
	err := p.Runs(func(id uint64, record []byte) error {
		r, err := learn.UnmarshalRun(record)
		if err != nil {
			return fmt.Errorf("run %d: %w", id, err)
		}
		runs = append(runs, r)
		return nil
	})
	slices.Reverse(runs)
	return runs, err
}

func runOf(p *store.Project, id uint64) (learn.Run, error) {
	runs, err := readRuns(p)
	if err != nil {
		return learn.Run{}, err
	}
	for _, r := range runs {
		if r.ID == id {
			return r, nil
		}
	}
	return learn.Run{}, nil
}
