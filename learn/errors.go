package learn

import (
	"context"
	"fmt"
	"slices"

	"inkling/label"
	"inkling/learn/confident"
)

// Suspects are the answers that are probably wrong, as of one moment: confident
// learning finds them by what models say that never saw them. They are immutable,
// and nil ones hold nothing.
type Suspects struct {
	UpTo  uint64      // the last event that they took into account
	Model string      // what told the probabilities
	Items int         // answered items that were gone through
	Rate  float64     // estimated share of wrong answers among these
	Joint [][]float64 // estimated share of each pair of the class that was given and the true one: see confident.Result

	all   []Suspect
	given []Given
}

// Suspect is an item whose answer may be wrong.
type Suspect struct {
	Num         uint64
	Class       int     // the label that it has
	Model       int     // the most probable class
	Probability float64 // of that one
	Of          float64 // the probability of the label that it has
	Wrong       float64 // the estimated probability that the label is wrong
	Counted     bool    // it is among as many items as are estimated to be wrong
}

// Given is an answered item with what a model says of it that never saw it.
type Given struct {
	Num           uint64
	Class         int // the label that it has
	Probabilities []float64
}

// suspectsKeep is how many are kept at most.
const suspectsKeep = 1000

// Top returns at most limit items whose answer may be wrong, those first whose
// answer is wrong most probably. Items of the audit stream and settled ones are
// not among them.
func (s *Suspects) Top(limit int) []Suspect {
	if s == nil {
		return nil
	}
	return slices.Clone(s.all[:min(max(limit, 0), len(s.all))])
}

// Len is the number of items whose answer is held for wrong: as many as are
// estimated to be.
func (s *Suspects) Len() (n int) {
	if s == nil {
		return 0
	}
	for _, x := range s.all {
		if x.Counted {
			n++
		}
	}
	return n
}

// Given returns all that were gone through; nil but from FindErrors.
func (s *Suspects) Given() []Given { return s.given }

// Suspects returns the answers that are probably wrong; nil where there is too
// little to say, and where the task does not ask for one class.
func (t *Trainer) Suspects() *Suspects { return t.suspects.Load() }

// suspects looks for wrong answers among items and what is said of them; settled
// ones are right.
func suspects(ctx context.Context, items []surveyItem, said [][]float64, classes int) (*Suspects, error) {
	var nums []surveyItem
	var p [][]float64
	var given []int
	for i, it := range items {
		if !it.settled {
			nums, p, given = append(nums, it), append(p, said[i]), append(given, it.class)
		}
	}
	found, err := confident.Find(ctx, p, given, classes)
	if err != nil {
		return nil, fmt.Errorf("look for wrong labels: %w", err)
	}
	out := &Suspects{Items: len(nums), Rate: found.Rate(), Joint: found.Joint}
	for _, x := range found.Ranked[:min(len(found.Ranked), suspectsKeep)] {
		of := p[x.Row]
		out.all = append(out.all, Suspect{Num: nums[x.Row].num, Class: x.Given, Model: x.Likely, Probability: of[x.Likely], Of: of[x.Given], Wrong: x.Wrong, Counted: x.Pruned})
	}
	return out, nil
}

// ErrorsOptions say how FindErrors works. Zero values mean the defaults.
type ErrorsOptions struct {
	Model    string             // name of a model; default what the settings say, and else what was chosen last
	Seed     uint64             // of everything drawn at random
	Workers  int                // goroutines; default 1
	Progress func(done float64) // called whenever more is done; nil for none
}

// FindErrors looks for wrong answers among all that a project has: it fits five
// models, each without a part of the items, and asks each about its part. It
// changes nothing, and is for a project on which no Trainer runs, or one that is
// only read. ErrKind where the task does not ask for one class, ErrTooFew where
// there are fewer than 20 answers or but one class.
func FindErrors(ctx context.Context, p Project, o ErrorsOptions) (*Suspects, error) {
	if k := p.Task().Kind; k != label.Classes {
		return nil, fmt.Errorf("%w: wrong labels are looked for among answers of one class, not among %s", ErrKind, k)
	}
	t := NewTrainer(p, Options{Model: o.Model, Seed: o.Seed, Workers: o.Workers})
	t.once = true
	tell := func(done float64) {
		if o.Progress != nil {
			o.Progress(done)
		}
	}
	q, err := t.gather(ctx)
	if err != nil {
		return nil, err
	}
	if len(q.all.Rows) < compareFrom {
		return nil, fmt.Errorf("%w: %d answers, and wrong ones are looked for among %d or more", ErrTooFew, len(q.all.Rows), compareFrom)
	}
	if len(q.all.Rows) > crossRows {
		q = q.first(crossRows)
	}
	name, err := t.nameOf(ctx, q)
	if err != nil {
		return nil, err
	}
	tell(0.1)
	t.cross = &crossed{space: t.space, name: name, classes: q.all.Classes, rows: len(q.all.Rows)}
	for part := range crossParts {
		m, err := newModel(name)
		if err != nil {
			return nil, err
		}
		_, rest := q.split(func(h uint64) bool { return int(h%crossParts) == part })
		if len(rest) > 0 {
			if m, err = m.Fit(ctx, q.taught(rest), FitOptions{Fresh: true, Seed: o.Seed, Workers: o.Workers, Set: t.o.Settings.Set}); err != nil {
				return nil, fmt.Errorf("fit %s without one part: %w", name, err)
			}
		}
		t.cross.models = append(t.cross.models, m)
		tell(0.1 + 0.8*float64(part+1)/crossParts)
	}
	s := t.surveying()
	said := make([][]float64, len(s.items))
	for i, it := range s.items {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		said[i] = make([]float64, t.cross.classes)
		t.cross.says(it.row, said[i])
	}
	out, err := suspects(ctx, s.items, said, t.cross.classes)
	if err != nil {
		return nil, err
	}
	out.UpTo, out.Model = t.answers.seq, name
	for i, it := range s.items {
		out.given = append(out.given, Given{it.num, it.class, said[i]})
	}
	tell(1)
	return out, nil
}

// gather reads a project's answers as a run does, and learns the features where
// there are none that fit.
func (t *Trainer) gather(ctx context.Context) (*problem, error) {
	if err := t.restore(ctx); err != nil {
		return nil, err
	}
	if err := t.look(ctx); err != nil {
		return nil, err
	}
	if t.spaceDue() {
		if err := t.respace(ctx); err != nil {
			return nil, err
		}
	}
	if !t.trainable() {
		return nil, fmt.Errorf("%w: %s must have answers outside the audit stream", ErrTooFew, t.least())
	}
	if err := t.examples.read(ctx, t.project, t.answers); err != nil {
		return nil, err
	}
	if err := t.agree(ctx); err != nil {
		return nil, err
	}
	return t.nextProblem()
}

// nameOf is the model that is asked for or was chosen; else the best of those whose
// fits are short.
func (t *Trainer) nameOf(ctx context.Context, q *problem) (string, error) {
	if t.o.Settings.Model != Auto || t.choice != nil {
		return pick(t.o.Settings.Model, t.choice, q), nil
	}
	c := newComparison(q, eligible(q, false), t.o, false)
	if c == nil {
		return pick(Auto, nil, q), nil
	}
	for !c.done() {
		if err := c.advance(ctx); err != nil {
			return "", err
		}
	}
	chosen, err := c.choice(0)
	if err != nil {
		return "", err
	}
	return chosen.Model, nil
}
