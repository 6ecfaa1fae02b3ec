package learn

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"inkling/label"
	"inkling/learn/metric"
)

// Numbers is what a snapshot that tells numbers said of items whose number is
// known.
type Numbers struct {
	Items     []uint64 // numbers of the items
	Truth     []float64
	Predicted []float64
}

// Report returns the errors of the numbers.
func (n *Numbers) Report() metric.NumberReport { return metric.EvaluateNumbers(n.Truth, n.Predicted) }

// EvaluateAuditNumbers evaluates a snapshot that tells numbers on the answers of
// the audit stream, which no model was trained on. ErrKind where it tells
// something else.
func EvaluateAuditNumbers(ctx context.Context, p Reader, s *Snapshot) (*Numbers, error) {
	if s.kind != label.Number {
		return nil, fmt.Errorf("%w: numbers are asked of a model for %s", ErrKind, s.kind)
	}
	a := newAnswers()
	if err := a.read(p, p.Task()); err != nil {
		return nil, err
	}
	out := &Numbers{}
	for part := range slices.Chunk(slices.Sorted(maps.Keys(a.audit)), chunkItems) {
		err := p.ItemsByNum(part, func(it label.Item) error {
			out.Items = append(out.Items, it.Num)
			out.Truth = append(out.Truth, a.audit[it.Num].value)
			out.Predicted = append(out.Predicted, s.Suggest(it).Answer.Value)
			return ctx.Err()
		})
		if err != nil {
			return nil, fmt.Errorf("evaluate on the audit stream: %w", err)
		}
	}
	return out, nil
}
