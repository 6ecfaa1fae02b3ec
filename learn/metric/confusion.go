package metric

import (
	"fmt"
	"slices"
)

// Confusion counts items by true and predicted class. All totals are kept as
// items come and go, so that every figure derived from them costs the number
// of classes, never the number of items.
type Confusion struct {
	k         int
	counts    []int // k rows of true classes, k columns of predicted ones
	support   []int // items by true class
	predicted []int // items by predicted class
	n         int
	correct   int
}

// NewConfusion returns an empty matrix of k classes.
func NewConfusion(k int) *Confusion {
	if k < 0 {
		panic(fmt.Sprintf("metric: %d classes", k))
	}
	return &Confusion{k: k, counts: make([]int, k*k), support: make([]int, k), predicted: make([]int, k)}
}

// Tabulate returns the matrix of all items.
func Tabulate(k int, truth, predicted []int) *Confusion {
	mustMatch("predictions", len(predicted), len(truth))
	m := NewConfusion(k)
	for i, t := range truth {
		m.Add(t, predicted[i])
	}
	return m
}

// Add counts one item.
func (m *Confusion) Add(truth, predicted int) { m.add(truth, predicted, 1) }

// Remove takes back one item that was added, for example because its answer
// was undone. It panics where there is none.
func (m *Confusion) Remove(truth, predicted int) {
	if m.At(truth, predicted) == 0 {
		panic(fmt.Sprintf("metric: no item of class %d predicted as %d to remove", truth, predicted))
	}
	m.add(truth, predicted, -1)
}

// Merge adds all items of another matrix of as many classes.
func (m *Confusion) Merge(o *Confusion) {
	if m.k != o.k {
		panic(fmt.Sprintf("metric: %d classes merged into %d", o.k, m.k))
	}
	for i, c := range o.counts {
		m.add(i/m.k, i%m.k, c)
	}
}

func (m *Confusion) add(truth, predicted, n int) {
	mustHold(truth, m.k)
	mustHold(predicted, m.k)
	m.counts[truth*m.k+predicted] += n
	m.support[truth] += n
	m.predicted[predicted] += n
	m.n += n
	if truth == predicted {
		m.correct += n
	}
}

// Classes is the number of classes.
func (m *Confusion) Classes() int { return m.k }

// N is the number of items.
func (m *Confusion) N() int { return m.n }

// Correct is the number of items predicted as what they are.
func (m *Confusion) Correct() int { return m.correct }

// At is the number of items of one class predicted as another, or as itself.
func (m *Confusion) At(truth, predicted int) int {
	mustHold(truth, m.k)
	mustHold(predicted, m.k)
	return m.counts[truth*m.k+predicted]
}

// Support is the number of items whose true class is c.
func (m *Confusion) Support(c int) int { return m.support[c] }

// Predicted is the number of items predicted as class c.
func (m *Confusion) Predicted(c int) int { return m.predicted[c] }

// Rows returns a copy of the counts, one row a true class, for a heat map.
func (m *Confusion) Rows() [][]int {
	counts := slices.Clone(m.counts)
	rows := make([][]int, m.k)
	for t := range rows {
		rows[t] = counts[t*m.k : (t+1)*m.k : (t+1)*m.k]
	}
	return rows
}

// Accuracy is the share of items predicted as what they are, 0 where there
// are none.
func (m *Confusion) Accuracy() float64 { return ratio(float64(m.correct), float64(m.n)) }
