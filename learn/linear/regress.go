package linear

import (
	"context"
	"errors"
	"fmt"
	"math"

	"inkling/learn/feature"
)

// Method is what a regression minimises, of the errors e_i = y_i - b - w x_i with the
// rows' weights v_i.
type Method uint8

// The methods.
const (
	Least   Method = iota // sum v e^2
	Ridge                 // sum v e^2 + Penalty |w|^2
	Elastic               // sum v e^2 / (2 sum v) + Penalty (Share |w|_1 + (1-Share)/2 |w|^2)
)

// String returns the method's name in a file and in errors.
func (m Method) String() string {
	switch m {
	case Least:
		return "least squares"
	case Ridge:
		return "ridge"
	case Elastic:
		return "elastic net"
	}
	return fmt.Sprintf("method %d", uint8(m))
}

// Bends says whether numbers may have bent lines: whether the knots that the
// sparse form has of them count beside the number itself.
type Bends uint8

// When numbers bend.
const (
	BendAuto Bends = iota // where that is better by cross-validation; never with Least
	BendYes
	BendNo
)

// RegressionOptions say how to fit a regression. Zero values mean the defaults.
type RegressionOptions struct {
	Method  Method
	Penalty float64 // above 0; default: chosen by generalised cross-validation (Ridge) or on held-out rows (Elastic)
	Share   float64 // of the sum of sizes in the penalty of Elastic, above 0 to 1, which is the lasso; default 0.5
	Bends   Bends
	Epochs  int     // of Elastic, and of conjugate gradients, at most; default 2000
	Gap     float64 // of Elastic: duality gap at the end, as a part of sum v y^2 / sum v; default 1e-6
	Seed    uint64  // of the rows that are held out
	Workers int     // goroutines; 0 and 1 mean one. They change nothing of the result
}

func (o RegressionOptions) withDefaults() RegressionOptions {
	if o.Share <= 0 || o.Share > 1 {
		o.Share = 0.5
	}
	if o.Epochs <= 0 {
		o.Epochs = 2000
	}
	if o.Gap <= 0 {
		o.Gap = 1e-6
	}
	return o
}

// Regression is a fitted linear, ridge or elastic net regression: a number is b + w x
// over columns that have the same scale (see FitRegression). It never changes and is safe
// for concurrent use.
type Regression struct {
	method  Method
	penalty float64
	share   float64
	bends   bool
	rounds  int // that the fit took; 0 where it was solved in one
	layout  *layout
	base    float64
	w       []float64 // of each column
}

// Method is what the fit minimised.
func (m *Regression) Method() Method { return m.method }

// Penalty is that of the weights; 0 with Least.
func (m *Regression) Penalty() float64 { return m.penalty }

// Share is the part of the penalty that is of the sum of sizes.
func (m *Regression) Share() float64 { return m.share }

// Bends reports whether numbers have bent lines.
func (m *Regression) Bends() bool { return m.bends }

// Rounds is how many passes over the columns or rows the fit took; 0 where it was
// solved directly.
func (m *Regression) Rounds() int { return m.rounds }

// Columns is how many columns the rows make, Used how many of them have a weight.
func (m *Regression) Columns() int { return m.layout.width }

// Used is how many columns have a weight other than 0.
func (m *Regression) Used() int {
	n := 0
	for _, w := range m.w {
		if w != 0 {
			n++
		}
	}
	return n
}

// Classes is 1: the number.
func (m *Regression) Classes() int { return 1 }

// Intercept is what is told of a row of which nothing is known.
func (m *Regression) Intercept() float64 { return m.base }

// Weight returns the weight of a feature of the sparse form.
func (m *Regression) Weight(f uint32) float64 {
	at := m.layout.set.Rank(f)
	if at < 0 {
		return 0
	}
	w := m.w[m.layout.numbers+at]
	if int(f) >= m.layout.texts {
		w *= m.layout.scale
	}
	return w
}

// Predict writes the number into p, which must have one element. It is always
// finite.
func (m *Regression) Predict(r feature.Row, p []float64) {
	if len(p) != 1 {
		panic(fmt.Sprintf("linear: room for %d numbers", len(p)))
	}
	p[0] = finite(m.base + m.layout.dot(r, m.w))
}

// finite keeps a sum within what a float64 holds.
func finite(x float64) float64 {
	if x != x {
		return 0
	}
	return min(max(x, -math.MaxFloat64), math.MaxFloat64)
}

