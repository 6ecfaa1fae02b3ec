package learn

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"

	"inkling/learn/bayes"
	"inkling/learn/linear"
)

// Auto lets cross-validation choose the model.
const Auto = "auto"

// Names of the models.
const (
	NaiveBayes = "naive bayes"
	Softmax    = "softmax regression"
)

// newModel returns the unfitted model of that name.
func newModel(name string) (Model, error) {
	switch name {
	case NaiveBayes:
		return bayesModel{}, nil
	case Softmax:
		return softmaxModel{}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoModel, name)
}

// loadModel reads a model of that name.
func loadModel(name string, b []byte) (Model, error) {
	switch name {
	case NaiveBayes:
		m, err := bayes.Unmarshal(b)
		return bayesModel{m}, err
	case Softmax:
		m, err := linear.Unmarshal(b)
		return softmaxModel{m}, err
	}
	return nil, fmt.Errorf("%w: %q", ErrNoModel, name)
}

// softmaxFrom is how many answers each of two classes must have before
// softmax regression is tried.
const softmaxFrom = 3

// eligible returns the models that so many answers by class are enough for.
func eligible(perClass []int) []string {
	enough := 0
	for _, n := range perClass {
		if n >= softmaxFrom {
			enough++
		}
	}
	if enough < 2 {
		return []string{NaiveBayes}
	}
	return []string{NaiveBayes, Softmax}
}

// pick returns the model to fit.
func pick(asked string, c *Choice, p *problem) string {
	if asked != Auto {
		return asked
	}
	if c != nil {
		return c.Model
	}
	return NaiveBayes
}

// uniform is what a model says before its first fit.
func uniform(p []float64) {
	for c := range p {
		p[c] = 1 / float64(len(p))
	}
}

// bayesModel is multinomial naive Bayes as a Model.
type bayesModel struct{ m *bayes.Model }

func (b bayesModel) Name() string { return NaiveBayes }

func (b bayesModel) Params() []Param {
	if b.m == nil {
		return nil
	}
	return []Param{{"alpha", short(b.m.Alpha())}, {"scale", short(b.m.Scale())}}
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

func (b bayesModel) Classes() int {
	if b.m == nil {
		return 0
	}
	return b.m.Classes()
}

// Fit counts anew each time: that takes less time than one pass of anything
// else, and an answer that was taken back leaves no trace.
func (b bayesModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	m, err := bayes.Fit(ctx, d, bayes.Options{})
	if err != nil {
		return nil, tooFew(err, bayes.ErrNoRows)
	}
	out := bayesModel{m}
	if o.Progress != nil {
		p := Point{Step: 1, Epoch: 1, Train: math.NaN(), Valid: math.NaN(), Accuracy: math.NaN()}
		if o.Valid != nil && len(o.Valid.Rows) > 0 {
			on, err := measure(ctx, out, d)
			if err != nil {
				return nil, err
			}
			s, err := measure(ctx, out, *o.Valid)
			if err != nil {
				return nil, err
			}
			p.Train = on.loss
			p.Valid, p.Accuracy = s.loss, float64(s.correct)/float64(len(o.Valid.Rows))
		}
		o.Progress(p, 1)
	}
	return out, ctx.Err()
}

func tooFew(err, none error) error {
	if errors.Is(err, none) {
		return fmt.Errorf("%w: %w", ErrTooFew, err)
	}
	return err
}

func (b bayesModel) Predict(r Row, p []float64) {
	if b.m == nil {
		uniform(p)
		return
	}
	b.m.Predict(r, p)
}

func (b bayesModel) Explain(r Row, class int, w []float64) float64 {
	if b.m == nil {
		clear(w)
		return 0
	}
	return b.m.Explain(r, class, w)
}

func (b bayesModel) MarshalBinary() ([]byte, error) {
	if b.m == nil {
		return nil, fmt.Errorf("%w: not fitted", ErrNoModel)
	}
	return b.m.MarshalBinary()
}

// softmaxModel is softmax regression as a Model.
type softmaxModel struct{ m *linear.Model }

func (l softmaxModel) Name() string { return Softmax }

func (l softmaxModel) Params() []Param {
	if l.m == nil {
		return nil
	}
	return []Param{{"C", short(l.m.C())}, {"epochs", strconv.Itoa(l.m.Epochs())}}
}

func (l softmaxModel) Classes() int {
	if l.m == nil {
		return 0
	}
	return l.m.Classes()
}

func (l softmaxModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	lo := linear.Options{Seed: o.Seed}
	if !o.Fresh {
		lo.From = l.m
	}
	if o.Valid != nil && len(o.Valid.Rows) > 0 {
		lo.Valid = o.Valid
	}
	if o.Progress != nil {
		lo.Progress = func(p linear.Progress) {
			o.Progress(Point{Step: p.Epoch, Epoch: float64(p.Epoch), Train: p.Loss, Valid: p.Valid, Accuracy: p.Accuracy}, p.Epochs)
		}
	}
	m, err := linear.Fit(ctx, d, lo)
	if err != nil {
		return nil, tooFew(err, linear.ErrNoRows)
	}
	return softmaxModel{m}, nil
}

func (l softmaxModel) Predict(r Row, p []float64) {
	if l.m == nil {
		uniform(p)
		return
	}
	l.m.Predict(r, p)
}

func (l softmaxModel) Explain(r Row, class int, w []float64) float64 {
	if l.m == nil {
		clear(w)
		return 0
	}
	return l.m.Explain(r, class, w)
}

func (l softmaxModel) MarshalBinary() ([]byte, error) {
	if l.m == nil {
		return nil, fmt.Errorf("%w: not fitted", ErrNoModel)
	}
	return l.m.MarshalBinary()
}
