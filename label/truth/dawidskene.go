package truth

import (
	"context"
	"maps"
	"math"
	"slices"
)

// DawidSkene estimates each person's confusion matrix and each item's class
// together by expectation maximisation (Dawid and Skene, "Maximum likelihood
// estimation of observer error-rates using the EM algorithm", Applied Statistics
// 28(1), 1979). With Options.Smoothing it is the maximum a posteriori under a
// Dirichlet prior, which is steadier where people answered little. Without it the
// likelihood never falls from one iteration to the next.
func DawidSkene(ctx context.Context, v Votes, o Options) (*Result, error) {
	return em(ctx, v, o, "dawid-skene", func(r *Result, counts []float64) {
		k := v.Classes
		for p := range v.People {
			m := counts[p*k*k : (p+1)*k*k]
			for t := range k {
				row, sum := m[t*k:(t+1)*k], 0.0
				for c := range row {
					row[c] += prior(o.Smoothing, k, c == t)
					sum += row[c]
				}
				for c := range row {
					if sum > 0 {
						row[c] /= sum
					} else if row[c] = 0; c == t {
						row[c] = 1 // of a class that they never met nothing is known
					}
				}
			}
		}
	})
}

// prior is what is added to a cell of a person's counts: half of the smoothing
// goes to the right answer, and half is spread over all.
func prior(smoothing float64, k int, right bool) float64 {
	x := smoothing / 2 / float64(k)
	if right {
		x += smoothing / 2
	}
	return x
}

// OneCoin is Dawid and Skene's model where a person is right with one
// probability, whatever the class, and errs evenly.
func OneCoin(ctx context.Context, v Votes, o Options) (*Result, error) {
	return em(ctx, v, o, "one-coin", func(r *Result, counts []float64) {
		k := v.Classes
		for p := range v.People {
			m := counts[p*k*k : (p+1)*k*k]
			right, all := 0.0, 0.0
			for t := range k {
				for c := range k {
					x := m[t*k+c] + prior(o.Smoothing, k, c == t)/float64(k)
					if all += x; c == t {
						right += x
					}
				}
			}
			q := 1 / float64(k)
			if all > 0 {
				q = right / all
			}
			for t := range k {
				for c := range k {
					switch {
					case k == 1:
						m[0] = 1
					case c == t:
						m[t*k+c] = q
					default:
						m[t*k+c] = (1 - q) / float64(k-1)
					}
				}
			}
		}
	})
}

// floor keeps probabilities from being impossible by rounding or by a class that
// nobody was seen to mistake.
const floor = 1e-10

// em runs expectation maximisation; maximise turns expected counts, People x
// Classes x Classes, into confusion matrices in place.
func em(ctx context.Context, v Votes, o Options, method string, maximise func(*Result, []float64)) (*Result, error) {
	o = o.withDefaults()
	first, err := Majority(ctx, v, o)
	if err != nil {
		return nil, err
	}
	all, k := v.sorted(), v.Classes
	r := newResult(v, method)
	copy(r.Posterior, first.Posterior)
	if len(o.Start) == len(r.Posterior) {
		copy(r.Posterior, o.Start)
		r.finish(v)
	}
	r.shares(v, all)
	confusion, logs := make([]float64, v.People*k*k), make([]float64, v.People*k*k)
	next, prior := make([]float64, len(r.Posterior)), make([]float64, k)
	for r.Iterations < o.Iterations && !r.Converged {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		r.Iterations++
		clear(confusion)
		for _, x := range all {
			p, m := r.Of(int(x.Item)), confusion[int(x.Person)*k*k:]
			for t, q := range p {
				m[t*k+int(x.Class)] += q
			}
		}
		maximise(r, confusion)
		for i, x := range confusion {
			logs[i] = math.Log(max(x, floor))
		}
		for c, x := range r.Prior {
			prior[c] = math.Log(max(x, floor))
		}
		r.Likelihood = expect(v, all, prior, logs, next)
		r.Converged = change(r.Posterior, next, v.Items) < o.Tolerance
		r.Posterior, next = next, r.Posterior
		r.shares(v, all)
	}
	r.describe(v, all, confusion)
	return r, nil
}

// expect fills in the posterior of every item, and returns the log likelihood of
// the votes. Votes are in the order of items.
func expect(v Votes, all []Vote, prior, logs, posterior []float64) (likelihood float64) {
	k := v.Classes
	for i := range v.Items {
		p := posterior[i*k : (i+1)*k]
		copy(p, prior)
		for ; len(all) > 0 && int(all[0].Item) == i; all = all[1:] {
			m := logs[int(all[0].Person)*k*k:]
			for t := range p {
				p[t] += m[t*k+int(all[0].Class)]
			}
		}
		if c, ok := v.Settled[int32(i)]; ok {
			likelihood += p[c]
			clear(p)
			p[c] = 1
			continue
		}
		top, sum := math.Inf(-1), 0.0
		for _, x := range p {
			top = max(top, x)
		}
		for t := range p {
			p[t] = math.Exp(p[t] - top)
			sum += p[t]
		}
		for t := range p {
			p[t] /= sum
		}
		likelihood += top + math.Log(sum)
	}
	return likelihood
}

// shares sets the share of each class among the items that have votes or are
// settled: what nobody looked at says nothing of it.
func (r *Result) shares(v Votes, all []Vote) {
	clear(r.Prior)
	n, last := 0.0, int32(-1)
	add := func(i int32) {
		for c, p := range r.Of(int(i)) {
			r.Prior[c] += p
		}
		n++
	}
	for _, x := range all {
		if x.Item != last {
			last = x.Item
			if _, ok := v.Settled[last]; !ok {
				add(last)
			}
		}
	}
	for _, i := range slices.Sorted(maps.Keys(v.Settled)) {
		add(i)
	}
	if n == 0 {
		for c := range r.Prior {
			r.Prior[c] = 1 / float64(r.Classes)
		}
		return
	}
	for c := range r.Prior {
		r.Prior[c] /= n
	}
}

// describe fills in how good people are: the probability of a right answer by
// their confusion matrix, over the classes that there are.
func (r *Result) describe(v Votes, all []Vote, confusion []float64) {
	k := v.Classes
	for _, x := range all {
		r.People[x.Person].Votes++
	}
	for i := range r.People {
		p := &r.People[i]
		p.Confusion = confusion[i*k*k : (i+1)*k*k : (i+1)*k*k]
		for t := range k {
			p.Quality += r.Prior[t] * p.Confusion[t*k+t]
		}
		if p.Votes == 0 {
			p.Quality = 0
		}
	}
	// Items without votes have the shares of those with some.
	seen := make([]bool, v.Items)
	for _, x := range all {
		seen[x.Item] = true
	}
	for i := range v.Items {
		if _, ok := v.Settled[int32(i)]; !ok && !seen[i] {
			copy(r.Of(i), r.Prior)
		}
	}
}
