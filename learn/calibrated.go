package learn

import (
	"context"
	"fmt"
	"slices"

	"inkling/label"
	"inkling/learn/calibrate"
)

// calibrated is what is known of a kind of model's probabilities from answers
// that its models had not seen: how to correct them, and how to tell a class
// from them.
//
// Answers of a class that a model had no other answer of are left out: the model
// in force has.
//
// It comes from the models of the cross-validation, or, where there are more
// answers than that takes, from the curve's model and the part held out from it,
// never from answers of the audit stream. The models that it is applied to were
// fitted on a few more answers than those, which makes them a little better
// than it says. It may be behind: it is made anew when the answers have grown
// by a quarter, and until then goes for all runs of the same kind of model on the
// same features with the same weights. What was fitted is kept in each snapshot
// with the model, so that what a snapshot says never changes by itself.
type calibrated struct {
	model  string
	set    string // options of the model
	weight string // class weights
	how    string // the runs go on from an earlier model; see further
	space  uint64 // hash
	labels int    // answers that there were
	m      *calibrate.Map
	asked  string      // what the rule is for
	costs  [][]float64 // and at what costs
	rule   *rule
	record *Calibration
	chosen *Decision
}

// serves reports whether its map goes for a model.
func (c *calibrated) serves(name string, s *space, o Settings, f *further) bool {
	return c != nil && s != nil && c.model == name && c.space == s.id() && c.weight == o.ClassWeight && c.set == o.Set.String() && c.how == f.how()
}

// tells reports whether its rule is the one that is asked for.
func (c *calibrated) tells(o Settings) bool {
	return c != nil && c.asked == o.asked() && slices.EqualFunc(c.costs, o.Costs, slices.Equal)
}

// asked is what the told class is to serve, as a Decision names it; nothing for the
// most probable one.
func (s Settings) asked() string {
	switch {
	case s.Costs != nil:
		return costsAsked
	case s.Optimise == "none":
		return ""
	}
	return s.Optimise
}

// stamp writes down what it goes for: the models of a run and those after it.
func (c *calibrated) stamp(model string, labels int, run uint64, t *Trainer) {
	o := t.o.Settings
	c.model, c.labels, c.space = model, labels, t.space.id()
	c.set, c.weight, c.how = o.Set.String(), o.ClassWeight, t.goesOn.how()
	c.asked, c.costs = o.asked(), o.Costs
	c.record.Run, c.record.Labels, c.record.GoesOn = run, labels, t.goesOn != nil
}

// calibrateOn fits the map and the rule on what models said of rows that they
// were not fitted on.
func calibrateOn(ctx context.Context, p *problem, said [][]float64, class []int, o Settings) (*calibrated, error) {
	m, report, err := calibrate.Fit(ctx, said, class)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	out := &calibrated{m: m, record: &Calibration{Kind: m.Kind().String(), Rows: report.Rows, Before: report.Before, After: report.After}}
	if m.Kind() == calibrate.Temperature {
		out.record.Beta = m.Beta()
	}
	if o.asked() == "" {
		return out, nil
	}
	q, err := calibrate.Cross(ctx, m.Kind(), said, class)
	if err != nil {
		return nil, fmt.Errorf("calibrate: %w", err)
	}
	if o.Costs != nil {
		if len(o.Costs) == p.all.Classes {
			out.rule, out.chosen = costRule(o.Costs, q, class)
		}
		return out, nil
	}
	g, err := parseGoal(o.Optimise, p.labels)
	if err != nil {
		return nil, err
	}
	out.rule, out.chosen = tuned(o.Optimise, g, q, class)
	return out, nil
}

// calibrated returns what the comparison tells of its winner's probabilities;
// nil for tasks whose answers have none.
func (c *comparison) calibrated(ctx context.Context, o Settings) (*calibrated, error) {
	w := c.winner()
	if w == nil || c.problem.kind != label.Classes || w.of.rows > compareRows { // above it, the curve's model tells more
		return nil, nil
	}
	var said [][]float64
	var class []int
	for i, p := range w.out {
		if !w.blind[i] {
			said, class = append(said, p), append(class, c.problem.all.Class[i])
		}
	}
	if len(said) == 0 {
		return nil, nil
	}
	out, err := calibrateOn(ctx, c.problem, said, class, o)
	if err != nil {
		return nil, err
	}
	out.record.Folds = w.of.folds
	return out, nil
}

// describe returns the snapshot with the calibration, and writes it down in the
// run's record. A rule that is for something else than is asked for now is left
// out: another one is on its way.
func (c *calibrated) describe(r *Run, s *Snapshot, o Settings) *Snapshot {
	if !c.tells(o) {
		without := *c
		without.rule, without.chosen = nil, nil
		c = &without
	}
	r.Calibration, r.Decision = c.record, c.chosen
	return s.with(c)
}

// restoredCalibration is what a snapshot and its record keep of a calibration;
// nil where there was none.
func restoredCalibration(s *Snapshot, r Run) *calibrated {
	if r.Calibration == nil || r.ID != s.version {
		return nil
	}
	out := &calibrated{model: s.model.Name(), set: r.Set.String(), weight: r.ClassWeight, space: s.space.id(),
		labels: r.Calibration.Labels, m: s.calibration, rule: s.rule, record: r.Calibration, chosen: r.Decision}
	if r.Calibration.GoesOn {
		out.how = r.Tune.String()
	}
	if r.Decision != nil {
		out.asked = r.Decision.Asked
	}
	if s.rule != nil {
		out.costs = s.rule.costs
	}
	return out
}
