package learn

import (
	"context"
	"slices"
	"testing"

	"inkling/learn/feature"
)

// TestForestParams has numbers of which a part of a variance can be told, and
// such that are all equal, where nothing is said of it.
func TestForestParams(t *testing.T) {
	for _, c := range []struct {
		name  string
		slope float64
		want  []string
	}{
		{"numbers that differ", 1, []string{"trees", "nodes", "out-of-bag loss", "out-of-bag R²"}},
		{"numbers that are all equal", 0, []string{"trees", "nodes", "out-of-bag loss"}},
	} {
		d := feature.Data{Fields: []feature.Field{{Kind: feature.Number}}}
		for i := range 40 {
			d.Rows = append(d.Rows, feature.Row{Table: []float32{float32(i)}})
			d.Target = append(d.Target, 3+c.slope*float64(i))
		}
		m, err := forestModel{}.Fit(context.Background(), d, FitOptions{Workers: 1})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, p := range m.(forestModel).Params() {
			names = append(names, p.Name)
		}
		if !slices.Equal(names, c.want) {
			t.Errorf("%s: %q, want %q", c.name, names, c.want)
		}
	}
}
