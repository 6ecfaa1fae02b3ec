package learn

import (
	"context"
	"fmt"
	"strconv"

	"inkling/learn/linear"
)

// softmaxEntry is the registry's line for softmax regression.
func softmaxEntry() entry {
	return entry{name: Softmax, tells: tellsClasses, light: true,
		empty: func() Model { return softmaxModel{} },
		load: func(b []byte) (Model, error) {
			m, err := linear.Unmarshal(b)
			return softmaxModel{m}, err
		}}
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
	if err := o.Set.read(); err != nil {
		return nil, err
	}
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
