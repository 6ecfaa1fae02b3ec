package query

import (
	"context"
	"math/rand/v2"

	"inkling/learn/exact"
)

// Bootstrap draws the answers that each member of a committee is fitted on: for
// every member n numbers below n, with replacement (Abe, Mamitsuka, "Query
// learning strategies using boosting and bagging", ICML 1998).
func Bootstrap(n, members int, seed uint64) [][]int {
	out := make([][]int, members)
	for m := range out {
		rng := rand.New(rand.NewPCG(seed, mix(uint64(m)+1)))
		out[m] = make([]int, n)
		for i := range out[m] {
			out[m][i] = rng.IntN(n)
		}
	}
	return out
}

// byCommittee completes a strategy that asks where the members of a committee
// disagree most, as measure says.
func byCommittee(measure func(members [][]float64) float64, s Strategy, name string) Strategy {
	s.Needs = NeedsCommittee
	return of(func(ctx context.Context, v *view, n int) ([]choice, error) {
		said := make([][]float64, len(v.Committee))
		return best(ctx, v, n, func(i int) float64 {
			for m, all := range v.Committee {
				said[m] = all[v.at[i]]
			}
			return measure(said)
		}, func(int) Why { return Disagreed })
	}, s, name)
}

// voteEntropy is the entropy of the votes of a committee, each for its most
// probable class (Dagan, Engelson, "Committee-based sampling for training
// probabilistic classifiers", ICML 1995), in nats.
func voteEntropy(members [][]float64) float64 {
	votes := make([]int, len(members[0]))
	for _, p := range members {
		class, _, _ := top(p)
		votes[class]++
	}
	h := 0.0
	for _, n := range votes {
		if n > 0 {
			q := float64(n) / float64(len(members))
			h -= float64(q * exact.Log(q))
		}
	}
	return h
}

// meanKL is the mean Kullback-Leibler divergence of the members' distributions
// from their mean (McCallum, Nigam, "Employing EM and pool-based active learning
// for text classification", ICML 1998), in nats.
func meanKL(members [][]float64) float64 {
	mean := consensus(members)
	sum := 0.0
	for _, p := range members {
		for c, q := range p {
			if q > 0 {
				sum += float64(q * exact.Log(q/mean[c]))
			}
		}
	}
	return max(0, sum/float64(len(members)))
}

// bald is the mutual information of the class and the model: the entropy of the
// mean less the mean of the entropies (Houlsby, Huszár, Ghahramani, Lengyel,
// "Bayesian active learning for classification and preference learning", 2011).
// With members that weigh the same it is meanKL.
func bald(members [][]float64) float64 {
	h := entropy(consensus(members))
	for _, p := range members {
		h -= entropy(p) / float64(len(members))
	}
	return max(0, h)
}

// variance is the variance of the members' numbers (Burbidge, Rowland, King,
// "Active learning for regression based on query by committee", IDEAL 2007).
func variance(members [][]float64) float64 {
	mean := consensus(members)[0]
	sum := 0.0
	for _, p := range members {
		sum += float64((p[0] - mean) * (p[0] - mean))
	}
	return sum / float64(len(members))
}

// consensus is the mean of the members.
func consensus(members [][]float64) []float64 {
	mean := make([]float64, len(members[0]))
	for _, p := range members {
		for c, q := range p {
			mean[c] += q / float64(len(members))
		}
	}
	return mean
}

// entropy is in nats.
func entropy(p []float64) float64 {
	h := 0.0
	for _, q := range p {
		if q > 0 {
			h -= float64(q * exact.Log(q))
		}
	}
	return h
}
