package learn

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"inkling/label"
)

// EvaluateAuditNumbers evaluates a snapshot that tells numbers on the answers of
// the audit stream, which no model was trained on. ErrKind where it tells
// something else.
func EvaluateAuditNumbers(ctx context.Context, p Reader, s *Snapshot) (*Numbers, error) {
	out := &Numbers{}
	return out, audited(ctx, p, s, label.Number, func(it label.Item, truth told) {
		out.Items, out.Truth = append(out.Items, it.Num), append(out.Truth, truth.value)
		out.Predicted = append(out.Predicted, s.Suggest(it).Answer.Value)
	})
}

// EvaluateAuditSets does the same with a snapshot that tells several labels.
func EvaluateAuditSets(ctx context.Context, p Reader, s *Snapshot) (*Sets, error) {
	out := &Sets{}
	for _, l := range p.Task().Labels {
		out.Names = append(out.Names, l.Name)
	}
	return out, audited(ctx, p, s, label.MultiLabel, func(it label.Item, truth told) {
		said := s.Suggest(it)
		probabilities := make([]float64, len(out.Names)) // of a label that the model does not know yet, 0
		copy(probabilities, said.Classes)
		out.Items, out.Truth = append(out.Items, it.Num), append(out.Truth, truth.labels())
		out.Predicted, out.Probabilities = append(out.Predicted, said.Answer.Set), append(out.Probabilities, probabilities)
	})
}

// audited visits the items of the audit stream that have an answer, in ascending
// order.
func audited(ctx context.Context, p Reader, s *Snapshot, kind label.Kind, visit func(label.Item, told)) error {
	if s.kind != kind {
		return fmt.Errorf("%w: %s is asked of a model for %s", ErrKind, kind, s.kind)
	}
	truth, _, err := measuring(ctx, p, p.Task())
	if err != nil {
		return err
	}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(truth)), chunkItems) {
		err := p.ItemsByNum(part, func(it label.Item) error {
			visit(it, truth[it.Num])
			return ctx.Err()
		})
		if err != nil {
			return fmt.Errorf("evaluate on the audit stream: %w", err)
		}
	}
	return nil
}

// measuring returns what is held for true of each answered item of the audit
// stream, and how many are left out because people disagree about them and are
// not sure together: no model can be measured by these before somebody settles
// them. No model has a say in it.
func measuring(ctx context.Context, p Reader, t label.Task) (truth map[uint64]told, open int, err error) {
	a := newAnswers()
	if err := a.read(p, t); err != nil {
		return nil, 0, err
	}
	all, err := a.consensus(ctx, t, nil)
	if err != nil {
		return nil, 0, err
	}
	for num, said := range a.audit {
		known, ok := all.measures(num, said)
		if !ok {
			delete(a.audit, num)
			open++
			continue
		}
		a.audit[num] = known
	}
	return a.audit, open, nil
}
