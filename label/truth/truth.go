// Package truth infers what the answers of several people, of differing skill,
// come to: the probability of every class for every item, and how good each
// person's answers are.
//
// It holds pure functions over dense numbers of items, people and classes; the
// same votes in any order give the same result.
package truth

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
)

// Vote is one person's answer about one item.
type Vote struct {
	Item   int32
	Person int32
	Class  int32
}

// Votes are the answers to be put together.
type Votes struct {
	Items, People, Classes int
	All                    []Vote

	// Settled gives the class of items that is known, by item; they tell how good
	// people are, and are certain in the result.
	Settled map[int32]int32
}

// validate reports votes out of range.
func (v Votes) validate() error {
	if v.Items < 0 || v.People < 0 || v.Classes < 1 {
		return fmt.Errorf("truth: %d items, %d people, %d classes", v.Items, v.People, v.Classes)
	}
	for _, x := range v.All {
		if x.Item < 0 || int(x.Item) >= v.Items || x.Person < 0 || int(x.Person) >= v.People || x.Class < 0 || int(x.Class) >= v.Classes {
			return fmt.Errorf("truth: a vote of person %d of %d for class %d of %d about item %d of %d", x.Person, v.People, x.Class, v.Classes, x.Item, v.Items)
		}
	}
	for i, c := range v.Settled {
		if i < 0 || int(i) >= v.Items || c < 0 || int(c) >= v.Classes {
			return fmt.Errorf("truth: item %d of %d settled as class %d of %d", i, v.Items, c, v.Classes)
		}
	}
	return nil
}

// sorted returns the votes in the order of items, then people, so that sums do
// not depend on the order in which they came.
func (v Votes) sorted() []Vote {
	by := func(a, b Vote) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Person, b.Person), cmp.Compare(a.Class, b.Class))
	}
	if slices.IsSortedFunc(v.All, by) {
		return v.All
	}
	all := slices.Clone(v.All)
	slices.SortFunc(all, by)
	return all
}

// Person is how good somebody's answers are held to be.
type Person struct {
	Votes     int
	Quality   float64   // the probability that an answer of theirs is right
	Confusion []float64 // Classes x Classes by rows: given the true class, the probability of each answer; nil where the method has none
}

// Result is what votes come to.
type Result struct {
	Method     string
	Classes    int
	Posterior  []float64 // Items x Classes, by rows; of items without votes the class shares
	People     []Person
	Prior      []float64 // the share of each class
	Difficulty []float64 // of items, by GLAD alone: 0 easy, towards 1 hard
	Iterations int
	Likelihood float64 // log likelihood of the votes at the end, where there is a model of them
	Converged  bool
}

// Of returns the probabilities of the classes of an item.
func (r *Result) Of(item int) []float64 {
	return r.Posterior[item*r.Classes : (item+1)*r.Classes : (item+1)*r.Classes]
}

// Class returns the most probable class of an item, the first of equal ones, and
// its probability.
func (r *Result) Class(item int) (class int, p float64) {
	for c, q := range r.Of(item) {
		if q > p {
			class, p = c, q
		}
	}
	return class, p
}

// Options say how a method works. Zero values mean the defaults.
type Options struct {
	Iterations int     // at most; default 100
	Tolerance  float64 // of the mean change of a posterior; default 1e-5

	// Smoothing is the number of votes of every kind that are added to what each
	// person was seen to do, half of it where they are right; 0 for none, as in the
	// paper of 1979.
	Smoothing float64

	// Start is the posterior to begin with, Items x Classes, as of an earlier
	// result; nil: majority. It makes a live result cheap, and the same up to
	// Tolerance.
	Start []float64
}

func (o Options) withDefaults() Options {
	if o.Iterations <= 0 {
		o.Iterations = 100
	}
	if o.Tolerance <= 0 {
		o.Tolerance = 1e-5
	}
	return o
}

// Method infers the truth from votes. The context ends it early, with its error.
type Method func(ctx context.Context, v Votes, o Options) (*Result, error)

// Methods are the methods by the names that the command line uses. CROWDLAB,
// which needs a model's probabilities, is not among them.
func Methods() map[string]Method {
	return map[string]Method{"majority": Majority, "weighted": Weighted, "dawid-skene": DawidSkene, "one-coin": OneCoin, "glad": GLAD}
}

