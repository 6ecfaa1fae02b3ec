package metric

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// tolerance is how far a figure may be from its reference.
const tolerance = 1e-9

// goldenCase is one case of metrics_golden.json, which scikit-learn 1.2.1
// wrote; only its ECE is the reference's own.
type goldenCase struct {
	Seed          int
	Kind          string
	Labels        []string
	True, Pred    []string
	Probabilities [][]float64
	Metrics       struct {
		N        int
		Accuracy float64
		PerClass map[string]struct {
			Scores
			Support int
		} `json:"per_class"`
		Micro, Macro, Weighted Scores
		Kappa, MCC             float64
		Confusion              [][]int
		LogLoss                *float64 `json:"log_loss"`
		ROCAUC                 *float64 `json:"roc_auc_ovr"`
		ROCAUCWeighted         *float64 `json:"roc_auc_ovr_weighted"`
		ECE10                  float64  `json:"ece_10"`
		ECE15                  float64  `json:"ece_15"`
		Brier                  float64
	}
	Number struct {
		True, Pred         []float64
		MAE, MSE, RMSE, R2 float64
	}
	Report string
}

// goldenCases reads the peers' reference from the folder named by
// INKLING_PEERS, or from beside the repository.
func goldenCases(t *testing.T) []goldenCase {
	t.Helper()
	dir := os.Getenv("INKLING_PEERS")
	if dir == "" {
		root, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
				break
			}
			if root == filepath.Dir(root) {
				t.Fatal("no go.mod above the test")
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "peers")
	}
	b, err := os.ReadFile(filepath.Join(dir, "metrics_golden.json"))
	if os.IsNotExist(err) {
		t.Skipf("no peers' reference: %v (INKLING_PEERS names its folder)", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	var doc struct{ Cases []goldenCase }
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Cases) == 0 {
		t.Fatal("no cases in the peers' reference")
	}
	return doc.Cases
}

func TestGolden(t *testing.T) {
	for _, c := range goldenCases(t) {
		t.Run(fmt.Sprintf("%d %s", c.Seed, c.Kind), func(t *testing.T) { checkGolden(t, c) })
	}
}

func checkGolden(t *testing.T, c goldenCase) {
	truth, pred := classesOf(t, c.Labels, c.True), classesOf(t, c.Labels, c.Pred)
	want := c.Metrics
	r := Evaluate(c.Labels, truth, pred, c.Probabilities)

	if r.N != want.N {
		t.Errorf("n = %d, want %d", r.N, want.N)
	}
	near(t, "accuracy", r.Accuracy, want.Accuracy)
	nearScores(t, "micro", r.Micro, want.Micro)
	nearScores(t, "macro", r.Macro, want.Macro)
	nearScores(t, "weighted", r.Weighted, want.Weighted)
	for _, k := range r.PerClass {
		nearScores(t, k.Label, k.Scores, want.PerClass[k.Label].Scores)
		if k.Support != want.PerClass[k.Label].Support {
			t.Errorf("support of %s = %d, want %d", k.Label, k.Support, want.PerClass[k.Label].Support)
		}
	}
	if got := r.Text(3); got != c.Report {
		t.Errorf("text:\n%q\nwant:\n%q", got, c.Report)
	}

	m := Tabulate(len(c.Labels), truth, pred)
	near(t, "kappa", m.Kappa(), want.Kappa)
	near(t, "mcc", m.MCC(), want.MCC)
	for i, row := range m.Rows() {
		if !slices.Equal(row, want.Confusion[i]) {
			t.Errorf("confusion of %s = %v, want %v", c.Labels[i], row, want.Confusion[i])
		}
	}

	near(t, "log loss", LogLoss(truth, c.Probabilities), orNaN(want.LogLoss))
	near(t, "log loss of the report", float64(r.LogLoss), orNaN(want.LogLoss))
	near(t, "brier", Brier(truth, c.Probabilities), want.Brier)
	near(t, "ece 10", float64(r.ECE), want.ECE10)
	near(t, "ece 15", Calibrate(truth, c.Probabilities, 15).ECE(), want.ECE15)
	macro, weighted := ROCAUC(truth, c.Probabilities)
	near(t, "roc auc", macro, orNaN(want.ROCAUC))
	near(t, "roc auc weighted", weighted, orNaN(want.ROCAUCWeighted))

	near(t, "mae", MAE(c.Number.True, c.Number.Pred), c.Number.MAE)
	near(t, "mse", MSE(c.Number.True, c.Number.Pred), c.Number.MSE)
	near(t, "rmse", RMSE(c.Number.True, c.Number.Pred), c.Number.RMSE)
	near(t, "r2", R2(c.Number.True, c.Number.Pred), c.Number.R2)
}

func classesOf(t *testing.T, labels, names []string) []int {
	t.Helper()
	out := make([]int, len(names))
	for i, n := range names {
		if out[i] = slices.Index(labels, n); out[i] < 0 {
			t.Fatalf("label %q is not among %q", n, labels)
		}
	}
	return out
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// near fails unless both are the same within the tolerance, or both NaN.
func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > tolerance {
		t.Errorf("%s = %.12g, want %.12g", what, got, want)
	}
}

func nearScores(t *testing.T, what string, got, want Scores) {
	t.Helper()
	near(t, what+" precision", got.Precision, want.Precision)
	near(t, what+" recall", got.Recall, want.Recall)
	near(t, what+" f1", got.F1, want.F1)
}
