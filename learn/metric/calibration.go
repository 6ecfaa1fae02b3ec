package metric

import (
	"fmt"
	"math"
)

// DefaultBins is the number of bins of a report's calibration error. Audit
// sets hold some hundred items; more bins would mostly measure how few items
// each of them has.
const DefaultBins = 10

// Bin is one bar of a calibration curve: the items whose confidence lies in
// (Low, High], and in [0, High] for the first one.
type Bin struct {
	Low        float64 `json:"low"`
	High       float64 `json:"high"`
	N          int     `json:"n"`
	Confidence float64 `json:"confidence"` // mean over the bin's items; 0 without any
	Accuracy   float64 `json:"accuracy"`   // share that was right; 0 without any
}

// Calibration sorts confidences into bins of equal width, item by item.
type Calibration struct {
	n          []int
	right      []int
	confidence []float64 // summed
	total      int
}

// NewCalibration returns an empty calibration with the number of bins given,
// which must be at least 1.
func NewCalibration(bins int) *Calibration {
	if bins < 1 {
		panic(fmt.Sprintf("metric: %d bins", bins))
	}
	return &Calibration{n: make([]int, bins), right: make([]int, bins), confidence: make([]float64, bins)}
}

// Calibrate returns the calibration of the most probable class: its
// probability is the confidence, and it is right where it is the true class.
func Calibrate(truth []int, p [][]float64, bins int) *Calibration {
	mustMatch("rows of probabilities", len(p), len(truth))
	c := NewCalibration(bins)
	for i, t := range truth {
		mustHold(t, len(p[i]))
		top := ArgMax(p[i])
		c.Add(p[i][top], top == t)
	}
	return c
}

// Add counts one decision made with a confidence from 0 to 1.
func (c *Calibration) Add(confidence float64, right bool) {
	b := 0
	if f := math.Ceil(confidence*float64(len(c.n))) - 1; f > 0 { // NaN lands in the first bin, and shows in the error
		b = int(min(f, float64(len(c.n)-1)))
	}
	c.n[b]++
	if right {
		c.right[b]++
	}
	c.confidence[b] += confidence
	c.total++
}

// N is the number of decisions counted.
func (c *Calibration) N() int { return c.total }

// Bins returns all bins, lowest first, for a calibration curve (reliability
// diagram).
func (c *Calibration) Bins() []Bin {
	out := make([]Bin, len(c.n))
	k := float64(len(c.n))
	for b, n := range c.n {
		out[b] = Bin{
			Low:        float64(b) / k,
			High:       float64(b+1) / k,
			N:          n,
			Confidence: ratio(c.confidence[b], float64(n)),
			Accuracy:   ratio(float64(c.right[b]), float64(n)),
		}
	}
	return out
}

// ECE is the expected calibration error: the distance of accuracy and
// confidence in each bin, weighted by the bin's share of items. It is NaN
// without items. Naeini, Cooper, Hauskrecht, "Obtaining well calibrated
// probabilities using Bayesian binning", 2015.
func (c *Calibration) ECE() float64 {
	if c.total == 0 {
		return math.NaN()
	}
	sum := 0.0
	for _, b := range c.Bins() {
		sum += float64(b.N) / float64(c.total) * math.Abs(b.Accuracy-b.Confidence)
	}
	return sum
}

// MCE is the maximum calibration error: the largest distance of accuracy and
// confidence in any bin. It is NaN without items.
func (c *Calibration) MCE() float64 {
	if c.total == 0 {
		return math.NaN()
	}
	worst := 0.0
	for _, b := range c.Bins() {
		worst = max(worst, math.Abs(b.Accuracy-b.Confidence))
	}
	return worst
}
