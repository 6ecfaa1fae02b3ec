package neural

import (
	"fmt"

	"inkling/learn/feature"
)

// Options say how to fit. Zero values mean the defaults.
type Options struct {
	Hidden   []int    // units of each hidden layer; none where it is empty, nil for the default: 20, 10
	Tanh     bool     // bend by tanh instead of ReLU
	Epochs   int      // passes over the data; default 10
	Choose   []int    // numbers of epochs, ascending, to choose from on rows held out for that, instead of Epochs; nil for no choice
	Batch    int      // rows a step; default 32
	Rate     float64  // learning rate of Adam; default 0.001
	Dropout  float64  // share of hidden units that each row goes without, from 0 to below 1; default 0
	Decay    float64  // weight decay: each step takes Rate times this part of each weight; default 0
	Schedule Schedule // of the learning rate; default Constant
	Every    int      // epochs between two steps of Steps, and that Plateau waits; default a third of Epochs, for Plateau 2
	Factor   float64  // that Steps and Plateau multiply the rate by, between 0 and 1; default 0.3
	Patience int      // epochs without a better loss on Valid after which the fit ends with the best weights; 0 for never
	Seed     uint64   // of weights, dropout and the order of the rows
	Workers  int      // goroutines at most; default 1; the result does not depend on it

	// Where to start. Its layers, and how it reads the rows, take the place of Hidden
	// and Tanh. Its classes, features and categories may be fewer: it says at first
	// the same as it did, and a class that it did not know is improbable.
	From *Model
	// Layers of From that stand still, from the first on; fewer than it has. Where
	// any does, features that From did not know are not read.
	Freeze int
	// Rank of low-rank adapters on From, the layers of which stand still; 0 for none.
	// Features that From did not know are not read. Where From did not tell the same
	// classes, its last layer moves whole instead.
	Rank  int
	Alpha float64 // adapters are multiplied by Alpha/Rank; default 2 Rank
	Adapt []int   // layers with adapters, from 0; nil for all

	Valid    *feature.Data  // measured after each epoch, where there is Progress, Patience or Plateau; nil for none
	Progress func(Progress) // called after each epoch; nil for none

	sparing bool // Valid is measured after the last epoch only
}

// Schedule is how the learning rate changes.
type Schedule uint8

// How the learning rate changes.
const (
	Constant Schedule = iota
	Cosine            // from Rate to 0 along half a wave
	Steps             // by Factor each Every epochs
	Plateau           // by Factor after Every epochs in which the loss (on Valid, else on the training rows) was not better
)

// Progress is a fit after one of its epochs. Losses are in nats (of labels: the mean
// over labels); of a number they are the square of the error in deviations of the
// training rows.
type Progress struct {
	Epoch    int     // epochs done
	Epochs   int     // epochs at most
	Loss     float64 // mean of the training rows, each as the epoch came to it, without dropout's absent units
	Valid    float64 // mean of the validation rows; NaN without
	Accuracy float64 // share of the validation rows told right, all labels of a row included; NaN without, and for numbers
	Rate     float64 // learning rate at the epoch's end
}

// Credit is the preset for small tables of loans and the like: hidden layers of 20
// and 10 units, Adam at 0.001, batches of 32, 10 epochs.
func Credit() Options {
	return Options{Hidden: []int{20, 10}, Epochs: 10, Batch: 32, Rate: 1e-3}
}

// Bounds of options, which are those of stored models too.
const (
	maxLayers = 32
	maxWidth  = 1 << 16
	maxBatch  = 1 << 14
)

func (o Options) withDefaults() Options {
	if o.Hidden == nil {
		o.Hidden = []int{20, 10}
	}
	if o.Epochs <= 0 {
		o.Epochs = 10
	}
	if o.Batch <= 0 {
		o.Batch = 32
	}
	if o.Rate <= 0 {
		o.Rate = 1e-3
	}
	if o.Every <= 0 {
		if o.Every = 2; o.Schedule == Steps {
			o.Every = max(1, o.Epochs/3)
		}
	}
	if o.Factor <= 0 || o.Factor >= 1 {
		o.Factor = 0.3
	}
	if o.Rank > 0 && o.Alpha <= 0 {
		o.Alpha = 2 * float64(o.Rank)
	}
	o.Workers = max(1, o.Workers)
	return o
}

// check says what is wrong with options.
func (o Options) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{ErrOptions}, args...)...)
	}
	if len(o.Hidden) >= maxLayers {
		return bad("%d hidden layers", len(o.Hidden))
	}
	for _, n := range o.Hidden {
		if n < 1 || n > maxWidth {
			return bad("a hidden layer of %d units", n)
		}
	}
	for i, n := range o.Choose {
		if n < 1 || i > 0 && n <= o.Choose[i-1] {
			return bad("a choice of epochs %v", o.Choose)
		}
	}
	switch {
	case o.Batch > maxBatch:
		return bad("batches of %d", o.Batch)
	case !(o.Rate < 10) || !(o.Dropout >= 0 && o.Dropout < 1) || !(o.Decay >= 0 && o.Decay*o.Rate < 1):
		return bad("rate %v, dropout %v, decay %v", o.Rate, o.Dropout, o.Decay)
	case o.From == nil && (o.Freeze > 0 || o.Rank > 0):
		return bad("frozen layers and adapters need a model to begin with")
	case o.From == nil:
		return nil
	case o.Freeze < 0 || o.Freeze >= len(o.From.layers):
		return bad("%d frozen of %d layers", o.Freeze, len(o.From.layers))
	case o.Rank < 0 || o.Rank > maxWidth || o.Freeze > 0 && o.Rank > 0:
		return bad("rank %d, %d frozen layers", o.Rank, o.Freeze)
	}
	for _, i := range o.Adapt {
		if i < 0 || i >= len(o.From.layers) {
			return bad("adapter on layer %d of %d", i, len(o.From.layers))
		}
	}
	return nil
}

// rate is the learning rate at a part of the fit that is done, for the schedules that
// do not look at the loss.
func (o Options) rate(done float64, epoch int) float64 {
	switch o.Schedule {
	case Cosine:
		return o.Rate * halfWave(done)
	case Steps:
		r := o.Rate
		for range epoch / o.Every {
			r *= o.Factor
		}
		return r
	}
	return o.Rate
}

// halfWave is (1 + cos(pi x)) / 2 for x from 0 to 1. It is the square of the cosine
// of half the angle, whose series needs few terms, and gives the same bits
// everywhere.
func halfWave(x float64) float64 {
	const half = 1.5707963267948966
	a := half * max(0, min(x, 1))
	aa, sum := float64(a*a), 1.0
	for i := 20; i > 0; i -= 2 { // Horner's rule
		sum = 1 - float64(aa/float64(i*(i-1))*sum)
	}
	return float64(sum * sum)
}
