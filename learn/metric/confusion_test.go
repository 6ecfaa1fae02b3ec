package metric

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// small is a matrix worked out by hand:
//
//	        a  b  c   support
//	true a  3  1  0   4
//	true b  1  2  0   3
//	true c  1  0  0   1
//	found   5  3  0   8, of which 5 are right
func small() (truth, predicted []int) {
	return []int{0, 0, 0, 0, 1, 1, 1, 2}, []int{0, 0, 0, 1, 0, 1, 1, 0}
}

func TestConfusionByHand(t *testing.T) {
	truth, predicted := small()
	m := Tabulate(3, truth, predicted)
	if want := [][]int{{3, 1, 0}, {1, 2, 0}, {1, 0, 0}}; !reflect.DeepEqual(m.Rows(), want) {
		t.Errorf("rows = %v, want %v", m.Rows(), want)
	}
	if m.N() != 8 || m.Correct() != 5 || m.Classes() != 3 || m.Support(1) != 3 || m.Predicted(0) != 5 {
		t.Errorf("n %d, correct %d, classes %d, support of b %d, predicted as a %d",
			m.N(), m.Correct(), m.Classes(), m.Support(1), m.Predicted(0))
	}
	near(t, "accuracy", m.Accuracy(), 5.0/8)
	nearScores(t, "a", m.Class(0), Scores{3.0 / 5, 3.0 / 4, 2.0 / 3})
	nearScores(t, "b", m.Class(1), Scores{2.0 / 3, 2.0 / 3, 2.0 / 3})
	nearScores(t, "c", m.Class(2), Scores{0, 0, 0}) // never predicted: precision is 0/0
	nearScores(t, "micro", m.Micro(), Scores{5.0 / 8, 5.0 / 8, 5.0 / 8})
	nearScores(t, "macro", m.Macro(), Scores{19.0 / 45, 17.0 / 36, 4.0 / 9})
	nearScores(t, "weighted", m.Weighted(), Scores{4.4 / 8, 5.0 / 8, 7.0 / 12})
	// Of a and c only: 3 right, 5 found, 5 there.
	nearScores(t, "micro of a and c", m.Micro(0, 2), Scores{3.0 / 5, 3.0 / 5, 3.0 / 5})
	nearScores(t, "macro of a and c", m.Macro(0, 2), Scores{3.0 / 10, 3.0 / 8, 1.0 / 3})
	nearScores(t, "weighted of a and c", m.Weighted(0, 2), Scores{4 * 0.6 / 5, 3.0 / 5, 4 * 2.0 / 3 / 5})
	// Chance gets (4*5 + 3*3 + 1*0)/8 = 29/8 right.
	near(t, "kappa", m.Kappa(), (40.0-29)/(64-29))
	near(t, "mcc", m.MCC(), (40-29)/math.Sqrt((64-26)*(64-34)))
}

func TestConfusionWithoutContrast(t *testing.T) {
	for _, c := range []struct {
		name             string
		truth, predicted []int
		accuracy         float64
	}{
		{"no items", nil, nil, 0},
		{"one class, all right", []int{1, 1}, []int{1, 1}, 1},
		{"one class, all wrong", []int{1, 1}, []int{0, 0}, 0},
		{"always predicts one class", []int{0, 1}, []int{1, 1}, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Tabulate(2, c.truth, c.predicted)
			near(t, "accuracy", m.Accuracy(), c.accuracy)
			near(t, "kappa", m.Kappa(), 0)
			near(t, "mcc", m.MCC(), 0)
		})
	}
}

func TestKappaAndMCCAtTheirEnds(t *testing.T) {
	right := Tabulate(3, []int{0, 1, 1, 2}, []int{0, 1, 1, 2})
	if right.Kappa() != 1 || right.MCC() != 1 {
		t.Errorf("all right: kappa %v, mcc %v, want exactly 1", right.Kappa(), right.MCC())
	}
	wrong := Tabulate(2, []int{0, 1, 0, 1}, []int{1, 0, 1, 0})
	if wrong.Kappa() != -1 || wrong.MCC() != -1 {
		t.Errorf("all wrong: kappa %v, mcc %v, want exactly -1", wrong.Kappa(), wrong.MCC())
	}
}

// items draws truths and predictions of k classes.
func items(t *rapid.T) (k int, truth, predicted []int) {
	k = rapid.IntRange(1, 12).Draw(t, "k")
	class := rapid.IntRange(0, k-1)
	truth = rapid.SliceOfN(class, 0, 60).Draw(t, "truth")
	predicted = rapid.SliceOfN(class, len(truth), len(truth)).Draw(t, "predicted")
	return k, truth, predicted
}

