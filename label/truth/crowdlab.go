package truth

import (
	"context"
	"math"
	"slices"
)

// Crowd is what CROWDLAB makes of people's votes and a model's probabilities, and
// ActiveLab's scores of what another vote would be worth.
type Crowd struct {
	*Result
	Model float64   // the model's weight
	Votes []float64 // of each person, the weight of their votes

	mean float64 // weight of a person
	sure float64 // the probability that a vote of somebody is right
	all  []Vote  // in the order of items
	at   []int   // where each item's votes begin in all, and the end
	v    Votes
	prob func(item int) []float64
}

// CrowdLab weighs a model's out-of-sample probabilities of an item with the votes
// on it, each by how far the model and the person agree with the others (Goh,
// Tkachenko, Mueller, "CROWDLAB: supervised learning to infer consensus labels and
// quality scores for data with multiple annotators", 2022). model returns the
// probabilities of the classes by a model that never saw the item, nil where
// there are none.
func CrowdLab(ctx context.Context, v Votes, model func(item int) []float64) (*Crowd, error) {
	majority, err := Majority(ctx, v, Options{})
	if err != nil {
		return nil, err
	}
	k := v.Classes
	c := &Crowd{Result: newResult(v, "crowdlab"), Votes: make([]float64, v.People), all: v.sorted(), at: make([]int, v.Items+1), v: v, prob: model}
	for _, x := range c.all {
		c.at[x.Item+1]++
	}
	for i := range v.Items {
		c.at[i+1] += c.at[i]
	}
	// The label of most votes; of equal ones that which the model holds for more
	// probable, as the paper has it.
	label, tied := make([]int, v.Items), make([]bool, v.Items)
	for i := range label {
		label[i], _ = majority.Class(i)
		if m := model(i); m != nil {
			p := majority.Of(i)
			for q := range p {
				if q != label[i] && p[q] == p[label[i]] {
					tied[i] = true
					if m[q] > m[label[i]] {
						label[i] = q
					}
				}
			}
		}
		if s, ok := v.Settled[int32(i)]; ok {
			label[i] = int(s)
		}
	}
	// How far each person agrees with the others, and the model with the labels,
	// on items that have several votes.
	type tally struct{ same, all float64 }
	people := make([]tally, v.People)
	var crowd, machine, common tally
	shares := make([]float64, k)
	items := 0
	for i := range v.Items {
		votes := c.votes(i)
		_, settled := v.Settled[int32(i)]
		if len(votes) < 2 && !settled {
			continue
		}
		items++
		shares[label[i]]++
		crowd.all += float64(len(votes))
		for a, x := range votes {
			t := &people[x.Person]
			for b, y := range votes {
				if a == b {
					continue
				}
				t.all++
				if x.Class == y.Class {
					t.same++
				}
			}
			if int(x.Class) == label[i] {
				crowd.same++
			}
		}
		// A label that the model decided on does not speak for the model.
		if m := model(i); m != nil && (!tied[i] || settled) {
			machine.all++
			if argmax(m) == label[i] {
				machine.same++
			}
		}
	}
	common.all, common.same = float64(items), slices.Max(shares)
	if items == 0 {
		// Nobody can be compared with anybody.
		common, crowd = tally{0, 1}, tally{1, 1}
	}
	base := 1 - min(common.same/max(common.all, 1), 1-1e-6) // the error of always saying the commonest label
	c.sure = min(max(crowd.same/max(crowd.all, 1), 1/float64(k)), 1-1e-6)
	weight := func(t tally, otherwise float64) float64 {
		if t.all == 0 {
			return otherwise
		}
		return max(1-(1-t.same/t.all)/base, 1e-4)
	}
	typical := tally{}
	for _, t := range people {
		typical.same, typical.all = typical.same+t.same, typical.all+t.all
	}
	usual := weight(typical, 1)
	n := 0.0
	for i, t := range people {
		c.Votes[i] = weight(t, usual)
		c.mean += c.Votes[i] / float64(max(v.People, 1))
	}
	for i := range v.Items {
		if m := len(c.votes(i)); m > 0 {
			n++
		}
	}
	perItem := float64(len(c.all)) / max(n, 1)
	if machine.all > 0 {
		c.Model = weight(machine, 0) * math.Sqrt(perItem)
	}
	for i := range v.Items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c.blend(i, c.Of(i), 0)
	}
	c.finish(v)
	c.assess(v, c.all)
	c.Iterations, c.Converged = 1, true
	return c, nil
}

// votes are the votes on an item.
func (c *Crowd) votes(item int) []Vote { return c.all[c.at[item]:c.at[item+1]] }

// blend fills in the weighted mean of what the model and the people say, and of
// even chances with weight even.
func (c *Crowd) blend(item int, p []float64, even float64) {
	k := float64(len(p))
	sum := even
	for q := range p {
		p[q] = even / k
	}
	if m := c.prob(item); m != nil && c.Model > 0 {
		sum += c.Model
		for q := range p {
			p[q] += c.Model * m[q]
		}
	}
	for _, x := range c.votes(item) {
		w := c.Votes[x.Person]
		sum += w
		for q := range p {
			if q == int(x.Class) {
				p[q] += w * c.sure
			} else {
				p[q] += w * (1 - c.sure) / max(k-1, 1)
			}
		}
	}
	for q := range p {
		if sum > 0 {
			p[q] /= sum
		}
	}
}

// Need is ActiveLab's score of an item that has votes: how certain its label is,
// where even chances have the weight of one more person. The lower, the more
// another vote is worth (Goh and Mueller, "ActiveLab: active learning with
// re-labeling by multiple annotators", 2023). Settled items need none: 1.
func (c *Crowd) Need(item int) float64 {
	if _, ok := c.v.Settled[int32(item)]; ok {
		return 1
	}
	label, _ := c.Class(item)
	p := make([]float64, c.Classes)
	c.blend(item, p, c.mean)
	return p[label]
}

// NeedOf is ActiveLab's score of an item without votes, of which the model says p;
// on one scale with Need.
func (c *Crowd) NeedOf(p []float64) float64 {
	if c.mean+c.Model == 0 {
		return 1 / float64(len(p))
	}
	return (c.mean/float64(len(p)) + c.Model*slices.Max(p)) / (c.mean + c.Model)
}

func argmax(p []float64) int {
	best := 0
	for i, x := range p {
		if x > p[best] {
			best = i
		}
	}
	return best
}
