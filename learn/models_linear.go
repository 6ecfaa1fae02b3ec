package learn

import (
	"context"
	"fmt"
	"math"
	"strconv"

	"inkling/learn/bayes"
	"inkling/learn/linear"
)

// Names of the models that are sums over the parts of a row.
const (
	ComplementBayes  = "complement naive bayes"
	GaussianBayes    = "gaussian naive bayes"
	Logistic         = "logistic regression"
	LinearRegression = "linear regression"
	RidgeRegression  = "ridge regression"
	ElasticNet       = "elastic net"
)

// fitted is what the packages of these models give.
type fitted interface {
	Classes() int
	Predict(Row, []float64)
	Explain(Row, int, []float64) float64
	MarshalBinary() ([]byte, error)
}

// sumKind is what one of these models is beside the fitted one.
type sumKind struct {
	name   string
	tells  tells
	reads  reads
	light  bool
	check  func(ModelOptions) error
	fit    func(ctx context.Context, d Data, o FitOptions, from fitted) (fitted, error)
	load   func([]byte) (fitted, error)
	params func(fitted) []Param
	none   error // what fit returns of no rows
}

// entry is the registry's line.
func (k sumKind) entry() entry {
	return entry{name: k.name, tells: k.tells, reads: k.reads, light: k.light, check: k.check,
		empty: func() Model { return sumModel{kind: k} },
		load: func(b []byte) (Model, error) {
			m, err := k.load(b)
			if err != nil {
				return nil, err
			}
			return sumModel{k, m}, nil
		}}
}

// sumModel is one of these models as a Model.
type sumModel struct {
	kind sumKind
	m    fitted // nil before the first fit
}

func (s sumModel) Name() string { return s.kind.name }

func (s sumModel) Params() []Param {
	if s.m == nil {
		return nil
	}
	return s.kind.params(s.m)
}

func (s sumModel) Classes() int {
	if s.m == nil {
		return 0
	}
	return s.m.Classes()
}

func (s sumModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	var from fitted
	if !o.Fresh {
		from = s.m
	}
	m, err := s.kind.fit(ctx, d, o, from)
	if err != nil {
		return nil, tooFew(err, s.kind.none)
	}
	out := sumModel{s.kind, m}
	if o.Progress != nil {
		p := Point{Step: 1, Epoch: 1, Train: math.NaN(), Valid: math.NaN(), Accuracy: math.NaN()}
		if o.Valid != nil && len(o.Valid.Rows) > 0 && d.Class != nil {
			on, err := measure(ctx, out, d)
			if err != nil {
				return nil, err
			}
			held, err := measure(ctx, out, *o.Valid)
			if err != nil {
				return nil, err
			}
			p.Train = on.loss
			p.Valid, p.Accuracy = held.loss, float64(held.correct)/float64(len(o.Valid.Rows))
		}
		o.Progress(p, 1)
	}
	return out, ctx.Err()
}

func (s sumModel) Predict(r Row, p []float64) {
	switch {
	case s.m != nil:
		s.m.Predict(r, p)
	case s.kind.tells == tellsNumbers:
		clear(p)
	default:
		uniform(p)
	}
}

func (s sumModel) Explain(r Row, class int, w []float64) float64 {
	if s.m == nil {
		clear(w)
		return 0
	}
	return s.m.Explain(r, class, w)
}

// vector is the length of the representations that it reads; 0 for none.
func (s sumModel) vector() int {
	if m, ok := s.m.(*linear.Model); ok && m != nil {
		return m.Vector()
	}
	return 0
}

func (s sumModel) MarshalBinary() ([]byte, error) {
	if s.m == nil {
		return nil, fmt.Errorf("%w: not fitted", ErrNoModel)
	}
	return s.m.MarshalBinary()
}

// yesOption is yes or no.
func yesOption(name string, to *bool) option {
	return option{name, func(v string) error {
		if v != "yes" && v != "no" {
			return fmt.Errorf("want yes or no")
		}
		*to = v == "yes"
		return nil
	}}
}

// complementEntry is the registry's line for complement naive Bayes.
func complementEntry() entry {
	read := func(set ModelOptions, o *bayes.ComplementOptions) error {
		return set.read(
			numberOption("alpha", &o.Alpha, 1e-9, 1e6),
			numberOption("scale", &o.Scale, 1e-6, 1e6),
			yesOption("normalise", &o.Normalize))
	}
	return perLabel(sumKind{name: ComplementBayes, tells: tellsClasses, reads: readsTexts, none: bayes.ErrNoRows,
		check: func(set ModelOptions) error { return read(set, &bayes.ComplementOptions{}) },
		fit: func(ctx context.Context, d Data, o FitOptions, _ fitted) (fitted, error) {
			var co bayes.ComplementOptions
			if err := read(o.Set, &co); err != nil {
				return nil, err
			}
			return bayes.FitComplement(ctx, d, co)
		},
		load: func(b []byte) (fitted, error) { return bayes.UnmarshalComplement(b) },
		params: func(f fitted) []Param {
			m := f.(*bayes.Complement)
			p := []Param{{"alpha", short(m.Alpha())}, {"scale", short(m.Scale())}}
			if m.Normal() {
				p = append(p, Param{"normalise", "yes"})
			}
			return p
		}}.entry())
}

