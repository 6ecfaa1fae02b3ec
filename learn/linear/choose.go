package linear

import (
	"context"
	"math"
	"math/rand/v2"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// What is tried for C, and what is taken where there are too few rows to try
// anything. On the public data sets named in docs/BENCHMARKS.md the best C of all
// rows is lower than that of a part, by a power of their numbers that lies
// around tryPower, so what was found on a part is carried over so.
var (
	penalties     = [...]float64{5, 20, 80, 320}
	textPenalties = [...]float64{2, 6, 20, 60} // where all features come from texts
)

// C where all features come from texts, and there are too many rows to try
// anything without being noticed: textC at textRows rows, less for more. With the
// prior to fall back on it makes little difference: from a third to three times as
// much, accuracy by cross-validation on the same sets changes by less than half a
// point.
const (
	textC    = 6
	textRows = 10_000
	textFrom = 2000
	textEnds = 0.08 // Tolerance: beyond, nothing is gained on held-out rows
)

const (
	usualC     = 20
	tryFrom    = 60   // rows
	tryAtMost  = 2000 // rows, drawn at random
	tryHold    = 4    // one in so many is held out
	tryAgain   = 1.5  // growth of the data after which C is chosen again
	tryEpochs  = 20
	tryEnough  = 0.01
	tryPower   = 0.75
	tryClearly = 0.002 // by how much a larger C must be better
)

// settle sets C where the caller leaves it open: to that of the model to start
// from, as long as the data are about as many; else to what has the lowest log
// loss on held-out rows. It returns how many rows C was chosen on. Of many rows of
// texts it sets the tolerance too.
func (o *Options) settle(ctx context.Context, d feature.Data) (int, error) {
	n, texts := len(d.Rows), d.Texts == d.Features && o.Prior >= 0
	if texts {
		var err error
		if texts, err = countable(ctx, d); err != nil {
			return 0, err
		}
	}
	if texts && n > textFrom && o.Tolerance <= 0 {
		o.Tolerance = textEnds
	}
	if o.C > 0 {
		return 0, nil
	}
	if f := o.From; f != nil && f.chosen > 0 && f.classes == d.Classes &&
		float64(n) < tryAgain*float64(f.chosen) && tryAgain*float64(n) > float64(f.chosen) {
		o.C = f.c
		if o.Prior == 0 {
			o.Prior = f.prior
		}
		return f.chosen, nil
	}
	o.C = usualC
	if texts {
		o.C = textC * math.Sqrt(textRows/float64(max(n, textFrom)))
	}
	if n < tryFrom || texts && n > textFrom {
		return n, nil
	}
	train, held := tryOn(d, o.Seed, 0x63)
	best := math.Inf(1)
	var m *Model
	tries := penalties
	if texts {
		tries = textPenalties
	}
	for _, c := range tries {
		var err error
		m, err = Fit(ctx, train, Options{C: c, Prior: o.Prior, Bias: o.Bias, Epochs: tryEpochs, Tolerance: tryEnough, Seed: o.Seed, From: m})
		if err != nil {
			return 0, err
		}
		loss, _, err := m.loss(ctx, held)
		if err != nil {
			return 0, err
		}
		if loss > best-tryClearly {
			break // it only gets worse from here
		}
		best, o.C = loss, c
	}
	if n > tryAtMost {
		o.C *= exact.Exp(tryPower * exact.Log(tryAtMost/float64(n)))
	}
	return n, nil
}

// tryOn draws the rows that C is chosen on: those to fit, and those that tell.
func tryOn(d feature.Data, seed, stream uint64) (train, held feature.Data) {
	var fit, tell []int
	n := len(d.Rows)
	for i, j := range rand.New(rand.NewPCG(seed, stream)).Perm(n)[:min(n, tryAtMost)] {
		if i%tryHold == 0 {
			tell = append(tell, j)
		} else {
			fit = append(fit, j)
		}
	}
	return d.Take(fit), d.Take(tell)
}
