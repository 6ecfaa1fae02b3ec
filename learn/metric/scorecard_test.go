package metric

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// answered draws answers of k classes whose probabilities lean to the truth, on
// a grid, so that many are equal.
func answered(seed uint64, k, n int, bias float64) (truth, predicted []int, p [][]float64) {
	rng := rand.New(rand.NewPCG(seed, uint64(k)))
	for i := range n {
		t := i % k
		row := make([]float64, k)
		sum := 0.0
		for c := range row {
			row[c] = float64(1 + rng.IntN(9))
			if c == t {
				row[c] += bias
			}
			sum += row[c]
		}
		for c := range row {
			row[c] /= sum
		}
		truth, predicted, p = append(truth, t), append(predicted, ArgMax(row)), append(p, row)
	}
	return truth, predicted, p
}

func names(k int) []string { return strings.Split("abcdefghijklmnopqrstuvwxyz"[:k], "") }

// Every figure is that of its own function, and every interval that of
// Bootstrap with the same draw: counting anew is no other resampling.
func TestScorecardIsTheSumOfItsParts(t *testing.T) {
	for _, k := range []int{2, 3, 6} {
		truth, predicted, p := answered(1, k, 40, 3)
		seeded := func() *rand.Rand { return rand.New(rand.NewPCG(3, 4)) }
		c := NewScorecard(names(k), truth, predicted, p, seeded())
		m := Tabulate(k, truth, predicted)
		near(t, "mcc", c.MCC, m.MCC())
		near(t, "kappa", c.Kappa, m.Kappa())
		near(t, "brier", float64(c.Brier), Brier(truth, p))
		if k == 6 {
			near(t, "top 3", c.TopK["3"], TopK(truth, p, 3))
			near(t, "top 5", c.TopK["5"], TopK(truth, p, 5))
		}
		if _, ok := c.TopK["10"]; ok || k == 2 && len(c.TopK) > 0 {
			t.Errorf("%d classes: %v", k, c.TopK)
		}
		pick := func(rows []int) (pt, pp []int, pr [][]float64) {
			for _, r := range rows {
				pt, pp, pr = append(pt, truth[r]), append(pp, predicted[r]), append(pr, p[r])
			}
			return pt, pp, pr
		}
		for name, statistic := range map[string]func(rows []int) float64{
			MacroF1: func(rows []int) float64 { a, b, _ := pick(rows); return Tabulate(k, a, b).Macro().F1 },
			InMCC:   func(rows []int) float64 { a, b, _ := pick(rows); return Tabulate(k, a, b).MCC() },
			InKappa: func(rows []int) float64 { a, b, _ := pick(rows); return Tabulate(k, a, b).Kappa() },
			InLoss:  func(rows []int) float64 { a, _, q := pick(rows); return LogLoss(a, q) },
			InBrier: func(rows []int) float64 { a, _, q := pick(rows); return Brier(a, q) },
			InROC:   func(rows []int) float64 { a, _, q := pick(rows); v, _ := ROCAUC(a, q); return v },
			InPR:    func(rows []int) float64 { a, _, q := pick(rows); v, _ := PRAUC(a, q); return v },
		} {
			want := Bootstrap(seeded(), len(truth), Resamples, Level95, statistic)
			got, ok := c.Intervals[name]
			if !ok {
				t.Errorf("%d classes: no interval of %s", k, name)
			}
			near(t, name+" low", got.Low(), want.Low())
			near(t, name+" high", got.High(), want.High())
		}
	}
}

// The interval of the area under the curve holds the true area nearly as often
// as it says. Scores of positives are normal with mean 1, of negatives with mean
// 0, so that the area is Φ(1/√2).
func TestScorecardCoverage(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	area := 0.5 * math.Erfc(-0.5)
	const sets, n = 200, 100
	held := 0
	for range sets {
		truth, predicted, p := make([]int, n), make([]int, n), make([][]float64, n)
		for i := range n {
			truth[i] = i % 2
			s := 1 / (1 + math.Exp(-(float64(truth[i]) + rng.NormFloat64())))
			p[i] = []float64{1 - s, s}
			predicted[i] = ArgMax(p[i])
		}
		d := newDraw(2, truth, predicted, p, true)
		var areas []float64
		resample(rng, n, 200, func(rows []int) float64 {
			d.figures(rows, func(name string, v float64) {
				if name == InROC {
					areas = append(areas, v)
				}
			})
			return 0
		})
		if percentilesOf(areas).Contains(area) {
			held++
		}
	}
	// 0.95 less 0.01 for so few items, three standard errors of 200 trials: 0.047.
	if got := float64(held) / sets; got < 0.89 || got > 0.99 {
		t.Errorf("coverage %v", got)
	}
}

// A class without an answer has no area; what is not defined is null, and has no
// interval. Many items have none either: there would be too few resamples.
func TestScorecardAtTheEdges(t *testing.T) {
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(7, 8)) }
	c := NewScorecard(names(3), []int{0, 0, 1}, []int{0, 1, 1}, [][]float64{{0.6, 0.3, 0.1}, {0.2, 0.7, 0.1}, {0.1, 0.8, 0.1}}, rng())
	if c.ROCAUC.Known() || c.PRAUC.Known() {
		t.Errorf("areas %v and %v of a class without answers", c.ROCAUC, c.PRAUC)
	}
	if _, ok := c.Intervals[InROC]; ok {
		t.Error("an interval of what is not defined")
	}
	if _, ok := c.Intervals[InLoss]; !ok {
		t.Error("no interval of the log loss")
	}
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if v, ok := doc["roc_auc"]; !ok || v != nil {
		t.Errorf("roc_auc is %v", v)
	}
	for _, key := range []string{"n", "accuracy", "macro", "per_class", "interval", "mcc", "kappa", "brier", "top_k", "intervals"} {
		if doc[key] == nil {
			t.Errorf("no %s in %s", key, b)
		}
	}
	none := NewScorecard(names(2), nil, nil, nil, rng())
	if len(none.Intervals) > 0 || none.Brier.Known() {
		t.Errorf("no items: %+v", none)
	}
	counts := NewScorecard(names(2), []int{0, 1, 1}, []int{0, 1, 0}, nil, rng())
	if _, ok := counts.Intervals[MacroF1]; !ok || counts.ROCAUC.Known() {
		t.Errorf("without probabilities: %+v", counts)
	}
	if d := newDraw(2, make([]int, 2_000_000), nil, nil, false); d.resamples() != 0 {
		t.Errorf("%d resamples of two million items", d.resamples())
	}
}

func BenchmarkScorecard(b *testing.B) {
	truth, predicted, p := answered(1, 20, 2000, 3)
	for b.Loop() {
		NewScorecard(names(20), truth, predicted, p, rand.New(rand.NewPCG(1, 2)))
	}
}
