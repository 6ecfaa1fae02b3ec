package cli

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"inkling/learn/metric"
	"inkling/tui/safe"
)

// versus is how two runs compare on the same items: A is the run that is
// measured, B the one that it is compared with.
type versus struct {
	metric.Versus
	RunA uint64 `json:"run_a"`
	RunB uint64 `json:"run_b"`
	Says string `json:"says"` // the outcome in one sentence
}

// versus compares the two models; nil where the items were too many to be kept.
func (m *measured) versus(rng *rand.Rand) (*versus, error) {
	a, b := m.said[0], m.said[1]
	if a.many || b.many {
		return nil, fmt.Errorf("these are too many items with too many labels to compare two runs on: name a smaller file")
	}
	v := &versus{Versus: metric.Compare(len(m.names), m.truth, a.predicted, b.predicted, a.p, b.p, rng),
		RunA: m.models[0].Version(), RunB: m.models[1].Version()}
	v.Says = v.words()
	return v, nil
}

// words says the outcome in a sentence.
func (v *versus) words() string {
	head := fmt.Sprintf("of %s run %d alone gets %d right, and run %d alone %d", count(v.N, "item", "items"), v.RunA, v.OnlyA, v.RunB, v.OnlyB)
	if v.OnlyA == v.OnlyB {
		return head + ": they are equally good here."
	}
	better := v.RunA
	if v.OnlyB > v.OnlyA {
		better = v.RunB
	}
	chance := fmt.Sprintf("%.2g%%", 100*v.McNemar.MidP)
	if v.McNemar.MidP < 0.0001 {
		chance = "less than 0.01%"
	}
	head += fmt.Sprintf(": two equally good models would differ as much in %s of such comparisons", chance)
	if v.Distinct() {
		return fmt.Sprintf("%s, so run %d is the better one.", head, better)
	}
	return head + ", so these items do not tell which of them is better."
}

// print writes the comparison as text.
func (v *versus) print(w io.Writer) {
	fmt.Fprintf(w, "\nrun %d against run %d, on the same items\n\n", v.RunA, v.RunB)
	fmt.Fprintf(w, "%12s %10s %10s %11s %18s %8s\n", "", fmt.Sprintf("run %d", v.RunA), fmt.Sprintf("run %d", v.RunB), "difference", "95% interval", "p")
	for _, r := range []struct {
		name string
		c    metric.Comparison
	}{{"accuracy", v.Accuracy}, {"macro F1", v.MacroF1}, {"log loss", v.LogLoss}} {
		interval, p := "–", "–"
		if r.c.P.Known() {
			interval, p = fmt.Sprintf("%+.3f to %+.3f", r.c.Interval.Low(), r.c.Interval.High()), fmt.Sprintf("%.3f", float64(r.c.P))
		}
		fmt.Fprintf(w, "%12s %10.3f %10.3f %+11.3f %18s %8s\n", r.name, float64(r.c.A), float64(r.c.B), float64(r.c.Difference), interval, p)
	}
	fmt.Fprintf(w, "\nMcNemar      p %.3g, mid-p %.3g; intervals and p above by the paired bootstrap\n", v.McNemar.P, v.McNemar.MidP)
	rows, _ := safe.Wrap(v.Says, textWidth, nil, 0, 10)
	for _, r := range rows {
		fmt.Fprintln(w, strings.TrimRight(r.String(), " "))
	}
}
