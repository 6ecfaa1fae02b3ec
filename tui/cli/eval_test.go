package cli

import (
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// scorecard is what eval --json prints beyond the report.
type scorecard struct {
	Run       uint64
	On        string
	MCC       float64
	Kappa     float64
	Brier     float64
	ROCAUC    *float64              `json:"roc_auc"`
	PRAUC     *float64              `json:"pr_auc"`
	TopK      map[string]float64    `json:"top_k"`
	Intervals map[string][2]float64 `json:"intervals"`
	Macro     struct{ F1 float64 }
	Accuracy  float64
	Against   *struct {
		N        int
		RunA     uint64 `json:"run_a"`
		RunB     uint64 `json:"run_b"`
		OnlyA    int    `json:"only_a"`
		OnlyB    int    `json:"only_b"`
		McNemar  struct{ P, MidP float64 }
		Accuracy struct {
			A, B, Difference float64
			Interval         [2]float64
		}
		Says string
	}
}

// twoRuns makes a project whose run 2 is better than run 1: that one learned
// from few answers.
func twoRuns(t *testing.T) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "loans.inkling")
	must(t, "", "import", p, memos(t, 1, 60), "--answers", "class")
	must(t, "", "train", p, "--model", "naive-bayes")
	must(t, "", "import", p, memos(t, 1, 800), "--answers", "class")
	must(t, "", "train", p, "--fresh", "--model", "softmax-regression")
	return p
}

func TestEvalScorecard(t *testing.T) {
	p := twoRuns(t)
	var s scorecard
	unmarshal(t, must(t, "", "eval", p, "--json"), &s)
	if s.Run != 2 || s.On != "audit" || s.ROCAUC == nil || *s.ROCAUC < 0.6 || s.TopK["2"] < s.Accuracy || s.Brier <= 0 || s.Against != nil {
		t.Errorf("%+v", s)
	}
	for name, x := range map[string]float64{"macro_f1": s.Macro.F1, "mcc": s.MCC, "kappa": s.Kappa, "roc_auc": *s.ROCAUC} {
		if v, ok := s.Intervals[name]; !ok || v[0] > x || v[1] < x {
			t.Errorf("%s is %v, its interval %v", name, x, v)
		}
	}
	// The same figures another time, and those of another run on request.
	var again, first scorecard
	unmarshal(t, must(t, "", "eval", p, "--json"), &again)
	if again.Intervals["macro_f1"] != s.Intervals["macro_f1"] {
		t.Error("the same evaluation draws other intervals")
	}
	unmarshal(t, must(t, "", "eval", p, "--run", "1", "--json"), &first)
	if first.Run != 1 || first.Accuracy == s.Accuracy {
		t.Errorf("%+v", first)
	}
	if text := must(t, "", "eval", p); !strings.Contains(text, "ROC AUC    0.") || !strings.Contains(text, "in top 2") {
		t.Error(text)
	}
}

// Two runs on the audits and on a file: counts, difference and sentence agree.
func TestEvalAgainst(t *testing.T) {
	p := twoRuns(t)
	file := memos(t, 2, 300)
	for _, on := range [][]string{{}, {file, "--gold", "class"}} {
		var s, alone scorecard
		unmarshal(t, must(t, "", append([]string{"eval", p, "--against", "1", "--json"}, on...)...), &s)
		unmarshal(t, must(t, "", append([]string{"eval", p, "--run", "1", "--json"}, on...)...), &alone)
		a := s.Against
		if a == nil || a.RunA != 2 || a.RunB != 1 || a.Accuracy.A != s.Accuracy || a.Accuracy.B != alone.Accuracy {
			t.Fatalf("%+v, alone %+v", s, alone)
		}
		if d := float64(a.OnlyA-a.OnlyB) / float64(a.N); math.Abs(d-a.Accuracy.Difference) > 1e-12 || a.Accuracy.Interval[0] > d || a.Accuracy.Interval[1] < d {
			t.Errorf("%+v", a)
		}
		if len(on) > 0 && !strings.HasSuffix(a.Says, "so run 2 is the better one.") {
			t.Error(a.Says)
		}
	}
	text := must(t, "", "eval", p, file, "--gold", "class", "--run", "1", "--against", "2")
	if !strings.Contains(text, "run 1 against run 2") || !strings.Contains(strings.Join(strings.Fields(text), " "), "so run 2 is the better one.") {
		t.Error(text)
	}
	fails(t, 2, "compared with itself", "eval", p, "--against", "2")
	fails(t, 1, "no such model: run 9", "eval", p, "--against", "9")
}

// The sentence says what the figures say.
func TestVersusWords(t *testing.T) {
	for _, c := range []struct {
		onlyA, onlyB int
		mid          float64
		want         string
	}{
		{3, 3, 1, "they are equally good here"},
		{9, 4, 0.18, "differ as much in 18% of such comparisons, so these items do not tell"},
		{30, 4, 0.00001, "in less than 0.01% of such comparisons, so run 7 is the better one"},
		{4, 30, 0.012, "in 1.2% of such comparisons, so run 5 is the better one"},
	} {
		v := &versus{RunA: 7, RunB: 5}
		v.N, v.OnlyA, v.OnlyB, v.McNemar.MidP = 100, c.onlyA, c.onlyB, c.mid
		if got := v.words(); !strings.Contains(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestCompleteRuns(t *testing.T) {
	p := twoRuns(t)
	out := must(t, "", "__complete", "eval", p, "--against", "")
	if lines := strings.Split(out, "\n"); !strings.HasPrefix(lines[0], "2\tsoftmax regression on ") || !strings.HasPrefix(lines[1], "1\tnaive bayes on ") {
		t.Error(out)
	}
	if out := must(t, "", "__complete", "eval", "nothing.inkling", "--run", ""); strings.Contains(out, "\t") {
		t.Error(out)
	}
}

// What calibration brought is measured on the same items as all else, here and
// on a file.
func TestEvalCalibration(t *testing.T) {
	p := twoRuns(t)
	for _, on := range [][]string{{}, {memos(t, 2, 300), "--gold", "class"}} {
		var s struct {
			ECE         float64
			LogLoss     float64 `json:"log_loss"`
			Calibration *struct {
				Kind   string
				Before float64 `json:"ece_before"`
				After  float64 `json:"ece_after"`
				Loss   float64 `json:"log_loss_before"`
			}
		}
		unmarshal(t, must(t, "", append([]string{"eval", p, "--json"}, on...)...), &s)
		c := s.Calibration
		if c == nil || c.Kind == "" || c.After != s.ECE || c.Before == c.After || c.Loss == s.LogLoss {
			t.Errorf("%+v, %+v", s, c)
		}
	}
	if text := must(t, "", "eval", p); !strings.Contains(text, "before calibration (") {
		t.Error(text)
	}
}
