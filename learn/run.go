package learn

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
	"inkling/learn/calibrate"
)

// Run is the record of one training run. It is kept for good, also where the
// bytes of its model are not.
type Run struct {
	ID       uint64        `cbor:"1,keyasint" json:"id"`
	Parent   uint64        `cbor:"2,keyasint,omitempty" json:"parent,omitempty"` // the run that it goes on from, whether its model fine-tunes or counts anew; 0 where it started fresh
	Model    string        `cbor:"3,keyasint" json:"model"`
	Params   []Param       `cbor:"4,keyasint,omitempty" json:"params,omitempty"`
	Seed     uint64        `cbor:"5,keyasint" json:"seed"`
	Seq      uint64        `cbor:"6,keyasint" json:"data_version"` // the last event whose decisions it saw
	Labels   int           `cbor:"7,keyasint" json:"labels"`       // answers it was trained on
	PerClass []int         `cbor:"8,keyasint" json:"per_class"`    // the same by class
	Started  time.Time     `cbor:"9,keyasint" json:"started"`
	Took     time.Duration `cbor:"10,keyasint" json:"took"` // of the fit, without scoring the pool
	Curve    []Point       `cbor:"11,keyasint,omitempty" json:"curve,omitempty"`
	Choice   *Choice       `cbor:"12,keyasint,omitempty" json:"choice,omitempty"`        // nil where there was too little to choose by
	Audit    *Audit        `cbor:"13,keyasint,omitempty" json:"audit,omitempty"`         // nil where no audit item had an answer
	Size     int           `cbor:"14,keyasint" json:"size"`                              // bytes of the model
	Features int           `cbor:"15,keyasint" json:"features"`                          // columns of its rows
	Digest   string        `cbor:"16,keyasint,omitempty" json:"digest,omitempty"`        // SHA-256 of the model's bytes, once they were saved
	Origin   string        `cbor:"30,keyasint,omitempty" json:"imported_from,omitempty"` // where its model was imported from; it was not trained here

	Calibration *Calibration `cbor:"17,keyasint,omitempty" json:"calibration,omitempty"` // nil where there was too little to calibrate by
	Decision    *Decision    `cbor:"18,keyasint,omitempty" json:"decision,omitempty"`    // nil where the most probable class is told
	Tune        Tuning       `cbor:"19,keyasint,omitzero" json:"tune,omitzero"`          // what of its parent's model the run changed
	ClassWeight string       `cbor:"20,keyasint,omitempty" json:"class_weight,omitempty"`
	Set         ModelOptions `cbor:"21,keyasint,omitempty" json:"set,omitempty"` // what a person set of the model

	Truth string `cbor:"22,keyasint,omitempty" json:"truth,omitempty"` // how several people's answers were put together, as package truth names it; none where nobody answered after another
	Soft  int    `cbor:"23,keyasint,omitempty" json:"soft,omitempty"`  // of the answers, those that were learned from as probabilities of several classes

	Beside int `cbor:"24,keyasint,omitempty" json:"beside,omitempty"` // items without an answer that it learned from as well

	Representation string `cbor:"40,keyasint,omitempty" json:"representation,omitempty"` // that its model reads, by the hash of what is kept of it
}

// Fresh reports whether the run started from nothing rather than from where
// an earlier one stood.
func (r Run) Fresh() bool { return r.Parent == 0 }

// Param is one parameter of a model, as the run list shows it.
type Param struct {
	Name  string `cbor:"1,keyasint" json:"name"`
	Value string `cbor:"2,keyasint" json:"value"`
}

// Point is one point of a training curve. The losses are log losses in nats,
// NaN where they were not measured.
type Point struct {
	Step     int     `cbor:"1,keyasint" json:"step"`                // from 1
	Epoch    float64 `cbor:"2,keyasint" json:"epoch"`               // passes over the data
	Train    float64 `cbor:"3,keyasint" json:"train_loss"`          // on the training part
	Valid    float64 `cbor:"4,keyasint" json:"validation_loss"`     // on the part held out by hash
	Accuracy float64 `cbor:"5,keyasint" json:"validation_accuracy"` // on the same
}

// MarshalJSON leaves out what was not measured, which JSON has no number for.
func (p Point) MarshalJSON() ([]byte, error) {
	m := map[string]any{"step": p.Step, "epoch": p.Epoch}
	for name, x := range map[string]float64{"train_loss": p.Train, "validation_loss": p.Valid, "validation_accuracy": p.Accuracy} {
		if label.Finite(x) {
			m[name] = x
		}
	}
	return json.Marshal(m)
}

// Audit is how a model did on the audit stream, which it never saw.
type Audit struct {
	N        int     `cbor:"1,keyasint" json:"n"`
	Correct  int     `cbor:"2,keyasint" json:"correct"`
	Accuracy float64 `cbor:"3,keyasint" json:"accuracy"`
	Low      float64 `cbor:"4,keyasint" json:"low"` // Wilson interval, 95%
	High     float64 `cbor:"5,keyasint" json:"high"`
	LogLoss  float64 `cbor:"6,keyasint" json:"log_loss"`
	ECE      float64 `cbor:"7,keyasint" json:"ece"`

	// The same before calibration; nil where there was none.
	Before *calibrate.Quality `cbor:"8,keyasint,omitempty" json:"before_calibration,omitempty"`

	// How far off numbers are, where the task asks for one; the shares and losses
	// above are 0 then.
	Errors *Errors `cbor:"9,keyasint,omitempty" json:"errors,omitempty"`

	Open int `cbor:"10,keyasint,omitempty" json:"open,omitempty"` // audited items left out because people disagree about them and nobody settled them
}

// Errors is how far numbers are off.
type Errors struct {
	MAE  float64 `cbor:"1,keyasint" json:"mae"`
	RMSE float64 `cbor:"2,keyasint" json:"rmse"`
	R2   float64 `cbor:"3,keyasint" json:"r2"` // 0 where all true numbers are the same
}

// MarshalRun writes a run as a project keeps it.
func MarshalRun(r Run) ([]byte, error) {
	b, err := encoding.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("run %d: %w", r.ID, err)
	}
	return b, nil
}

// UnmarshalRun reads what MarshalRun wrote.
func UnmarshalRun(b []byte) (Run, error) {
	var r Run
	if err := cbor.Unmarshal(b, &r); err != nil {
		return Run{}, fmt.Errorf("%w: run record: %v", ErrDamaged, err)
	}
	return r, nil
}
