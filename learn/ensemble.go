package learn

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
	"strings"

	"inkling/learn/calibrate"
	"inkling/learn/exact"
)

// Names of the ensembles.
const (
	Vote  = "vote"
	Stack = "stack"
)

// ensemble is several models that speak as one. Classes are told by a
// log-linear pool (Genest and Zidek, "Combining probability distributions",
// 1986): the log probabilities of the members, weighted, plus a number for each
// class. So the margin of the whole is the weighted sum of the margins of the
// members, and what each part of a row adds to it is known exactly. Labels that
// may be several are pooled by their log odds, each by itself; numbers are
// added, weighted.
type ensemble struct {
	name    string
	tells   tells
	members []Model
	weight  []float64 // of each member, at least 0
	bias    []float64 // of each class, or one for a number; nil where all are 0
	rows    int       // that the weights were fitted on
	set     string    // options that it was made with
}

// pooled is how members' weights are found.
type pooled struct {
	weight, bias []float64
}

// Bounds of ensembles.
const (
	mostMembers   = 8
	poolFolds     = 3    // in which members are fitted without the rows that weights are fitted on
	poolRows      = 3000 // above it one part is held out instead
	poolHeld      = 2000 // rows of that part at most, more or less: it is drawn by hash
	poolAgain     = 1.25 // growth of the rows after which weights are fitted anew
	poolPart      = 5    // one in so many is held out at most
	leastPooled   = 10   // rows below which all members weigh the same
	leastPoolProb = 1e-300
)

// ensembleEntry is the registry's line of an ensemble.
func ensembleEntry(name string) entry {
	return entry{name: name, tells: tellsClasses | tellsSets | tellsNumbers,
		empty: func() Model { return &ensemble{name: name} },
		load:  func(b []byte) (Model, error) { return unmarshalEnsemble(name, b) },
		check: func(o ModelOptions) error {
			_, err := readEnsemble(name, o, 0, Data{})
			return err
		}}
}

// ensembleOptions are what can be set of an ensemble.
type ensembleOptions struct {
	members []entry
	folds   int
}

// readEnsemble reads the options: members=naive-bayes+softmax-regression,
// folds=3. By itself the members are those that go well with what the data is.
func readEnsemble(name string, set ModelOptions, t tells, d Data) (ensembleOptions, error) {
	o := ensembleOptions{folds: poolFolds}
	err := set.read(wholeOption("folds", &o.folds, 2, 20), option{"members", func(v string) error {
		o.members = nil
		for s := range strings.SplitSeq(v, "+") {
			e, err := find(strings.ReplaceAll(s, "-", " "))
			if err != nil {
				return err
			}
			if e.name == Vote || e.name == Stack {
				return fmt.Errorf("%s cannot be a member", e.name)
			}
			if t != 0 && e.tells&t == 0 {
				return fmt.Errorf("%s cannot do this kind of task", e.name)
			}
			o.members = append(o.members, e)
		}
		if len(o.members) < 2 || len(o.members) > mostMembers {
			return fmt.Errorf("want 2 to %d models, parted by +", mostMembers)
		}
		return nil
	}})
	if err != nil || o.members != nil || t == 0 {
		return o, err
	}
	names, most := usualMembers(t, d)
	for _, name := range names {
		if e, err := find(name); err == nil && e.tells&t != 0 && len(o.members) < most {
			o.members = append(o.members, e)
		}
	}
	if len(o.members) == 0 {
		return o, fmt.Errorf("%w: %s has no members for this kind of task", ErrNoModel, name)
	}
	return o, nil
}

// usualMembers are the models that an ensemble is made of unless they are
// named, and how many of them: for texts two that err in different ways and take
// little time, for tables lines and trees.
func usualMembers(t tells, d Data) (names []string, most int) {
	switch {
	case t == tellsNumbers:
		return []string{"ridge regression", "random forest", "gradient boosting", Network}, 3
	case t == tellsSets:
		return []string{"logistic regression", "random forest", Network}, 2
	case d.Texts > 0 || len(d.Fields) == 0:
		return []string{Softmax, "complement naive bayes", NaiveBayes}, 2
	}
	return []string{Softmax, "random forest", "gradient boosting"}, 3
}

