package tui

import "inkling/learn"

// history is what the label screen keeps of the runs, for its small curves.
type history struct {
	accuracy, loss []float64 // on the audit set, a point a run that measured it
	last           *learn.Audit
	gained         float64 // points of accuracy between the last two measures
	answers        int     // answers between them
}

// read takes the runs, oldest first.
func (h *history) read(runs []learn.Run) {
	*h = history{}
	var before *learn.Run
	for i := range runs {
		r := &runs[i]
		if r.Audit == nil || r.Audit.N == 0 {
			continue
		}
		h.accuracy = append(h.accuracy, r.Audit.Accuracy)
		h.loss = append(h.loss, r.Audit.LogLoss)
		h.last = r.Audit
		if before != nil {
			h.gained = 100 * (r.Audit.Accuracy - before.Audit.Accuracy)
			h.answers = r.Labels - before.Labels
		}
		before = r
	}
}
