package linear

import (
	"context"
	"math"
)

// ridges are the penalties that are tried for Ridge.
var ridges = [...]float64{0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000, 3000}

// choose returns the penalty with the least generalised cross-validation,
//
//	n sum v e^2 / (n - 1 - df)^2,   df = trace(P (P + penalty)^-1),
//
// where P is the products of the columns. Householder's reflections bring P into a form
// with three diagonals, once; each penalty is then a matter of a few passes along them
// (the idea is Elden's, "A note on the computation of the generalized cross-validation
// function for ill-conditioned least squares problems", 1984).
func (g *gram) choose(ctx context.Context) (float64, error) {
	diagonal, beside, to, err := threeDiagonals(ctx, g.product, g.to)
	if err != nil {
		return 0, err
	}
	best, at := math.Inf(1), 1.0
	for _, penalty := range ridges {
		w, trace := solveThree(diagonal, beside, penalty, to)
		rest := g.square
		for j, x := range w {
			// sum v e^2 = y'y - 2 w't + w'P w, and P w = t - penalty w
			rest -= float64(x * (to[j] + float64(penalty*x)))
		}
		free := float64(g.n) - 1 - (float64(g.width) - float64(penalty*trace))
		if free < 0.02*float64(g.n) {
			continue // nothing is left to judge by
		}
		if v := max(0, rest) / (free * free); v < best {
			best, at = v, penalty
		}
	}
	return at, nil
}

// threeDiagonals brings a symmetric matrix into a form with three diagonals by
// reflections, which it does to a vector as well.
func threeDiagonals(ctx context.Context, matrix, vector []float64) (diagonal, beside, to []float64, err error) {
	n := len(vector)
	a, t := append([]float64(nil), matrix...), append([]float64(nil), vector...)
	v, p := make([]float64, n), make([]float64, n)
	for k := 0; k+2 < n; k++ {
		if ctx.Err() != nil {
			return nil, nil, nil, ctx.Err()
		}
		// The reflection along v takes what is below the diagonal's neighbour in
		// column k to 0.
		square := 0.0
		for i := k + 1; i < n; i++ {
			v[i] = a[i*n+k]
			square += float64(v[i] * v[i])
		}
		length := math.Sqrt(square)
		if length == 0 || square-float64(v[k+1]*v[k+1]) == 0 {
			continue
		}
		first := v[k+1]
		if first > 0 {
			length = -length
		}
		v[k+1] -= length
		scale := 2 / (square - float64(first*first) + float64(v[k+1]*v[k+1]))
		// A - v q' - q v' with p = scale A v, q = p - scale/2 (p'v) v. Of A only what is on
		// the diagonal and below is read and kept.
		clear(p[k+1:])
		for i := k + 1; i < n; i++ {
			row, vi := a[i*n+k+1:][:i-k-1], v[i]
			to := p[k+1:][:len(row)]
			for j, x := range row {
				to[j] += float64(x * vi)
			}
			p[i] += dot4(row, v[k+1:]) + float64(a[i*n+i]*vi)
		}
		inner, along := 0.0, 0.0
		for i := k + 1; i < n; i++ {
			p[i] = float64(scale * p[i])
			inner += float64(p[i] * v[i])
			along += float64(v[i] * t[i])
		}
		half := float64(scale / 2 * inner)
		for i := k + 1; i < n; i++ {
			p[i] -= float64(half * v[i])
			t[i] -= float64(scale * along * v[i])
			row, vi, pi := a[i*n+k+1:][:i-k], v[i], p[i]
			vs, ps := v[k+1:][:len(row)], p[k+1:][:len(row)]
			for j, x := range row {
				row[j] = x - (float64(vi*ps[j]) + float64(pi*vs[j]))
			}
		}
		a[(k+1)*n+k] = length
	}
	diagonal, beside = make([]float64, n), make([]float64, max(0, n-1))
	for i := range n {
		diagonal[i] = a[i*n+i]
		if i > 0 {
			beside[i-1] = a[i*n+i-1]
		}
	}
	return diagonal, beside, t, nil
}

// dot4 is a product of two vectors in four sums, of which none waits for another.
func dot4(a, b []float64) float64 {
	var s [4]float64
	for b = b[:len(a)]; len(a) >= 4; a, b = a[4:], b[4:] {
		s[0] += float64(a[0] * b[0])
		s[1] += float64(a[1] * b[1])
		s[2] += float64(a[2] * b[2])
		s[3] += float64(a[3] * b[3])
	}
	for i, x := range a {
		s[i] += float64(x * b[i])
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}

// solveThree returns w with (T + penalty) w = to and the trace of the inverse of
// T + penalty, of a T with three diagonals, none of whose eigenvalues is below 0. What
// is on the diagonal of the inverse comes of eliminating from both ends.
func solveThree(diagonal, beside []float64, penalty float64, to []float64) (w []float64, trace float64) {
	n := len(to)
	down, up := make([]float64, n), make([]float64, n)
	w = make([]float64, n)
	// Rounding may leave a pivot below what the penalty alone would be.
	for i := range n {
		down[i], w[i] = diagonal[i]+penalty, to[i]
		if i > 0 {
			part := beside[i-1] / down[i-1]
			down[i] -= float64(part * beside[i-1])
			w[i] -= float64(part * w[i-1])
		}
		down[i] = max(down[i], penalty)
	}
	for i := n - 1; i >= 0; i-- {
		up[i] = diagonal[i] + penalty
		if i+1 < n {
			up[i] -= beside[i] * beside[i] / up[i+1]
			w[i] -= float64(beside[i] * w[i+1])
		}
		up[i] = max(up[i], penalty)
		w[i] /= down[i]
		trace += 1 / max(penalty, down[i]+up[i]-(diagonal[i]+penalty))
	}
	return w, trace
}
