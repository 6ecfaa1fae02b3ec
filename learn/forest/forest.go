// Package forest is trees for tables, and for texts by the words that tell
// most: random forests (Breiman, "Random forests", 2001) and gradient boosting
// (Friedman, "Greedy function approximation: a gradient boosting machine", 2001;
// by Newton's steps and with a penalty, as Chen and Guestrin, "XGBoost: a scalable
// tree boosting system", 2016). A fit always starts over: no option takes an
// earlier model.
//
// Columns are the table's fields (the first 65,036 of them), and of a sparse row
// the features below Data.Texts (all of them where there is no table) that tell
// most, at most Options.Words of them; a feature that a row has not is 0. Every
// column is cut into at most 255 bins once, before the first tree, and trees
// split between bins:
//
//   - numbers are cut at quantiles, and at every value where there are at most 255;
//   - categories go left or right each by itself (not one against the rest):
//     sorted by the mean of what is asked for, and parted at the best place, which
//     for two classes and for numbers is the best of all partings (Fisher 1958);
//     with more classes several orders are tried, one for each of the heaviest;
//   - what is missing (NaN) goes, at each split, where it fits better, and where
//     the node had none, with the larger part. A missing category is a category.
//
// A forest draws the rows of each tree in proportion to their weights; boosting
// multiplies the loss by them. Repeated rows count as one row with that weight.
//
// Odd data: no rows are ErrNoRows. NaN is missing; infinite values are above or
// below all others. A constant column is never split on, and without another one
// every tree is a leaf: the model then says the frequencies, or the mean. A class
// without a row has a probability above 0, and so has each in a forest grown on
// one row or on one class. A category that the fit did not have is a missing one;
// a row with too short a table lacks the rest, and of a longer one the rest is not
// read. Numbers to be told count as 4e307 where they are greater.
//
// The same data, options and seed give the same bytes, with any number of
// workers. A prediction adds numbers in an order that is fixed, so that a stored
// model says the same to the last bit on another machine.
package forest

import (
	"errors"
	"fmt"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Errors of fitting and of reading what was stored.
var (
	ErrNoRows  = errors.New("forest: no rows to fit")
	ErrDamaged = errors.New("forest: damaged")
)

// task is what a model tells.
type task uint8

const (
	oneClass task = iota
	manyLabels
	oneNumber
)

// Model is a fitted model. It never changes and is safe for concurrent use.
type Model struct {
	boosted bool
	task    task
	classes int // or labels; 1 where it tells a number
	rows    int // it was fitted on
	cols    *columns
	t       trees
	dist    *distributions // values of leaves; nil where a leaf holds one number
	base    []float64      // forest: the prior of each class; boosting: the scores before the first tree; number: the mean
	scale   float64        // number: what 1 in a leaf stands for, the greatest distance from the mean
	output  []uint16       // boosting: the score that each tree adds to; with two classes there is one, for the second
	gain    []float64      // of each column: its part of what all splits gained
	outside Outside
	without expectation
	rounds  int // boosting: of the best number of rounds
	stopped int // boosting: rounds that were tried
}

// Outside is how well a forest does on rows that the tree which is asked did not see.
type Outside struct {
	Rows     int     // rows that at least one tree did not see; 0 where nobody asked
	Loss     float64 // mean log loss; for labels summed over them; for a number the mean squared error
	Accuracy float64 // of the most probable class; of labels, part of them that is right; for a number R², NaN where all are equal
}

// Classes is the number of classes or labels, 1 where the model tells a number.
func (m *Model) Classes() int { return m.classes }

// Trees is the number of trees.
func (m *Model) Trees() int { return len(m.t.roots) }

// Nodes is the number of splits and leaves in all trees.
func (m *Model) Nodes() int { return len(m.t.nodes) }

// Outside is what the out-of-bag rows of a forest say, if Options.Outside asked for it.
func (m *Model) Outside() Outside { return m.outside }

// Predict writes the probability of every class, or of every label, or the
// number, into p, which must have Classes() elements. No probability is 0.
func (m *Model) Predict(r feature.Row, p []float64) {
	if len(p) != m.classes {
		panic(fmt.Sprintf("forest: room for %d of %d answers", len(p), m.classes))
	}
	var room [128]uint8
	b := room[:]
	if len(m.cols.list) > len(room) {
		b = make([]uint8, len(m.cols.list))
	}
	b = b[:len(m.cols.list)]
	m.cols.bins(r, b)
	m.answer(b, p)
}

// answer is Predict for bins.
func (m *Model) answer(b []uint8, p []float64) {
	clear(p)
	if m.boosted {
		m.scores(b, p)
		m.link(p)
		return
	}
	m.t.all(b, func(_ int, leaf uint32) { m.vote(leaf, p) })
	m.mean(p, len(m.t.roots))
}

// vote adds what a leaf of a forest says.
func (m *Model) vote(leaf uint32, p []float64) {
	n := &m.t.nodes[leaf]
	if m.dist == nil {
		p[len(p)-1] += n.value()
		return
	}
	for _, x := range m.dist.at(n.left) {
		p[x.label] += float64(x.of)
	}
}

// priorTree is how much of a tree the prior counts as.
const priorTree = 0.25

// mean turns the sums of some trees into the answer. For classes and labels the
// prior counts as a part of a tree: thereby none has the probability 0.
func (m *Model) mean(p []float64, trees int) {
	n := float64(trees)
	switch {
	case m.task == oneNumber:
		p[0] = m.base[0] + float64(m.scale*(p[0]/max(1, n)))
	case m.dist == nil:
		p[0] = (n - p[1] + float64(priorTree*m.base[0])) / (n + priorTree)
		p[1] = (p[1] + float64(priorTree*m.base[1])) / (n + priorTree)
	default:
		all := 0.0
		for c := range p {
			p[c] += float64(priorTree * m.base[c])
			all += p[c]
		}
		if m.task == manyLabels {
			all = n + priorTree
		} // else it is that but for the rounding of shares
		for c := range p {
			p[c] /= all
		}
	}
}

// scores writes what boosting adds up for each output: see Model.output.
func (m *Model) scores(b []uint8, s []float64) {
	copy(s, m.base)
	if m.task == oneNumber {
		s[0] = 0
	}
	m.t.all(b, func(tree int, leaf uint32) { s[m.output[tree]] += m.t.nodes[leaf].value() })
}

// farthest is how far from even a score counts: exp(-700) is still above 0.
const farthest = 700

// link turns the scores in p into the answer.
func (m *Model) link(p []float64) {
	switch {
	case m.task == oneNumber:
		p[0] = m.base[0] + float64(m.scale*p[0])
	case m.task == manyLabels:
		for c, s := range p {
			p[c] = exact.Sigmoid(max(-farthest, min(s, farthest)))
		}
	case len(m.base) == 1 && len(p) == 2:
		s := max(-farthest, min(p[0], farthest))
		p[0], p[1] = exact.Sigmoid(-s), exact.Sigmoid(s)
	default:
		exact.Softmax(p, p)
	}
}
