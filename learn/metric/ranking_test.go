package metric

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestRankByHand(t *testing.T) {
	for _, c := range []struct {
		name     string
		score    []float64
		positive []bool
		auc, ap  float64
	}{
		// Of 6 pairs the positive one is ahead in 2 + 1 + 1.
		{"mixed", []float64{0.5, 0.9, 0.6, 0.8, 0.7}, []bool{false, true, true, false, true}, 4.0 / 6, (1 + 2.0/3 + 3.0/4) / 3},
		{"perfect", []float64{1, 2, 3, 4}, []bool{false, false, true, true}, 1, 1},
		{"reversed", []float64{4, 3, 2, 1}, []bool{false, false, true, true}, 0, (1.0/3 + 2.0/4) / 2},
		{"all tied: half of the pairs, and the share of positives", []float64{7, 7, 7, 7}, []bool{true, false, false, false}, 0.5, 0.25},
		{"no positives", []float64{1, 2}, []bool{false, false}, math.NaN(), math.NaN()},
		{"no negatives", []float64{1, 2}, []bool{true, true}, math.NaN(), math.NaN()},
		{"no items", nil, nil, math.NaN(), math.NaN()},
		{"a score that is no number", []float64{1, math.NaN()}, []bool{false, true}, math.NaN(), math.NaN()},
		{"an infinite score", []float64{1, math.Inf(1)}, []bool{false, true}, math.NaN(), math.NaN()},
	} {
		t.Run(c.name, func(t *testing.T) {
			curve := Rank(c.score, c.positive)
			near(t, "auc", curve.AUC(), c.auc)
			near(t, "average precision", curve.AveragePrecision(), c.ap)
		})
	}
}

func TestCurvePoints(t *testing.T) {
	c := Rank([]float64{1, 2, 2, 3}, []bool{false, false, true, true})
	for i, want := range []struct{ threshold, tpr, fpr, precision float64 }{
		{math.Inf(1), 0, 0, 1},
		{3, 1.0 / 2, 0, 1},
		{2, 1, 1.0 / 2, 2.0 / 3},
		{1, 1, 1, 2.0 / 4},
	} {
		if c.Threshold[i] != want.threshold {
			t.Errorf("threshold %d is %v, want %v", i, c.Threshold[i], want.threshold)
		}
		near(t, "tpr", c.TPR[i], want.tpr)
		near(t, "fpr", c.FPR[i], want.fpr)
		near(t, "precision", c.Precision[i], want.precision)
	}
	if len(c.TPR) != 4 {
		t.Errorf("%d points for three scores", len(c.TPR))
	}
}

// pairsAhead counts the definition out: over all pairs of a positive and a
// negative item, how often the positive one scores higher, a tie counting half.
func pairsAhead(score []float64, positive []bool) float64 {
	ahead, pairs := 0.0, 0.0
	for i, a := range score {
		for j, b := range score {
			if positive[i] && !positive[j] {
				pairs++
				switch {
				case a > b:
					ahead++
				case a == b:
					ahead += 0.5
				}
			}
		}
	}
	return ahead / pairs
}

// stepwisePrecision counts the definition out, threshold by threshold.
func stepwisePrecision(score []float64, positive []bool) float64 {
	thresholds := slices.Clone(score)
	slices.Sort(thresholds)
	thresholds = slices.Compact(thresholds)
	slices.Reverse(thresholds)
	all := 0.0
	for _, p := range positive {
		if p {
			all++
		}
	}
	sum, before := 0.0, 0.0
	for _, at := range thresholds {
		tp, called := 0.0, 0.0
		for i, s := range score {
			if s >= at {
				called++
				if positive[i] {
					tp++
				}
			}
		}
		sum += (tp - before) / all * tp / called
		before = tp
	}
	return sum
}

func TestAreasCountedOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 40).Draw(t, "n")
		steps := rapid.SliceOfN(rapid.IntRange(-4, 4), n, n).Draw(t, "scores") // few values: many ties
		positive := rapid.SliceOfN(rapid.Bool(), n, n).Draw(t, "positive")
		if !slices.Contains(positive, true) || !slices.Contains(positive, false) {
			t.Skip("one side only")
		}
		score, negated := make([]float64, n), make([]float64, n)
		for i, s := range steps {
			score[i], negated[i] = float64(s)/3, -float64(s)/3
		}
		c := Rank(score, positive)
		if got, want := c.AUC(), pairsAhead(score, positive); math.Abs(got-want) > 1e-12 {
			t.Fatalf("auc %v, counted out %v", got, want)
		}
		if got, want := c.AveragePrecision(), stepwisePrecision(score, positive); math.Abs(got-want) > 1e-12 {
			t.Fatalf("average precision %v, counted out %v", got, want)
		}
		if sum := c.AUC() + Rank(negated, positive).AUC(); math.Abs(sum-1) > 1e-12 {
			t.Fatalf("auc of the score and of its negative sum to %v", sum)
		}
	})
}

func TestOneVersusRest(t *testing.T) {
	truth := []int{0, 0, 1, 2}
	p := [][]float64{{0.6, 0.3, 0.1}, {0.2, 0.3, 0.5}, {0.3, 0.4, 0.3}, {0.1, 0.5, 0.4}}
	// Class 0 is ahead in 3 of 4 pairs, class 1 in 2 of 3, class 2 in 2 of 3.
	macro, weighted := ROCAUC(truth, p)
	near(t, "macro", macro, (3.0/4+2.0/3+2.0/3)/3)
	near(t, "weighted", weighted, (2*3.0/4+2.0/3+2.0/3)/4)
	// Positives at ranks 1 and 3; 2; 2.
	macro, weighted = PRAUC(truth, p)
	near(t, "macro", macro, ((1+2.0/3)/2+1.0/2+1.0/2)/3)
	near(t, "weighted", weighted, (2*(1+2.0/3)/2+1.0/2+1.0/2)/4)

	// Two classes: the curve of class 1, with the positive at rank 2.
	macro, weighted = PRAUC([]int{1, 0, 0}, [][]float64{{0.5, 0.5}, {0.1, 0.9}, {0.8, 0.2}})
	near(t, "two classes", macro, 0.5)
	near(t, "two classes, weighted", weighted, 0.5)

	for _, c := range []struct {
		name  string
		truth []int
		p     [][]float64
	}{
		{"a class without items", []int{0, 1}, [][]float64{{0.5, 0.3, 0.2}, {0.5, 0.3, 0.2}}},
		{"one class", []int{0, 0}, [][]float64{{1}, {1}}},
		{"no items", nil, nil},
	} {
		if macro, weighted := ROCAUC(c.truth, c.p); !math.IsNaN(macro) || !math.IsNaN(weighted) {
			t.Errorf("%s: %v and %v, want NaN", c.name, macro, weighted)
		}
	}
}
