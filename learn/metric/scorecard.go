package metric

import (
	"math"
	"math/rand/v2"
	"strconv"
)

// Scorecard is a Report with the figures that need every probability at once,
// and with intervals of what Wilson has no formula for.
type Scorecard struct {
	Report
	ROCAUC    Measure   `json:"roc_auc"` // one class against all others, plain mean; see the function of this name
	PRAUC     Measure   `json:"pr_auc"`  // the same of average precision
	MCC       float64   `json:"mcc"`
	Kappa     float64   `json:"kappa"`
	Brier     Measure   `json:"brier"`
	TopK      TopScores `json:"top_k"`     // by k, as text: JSON has no other keys
	Intervals Intervals `json:"intervals"` // of figures at 95%, by their names in JSON; empty where none were drawn
}

// TopScores are the shares of items whose class is among the k most probable.
type TopScores map[string]float64

// Intervals are intervals of figures by the names that these have in JSON:
// macro_f1, mcc, kappa, log_loss, brier, roc_auc and pr_auc.
type Intervals map[string]Interval

// Names of the figures that have intervals.
const (
	MacroF1 = "macro_f1"
	InMCC   = "mcc"
	InKappa = "kappa"
	InLoss  = "log_loss"
	InBrier = "brier"
	InROC   = "roc_auc"
	InPR    = "pr_auc"
)

// Resamples is the usual number of resamples of an interval at 95%.
const Resamples = 1000

// Bounds of drawing intervals: fewer resamples where there are many items, and
// none where so few would be left that their ends say nothing. There the figures
// themselves are as good as exact.
const (
	leastResamples = 200
	resampleWork   = 400_000_000 // steps
)

// NewScorecard returns the scorecard of all items. p may be nil where there are
// no probabilities. rng draws the resamples, at most Resamples of them; nil: no
// intervals.
func NewScorecard(names []string, truth, predicted []int, p [][]float64, rng *rand.Rand) Scorecard {
	c := Scorecard{Report: Evaluate(names, truth, predicted, p), ROCAUC: Measure(math.NaN()), PRAUC: Measure(math.NaN()),
		Brier: Measure(math.NaN()), TopK: TopScores{}, Intervals: Intervals{}}
	m := Tabulate(len(names), truth, predicted)
	c.MCC, c.Kappa = m.MCC(), m.Kappa()
	if p != nil {
		area, _ := ROCAUC(truth, p)
		c.ROCAUC = Measure(area)
		area, _ = PRAUC(truth, p)
		c.PRAUC, c.Brier = Measure(area), Measure(Brier(truth, p))
		for _, k := range []int{2, 3, 5, 10} {
			if k < len(names) && len(truth) > 0 {
				c.TopK[strconv.Itoa(k)] = TopK(truth, p, k)
			}
		}
	}
	if rng != nil && len(truth) > 1 {
		newDraw(len(names), truth, predicted, p, c.ROCAUC.Known()).intervals(rng, c.Intervals)
	}
	return c
}

// draw computes all figures of a resample in one pass over it, from what can be
// known of each item before: resampling is but counting anew.
type draw struct {
	k                int
	truth, predicted []int
	loss, brier      []float64 // nil without probabilities
	ranked           []ranked  // empty where the areas are not defined
	times            []int     // how often each item is in the resample
}

// ranked are the items by the score of one class, ascending; last marks the end
// of those with equal scores.
type ranked struct {
	item     []int
	positive []bool
	last     []bool
}

func newDraw(k int, truth, predicted []int, p [][]float64, areas bool) *draw {
	d := &draw{k: k, truth: truth, predicted: predicted, times: make([]int, len(truth))}
	if p == nil {
		return d
	}
	d.loss, d.brier = make([]float64, len(truth)), make([]float64, len(truth))
	for i, t := range truth {
		d.loss[i], d.brier[i] = logLoss(t, p[i]), brier(t, p[i])
	}
	if !areas {
		return d
	}
	from := 0
	if k == 2 {
		from = 1 // two classes have one curve
	}
	for c := from; c < k; c++ {
		d.ranked = append(d.ranked, rankItems(truth, p, c))
	}
	return d
}

// resamples is how many are worth their time.
func (d *draw) resamples() int {
	n := min(Resamples, resampleWork/max(len(d.truth)*(2*len(d.ranked)+8)+d.k*d.k, 1))
	if n < leastResamples {
		return 0
	}
	return n
}

// intervals draws resamples and writes the intervals of all figures that are
// defined on most of them.
func (d *draw) intervals(rng *rand.Rand, to Intervals) {
	resamples := d.resamples()
	if resamples == 0 {
		return
	}
	values := map[string][]float64{}
	resample(rng, len(d.truth), resamples, func(rows []int) float64 {
		d.figures(rows, func(name string, v float64) {
			if !math.IsNaN(v) {
				values[name] = append(values[name], v)
			}
		})
		return math.NaN() // nothing to be kept by resample itself
	})
	for name, v := range values {
		if 2*len(v) > resamples {
			to[name] = percentilesOf(v)
		}
	}
}

// figures computes what has an interval on a resample.
func (d *draw) figures(rows []int, emit func(name string, v float64)) {
	m := NewConfusion(d.k)
	clear(d.times)
	loss, brier := 0.0, 0.0
	for _, r := range rows {
		m.Add(d.truth[r], d.predicted[r])
		d.times[r]++
		if d.loss != nil {
			loss += d.loss[r]
			brier += d.brier[r]
		}
	}
	emit(MacroF1, m.Macro().F1)
	emit(InMCC, m.MCC())
	emit(InKappa, m.Kappa())
	if d.loss == nil {
		return
	}
	emit(InLoss, loss/float64(len(rows)))
	emit(InBrier, brier/float64(len(rows)))
	if len(d.ranked) == 0 {
		return
	}
	roc, pr := 0.0, 0.0
	for _, r := range d.ranked {
		a, b := r.areas(d.times)
		roc += a
		pr += b
	}
	emit(InROC, roc/float64(len(d.ranked)))
	emit(InPR, pr/float64(len(d.ranked)))
}

// CountedScorecard is the scorecard of what was only counted item by item,
// because there was too much of it to be kept: without the areas and top-k,
// which need every probability at once, and without intervals.
func CountedScorecard(names []string, e *Evaluation) Scorecard {
	return Scorecard{Report: e.Report(names), ROCAUC: Measure(math.NaN()), PRAUC: Measure(math.NaN()), Brier: Measure(e.Brier()),
		MCC: e.Confusion.MCC(), Kappa: e.Confusion.Kappa(), TopK: TopScores{}, Intervals: Intervals{}}
}
