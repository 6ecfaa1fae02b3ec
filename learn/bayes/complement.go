package bayes

import (
	"context"
	"fmt"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// ComplementOptions say how to fit complement naive Bayes. Zero values mean the
// defaults.
type ComplementOptions struct {
	Alpha     float64 // smoothing, above 0; default: chosen with Scale by leaving one row out at a time
	Scale     float64 // weight of a row against the prior, above 0; default: chosen with Alpha
	Normalize bool    // a class's weights are divided by the sum of their sizes, and multiplied by the mean of these sums
	Prior     float64 // rows that each class is credited with beforehand; below 0: no class is likelier than another before the row is seen; default 1
}

// Complement is complement naive Bayes (Rennie and others, 2003, section 3.1;
// with Normalize also 3.2): what speaks for a class is how rare a feature is in
// all others together,
//
//	score = ln prior_c + scale sum_f x_f w_cf,   w_cf = -ln((N_f - n_cf + alpha) / (N - n_c + alpha F)),
//
// with the sums n of multinomial naive Bayes and N theirs over all classes. The
// others of a small class are many, so that its weights are as sure as those of a
// large one.
//
// The paper takes the class of the highest score, without a prior, and knows no
// probabilities. Here they are those of a softmax over the scores, with the prior,
// and with the alpha and the scale for which that has the lowest log loss on rows
// that are left out, one at a time: the scale is a temperature, fitted. (While a row
// is left out, what Normalize divides by stays as it is.)
//
// A Complement never changes and is safe for concurrent use.
type Complement struct {
	alpha, scale, credit float64
	normal               bool
	counts

	// What follows is made from the above.
	prior  []float64 // ln of each class
	factor []float64 // of each class: what its weights are multiplied by
	common []float64 // of each feature: -ln(N_f + alpha), which w_cf has whatever the class
	level  []float64 // of each class: ln(N - n_c + alpha F)
	gain   []float64 // of each pair: -ln(1 - n_cf / (N_f + alpha)), what the class has above the others
}

// Alpha is the smoothing.
func (m *Complement) Alpha() float64 { return m.alpha }

// Scale is the weight of a row against the prior.
func (m *Complement) Scale() float64 { return m.scale }

// Normal reports whether weights are normalised.
func (m *Complement) Normal() bool { return m.normal }

// FitComplement fits a model. The same data and options give the same bytes.
func FitComplement(ctx context.Context, d feature.Data, o ComplementOptions) (*Complement, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	if d.Classes > maxClasses {
		return nil, fmt.Errorf("bayes: %d classes, at most %d", d.Classes, maxClasses)
	}
	m := &Complement{credit: o.Prior, normal: o.Normalize}
	if m.credit == 0 {
		m.credit = 1
	}
	if err := m.count(ctx, d); err != nil {
		return nil, err
	}
	tried := m.triable(d)
	var err error
	m.alpha, m.scale, err = pick(len(tried), o.Alpha, o.Scale, func(alpha float64, scales []float64) ([]float64, error) {
		return m.leaveOut(ctx, d, tried, alpha, scales)
	})
	if err != nil {
		return nil, err
	}
	m.finish()
	return m, nil
}

// finish computes what Predict reads.
func (m *Complement) finish() {
	k := len(m.rows)
	m.prior, m.factor, m.level = make([]float64, k), make([]float64, k), make([]float64, k)
	m.common, m.gain = make([]float64, m.set.Len()), make([]float64, len(m.sum))
	if m.credit > 0 {
		m.priors(m.credit, m.prior)
	}
	of, all := m.totals(), 0.0
	for _, n := range of {
		all += n
	}
	wide := float64(m.alpha * float64(max(1, m.set.Len())))
	for c := range m.level {
		m.level[c] = exact.Log(max(0, all-of[c]) + wide)
	}
	whole := 0.0 // sum of common
	size := make([]float64, k)
	for f := range m.common {
		from, to := m.starts[f], m.starts[f+1]
		n := m.alpha
		for _, x := range m.sum[from:to] {
			n += float64(x)
		}
		m.common[f] = -exact.Log(n)
		whole += m.common[f]
		for j := from; j < to; j++ {
			m.gain[j] = exact.Log(n / max(m.alpha, n-float64(m.sum[j])))
			size[m.class[j]] += m.gain[j]
		}
	}
	for c := range m.factor {
		m.factor[c] = m.scale
	}
	if !m.normal {
		return
	}
	mean := 0.0
	for c := range size {
		size[c] += whole + float64(float64(m.set.Len())*m.level[c])
		mean += size[c] / float64(k)
	}
	for c, s := range size {
		if s > 0 {
			m.factor[c] = m.scale * mean / s
		}
	}
}

// Predict writes the probability of every class into p, which must have
// Classes() elements. No probability is 0.
func (m *Complement) Predict(r feature.Row, p []float64) {
	if len(p) != len(m.rows) {
		panic(fmt.Sprintf("bayes: %d probabilities for %d classes", len(p), len(m.rows)))
	}
	clear(p)
	length, common := 0.0, 0.0
	for i, f := range r.Index {
		at := m.set.Rank(f)
		if at < 0 {
			continue
		}
		v := float64(r.Value[i])
		length += v
		common += float64(v * m.common[at])
		from, to := m.starts[at], m.starts[at+1]
		gain := m.gain[from:to]
		for j, c := range m.class[from:to] {
			p[c] += float64(v * gain[j])
		}
	}
	for c := range p {
		p[c] = m.prior[c] + float64(m.factor[c]*(p[c]+common+float64(length*m.level[c])))
	}
	exact.Softmax(p, p)
}

// Explain writes what each feature of a row adds to the log odds of a class
// against the mean of the others into w, and returns what is there without any
// feature. See Model.Explain for classes that are far off.
func (m *Complement) Explain(r feature.Row, class int, w []float64) (base float64) {
	if len(w) != r.Len() {
		panic(fmt.Sprintf("bayes: room for %d of %d weights", len(w), r.Len()))
	}
	clear(w)
	z := make([]float64, len(m.rows))
	for i, f := range r.Index {
		at := m.set.Rank(f)
		if at < 0 {
			continue
		}
		for c := range z {
			z[c] = m.common[at] + m.level[c]
		}
		for j := m.starts[at]; j < m.starts[at+1]; j++ {
			z[m.class[j]] += m.gain[j]
		}
		for c := range z {
			z[c] *= m.factor[c]
		}
		w[i] = float64(r.Value[i]) * margin(z, class)
	}
	return margin(m.prior, class)
}

// leaveOut returns the sum of the log losses of some rows, each as the model
// without it sees it, for one alpha and several scales.
func (m *Complement) leaveOut(ctx context.Context, d feature.Data, tried []int, alpha float64, scales []float64) ([]float64, error) {
	// Once with the scale 1, for what the weights are multiplied by.
	whole := Complement{alpha: alpha, scale: 1, credit: m.credit, normal: m.normal, counts: m.counts}
	whole.finish()
	of, all := m.totals(), 0.0
	for _, n := range of {
		all += n
	}
	wide := float64(alpha * float64(max(1, m.set.Len())))
	z, p, losses := make([]float64, len(m.rows)), make([]float64, len(m.rows)), make([]float64, len(scales))
	for t, i := range tried {
		if t%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r, y, weight := d.Rows[i], d.Class[i], d.WeightOf(i)
		clear(z)
		length, own, common := 0.0, 0.0, 0.0
		for j, f := range r.Index {
			at := m.set.Rank(f)
			v, mine := float64(r.Value[j]), float64(float32(weight)*r.Value[j])
			own += mine
			from, to := m.starts[at], m.starts[at+1]
			if to-from == 1 && float64(m.sum[from])-mine < 1e-6 {
				continue // no other row has it
			}
			length += v
			n := alpha - mine
			for _, x := range m.sum[from:to] {
				n += float64(x)
			}
			n = max(n, alpha)
			common -= float64(v * exact.Log(n))
			for q := from; q < to; q++ {
				x := float64(m.sum[q])
				if int(m.class[q]) == y {
					x = max(0, x-mine)
				}
				z[m.class[q]] += float64(v * exact.Log(n/max(alpha, n-x)))
			}
		}
		for c := range z {
			level := whole.level[c]
			if c != y {
				level = exact.Log(max(0, all-of[c]-own) + wide)
			}
			z[c] = float64(whole.factor[c] * (z[c] + common + float64(length*level)))
		}
		for s, scale := range scales {
			for c := range p {
				n := m.rows[c]
				if c == y {
					n -= weight
				}
				p[c] = float64(scale * z[c])
				if m.credit > 0 {
					p[c] += exact.Log(max(0, n) + m.credit)
				}
			}
			exact.Softmax(p, p)
			losses[s] -= float64(weight * exact.Log(p[y]))
		}
	}
	return losses, nil
}

// storedComplement is a Complement as it is kept.
type storedComplement struct {
	stored
	Flat   bool `cbor:"8,keyasint,omitempty"` // no prior; Credit is 1 then
	Normal bool `cbor:"9,keyasint,omitempty"`
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (m *Complement) MarshalBinary() ([]byte, error) {
	st := storedComplement{stored: stored{Alpha: m.alpha, Scale: m.scale, Credit: m.credit}, Flat: m.credit < 0, Normal: m.normal}
	if st.Flat {
		st.Credit = 1
	}
	if err := m.store(&st.stored); err != nil {
		return nil, err
	}
	return encode(st)
}

// UnmarshalComplement reads what MarshalBinary wrote, or returns ErrDamaged.
func UnmarshalComplement(b []byte) (*Complement, error) {
	var st storedComplement
	if err := decode(b, &st); err != nil {
		return nil, err
	}
	m := &Complement{alpha: st.Alpha, scale: st.Scale, credit: st.Credit, normal: st.Normal}
	if err := m.load(st.stored); err != nil {
		return nil, err
	}
	if st.Flat {
		m.credit = -1
	}
	m.finish()
	return m, nil
}
