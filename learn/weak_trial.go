package learn

import (
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"

	"inkling/label"
	labelrule "inkling/label/rule"
	"inkling/learn/metric"
	"inkling/learn/weak"
)

// RuleTrial tries rules of thumb on the items of a project, a few at a time. It
// keeps which rules match which items, so that the figures are cheap to draw up
// anew when answers come. It belongs to one goroutine.
type RuleTrial struct {
	from    Reader
	task    label.Task
	rules   []label.Rule
	errs    []error // by rule; nil where it can be tried
	set     *labelrule.Set
	place   []int // in rules, of each of set
	view    *labelrule.View
	answers *answers
	next    uint64 // item to be read
	first   [][]uint64

	index map[string]int32
	fired [][]int32 // by pattern: the rules that match
	count []int     // by pattern: items
	of    []int32   // by item, from 1: its pattern
	key   []byte
}

// Limits of what is kept of each rule.
const (
	rulesFirst = 64  // items on which it matches
	rulesWrong = 500 // items that it gets wrong
)

// NewRuleTrial returns a trial of rules that has read no items yet. Rules that
// cannot be tried, as those that read a column which is no more, are in the
// figures with their error.
func NewRuleTrial(from Reader, rules []label.Rule) (*RuleTrial, error) {
	a := newAnswers()
	if err := a.read(from, from.Task()); err != nil {
		return nil, err
	}
	return newRuleTrial(from, rules, from.Task(), a)
}

func newRuleTrial(from Reader, rules []label.Rule, task label.Task, a *answers) (*RuleTrial, error) {
	view, err := labelrule.NewView(task)
	if err != nil {
		return nil, err
	}
	t := &RuleTrial{from: from, task: task, rules: slices.Clone(rules), errs: make([]error, len(rules)), view: view, answers: a, next: 1,
		first: make([][]uint64, len(rules)), index: map[string]int32{}, of: []int32{-1}}
	var able []label.Rule
	for i, r := range rules {
		if _, t.errs[i] = labelrule.Compile(task, r); t.errs[i] == nil {
			able, t.place = append(able, r), append(t.place, i)
		}
	}
	t.set, err = labelrule.NewSet(task, able)
	return t, err
}

