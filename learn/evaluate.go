package learn

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"inkling/label"
	"inkling/learn/calibrate"
	"inkling/learn/metric"
)

// Evaluation is what a snapshot said of items whose class is known. The
// embedded value gives the report, the confusion matrix and the calibration.
type Evaluation struct {
	*metric.Evaluation
	Names         []string    // of the classes
	Items         []uint64    // numbers
	Truth         []int       // of each item
	Predicted     []int       // the class that the snapshot tells
	Probabilities [][]float64 // of every class
	Unknown       int         // items left out because their class is none of the task's
	Open          int         // items left out because people disagree about them and nobody settled them

	// The same items by the probabilities before calibration; nil where they were
	// not calibrated.
	Before *metric.Evaluation
}

// Report returns the classification report.
func (e *Evaluation) Report() metric.Report { return e.Evaluation.Report(e.Names) }

// Evaluate predicts items whose class is known. labels are those of the task
// now: classes that the snapshot does not know have probability 0. Items with
// a class outside of them are counted as unknown and left out.
func Evaluate(s *Snapshot, labels []label.Label, items iter.Seq2[label.Item, int]) *Evaluation {
	n := max(len(labels), s.model.Classes())
	e := &Evaluation{Evaluation: metric.NewEvaluation(n, metric.DefaultBins), Names: make([]string, n)}
	for i := range e.Names {
		if i < len(labels) {
			e.Names[i] = labels[i].Name
		} else {
			e.Names[i] = s.labels[i].Name
		}
	}
	if s.calibration != nil {
		e.Before = metric.NewEvaluation(n, metric.DefaultBins)
	}
	v := s.rower()
	defer v.release()
	for it, class := range items {
		if class < 0 || class >= n {
			e.Unknown++
			continue
		}
		p := make([]float64, n)
		known := p[:s.model.Classes()]
		s.model.Predict(v.row(it), known)
		if e.Before != nil {
			e.Before.Add(class, best(known), p)
		}
		s.calibrate(known)
		told := s.rule.decide(known)
		e.Add(class, told, p)
		e.Items = append(e.Items, it.Num)
		e.Truth = append(e.Truth, class)
		e.Predicted = append(e.Predicted, told)
		e.Probabilities = append(e.Probabilities, p)
	}
	return e
}

// EvaluateAudit evaluates a snapshot on the answers of the audit stream, which
// no model was trained on. ErrKind where it does not tell classes.
func EvaluateAudit(ctx context.Context, p Reader, s *Snapshot) (*Evaluation, error) {
	if s.kind != label.Classes {
		return nil, fmt.Errorf("%w: classes are asked of a model for %s", ErrKind, s.kind)
	}
	task := p.Task()
	truth, open, err := measuring(ctx, p, task)
	if err != nil {
		return nil, err
	}
	var failed error
	e := Evaluate(s, task.Labels, func(yield func(label.Item, int) bool) {
		for part := range slices.Chunk(slices.Sorted(maps.Keys(truth)), chunkItems) {
			var items []label.Item
			failed = p.ItemsByNum(part, func(it label.Item) error {
				items = append(items, it)
				return ctx.Err()
			})
			if failed != nil {
				return
			}
			for _, it := range items {
				if !yield(it, int(truth[it.Num].class)) {
					return
				}
			}
		}
	})
	if failed != nil {
		return nil, fmt.Errorf("evaluate on the audit stream: %w", failed)
	}
	e.Open = open
	return e, nil
}

// Learned is one point of a label-efficiency curve.
type Learned struct {
	Run      uint64
	Labels   int // answers that the run was trained on
	N        int // audited items that it was measured on
	Accuracy float64
	Low      float64 // Wilson interval, 95%
	High     float64
}

// LabelCurve returns accuracy on the audit stream over the number of labels,
// as the runs found it at the time; runs that could not be measured, and those
// that learned from other answers because they were imported, are left out. It
// takes the runs in their order and keeps it: after a roll back or an undo the
// number of labels may go down.
func LabelCurve(runs []Run) []Learned {
	var out []Learned
	for _, r := range runs {
		if a := r.Audit; a != nil && a.N > 0 && r.Origin == "" {
			out = append(out, Learned{Run: r.ID, Labels: r.Labels, N: a.N, Accuracy: a.Accuracy, Low: a.Low, High: a.High})
		}
	}
	return out
}

// measured is how a snapshot does on the problem's audit stream; nil where that
// has no answers.
func (p *problem) measured(s *Snapshot) *Audit {
	out := audit(s, p.audit)
	if out != nil {
		out.Open = p.open
	}
	return out
}

// audit measures a snapshot on the audit stream's rows; nil where there are
// none.
func audit(s *Snapshot, d Data) *Audit {
	if len(d.Rows) == 0 {
		return nil
	}
	switch s.kind {
	case label.Number:
		return s.auditNumbers(d)
	case label.MultiLabel:
		return s.auditSets(d)
	}
	e, raw := metric.NewEvaluation(d.Classes, metric.DefaultBins), metric.NewEvaluation(d.Classes, metric.DefaultBins)
	p := make([]float64, d.Classes)
	known := p[:s.model.Classes()] // the project of an imported model may have more
	for i, r := range d.Rows {
		s.model.Predict(r, known)
		raw.Add(d.Class[i], best(known), p)
		s.calibrate(known)
		e.Add(d.Class[i], s.rule.decide(known), p)
	}
	n, correct := e.Confusion.N(), e.Confusion.Correct()
	interval := metric.Wilson(correct, n, metric.Level95)
	out := &Audit{N: n, Correct: correct, Accuracy: e.Confusion.Accuracy(), Low: interval.Low(), High: interval.High(),
		LogLoss: e.LogLoss(), ECE: e.Calibration.ECE()}
	if s.calibration != nil {
		out.Before = &calibrate.Quality{LogLoss: raw.LogLoss(), ECE: raw.Calibration.ECE()}
	}
	return out
}

// auditNumbers measures a snapshot that tells numbers.
func (s *Snapshot) auditNumbers(d Data) *Audit {
	y, told := make([]float64, 1), make([]float64, len(d.Rows))
	for i, r := range d.Rows {
		s.predict(r, y)
		told[i] = y[0]
	}
	e := &Errors{MAE: metric.MAE(d.Target, told), RMSE: metric.RMSE(d.Target, told)}
	if r2 := metric.R2(d.Target, told); label.Finite(r2) {
		e.R2 = r2
	}
	return &Audit{N: len(d.Rows), Errors: e}
}

// auditSets measures a snapshot that tells several labels: right is who has
// exactly the labels of the answer, and the losses are means over all labels.
func (s *Snapshot) auditSets(d Data) *Audit {
	out := &Audit{N: len(d.Rows)}
	p := make([]float64, d.Classes)
	for i, r := range d.Rows {
		s.predict(r, p[:s.model.Classes()])
		right := true
		for c, x := range p {
			in := slices.Contains(d.Sets[i], c)
			right = right && in == (x > 0.5)
			if !in {
				x = 1 - x
			}
			out.LogLoss -= math.Log(max(x, 1e-15)) / float64(len(p)*len(d.Rows))
		}
		if right {
			out.Correct++
		}
	}
	interval := metric.Wilson(out.Correct, out.N, metric.Level95)
	out.Accuracy, out.Low, out.High = float64(out.Correct)/float64(out.N), interval.Low(), interval.High()
	return out
}
