package calibrate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"inkling/learn/metric"
)

// ErrNoRows says that there is nothing to fit a map on.
var ErrNoRows = errors.New("calibrate: no rows")

// Quality is how good probabilities are.
type Quality struct {
	LogLoss float64 `cbor:"1,keyasint" json:"log_loss"` // nats
	ECE     float64 `cbor:"2,keyasint" json:"ece"`
}

// Tried is one family and how it did on rows that its map was not fitted on.
type Tried struct {
	Kind    Kind
	LogLoss float64
}

// Report is how a map was chosen.
type Report struct {
	Rows   int
	Before Quality // of the probabilities as they were
	After  Quality // of those that maps of the chosen family gave to rows that they were not fitted on
	Tried  []Tried // by Kind
}

// chooseFolds is the number of parts, each of which is calibrated by a map that
// was fitted on the others.
const chooseFolds = 5

// surely is how many standard errors a gain must have to be no chance.
const surely = 2

// fewRows is how many rows are few: below it half a standard error is asked of a
// temperature.
const fewRows = 500

// held is what a map is fitted on.
type held struct {
	classes int
	p       [][]float64
	logs    [][]float64 // centred
	class   []int
	weight  []float64
	smooth  float64 // what of a target goes to the other classes
	prior   float64 // weight of the pull of a temperature
}

// target is what the probability of a class should be for a row.
func (h *held) target(i, k int) float64 {
	switch {
	case h.classes < 2:
		return 1
	case h.class[i] == k:
		return 1 - h.smooth
	}
	return h.smooth / float64(h.classes-1)
}

// part returns the rows for which keep is true.
func (h *held) part(keep func(i int) bool) *held {
	out := &held{classes: h.classes, prior: h.prior}
	for i := range h.class {
		if keep(i) {
			out.p, out.logs = append(out.p, h.p[i]), append(out.logs, h.logs[i])
			out.class, out.weight = append(out.class, h.class[i]), append(out.weight, h.weight[i])
		}
	}
	out.smooth = 1 / float64(len(out.class)+2)
	return out
}

// Fit chooses a family and fits it on all rows: p[i][k] is the probability that
// a model that was not fitted on row i gives to its class k, and class[i] the
// true one.
//
// Families are compared by cross-validated log loss. The one with fewer
// parameters is kept unless the other gains more than two standard errors of the
// gain; a temperature is already taken for half a standard error, and from 500
// rows on for any gain. An isotonic map is not tried below 1,000 rows, a sigmoid
// not where a class has fewer than 8 rows, or above 32 classes.
//
// The rows are parted by their order: rows that read the same should be drawn
// apart or stand far apart where a hair matters. It is deterministic.
func Fit(ctx context.Context, p [][]float64, class []int) (*Map, Report, error) {
	if len(p) == 0 {
		return nil, Report{}, ErrNoRows
	}
	h := newHeld(p, class, nil)
	kind, _, out, err := h.choose(ctx, Isotonic)
	if err != nil {
		return nil, Report{}, err
	}
	m, err := h.fit(ctx, kind)
	return m, out, err
}

// Crossed returns the probabilities of rows as maps say that were not fitted on
// them, of the family that Fit would choose; isotonic ones, which take longest,
// are not tried. It is what a model's probabilities are worth once they are
// calibrated.
func Crossed(ctx context.Context, p [][]float64, class []int) ([][]float64, error) {
	if len(p) == 0 {
		return nil, ErrNoRows
	}
	_, q, _, err := newHeld(p, class, nil).choose(ctx, Sigmoid)
	return q, err
}

// choose returns the family to fit, at most the last one given, and what its
// cross-validated maps say.
func (h *held) choose(ctx context.Context, last Kind) (chosen Kind, crossed [][]float64, out Report, err error) {
	kinds := []Kind{Identity}
	if h.classes > 1 && len(h.p) >= 2*chooseFolds {
		kinds = append(kinds, Temperature)
		if h.classes <= sigmoidClasses && h.rarest() >= sigmoidRows && last >= Sigmoid {
			kinds = append(kinds, Sigmoid)
		}
		if len(h.p) >= isotonicRows && last >= Isotonic {
			kinds = append(kinds, Isotonic)
		}
	}
	out.Rows = len(h.p)
	var least []float64
	for _, k := range kinds {
		q, err := h.cross(ctx, k)
		if err != nil {
			return 0, nil, Report{}, err
		}
		losses, mean := h.losses(q)
		out.Tried = append(out.Tried, Tried{k, mean})
		quality := Quality{mean, metric.Calibrate(h.class, q, metric.DefaultBins).ECE()}
		if k == Identity {
			out.Before = quality
		} else {
			gain, se := h.gain(least, losses)
			if k == Temperature && (gain <= 0 || gain <= se/2 && len(h.p) < fewRows) || k > Temperature && gain <= surely*se {
				continue
			}
		}
		chosen, crossed, least, out.After = k, q, losses, quality
	}
	return chosen, crossed, out, nil
}

