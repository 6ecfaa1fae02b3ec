package learn

import (
	"cmp"
	"math"
	"slices"
)

// tune returns the factors that serve the goal best on rows whose class is
// known, one class after the other until none can gain. For one class against
// the rest, and for two classes, that is the best threshold there is.
func (g goal) tune(p [][]float64, class []int) *rule {
	n := len(p[0])
	r := &rule{factor: make([]float64, n)}
	for c := range n {
		r.factor[c] = 1
	}
	if g.metric == "recall" {
		g.reach(r, p, class)
		return r
	}
	for range 10 {
		moved := false
		for c := range n {
			if g.metric == "f1" && c != g.class {
				continue
			}
			moved = g.sweep(r, c, p, class) || moved
		}
		if !moved {
			break
		}
	}
	return r
}

// crossing is a row and the factor of a class above which the class is told.
type crossing struct {
	at    float64
	row   int
	other int // told below
}

// crossings returns where rows cross over to class c, the lowest first.
func (r *rule) crossings(c int, p [][]float64) []crossing {
	out := make([]crossing, len(p))
	for i, q := range p {
		other, most := -1, math.Inf(-1)
		for k, x := range q {
			if y := x * r.factor[k]; k != c && y > most {
				other, most = k, y
			}
		}
		out[i] = crossing{most / max(q[c], 1e-300), i, other}
	}
	slices.SortFunc(out, func(a, b crossing) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.row, b.row)) })
	return out
}

// sweep moves the factor of one class to where the goal is served best. Of
// equally good places the one nearest to where it was is taken.
func (g goal) sweep(r *rule, c int, p [][]float64, class []int) bool {
	cross, t := r.crossings(c, p), newTally(len(p[0]))
	for _, x := range cross {
		t.true[class[x.row]]++
		t.add(class[x.row], x.other, 1)
	}
	now := g.worth(r, p, class)
	value, factor := now, r.factor[c]
	away := func(f float64) float64 { return math.Abs(math.Log(f / r.factor[c])) }
	try := func(f float64) {
		if v := g.value(t); v > value+1e-12 || v > now+1e-12 && v > value-1e-12 && away(f) < away(factor) {
			value, factor = v, f
		}
	}
	if len(cross) > 0 && cross[0].at > 0 {
		try(cross[0].at / 2)
	}
	for j, x := range cross {
		t.add(class[x.row], x.other, -1)
		t.add(class[x.row], c, 1)
		switch {
		case j+1 == len(cross):
			try(2 * x.at)
		case cross[j+1].at > x.at*(1+1e-9):
			try(math.Sqrt(x.at * cross[j+1].at))
		}
	}
	moved := factor != r.factor[c] && factor > 1e-12 && factor < 1e12
	if moved {
		r.factor[c] = factor
	}
	return moved
}

// reach sets the factor of the goal's class to the lowest one with the recall
// that is asked for: more would only cost precision.
func (g goal) reach(r *rule, p [][]float64, class []int) {
	var own []float64
	for _, x := range r.crossings(g.class, p) {
		if class[x.row] == g.class {
			own = append(own, x.at)
		}
	}
	if len(own) == 0 {
		return
	}
	need := int(math.Ceil(g.least*float64(len(own)) - 1e-9))
	at := own[max(need, 1)-1]
	r.factor[g.class] = min(max(at*(1+1e-6), 1e-12), 1e12)
}

// tuned makes a rule from cross-validated probabilities and their classes. Its
// record tells what it gains on rows that it was not tuned on; one that gains
// nothing is nil, unless a recall was asked for, which is a condition.
func tuned(asked string, g goal, p [][]float64, class []int) (*rule, *Decision) {
	d := &Decision{Asked: asked, Rows: len(p)}
	plain, with := newTally(len(p[0])), newTally(len(p[0]))
	for fold := range compareFolds {
		var q [][]float64
		var own []int
		for i := range p {
			if i%compareFolds != fold {
				q, own = append(q, p[i]), append(own, class[i])
			}
		}
		if len(q) == 0 {
			continue
		}
		r := g.tune(q, own)
		for i := fold; i < len(p); i += compareFolds {
			plain.true[class[i]]++
			with.true[class[i]]++
			plain.add(class[i], best(p[i]), 1)
			with.add(class[i], r.decide(p[i]), 1)
		}
	}
	d.Before, d.After = g.value(plain), g.value(with)
	if g.metric != "recall" && d.After <= d.Before {
		d.After = d.Before
		return nil, d
	}
	r := g.tune(p, class)
	d.Factor = r.factor
	return r, d
}

// costsAsked is what a Decision says that was asked for where costs were given.
const costsAsked = "costs"

// costRule makes the rule of a table of costs; its record tells the mean cost.
func costRule(costs [][]float64, p [][]float64, class []int) (*rule, *Decision) {
	r, d := &rule{costs: costs}, &Decision{Asked: costsAsked, Rows: len(p)}
	for i, q := range p {
		d.Before += costs[class[i]][best(q)] / float64(len(p))
		d.After += costs[class[i]][r.decide(q)] / float64(len(p))
	}
	return r, d
}
