package learn

import (
	"inkling/label"
	"inkling/learn/calibrate"
)

// Snapshot is a fitted model with all that it needs to read an item: the
// task's labels at the time, the cleaning of texts, the features, the calibration
// of its probabilities and how an answer is told from these. It never changes
// and is safe for concurrent use.
type Snapshot struct {
	version     uint64 // the run that made it
	kind        label.Kind
	labels      []label.Label
	unseen      []bool // classes without a training answer
	space       *space
	model       Model
	calibration *calibrate.Map // nil where the model's probabilities are told as they are
	rule        *rule          // nil where the most probable class is told
}

func newSnapshot(run uint64, p *problem, s *space, m Model) *Snapshot {
	per := p.perClass()
	out := &Snapshot{version: run, kind: p.kind, labels: p.labels, space: s, model: m, unseen: make([]bool, len(per))}
	for c, n := range per {
		out.unseen[c] = n == 0
	}
	if p.kind == label.Number {
		out.labels = nil
	}
	return out
}

// with returns the snapshot with another calibration and rule; c may be nil.
func (s *Snapshot) with(c *calibrated) *Snapshot {
	out := *s
	out.calibration, out.rule = nil, nil
	if c != nil {
		out.calibration, out.rule = c.m, c.rule
	}
	return &out
}

// Version is the id of the run that made the snapshot.
func (s *Snapshot) Version() uint64 { return s.version }

// Model is the name of the model.
func (s *Snapshot) Model() string { return s.model.Name() }

// Labels are the task's labels when the snapshot was made; labels that were
// added later come behind them. They are shared: do not change them.
func (s *Snapshot) Labels() []label.Label { return s.labels }

// Kind is the kind of answers that the model gives.
func (s *Snapshot) Kind() label.Kind { return s.kind }

// Calibration is the family of the map that its probabilities went through.
func (s *Snapshot) Calibration() calibrate.Kind { return s.calibration.Kind() }

// rower makes the rows that the model reads.
func (s *Snapshot) rower() *rower {
	if readsVector(s.model) {
		return s.space.rower()
	}
	return s.space.sparse()
}

// predict writes the calibrated probabilities of a row into p, which must have
// as many elements as the model has classes; or the number.
func (s *Snapshot) predict(r Row, p []float64) {
	s.model.Predict(r, p)
	s.calibrate(p)
}

// calibrate corrects probabilities in place. A map that was fitted for other
// classes than the model has now is none.
func (s *Snapshot) calibrate(p []float64) {
	if n := s.calibration.Classes(); n == 0 || n == len(p) {
		s.calibration.Apply(p)
	}
}

// explain is Model.Explain for the calibrated probabilities, where their margin
// is a sum over the model's; for steps it is the model's own.
func (s *Snapshot) explain(r Row, class int, w []float64) float64 {
	n := s.model.Classes()
	slope := make([]float64, n)
	shift, ok := s.calibration.Linear(class, slope)
	if own := s.calibration.Classes(); !ok || s.kind != label.Classes || own != 0 && own != n {
		return s.model.Explain(r, class, w)
	}
	part := make([]float64, len(w))
	clear(w)
	for k, by := range slope {
		if by == 0 {
			continue
		}
		shift += float64(by * s.model.Explain(r, k, part))
		for j, x := range part {
			w[j] += float64(by * x)
		}
	}
	return shift
}

// Uncalibrated returns the probability of every class before calibration; nil
// where there was none.
func (s *Snapshot) Uncalibrated(it label.Item) []float64 {
	if s.calibration == nil {
		return nil
	}
	p := make([]float64, s.model.Classes())
	v := s.rower()
	defer v.release()
	s.model.Predict(v.row(it), p)
	return p
}

// Suggest returns the answer of the model: the class that its rule tells, by
// itself the most probable one, with the probability of every class; the labels
// that are more probable than not, with the probability that exactly they are
// right if each is independent of the others; or the number. It gives no
// reasons: see Explain.
func (s *Snapshot) Suggest(it label.Item) label.Suggestion {
	p := make([]float64, s.model.Classes())
	v := s.rower()
	s.predict(v.row(it), p)
	v.release()
	out := label.Suggestion{Item: it.Num, Model: s.version}
	switch s.kind {
	case label.Number:
		out.Answer, out.Probability = label.Answer{Value: p[0]}, 0
	case label.MultiLabel:
		out.Classes, out.Probability = p, 1
		out.Answer.Set = []int{}
		for c, x := range p {
			if x > 0.5 {
				out.Answer.Set = append(out.Answer.Set, c)
			} else {
				x = 1 - x
			}
			out.Probability *= x
		}
	default:
		class := s.rule.decide(p)
		out.Answer, out.Probability, out.Classes = label.ClassAnswer(class), p[class], p
	}
	return out
}