// FitTemperature returns the temperature that fits probabilities of rows that
// the model was not fitted on best. weight is nil where all rows weigh 1.
func FitTemperature(p [][]float64, class []int, weight []float64) (*Map, error) {
	if len(p) == 0 {
		return nil, ErrNoRows
	}
	return newHeld(p, class, weight).fit(context.Background(), Temperature)
}

// Cross returns the probabilities of rows as maps of one family say that were
// not fitted on them.
func Cross(ctx context.Context, k Kind, p [][]float64, class []int) ([][]float64, error) {
	if len(p) == 0 {
		return nil, ErrNoRows
	}
	return newHeld(p, class, nil).cross(ctx, k)
}

func newHeld(p [][]float64, class []int, weight []float64) *held {
	h := &held{classes: len(p[0]), p: p, class: class, weight: weight, smooth: 1 / float64(len(p)+2), prior: temperaturePrior}
	if weight == nil {
		h.weight = make([]float64, len(p))
		for i := range h.weight {
			h.weight[i] = 1
		}
	}
	for i, row := range p {
		if len(row) != h.classes || class[i] < 0 || class[i] >= h.classes {
			panic(fmt.Sprintf("calibrate: row %d: %d probabilities, class %d of %d", i, len(row), class[i], h.classes))
		}
		m := append([]float64(nil), row...)
		centre(m)
		h.logs = append(h.logs, m)
	}
	return h
}

// rarest is how many rows the rarest class has.
func (h *held) rarest() int {
	per := make([]int, h.classes)
	for _, c := range h.class {
		per[c]++
	}
	return slices.Min(per)
}

// fit fits a map of one family.
func (h *held) fit(ctx context.Context, k Kind) (*Map, error) {
	m := &Map{kind: k, classes: h.classes}
	var err error
	switch k {
	case Identity:
		return nil, nil
	case Temperature:
		m.classes, m.beta = 0, 1
		if h.classes > 1 {
			m.beta = fitTemperature(h)
		}
	case Sigmoid:
		m.slope, m.shift, err = fitSigmoid(ctx, h, fitTemperature(h))
	case Isotonic:
		for c := range h.classes {
			samples := make([]sample, len(h.p))
			for i, p := range h.p {
				samples[i] = sample{p[c], 0, h.weight[i]}
				if h.class[i] == c {
					samples[i].true = 1
				}
			}
			m.stairs = append(m.stairs, fitIsotonic(samples))
		}
	}
	return m, err
}

// cross returns each row's probabilities as a map says that was fitted on the
// other parts.
func (h *held) cross(ctx context.Context, k Kind) ([][]float64, error) {
	out := make([][]float64, len(h.p))
	for fold := range chooseFolds {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		var m *Map
		if rest := h.part(func(i int) bool { return i%chooseFolds != fold }); k != Identity && len(rest.p) > 0 {
			var err error
			if m, err = rest.fit(ctx, k); err != nil {
				return nil, err
			}
		}
		for i := fold; i < len(h.p); i += chooseFolds {
			out[i] = append([]float64(nil), h.p[i]...)
			m.Apply(out[i])
		}
	}
	return out, nil
}

// losses returns the log loss of each row, and their weighted mean.
func (h *held) losses(q [][]float64) (each []float64, mean float64) {
	each = make([]float64, len(q))
	total := 0.0
	for i, p := range q {
		each[i] = -math.Log(max(p[h.class[i]], 1e-15))
		mean += h.weight[i] * each[i]
		total += h.weight[i]
	}
	return each, mean / total
}

// gain returns how much lower the mean of b is than that of a, and the standard
// error of that, row by row.
func (h *held) gain(a, b []float64) (mean, se float64) {
	total, squares := 0.0, 0.0
	for i := range a {
		total += h.weight[i]
		mean += h.weight[i] * (a[i] - b[i])
	}
	mean /= total
	for i := range a {
		d := h.weight[i] * (a[i] - b[i] - mean)
		squares += d * d
	}
	return mean, math.Sqrt(squares) / total
}
