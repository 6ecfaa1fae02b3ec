package safe

import (
	"slices"
	"sort"
)

// Mark asks that the bytes Start to End (exclusive) of the input be drawn in
// the manner of Kind. What lies outside of the input is ignored. Where marks
// overlap, the one later in the list is on top.
type Mark struct {
	Start, End int
	Kind       int
}

// span is a stretch of the input that one mark is on top of.
type span struct {
	start, end int
	mark       int // index in the list of marks
}

// flatten returns what is visible of the marks: spans in order that do not
// overlap, for an input of n bytes.
//
// The marks are laid from the top one down, each into those of the intervals
// between all their ends that are still free; a disjoint-set forest leads to
// the next free one. Time is O(k log k).
func flatten(marks []Mark, n int) []span {
	if len(marks) == 0 {
		return nil
	}
	clip := func(at int) int { return min(max(at, 0), n) }
	ends := make([]int, 0, 2*len(marks))
	for _, m := range marks {
		if clip(m.Start) < clip(m.End) {
			ends = append(ends, clip(m.Start), clip(m.End))
		}
	}
	slices.Sort(ends)
	ends = slices.Compact(ends)

	owner := make([]int, len(ends)) // owner[i] is over [ends[i], ends[i+1])
	free := make([]int, len(ends))  // the next free interval from i on
	for i := range ends {
		owner[i], free[i] = -1, i
	}
	nextFree := func(i int) int {
		for free[i] != i {
			free[i] = free[free[i]]
			i = free[i]
		}
		return i
	}
	for k := len(marks) - 1; k >= 0; k-- {
		start, end := clip(marks[k].Start), clip(marks[k].End)
		if start >= end {
			continue
		}
		for i := nextFree(sort.SearchInts(ends, start)); ends[i] < end; i = nextFree(i) {
			owner[i], free[i] = k, i+1
		}
	}

	var out []span
	for i, k := range owner {
		if k < 0 {
			continue
		}
		if last := len(out) - 1; last >= 0 && out[last].mark == k && out[last].end == ends[i] {
			out[last].end = ends[i+1]
			continue
		}
		out = append(out, span{ends[i], ends[i+1], k})
	}
	return out
}

// topMark returns the index of the topmost mark on any of the bytes start to
// end, or -1.
func topMark(spans []span, start, end int) int {
	top := -1
	first := sort.Search(len(spans), func(i int) bool { return spans[i].end > start })
	for _, s := range spans[first:] {
		if s.start >= end {
			break
		}
		top = max(top, s.mark)
	}
	return top
}
