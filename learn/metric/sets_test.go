package metric

import (
	"math"
	"testing"
)

// The expected numbers and the table are those of scikit-learn 1.2.1
// (classification_report, precision_recall_fscore_support, accuracy_score,
// hamming_loss and the mean log_loss over labels) with zero_division=0.
func TestEvaluateSets(t *testing.T) {
	truth := [][]int{{0}, {0, 2}, {}, {1}, {1, 2}, {0, 1, 2}, {}, {2}}
	told := [][]int{{0}, {0}, {}, {1, 2}, {2}, {0, 1, 2}, {1}, {}}
	var p [][]float64
	for _, set := range told {
		q := []float64{0.2, 0.2, 0.2, 0.2}
		for _, c := range set {
			q[c] = 0.9
		}
		p = append(p, q)
	}
	r := EvaluateSets([]string{"a", "bb", "ccc", "d"}, truth, told, p)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"subset accuracy", r.Subset, 0.375}, {"Hamming loss", r.Hamming, 0.15625}, {"log loss", float64(r.LogLoss), 0.45730870497435533},
		{"micro precision", r.Micro.Precision, 0.7777777777777778}, {"micro recall", r.Micro.Recall, 0.7}, {"micro F1", r.Micro.F1, 0.7368421052631577},
		{"macro precision", r.Macro.Precision, 0.5833333333333333}, {"macro recall", r.Macro.Recall, 0.5416666666666666}, {"macro F1", r.Macro.F1, 0.5595238095238095},
		{"weighted precision", r.Weighted.Precision, 0.7666666666666666}, {"weighted recall", r.Weighted.Recall, 0.7}, {"weighted F1", r.Weighted.F1, 0.7285714285714286},
		{"samples precision", r.Samples.Precision, 0.5625}, {"samples recall", r.Samples.Recall, 0.5}, {"samples F1", r.Samples.F1, 0.5},
	} {
		if math.Abs(c.got-c.want) > 1e-12 {
			t.Errorf("%s is %v, want %v", c.name, c.got, c.want)
		}
	}
	const want = `              precision    recall  f1-score   support

           a      1.000     1.000     1.000         3
          bb      0.667     0.667     0.667         3
         ccc      0.667     0.500     0.571         4
           d      0.000     0.000     0.000         0

   micro avg      0.778     0.700     0.737        10
   macro avg      0.583     0.542     0.560        10
weighted avg      0.767     0.700     0.729        10
 samples avg      0.562     0.500     0.500        10
`
	if got := r.Text(3); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Without items every figure is 0 but the loss, which is not known.
func TestEvaluateSetsEmpty(t *testing.T) {
	r := EvaluateSets([]string{"a"}, nil, nil, nil)
	if r.N != 0 || r.Subset != 0 || r.Hamming != 0 || r.Micro != (Scores{}) || r.Samples != (Scores{}) || r.LogLoss.Known() {
		t.Errorf("%+v", r)
	}
}
