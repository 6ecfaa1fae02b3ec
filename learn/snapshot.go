package learn

import (
	"inkling/label"
)

// Snapshot is a fitted model with all that it needs to read an item: the
// task's labels at the time, the cleaning of texts, the features. It never
// changes and is safe for concurrent use.
type Snapshot struct {
	version uint64 // the run that made it
	labels  []label.Label
	unseen  []bool // classes without a training answer
	space   *space
	model   Model
}

func newSnapshot(run uint64, labels []label.Label, perClass []int, s *space, m Model) *Snapshot {
	out := &Snapshot{version: run, labels: labels, space: s, model: m, unseen: make([]bool, len(perClass))}
	for c, n := range perClass {
		out.unseen[c] = n == 0
	}
	return out
}

// Version is the id of the run that made the snapshot.
func (s *Snapshot) Version() uint64 { return s.version }

// Model is the name of the model.
func (s *Snapshot) Model() string { return s.model.Name() }

// Labels are the task's labels when the snapshot was made; labels that were
// added later come behind them. They are shared: do not change them.
func (s *Snapshot) Labels() []label.Label { return s.labels }

// Suggest returns the most probable class of an item, with the probability of
// every class. It gives no reasons: see Explain.
func (s *Snapshot) Suggest(it label.Item) label.Suggestion {
	p := make([]float64, s.model.Classes())
	v := s.space.rower()
	s.model.Predict(v.row(it), p)
	v.release()
	class := best(p)
	return label.Suggestion{Item: it.Num, Answer: label.ClassAnswer(class), Probability: p[class], Model: s.version, Classes: p}
}
