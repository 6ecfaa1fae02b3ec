package weak

import (
	"context"
	"slices"

	"inkling/learn/exact"
)

// Options say how the label model is learned. Zero values mean the defaults.
type Options struct {
	Iterations int     // of expectation maximisation, at most; default 200
	Tolerance  float64 // of the change of the objective for an item, where it ends; default 1e-9

	// Precision is how often a rule is held to be right before anything is known of
	// it, and Strength how many of its votes that counts for; defaults 0.8 and 10,
	// and never less than a tenth of its votes.
	Precision, Strength float64
	Fraction            float64

	// Known is how many items one whose class is known counts for; default 5.
	Known float64

	// Balance is the share of each class as it is held to be before, for as many
	// items as BalanceStrength; default even, 10 items a class.
	Balance         []float64
	BalanceStrength float64
}

func (o Options) withDefaults(classes int) Options {
	if o.Iterations <= 0 {
		o.Iterations = 200
	}
	if o.Tolerance <= 0 {
		o.Tolerance = 1e-9
	}
	if !(o.Precision > 0 && o.Precision < 1) {
		o.Precision = 0.7
	}
	if o.Strength <= 0 {
		o.Strength = 0.5
	}
	if o.Known <= 0 {
		o.Known = 5
	}
	if o.BalanceStrength <= 0 {
		o.BalanceStrength = 10 * float64(classes)
	}
	if len(o.Balance) != classes {
		o.Balance = make([]float64, classes)
		for c := range o.Balance {
			o.Balance[c] = 1 / float64(classes)
		}
	}
	return o
}

// Model gives probabilities of classes by which rules voted. It never changes and
// is safe for concurrent use.
type Model struct {
	Share     []float64 // of each class
	Hit       []float64 // by rule, the probability that it votes on an item of its class
	Miss      []float64 // by rule, that on an item of another class
	Objective []float64 // log posterior after each iteration; it never falls
	Converged bool

	rule []int
	base []float64 // by class, the log probability of the class and of no vote at all
	// By rule, how much its vote adds to the log probability of its class, and to
	// that of each other.
	right, wrong []float64
}

// Fit learns how far to trust each rule from where rules agree and disagree, and
// from the items whose class is known.
//
// The model is that of Dawid and Skene (1979) for votes that are for one class or
// none: an item's class makes a rule vote with probability Hit where it is the
// rule's own and Miss where it is another, independently of the other rules. It is
// the maximum a posteriori by expectation maximisation, under Beta priors whose
// means are those of a rule that is right with Options.Precision and votes as
// often as it did, and a Dirichlet prior of the shares. So a rule is more often
// right than chance unless much speaks against it, and the classes keep their names.
// The votes of a rule also tell by staying away.
func Fit(ctx context.Context, v *Votes, o Options) (*Model, error) {
	o = o.withDefaults(v.classes)
	f := newFit(v, o)
	for len(f.m.Objective) < o.Iterations && !f.m.Converged {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		f.maximise()
		before := f.m.Objective
		value := f.expect()
		f.m.Objective = append(before, value)
		f.m.Converged = len(before) > 0 && value-before[len(before)-1] < o.Tolerance*max(f.total, 1)
	}
	return f.m, nil
}

// fit is a model being learned.
type fit struct {
	m        *Model
	patterns []pattern
	all      [][]float64 // by pattern, the expected number of items of each class
	classes  int
	known    float64
	total    float64
	share    []float64 // pseudo items by class
	hit      []beta
	miss     []beta
}

// What a rule is held to be is worth at least so many votes, and it is held to
// vote on no more of a class than this.
const (
	leastVotes = 10
	most       = 0.9
)

// beta is the prior of a probability as counts: so many times yes, so many no.
type beta struct{ yes, no float64 }

func newFit(v *Votes, o Options) *fit {
	f := &fit{patterns: v.sorted(), classes: v.classes, known: o.Known}
	f.m = &Model{rule: v.rule, base: make([]float64, v.classes), right: make([]float64, len(v.rule)), wrong: make([]float64, len(v.rule)),
		Share: make([]float64, v.classes), Hit: make([]float64, len(v.rule)), Miss: make([]float64, len(v.rule))}
	votes, known, right := make([]float64, len(v.rule)), make([]float64, len(v.rule)), make([]float64, len(v.rule))
	for _, p := range f.patterns {
		n := p.count
		for _, k := range p.known {
			n += float64(k * f.known)
		}
		f.total += n
		for _, j := range p.fired {
			votes[j] += n
			known[j] += sum(p.known)
			if p.known != nil {
				right[j] += p.known[v.rule[j]]
			}
		}
	}
	for _, b := range o.Balance {
		f.share = append(f.share, float64(b*o.BalanceStrength))
	}
	for j, n := range votes {
		s := max(float64(n*o.Strength), leastVotes)
		q := (float64(leastVotes*o.Precision) + right[j]) / (leastVotes + known[j])
		b := o.Balance[v.rule[j]]
		often := min(max(n, 1)/max(f.total, 2), 0.5) // how often it votes
		f.hit = append(f.hit, prior(float64(s*q), min(often*q/b, most)))
		f.miss = append(f.miss, prior(float64(s*(1-q)), min(often*(1-q)/(1-b), most)))
	}
	f.start()
	return f
}