func (e *ensemble) Name() string { return e.name }

func (e *ensemble) Params() []Param {
	var out []Param
	if e.name == Vote { // all weigh the same, once none is surer of itself than it should be
		var names []string
		for _, m := range e.members {
			names = append(names, m.Name())
		}
		out = append(out, Param{"equal votes of", strings.Join(names, " + ")})
		for i, m := range e.members {
			if beta := e.weight[i] * float64(len(e.members)); e.tells == tellsClasses && beta > 0 {
				out = append(out, Param{"temperature of " + m.Name(), short(1 / beta)})
			}
		}
		return out
	}
	for i, m := range e.members {
		out = append(out, Param{"weight of " + m.Name(), short(e.weight[i])})
	}
	return out
}

func (e *ensemble) Classes() int {
	if len(e.members) == 0 {
		return 0
	}
	return e.members[0].Classes()
}

// vector is the length of the representations that a member reads; 0 for none.
func (e *ensemble) vector() int {
	n := 0
	for _, m := range e.members {
		n = max(n, vectorOf(m))
	}
	return n
}

// tellsIn is what data asks for.
func tellsIn(d Data) tells {
	switch {
	case d.Target != nil:
		return tellsNumbers
	case d.Sets != nil:
		return tellsSets
	}
	return tellsClasses
}

// Fit fits the weights on what members say of rows that they were not fitted
// on, and then the members on all rows. Weights of an ensemble that it goes on
// from stay until there are a quarter more rows.
func (e *ensemble) Fit(ctx context.Context, d Data, o FitOptions) (Model, error) {
	if len(d.Rows) == 0 {
		return nil, fmt.Errorf("%w: no rows", ErrTooFew)
	}
	out := &ensemble{name: e.name, tells: tellsIn(d), set: o.Set.String()}
	opts, err := readEnsemble(e.name, o.Set, out.tells, d)
	if err != nil {
		return nil, err
	}
	from := e
	if o.Fresh || e.tells != out.tells || !e.has(opts.members) {
		from = nil
	}
	keep := from != nil && from.set == out.set && from.Classes() == max(d.Classes, 1) && float64(len(d.Rows)) < poolAgain*float64(from.rows) && len(d.Rows) >= from.rows/2
	if keep {
		out.weight, out.bias, out.rows = from.weight, from.bias, from.rows
	} else {
		if err := out.weigh(ctx, d, o, opts); err != nil {
			return nil, err
		}
	}
	for i, en := range opts.members {
		start := en.empty()
		if from != nil {
			start = from.members[i]
		}
		m, err := start.Fit(ctx, d, FitOptions{Fresh: o.Fresh, Seed: o.Seed, Workers: o.Workers})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", en.name, err)
		}
		out.members = append(out.members, m)
	}
	if o.Progress != nil {
		p := Point{Step: 1, Epoch: 1, Train: math.NaN(), Valid: math.NaN(), Accuracy: math.NaN()}
		if out.tells == tellsClasses && o.Valid != nil && len(o.Valid.Rows) > 0 {
			on, err := measure(ctx, out, d)
			if err != nil {
				return nil, err
			}
			s, err := measure(ctx, out, *o.Valid)
			if err != nil {
				return nil, err
			}
			p.Train, p.Valid, p.Accuracy = on.loss, s.loss, float64(s.correct)/float64(len(o.Valid.Rows))
		}
		o.Progress(p, 1)
	}
	return out, ctx.Err()
}

// has reports whether an ensemble has these members.
func (e *ensemble) has(members []entry) bool {
	return slices.EqualFunc(e.members, members, func(m Model, en entry) bool { return m.Name() == en.name })
}

// weigh finds the weights of the members.
func (e *ensemble) weigh(ctx context.Context, d Data, o FitOptions, opts ensembleOptions) error {
	e.rows = len(d.Rows)
	e.weight = make([]float64, len(opts.members))
	for i := range e.weight {
		e.weight[i] = 1 / float64(len(opts.members))
	}
	if e.name == Vote && e.tells != tellsClasses {
		return nil
	}
	held, said, err := heldFolds(ctx, d, o, opts)
	if err != nil || len(held) < leastPooled {
		return err
	}
	on := d.Take(held)
	if e.name == Vote {
		for i := range said {
			m, err := calibrate.FitTemperature(said[i], on.Class, on.Weight)
			if err != nil {
				return err
			}
			e.weight[i] *= m.Beta()
		}
		return nil
	}
	p, err := stackOn(ctx, e.tells, on, said)
	e.weight, e.bias = p.weight, p.bias
	return err
}

