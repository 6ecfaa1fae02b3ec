package learn

import (
	"testing"

	"inkling/label"
)

// What a program that reads layout 1 alone would pass over is of layout 2, so that
// it says that the file is newer; anything else stays readable for it.
func TestSnapshotLayout(t *testing.T) {
	for name, c := range map[string]struct {
		st   stored
		want byte
	}{
		"plain":       {stored{}, 1},
		"calibration": {stored{Calibration: []byte{1}}, 2},
		"factors":     {stored{Factor: []float64{1, 2, 1}}, 2},
		"costs":       {stored{Costs: [][]float64{{0, 1}, {1, 0}}}, 2},
		"numbers":     {stored{Kind: label.Number}, 2},
	} {
		if got := c.st.layout(); got != c.want {
			t.Errorf("%s: layout %d, want %d", name, got, c.want)
		}
	}
}
