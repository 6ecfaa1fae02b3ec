package learn

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"inkling/label"
	"inkling/learn/linear"
)

// Auto lets cross-validation choose the model.
const Auto = "auto"

// Names of the models.
const (
	NaiveBayes = "naive bayes"
	Softmax    = "softmax regression"
)

// tells is what kinds of answers a model can give.
type tells uint8

// What a model may tell.
const (
	tellsClasses tells = 1 << iota // one class
	tellsSets                      // several labels
	tellsNumbers                   // a number
)

// reads is what a model needs of an item to be worth fitting. Every model
// takes any rows; it may just learn nothing from them.
type reads uint8

// What a model may need.
const (
	readsRows  reads = iota // whatever there is
	readsTexts              // a column of text
	readsTable              // a column of numbers or categories
	readsDense              // a representation
)

// entry is one model of the registry.
type entry struct {
	name  string
	tells tells
	reads reads
	light bool // its fits are so short that the background trainer may compare it while somebody labels
	tunes bool // takes FitOptions.Tune
	empty func() Model
	load  func([]byte) (Model, error) // any error that is not ErrDamaged's means damaged as well
	check func(ModelOptions) error    // nil: the model takes no options
}

// registry lists all models, those that take less time first: of two that are
// equally good the first is chosen. A new one is entered here and nowhere else.
func registry() []entry {
	return []entry{
		perLabel(bayesEntry()),
		complementEntry(),
		gaussianEntry(),
		softmaxEntry(),
		balancedEntry(),
		logisticEntry(),
		regressionEntry(LinearRegression, linear.Least),
		regressionEntry(RidgeRegression, linear.Ridge),
		regressionEntry(ElasticNet, linear.Elastic),
		networkEntry(),
		forestEntry(),
		boostingEntry(),
		ensembleEntry(Vote),
		ensembleEntry(Stack),
	}
}

// cost orders models by the time that they take on some data, roughly: light
// ones, ensembles of light ones, others, ensembles of these. Within each the order
// is the registry's.
func (e entry) cost(d Data) int {
	switch ensemble := e.name == Vote || e.name == Stack; {
	case e.light:
		return 0
	case ensemble && d.Texts > 0:
		return 1
	case ensemble:
		return 3
	}
	return 2
}

// Models returns the names of all models that there are.
func Models() []string {
	var names []string
	for _, e := range registry() {
		names = append(names, e.name)
	}
	return names
}

// ModelsFor returns the names of the models that can do a kind of task.
func ModelsFor(k label.Kind) []string {
	var names []string
	for _, e := range registry() {
		if e.tells&tellsOf(k) != 0 {
			names = append(names, e.name)
		}
	}
	return names
}

// tellsOf is what a kind of task asks for; 0 where no model can do it.
func tellsOf(k label.Kind) tells {
	switch k {
	case label.Classes:
		return tellsClasses
	case label.MultiLabel:
		return tellsSets
	case label.Number:
		return tellsNumbers
	}
	return 0
}

// find returns the entry of that name.
func find(name string) (entry, error) {
	for _, e := range registry() {
		if e.name == name {
			return e, nil
		}
	}
	return entry{}, fmt.Errorf("%w: %q", ErrNoModel, name)
}

// newModel returns the unfitted model of that name.
func newModel(name string) (Model, error) {
	e, err := find(name)
	if err != nil {
		return nil, err
	}
	return e.empty(), nil
}

// loadModel reads a model of that name.
func loadModel(name string, b []byte) (Model, error) {
	e, err := find(name)
	if err != nil {
		return nil, err
	}
	return e.load(b)
}

// eligibleFrom is how many answers each of two classes must have before any
// model is tried but naive Bayes and the one that reads representations.
const eligibleFrom = 3

// eligible returns the models that suit a problem, the cheapest first: those
// whose fits are short, or all.
func eligible(p *problem, all bool) []string {
	enough := 0
	for _, n := range p.perClass() {
		if n >= eligibleFrom {
			enough++
		}
	}
	var names []string
	for _, e := range registry() {
		switch {
		case e.tells&tellsOf(p.kind) == 0, !e.light && !all,
			e.reads == readsTexts && p.all.Texts == 0,
			e.reads == readsTable && len(p.all.Fields) == 0,
			e.reads == readsDense && p.all.Vector == 0,
			p.kind == label.Classes && enough < 2 && e.name != NaiveBayes && e.name != Balanced:
			continue
		}
		names = append(names, e.name)
	}
	return names
}

// pick returns the model to fit: the one that was asked for, or chosen. Before there
// was anything to choose by it is the one that reads representations, where there are
// any, which learns most from few answers.
func pick(asked string, c *Choice, p *problem) string {
	if asked != Auto {
		return asked
	}
	names := eligible(p, true)
	switch {
	case c != nil && (slices.Contains(names, c.Model) || len(names) == 0):
		return c.Model
	case slices.Contains(names, Balanced):
		return Balanced
	}
	if light := eligible(p, false); len(light) > 0 {
		return light[0]
	}
	return names[0]
}

// uniform is what a model says before its first fit.
func uniform(p []float64) {
	for c := range p {
		p[c] = 1 / float64(len(p))
	}
}

func short(x float64) string { return strconv.FormatFloat(x, 'g', 4, 64) }

func tooFew(err, none error) error {
	if errors.Is(err, none) {
		return fmt.Errorf("%w: %w", ErrTooFew, err)
	}
	return err
}
