package learn

import (
	"context"
	"fmt"

	"inkling/label"
)

// Cross-fitting: models of which each has never seen one part of the items.
const (
	crossParts = 5
	crossRows  = 20_000 // answers that they are fitted on at most
)

// crossed are models that tell something of every item out of sample. Items are
// parted by a hash of what they read, so that it is settled beforehand which of
// the models will never see an item: what that one says of it is out of sample
// today, and stays so for items that come or are answered later.
type crossed struct {
	space   *space
	name    string
	classes int
	rows    int // that they were fitted on
	models  []Model
}

// serves reports whether it is of this kind.
func (c *crossed) serves(name string, s *space, classes int) bool {
	return c != nil && c.space == s && c.name == name && c.classes == classes
}

func (c *crossed) done() bool { return c != nil && len(c.models) == crossParts }

// partOf is the part of an item with this key.
func partOf(key uint64) int { return int(mix(key^0x5851f42d4c957f2d) % crossParts) }

// says writes what is said of an item by the model that never saw it.
func (c *crossed) says(x example, p []float64) { c.models[partOf(x.key)].Predict(x.row, p) }

// asksOne reports whether answers are one class each, and are learned from in the
// background: then wrong ones among them are looked for.
func (t *Trainer) asksOne() bool { return t.task.Kind == label.Classes && !t.once }

// several reports whether what people say is to be weighed: some item has more
// than one answer, or is meant to.
func (t *Trainer) several() bool {
	a := t.task.Assignment
	return t.asksOne() && (a != nil && a.Share > 0 || len(t.answers.several) > 0)
}

// crossName is the model that is cross-fitted: the one in force, or the best of
// the light ones where that takes long; "" where there is none.
func (t *Trainer) crossName() string {
	name := t.current.Load().model.Name()
	if t.light(name) {
		return name
	}
	light := eligible(t.problem, false)
	if t.choice != nil {
		for _, c := range t.choice.Losses { // the best first
			for _, n := range light {
				if c.Model == n {
					return n
				}
			}
		}
	}
	if len(light) > 0 {
		return light[0]
	}
	return ""
}

// crossDue reports whether the models that never saw a part are to be fitted.
func (t *Trainer) crossDue() bool {
	if t.problem == nil || t.current.Load() == nil || t.space == nil || t.current.Load().space != t.space || !t.asksOne() {
		return false
	}
	n := min(len(t.problem.all.Rows), crossRows)
	name := t.crossName()
	switch {
	case n < compareFrom || name == "":
		return false
	case t.crossing != nil:
		return true
	}
	return !t.cross.serves(name, t.space, t.problem.all.Classes) || otherAnswers(n, t.cross.rows)
}

// crossFit fits the next of them, from where it stood. It gives way, and then
// loses that one fit.
func (t *Trainer) crossFit(ctx context.Context, watch <-chan struct{}) error {
	t.phase(Validating)
	name, classes := t.crossName(), t.problem.all.Classes
	if !t.crossing.serves(name, t.space, classes) {
		t.crossing = &crossed{space: t.space, name: name, classes: classes}
	}
	c, p := t.crossing, t.problem
	if len(p.all.Rows) > crossRows {
		p = p.first(crossRows)
	}
	part := len(c.models)
	from, err := newModel(name)
	if err != nil {
		return err
	}
	fresh := true
	if t.cross.serves(name, t.space, classes) && t.cross.done() {
		from, fresh = t.cross.models[part], false
	}
	set := t.o.Settings.Set
	if name != t.o.Settings.Model {
		set = nil // they are of another model
	}
	var m Model
	done, err := t.aside(ctx, watch, &t.gave.cross, func(ctx context.Context) (err error) {
		_, rest := p.split(func(h uint64) bool { return int(h%crossParts) == part })
		if m = from; len(rest) > 0 {
			m, err = from.Fit(ctx, p.taught(rest), FitOptions{Fresh: fresh, Seed: t.o.Seed, Workers: 1, Set: set})
		}
		return err
	})
	if !done {
		return nil
	}
	if err != nil {
		t.crossing = nil
		return fmt.Errorf("fit %s without one part: %w", name, err)
	}
	c.models, c.rows = append(c.models, m), len(p.all.Rows)
	if c.done() {
		t.cross, t.crossing = c, nil
		t.surveyed.seq = 0
	}
	return nil
}

// outside returns what is said of an answered item out of sample.
func (t *Trainer) outside(x example) []float64 {
	p := make([]float64, t.cross.classes)
	t.cross.says(x, p)
	if s := t.current.Load(); s.model.Name() == t.cross.name {
		s.calibrate(p)
	}
	return p
}
