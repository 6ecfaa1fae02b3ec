package calibrate

import (
	"context"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// What a sigmoid needs.
const (
	sigmoidClasses = 32 // at most: its Newton steps solve for two numbers a class
	sigmoidRows    = 8  // of each class at least
	sigmoidPrior   = 1  // weight of the pull towards the temperature alone, in rows
)

// fitSigmoid minimises the log loss of softmax(a_k z_k + b_k), with a pull of
// a_k towards the temperature's number and of b_k towards 0, by Newton's method
// with step halving. The sum is strictly convex for the pull, so there is one
// answer, also for two classes, whose four numbers say what two could. Where a
// factor would turn a class round, the temperature is all.
func fitSigmoid(ctx context.Context, h *held, beta float64) (slope, shift []float64, err error) {
	n := h.classes
	x := make([]float64, 2*n) // a, then b
	for k := range n {
		x[k] = beta
	}
	loss, g, hess := h.sigmoidAt(x, beta, true)
	for range 50 {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		var chol mat.Cholesky
		if !chol.Factorize(hess) {
			break
		}
		step := mat.NewVecDense(2*n, nil)
		if err := chol.SolveVecTo(step, mat.NewVecDense(2*n, g)); err != nil {
			break
		}
		rate, fall := 1.0, mat.Dot(step, mat.NewVecDense(2*n, g))
		if fall < 1e-10 {
			break
		}
		next := make([]float64, 2*n)
		better := false
		for range 30 {
			for j := range next {
				next[j] = x[j] - rate*step.AtVec(j)
			}
			if l, _, _ := h.sigmoidAt(next, beta, false); l < loss-1e-4*rate*fall {
				better = true
				break
			}
			rate /= 2
		}
		if !better {
			break
		}
		x = next
		loss, g, hess = h.sigmoidAt(x, beta, true)
	}
	if slices.Min(x[:n]) <= 0 { // the rows say the opposite of what the model does: no map of it
		for k := range n {
			x[k], x[n+k] = beta, 0
		}
	}
	return x[:n:n], x[n:], nil
}

// sigmoidAt returns the penalised log loss, and its gradient and Hessian where
// they are asked for.
func (h *held) sigmoidAt(x []float64, beta float64, bends bool) (loss float64, g []float64, hess *mat.SymDense) {
	n := h.classes
	if bends {
		g, hess = make([]float64, 2*n), mat.NewSymDense(2*n, nil)
	}
	q, d := make([]float64, n), make([]float64, n)
	for i, m := range h.logs {
		for k := range q {
			q[k] = x[k]*m[k] + x[n+k]
		}
		softmax(q)
		w := h.weight[i]
		for k := range q {
			t := h.target(i, k)
			loss -= w * t * logOf(q[k])
			d[k] = q[k] - t
		}
		if !bends {
			continue
		}
		for k := range n {
			g[k] += w * d[k] * m[k]
			g[n+k] += w * d[k]
			for l := k; l < n; l++ {
				v := -q[k] * q[l]
				if k == l {
					v += q[k]
				}
				v *= w
				hess.SetSym(k, l, hess.At(k, l)+v*m[k]*m[l])
				hess.SetSym(n+k, n+l, hess.At(n+k, n+l)+v)
				hess.SetSym(k, n+l, hess.At(k, n+l)+v*m[k])
				if k != l {
					hess.SetSym(l, n+k, hess.At(l, n+k)+v*m[l])
				}
			}
		}
	}
	for k := range n {
		a, b := x[k]-beta, x[n+k]
		loss += sigmoidPrior / 2.0 * (a*a + b*b)
		if bends {
			g[k] += sigmoidPrior * a
			g[n+k] += sigmoidPrior * b
			hess.SetSym(k, k, hess.At(k, k)+sigmoidPrior)
			hess.SetSym(n+k, n+k, hess.At(n+k, n+k)+sigmoidPrior)
		}
	}
	return loss, g, hess
}
