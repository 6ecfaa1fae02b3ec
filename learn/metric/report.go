package metric

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
)

// Report is the classification report: what there is to say about a
// classifier's answers to items whose truth is known.
type Report struct {
	N        int      `json:"n"`
	Accuracy float64  `json:"accuracy"`
	Macro    Scores   `json:"macro"`    // mean over classes
	Weighted Scores   `json:"weighted"` // mean over classes, by support
	Micro    Scores   `json:"micro"`    // of summed counts
	PerClass PerClass `json:"per_class"`
	LogLoss  Measure  `json:"log_loss"` // nats; null without probabilities
	ECE      Measure  `json:"ece"`      // DefaultBins bins unless told otherwise; null without probabilities
	Interval Interval `json:"interval"` // of the accuracy: Wilson, 95%

	// Partial says that items occurred whose true or predicted class is not
	// listed, so that the micro average is not the accuracy.
	Partial bool `json:"-"`
}

// ClassScores are the scores of one class under its name.
type ClassScores struct {
	Label string `json:"label"`
	Scores
	Support int `json:"support"` // items whose true class it is
}

// PerClass are the classes of a report. In JSON they are one object with the
// labels as keys, in the order of the classes. Labels should differ.
type PerClass []ClassScores

// MarshalJSON writes the object.
func (p PerClass) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, c := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(c.Label)
		if err != nil {
			return nil, fmt.Errorf("label %q: %w", c.Label, err)
		}
		value, err := json.Marshal(struct {
			Scores
			Support int `json:"support"`
		}{c.Scores, c.Support})
		if err != nil {
			return nil, fmt.Errorf("label %q: %w", c.Label, err)
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// Report returns the report of the classes given, in that order, or of all
// classes where none are. names holds the name of every class of the matrix.
// Log loss and ECE are not known from counts alone.
func (m *Confusion) Report(names []string, classes ...int) Report {
	if len(names) != m.k {
		panic(fmt.Sprintf("metric: %d names for %d classes", len(names), m.k))
	}
	listed := m.listed(classes)
	r := Report{
		N:        m.n,
		Accuracy: m.Accuracy(),
		Macro:    m.Macro(listed...),
		Weighted: m.Weighted(listed...),
		Micro:    m.Micro(listed...),
		PerClass: make(PerClass, len(listed)),
		LogLoss:  Measure(math.NaN()),
		ECE:      Measure(math.NaN()),
		Interval: Wilson(m.correct, m.n, Level95),
	}
	for i, c := range listed {
		r.PerClass[i] = ClassScores{names[c], m.Class(c), m.support[c]}
	}
	for c := range m.k {
		if m.support[c]+m.predicted[c] > 0 && !slices.Contains(listed, c) {
			r.Partial = true
		}
	}
	return r
}

// Evaluation gathers what a Report needs item by item, in memory that does not
// grow with them.
type Evaluation struct {
	Confusion   *Confusion
	Calibration *Calibration // of the items with probabilities
	logLoss     float64      // summed over the same
	brier       float64
}

// NewEvaluation returns an empty evaluation of k classes with the number of
// calibration bins given (DefaultBins, for example).
func NewEvaluation(k, bins int) *Evaluation {
	return &Evaluation{Confusion: NewConfusion(k), Calibration: NewCalibration(bins)}
}

// Add counts one item. p are the probabilities of all classes, or nil where
// there are none. predicted need not be the most probable class: a threshold
// or a person may have decided. Probabilities are judged by themselves.
func (e *Evaluation) Add(truth, predicted int, p []float64) {
	e.Confusion.Add(truth, predicted)
	if p == nil {
		return
	}
	if len(p) != e.Confusion.k {
		panic(fmt.Sprintf("metric: %d probabilities for %d classes", len(p), e.Confusion.k))
	}
	top := ArgMax(p)
	e.Calibration.Add(p[top], top == truth)
	e.logLoss += logLoss(truth, p)
	e.brier += brier(truth, p)
}

// LogLoss is LogLoss over the items with probabilities.
func (e *Evaluation) LogLoss() float64 { return e.logLoss / float64(e.Calibration.N()) }

// Brier is Brier over the items with probabilities.
func (e *Evaluation) Brier() float64 { return e.brier / float64(e.Calibration.N()) }

// Report returns the report of all classes.
func (e *Evaluation) Report(names []string) Report {
	r := e.Confusion.Report(names)
	r.LogLoss, r.ECE = Measure(e.LogLoss()), Measure(e.Calibration.ECE())
	return r
}

// Evaluate returns the report of all items. p may be nil where there are no
// probabilities.
func Evaluate(names []string, truth, predicted []int, p [][]float64) Report {
	mustMatch("predictions", len(predicted), len(truth))
	if p != nil {
		mustMatch("rows of probabilities", len(p), len(truth))
	}
	e := NewEvaluation(len(names), DefaultBins)
	for i, t := range truth {
		var row []float64
		if p != nil {
			row = p[i]
		}
		e.Add(t, predicted[i], row)
	}
	return e.Report(names)
}
