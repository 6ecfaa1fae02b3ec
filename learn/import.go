package learn

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// ErrUnfit is wrapped by the error of a model that cannot be used in a project.
var ErrUnfit = errors.New("learn: the model does not fit the project")

// Fitting returns the snapshot of a portable model as a project with this task
// can use it: with the project's columns of the same names, wherever they are.
// ErrUnfit says what the project lacks. A project may have more labels than the
// model, behind those that it knows, and more columns.
func (p *Portable) Fitting(t label.Task) (*Snapshot, error) {
	if p.Kind != t.Kind {
		return nil, fmt.Errorf("%w: it is for %s, the project asks for %s", ErrUnfit, p.Kind, t.Kind)
	}
	for i, l := range p.Snapshot.labels {
		switch {
		case i >= len(t.Labels):
			return nil, fmt.Errorf("%w: it knows the label %q, which the project does not have", ErrUnfit, l.Name)
		case t.Labels[i].Name != l.Name:
			return nil, fmt.Errorf("%w: its label %d is %q, the project's is %q", ErrUnfit, i+1, l.Name, t.Labels[i].Name)
		}
	}
	to := make([]int, len(p.Columns))
	for i, c := range p.Columns {
		at := t.ColumnNamed(c.Name)
		switch {
		case at < 0:
			return nil, fmt.Errorf("%w: it reads the column %q, which the project does not have", ErrUnfit, c.Name)
		case t.Columns[at].Role != c.Role:
			return nil, fmt.Errorf("%w: it reads the column %q as %s, in the project that is %s", ErrUnfit, c.Name, c.Role, t.Columns[at].Role)
		}
		to[i] = at
	}
	return p.Snapshot.reading(to)
}

// Import puts a portable model into a project as a run of its own, measured on
// the project's audit stream. from says where it comes from, for its lineage. It
// does not become the current model: see SetCurrentModel. The project must have
// no Trainer at work.
func Import(ctx context.Context, p Project, f *Portable, from string) (Run, error) {
	s, err := f.Fitting(p.Task())
	if err != nil {
		return Run{}, err
	}
	b, err := s.MarshalBinary()
	if err != nil {
		return Run{}, err
	}
	id, err := p.NextRunID()
	if err != nil {
		return Run{}, err
	}
	run := f.Run
	run.ID, run.Parent, run.Seq, run.Origin = id, 0, 0, from
	run.Choice, run.Audit = nil, nil // they were made among other items
	run.Size, run.Digest = len(b), digest(b)
	kept := s.space.rep
	s, err = unmarshalSnapshot(b, func(string) (*representation, error) { return kept, nil })
	if err != nil {
		return Run{}, fmt.Errorf("read back what is to be kept: %w", err)
	}
	if run.Representation = s.representation(); run.Representation != "" {
		b, err := kept.MarshalBinary()
		if err != nil {
			return Run{}, fmt.Errorf("write the representation: %w", err)
		}
		if _, err := keepRepresentation(p, kept, b); err != nil {
			return Run{}, err
		}
	}
	if run.Audit, err = auditIn(ctx, p, s); err != nil {
		return Run{}, err
	}
	if err := listModel(p, id); err != nil {
		return Run{}, err
	}
	if err := p.PutModel(id, b); err != nil {
		return Run{}, fmt.Errorf("save model %d: %w", id, err)
	}
	record, err := MarshalRun(run)
	if err != nil {
		return Run{}, err
	}
	if err := p.PutRun(id, record); err != nil {
		return Run{}, fmt.Errorf("save run %d: %w", id, err)
	}
	return run, nil
}

// auditIn measures a snapshot on the answers of a project's audit stream; nil
// where there are none.
func auditIn(ctx context.Context, p Reader, s *Snapshot) (*Audit, error) {
	task, a, rows := p.Task(), newAnswers(), newExamples(s.space)
	if err := a.read(p, task); err != nil {
		return nil, err
	}
	truth, err := a.consensus(ctx, task, nil)
	if err != nil {
		return nil, err
	}
	clear(a.train)
	if err := rows.read(ctx, p, a); err != nil {
		return nil, err
	}
	return rows.problem(task, a, truth).measured(s), nil
}

// listModel names a model in the project's list before it is there itself, as
// saveAll does.
func listModel(p Archive, id uint64) error {
	var kept []uint64
	b, err := p.State(modelsState)
	if err != nil {
		return err
	}
	if len(b) > 0 {
		if err := cbor.Unmarshal(b, &kept); err != nil {
			return fmt.Errorf("%w: list of models: %v", ErrDamaged, err)
		}
	}
	if slices.Contains(kept, id) {
		return nil
	}
	if b, err = encoding.Marshal(append(kept, id)); err != nil {
		return err
	}
	if err := p.PutState(modelsState, b); err != nil {
		return fmt.Errorf("save the list of models: %w", err)
	}
	return nil
}
