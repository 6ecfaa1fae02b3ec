package learn

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"inkling/label"
	"inkling/label/truth"
)

// What there must be for people's answers to be weighed by who gives them.
// Below that each counts alike: of two people who disagree, nothing tells which
// one is right.
const (
	weighItems   = 20 // items that at least two people answered
	weighPeople  = 3  // who answered weighAnswers of these each
	weighAnswers = 5
)

// smoothing is how many answers' worth of a beginning each person has of every
// class with Dawid-Skene: half of it right, half at random. With less, the single
// answers of people who were seen beside others a dozen times are taken for what
// they are not, and models learn from that: of 0, 2, 10 and 30, measured with five
// people, models came out best with 10.
const smoothing = 10

// moved is how far the probabilities of an item may still move, in the mean, where
// the truth is held to be found.
const (
	moved  = 1e-4
	atMost = 50 // rounds
)

// consensus finds what the answers of several people come to; nil where none did.
// It is the same for the same answers, in whatever order they came; from where it
// stood before, but for what is too little to learn from.
func (a *answers) consensus(ctx context.Context, t label.Task, before *Truth) (*Truth, error) {
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
		err = a.means(ctx, out)
	case label.MultiLabel:
		err = a.sets(ctx, out, len(t.Labels))
	default:
		err = a.classes(ctx, out, len(t.Labels), before)
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

// votes are the answers to the items of a truth, as package truth takes them, and
// the people who gave them, by name.
func (a *answers) votes(out *Truth, classes int) (truth.Votes, []string) {
	here := map[int32]bool{}
	n := 0
	for _, num := range out.nums {
		for _, s := range a.several[num].said {
			here[s.by] = true
			n++
		}
	}
	var names []string
	for by := range here {
		names = append(names, a.people[by])
	}
	slices.Sort(names)
	place := make([]int32, len(a.people)) // of a person's number
	for i, name := range names {
		place[a.numbers[name]] = int32(i)
	}
	v := truth.Votes{Items: len(out.nums), People: len(names), Classes: classes, All: make([]truth.Vote, 0, n), Settled: map[int32]int32{}}
	for i, num := range out.nums {
		all := a.several[num]
		from := len(v.All)
		for _, s := range all.said {
			v.All = append(v.All, truth.Vote{Item: int32(i), Person: place[s.by], Class: s.class})
		}
		slices.SortFunc(v.All[from:], func(a, b truth.Vote) int { return cmp.Compare(a.Person, b.Person) })
		if all.settled {
			v.Settled[int32(i)] = a.force(num).class
		}
	}
	return v, names
}

// tellsApart reports whether there is enough to weigh people's answers by who gives
// them.
func tellsApart(v truth.Votes) bool {
	items, people, last, n := 0, 0, int32(-1), 0
	per := make([]int, v.People)
	for _, x := range v.All {
		if x.Item != last {
			last, n = x.Item, 0
		}
		if n++; n == 2 {
			items++
		}
		per[x.Person]++
	}
	for _, k := range per {
		if k >= weighAnswers {
			people++
		}
	}
	return items >= weighItems && people >= weighPeople
}

// classes finds the truth where each item has one class.
func (a *answers) classes(ctx context.Context, out *Truth, k int, before *Truth) error {
	v, names := a.votes(out, k)
	o := truth.Options{Smoothing: smoothing, Tolerance: moved, Iterations: atMost}
	method, apart := truth.Majority, tellsApart(v)
	if apart {
		method = truth.DawidSkene
		o.Start = start(out, before, v)
	}
	r, err := method(ctx, v, o)
	if err != nil {
		return fmt.Errorf("weigh answers: %w", err)
	}
	out.Method = r.Method
	for i, p := range r.People {
		if p.Votes >= weighAnswers {
			out.people[names[i]] = p.Quality
		}
	}
	for i, num := range out.nums {
		c, force := &out.items[i], int(a.force(num).class)
		c.Classes = r.Of(i)
		c.People, c.Class = c.Classes, best(c.Classes)
		if c.Classes[force] == c.Classes[c.Class] {
			c.Class = force // of equal ones the one in force
		}
		c.Confidence = c.Classes[c.Class]
		c.Agree = a.several[num].agree(func(t told) bool { return int(t.class) == c.Class })
	}
	if apart {
		out.singly = a.singly(r, names, k)
	}
	return nil
}

// start is where the truth stood before, to go on from; nil where it did not.
func start(out, before *Truth, v truth.Votes) []float64 {
	if before.Len() == 0 {
		return nil
	}
	p := make([]float64, v.Items*v.Classes)
	for _, x := range v.All {
		p[int(x.Item)*v.Classes+int(x.Class)]++
	}
	at := 0
	for i, num := range out.nums { // both are in ascending order
		for at < len(before.nums) && before.nums[at] < num {
			at++
		}
		if at < len(before.nums) && before.nums[at] == num && len(before.items[at].People) == v.Classes {
			copy(p[i*v.Classes:(i+1)*v.Classes], before.items[at].People)
		}
	}
	return p
}

// singly returns what one person's answer by itself comes to, by how they do
// where others answered as well: the probability of each class, with the shares
// of the classes among all answers before it.
func (a *answers) singly(r *truth.Result, names []string, k int) func(said told) (told, []float64) {
	share := make([]float64, k)
	for c := range share {
		share[c] = 1
	}
	for _, said := range a.train {
		share[said.class]++
	}
	type says struct {
		known bool
		class int32
		soft  []float64
	}
	all := make([]says, len(a.people)*k)
	for i, name := range names {
		who := r.People[i]
		if who.Votes < weighAnswers || who.Confusion == nil {
			continue
		}
		for c := range k {
			p, sum := make([]float64, k), 0.0
			for t := range k {
				p[t] = share[t] * who.Confusion[t*k+c]
				sum += p[t]
			}
			if sum <= 0 {
				continue
			}
			for t := range p {
				p[t] /= sum
			}
			all[int(a.numbers[name])*k+c] = says{true, int32(best(p)), spread(p)}
		}
	}
	return func(said told) (told, []float64) {
		at := int(said.by)*k + int(said.class)
		if int(said.class) >= k || at >= len(all) || !all[at].known {
			return said, nil
		}
		said.class = all[at].class
		return said, all[at].soft
	}
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

// means finds the truth where each item has a number.
func (a *answers) means(ctx context.Context, out *Truth) error {
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
