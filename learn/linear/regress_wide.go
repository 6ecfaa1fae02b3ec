package linear

import (
	"context"
	"math"

	"inkling/learn/feature"
)

const (
	dualRows  = 500   // rows that the penalty is chosen on where there are many columns
	gradients = 1e-10 // square of the gradient at the end of conjugate gradients, as a part of the first one's
)

// conjugate fits Least and Ridge by conjugate gradients on
//
//	(X'VX - total mean mean' + penalty) w = X'V(y - middle),
//
// which are never written down: each round is two passes over the rows.
func (m *Regression) conjugate(ctx context.Context, d feature.Data, o RegressionOptions) error {
	x, err := m.layout.matrixOf(ctx, d)
	if err != nil {
		return err
	}
	mean := x.means()
	if o.Method == Ridge && o.Penalty <= 0 {
		if m.penalty, err = x.choose(ctx, d, mean); err != nil {
			return err
		}
	}
	middle := 0.0
	for i, y := range d.Target {
		middle += float64(x.weight[i] * y)
	}
	middle /= x.total
	n := x.width
	w, rest, way, along := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for i, y := range d.Target {
		x.add(i, float64(x.weight[i]*(y-middle)), rest) // sum of the factors is 0: no mean to take off
	}
	copy(way, rest)
	square := dot(rest, rest)
	enough := square * gradients
	for m.rounds = 0; m.rounds < o.Epochs && square > enough; m.rounds++ {
		clear(along)
		shift, all := dot(mean, way), 0.0
		for i := range x.ends {
			if i%checkRows == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			t := float64(x.weight[i] * (x.dot(i, way) - shift))
			all += t
			x.add(i, t, along)
		}
		for j := range along {
			along[j] += float64(m.penalty*way[j]) - float64(all*mean[j])
		}
		step := dot(way, along)
		if !(step > 0) {
			break // nowhere left to go
		}
		step = square / step
		for j := range w {
			w[j] += float64(step * way[j])
			rest[j] -= float64(step * along[j])
		}
		before := square
		square = dot(rest, rest)
		for j := range way {
			way[j] = rest[j] + float64(square/before*way[j])
		}
	}
	m.w, m.base = w, middle-dot(mean, w)
	return nil
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += float64(x * b[i])
	}
	return sum
}

// choose returns the penalty with the least generalised cross-validation on some
// rows, by the products of the rows instead of those of the columns: see gram.choose.
func (m *matrix) choose(ctx context.Context, d feature.Data, mean []float64) (float64, error) {
	n := min(len(m.ends), dualRows)
	at, root, y := make([]int, n), make([]float64, n), make([]float64, n)
	middle, total := 0.0, 0.0
	for k := range at {
		at[k] = k * len(m.ends) / n
		root[k] = math.Sqrt(m.weight[at[k]])
		total += m.weight[at[k]]
		middle += float64(m.weight[at[k]] * d.Target[at[k]])
	}
	middle /= total
	product, full := make([]float64, n*n), make([]float64, m.width)
	for k, i := range at {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		y[k] = float64(root[k] * (d.Target[i] - middle))
		for j, x := range mean {
			full[j] = -x
		}
		m.add(i, 1, full)
		shift := dot(mean, full)
		for q := range k + 1 {
			x := float64(float64(root[k]*root[q]) * (m.dot(at[q], full) - shift))
			product[k*n+q], product[q*n+k] = x, x
		}
	}
	diagonal, beside, to, err := threeDiagonals(ctx, product, y)
	if err != nil {
		return 0, err
	}
	best, penalty := math.Inf(1), 1.0
	for _, p := range ridges {
		a, trace := solveThree(diagonal, beside, p, to)
		free := float64(p*trace) - 1
		if free < 0.02*float64(n) {
			continue
		}
		if v := p * p * dot(a, a) / (free * free); v < best {
			best, penalty = v, p
		}
	}
	return penalty, nil
}
