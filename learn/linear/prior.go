package linear

import (
	"context"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Of the naive Bayes model that the weights of texts set out from, and are
// drawn back to. Chosen by cross-validation on the training files of the public
// data sets named in docs/BENCHMARKS.md, on 30 to 10,000 rows.
const (
	priorAlpha = 0.1 // smoothing: what every feature has in every class beforehand
	scaleFew   = 1.0 // how much of a row counts at most where there are few rows ...
	fewRows    = 300
	scaleMany  = 0.5 // ... and many: the rest of the fit then sees what words have in common, which is counted twice here
	manyRows   = 3000
	leftOut    = 500 // rows that tell how much of a row counts, each left out once; spread over the data
)

// priorScales is what is tried of the best scale for so many rows.
var priorScales = [...]float64{1, 0.5, 0.25}

// mostScale is how much of a row counts at most with so many rows.
func mostScale(rows int) float64 {
	few, many := exact.Log(fewRows), exact.Log(manyRows)
	at := (exact.Log(float64(max(1, rows))) - few) / (many - few)
	return scaleFew + float64((scaleMany-scaleFew)*min(1, max(0, at)))
}

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
	words  []float32 // of each row, what scales of its handicap
	sum    []float64 // n_c
	rows   []float64 // of each class, by weight
	wide   float64   // alpha F
	end    int       // of the weights of features that come from texts
	stride int
}

// countable reports whether there are texts, and their features can be counted:
// those of hashed terms (feature.Hashed) cannot, for some count against them.
func countable(ctx context.Context, d feature.Data) (bool, error) {
	if d.Texts == 0 {
		return false, nil
	}
	for n, r := range d.Rows {
		if n%checkRows == 0 && ctx.Err() != nil {
			return false, ctx.Err()
		}
		for i, f := range r.Index {
			if int(f) >= d.Texts {
				break
			}
			if r.Value[i] < 0 {
				return false, nil
			}
		}
	}
	return true, nil
}

