// Package confident finds answers that are probably wrong by confident learning:
// from the class that people gave each item, and the probabilities that models
// tell of it which never saw that answer (Northcutt, Jiang, Chuang, "Confident
// learning: estimating uncertainty in dataset labels", JAIR 2021).
//
// It knows nothing of items or models: rows are numbered as they come.
package confident

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"inkling/learn/exact"
)

// Result is what confident learning finds in some answered rows.
type Result struct {
	// Thresholds are, by class, the mean probability of the class among the rows
	// that were given it: above it a model counts as sure of the class. NaN for a
	// class that no row was given.
	Thresholds []float64

	// Joint is the estimated joint distribution of the class that was given (the
	// row) and the true one (the column). It sums to 1, and each of its rows to the
	// share of the answers of that class.
	Joint [][]float64

	// Ranked are the rows whose most probable class is another than the one given,
	// those first whose answer is wrong most probably.
	Ranked []Issue
}

// Issue is a row whose answer may be wrong.
type Issue struct {
	Row    int
	Given  int     // the class that it was given
	Likely int     // the class that it probably has instead
	Wrong  float64 // the probability that the answer is wrong, about
	Pruned bool    // it is among as many rows as the joint distribution says are wrong
}

// Rate is the estimated share of wrong answers.
func (r *Result) Rate() float64 {
	right := 0.0
	for c := range r.Joint {
		right += r.Joint[c][c]
	}
	return max(0, 1-right)
}

// Find looks for wrong answers. said holds the probabilities of every class, by
// row, and given the class that the row was given; it panics where the lengths
// differ. It ends soon after the context, with its error.
func Find(ctx context.Context, said [][]float64, given []int, classes int) (*Result, error) {
	if len(said) != len(given) {
		panic(fmt.Sprintf("confident: %d rows of probabilities, %d answers", len(said), len(given)))
	}
	r := &Result{Thresholds: thresholds(said, given, classes)}
	counts := r.confident(said, given, classes)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.calibrate(counts, given)
	wrong := r.wrong(len(given))
	for i, p := range said {
		if i%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if likely := most(p); likely != given[i] {
			r.Ranked = append(r.Ranked, Issue{Row: i, Given: given[i], Likely: likely, Wrong: wrong(p, given[i])})
		}
	}
	r.prune(said, given)
	slices.SortStableFunc(r.Ranked, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(b.Wrong, a.Wrong), cmp.Compare(margin(said[a.Row], a.Given), margin(said[b.Row], b.Given)))
	})
	return r, nil
}

// thresholds are the mean probability of each class among the rows that have it.
func thresholds(said [][]float64, given []int, classes int) []float64 {
	t, n := make([]float64, classes), make([]int, classes)
	for i, p := range said {
		t[given[i]] += p[given[i]]
		n[given[i]]++
	}
	for c := range t {
		if n[c] == 0 {
			t[c] = math.NaN()
			continue
		}
		t[c] /= float64(n[c])
	}
	return t
}

// confident counts the rows by the class that they were given and the one that
// the models are sure of: of the classes that reach their thresholds the most
// probable one. Rows of which no class does are left out. This is the confident
// joint of the paper's equation 1.
func (r *Result) confident(said [][]float64, given []int, classes int) [][]float64 {
	counts := make([][]float64, classes)
	for c := range counts {
		counts[c] = make([]float64, classes)
	}
	for i, p := range said {
		at := -1
		for c, x := range p {
			// The sum behind a threshold may miss the probability that all its rows
			// share by some units in the last place.
			if x >= r.Thresholds[c]-1e-6 && (at < 0 || x > p[at]) {
				at = c
			}
		}
		if at >= 0 {
			counts[given[i]][at]++
		}
	}
	return counts
}

// calibrate makes a distribution of the counts whose rows have the shares of the
// classes among the answers (equation 3). A class none of whose rows were counted
// is taken for right.
func (r *Result) calibrate(counts [][]float64, given []int) {
	n := make([]int, len(counts))
	for _, c := range given {
		n[c]++
	}
	r.Joint = counts
	for c, row := range counts {
		sum := 0.0
		for _, x := range row {
			sum += x
		}
		if sum == 0 {
			row[c], sum = 1, 1
		}
		for k := range row {
			row[k] *= float64(n[c]) / sum / float64(max(len(given), 1))
		}
	}
}

// prune marks of each pair of classes as many rows as the joint distribution says
// were given the one and are of the other: those with the largest margin between
// the two (pruning by noise rate, section 3.2 of the paper). Rows that the models
// are sure of as they are stay out.
func (r *Result) prune(said [][]float64, given []int) {
	at := make(map[int]int, len(r.Ranked)) // by row
	by := make([][]int, len(r.Joint))      // rows of each class that was given
	for k, s := range r.Ranked {
		at[s.Row] = k
		by[s.Given] = append(by[s.Given], s.Row)
	}
	for c, rows := range by {
		for k := range r.Joint[c] {
			n := int(math.Round(r.Joint[c][k] * float64(len(given))))
			if k == c || n == 0 {
				continue
			}
			slices.SortFunc(rows, func(a, b int) int {
				return cmp.Or(cmp.Compare(said[b][k]-said[b][c], said[a][k]-said[a][c]), cmp.Compare(a, b))
			})
			for _, row := range rows[:min(n, len(rows))] {
				r.Ranked[at[row]].Pruned = true
			}
		}
	}
}

// How much the joint distribution has a say in what is wrong. What models confuse by
// themselves is in it as well as what people do, so that it counts for less than it
// says: of 0 (self-confidence alone) to 1 (Bayes' rule), measured on three sets of
// texts with wrong labels planted in them, 0.3 gained most where some labels are
// mistaken for certain others, and lost nothing to speak of where none are
// (docs/BENCHMARKS.md, "Label errors"). Each pair of labels is taken to have been
// seen some times more often than it was.
const (
	tempered = 0.3
	unseen   = 5.0 // rows, spread over all true classes
)

// wrong returns the probability that an answer is wrong, given what the models say
// of the row: the probability of each other class counts by how often the class
// that was given is given instead of it.
func (r *Result) wrong(rows int) func(p []float64, given int) float64 {
	k := len(r.Joint)
	instead := make([][]float64, k) // by the class given, then the true one
	for i := range instead {
		instead[i] = make([]float64, k)
		for j := range instead[i] {
			seen := func(given int) float64 { return r.Joint[given][j]*float64(rows) + unseen/float64(k) }
			instead[i][j] = exact.Exp(tempered * exact.Log(seen(i)/seen(j)))
		}
	}
	return func(p []float64, given int) float64 {
		sum := 0.0
		for c, x := range p {
			if c != given {
				sum += float64(x * instead[given][c])
			}
		}
		if sum == 0 {
			return 0
		}
		return sum / (sum + p[given])
	}
}

// margin is how much more probable the class that was given is than the best of
// the others.
func margin(p []float64, given int) float64 {
	other := math.Inf(-1)
	for c, x := range p {
		if c != given {
			other = max(other, x)
		}
	}
	return p[given] - other
}

// most is the most probable class; of equal ones the first.
func most(p []float64) int {
	at := 0
	for c, x := range p {
		if x > p[at] {
			at = c
		}
	}
	return at
}
