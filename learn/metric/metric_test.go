package metric

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Mistakes of the caller panic in the package's own words rather than give a
// figure.
func TestMistakesPanic(t *testing.T) {
	one := [][]float64{{0.5, 0.5}}
	m := Tabulate(2, []int{0}, []int{1})
	for name, f := range map[string]func(){
		"fewer predictions":         func() { Tabulate(2, []int{0, 1}, []int{0}) },
		"class beyond the last":     func() { m.Add(0, 2) },
		"class below 0":             func() { m.Add(-1, 0) },
		"count beyond the last":     func() { m.At(2, 0) },
		"less than no classes":      func() { NewConfusion(-1) },
		"removing what is not in":   func() { m.Remove(0, 0) },
		"merging another task":      func() { m.Merge(NewConfusion(3)) },
		"fewer names":               func() { m.Report([]string{"a"}) },
		"fewer rows":                func() { LogLoss([]int{0, 1}, one) },
		"truth beyond the row":      func() { Brier([]int{2}, one) },
		"rows of another task":      func() { NewEvaluation(3, 10).Add(0, 0, one[0]) },
		"fewer rows to evaluate":    func() { Evaluate([]string{"a", "b"}, []int{0, 1}, []int{0, 1}, one) },
		"rows of different lengths": func() { ROCAUC([]int{0, 1}, [][]float64{{0.5, 0.5}, {1}}) },
		"no bins":                   func() { Calibrate([]int{0}, one, 0) },
		"fewer truths":              func() { Rank([]float64{1, 2}, []bool{true}) },
		"fewer numbers":             func() { MAE([]float64{1}, nil) },
		"more than all":             func() { Wilson(3, 2, Level95) },
		"less than none":            func() { Wilson(-1, 2, Level95) },
		"certainty":                 func() { Wilson(1, 2, 1) },
		"level in per cent":         func() { Bootstrap(rand.New(rand.NewPCG(1, 1)), 1, 1, 95, func([]int) float64 { return 0 }) },
		"negative disagreements":    func() { McNemar(-1, 3) },
		"fewer answers of a run":    func() { Discordant([]int{0}, []int{0}, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if said, ok := recover().(string); !ok || !strings.HasPrefix(said, "metric: ") {
					t.Errorf("recovered %v", said)
				}
			}()
			f()
		})
	}
	if m.N() != 1 || m.At(0, 1) != 1 {
		t.Errorf("the matrix was changed: %v", m.Rows())
	}
}

func TestArgMax(t *testing.T) {
	for _, c := range []struct {
		p    []float64
		want int
	}{
		{nil, 0},
		{[]float64{0.2}, 0},
		{[]float64{0.2, 0.5, 0.3}, 1},
		{[]float64{0.2, 0.4, 0.4}, 1},
		{[]float64{math.Inf(-1), math.Inf(-1)}, 0},
	} {
		if got := ArgMax(c.p); got != c.want {
			t.Errorf("ArgMax(%v) = %d, want %d", c.p, got, c.want)
		}
	}
}