// Step reads some items, which takes some milliseconds, and reports whether all
// have been read.
func (t *RuleTrial) Step(ctx context.Context) (done bool, err error) {
	all := t.from.Counts().Items
	if t.next > all {
		return true, nil
	}
	last := min(t.next+chunkItems-1, all)
	err = t.from.Items(ctx, t.next, last, func(it label.Item) error {
		if it.Num < t.next {
			return nil // read before the last time was broken off
		}
		t.take(it)
		if it.Num%64 == 0 {
			runtime.Gosched() // whoever draws the screen goes first
			return ctx.Err()
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("try rules on items %d to %d: %w", t.next, last, err)
	}
	t.next = last + 1
	return t.next > all, nil
}

// take tries the rules on an item.
func (t *RuleTrial) take(it label.Item) {
	t.view.Set(it)
	fired := t.set.Match(t.view, nil)
	t.key = t.key[:0]
	for i, j := range fired {
		fired[i] = int32(t.place[j])
		t.key = binary.AppendUvarint(t.key, uint64(fired[i]))
		if f := &t.first[fired[i]]; len(*f) < rulesFirst {
			*f = append(*f, it.Num)
		}
	}
	at, ok := t.index[string(t.key)]
	if !ok {
		at = int32(len(t.fired))
		t.index[string(t.key)] = at
		t.fired, t.count = append(t.fired, fired), append(t.count, 0)
	}
	t.count[at]++
	for uint64(len(t.of)) <= it.Num {
		t.of = append(t.of, -1)
	}
	t.of[it.Num] = at
	t.next = it.Num + 1
}

// Read returns how many items have been read, and how many there are.
func (t *RuleTrial) Read() (read, all uint64) { return t.next - 1, t.from.Counts().Items }

// firedOn returns the rules that match an item.
func (t *RuleTrial) firedOn(num uint64) []int32 {
	if num >= uint64(len(t.of)) || t.of[num] < 0 {
		return nil
	}
	return t.fired[t.of[num]]
}

// RuleFigures are what is known of one rule by counting. A rule that is off is
// counted as if it voted.
type RuleFigures struct {
	Rule  label.Rule
	Err   error // why it cannot be tried
	Items int   // that were read

	Covered   int // items on which it votes
	Overlaps  int // of them, those on which other rules vote
	Conflicts int // of them, those on which others vote for another class

	Answered, Right     int      // items with an answer on which it votes, and those where that is the answer; without the audit stream
	Audited, AuditRight int      // the same of the audit stream
	Precision           float64  // the probability that its vote is right, by the label model; 0 before there is one, and where it is off
	First               []uint64 // items on which it votes, the first ones
	Wrong               []uint64 // items whose answer is another; without the audit stream, or rules would be made after it
}

// Figures counts what the rules do on the items that were read.
func (t *RuleTrial) Figures() []RuleFigures {
	out := make([]RuleFigures, len(t.rules))
	for i, r := range t.rules {
		out[i] = RuleFigures{Rule: r, Err: t.errs[i], Items: int(t.next - 1), First: slices.Clone(t.first[i])}
	}
	for at, fired := range t.fired {
		for _, j := range fired {
			f := &out[j]
			f.Covered += t.count[at]
			others, against := false, false
			for _, k := range fired {
				if k != j && !t.rules[k].Off {
					others, against = true, against || t.rules[k].Class != t.rules[j].Class
				}
			}
			if others {
				f.Overlaps += t.count[at]
			}
			if against {
				f.Conflicts += t.count[at]
			}
		}
	}
	for num, said := range t.answers.train {
		for _, j := range t.firedOn(num) {
			f := &out[j]
			if f.Answered++; int(said.class) == f.Rule.Class {
				f.Right++
			} else {
				f.Wrong = append(f.Wrong, num)
			}
		}
	}
	for num, said := range t.answers.audit {
		for _, j := range t.firedOn(num) {
			f := &out[j]
			if f.Audited++; int(said.class) == f.Rule.Class {
				f.AuditRight++
			}
		}
	}
	for i := range out {
		slices.Sort(out[i].Wrong)
		out[i].Wrong = out[i].Wrong[:min(len(out[i].Wrong), rulesWrong)]
	}
	return out
}

// Sum fits the label model on the votes about the items that were read, and
// returns what the rules come to. Answers of the audit stream play no part in it.
func (t *RuleTrial) Sum(ctx context.Context) (*Rules, error) {
	r := &Rules{Figures: t.Figures(), Items: int(t.next - 1), task: t.task}
	var on []label.Rule
	place := map[int32]int32{} // among those that vote
	for i, x := range t.rules {
		if t.errs[i] == nil && !x.Off {
			place[int32(i)] = int32(len(on))
			on, r.at = append(on, x), append(r.at, i)
		}
	}
	if len(on) == 0 {
		return r, nil
	}
	set, err := labelrule.NewSet(t.task, on)
	if err != nil {
		return nil, err
	}
	votes, err := weak.NewVotes(len(t.task.Labels), set.Classes())
	if err != nil {
		return nil, err
	}
	voting := make([][]int32, len(t.fired))
	unknown := slices.Clone(t.count)
	for at, fired := range t.fired {
		for _, j := range fired {
			if k, ok := place[j]; ok {
				voting[at] = append(voting[at], k)
			}
		}
		if len(voting[at]) > 0 {
			r.Covered += t.count[at]
		}
	}
	for num, said := range t.answers.train {
		if num < uint64(len(t.of)) && t.of[num] >= 0 {
			votes.Add(voting[t.of[num]], int(said.class), 1)
			unknown[t.of[num]]--
		}
	}
	for at, n := range unknown {
		if n > 0 {
			votes.Add(voting[at], -1, n)
		}
	}
	m, err := weak.Fit(ctx, votes, weak.Options{})
	if err != nil {
		return nil, err
	}
	for k, i := range r.at {
		r.Figures[i].Precision = m.Precision(k)
	}
	r.set, r.model, r.UpTo = set, m, t.answers.seq
	return r, nil
}

// TryRules tries rules on all items of a project. progress, which may be nil, is
// told after each part how many items were read, of how many.
func TryRules(ctx context.Context, from Reader, rules []label.Rule, progress func(read, all uint64)) (*Rules, error) {
	t, err := NewRuleTrial(from, rules)
	if err != nil {
		return nil, err
	}
	for done := false; !done; {
		if done, err = t.Step(ctx); err != nil {
			return nil, err
		}
		if progress != nil {
			progress(t.Read())
		}
	}
	return t.Sum(ctx)
}

// Share is how often the rule is right on items with an answer, the audit stream
// among them, with its 95% interval; NaN and everything where there are none. The
// items that a model asked for are harder than most.
func (f *RuleFigures) Share() (share float64, in metric.Interval) {
	n, right := f.Answered+f.Audited, f.Right+f.AuditRight
	return float64(right) / float64(n), metric.Wilson(right, n, metric.Level95)
}
