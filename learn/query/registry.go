package query

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"inkling/label"
)

// Default is the name of the strategy that is used where nobody chose one.
const Default = "graph-margin"

// Strategy is a way of choosing what to ask next, with what a person should
// know before choosing it.
type Strategy struct {
	Selector
	Gist  string       // what it does, in one line of English
	Paper string       // where it is described
	Needs Needs        // of the pool
	Kinds []label.Kind // tasks that it is for
	Cost  string       // of n picks among N candidates: d numbers a vector, c classes, L answers, m members
	Most  int          // candidates that it looks at all of; of more it looks at the most uncertain and a random sample. 0 where there is no limit

	// Graph says that the strategy goes by the pool's graph: it makes one each time
	// where Pool.Graph is nil, and then looks at Most candidates only.
	Graph bool

	// Scorer is the strategy for one item at a time, where it has such a form;
	// nil where it looks at the pool as a whole.
	Scorer Scorer
}

// Suits reports whether the strategy is for tasks of a kind.
func (s Strategy) Suits(k label.Kind) bool { return slices.Contains(s.Kinds, k) }

// Strategies returns every strategy, the default first.
func Strategies() []Strategy {
	classes := []label.Kind{label.Classes}
	all := []label.Kind{label.Classes, label.MultiLabel, label.Number}
	return []Strategy{
		of(graphMargin, Strategy{Gist: "typical items first; then uncertain ones that stand for many like them, never two alike", Paper: "Ebert, Fritz, Schiele 2012", Needs: 0, Kinds: classes, Cost: "N c + N n, and N sqrt(N) d for a graph", Most: 4096, Graph: true}, Default),
		pointwise(Margin{}, Strategy{Gist: "where the two most probable classes are closest", Paper: "Scheffer, Decomain, Wrobel 2001", Kinds: classes, Cost: "N c"}),
		pointwise(LeastConfidence{}, Strategy{Gist: "where the most probable class is least probable", Paper: "Lewis, Gale 1994", Kinds: classes, Cost: "N c"}),
		pointwise(Entropy{}, Strategy{Gist: "where the probabilities of all classes are flattest", Paper: "Settles 2009", Kinds: classes, Cost: "N c log c"}),
		byCommittee(voteEntropy, Strategy{Gist: "where a committee's votes are most divided", Paper: "Dagan, Engelson 1995", Kinds: classes, Cost: "N m c"}, "vote-entropy"),
		byCommittee(meanKL, Strategy{Gist: "where the members of a committee diverge most from their mean", Paper: "McCallum, Nigam 1998", Kinds: classes, Cost: "N m c"}, "committee-kl"),
		byCommittee(bald, Strategy{Gist: "where the answer tells most about which member of a committee is right", Paper: "Houlsby and others 2011", Kinds: classes, Cost: "N m c"}, "bald"),
		of(density, Strategy{Gist: "uncertain items that are like the rest of the pool", Paper: "Settles, Craven 2008", Needs: NeedsProbs | NeedsVectors, Kinds: classes, Cost: "N d"}, "density"),
		of(coreSet, Strategy{Gist: "the item farthest from all that has an answer", Paper: "Sener, Savarese 2018", Needs: NeedsVectors, Kinds: all, Cost: "N (L + n) d", Most: 16384}, "core-set"),
		of(badge, Strategy{Gist: "uncertain items that would change the model in different ways", Paper: "Ash and others 2020", Needs: NeedsProbs | NeedsVectors, Kinds: classes, Cost: "N n (c + d)", Most: 16384}, "badge"),
		of(typical, Strategy{Gist: "the most typical item of each group without an answer; needs no model", Paper: "Hacohen, Dekel, Weinshall 2022", Needs: NeedsVectors, Kinds: all, Cost: "N (L + n) d", Most: 4096}, "typical"),
		of(contrastive, Strategy{Gist: "items of which the model says other things than of the answered ones like them", Paper: "Margatina and others 2021", Needs: NeedsProbs | NeedsVectors | NeedsLabelled, Kinds: classes, Cost: "N L d", Most: 16384}, "contrastive"),
		of(expectedChange, Strategy{Gist: "whose answer would change the model most", Paper: "Settles, Craven, Ray 2007", Needs: NeedsProbs, Kinds: classes, Cost: "N (c + d)"}, "expected-change"),
		of(marginClusters, Strategy{Gist: "the most uncertain items, one of each group of like ones", Paper: "Zhdanov 2019", Needs: NeedsProbs | NeedsVectors, Kinds: classes, Cost: "N c + n^2 d"}, "margin-clusters"),
		of(cvirs, Strategy{Gist: "labels that are hard to tell, in sets unlike those answered", Paper: "Reyes, Morell, Ventura 2018", Needs: NeedsProbs, Kinds: []label.Kind{label.MultiLabel}, Cost: "N c log N"}, "cvirs"),
		byCommittee(variance, Strategy{Gist: "where the numbers of a committee differ most", Paper: "Burbidge, Rowland, King 2007", Kinds: []label.Kind{label.Number}, Cost: "N m"}, "committee-variance"),
		of(greedyIO, Strategy{Gist: "items far from all answered ones, by what they are and by their number", Paper: "Wu, Lin, Huang 2019", Needs: NeedsVectors, Kinds: []label.Kind{label.Number}, Cost: "N (L + n) d", Most: 16384}, "greedy-io"),
		pointwise(Random{}, Strategy{Gist: "drawn at random: what every other strategy is compared with", Kinds: all, Cost: "N"}),
	}
}

// of completes a strategy by its method and its name.
func of(do method, s Strategy, name string) Strategy {
	s.Selector = batch{name: name, needs: s.Needs, most: s.Most, graph: s.Graph, do: do}
	return s
}

// ErrUnknown is a name that no strategy has.
var ErrUnknown = errors.New("query: no such strategy")

// Parse returns the strategy of that name, or ErrUnknown with the names that there
// are.
func Parse(name string) (Strategy, error) {
	var names []string
	for _, s := range Strategies() {
		if s.Name() == name {
			return s, nil
		}
		names = append(names, s.Name())
	}
	return Strategy{}, fmt.Errorf("%w: %q: use one of %s", ErrUnknown, name, strings.Join(names, ", "))
}
