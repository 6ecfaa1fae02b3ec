// Package bayes is multinomial naive Bayes (McCallum, Nigam, "A comparison of
// event models for naive Bayes text classification", 1998) over rows that may
// be weighted and scaled (Rennie and others, "Tackling the poor assumptions of
// naive Bayes text classifiers", 2003).
//
// A class's score is
//
//	ln prior_c + scale * sum_f x_f ln theta_cf,   theta_cf = (n_cf + alpha) / (n_c + alpha F),
//
// where n_cf is the sum of feature f over the rows of class c, n_c that over all
// features, and F the number of features that any row had: others say nothing,
// and in particular nothing in favour of classes with few rows. A row that weighs
// v counts v times in all of these.
//
// Products are converted to float64 before they are added, which the language
// makes a rounding: else some processors fuse the two, and come to other last
// bits. Logarithms are those of package exact.
//
// It costs one pass over the data, and room in proportion to it: for a feature
// only the classes are kept whose rows had it.
//
// Odd data: no rows are ErrNoRows. A fit refuses values of features that cannot be
// counted: NaN, infinite ones, those above 1e12, and those below 0, as hashed features
// have. (Values of tables are read by Gaussian alone, which says what it makes of odd
// ones.) One row, one class, repeated rows and rows without features are learned as any
// other. A class without a row has what the prior credits it with. No probability is 0.
package bayes

import (
	"errors"
	"fmt"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Errors of fitting and of reading what was stored.
var (
	ErrNoRows  = errors.New("bayes: no rows to fit")
	ErrDamaged = errors.New("bayes: damaged")
)

// Options say how to fit. Zero values mean the defaults.
type Options struct {
	Alpha float64 // smoothing, above 0; default: chosen with Scale by leaving one row out at a time
	Scale float64 // weight of a row against the prior, above 0; default: chosen with Alpha
	Prior float64 // rows that each class is credited with beforehand, above 0; default 1
}

// Model is a fitted model. It never changes and is safe for concurrent use.
type Model struct {
	alpha, scale, credit float64
	counts

	// What follows is made from the above.
	prior []float64 // ln of each class
	level []float64 // of each class: scale * ln(alpha / (n_c + alpha F)), theta of a feature that the class had not
	gain  []float64 // of each pair: scale * ln(1 + n_cf / alpha), what theta is above it
}

// counts is what rows come to by class, all that is kept of them: for a feature
// only the classes whose rows had it.
type counts struct {
	rows   []float64    // of each class, by weight
	set    *feature.Set // features that any row had
	starts []uint32     // where the pairs of each feature begin; one more at the end
	class  []uint16     // of each pair
	sum    []float32    // n_cf of each pair
}

// Classes is the number of classes.
func (m *counts) Classes() int { return len(m.rows) }

// maxClasses is what a pair's class has room for.
const maxClasses = 1 << 16

// Alpha is the smoothing.
func (m *Model) Alpha() float64 { return m.alpha }

// Scale is the weight of a row against the prior.
func (m *Model) Scale() float64 { return m.scale }

// finish computes what Predict reads.
func (m *Model) finish() {
	k := len(m.rows)
	m.prior, m.level, m.gain = make([]float64, k), make([]float64, k), make([]float64, len(m.sum))
	m.priors(m.credit, m.prior)
	sum := m.totals()
	for c := range m.rows {
		m.level[c] = m.scale * (exact.Log(m.alpha) - exact.Log(sum[c]+float64(m.alpha*float64(max(1, m.set.Len())))))
	}
	for i, n := range m.sum {
		m.gain[i] = m.scale * exact.Log1p(float64(n)/m.alpha)
	}
}

// priors writes the logarithm of each class's share of the rows, where each has
// so many more.
func (m *counts) priors(credit float64, prior []float64) {
	total := float64(credit * float64(len(m.rows)))
	for _, n := range m.rows {
		total += n
	}
	for c, n := range m.rows {
		prior[c] = exact.Log((n + credit) / total)
	}
}

// totals returns n_c of each class.
func (m *counts) totals() []float64 {
	sum := make([]float64, len(m.rows))
	for i, c := range m.class {
		sum[c] += float64(m.sum[i])
	}
	return sum
}

// Predict writes the probability of every class into p, which must have
// Classes() elements. No probability is 0.
func (m *Model) Predict(r feature.Row, p []float64) {
	if len(p) != len(m.rows) {
		panic(fmt.Sprintf("bayes: %d probabilities for %d classes", len(p), len(m.rows)))
	}
	m.scores(r, p)
	exact.Softmax(p, p)
}

// scores writes the score of every class.
func (m *Model) scores(r feature.Row, p []float64) {
	clear(p)
	length := 0.0
	for i, f := range r.Index {
		at := m.set.Rank(f)
		if at < 0 {
			continue
		}
		v := float64(r.Value[i])
		length += v
		from, to := m.starts[at], m.starts[at+1]
		gain := m.gain[from:to]
		for j, c := range m.class[from:to] {
			p[c] += float64(v * gain[j])
		}
	}
	for c := range p {
		p[c] += m.prior[c] + float64(length*m.level[c])
	}
}

// Explain writes what each feature of a row adds to the log odds of a class
// against the mean of the others into w, and returns what is there without
// any feature. Classes that are farther than exact.Farthest below the best are
// where their scores put them, though Predict does not let them sink so far.
func (m *Model) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("bayes: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	others := float64(max(1, len(m.rows)-1))
	level := margin(m.level, class)
	for i, f := range r.Index {
		at := m.set.Rank(f)
		if at < 0 {
			continue
		}
		x := level
		for j := m.starts[at]; j < m.starts[at+1]; j++ {
			if int(m.class[j]) == class {
				x += m.gain[j]
			} else {
				x -= m.gain[j] / others
			}
		}
		w[i] = float64(r.Value[i]) * x
	}
	return margin(m.prior, class)
}

// margin is how far one score lies above the mean of the others.
func margin(scores []float64, class int) (x float64) {
	others := float64(max(1, len(scores)-1))
	for c, y := range scores {
		if c != class {
			x -= y / others
		}
	}
	return x + scores[class]
}