// newPrior counts the rows. Where they are not countable there is no prior. The
// counts n_fc are where the weights are to be, until these are written.
func newPrior(ctx context.Context, s *solver) (*prior, error) {
	d, texts := s.d, 0
	s.set.All(func(rank int, f uint32) {
		if int(f) < d.Texts {
			texts = rank + 1
		}
	})
	if texts == 0 {
		return nil, nil
	}
	p := &prior{words: make([]float32, len(d.Rows)), sum: make([]float64, d.Classes), rows: make([]float64, d.Classes),
		wide: priorAlpha * float64(texts), end: texts * s.stride, stride: s.stride}
	for i, y := range d.Class {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		weight := d.WeightOf(i)
		at, value := s.row(i)
		for j, a := range at {
			if int(a) >= p.end {
				break
			}
			v := float32(weight * float64(value[j]))
			if v < 0 {
				clear(s.w)
				return nil, nil
			}
			s.w[int(a)+y] += v
			p.sum[y] += float64(v)
		}
		p.rows[y] += weight
	}
	for i := range p.words {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p.words[i] = float32(p.lost(s, i))
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

// write puts the prior's weights with scale 1 in place of the counts, of each feature less their
// mean over the classes, which makes no difference to any probability.
func (p *prior) write(ctx context.Context, w []float32, bias float64) error {
	k, level := len(p.sum), p.level()
	none := exact.Log(priorAlpha)
	// A word that no row of the class has is the usual case.
	usual, middle := make([]float32, k), 0.0
	for _, x := range level {
		middle += x / float64(k)
	}
	for c, x := range level {
		usual[c] = float32(middle - x)
	}
	for at := 0; at < p.end; at += p.stride {
		if at/p.stride%checkFeatures == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w, sum := w[at:][:k], 0.0
		for c, n := range w {
			w[c] = usual[c]
			if n > 0 {
				more := exact.Log(float64(n)+priorAlpha) - none
				w[c] += float32(more)
				sum += more
			}
		}
		mean := float32(sum / float64(k))
		for c := range w {
			w[c] -= mean
		}
	}
	if bias <= 0 {
		return nil
	}
	last, logs, mean := w[len(w)-p.stride:], make([]float64, k), 0.0
	for c, n := range p.rows {
		logs[c] = exact.Log(n + 1)
		mean += logs[c] / float64(k)
	}
	for c, x := range logs {
		last[c] = float32((x - mean) / bias)
	}
	return nil
}

// handicap returns by how much the prior's score of row i for its own class is
// above what it would be without the row: what scales, and what does not.
func (p *prior) handicap(s *solver, i int) (words, class float64) {
	if y, weight := s.d.Class[i], s.d.WeightOf(i); s.bias > 0 {
		class = exact.Log(p.rows[y]+1) - exact.Log(max(0, p.rows[y]-weight)+1)
	}
	return float64(p.words[i]), class
}

// lost is the part of handicap that scales, from the counts.
func (p *prior) lost(s *solver, i int) (words float64) {
	y, weight := s.d.Class[i], s.d.WeightOf(i)
	at, value := s.row(i)
	length := 0.0
	for j, a := range at {
		if int(a) >= p.end {
			break
		}
		v, n := float64(value[j]), float64(s.w[int(a)+y])
		length += v
		words += float64(v * drop(n+priorAlpha, min(n, float64(weight*v))))
	}
	return words - float64(length*(exact.Log(p.sum[y]+p.wide)-exact.Log(max(0, p.sum[y]-float64(weight*length))+p.wide)))
}

// drop returns ln(n) - ln(n-v), for 0 <= v < n.
func drop(n, v float64) float64 {
	if v > n/4 {
		return exact.Log(n / (n - v))
	}
	// 2 artanh(t), to one part in 10^8.
	t := v / (2*n - v)
	tt := float64(t * t)
	return float64(2 * t * (1 + float64(tt*((1./3)+float64(tt*((1./5)+float64(tt*(1./7))))))))
}

// choose returns the scale by which rows that are left out are told best.
func (p *prior) choose(ctx context.Context, s *solver) (float64, error) {
	n, k := len(s.d.Rows), s.d.Classes
	scales := priorScales
	for i := range scales {
		scales[i] *= mostScale(n)
	}
	var losses [len(priorScales)]float64
	score, probability := make([]float64, k), make([]float64, k)
	for i := 0; i < n; i += (n + leftOut - 1) / leftOut {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		y := s.d.Class[i]
		more, class := p.handicap(s, i)
		last := s.w[len(s.w)-s.stride:]
		clear(s.score)
		at, value := s.row(i)
		words := len(at)
		for words > 0 && int(at[words-1]) >= p.end {
			words--
		}
		gather(s.score, s.w, at[:words], value)
		s.score[y] -= float32(more)
		for j, scale := range scales {
			for c, x := range s.score[:k] {
				score[c] = float64(scale*float64(x)) + float64(s.bias*float64(last[c]))
			}
			score[y] -= class
			exact.Softmax(score, probability)
			losses[j] -= exact.Log(probability[y])
		}
	}
	best := 0
	for j, l := range losses {
		if l < losses[best] {
			best = j
		}
	}
	return scales[best], nil
}

// lean makes the prior what the weights set out from. It returns its scale, the
// one that is asked for if that is above 0; 0 where there is no prior.
func (s *solver) lean(ctx context.Context, scale float64) (float64, error) {
	if scale < 0 {
		return 0, nil
	}
	p, err := newPrior(ctx, s)
	if p == nil || err != nil {
		return 0, err
	}
	if err := p.write(ctx, s.w, s.bias); err != nil {
		return 0, err
	}
	if scale == 0 {
		if scale, err = p.choose(ctx, s); err != nil {
			return 0, err
		}
	}
	for at := 0; at < p.end; at += checkFeatures * s.stride {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		for i := at; i < min(p.end, at+checkFeatures*s.stride); i++ {
			s.w[i] *= float32(scale)
		}
	}
	s.less = p.words
	for i := range s.less {
		if i%checkRows == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		words, class := p.handicap(s, i)
		s.less[i] = float32(float64(scale*words) + class)
	}
	return scale, nil
}