// Explain writes what each part of a row adds to the number into w, and returns
// what is there without any part.
func (m *Regression) Explain(r feature.Row, _ int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("linear: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	m.layout.each(r, func(part, column int, v float64) { w[part] += float64(v * m.w[column]) })
	return m.base
}

// narrow is how many columns are solved by a matrix of their products; more are
// solved by conjugate gradients, and by coordinates with residuals.
const narrow = 800

// FitRegression fits a regression to the targets.
//
// Columns are the numbers of the table, each less its mean and in units of its
// deviation, so that a penalty treats all alike; one for each code of a category,
// and one for each value that some row lacked; the features of texts; and, where
// numbers may bend, those that the sparse form has of the table, in units of the greatest
// value that a sample of rows has. Where there is no table the sparse form is taken as it is. The intercept has no
// penalty.
//
// Least and Ridge are solved by Cholesky's decomposition of the products of the
// columns, for Least improved by one step on the residuals where a column is nearly made
// up of others, or, for more than 800 columns, by
// conjugate gradients (which, from 0, come to the smallest weights of those that fit
// best). Of columns that depend on others, Least gives those no weight that come
// later. The penalty of Ridge is the one with the least generalised
// cross-validation (Golub, Heath, Wahba, 1979), on at most 500 rows where there are
// too many columns to do it on all. Elastic is solved by coordinate descent with an
// active set (Friedman, Hastie, Tibshirani, "Regularization paths for generalized
// linear models via coordinate descent", 2010), to a duality gap; its penalty is the
// best of some on a quarter of the rows that is held out.
//
// No rows give ErrNoRows. A column that is the same in all rows, and any value that
// is missing in all, has no weight. Targets must be finite.
func FitRegression(ctx context.Context, d feature.Data, o RegressionOptions) (*Regression, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	if len(d.Target) != len(d.Rows) {
		return nil, fmt.Errorf("linear: %d targets for %d rows", len(d.Target), len(d.Rows))
	}
	m, err := fitRegression(ctx, d, o.withDefaults())
	if err != nil {
		return nil, err
	}
	m.layout.done = nil
	return m, nil
}

// fitRegression is FitRegression with all options set.
func fitRegression(ctx context.Context, d feature.Data, o RegressionOptions) (*Regression, error) {
	could := len(d.Fields) > 0 && d.Features > d.Texts && o.Method != Least && o.Bends != BendNo
	if !could || o.Bends == BendYes {
		return fitColumns(ctx, d, o, could, nil)
	}
	first := o
	if o.Method == Elastic {
		first.Method, first.Penalty = Ridge, 0 // takes less time, and will do to see whether anything is left
	}
	straight, err := fitColumns(ctx, d, first, false, nil)
	if err != nil {
		return nil, err
	}
	worth, err := straight.bendsWorth(ctx, d)
	if err != nil || !worth && o.Method == Ridge {
		return straight, err
	}
	return fitColumns(ctx, d, o, worth, straight.layout)
}

// fitColumns fits with or without bends. It takes mean and deviation of the numbers from
// another layout of the rows where there is one, and else guesses them at first.
func fitColumns(ctx context.Context, d feature.Data, o RegressionOptions, bends bool, from *layout) (*Regression, error) {
	l, err := layOut(ctx, d, bends, from, true)
	if err != nil {
		return nil, err
	}
	m, err := fitLayout(ctx, d, o, bends, l)
	if !errors.Is(err, errRough) {
		return m, err
	}
	if l, err = newLayout(ctx, d, bends); err != nil {
		return nil, err
	}
	return fitLayout(ctx, d, o, bends, l)
}

// fitLayout fits columns that are laid out. Of a layout that is too rough it returns errRough.
func fitLayout(ctx context.Context, d feature.Data, o RegressionOptions, bends bool, l *layout) (*Regression, error) {
	if (l.rough || l.some) && l.width > narrow {
		return nil, errRough
	}
	m := &Regression{method: o.Method, penalty: o.Penalty, share: 1, bends: bends, layout: l}
	if o.Method == Least {
		m.penalty = 0
	}
	if o.Method == Elastic {
		m.share, l.done = o.Share, nil // sums of all rows are of no use for parts of them
		return m, m.elastic(ctx, d, o)
	}
	if l.width > narrow {
		return m, m.conjugate(ctx, d, o)
	}
	g, err := newGram(ctx, l, d, o.Workers)
	if err != nil {
		return nil, err
	}
	if o.Method == Ridge && o.Penalty <= 0 {
		if m.penalty, err = g.choose(ctx); err != nil {
			return nil, err
		}
	}
	if m.w, err = g.solve(ctx, m.penalty, g.to); err != nil {
		return nil, err
	}
	if o.Method == Least && g.left < improveBelow {
		if err := m.improve(ctx, d, g); err != nil {
			return nil, err
		}
	}
	m.base = g.intercept(m.w)
	return m, nil
}

// Bounds of bendsWorth.
const (
	bendRows  = 10_000 // rows that are looked at
	bendLeast = 0.003  // of the squared error, which bends must promise to take away
)

// bendsWorth reports whether what straight lines leave of the targets goes along
// with the knots of numbers: by how much each knot alone would lower the squared
// error, against what it would of noise.
func (m *Regression) bendsWorth(ctx context.Context, d feature.Data) (bool, error) {
	n := min(len(d.Rows), bendRows)
	type sums struct{ with, square, rest float64 }
	at := make([]sums, d.Features-d.Texts)
	total, all, y := 0.0, 0.0, make([]float64, 1)
	for k := range n {
		if k%checkRows == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		i := k * len(d.Rows) / n
		ahead(&d.Rows[min(k+rowsAhead, n-1)*len(d.Rows)/n])
		r, v := d.Rows[i], d.WeightOf(i)
		m.Predict(r, y)
		rest := d.Target[i] - y[0]
		total += v
		all += float64(v * float64(rest*rest))
		for j, f := range r.Index {
			if int(f) < d.Texts {
				continue
			}
			s, x := &at[int(f)-d.Texts], float64(r.Value[j])
			vx := float64(v * x)
			s.with += vx
			s.square += float64(vx * x)
			s.rest += float64(vx * rest)
		}
	}
	gain, knots := 0.0, 0.0
	for _, s := range at {
		if spread := s.square - s.with*s.with/total; spread > 1e-9*s.square {
			gain += s.rest * s.rest / spread
			knots++
		}
	}
	return gain > 2*knots*all/float64(n)+float64(bendLeast*all), nil
}
