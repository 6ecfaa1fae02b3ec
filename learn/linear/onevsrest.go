package linear

import (
	"fmt"
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// OneVsRest is logistic regression of one class, or one label, against all else:
//
//	p_c = sigmoid(b_c + w_c x), which minimise  C sum_i v_i loss_i  +  1/2 |w_c|^2,
//
// each by itself. The intercept has no penalty. Columns x are those of
// FitRegression, bends included, so that numbers of any size count alike. Of two classes
// there is one model, and its probabilities sum to 1; those of more classes are
// divided by their sum; those of labels stand as they are. It never changes and is
// safe for concurrent use.
type OneVsRest struct {
	c       float64
	chosen  int // rows on which C was chosen; 0 where it was given
	classes int
	sets    bool
	rounds  int // of Newton's method, of all classes
	layout  *layout
	base    []float64 // of each model
	w       []float64 // of each column, by model
}

// Classes is the number of classes or labels.
func (m *OneVsRest) Classes() int { return m.classes }

// Sets reports whether several labels may hold at once.
func (m *OneVsRest) Sets() bool { return m.sets }

// C is the weight of the data against the penalty.
func (m *OneVsRest) C() float64 { return m.c }

// Rounds is how many steps of Newton's method the last fit took, of all classes.
func (m *OneVsRest) Rounds() int { return m.rounds }

// Columns is how many columns the rows make.
func (m *OneVsRest) Columns() int { return m.layout.width }

// models is how many there are: one of two classes.
func models(classes int, sets bool) int {
	if classes == 2 && !sets {
		return 1
	}
	return classes
}

// scores writes b + w x of each model.
func (m *OneVsRest) scores(r feature.Row, z []float64) {
	copy(z, m.base)
	k := len(m.base)
	m.layout.each(r, func(_, column int, v float64) {
		for c, w := range m.w[column*k : column*k+k] {
			z[c] += float64(v * w)
		}
	})
	most := float64(exact.Farthest)
	if m.sets {
		most = surest
	}
	for c, x := range z {
		z[c] = min(max(finite(x), -most), most)
	}
}

// surest bounds the log odds of a label: farther on, a float64 just below 1 no longer
// tells what they were.
const surest = 18

// Predict writes the probability of every class or label into p, which must have
// Classes() elements. None is 0, nor is that of a label 1.
func (m *OneVsRest) Predict(r feature.Row, p []float64) {
	if len(p) != m.classes {
		panic(fmt.Sprintf("linear: %d probabilities for %d classes", len(p), m.classes))
	}
	if m.classes == 2 && !m.sets {
		m.scores(r, p[1:])
		p[0], p[1] = exact.Sigmoid(-p[1]), exact.Sigmoid(p[1])
		return
	}
	m.scores(r, p)
	sum := 0.0
	for c, z := range p {
		p[c] = exact.Sigmoid(z)
		sum += p[c]
	}
	for c := range p {
		if !m.sets {
			p[c] /= sum
		}
	}
}

// Explain writes what each part of the row adds to the log odds of a class against
// the mean of the others, or of a label against its absence, into w, and returns
// what is there without any part.
//
// Of labels, and of two classes, these are linear in the columns, up to where log odds
// are cut off: there all parts are changed by the same factor. Of more classes, ln
// p_c is ln sigmoid(z_c) less what all have in common; a part counts with the slope of
// the line from there without any part to where the row is, which makes the sum
// come out.
func (m *OneVsRest) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("linear: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	k := len(m.base)
	slope := make([]float64, k)
	switch {
	case m.sets:
		z := make([]float64, k)
		m.scores(r, z)
		base = min(max(m.base[class], -surest), surest)
		slope[class] = 1
		if math.Abs(z[class]) == surest || base != m.base[class] {
			slope[class] = m.cut(r, class, z[class]-base)
		}
	case m.classes == 2:
		slope[0] = 2*float64(class) - 1
		base = float64(slope[0] * m.base[0])
	case m.classes == 1:
		return 0
	default:
		z := make([]float64, k)
		m.scores(r, z)
		for c := range z {
			sign := 1.0
			if c != class {
				sign = -1 / float64(k-1)
			}
			from, to := m.base[c], z[c]
			start := -exact.Softplus(-from)
			base += float64(sign * start)
			if far := to - from; math.Abs(far) < 1e-6 {
				slope[c] = float64(sign * exact.Sigmoid(-(from+to)/2))
			} else {
				slope[c] = float64(sign * ((-exact.Softplus(-to) - start) / far))
			}
		}
	}
	m.layout.each(r, func(part, column int, v float64) {
		for c, x := range m.w[column*k : column*k+k] {
			w[part] += float64(v * float64(x*slope[c]))
		}
	})
	return base
}

// cut returns by what the parts of a row are multiplied so that they sum to no more than
// the log odds of a label may be away from the base.
func (m *OneVsRest) cut(r feature.Row, class int, far float64) float64 {
	sum := 0.0
	m.layout.each(r, func(_, column int, v float64) { sum += float64(v * m.w[column*len(m.base)+class]) })
	if sum == 0 {
		return 1
	}
	return far / sum
}
