package learn

import (
	"context"
	"strconv"

	"inkling/learn/linear"
)

// Balanced is the name of softmax regression in which every class weighs the same in
// sum, whatever its number of answers, and which reads an item's representation
// beside its words: the model for few answers.
const Balanced = "balanced softmax regression"

// What it is fitted with. A weight of the data that would be too much for words
// alone is right beside a representation, which says the same of many words at once.
const (
	balancedC    = 10
	balancedBias = 1
)

// balancedEntry is the registry's line for it.
func balancedEntry() entry {
	read := func(set ModelOptions, o *linear.Options) error {
		vector := true
		if err := set.read(
			numberOption("c", &o.C, 1e-6, 1e6),
			numberOption("balance", &o.Balance, 0, 1),
			yesOption("representation", &vector)); err != nil {
			return err
		}
		o.Vector = vector
		return nil
	}
	return sumKind{name: Balanced, tells: tellsClasses, reads: readsDense, light: true, none: linear.ErrNoRows,
		check: func(set ModelOptions) error { return read(set, &linear.Options{}) },
		fit: func(ctx context.Context, d Data, o FitOptions, from fitted) (fitted, error) {
			lo := linear.Options{C: balancedC, Bias: balancedBias, Balance: 1, Prior: -1, Tolerance: 0.01, Seed: o.Seed}
			lo.From, _ = from.(*linear.Model)
			if d.Weighed {
				lo.Balance = 0
			}
			if err := read(o.Set, &lo); err != nil {
				return nil, err
			}
			return linear.Fit(ctx, d, lo)
		},
		load: func(b []byte) (fitted, error) { return linear.Unmarshal(b) },
		params: func(f fitted) []Param {
			m := f.(*linear.Model)
			return []Param{{"C", short(m.C())}, {"representation", strconv.Itoa(m.Vector())}, {"epochs", strconv.Itoa(m.Epochs())}}
		}}.entry()
}
