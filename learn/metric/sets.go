package metric

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// SetReport is what there is to say about answers that are several labels each.
type SetReport struct {
	N        int      `json:"n"`
	Subset   float64  `json:"subset_accuracy"` // share of items whose labels are exactly those of the truth
	Hamming  float64  `json:"hamming_loss"`    // share of single labels, of all items, that are wrong
	Micro    Scores   `json:"micro"`           // of summed counts
	Macro    Scores   `json:"macro"`           // mean over labels
	Weighted Scores   `json:"weighted"`        // mean over labels, by support
	Samples  Scores   `json:"samples"`         // mean over items
	PerClass PerClass `json:"per_class"`
	LogLoss  Measure  `json:"log_loss"` // nats, mean over all labels of all items; null without probabilities
	Interval Interval `json:"interval"` // of the subset accuracy: Wilson, 95%
}

// EvaluateSets compares sets of labels with the true ones; each is ascending and
// has every label once. p, which may be nil, are the probabilities of all labels
// of each item. A ratio without anything below the line is 0, also for an item
// without labels of which none was told, as scikit-learn has it. It panics where
// lengths differ.
func EvaluateSets(names []string, truth, predicted [][]int, p [][]float64) SetReport {
	if len(truth) != len(predicted) || p != nil && len(p) != len(truth) {
		panic(fmt.Sprintf("metric: %d sets, %d told, %d with probabilities", len(truth), len(predicted), len(p)))
	}
	k, n := len(names), len(truth)
	right, found, there := make([]int, k), make([]int, k), make([]int, k)
	r := SetReport{N: n, LogLoss: Measure(math.NaN()), PerClass: make(PerClass, k)}
	exact, wrong := 0, 0
	var precision, recall, f1 []float64
	for i, set := range truth {
		both := 0
		for _, c := range predicted[i] {
			found[c]++
			if slices.Contains(set, c) {
				right[c]++
				both++
			}
		}
		for _, c := range set {
			there[c]++
		}
		off := len(set) + len(predicted[i]) - 2*both
		wrong += off
		if off == 0 {
			exact++
		}
		s := ScoresOf(both, len(predicted[i]), len(set))
		precision, recall, f1 = append(precision, s.Precision), append(recall, s.Recall), append(f1, s.F1)
	}
	r.Subset, r.Hamming = ratio(float64(exact), float64(n)), ratio(float64(wrong), float64(n*k))
	r.Interval = Wilson(exact, n, Level95)
	r.Samples = Scores{ratio(pairwise(precision), float64(n)), ratio(pairwise(recall), float64(n)), ratio(pairwise(f1), float64(n))}
	var sum [3]int
	for c := range names {
		r.PerClass[c] = ClassScores{names[c], ScoresOf(right[c], found[c], there[c]), there[c]}
		sum[0], sum[1], sum[2] = sum[0]+right[c], sum[1]+found[c], sum[2]+there[c]
	}
	r.Micro = ScoresOf(sum[0], sum[1], sum[2])
	r.Macro = r.PerClass.mean(func(ClassScores) float64 { return 1 })
	r.Weighted = r.PerClass.mean(func(c ClassScores) float64 { return float64(c.Support) })
	if p != nil && n*k > 0 {
		r.LogLoss = Measure(setLoss(truth, p))
	}
	return r
}

// setLoss is the mean binary log loss of all labels of all items.
func setLoss(truth [][]int, p [][]float64) float64 {
	sum, n := 0.0, 0
	for i, set := range truth {
		for c, x := range p[i] {
			if !slices.Contains(set, c) {
				x = 1 - x
			}
			sum -= math.Log(max(x, leastProbability))
			n++
		}
	}
	return sum / float64(n)
}

// leastProbability bounds the loss of a label that was thought impossible.
const leastProbability = 1e-15

// mean is the weighted mean of the scores.
func (p PerClass) mean(weight func(ClassScores) float64) Scores {
	var w, precision, recall, f1 []float64
	for _, c := range p {
		x := weight(c)
		w = append(w, x)
		precision, recall, f1 = append(precision, c.Precision*x), append(recall, c.Recall*x), append(f1, c.F1*x)
	}
	total := pairwise(w)
	return Scores{ratio(pairwise(precision), total), ratio(pairwise(recall), total), ratio(pairwise(f1), total)}
}

// Text returns the report as a table, as scikit-learn's classification_report
// prints it for several labels: a line a label, then the averages.
func (r SetReport) Text(digits int) string {
	const longest = "weighted avg"
	digits = max(digits, 0)
	width, support := max(len(longest), digits), 0
	for _, c := range r.PerClass {
		width = max(width, ansi.StringWidth(escape(c.Label)))
		support += c.Support
	}
	var b strings.Builder
	row := func(name string, s Scores, n int) {
		fmt.Fprintf(&b, "%s%s  %9.*f %9.*f %9.*f %9d\n", strings.Repeat(" ", width-ansi.StringWidth(name)), name, digits, s.Precision, digits, s.Recall, digits, s.F1, n)
	}
	fmt.Fprintf(&b, "%s  %9s %9s %9s %9s\n\n", strings.Repeat(" ", width), "precision", "recall", "f1-score", "support")
	for _, c := range r.PerClass {
		row(escape(c.Label), c.Scores, c.Support)
	}
	b.WriteByte('\n')
	row("micro avg", r.Micro, support)
	row("macro avg", r.Macro, support)
	row(longest, r.Weighted, support)
	row("samples avg", r.Samples, support)
	return b.String()
}
