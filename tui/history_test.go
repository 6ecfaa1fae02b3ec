package tui

import (
	"slices"
	"testing"

	"inkling/learn"
)

// TestHistory: what the last answers bought is the difference of the last two
// runs that were measured, in percentage points; every run gets a mark, measured
// or not.
func TestHistory(t *testing.T) {
	audit := func(accuracy float64) *learn.Audit {
		return &learn.Audit{N: 10, Accuracy: accuracy, LogLoss: 1 - accuracy}
	}
	var h history
	h.read([]learn.Run{{ID: 1, Labels: 5}, {ID: 2, Labels: 10, Audit: audit(0.5)}, {ID: 3, Labels: 15, Audit: &learn.Audit{}}, {ID: 4, Labels: 22, Audit: audit(0.75)}})
	if !slices.Equal(h.runs, []float64{5, 10, 15, 22}) || !slices.Equal(h.labels, []float64{10, 22}) || !slices.Equal(h.accuracy, []float64{0.5, 0.75}) {
		t.Errorf("runs %v, measured at %v: %v", h.runs, h.labels, h.accuracy)
	}
	if h.gained != 25 || h.answers != 12 {
		t.Errorf("%d answers bought %g points, want 12 and 25", h.answers, h.gained)
	}
	if from, to := h.span(); from != 5 || to != 22 {
		t.Errorf("span from %g to %g, want 5 to 22", from, to)
	}

	// After a roll back there are fewer labels: nothing was bought.
	h.read([]learn.Run{{ID: 1, Labels: 30, Audit: audit(0.8)}, {ID: 2, Labels: 20, Audit: audit(0.7)}})
	if h.answers != 0 {
		t.Errorf("%d answers after a roll back, want 0", h.answers)
	}
	if from, to := h.span(); from != 20 || to != 30 {
		t.Errorf("span from %g to %g, want 20 to 30", from, to)
	}
}
