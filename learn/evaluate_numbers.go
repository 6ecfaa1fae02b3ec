package learn

import "inkling/learn/metric"

// Numbers is what a snapshot that tells numbers said of items whose number is
// known.
type Numbers struct {
	Items     []uint64 // numbers of the items
	Truth     []float64
	Predicted []float64
}

// Report returns the errors of the numbers.
func (n *Numbers) Report() metric.NumberReport { return metric.EvaluateNumbers(n.Truth, n.Predicted) }
