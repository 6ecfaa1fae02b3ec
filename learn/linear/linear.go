// Package linear is softmax (multinomial logistic) regression over sparse
// rows, with a penalty on the square of the weights.
//
// It minimises
//
//	C sum_i v_i -ln p(y_i | x_i)  +  1/2 |W|^2,   p(c | x) = exp(w_c x) / sum_d exp(w_d x),
//
// where v_i is the row's weight and every row has one more column of constant value Options.Bias, so that
// the penalty holds for the bias too.
//
// The solver is coordinate ascent in the dual (Yu, Huang, Lin, "Dual
// coordinate descent methods for logistic regression and maximum entropy
// models", 2011), one row at a time over all of its classes at once (as Prox-SDCA does:
// Shalev-Shwartz, Zhang, "Accelerated proximal stochastic dual coordinate
// ascent", 2016). It has no step size to tune, costs in proportion to the data,
// and comes to a useful model within a few passes, also for few rows. See step.go.
//
// Odd data: no rows are ErrNoRows. Fit refuses rows whose features are not finite, or that
// are longer than 1e9. One row, one class, rows that are repeated or contradict each
// other, and rows without features are learned as any other: the penalty keeps weights
// finite. A class without a row has a probability above 0. FitRegression and
// FitOneVsRest read tables too: NaN is missing, and stands at the mean beside a column that
// says so; infinite values count as the largest float32; a number that is constant is
// read as 0.
package linear

import (
	"errors"
	"fmt"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Errors of fitting and of reading what was stored.
var (
	ErrNoRows  = errors.New("linear: no rows to fit")
	ErrDamaged = errors.New("linear: damaged")
)

// Options say how to fit. Zero values mean the defaults.
type Options struct {
	C         float64        // weight of the data against the penalty, above 0; default: by the number of rows where all features come from texts, else chosen on held-out rows
	Prior     float64        // how much of a text's naive Bayes weights count; negative for nothing; default: chosen on rows left out
	Bias      float64        // value of the constant column; negative for none; default 0.25
	Epochs    int            // passes over the data at most; default 50
	Tolerance float64        // ends when the mean change of a row's probabilities in a pass is below; default 0.003, of more than 2,000 rows of text 0.08
	Balance   float64        // how far classes of few rows are made up for: 0 not at all, 1 until every class weighs the same in sum
	Vector    bool           // reads Row.Vector too
	Seed      uint64         // of the order of the rows
	From      *Model         // where to start: its classes and features may be fewer; nil for nothing
	Valid     *feature.Data  // measured after each pass, where there is Progress
	Progress  func(Progress) // called after each pass; nil for none
}

// Progress is a fit after one of its passes over the data. Losses are in nats.
type Progress struct {
	Epoch    int     // passes done
	Epochs   int     // passes at most
	Loss     float64 // mean of the training rows that the pass came to, as it came to them; exact where there are validation rows
	Change   float64 // mean over rows of the change of probabilities, in sum over classes: 0 at the optimum
	Valid    float64 // log loss of the validation rows; NaN without
	Accuracy float64 // on the validation rows; NaN without
}

func (o Options) withDefaults() Options {
	if o.Bias == 0 {
		o.Bias = 0.25
	}
	if o.Bias < 0 {
		o.Bias = 0
	}
	if o.Epochs <= 0 {
		o.Epochs = 50
	}
	if o.Tolerance <= 0 {
		o.Tolerance = 0.003
	}
	return o
}

// Model is a fitted model. It never changes and is safe for concurrent use.
type Model struct {
	c       float64
	bias    float64
	classes int
	epochs  int          // that the last fit took
	chosen  int          // rows on which C was chosen; 0 where it was given
	prior   float64      // scale of the naive Bayes weights; 0 for none
	set     *feature.Set // features with weights
	w       []float32    // of each feature of the set, lanes(classes) by class; then of each dimension of the vector; then of the constant column
	mean    []float32    // of each dimension of the vector; none where it is not read

	// What follows is made from the above.
	places []uint32  // where each dimension of the vector has its weights
	off    []float64 // what the mean adds to each score
}

// Classes is the number of classes.
func (m *Model) Classes() int { return m.classes }

// C is the weight of the data against the penalty.
func (m *Model) C() float64 { return m.c }

// Epochs is how many passes over the data the last fit took.
func (m *Model) Epochs() int { return m.epochs }

// Features is the number of features with weights.
func (m *Model) Features() int { return m.set.Len() }

// Weight returns the weight of a feature towards a class, 0 for a feature that
// no training row had.
func (m *Model) Weight(f uint32, class int) float64 {
	if r := m.set.Rank(f); r >= 0 {
		return float64(m.w[r*lanes(m.classes)+class])
	}
	return 0
}

// Intercept returns what is added to a class's score for any row.
func (m *Model) Intercept(class int) float64 {
	return m.bias * float64(m.w[m.constant()+class])
}

// constant is where the constant column has its weights.
func (m *Model) constant() int { return len(m.w) - lanes(m.classes) }

// Vector is the length of the representations that the model reads; 0 where it reads
// none.
func (m *Model) Vector() int { return len(m.mean) }

// scores writes w_c x for every class into s, which has lanes(Classes()) elements.
func (m *Model) scores(r feature.Row, s []float64) {
	wide := len(s)
	for c, x := range m.w[m.constant():] {
		s[c] = float64(m.bias * float64(x))
	}
	var at [128]uint32
	var value [128]float32
	n := 0
	for i, f := range r.Index {
		rank := m.set.Rank(f)
		if rank < 0 {
			continue
		}
		at[n], value[n] = uint32(rank*wide), r.Value[i]
		if n++; n == len(at) {
			gather64(s, m.w, at[:], value[:])
			n = 0
		}
	}
	gather64(s, m.w, at[:n], value[:n])
	m.scoresOfVector(r, s)
}

// Predict writes the probability of every class into p, which must have
// Classes() elements. No probability is 0.
func (m *Model) Predict(r feature.Row, p []float64) {
	if len(p) != m.classes {
		panic(fmt.Sprintf("linear: %d probabilities for %d classes", len(p), m.classes))
	}
	var room [128]float64
	s := room[:0]
	if m.classes > len(room) {
		s = make([]float64, 0, lanes(m.classes))
	}
	s = s[:lanes(m.classes)]
	m.scores(r, s)
	exact.Softmax(s[:m.classes], p)
}

// Explain writes what each feature of a row adds to the log odds of a class
// against the mean of the others into w, and returns what is there without
// any feature.
func (m *Model) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("linear: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	margin := func(at int) float64 {
		v, others := m.w[at*lanes(m.classes):][:m.classes], 0.0
		for c, x := range v {
			if c != class {
				others += float64(x)
			}
		}
		return float64(v[class]) - others/float64(max(1, m.classes-1))
	}
	for i, f := range r.Index {
		if at := m.set.Rank(f); at >= 0 {
			w[i] = float64(r.Value[i]) * margin(at)
		}
	}
	if dims := len(m.mean); dims > 0 && len(r.Vector) == dims {
		of := w[len(w)-dims:]
		for j, x := range r.Vector {
			of[j] = float64((float64(x) - float64(m.mean[j])) * margin(m.set.Len()+j))
		}
	}
	return m.bias * margin(m.constant()/lanes(m.classes))
}
