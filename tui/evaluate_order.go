package tui

import (
	"cmp"
	"slices"

	"inkling/learn/metric"
)

// Orders of classes for views that cannot show all of them: what is worth
// seeing comes first, and classes of which nothing is known last.

// bySupport orders the classes by their answers, most first; equal ones as the
// task has them.
func bySupport(m *metric.Confusion) []int {
	order := allClasses(m)
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(m.Support(b), m.Support(a)) })
	return order
}

// byConfusion orders the classes so that errors come into sight together: first
// the class with the most of them, then, one after the other, the one that is
// confused most with those before it. Ties go to more errors, then to more
// answers, then to the order of the task.
func byConfusion(m *metric.Confusion) []int {
	k := m.Classes()
	errors, bound := make([]int, k), make([]int, k) // bound: errors shared with those placed
	for t := range k {
		for p := range k {
			if n := m.At(t, p); t != p && n > 0 {
				errors[t] += n
				errors[p] += n
			}
		}
	}
	left := allClasses(m)
	order := make([]int, 0, k)
	for len(left) > 0 {
		best := 0
		for i, c := range left {
			b := left[best]
			if cmp.Or(cmp.Compare(bound[c], bound[b]), cmp.Compare(errors[c], errors[b]), cmp.Compare(m.Support(c), m.Support(b))) > 0 {
				best = i
			}
		}
		c := left[best]
		left = slices.Delete(left, best, best+1)
		order = append(order, c)
		for _, o := range left {
			bound[o] += m.At(c, o) + m.At(o, c)
		}
	}
	return order
}

func allClasses(m *metric.Confusion) []int {
	out := make([]int, m.Classes())
	for i := range out {
		out[i] = i
	}
	return out
}

// arranged are the counts and names of a confusion matrix in an order of its
// classes.
func arranged(counts [][]int, names []string, order []int) (rows [][]int, heads []string) {
	for _, t := range order {
		row := make([]int, len(order))
		for i, p := range order {
			row[i] = counts[t][p]
		}
		rows, heads = append(rows, row), append(heads, names[t])
	}
	return rows, heads
}
