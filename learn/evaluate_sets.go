package learn

import "inkling/learn/metric"

// Sets is what a snapshot that tells several labels said of items whose labels are
// known.
type Sets struct {
	Names         []string // of the labels
	Items         []uint64 // numbers of the items
	Truth         [][]int
	Predicted     [][]int
	Probabilities [][]float64 // of every label
}

// Report returns what there is to say about the labels.
func (s *Sets) Report() metric.SetReport {
	return metric.EvaluateSets(s.Names, s.Truth, s.Predicted, s.Probabilities)
}