// heldFolds returns rows, and what members say of them that were fitted
// without: all rows in folds, or one part where there are many. Rows that are
// the same fall on the same side.
func heldFolds(ctx context.Context, d Data, o FitOptions, opts ensembleOptions) (held []int, said [][][]float64, err error) {
	fold, folds, parts := make([]int, len(d.Rows)), opts.folds, opts.folds
	if len(d.Rows) > poolRows {
		folds, parts = 1, max(poolPart, len(d.Rows)/poolHeld)
	}
	for i, r := range d.Rows {
		if i%4096 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		fold[i] = int(hashRow(r) % uint64(parts))
	}
	said = make([][][]float64, len(opts.members))
	for f := range folds {
		var in, rest []int
		for i, g := range fold {
			if g == f {
				in = append(in, i)
			} else {
				rest = append(rest, i)
			}
		}
		if len(in) == 0 || len(rest) == 0 {
			continue
		}
		train := d.Take(rest)
		for k, en := range opts.members {
			m, err := en.empty().Fit(ctx, train, FitOptions{Fresh: true, Seed: o.Seed, Workers: o.Workers})
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", en.name, err)
			}
			for j, i := range in {
				if j%64 == 0 && ctx.Err() != nil {
					return nil, nil, ctx.Err()
				}
				p := make([]float64, max(1, d.Classes))
				m.Predict(d.Rows[i], p)
				said[k] = append(said[k], p)
			}
		}
		held = append(held, in...)
	}
	return held, said, ctx.Err()
}

// hashRow is the same for rows that are the same.
func hashRow(r Row) uint64 {
	h := fnv.New64a()
	var b [8]byte
	put := func(x uint32) {
		b[0], b[1], b[2], b[3] = byte(x), byte(x>>8), byte(x>>16), byte(x>>24)
		h.Write(b[:4])
	}
	for i, x := range r.Index {
		put(x)
		put(math.Float32bits(r.Value[i]))
	}
	for _, x := range r.Table {
		put(math.Float32bits(x))
	}
	return mix(h.Sum64())
}

// score is what is pooled of a member's answer: log probabilities, log odds, or
// the number.
func (t tells) score(p float64) float64 {
	switch t {
	case tellsNumbers:
		return p
	case tellsSets:
		return exact.Log(max(p, leastPoolProb)) - exact.Log(max(1-p, leastPoolProb))
	}
	return exact.Log(max(p, leastPoolProb))
}

func (e *ensemble) Predict(r Row, p []float64) {
	if len(e.members) == 0 {
		uniform(p)
		return
	}
	z, q := make([]float64, len(p)), make([]float64, len(p))
	copy(z, e.bias)
	for i, m := range e.members {
		m.Predict(r, q)
		for c, x := range q {
			z[c] += float64(e.weight[i] * e.tells.score(x))
		}
	}
	switch e.tells {
	case tellsNumbers:
		copy(p, z)
	case tellsSets:
		for c, x := range z {
			p[c] = min(max(exact.Sigmoid(x), 1e-15), 1-1e-15)
		}
	default:
		exact.Softmax(z, p)
		floor(p)
	}
}

// floor keeps probabilities above 0; they sum to 1 to the last few bits.
func floor(p []float64) {
	for c, x := range p {
		p[c] = max(x, leastPoolProb)
	}
}

func (e *ensemble) Explain(r Row, class int, w []float64) float64 {
	clear(w)
	if len(e.members) == 0 {
		return 0
	}
	base := 0.0
	part := make([]float64, len(w))
	for i, m := range e.members {
		base += float64(e.weight[i] * m.Explain(r, class, part))
		for j, x := range part {
			w[j] += float64(e.weight[i] * x)
		}
	}
	for c, b := range e.bias {
		switch {
		case c == class:
			base += b
		case e.tells == tellsClasses:
			base -= b / float64(len(e.bias)-1)
		}
	}
	return base
}
