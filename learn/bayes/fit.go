package bayes

import (
	"context"
	"fmt"
	"math"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// How many rows, and features, pass between two looks at the context.
const (
	checkRows     = 64
	checkFeatures = 1024
)

// mostValue bounds the values of features, so that sums stay finite.
const mostValue = 1e12

// Fit fits a model. The same data and options give the same bytes.
func Fit(ctx context.Context, d feature.Data, o Options) (*Model, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	if d.Classes > maxClasses {
		return nil, fmt.Errorf("bayes: %d classes, at most %d", d.Classes, maxClasses)
	}
	m := &Model{alpha: o.Alpha, scale: o.Scale, credit: o.Prior}
	if m.credit <= 0 {
		m.credit = 1
	}
	if err := m.count(ctx, d); err != nil {
		return nil, err
	}
	if err := m.choose(ctx, d); err != nil {
		return nil, err
	}
	m.finish()
	return m, nil
}

// weigh returns how many rows each class has, by weight.
func weigh(d feature.Data) []float64 {
	rows := make([]float64, d.Classes)
	for i, c := range d.Class {
		rows[c] += d.WeightOf(i)
	}
	return rows
}

// count sums the rows by feature and class: the entries are put in order of
// their features, and summed by class within each.
func (m *counts) count(ctx context.Context, d feature.Data) error {
	m.rows = weigh(d)
	m.set = feature.Seen(d.Rows, d.Features)
	type entry struct {
		class uint16
		value float32
	}
	at := make([]uint32, m.set.Len()+1)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		for _, f := range r.Index {
			at[m.set.Rank(f)+1]++
		}
	}
	for i := 1; i < len(at); i++ {
		at[i] += at[i-1]
	}
	entries := make([]entry, at[len(at)-1])
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		weight := float32(d.WeightOf(i))
		for j, f := range r.Index {
			k, v := m.set.Rank(f), r.Value[j]
			if !(v >= 0 && v <= mostValue) {
				return fmt.Errorf("bayes: row %d has %v of a feature; what can be counted is 0 to %v", i, v, float64(mostValue))
			}
			entries[at[k]] = entry{uint16(d.Class[i]), weight * v}
			at[k]++ // in the end where the next feature's began
		}
	}
	m.starts = make([]uint32, m.set.Len()+1)
	sum, met := make([]float64, d.Classes), make([]bool, d.Classes)
	begin := uint32(0)
	for k := range m.set.Len() {
		if k%checkFeatures == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		low, high := uint16(maxClasses-1), uint16(0)
		for _, e := range entries[begin:at[k]] {
			sum[e.class] += float64(e.value)
			met[e.class] = true
			low, high = min(low, e.class), max(high, e.class)
		}
		begin = at[k]
		for c := int(low); c <= int(high); c++ {
			if met[c] {
				m.class, m.sum = append(m.class, uint16(c)), append(m.sum, float32(sum[c]))
				sum[c], met[c] = 0, false
			}
		}
		m.starts[k+1] = uint32(len(m.class))
	}
	return nil
}

// What is tried for alpha and scale, and what is taken where there are too few
// rows to try anything.
var (
	alphas = [...]float64{1, 0.3, 0.1, 0.03, 0.01}
	scales = [...]float64{0.25, 0.5, 1, 2, 4}
)

const (
	usualAlpha = 0.1
	usualScale = 1
	tryFrom    = 10  // rows that can be left out
	tryAtMost  = 500 // rows that are left out, spread over the data
)

// triable returns the rows that are left out in turn. Rows that are their class's
// only one are not, for without them nothing can tell.
func (m *counts) triable(d feature.Data) (tried []int) {
	every := (len(d.Rows) + tryAtMost - 1) / tryAtMost
	for i := 0; i < len(d.Rows); i += every {
		if m.rows[d.Class[i]] > d.WeightOf(i) {
			tried = append(tried, i)
		}
	}
	return tried
}

// choose sets what is not set of alpha and scale to what has the lowest log
// loss when one row at a time is left out.
func (m *Model) choose(ctx context.Context, d feature.Data) error {
	tried := m.triable(d)
	var err error
	m.alpha, m.scale, err = pick(len(tried), m.alpha, m.scale, func(alpha float64, scales []float64) ([]float64, error) {
		return m.leaveOut(ctx, d, tried, alpha, scales)
	})
	return err
}

// pick returns the smoothing and the scale of the lowest loss, where they are not
// given (above 0) already, and the usual ones where too few rows can be tried.
func pick(tried int, alpha, scale float64, losses func(alpha float64, scales []float64) ([]float64, error)) (a, s float64, err error) {
	as, ss := alphas[:], scales[:]
	if alpha > 0 {
		as = []float64{alpha}
	}
	if scale > 0 {
		ss = []float64{scale}
	}
	a, s = as[0], ss[0]
	switch {
	case alpha > 0 && scale > 0:
		return a, s, nil
	case tried < tryFrom:
		if alpha <= 0 {
			a = usualAlpha
		}
		if scale <= 0 {
			s = usualScale
		}
		return a, s, nil
	}
	best := math.Inf(1)
	for _, alpha := range as {
		ls, err := losses(alpha, ss)
		if err != nil {
			return 0, 0, err
		}
		for i, l := range ls {
			if l < best {
				best, a, s = l, alpha, ss[i]
			}
		}
	}
	return a, s, nil
}

// leaveOut returns the sum of the log losses of some rows, each as the model
// without it sees it, for one alpha and several scales.
func (m *Model) leaveOut(ctx context.Context, d feature.Data, tried []int, alpha float64, scales []float64) ([]float64, error) {
	k := len(m.rows)
	gain := make([]float64, len(m.sum))
	for i, n := range m.sum {
		gain[i] = exact.Log1p(float64(n) / alpha)
	}
	sum, losses := m.totals(), make([]float64, len(scales))
	z, p, level := make([]float64, k), make([]float64, k), make([]float64, k)
	wide := float64(alpha * float64(max(1, m.set.Len())))
	for c := range level {
		level[c] = exact.Log(sum[c] + wide)
	}
	for t, i := range tried {
		if t%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r, y, weight := d.Rows[i], uint16(d.Class[i]), d.WeightOf(i)
		clear(z)
		length, own := 0.0, 0.0
		for j, f := range r.Index {
			at := m.set.Rank(f)
			v := float64(r.Value[j])
			mine := float64(float32(weight) * r.Value[j])
			own += mine
			from, to := m.starts[at], m.starts[at+1]
			if to-from == 1 && float64(m.sum[from])-mine < 1e-6 {
				continue // no other row has it
			}
			length += v
			for q := from; q < to; q++ {
				if c := m.class[q]; c == y {
					z[c] += float64(v * exact.Log1p(max(0, float64(m.sum[q])-mine)/alpha))
				} else {
					z[c] += float64(v * gain[q])
				}
			}
		}
		for c := range z {
			if c == int(y) {
				z[c] -= float64(length * exact.Log(max(0, sum[c]-own)+wide))
			} else {
				z[c] -= float64(length * level[c])
			}
		}
		for s, scale := range scales {
			for c := range p {
				n := m.rows[c]
				if c == int(y) {
					n -= weight
				}
				p[c] = exact.Log(max(0, n)+m.credit) + float64(scale*z[c])
			}
			exact.Softmax(p, p)
			losses[s] -= float64(weight * exact.Log(p[y]))
		}
	}
	return losses, nil
}
