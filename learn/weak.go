package learn

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"inkling/label"
	labelrule "inkling/label/rule"
	"inkling/learn/weak"
)

// ByRules is the number that suggestions of rules have in place of a run's, which
// no run reaches.
const ByRules = 1<<32 - 1

// Ruled is a project that holds rules of thumb.
type Ruled interface {
	// Rules returns the rules that there are, those that are off among them.
	Rules() ([]label.Rule, error)
	// Ruled returns a number that changes whenever the rules do.
	Ruled() (uint64, error)
}

// Rules is what a project's rules come to, as of one moment: suggestions with
// probabilities, from no answers on. It is immutable and safe for concurrent use,
// and a nil one holds nothing.
type Rules struct {
	UpTo    uint64 // the last event that it took into account
	Items   int    // that were read
	Covered int    // of them, those on which at least one rule votes
	Figures []RuleFigures

	task  label.Task
	at    []int // in Figures, of each rule that votes
	set   *labelrule.Set
	model *weak.Model // nil where no rule votes
	views sync.Pool

	taught *Snapshot // a model that learned from what they come to; nil where there is none
}

// Suggest returns what the rules that vote on an item come to, with the rules as
// reasons; false where none votes. Where a model has learned from the rules it says
// what it holds for any item, with words as reasons, and behind them the rules that
// vote on it, which weigh nothing by themselves.
func (r *Rules) Suggest(it label.Item) (label.Suggestion, bool) {
	if r == nil || r.model == nil {
		return label.Suggestion{}, false
	}
	v, _ := r.views.Get().(*labelrule.View)
	if v == nil {
		var err error
		if v, err = labelrule.NewView(r.task); err != nil {
			return label.Suggestion{}, false // it was made before with the same task
		}
	}
	defer r.views.Put(v)
	v.Set(it)
	fired := r.set.Match(v, nil)
	if r.taught != nil {
		out := r.taught.Suggest(it)
		out.Reasons, out.Base = r.taught.ExplainFrom(it, out.Answer.Class, rulesReasons)
		for _, j := range fired {
			x := r.reason(v, j)
			x.Weight = 0
			out.Reasons = append(out.Reasons, x)
		}
		return out, true
	}
	if len(fired) == 0 {
		return label.Suggestion{}, false
	}
	p := make([]float64, len(r.task.Labels))
	r.model.Posterior(fired, p)
	class := best(p)
	out := label.Suggestion{Item: it.Num, Answer: label.ClassAnswer(class), Probability: p[class], Classes: p, Model: ByRules, Base: r.model.Base(class)}
	for _, j := range fired {
		x := r.reason(v, j)
		x.Weight = r.model.Weight(int(j), class)
		out.Reasons = append(out.Reasons, x)
	}
	slices.SortStableFunc(out.Reasons, func(a, b label.Reason) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
	return out, true
}

// rulesReasons is how many words are reasons of a suggestion.
const rulesReasons = 12

// reason is a rule that votes on the item in view, with the words for which it
// does.
func (r *Rules) reason(v *labelrule.View, j int32) label.Reason {
	m := r.set.Rule(int(j))
	x := label.Reason{Term: "@" + m.Rule.Name, Column: r.column(m.Rule)}
	m.Places(v, func(column, from, to int) {
		if len(x.Places) == 0 {
			x.Column = column
		}
		if column == x.Column {
			x.Places = append(x.Places, [2]int{from, to})
		}
	})
	slices.SortFunc(x.Places, func(a, b [2]int) int { return cmp.Compare(a[0], b[0]) })
	return x
}

// column is the column that a rule reads, or the first one of text.
func (r *Rules) column(x label.Rule) int {
	if i := r.task.ColumnNamed(x.Column); i >= 0 {
		return i
	}
	return max(r.task.Column(label.Text), 0)
}

// Rules returns what the project's rules come to; nil where it has none.
func (t *Trainer) Rules() *Rules { return t.rules.Load() }

// ruled is what the trainer knows of the project's rules. It belongs to Run's
// goroutine.
type ruled struct {
	seq   uint64 // of the rules that are tried
	task  label.Task
	trial *RuleTrial // nil where there are none
	upTo  uint64     // the last event that was taken into account
	read  uint64     // items that were
	space *space     // that the model read
	rows  rulesRows  // of the items that it learned from
	ended time.Time  // when the sum was last drawn up
	took  time.Duration
}

// rulesEvery is the shortest time between two sums while answers come in.
const rulesEvery = time.Second

// lookAtRules takes in whether there are other rules, or the same ones mean
// something else by now.
func (t *Trainer) lookAtRules() error {
	p, ok := t.project.(Ruled)
	if !ok || t.task.Kind != label.Classes {
		return nil
	}
	seq, err := p.Ruled()
	if err != nil || seq == t.ruled.seq && (t.ruled.trial == nil || sameForRules(t.ruled.task, t.task)) {
		return err
	}
	rules, err := p.Rules()
	if err != nil {
		return err
	}
	next := ruled{seq: seq, task: t.task}
	if len(rules) > 0 {
		if next.trial, err = newRuleTrial(t.project, rules, t.task, t.answers); err != nil {
			return err
		}
	} else if t.rules.Swap(nil) != nil {
		t.hub.update(nil)
	}
	t.ruled = next
	return nil
}

// sameForRules reports whether rules mean the same in two tasks.
func sameForRules(a, b label.Task) bool {
	return a.Clean == b.Clean && slices.Equal(a.Labels, b.Labels) && slices.EqualFunc(a.Columns, b.Columns, func(x, y label.Column) bool {
		return x.Name == y.Name && x.Role == y.Role && slices.Equal(x.Order, y.Order)
	})
}

// rulesStale reports whether items or answers came that the rules' sum does not
// know of.
func (t *Trainer) rulesStale() bool {
	return t.ruled.trial != nil && (t.ruled.trial.next <= t.items || t.ruled.upTo != t.answers.seq || t.ruled.read != t.items || t.ruled.space != t.space)
}

// rulesWait is how long the next sum has to wait.
func (t *Trainer) rulesWait() time.Duration {
	if t.ruled.trial.next <= t.items {
		return 0
	}
	return time.Until(t.ruled.ended.Add(max(rulesEvery, 20*t.ruled.took)))
}

func (t *Trainer) rulesDue() bool { return t.rulesStale() && t.rulesWait() <= 0 }

// tryRules reads some items, or draws up what the rules come to once all are read.
func (t *Trainer) tryRules(ctx context.Context) error {
	r := &t.ruled
	if r.trial.next <= t.items {
		_, err := r.trial.Step(ctx)
		return err
	}
	began := time.Now()
	sum, err := r.trial.Sum(ctx)
	if err != nil {
		return err
	}
	if sum.taught, err = t.taughtByRules(ctx, sum); err != nil {
		return err
	}
	r.upTo, r.read, r.space, r.ended = t.answers.seq, t.items, t.space, time.Now()
	r.took = r.ended.Sub(began)
	t.rules.Store(sum)
	t.hub.update(nil)
	return nil
}
