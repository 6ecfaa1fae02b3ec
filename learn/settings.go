package learn

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// settingsState is the name of the state that keeps a project's settings.
const settingsState = "settings"

// Settings are what a person chose of how a project learns. The zero value is
// to choose by cross-validation, all answers weighing the same, and to tell the
// most probable class.
type Settings struct {
	Model       string       `cbor:"1,keyasint,omitempty" json:"model,omitempty"`           // name of a model, or "auto"
	Set         ModelOptions `cbor:"2,keyasint,omitempty" json:"set,omitempty"`             // of that model
	ClassWeight string       `cbor:"3,keyasint,omitempty" json:"class_weight,omitempty"`    // balanced, none, or LABEL=WEIGHT,..
	Optimise    string       `cbor:"4,keyasint,omitempty" json:"optimise,omitempty"`        // accuracy, macro-f1, f1:LABEL, recall:LABEL>=0.9, or none
	Costs       [][]float64  `cbor:"5,keyasint,omitempty" json:"costs,omitempty"`           // by true class, then told class; before Optimise
	Strategy    string       `cbor:"6,keyasint,omitempty" json:"strategy,omitempty"`        // of choosing what to ask next; see Strategies
	Semi        string       `cbor:"7,keyasint,omitempty" json:"semi_supervised,omitempty"` // how to learn from items without an answer: see SemiSupervised; none
}

// LoadSettings reads a project's settings.
func LoadSettings(p Archive) (Settings, error) {
	var s Settings
	b, err := p.State(settingsState)
	if err != nil || len(b) == 0 {
		return s, err
	}
	if err := cbor.Unmarshal(b, &s); err != nil {
		return Settings{}, fmt.Errorf("%w: settings: %v", ErrDamaged, err)
	}
	return s, nil
}

// Save keeps the settings in a project, for all runs from then on.
func (s Settings) Save(p Archive) error {
	b, err := encoding.Marshal(s)
	if err != nil {
		return err
	}
	if err := p.PutState(settingsState, b); err != nil {
		return fmt.Errorf("save the settings: %w", err)
	}
	return nil
}

// Over returns the settings where they say something, and those below where
// they do not. Options belong to the model beside which they stand.
func (s Settings) Over(below Settings) Settings {
	if s.Model == "" && len(s.Set) == 0 {
		s.Model, s.Set = below.Model, below.Set
	}
	s.Model = cmp.Or(s.Model, below.Model)
	s.Strategy = cmp.Or(s.Strategy, below.Strategy)
	s.Semi = cmp.Or(s.Semi, below.Semi)
	s.ClassWeight = cmp.Or(s.ClassWeight, below.ClassWeight)
	if s.Optimise == "" && s.Costs == nil {
		s.Optimise, s.Costs = below.Optimise, below.Costs
	}
	return s
}

// Check reports what of the settings a task does not have or a model cannot do:
// ErrNoModel, ErrKind, ErrOption, ErrRule.
func (s Settings) Check(t label.Task) error {
	if err := checkStrategy(s.Strategy, t.Kind); err != nil {
		return err
	}
	if s.Semi != "" && s.Semi != "none" {
		if !slices.Contains(SemiSupervised(), s.Semi) {
			return fmt.Errorf("%w: items without an answer are learned from by %s, or none, and not by %q", ErrRule, strings.Join(SemiSupervised(), ", "), s.Semi)
		}
		if t.Kind != label.Classes {
			return fmt.Errorf("%w: only a task of classes learns from items without an answer", ErrRule)
		}
	}
	if name := cmp.Or(s.Model, Auto); name != Auto {
		e, err := find(name)
		if err != nil {
			return err
		}
		if e.tells&tellsOf(t.Kind) == 0 {
			return fmt.Errorf("%w: %s does not tell %s; for that there are %s", ErrKind, name, t.Kind, strings.Join(ModelsFor(t.Kind), ", "))
		}
		if len(s.Set) > 0 {
			if e.check == nil {
				return fmt.Errorf("%w: %s has none to set", ErrOption, name)
			}
			if err := e.check(s.Set); err != nil {
				return err
			}
		}
	} else if len(s.Set) > 0 {
		return fmt.Errorf("%w: %s: options belong to a model, which is to be named", ErrOption, s.Set)
	}
	if _, err := classWeights(s.ClassWeight, t.Labels, make([]int, len(t.Labels))); err != nil {
		return err
	}
	if t.Kind != label.Classes && (s.Optimise != "" && s.Optimise != "none" || s.Costs != nil || s.ClassWeight != "" && s.ClassWeight != "none") {
		return fmt.Errorf("%w: only a task of classes has weights of classes, costs and goals", ErrRule)
	}
	if s.Costs != nil && !square(s.Costs, len(t.Labels)) {
		return fmt.Errorf("%w: the costs are not those of the project's %d labels: set them anew, or none", ErrRule, len(t.Labels))
	}
	if s.Optimise == "" || s.Optimise == "none" {
		return nil
	}
	_, err := parseGoal(s.Optimise, t.Labels)
	return err
}

// square reports whether a table has n rows of n finite numbers.
func square(costs [][]float64, n int) bool {
	return len(costs) == n && !slices.ContainsFunc(costs, func(row []float64) bool {
		return len(row) != n || slices.ContainsFunc(row, func(x float64) bool { return !label.Finite(x) })
	})
}

// classWeights returns the weight of each class's answers: nil where all are 1.
// Balanced makes all classes that have answers weigh the same in sum, and the
// whole as much as before.
func classWeights(text string, labels []label.Label, perClass []int) ([]float64, error) {
	switch text {
	case "", "none":
		return nil, nil
	case "balanced":
		n, classes := 0, 0
		for _, k := range perClass {
			if n += k; k > 0 {
				classes++
			}
		}
		w := make([]float64, len(perClass))
		for c, k := range perClass {
			w[c] = 1
			if k > 0 {
				w[c] = float64(n) / float64(classes*k)
			}
		}
		return w, nil
	}
	w := make([]float64, len(labels))
	for c := range w {
		w[c] = 1
	}
	for pair := range strings.SplitSeq(text, ",") {
		at := strings.LastIndex(pair, "=")
		if at < 0 {
			return nil, fmt.Errorf("%w: class weights are balanced, none, or LABEL=WEIGHT,.. and not %q", ErrRule, text)
		}
		c := slices.IndexFunc(labels, func(l label.Label) bool { return l.Name == pair[:at] })
		if c < 0 {
			return nil, fmt.Errorf("%w: class weights: there is no label %q", ErrRule, pair[:at])
		}
		x, err := strconv.ParseFloat(pair[at+1:], 64)
		if err != nil || !(x >= 1e-3 && x <= 1e3) {
			return nil, fmt.Errorf("%w: class weights: %q is no number from 0.001 to 1000", ErrRule, pair[at+1:])
		}
		w[c] = x
	}
	return w, nil
}

// weigh gives the training answers the weights of their classes.
func (p *problem) weigh(text string) error {
	per, _ := p.all.Counts()
	p.all.Weighed = text != ""
	w, err := classWeights(text, p.labels, per)
	if err != nil || w == nil || p.kind != label.Classes {
		return err
	}
	p.weight, p.all.Weight = w, make([]float64, len(p.all.Class))
	for i, c := range p.all.Class {
		p.all.Weight[i] = w[c]
	}
	return nil
}
