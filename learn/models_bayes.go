package learn

import (
	"context"
	"fmt"
	"math"

	"inkling/learn/bayes"
)

// bayesEntry is the registry's line for multinomial naive Bayes.
func bayesEntry() entry {
	return entry{name: NaiveBayes, tells: tellsClasses, light: true,
		empty: func() Model { return bayesModel{} },
		load: func(b []byte) (Model, error) {
			m, err := bayes.Unmarshal(b)
			return bayesModel{m}, err
		}}
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

func (b bayesModel) Classes() int {
	if b.m == nil {
		return 0
	}
	return b.m.Classes()
}

// Fit counts anew each time: that takes less time than one pass of anything
// else, and an answer that was taken back leaves no trace.
func (b bayesModel) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	if err := o.Set.read(); err != nil {
		return nil, err
	}
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
