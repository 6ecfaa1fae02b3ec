package learn

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"inkling/learn/calibrate"
)

// Choice is how the model of a run was chosen.
type Choice struct {
	Model  string      `cbor:"1,keyasint" json:"model"`
	Folds  int         `cbor:"2,keyasint" json:"folds"`
	Labels int         `cbor:"3,keyasint" json:"labels"` // answers that the comparison saw
	Run    uint64      `cbor:"4,keyasint" json:"run"`    // the run in which it was made
	Losses []Candidate `cbor:"5,keyasint" json:"losses"` // best first, those that left early behind

	Rungs  int           `cbor:"6,keyasint,omitempty" json:"rungs,omitempty"`   // of the comparison, the last one on all its answers
	Budget time.Duration `cbor:"7,keyasint,omitempty" json:"budget,omitempty"`  // 0 for none
	Took   time.Duration `cbor:"8,keyasint,omitempty" json:"took,omitempty"`    // of the comparison
	All    bool          `cbor:"9,keyasint,omitempty" json:"all,omitempty"`     // the models that take long were compared as well
	Metric string        `cbor:"10,keyasint,omitempty" json:"metric,omitempty"` // what was compared: log loss, error or cost

	Gain *Gain `cbor:"20,keyasint,omitempty" json:"representation,omitempty"` // of the representation; nil where there was none to compare with
}

// Candidate is one model of a comparison, as it did on the last rung that it
// reached.
type Candidate struct {
	Model    string  `cbor:"1,keyasint" json:"model"`
	LogLoss  float64 `cbor:"2,keyasint" json:"log_loss"` // cross-validated, nats, after a calibration that was cross-validated as well
	Accuracy float64 `cbor:"3,keyasint" json:"accuracy"` // cross-validated

	SE      float64 `cbor:"4,keyasint,omitempty" json:"se"`                 // standard error of Loss
	Raw     float64 `cbor:"5,keyasint,omitempty" json:"raw_log_loss"`       // log loss before calibration
	Rung    int     `cbor:"6,keyasint,omitempty" json:"rung"`               // from 1
	Rows    int     `cbor:"7,keyasint,omitempty" json:"rows"`               // answers of that rung
	Seconds float64 `cbor:"8,keyasint,omitempty" json:"seconds"`            // of all its fits
	Gap     float64 `cbor:"9,keyasint,omitempty" json:"gap"`                // how much more Loss it has than the best of that rung
	GapSE   float64 `cbor:"10,keyasint,omitempty" json:"gap_se"`            // standard error of Gap, row by row
	Left    Left    `cbor:"11,keyasint,omitempty" json:"left"`              // why it is not the chosen one
	Loss    float64 `cbor:"12,keyasint,omitempty" json:"loss"`              // what was compared: see Choice.Metric
	Failure string  `cbor:"13,keyasint,omitempty" json:"failure,omitempty"` // what it failed with
}

// Left is why a candidate is not the model that was chosen.
type Left uint8

// The reasons.
const (
	Chosen  Left = iota
	Worse        // compared to the end, and more than a standard error behind
	Dearer       // as good within a standard error, and less simple
	Dropped      // clearly behind on a part of the answers
	NoTime       // its fits would have outlasted its share of the budget
	Failed
)

var leftNames = [...]string{"chosen", "worse", "as good within a standard error, but less simple", "clearly behind on a part of the answers", "too slow for its share of the budget", "failed"}

// String returns the reason in English.
func (l Left) String() string {
	if int(l) < len(leftNames) {
		return leftNames[l]
	}
	return fmt.Sprintf("left(%d)", uint8(l))
}

// MarshalText writes the reason's name.
func (l Left) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// Reason says why the model was chosen, without the other candidates.
func (c Choice) Reason() string {
	metric := cmp.Or(c.Metric, "log loss")
	why := "lowest " + metric
	for _, l := range c.Losses {
		if l.Model == c.Model && l.Gap > 0 {
			why = fmt.Sprintf("simplest within one standard error of the lowest %s", metric)
		}
	}
	out := fmt.Sprintf("%s: %s in %d-fold cross-validation on %d labels", c.Model, why, c.Folds, c.Labels)
	if c.Budget > 0 {
		out += fmt.Sprintf(", in %.1f s with a budget of %s", c.Took.Seconds(), c.Budget)
	}
	return out
}

// String says the choice in one sentence, with all candidates.
func (c Choice) String() string {
	var b strings.Builder
	b.WriteString(c.Reason() + " (")
	for i, l := range c.Losses {
		if i > 0 {
			b.WriteString("; ")
		}
		loss := l.Loss
		if c.Metric == "" { // made by an earlier version
			loss = l.LogLoss
		}
		if l.Rung > 0 || c.Metric == "" {
			fmt.Fprintf(&b, "%s %.3f", l.Model, loss)
		} else {
			b.WriteString(l.Model)
		}
		if l.Gap > 0 {
			fmt.Fprintf(&b, ", %.3f ± %.3f more", l.Gap, l.GapSE)
		}
		if l.Left > Dearer {
			fmt.Fprintf(&b, ", out on %d labels: %s", l.Rows, l.Left)
		}
	}
	b.WriteString(")")
	return b.String()
}

// Calibration is how the probabilities of a run's model were calibrated: by a
// map that was fitted on answers that the models behind it had not seen.
type Calibration struct {
	Kind   string            `cbor:"1,keyasint" json:"kind"`              // none, temperature, sigmoid or isotonic
	Beta   float64           `cbor:"2,keyasint,omitempty" json:"beta"`    // 1/T of a temperature; 0 for others
	Rows   int               `cbor:"3,keyasint" json:"rows"`              // answers that it was fitted on
	Folds  int               `cbor:"4,keyasint,omitempty" json:"folds"`   // of the cross-validation that they come from; 0 where they were held out from the curve's model
	Labels int               `cbor:"8,keyasint" json:"labels"`            // training answers that there were then
	Run    uint64            `cbor:"5,keyasint" json:"run"`               // the run for which it was fitted: an earlier one where the models are of one kind
	GoesOn bool              `cbor:"9,keyasint,omitempty" json:"goes_on"` // the models behind it went on from an earlier one as the run's did
	Before calibrate.Quality `cbor:"6,keyasint" json:"before"`            // on these answers
	After  calibrate.Quality `cbor:"7,keyasint" json:"after"`             // the same, by maps that were fitted without the answer
}

// Decision is how the answer is told from the probabilities, where it is not
// the most probable class.
type Decision struct {
	Asked  string    `cbor:"1,keyasint" json:"asked"`                      // as it was set: macro-f1, recall:spam>=0.9, costs
	Factor []float64 `cbor:"2,keyasint,omitempty" json:"factor,omitempty"` // of each class: the class with the largest product of it and its probability is told; none with costs
	Rows   int       `cbor:"3,keyasint" json:"rows"`                       // answers it was tuned on
	Before float64   `cbor:"4,keyasint" json:"before"`                     // the metric with the most probable class, cross-validated
	After  float64   `cbor:"5,keyasint" json:"after"`                      // with the rule
}

// Threshold is the probability from which a class is told where there are two;
// false where there are more, or the rule is one of costs.
func (d *Decision) Threshold(class int) (float64, bool) {
	if len(d.Factor) != 2 || class < 0 || class > 1 || d.Factor[class] <= 0 {
		return 0, false
	}
	return d.Factor[1-class] / (d.Factor[0] + d.Factor[1]), true
}
