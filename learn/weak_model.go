package learn

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"inkling/label"
)

// What a model learns from the votes of rules: the items of so many at most, each
// of which weighs so much beside a person's answer. It suggests while there are no
// more answers than that; see docs/BENCHMARKS.md.
const (
	rulesTaught = 4000
	rulesWeight = 0.05
	rulesLead   = 50
)

// rulesRows holds the rows of the items that such a model learns from.
type rulesRows struct {
	space *space
	rows  map[uint64]Row
}

// taughtByRules fits a model on what the rules come to where they vote, each class
// of an item weighing as much as it is probable, and on people's answers. What is
// measured is never among it: items of the audit stream are left out, and the model
// is no run's. It is nil where there are answers enough to do without, and where a
// label has no rule that votes: such a model would never tell it.
func (t *Trainer) taughtByRules(ctx context.Context, sum *Rules) (*Snapshot, error) {
	if t.space == nil || sum.model == nil || len(t.answers.train) > rulesLead || t.o.Settings.Model != Auto || !sum.everyLabel() {
		return nil, nil
	}
	r := &t.ruled
	if r.rows.space != t.space {
		r.rows = rulesRows{t.space, map[uint64]Row{}}
	}
	voted := r.trial.votedOn()
	var nums []uint64
	for _, num := range voted {
		if _, answered := t.answers.train[num]; !answered {
			nums = append(nums, num)
		}
	}
	for num := range t.answers.train {
		nums = append(nums, num)
	}
	slices.Sort(nums)
	if err := r.rows.read(ctx, t.project, nums); err != nil {
		return nil, err
	}
	d := t.space.data()
	d.Classes, d.Vector = len(t.task.Labels), 0
	p := make([]float64, d.Classes)
	add := func(row Row, class int, weight float64) {
		d.Rows, d.Class, d.Weight = append(d.Rows, row), append(d.Class, class), append(d.Weight, weight)
	}
	for _, num := range nums {
		row, ok := r.rows.rows[num]
		if !ok {
			continue // of the audit stream
		}
		if said, ok := t.answers.train[num]; ok {
			add(row, int(said.class), 1)
			continue
		}
		sum.posterior(r.trial.firedOn(num), p)
		for c, x := range p {
			if x >= leastSoft {
				add(row, c, float64(x*rulesWeight))
			}
		}
	}
	if _, classes := d.Counts(); classes < 2 {
		return nil, nil
	}
	m, err := newModel(ComplementBayes)
	if err != nil {
		return nil, err
	}
	if m, err = m.Fit(ctx, d, FitOptions{Fresh: true, Seed: t.o.Seed, Workers: t.fitWorkers()}); err != nil {
		return nil, fmt.Errorf("learn from rules: %w", err)
	}
	out := &Snapshot{version: ByRules, kind: label.Classes, labels: slices.Clone(t.task.Labels), space: t.space, model: m, unseen: make([]bool, d.Classes)}
	return out, nil
}

// read makes the rows that are missing, and forgets those that are no longer
// wanted.
func (r *rulesRows) read(ctx context.Context, from Reader, nums []uint64) error {
	var missing []uint64
	for _, num := range nums {
		if _, ok := r.rows[num]; !ok {
			missing = append(missing, num)
		}
	}
	if len(r.rows) > 2*len(nums)+1000 {
		for num := range r.rows {
			if _, wanted := slices.BinarySearch(nums, num); !wanted {
				delete(r.rows, num)
			}
		}
	}
	v := r.space.sparse()
	defer v.release()
	for part := range slices.Chunk(missing, 64) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := from.ItemsByNum(part, func(it label.Item) error {
			if it.Audit {
				return nil
			}
			x := v.row(it)
			r.rows[it.Num] = Row{Index: slices.Clone(x.Index), Value: slices.Clone(x.Value), Table: slices.Clone(x.Table)}
			return nil
		}); err != nil {
			return fmt.Errorf("read items that rules vote on: %w", err)
		}
	}
	return nil
}

// votedOn returns items on which rules vote that are not off, at most rulesTaught,
// drawn by hash.
func (t *RuleTrial) votedOn() []uint64 {
	voting := make([]bool, len(t.fired))
	for at, fired := range t.fired {
		voting[at] = slices.ContainsFunc(fired, func(j int32) bool { return !t.rules[j].Off })
	}
	var nums []uint64
	for num, at := range t.of {
		if at >= 0 && voting[at] {
			nums = append(nums, uint64(num))
		}
	}
	if len(nums) > rulesTaught {
		slices.SortFunc(nums, func(a, b uint64) int { return cmp.Compare(mix(a), mix(b)) })
		nums = nums[:rulesTaught]
	}
	return nums
}

// posterior writes the probabilities of an item's classes by the rules of all that
// match it.
func (r *Rules) posterior(fired []int32, p []float64) {
	var on []int32
	for _, j := range fired {
		if k := slices.Index(r.at, int(j)); k >= 0 {
			on = append(on, int32(k))
		}
	}
	r.model.Posterior(on, p)
}

// everyLabel reports whether a rule that is on votes for each label somewhere.
func (r *Rules) everyLabel() bool {
	voted := make([]bool, len(r.task.Labels))
	for _, i := range r.at {
		if f := r.Figures[i]; f.Covered > 0 {
			voted[f.Rule.Class] = true
		}
	}
	return !slices.Contains(voted, false)
}

// Lead reports whether the rules' suggestions go before those of the model that
// learned from answers alone: while these are few.
func (r *Rules) Lead() bool { return r != nil && r.taught != nil }
