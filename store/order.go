package store

import (
	"math/bits"
	"slices"
)

// fewNames is how many names a bucket holds that is sorted by insertion.
const fewNames = 24

// orderNames puts the names of all parts in ascending order of IDs, those with
// the same ID in the order in which they stand there. It writes them over into,
// which may be nil and must not overlap the parts, and returns that.
//
// IDs are hashes, so that their first bits spread names evenly: one pass that
// deals them out by these leaves about four in each place, and little to sort.
// IDs that are not so even only make it slower.
func orderNames(into []name, parts ...[]name) []name {
	n := 0
	for _, part := range parts {
		n += len(part)
	}
	into = slices.Grow(into[:0], n)[:n]
	width := min(max(bits.Len(uint(n))-2, 1), 16)
	shift := 64 - width
	// First how many names there are at each place, then where it begins, then
	// where it ends.
	at := make([]int32, 1<<width+1)
	for _, part := range parts {
		for i := range part {
			at[part[i].high>>shift+1]++
		}
	}
	for i := range at[1:] {
		at[i+1] += at[i]
	}
	for _, part := range parts {
		for _, n := range part {
			place := n.high >> shift
			into[at[place]] = n
			at[place]++
		}
	}
	start := int32(0)
	for _, end := range at[:1<<width] {
		sortFew(into[start:end])
		start = end
	}
	return into
}

// sortFew sorts names that are few, as a rule, and keeps the order of equals.
func sortFew(names []name) {
	if len(names) > fewNames {
		slices.SortStableFunc(names, name.compare)
		return
	}
	for i := 1; i < len(names); i++ {
		n, k := names[i], i
		for ; k > 0 && names[k-1].compare(n) > 0; k-- {
			names[k] = names[k-1]
		}
		names[k] = n
	}
}
