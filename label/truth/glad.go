package truth

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/optimize"
)

// gladSteps is how many steps the maximisation takes at a time: it need not be
// finished for the likelihood to rise (generalised EM).
const gladSteps = 8

// GLAD estimates how able each person and how easy each item is: a vote is right
// with probability sigma(ability * ease), and errs evenly (Whitehill, Ruvolo, Wu,
// Bergsma, Movellan, "Whose vote should count more: optimal integration of labels
// from labelers of unknown expertise", NIPS 2009, with its priors: abilities
// normal about 1, log eases normal about 1). A person's quality is their
// probability of being right on an item of mean ease.
func GLAD(ctx context.Context, v Votes, o Options) (*Result, error) {
	o = o.withDefaults()
	r, err := Majority(ctx, v, o)
	if err != nil {
		return nil, err
	}
	all, k := v.sorted(), v.Classes
	r.Method, r.Iterations, r.Converged = "glad", 0, false
	if len(o.Start) == len(r.Posterior) {
		copy(r.Posterior, o.Start)
		r.finish(v)
	}
	r.shares(v, all)
	x := make([]float64, v.People+v.Items) // abilities, then log eases
	for i := range x {
		x[i] = 1
	}
	right := make([]float64, len(all)) // the probability that each vote is right
	next := make([]float64, len(r.Posterior))
	value := func(x []float64) float64 { // to be minimised
		f := 0.0
		for _, y := range x {
			f += (y - 1) * (y - 1) / 2
		}
		for i, vote := range all {
			z := x[vote.Person] * math.Exp(x[v.People+int(vote.Item)])
			f -= right[i]*logSigmoid(z) + (1-right[i])*(logSigmoid(-z)-math.Log(float64(max(k-1, 1))))
		}
		return f
	}
	slope := func(g, x []float64) {
		for i, y := range x {
			g[i] = y - 1
		}
		for i, vote := range all {
			ease := math.Exp(x[v.People+int(vote.Item)])
			d := right[i] - sigmoid(x[vote.Person]*ease)
			g[vote.Person] -= d * ease
			g[v.People+int(vote.Item)] -= d * x[vote.Person] * ease
		}
	}
	for r.Iterations < o.Iterations && !r.Converged && k > 1 && len(all) > 0 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.Iterations++
		for i, vote := range all {
			right[i] = r.Posterior[int(vote.Item)*k+int(vote.Class)]
		}
		res, err := optimize.Minimize(optimize.Problem{Func: value, Grad: slope}, x, &optimize.Settings{MajorIterations: gladSteps, Converger: optimize.NeverTerminate{}}, &optimize.LBFGS{})
		if res == nil {
			return nil, err
		}
		if err != nil && !isOptimum(err) {
			return nil, err
		}
		copy(x, res.X)
		r.Likelihood = 0
		rest := all
		for i := range v.Items {
			p := next[i*k : (i+1)*k]
			for c := range p {
				p[c] = math.Log(max(r.Prior[c], floor))
			}
			for ; len(rest) > 0 && int(rest[0].Item) == i; rest = rest[1:] {
				z := x[rest[0].Person] * math.Exp(x[v.People+i])
				wrong := logSigmoid(-z) - math.Log(float64(k-1))
				for c := range p {
					if c == int(rest[0].Class) {
						p[c] += logSigmoid(z)
					} else {
						p[c] += wrong
					}
				}
			}
			r.Likelihood += normalise(p)
			if c, ok := v.Settled[int32(i)]; ok {
				clear(p)
				p[c] = 1
			}
		}
		r.Converged = change(r.Posterior, next, v.Items) < o.Tolerance
		r.Posterior, next = next, r.Posterior
		r.shares(v, all)
	}
	r.Difficulty = make([]float64, v.Items)
	ease := 0.0
	for i := range v.Items {
		e := math.Exp(x[v.People+i])
		r.Difficulty[i] = 1 / (1 + e)
		ease += e / float64(v.Items)
	}
	for i := range r.People {
		if r.People[i].Votes > 0 {
			r.People[i].Quality = sigmoid(x[i] * ease)
		}
	}
	return r, nil
}

// isOptimum reports whether a search ended because there was nothing left to
// gain that could be told from rounding.
func isOptimum(err error) bool {
	return errors.Is(err, optimize.ErrLinesearcherFailure) || errors.Is(err, optimize.ErrNonDescentDirection) || errors.Is(err, optimize.ErrNoProgress)
}

// normalise turns log weights into probabilities, and returns the log of their
// sum.
func normalise(p []float64) float64 {
	top, sum := math.Inf(-1), 0.0
	for _, x := range p {
		top = max(top, x)
	}
	for c := range p {
		p[c] = math.Exp(p[c] - top)
		sum += p[c]
	}
	for c := range p {
		p[c] /= sum
	}
	return top + math.Log(sum)
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func logSigmoid(z float64) float64 {
	if z < 0 {
		return z - math.Log1p(math.Exp(z))
	}
	return -math.Log1p(math.Exp(-z))
}