// Majority takes each vote for the same: the probability of a class is its share
// of an item's votes. A person's quality is how far they agree with it.
func Majority(ctx context.Context, v Votes, o Options) (*Result, error) {
	if err := v.validate(); err != nil {
		return nil, err
	}
	ones := make([]float64, v.People)
	for i := range ones {
		ones[i] = 1
	}
	r := weighed(v, v.sorted(), ones, "majority")
	r.Iterations, r.Converged = 1, true
	r.assess(v, v.sorted())
	return r, ctx.Err()
}

// Weighted weighs each vote by the log odds of its person's being right against
// guessing, which is estimated from their agreement with the others and then
// with the weighted majority, in turn (the weights are those of Nitzan and
// Paroush, "Optimal decision rules in uncertain dichotomous choice situations",
// International Economic Review 23(2), 1982, for more classes).
func Weighted(ctx context.Context, v Votes, o Options) (*Result, error) {
	o = o.withDefaults()
	r, err := Majority(ctx, v, o)
	if err != nil {
		return nil, err
	}
	all, k := v.sorted(), float64(v.Classes)
	w := make([]float64, v.People)
	for it := 1; it <= o.Iterations; it++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, p := range r.People {
			// Two votes of guessing, so that nobody is ever right for certain.
			q := (p.Quality*float64(p.Votes) + 2/k) / (float64(p.Votes) + 2)
			w[i] = math.Log(q * (k - 1) / (1 - q))
			if v.Classes == 1 {
				w[i] = 1
			}
		}
		next := weighed(v, all, w, "weighted")
		next.softmax(v, all, w)
		next.assess(v, all)
		next.Iterations = it
		next.Converged = change(r.Posterior, next.Posterior, v.Items) < o.Tolerance
		if r = next; r.Converged {
			break
		}
	}
	return r, nil
}

// weighed is the share of the weights of an item's votes that each class has.
func weighed(v Votes, all []Vote, w []float64, method string) *Result {
	r := newResult(v, method)
	for _, x := range all {
		r.Posterior[int(x.Item)*v.Classes+int(x.Class)] += max(w[x.Person], 0)
	}
	r.finish(v)
	return r
}

// softmax makes posteriors of log-odds weights: people are held to err
// independently, each class as likely as the other.
func (r *Result) softmax(v Votes, all []Vote, w []float64) {
	clear(r.Posterior)
	voted := make([]bool, v.Items)
	for _, x := range all {
		r.Posterior[int(x.Item)*v.Classes+int(x.Class)] += w[x.Person]
		voted[x.Item] = true
	}
	for i := range v.Items {
		if !voted[i] {
			continue // as finish has it
		}
		p := r.Of(i)
		top := slices.Max(p)
		for c := range p {
			p[c] = math.Exp(p[c] - top)
		}
	}
	r.finish(v)
}

func newResult(v Votes, method string) *Result {
	return &Result{Method: method, Classes: v.Classes, Posterior: make([]float64, v.Items*v.Classes), People: make([]Person, v.People), Prior: make([]float64, v.Classes)}
}

// finish makes rows of weights probabilities, those of settled items certain,
// those without votes the class shares.
func (r *Result) finish(v Votes) {
	clear(r.Prior)
	n := 0.0
	var without []int
	for i := range v.Items {
		p, sum := r.Of(i), 0.0
		if c, ok := v.Settled[int32(i)]; ok {
			clear(p)
			p[c] = 1
		}
		for _, x := range p {
			sum += x
		}
		if sum == 0 {
			without = append(without, i)
			continue
		}
		for c := range p {
			p[c] /= sum
			r.Prior[c] += p[c]
		}
		n++
	}
	for c := range r.Prior {
		if n > 0 {
			r.Prior[c] /= n
		} else {
			r.Prior[c] = 1 / float64(r.Classes)
		}
	}
	for _, i := range without {
		copy(r.Of(i), r.Prior)
	}
}

// assess estimates how good people are by how far they agree with the result.
func (r *Result) assess(v Votes, all []Vote) {
	clear(r.People)
	for _, x := range all {
		p := &r.People[x.Person]
		p.Votes++
		p.Quality += r.Posterior[int(x.Item)*r.Classes+int(x.Class)]
	}
	for i := range r.People {
		if p := &r.People[i]; p.Votes > 0 {
			p.Quality /= float64(p.Votes)
		}
	}
}

// change is the mean over items of how far their probabilities moved.
func change(a, b []float64, items int) float64 {
	sum := 0.0
	for i := range a {
		sum += math.Abs(a[i] - b[i])
	}
	return sum / 2 / float64(max(items, 1))
}
