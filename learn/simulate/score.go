package simulate

import (
	"context"
	"math"

	"inkling/learn/feature"
)

// Metric is what a model is measured by on the test set.
type Metric string

// The metrics, by the kind of answer.
const (
	Accuracy Metric = "accuracy" // share of the items whose most probable class is the true one
	MicroF1  Metric = "f1"       // of all labels of all items together: those that are more probable than not
	RMSE     Metric = "rmse"     // root of the mean squared error: less is better
)

// Less reports whether a lower score is the better one.
func (m Metric) Less() bool { return m == RMSE }

func metricOf(d feature.Data) Metric {
	switch {
	case d.Target != nil:
		return RMSE
	case d.Sets != nil:
		return MicroF1
	}
	return Accuracy
}

// scoreEvery is how many rows are told between two looks at the context.
const scoreEvery = 256

// score measures what a model tells of rows.
func score(ctx context.Context, m Predictor, d feature.Data) (float64, error) {
	p := make([]float64, max(d.Classes, 1))
	right, told, held := 0, 0, 0
	square := 0.0
	for i, r := range d.Rows {
		if i%scoreEvery == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		m.Predict(r, p)
		switch {
		case d.Target != nil:
			x := p[0] - d.Target[i]
			square += float64(x * x)
		case d.Sets != nil:
			held += len(d.Sets[i])
			rest := d.Sets[i]
			for c, q := range p {
				has := len(rest) > 0 && rest[0] == c
				if has {
					rest = rest[1:]
				}
				if q > 0.5 {
					told++
					if has {
						right++
					}
				}
			}
		case best(p) == d.Class[i]:
			right++
		}
	}
	switch n := float64(len(d.Rows)); {
	case d.Target != nil:
		return math.Sqrt(square / n), nil
	case d.Sets == nil:
		return float64(right) / n, nil
	case told+held == 0: // nothing to find, and nothing told
		return 1, nil
	}
	return 2 * float64(right) / float64(told+held), nil
}

// best is the most probable class; of equal ones the first.
func best(p []float64) int {
	b := 0
	for c, x := range p {
		if x > p[b] {
			b = c
		}
	}
	return b
}
