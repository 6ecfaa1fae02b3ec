package cli

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"inkling/label"
	"inkling/store"
)

// numbersProject has items whose number is twice their amount and ten more for
// one kind, all of them answered.
func numbersProject(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "prices.inkling")
	task := label.Task{Name: "prices", Kind: label.Number, Seed: 3, Audit: 0.3,
		Columns: []label.Column{{Name: "amount", Role: label.Numeric}, {Name: "kind", Role: label.Category}}}
	p, err := store.Create(path, task, store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	im := p.NewImport("prices.csv", "import")
	for i := range 200 {
		value := float64(2*i%97) + float64(10*(i%2))
		if err := im.Add([]string{fmt.Sprint(i % 97), []string{"a", "b"}[i%2]}, &label.Answer{Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// A model that tells numbers is measured by its errors, with intervals, and
// against another.
func TestEvalNumbers(t *testing.T) {
	p := numbersProject(t)
	must(t, "", "train", p, "--model", "ridge-regression")
	must(t, "", "train", p, "--fresh", "--model", "random-forest")
	var r struct {
		N                  int
		MAE, MSE, RMSE, R2 float64
		MAPE               *float64
		Run                uint64
		Intervals          map[string][2]float64
		Against            *struct {
			RunA uint64 `json:"run_a"`
			RunB uint64 `json:"run_b"`
			MAE  struct{ A, B, Difference float64 }
		}
	}
	unmarshal(t, must(t, "", "eval", p, "--against", "1", "--json"), &r)
	if r.N < 30 || r.Run != 2 || r.MAPE == nil || math.Abs(r.RMSE*r.RMSE-r.MSE) > 1e-9*r.MSE {
		t.Errorf("%+v", r)
	}
	for name, x := range map[string]float64{"mae": r.MAE, "rmse": r.RMSE, "r2": r.R2} {
		if v, ok := r.Intervals[name]; !ok || v[0] > x || v[1] < x {
			t.Errorf("%s is %v, its interval %v", name, x, v)
		}
	}
	if a := r.Against; a == nil || a.RunA != 2 || a.RunB != 1 || a.MAE.A != r.MAE || math.Abs(a.MAE.A-a.MAE.B-a.MAE.Difference) > 1e-12 {
		t.Errorf("%+v", r.Against)
	}
	if text := must(t, "", "eval", p); !strings.Contains(text, "MAE ") || !strings.Contains(text, "pinball 0.9") {
		t.Error(text)
	}
	if text := must(t, "", "models", p); !strings.Contains(text, "MAE ") {
		t.Error(text)
	}
	for _, want := range []string{"ridge regression", "random forest", "measured on the audit stream", "MAE of run 1 is "} {
		if text := must(t, "", "models", "compare", p, "1", "2"); !strings.Contains(text, want) || strings.Contains(text, "accuracy") {
			t.Errorf("no %q, or accuracy of numbers, in\n%s", want, text)
		}
	}
	var c struct {
		On     string
		Versus struct{ MAE struct{ A, B float64 } }
	}
	unmarshal(t, must(t, "", "models", "compare", p, "2", "1", "--json"), &c)
	if c.On != "audit" || c.Versus.MAE.A != r.MAE || c.Versus.MAE.B != r.Against.MAE.B {
		t.Errorf("%+v, not %+v", c, r.Against)
	}
	file := filepath.Join(t.TempDir(), "prices.model")
	must(t, "", "models", "export", p, "-o", file)
	if text := must(t, "", "models", "import", p, file); !strings.Contains(text, "mean absolute error") || strings.Contains(text, "accuracy") {
		t.Error(text)
	}
	if text := must(t, "", "__complete", "eval", p, "--against", ""); !strings.Contains(text, ", MAE ") || strings.Contains(text, "accuracy") {
		t.Error(text)
	}
	fails(t, 2, "numbers, which have no labels", "set", p, "--add-label", "dear")
	fails(t, 1, "classes only", "annotator", "add", p, "x", "--", "cat")
	var told struct {
		Amount  string
		Value   *float64
		Label   *string
		Reasons []struct{ Column string }
	}
	unmarshal(t, must(t, "amount,kind\n40,b\n", "predict", p, "-", "--explain"), &told)
	if told.Value == nil || told.Label != nil || math.Abs(*told.Value-90) > 30 || len(told.Reasons) == 0 {
		t.Errorf("%+v", told)
	}
	fails(t, 2, "this model tells numbers", "predict", p, "-", "--top", "2")
	fails(t, 2, "no gold column", "eval", p, "--on", "gold")
}
