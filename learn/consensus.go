package learn

import (
	"context"
	"maps"
	"math"
	"slices"

	"inkling/label"
)

// What there must be for people's answers to be weighed by who gives them.
// Below that each counts alike: of two people who disagree, nothing tells which
// one is right.
const (
	weighItems   = 20 // items that at least two people answered
	weighPeople  = 3  // who answered weighAnswers of these each
	weighAnswers = 5
)

// consensus finds what the answers of several people come to; nil where none did.
// It is the same for the same answers, in whatever order they came. model gives
// the probabilities that models which never saw an item gave it, or nil; it may
// be nil itself.
func (a *answers) consensus(ctx context.Context, t label.Task, model func(num uint64) []float64) (*Truth, error) {
	if len(a.several) == 0 {
		return nil, nil
	}
	out := &Truth{UpTo: a.seq, nums: slices.Sorted(maps.Keys(a.several)), people: map[string]float64{}}
	out.items = make([]Consensus, len(out.nums))
	for i, num := range out.nums {
		v := a.several[num]
		out.items[i].Answers, out.items[i].Settled = len(v.said), v.settled
	}
	var err error
	switch t.Kind {
	case label.Number:
		err = a.numbers1(ctx, out)
	case label.MultiLabel:
		err = a.sets(ctx, out, len(t.Labels))
	default:
		err = a.classes(ctx, out, len(t.Labels), model)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// force returns the answer in force on an item.
func (a *answers) force(num uint64) told {
	if said, ok := a.train[num]; ok {
		return said
	}
	return a.audit[num]
}

// agree is the share of people whose answer is what an item's come to.
func (v voices) agree(same func(told) bool) float64 {
	if len(v.said) == 0 {
		return 1
	}
	n := 0
	for _, s := range v.said {
		if same(s.told) {
			n++
		}
	}
	return float64(n) / float64(len(v.said))
}

// classes finds the truth where each item has one class.
func (a *answers) classes(ctx context.Context, out *Truth, k int, model func(num uint64) []float64) error {
	out.Method = "majority"
	all := make([]float64, len(out.nums)*k)
	for i, num := range out.nums {
		v, c, force := a.several[num], &out.items[i], a.force(num)
		c.Classes, all = all[:k:k], all[k:]
		c.People = c.Classes
		if v.settled {
			c.Classes[force.class] = 1
		} else {
			for _, s := range v.said {
				c.Classes[s.class] += 1 / float64(len(v.said))
			}
		}
		c.Class = best(c.Classes)
		if c.Classes[force.class] == c.Classes[c.Class] {
			c.Class = int(force.class) // of equal ones the one in force
		}
		c.Confidence = c.Classes[c.Class]
		c.Agree = v.agree(func(t told) bool { return int(t.class) == c.Class })
	}
	return ctx.Err()
}

// sets finds the truth where each item may have several labels: each label by
// itself.
func (a *answers) sets(ctx context.Context, out *Truth, k int) error {
	out.Method = "majority"
	for i, num := range out.nums {
		v, c, force := a.several[num], &out.items[i], a.force(num)
		c.Classes = make([]float64, k)
		said := v.said
		if v.settled {
			said = []voice{{told: force}}
		}
		for _, s := range said {
			for _, l := range s.labels() {
				c.Classes[l] += 1 / float64(len(said))
			}
		}
		c.People, c.Set, c.Confidence = c.Classes, []int{}, 1
		in := force.labels()
		for l, p := range c.Classes {
			if p > 0.5 || p == 0.5 && slices.Contains(in, l) {
				c.Set = append(c.Set, l)
			} else {
				p = 1 - p
			}
			c.Confidence *= p
		}
		set := packSet(c.Set)
		c.Agree = v.agree(func(t told) bool { return t.set == set })
	}
	return ctx.Err()
}

// numbers1 finds the truth where each item has a number.
func (a *answers) numbers1(ctx context.Context, out *Truth) error {
	out.Method = "mean"
	for i, num := range out.nums {
		v, c, force := a.several[num], &out.items[i], a.force(num)
		x := make([]float64, len(v.said))
		for j, s := range v.said {
			x[j] = s.value
		}
		mean, se := meanOf(x)
		c.Value, c.Spread = mean, se*math.Sqrt(float64(len(x)))
		if v.settled {
			c.Value = force.value
		}
		c.Agree = v.agree(func(t told) bool { return t.value == c.Value })
	}
	return ctx.Err()
}
