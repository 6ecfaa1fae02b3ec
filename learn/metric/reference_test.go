package metric

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// TestReference: what metrics_golden.json does not hold, against what
// testdata/reference.py had from scikit-learn 1.2.1 and scipy 1.10.1.
func TestReference(t *testing.T) {
	b, err := os.ReadFile("testdata/reference.json")
	if err != nil {
		t.Fatal(err)
	}
	type means struct{ Macro, Weighted float64 }
	var doc struct {
		Ranked []struct {
			K     int
			Truth []int
			P     [][]float64
			PRAUC means              `json:"pr_auc"`
			ROC   means              `json:"roc_auc"`
			TopK  map[string]float64 `json:"top_k"`
		}
		Numbers []struct {
			Truth, Predicted []float64
			MAPE             float64
			Pinball          map[string]float64
		}
		McNemar []struct {
			A, B int
			P    float64
			MidP float64 `json:"mid_p"`
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if len(doc.Ranked) == 0 || len(doc.Numbers) == 0 || len(doc.McNemar) == 0 {
		t.Fatal("a part of the reference is empty")
	}
	for i, c := range doc.Ranked {
		name := fmt.Sprintf("%d, %d classes: ", i, c.K)
		macro, weighted := PRAUC(c.Truth, c.P)
		near(t, name+"pr auc", macro, c.PRAUC.Macro)
		near(t, name+"pr auc weighted", weighted, c.PRAUC.Weighted)
		macro, weighted = ROCAUC(c.Truth, c.P)
		near(t, name+"roc auc", macro, c.ROC.Macro)
		near(t, name+"roc auc weighted", weighted, c.ROC.Weighted)
		for k := range 3 {
			if want, ok := c.TopK[fmt.Sprint(k+1)]; ok {
				near(t, name+fmt.Sprintf("top %d", k+1), TopK(c.Truth, c.P, k+1), want)
			}
		}
	}
	for _, c := range doc.Numbers {
		r := EvaluateNumbers(c.Truth, c.Predicted)
		near(t, "mape", float64(r.MAPE), c.MAPE)
		for q, got := range map[string]Measure{"0.1": r.Pinball.Low, "0.5": r.Pinball.Mid, "0.9": r.Pinball.High} {
			near(t, "pinball "+q, float64(got), c.Pinball[q])
		}
	}
	for _, c := range doc.McNemar {
		got := McNemar(c.A, c.B)
		near(t, fmt.Sprintf("%d and %d: p", c.A, c.B), got.P, c.P)
		near(t, fmt.Sprintf("%d and %d: mid-p", c.A, c.B), got.MidP, c.MidP)
	}
}
