package cli

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// Reasons and what they start from add up to the log odds of the label that is
// told; a rule that tells it is named; and two models are compared by items
// that show their fields where they have no text.
func TestPredictStartsFrom(t *testing.T) {
	var b strings.Builder
	b.WriteString("amount,kind,risk\n")
	for i := range 120 {
		risk := "low"
		if i%40 > 24 || i%11 == 0 {
			risk = "high"
		}
		fmt.Fprintf(&b, "%d,k%d,%s\n", 1000+i%40, i%3, risk)
	}
	p := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", p, write(t, "a.csv", b.String()), "--answers", "risk", "--number", "amount", "--audit", "0.4", "--category", "kind")
	must(t, "", "train", p, "--model", "softmax-regression", "--optimise", "f1:high")
	r := run("amount,kind\n1030,k1\n1003,k0\n", "predict", p, "-", "--explain")
	if r.status != 0 || !strings.Contains(r.err, "told for f1:high, which need not be the most probable one") {
		t.Errorf("status %d, it says %q", r.status, r.err)
	}
	for _, line := range strings.Split(strings.TrimSpace(r.out), "\n") {
		var row struct {
			Probability, Base float64
			Reasons           []struct{ Weight float64 }
		}
		unmarshal(t, line, &row)
		sum := row.Base
		for _, x := range row.Reasons {
			sum += x.Weight
		}
		if want := math.Log(row.Probability / (1 - row.Probability)); math.Abs(sum-want) > 0.01 || len(row.Reasons) == 0 {
			t.Errorf("%s: the sum is %.3f, the log odds are %.3f", line, sum, want)
		}
	}
	must(t, "", "train", p, "--model", "softmax-regression", "--fresh", "--optimise", "recall:high>=0.99")
	if text := must(t, "", "models", "compare", p, "1", "2"); !strings.Contains(text, "They differ on") || !strings.Contains(text, "        amount 10") {
		t.Error(text)
	}
}

func TestTookText(t *testing.T) {
	for seconds, want := range map[float64]string{0: "<100µs", 0.00002: "<100µs", 0.0123: "12.3ms", 2: "2s"} {
		if got := tookText(seconds); got != want {
			t.Errorf("%g s: %s, want %s", seconds, got, want)
		}
	}
}
