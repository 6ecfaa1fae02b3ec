package learn

import (
	"context"
	"fmt"

	"inkling/learn/feature"
)

// Row is the features of one item.
type Row = feature.Row

// Data is what a model is fitted on.
type Data = feature.Data

// FitOptions say how to fit. The zero value fits from where the model stood.
type FitOptions struct {
	Fresh    bool                     // start over
	Seed     uint64                   // of everything drawn at random
	Workers  int                      // goroutines that may be used; 0 and 1 mean one. They change nothing of the result
	Valid    *Data                    // held out, for the curve; nil for none
	Progress func(p Point, steps int) // called from the fitting goroutine after each step; nil for none
	Set      ModelOptions             // what a person set; ErrOption where the model cannot take it
	Tune     Tuning                   // how to go on from where the model stood
}

// Tuning says what of an earlier model a fit that goes on from it may change.
// The zero value is the whole of it.
type Tuning struct {
	Freeze int `cbor:"1,keyasint,omitempty" json:"freeze,omitempty"` // layers, from the input on, that stay as they are
	Rank   int `cbor:"2,keyasint,omitempty" json:"rank,omitempty"`   // of low-rank adapters, which are all that changes then; 0 for none
}

// String says the tuning in a few words.
func (t Tuning) String() string {
	switch {
	case t.Rank > 0:
		return fmt.Sprintf("low-rank adapters of rank %d", t.Rank)
	case t.Freeze == 1:
		return "the first layer frozen"
	case t.Freeze > 1:
		return fmt.Sprintf("the first %d layers frozen", t.Freeze)
	}
	return "whole"
}

// Model tells the class of a row, its labels where there may be several, or a
// number. A fitted model never changes: Fit returns another one, so that a fit
// that fails or is cancelled leaves the model in force as it was. All methods are
// safe for concurrent use.
//
// The conformance suite in the package's tests is the contract:
//
//   - the same data, options and start give the same bytes;
//   - where one class is to be told, a class without a row has a probability
//     above 0, and probabilities sum to 1, also for a row without features and
//     before the first fit;
//   - Fit accepts data with more classes or features than it had before, with
//     one class only, and with empty rows; no rows at all give ErrTooFew;
//   - a cancelled Fit returns the context's error within 50 ms.
type Model interface {
	// Name is what runs and screens call the model.
	Name() string

	// Params lists what the model was fitted with.
	Params() []Param

	// Classes is the number of classes or labels, 0 before the first fit; 1 where
	// the model tells a number.
	Classes() int

	// Fit returns the model fitted on the data, from where this one stood
	// unless it is asked to start over.
	Fit(ctx context.Context, d Data, o FitOptions) (Model, error)

	// Predict writes the probability of every class, or of every label by itself,
	// into p, which must have Classes() elements; or the number. Before the first
	// fit p may have any number of elements, and all classes are equally probable.
	Predict(r Row, p []float64)

	// Explain writes what each part of the row adds to the margin of a class into
	// w, which must have Row.Len() elements, and returns what is there without any
	// part: their sum is the margin to 1e-6. The margin is z[class] - mean(z[others])
	// of the log probabilities z; for a label among several, the log odds of that
	// label; for a number, the number.
	Explain(r Row, class int, w []float64) (base float64)

	// MarshalBinary writes the model; Load reads it.
	MarshalBinary() ([]byte, error)
}