// gaussianEntry is the registry's line for Gaussian naive Bayes.
func gaussianEntry() entry {
	read := func(set ModelOptions, o *bayes.GaussianOptions) error {
		return set.read(
			numberOption("smooth", &o.Smooth, 1e-15, 1e3),
			numberOption("credit", &o.Credit, 1e-9, 1e6),
			numberOption("alpha", &o.Alpha, 1e-9, 1e6))
	}
	return perLabel(sumKind{name: GaussianBayes, tells: tellsClasses, reads: readsTable, light: true, none: bayes.ErrNoRows,
		check: func(set ModelOptions) error { return read(set, &bayes.GaussianOptions{}) },
		fit: func(ctx context.Context, d Data, o FitOptions, _ fitted) (fitted, error) {
			var g bayes.GaussianOptions
			if err := read(o.Set, &g); err != nil {
				return nil, err
			}
			return bayes.FitGaussian(ctx, d, g)
		},
		load: func(b []byte) (fitted, error) { return bayes.UnmarshalGaussian(b) },
		params: func(f fitted) []Param {
			return []Param{{"values of the table", strconv.Itoa(f.(*bayes.Gaussian).Fields())}}
		}}.entry())
}

// logisticEntry is the registry's line for one-vs-rest logistic regression.
func logisticEntry() entry {
	read := func(set ModelOptions, o *linear.LogisticOptions) error {
		return set.read(
			numberOption("c", &o.C, 1e-9, 1e9),
			numberOption("tolerance", &o.Tolerance, 1e-12, 1))
	}
	return sumKind{name: Logistic, tells: tellsClasses | tellsSets, none: linear.ErrNoRows,
		check: func(set ModelOptions) error { return read(set, &linear.LogisticOptions{}) },
		fit: func(ctx context.Context, d Data, o FitOptions, from fitted) (fitted, error) {
			lo := linear.LogisticOptions{Seed: o.Seed, Workers: o.Workers}
			lo.From, _ = from.(*linear.OneVsRest)
			if err := read(o.Set, &lo); err != nil {
				return nil, err
			}
			return linear.FitOneVsRest(ctx, d, lo)
		},
		load: func(b []byte) (fitted, error) { return linear.UnmarshalOneVsRest(b) },
		params: func(f fitted) []Param {
			m := f.(*linear.OneVsRest)
			return []Param{{"C", short(m.C())}, {"steps", strconv.Itoa(m.Rounds())}}
		}}.entry()
}

// regressionEntry is the registry's line for one of the regressions.
func regressionEntry(name string, method linear.Method) entry {
	read := func(set ModelOptions, o *linear.RegressionOptions) error {
		var bends string
		known := []option{}
		if method != linear.Least {
			known = append(known, numberOption("penalty", &o.Penalty, 1e-12, 1e12), wordOption("bends", &bends, "auto", "yes", "no"))
		}
		if method == linear.Elastic {
			known = append(known, numberOption("share", &o.Share, 1e-6, 1))
		}
		if err := set.read(known...); err != nil {
			return err
		}
		o.Bends = map[string]linear.Bends{"yes": linear.BendYes, "no": linear.BendNo}[bends]
		return nil
	}
	return sumKind{name: name, tells: tellsNumbers, light: true, none: linear.ErrNoRows,
		check: func(set ModelOptions) error { return read(set, &linear.RegressionOptions{}) },
		fit: func(ctx context.Context, d Data, o FitOptions, _ fitted) (fitted, error) {
			ro := linear.RegressionOptions{Method: method, Seed: o.Seed, Workers: o.Workers}
			if err := read(o.Set, &ro); err != nil {
				return nil, err
			}
			return linear.FitRegression(ctx, d, ro)
		},
		load: func(b []byte) (fitted, error) {
			m, err := linear.UnmarshalRegression(b)
			if err == nil && m.Method() != method {
				return nil, fmt.Errorf("%w: %v, not %v", linear.ErrDamaged, m.Method(), method)
			}
			return m, err
		},
		params: func(f fitted) []Param {
			m := f.(*linear.Regression)
			p := []Param{{"columns", strconv.Itoa(m.Columns())}}
			switch method {
			case linear.Ridge:
				p = append(p, Param{"penalty", short(m.Penalty())})
			case linear.Elastic:
				p = []Param{{"columns", fmt.Sprintf("%d of %d", m.Used(), m.Columns())}, {"penalty", short(m.Penalty())}, {"share", short(m.Share())}}
			}
			if m.Bends() {
				p = append(p, Param{"bends", "yes"})
			}
			return p
		}}.entry()
}