// prior is the beta with so many times yes and this mean.
func prior(yes, mean float64) beta { return beta{yes, yes/mean - yes} }

// start gives every item the classes by the share of its votes, half of it left to
// all alike.
func (f *fit) start() {
	f.all = make([][]float64, len(f.patterns))
	for i, p := range f.patterns {
		q := make([]float64, f.classes)
		rest := 1.0
		if len(p.fired) > 0 {
			rest = 0.2
		}
		for c := range q {
			q[c] = rest * f.share[c] / sum(f.share)
		}
		for _, j := range p.fired {
			q[f.m.rule[j]] += (1 - rest) / float64(len(p.fired))
		}
		f.all[i] = q
		f.scale(i)
	}
}

// scale turns the probabilities of a pattern's items into how many there are.
func (f *fit) scale(i int) {
	p := &f.patterns[i]
	for c := range f.all[i] {
		f.all[i][c] *= p.count
		if p.known != nil {
			f.all[i][c] += float64(p.known[c] * f.known)
		}
	}
}

func sum(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s
}

// maximise sets the parameters to what the expected classes make most probable.
func (f *fit) maximise() {
	m := f.m
	of := slices.Clone(f.share)
	own, other := make([]float64, len(m.rule)), make([]float64, len(m.rule)) // votes on items of the rule's class, and of others
	items := make([]float64, f.classes)
	for i, p := range f.patterns {
		n := sum(f.all[i])
		for c, x := range f.all[i] {
			of[c] += x
			items[c] += x
		}
		for _, j := range p.fired {
			x := f.all[i][m.rule[j]]
			own[j] += x
			other[j] += n - x
		}
	}
	all := sum(of)
	for c := range of {
		m.Share[c] = of[c] / all
	}
	n := sum(items)
	for j, c := range m.rule {
		m.Hit[j] = rate(own[j], items[c], f.hit[j])
		m.Miss[j] = rate(other[j], n-items[c], f.miss[j])
	}
	m.prepare()
}

// rate is the most probable probability after so many times yes among n.
func rate(yes, n float64, b beta) float64 {
	const least = 1e-9 // rounding must make nothing impossible
	return min(max((yes+b.yes)/(n+b.yes+b.no), least), 1-least)
}

// prepare sums up what no vote and each vote say.
func (m *Model) prepare() {
	for c := range m.base {
		m.base[c] = exact.Log(m.Share[c])
	}
	for j, own := range m.rule {
		hit, miss := exact.Log(1-m.Hit[j]), exact.Log(1-m.Miss[j])
		for c := range m.base {
			if c == own {
				m.base[c] += hit
			} else {
				m.base[c] += miss
			}
		}
		m.right[j], m.wrong[j] = exact.Log(m.Hit[j])-hit, exact.Log(m.Miss[j])-miss
	}
}

// logs writes the log probability of each class together with these votes.
func (m *Model) logs(fired []int32, p []float64) {
	copy(p, m.base)
	for _, j := range fired {
		for c := range p {
			if c == m.rule[j] {
				p[c] += m.right[j]
			} else {
				p[c] += m.wrong[j]
			}
		}
	}
}

// normalise turns log probabilities into ones that sum to 1, and returns the log of
// what they summed to.
func normalise(p []float64) float64 {
	top, total := slices.Max(p), 0.0
	for c, x := range p {
		p[c] = exact.Exp(x - top)
		total += p[c]
	}
	for c := range p {
		p[c] /= total
	}
	return top + exact.Log(total)
}

// expect sets the expected classes to what the parameters say, and returns the
// objective: the log likelihood of the votes and of the known classes, and the log
// of the priors, up to a constant.
func (f *fit) expect() float64 {
	m, value := f.m, 0.0
	for i, p := range f.patterns {
		q := f.all[i]
		m.logs(p.fired, q)
		for c, n := range p.known {
			if n > 0 {
				value += float64(n * f.known * q[c])
			}
		}
		value += float64(p.count * normalise(q))
		f.scale(i)
	}
	for c, n := range f.share {
		value += float64(n * exact.Log(m.Share[c]))
	}
	for j := range m.rule {
		value += f.hit[j].log(m.Hit[j]) + f.miss[j].log(m.Miss[j])
	}
	return value
}

func (b beta) log(x float64) float64 {
	return float64(b.yes*exact.Log(x)) + float64(b.no*exact.Log(1-x))
}

// Posterior writes the probability of every class of an item on which these rules
// voted.
func (m *Model) Posterior(fired []int32, p []float64) {
	m.logs(fired, p)
	normalise(p)
}

// Precision is the probability that a vote of the rule is right.
func (m *Model) Precision(rule int) float64 {
	s := m.Share[m.rule[rule]]
	right, wrong := float64(s*m.Hit[rule]), float64((1-s)*m.Miss[rule])
	return right / (right + wrong)
}

// Weight is how much a vote of the rule adds to the log odds of a class against
// the mean of the others.
func (m *Model) Weight(rule, class int) float64 {
	w := m.right[rule] - m.wrong[rule]
	if m.rule[rule] != class {
		return -w / float64(len(m.base)-1)
	}
	return w
}

// Base is what those log odds are where no rule votes.
func (m *Model) Base(class int) float64 {
	others := sum(m.base) - m.base[class]
	return m.base[class] - others/float64(len(m.base)-1)
}
