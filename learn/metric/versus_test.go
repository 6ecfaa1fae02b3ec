package metric

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
)

// What a comparison says of each run is what is said of it alone, the other way
// round only the signs change, and a run does not differ from itself.
func TestCompare(t *testing.T) {
	seeded := func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
	truth, a, pa := answered(1, 4, 120, 2)
	_, b, pb := answered(2, 4, 120, 8)
	v := Compare(4, truth, a, b, pa, pb, seeded())
	near(t, "accuracy of a", float64(v.Accuracy.A), Tabulate(4, truth, a).Accuracy())
	near(t, "accuracy of b", float64(v.Accuracy.B), Tabulate(4, truth, b).Accuracy())
	near(t, "macro f1 of b", float64(v.MacroF1.B), Tabulate(4, truth, b).Macro().F1)
	near(t, "log loss of a", float64(v.LogLoss.A), LogLoss(truth, pa))
	near(t, "difference", float64(v.Accuracy.Difference), float64(v.OnlyA-v.OnlyB)/120)
	if v.McNemar != McNemar(v.OnlyA, v.OnlyB) || !v.Distinct() || v.OnlyB <= v.OnlyA {
		t.Errorf("%+v", v)
	}
	if !v.Accuracy.Interval.Contains(float64(v.Accuracy.Difference)) || v.Accuracy.Interval.High() >= 0 || v.LogLoss.Interval.Low() <= 0 {
		t.Errorf("intervals %v and %v", v.Accuracy.Interval, v.LogLoss.Interval)
	}
	w := Compare(4, truth, b, a, pb, pa, seeded())
	near(t, "the other way round", float64(w.MacroF1.Difference), -float64(v.MacroF1.Difference))
	if w.McNemar != v.McNemar || w.Accuracy.P != v.Accuracy.P {
		t.Errorf("the other way round: %+v", w)
	}
	if s := Compare(4, truth, a, a, pa, pa, seeded()); s.Distinct() || s.McNemar.P != 1 || s.Accuracy.P != 1 {
		t.Errorf("a run against itself: %+v", s)
	}
}

// Without a draw nothing is made up, and without items nothing breaks.
func TestCompareAtTheEdges(t *testing.T) {
	truth, a, pa := answered(1, 3, 30, 2)
	v := Compare(3, truth, a, a, pa, pa, nil)
	if v.Accuracy.P.Known() || !v.Accuracy.A.Known() {
		t.Errorf("without a draw: %+v", v)
	}
	none := Compare(3, nil, nil, nil, nil, nil, rand.New(rand.NewPCG(1, 2)))
	for _, c := range []Versus{v, none} {
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(b), `"interval":null`) {
			t.Errorf("%s", b)
		}
	}
}