func TestConfusionKeepsItsTotals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, truth, predicted := items(t)
		cut := rapid.IntRange(0, len(truth)).Draw(t, "cut")
		whole := Tabulate(k, truth, predicted)

		merged := Tabulate(k, truth[:cut], predicted[:cut])
		merged.Merge(Tabulate(k, truth[cut:], predicted[cut:]))
		if !reflect.DeepEqual(merged, whole) {
			t.Fatalf("merged %+v, whole %+v", merged, whole)
		}
		for i := cut; i < len(truth); i++ {
			merged.Remove(truth[i], predicted[i])
		}
		if head := Tabulate(k, truth[:cut], predicted[:cut]); !reflect.DeepEqual(merged, head) {
			t.Fatalf("after removal %+v, never added %+v", merged, head)
		}
		for c := range k {
			row, column := 0, 0
			for o := range k {
				row += whole.At(c, o)
				column += whole.At(o, c)
			}
			if row != whole.Support(c) || column != whole.Predicted(c) {
				t.Fatalf("class %d: row %d, support %d; column %d, predicted %d",
					c, row, whole.Support(c), column, whole.Predicted(c))
			}
		}
	})
}

func TestScoresAgreeWithEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		k, truth, predicted := items(t)
		m, swapped := Tabulate(k, truth, predicted), Tabulate(k, predicted, truth)
		same := func(what string, a, b float64) {
			if math.Abs(a-b) > 1e-12 {
				t.Fatalf("%s: %v and %v", what, a, b)
			}
		}
		same("micro F1 and accuracy", m.Micro().F1, m.Accuracy())
		same("weighted recall and accuracy", m.Weighted().Recall, m.Accuracy())
		same("kappa does not tell truth from prediction", m.Kappa(), swapped.Kappa())
		same("mcc does not tell truth from prediction", m.MCC(), swapped.MCC())
		same("precision is the recall of the swapped", m.Macro().Precision, swapped.Macro().Recall)
		if m.MCC() < -1 || m.MCC() > 1 || m.Kappa() > 1 {
			t.Fatalf("mcc %v, kappa %v", m.MCC(), m.Kappa())
		}
		for c := range k {
			if s := m.Class(c); s.F1 < min(s.Precision, s.Recall)-1e-12 || s.F1 > max(s.Precision, s.Recall)+1e-12 {
				t.Fatalf("F1 outside of precision and recall: %+v", s)
			}
		}
	})
}

func TestPairwiseSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := make([]float64, rapid.IntRange(0, 600).Draw(t, "n"))
		want := 0.0
		for i := range x {
			x[i] = float64(i*i%97) / 8 // sums of eighths are exact in any order
			want += x[i]
		}
		if got := pairwise(x); got != want {
			t.Fatalf("%d values sum to %v, want %v", len(x), got, want)
		}
	})
}

// Summed by numpy 1.24.2: 1/1 + 1/2 + ... + 1/n. Any other order of the terms
// gives another last bit, but for n = 7.
func TestPairwiseAddsInNumpysOrder(t *testing.T) {
	for n, want := range map[int]float64{
		7:    2.5928571428571425,
		127:  5.425334592589172,
		136:  5.493542515771517,
		200:  5.878030948121444,
		1000: 7.485470860550345,
	} {
		x := make([]float64, n)
		for i := range x {
			x[i] = 1 / float64(i+1)
		}
		if got := pairwise(x); got != want {
			t.Errorf("%d terms: %v, want %v", n, got, want)
		}
	}
}

// scikit-learn 1.2.1 prints the micro average's F1 as the accuracy: 71 of 200
// is 0.355, whose F1 lies a bit above it and 77 of 200 a bit below.
func TestAccuracyRoundsAsScikitLearn(t *testing.T) {
	for right, want := range map[int]string{
		71:  "    accuracy                           0.36       200",
		77:  "    accuracy                           0.38       200",
		145: "    accuracy                           0.73       200",
	} {
		m := NewConfusion(2)
		for i := range 200 {
			if truth := i % 2; i < right {
				m.Add(truth, truth)
			} else {
				m.Add(truth, 1-truth)
			}
		}
		text := m.Report([]string{"a", "b"}).Text(2)
		if lines := strings.Split(text, "\n"); !slices.Contains(lines, want) {
			t.Errorf("no line %q in\n%s", want, text)
		}
	}
}

// Ten classes of 20 items: the macro recalls are 0.455, 0.395 and 0.455, half
// way between two printed values. Which one scikit-learn 1.2.1 prints is
// decided by numpy's order of summation; added one after the other they would
// come out as 0.46, 0.39 and 0.46.
func TestMacroAverageRoundsAsNumpy(t *testing.T) {
	for _, c := range []struct {
		right []int // per class; the others are taken for the next class
		want  string
	}{
		{[]int{8, 10, 6, 2, 8, 13, 9, 16, 7, 12}, "   macro avg       0.46      0.45      0.45       200"},
		{[]int{0, 14, 15, 3, 11, 8, 10, 0, 13, 5}, "   macro avg       0.36      0.40      0.36       200"},
		{[]int{11, 8, 12, 2, 7, 13, 16, 7, 0, 15}, "   macro avg       0.44      0.45      0.43       200"},
	} {
		m := NewConfusion(10)
		for k, right := range c.right {
			for i := range 20 {
				if i < right {
					m.Add(k, k)
				} else {
					m.Add(k, (k+1)%10)
				}
			}
		}
		text := m.Report(strings.Split("abcdefghij", "")).Text(2)
		if lines := strings.Split(text, "\n"); !slices.Contains(lines, c.want) {
			t.Errorf("no line %q in\n%s", c.want, text)
		}
	}
}
