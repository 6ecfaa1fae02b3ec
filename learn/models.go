package learn

import (
	"context"
	"fmt"
	"math"
)

// Auto lets cross-validation choose the model.
const Auto = "auto"

// Names of the models.
const (
	NaiveBayes = "naive bayes"
)

// newModel returns the unfitted model of that name.
func newModel(name string) (Model, error) {
	if name == NaiveBayes {
		return &thinBayes{}, nil
	}
	return nil, fmt.Errorf("%w: %q", ErrNoModel, name)
}

// eligible returns the models that so many answers by class are enough for.
func eligible(perClass []int) []string { return []string{NaiveBayes} }

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

type thinBayes struct {
	features int
	prior    []float64
	w        [][]float64
}

func (m *thinBayes) Name() string    { return NaiveBayes }
func (m *thinBayes) Params() []Param { return []Param{{"alpha", "1"}} }
func (m *thinBayes) Classes() int    { return len(m.prior) }
func (m *thinBayes) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	out := &thinBayes{features: d.Features, prior: make([]float64, d.Classes), w: make([][]float64, d.Classes)}
	sum := make([]float64, d.Classes)
	for c := range out.w {
		out.w[c] = make([]float64, d.Features)
	}
	for i, r := range d.Rows {
		c := d.Class[i]
		out.prior[c]++
		for k, x := range r.Index {
			out.w[c][x] += float64(r.Value[k])
			sum[c] += float64(r.Value[k])
		}
	}
	for c := range out.w {
		for x := range out.w[c] {
			out.w[c][x] = math.Log((out.w[c][x] + 1) / (sum[c] + float64(d.Features)))
		}
		out.prior[c] = math.Log((out.prior[c] + 1) / float64(len(d.Rows)+d.Classes))
	}
	return out, nil
}
func (m *thinBayes) Predict(r Row, p []float64) {
	top := math.Inf(-1)
	for c := range p {
		p[c] = m.prior[c]
		for k, x := range r.Index {
			p[c] += float64(r.Value[k]) * m.w[c][x]
		}
		top = max(top, p[c])
	}
	sum := 0.0
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
}
func (m *thinBayes) Explain(r Row, class int, w []float64) float64 { return 0 }
func (m *thinBayes) MarshalBinary() ([]byte, error)                { return encoding.Marshal(m.prior) }

func loadModel(name string, b []byte) (Model, error) { return nil, ErrFormat }
