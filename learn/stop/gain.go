package stop

import "math"

// Gain is what more labels are expected to bring.
type Gain struct {
	More      int     // labels
	Points    float64 // of accuracy, of 100: the middle of the interval
	Low, High float64 // interval, at 90%
}

// Half is half of the interval's width.
func (g Gain) Half() float64 { return (g.High - g.Low) / 2 }

// What a change of predictions is worth. Of the items of which two models say
// different things, the later one is right about some and wrong about others, and
// every further step changes less: measured on texts of 2 to 77 classes, from 100 to
// 500 labels, the next labels bring between a twentieth and a third of what the
// last as many changed (docs/BENCHMARKS.md, "When to stop").
const (
	changeLow  = 0.05
	changeHigh = 0.31
	luck       = 0.4 // points by which two models of the same size differ, about
	quantile90 = 1.645
)

// Expect tells what more labels bring from the share of predictions, of so many
// items drawn at random, that the last labels changed. Extrapolating the learning
// curve itself, by a power law through the accuracy on few audited items, is much
// less sure of the same.
func Expect(more int, changed float64, last, items int) Gain {
	c := 100 * changed * float64(more) / float64(max(last, 1))
	// The share is an estimate as well.
	drawn := quantile90 * 100 * math.Sqrt(max(changed*(1-changed), 1/float64(max(items, 1)))/float64(max(items, 1))) * float64(more) / float64(max(last, 1))
	low, high := changeLow*max(c-drawn, 0)-luck, changeHigh*(c+drawn)+luck
	return Gain{More: more, Points: (low + high) / 2, Low: low, High: high}
}
