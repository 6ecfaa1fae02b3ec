package tui

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
)

// Bounds of measuring on the gold column: so many items with a known answer,
// looked for among so many, a chunk at a time.
const (
	goldItems = 2000
	goldAmong = 10 * goldItems
	goldChunk = 500
)

// evaluateGold measures a model on the project's gold column: on items in the
// order of their IDs, which is a random one, and without what reads like an
// item that the model may have learned from. It reads a bounded number of them;
// the command line measures on all.
func evaluateGold(ctx context.Context, p *store.Project, snap *learn.Snapshot, most int) (*learn.Evaluation, error) {
	t := p.Task()
	gold := t.Column(label.Gold)
	learned, err := learnedKeys(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("evaluate on the gold column: %w", err)
	}
	var failed error
	ev := learn.Evaluate(snap, t.Labels, func(yield func(label.Item, int) bool) {
		left := min(p.Counts().Items, goldAmong)
		n, from := 0, label.ID{}
		for left > 0 && n < most {
			var nums []uint64
			if from, failed = p.Walk(from, int(min(left, goldChunk)), func(num uint64, _ label.ID) bool {
				nums = append(nums, num)
				return true
			}); failed != nil || len(nums) == 0 {
				return
			}
			left -= uint64(len(nums))
			var items []label.Item
			if failed = p.ItemsByNum(nums, func(it label.Item) error {
				if v := it.Field(gold); v != "" && !learned[it.Key] {
					items = append(items, it)
				}
				return ctx.Err()
			}); failed != nil {
				return
			}
			for _, it := range items[:min(len(items), most-n)] {
				n++
				if !yield(it, t.Class(it.Field(gold))) {
					return
				}
			}
		}
	})
	if failed != nil {
		return nil, fmt.Errorf("evaluate on the gold column: %w", failed)
	}
	return ev, nil
}

// learnedKeys are the keys of the items that a model may have learned from.
// Another item that reads the same tells as little as they do.
func learnedKeys(ctx context.Context, p *store.Project) (map[uint64]bool, error) {
	nums := map[uint64]bool{}
	err := p.Standings(ctx, func(s label.Standing) error {
		if s.Decision.Action.HasAnswer() && !s.Decision.Audit {
			nums[s.Item] = true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	keys := make(map[uint64]bool, len(nums))
	err = p.ItemsByNum(slices.Sorted(maps.Keys(nums)), func(it label.Item) error {
		keys[it.Key] = true
		return ctx.Err()
	})
	return keys, err
}
