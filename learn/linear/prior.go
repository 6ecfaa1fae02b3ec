package linear

import (
	"context"

	"inkling/learn/exact"
)

// Of the naive Bayes model that the weights of texts set out from, and are
// drawn back to. Chosen by cross-validation on the training files of the public
// data sets named in docs/BENCHMARKS.md: the best of each set lies near.
const (
	priorAlpha = 0.1 // smoothing: what every feature has in every class beforehand
	priorScale = 0.5 // how much of a row counts: its features are far from independent
)

// prior is multinomial naive Bayes over the features that come from texts, as
// weights of a linear model:
//
//	v_fc = scale * (ln(n_fc + alpha) - ln(n_c + alpha F)),
//
// where n_fc is the sum of feature f over the rows of class c, n_c that over all
// features, and F their number. The penalty of a fit is on the distance of the
// weights from these instead of from 0, so that a word that few rows have, and
// that few rows can teach, keeps what counting says of it: a compromise of a
// generative and a discriminative model, as in Wang, Manning, "Baselines and
// bigrams: simple, good sentiment and topic classification" (2012), where the
// counts scale the features instead.
//
// A row is among those that were counted, and so the prior knows its class too
// well. Its handicap is what it adds to its own class's score that way; the fit
// sees every row without it.
type prior struct {
	n      []float32 // n_fc, by feature of the set and class, in the layout of the weights; nil for no prior
	sum    []float64 // n_c
	rows   []float64 // of each class, by weight
	wide   float64   // alpha F
	texts  int       // features of the set that come from texts are those below it
	stride int
}

// newPrior counts the rows. Where no feature comes from a text, or one has a
// value below 0, there is no prior.
func newPrior(ctx context.Context, s *solver) (*prior, error) {
	d := s.d
	texts := 0
	s.set.All(func(rank int, f uint32) {
		if int(f) < d.Texts {
			texts = rank + 1
		}
	})
	if texts == 0 {
		return nil, nil
	}
	p := &prior{n: make([]float32, texts*s.stride), sum: make([]float64, d.Classes), rows: make([]float64, d.Classes),
		wide: priorAlpha * float64(texts), texts: texts, stride: s.stride}
	for i, y := range d.Class {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		weight := d.WeightOf(i)
		at, value := s.row(i)
		for j, a := range at {
			if int(a) >= len(p.n) {
				break
			}
			if value[j] < 0 {
				return nil, nil
			}
			v := float32(weight * float64(value[j]))
			p.n[int(a)+y] += v
			p.sum[y] += float64(v)
		}
		p.rows[y] += weight
	}
	return p, nil
}

// level is ln(n_c + alpha F) of each class. A class without rows has that of the
// largest one: else a word that nobody knows would speak for it.
func (p *prior) level() []float64 {
	top := 0.0
	for _, n := range p.sum {
		top = max(top, n)
	}
	out := make([]float64, len(p.sum))
	for c, n := range p.sum {
		if p.rows[c] == 0 {
			n = top
		}
		out[c] = exact.Log(n + p.wide)
	}
	return out
}

// write puts the prior's weights into w, of each feature less their mean over
// the classes, which makes no difference to any probability.
func (p *prior) write(w []float32, bias float64) {
	k, level := len(p.sum), p.level()
	none := exact.Log(priorAlpha)
	logs := make([]float64, k)
	for at := 0; at < len(p.n); at += p.stride {
		mean := 0.0
		for c, n := range p.n[at : at+k] {
			logs[c] = none
			if n > 0 {
				logs[c] = exact.Log(float64(n) + priorAlpha)
			}
			logs[c] -= level[c]
			mean += logs[c]
		}
		mean /= float64(k)
		for c, x := range logs {
			w[at+c] = float32(priorScale * (x - mean))
		}
	}
	if bias <= 0 {
		return
	}
	last, mean := w[len(w)-p.stride:], 0.0
	for c, n := range p.rows {
		logs[c] = exact.Log(n + 1)
		mean += logs[c] / float64(k)
	}
	for c, x := range logs {
		last[c] = float32((x - mean) / bias)
	}
}

// handicaps returns by how much the prior's score of each row for its own class
// is above what it would be without the row.
func (p *prior) handicaps(ctx context.Context, s *solver) ([]float32, error) {
	out := make([]float32, len(s.d.Rows))
	for i, y := range s.d.Class {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		at, value := s.row(i)
		weight := s.d.WeightOf(i)
		sum, length := 0.0, 0.0
		for j, a := range at {
			if int(a) >= len(p.n) {
				break
			}
			v := float64(value[j])
			n := float64(p.n[int(a)+y])
			less := max(0, n-float64(weight*v))
			length += v
			sum += float64(v * (exact.Log(n+priorAlpha) - exact.Log(less+priorAlpha)))
		}
		own := float64(weight * length)
		sum -= float64(length * (exact.Log(p.sum[y]+p.wide) - exact.Log(max(0, p.sum[y]-own)+p.wide)))
		sum *= priorScale
		if s.bias > 0 {
			sum += exact.Log(p.rows[y]+1) - exact.Log(max(0, p.rows[y]-weight)+1)
		}
		out[i] = float32(sum)
	}
	return out, nil
}
