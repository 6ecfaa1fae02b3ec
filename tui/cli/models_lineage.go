package cli

import (
	"slices"
	"strings"

	"inkling/learn"
)

// descendant is a run in the tree of those that went on from each other.
type descendant struct {
	run    learn.Run
	branch string // the lines that lead to it
}

// lineage puts the kept runs in the order of a tree: each under the one whose
// model it went on from, or the nearest before that which is kept. A run with
// one successor stands right above it, however long the chain; where several went
// on from the same one, each is a branch of it. runs are in the order of their
// numbers, so that no run comes before its parent.
func lineage(runs []learn.Run, kept map[uint64]bool) []descendant {
	parent := map[uint64]uint64{}
	byID := map[uint64]learn.Run{}
	for _, r := range runs {
		from := r.Parent
		// A parent that is not kept was seen before, and has one that is, or none.
		if from != 0 && !kept[from] {
			from = parent[from]
		}
		parent[r.ID], byID[r.ID] = from, r
	}
	children := map[uint64][]uint64{}
	for _, r := range runs {
		if kept[r.ID] {
			children[parent[r.ID]] = append(children[parent[r.ID]], r.ID)
		}
	}
	// From the end to the start, because a chain may be longer than a stack is
	// deep: each run goes onto the list behind which its successors stand.
	type open struct {
		id     uint64
		branch string
	}
	var out []descendant
	var todo []open
	for _, id := range slices.Backward(children[0]) {
		todo = append(todo, open{id: id})
	}
	for len(todo) > 0 {
		o := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		out = append(out, descendant{byID[o.id], o.branch})
		next := children[o.id]
		if len(next) == 0 {
			continue
		}
		trunk := strings.NewReplacer("├─", "│ ", "└─", "  ").Replace(o.branch)
		last := "└─"
		if len(next) == 1 {
			last = ""
		}
		todo = append(todo, open{id: next[len(next)-1], branch: trunk + last})
		for _, id := range slices.Backward(next[:len(next)-1]) {
			todo = append(todo, open{id: id, branch: trunk + "├─"})
		}
	}
	return out
}
