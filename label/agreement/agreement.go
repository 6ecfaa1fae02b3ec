// Package agreement measures how far people who answer the same items agree,
// beyond what chance would give, and how sure that figure is.
//
// It takes answers, of classes, sets of labels, numbers or spans, with any of
// them missing, and gives coefficients with bootstrap intervals over items. It
// holds pure functions: the same answers and seed give the same figures.
package agreement

import (
	"cmp"
	"fmt"
	"slices"

	"inkling/label"
)

// Rating is what one person answered about one item.
type Rating struct {
	Person int // index into Table.People
	Answer label.Answer
	Event  uint64 // of the log, which tells the order; 0 where it is not known
}

// Item is an item that people answered, each at most once.
type Item struct {
	Num     uint64
	Ratings []Rating
}

// Table is who answered what. Items with one rating count for those
// coefficients alone that look at single answers: none here, and so they are
// passed over.
type Table struct {
	Kind   label.Kind
	Labels int // of the task
	People []string
	Items  []Item

	people map[string]int // their indices, where it was made by NewTable
}

// Estimate is a coefficient with its interval.
type Estimate struct {
	Value float64 // where Why is empty
	Low   float64 // of the 95% percentile bootstrap interval over items
	High  float64
	Items int    // with two answers or more, which it rests on
	Why   string // why there is none: a reason of this package
}

// Reasons for there being no figure.
const (
	NoOverlap   = "no item has two answers"
	NoVariation = "all answers are the same"
)

// FewestItems is how many items it takes for a coefficient that allows for chance
// to say anything: of fewer, it is as good as drawn by lot.
const FewestItems = 5

// Few reports whether too few items were answered by several people for a
// coefficient that allows for chance.
func (e Estimate) Few() bool { return e.Items < FewestItems }

// Defined reports whether there is a figure.
func (e Estimate) Defined() bool { return e.Why == "" }

// key is the same for answers that say the same.
func key(a label.Answer) string { return fmt.Sprint(a.Class, a.Set, a.Spans, a.Value) }

// pattern is a multiset of answers that items have, by value: what each
// coefficient but those of pairs rests on.
type pattern struct {
	values []int // ids of values, ascending, with repeats
	counts []int // of each different value, in the order of first
	first  []int // the different values
	items  int   // with this pattern
}

// patterns groups the items with two answers or more.
func patterns(rows [][]int) []pattern {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r []int) bool { return len(r) < 2 })
	for i := range rows {
		rows[i] = slices.Clone(rows[i])
		slices.Sort(rows[i])
	}
	slices.SortFunc(rows, func(a, b []int) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b))
	})
	var out []pattern
	for _, r := range rows {
		if n := len(out); n > 0 && slices.Equal(out[n-1].values, r) {
			out[n-1].items++
			continue
		}
		p := pattern{values: r, items: 1}
		for _, v := range r {
			if k := len(p.first); k > 0 && p.first[k-1] == v {
				p.counts[k-1]++
				continue
			}
			p.first, p.counts = append(p.first, v), append(p.counts, 1)
		}
		out = append(out, p)
	}
	return out
}

// weights returns how many items have each pattern.
func weights(ps []pattern) []float64 {
	w := make([]float64, len(ps))
	for i, p := range ps {
		w[i] = float64(p.items)
	}
	return w
}

// Percent is the observed agreement: the share of pairs of answers to an item
// that are equal, averaged over items (P-bar of Fleiss, "Measuring nominal scale
// agreement among many raters", Psychological Bulletin 76(5), 1971). rows holds
// the value ids of each item, 0 and up.
func Percent(rows [][]int, b Bootstrap) Estimate {
	ps := patterns(rows)
	agree := make([]float64, len(ps))
	for i, p := range ps {
		agree[i] = p.agreement()
	}
	return b.estimate(weights(ps), func(w []float64) (float64, string) {
		sum, n := 0.0, 0.0
		for i, x := range w {
			sum += x * agree[i]
			n += x
		}
		if n == 0 {
			return 0, NoOverlap
		}
		return sum / n, ""
	})
}

// agreement is the share of pairs of answers that are equal.
func (p pattern) agreement() float64 {
	m, same := len(p.values), 0
	for _, c := range p.counts {
		same += c * (c - 1)
	}
	return float64(same) / float64(m*(m-1))
}

// Fleiss is Fleiss' kappa (1971). Where items have differing numbers of answers
// the observed agreement is averaged over items and the chance of a value is its
// share of all answers (Fleiss, Levin and Paik, "Statistical methods for rates
// and proportions", 2003, 18.3). rows holds the value ids of each item, below
// values.
func Fleiss(rows [][]int, values int, b Bootstrap) Estimate {
	ps := patterns(rows)
	agree := make([]float64, len(ps))
	for i, p := range ps {
		agree[i] = p.agreement()
	}
	totals := make([]float64, values)
	return b.estimate(weights(ps), func(w []float64) (float64, string) {
		observed, n := 0.0, 0.0
		clear(totals)
		for i, x := range w {
			observed += x * agree[i]
			n += x
			for k, v := range ps[i].first {
				totals[v] += x * float64(ps[i].counts[k])
			}
		}
		if n == 0 {
			return 0, NoOverlap
		}
		return corrected(observed/n, totals)
	})
}

// corrected corrects observed agreement for that of chance, where each answer is
// drawn by the totals of values.
func corrected(observed float64, totals []float64) (float64, string) {
	all, chance := 0.0, 0.0
	for _, t := range totals {
		all += t
	}
	for _, t := range totals {
		chance += t / all * t / all
	}
	if chance >= 1-1e-12 {
		return 0, NoVariation
	}
	return (observed - chance) / (1 - chance), ""
}

// Cohen is Cohen's kappa of two people ("A coefficient of agreement for nominal
// scales", Educational and Psychological Measurement 20(1), 1960) over the items
// that both answered: counts[a][b] of them were answered a by the first and b by
// the second.
func Cohen(counts [][]float64, b Bootstrap) Estimate {
	k := len(counts)
	flat := make([]float64, 0, k*k)
	for _, row := range counts {
		flat = append(flat, row...)
	}
	first, second := make([]float64, k), make([]float64, k)
	return b.estimate(flat, func(w []float64) (float64, string) {
		clear(first)
		clear(second)
		n, same := 0.0, 0.0
		for i, x := range w {
			first[i/k] += x
			second[i%k] += x
			n += x
			if i/k == i%k {
				same += x
			}
		}
		if n == 0 {
			return 0, NoOverlap
		}
		chance := 0.0
		for i := range first {
			chance += first[i] / n * second[i] / n
		}
		if chance >= 1-1e-12 {
			return 0, NoVariation
		}
		return (same/n - chance) / (1 - chance), ""
	})
}
