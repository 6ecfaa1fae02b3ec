package tui

import "inkling/learn"

// history is what the label screen keeps of the runs, for its small curves.
type history struct {
	accuracy, loss []float64 // on the audit set, a point a run that measured it
	low, high      []float64 // the interval of each accuracy
	labels         []float64 // that those runs were trained on
	runs           []float64 // the same of every run, for the marks
	last           *learn.Audit
	rules          map[uint64]*learn.Decision // by run, of those that tell by one
	gained         float64                    // points of accuracy between the last two measures
	answers        int                        // answers between them; 0 where the last run had no more than the one before
}

// read takes the runs, oldest first.
func (h *history) read(runs []learn.Run) {
	*h = history{rules: map[uint64]*learn.Decision{}}
	var before *learn.Run
	for i := range runs {
		r := &runs[i]
		if r.Decision != nil {
			h.rules[r.ID] = r.Decision
		}
		h.runs = append(h.runs, float64(r.Labels))
		if r.Audit == nil || r.Audit.N == 0 {
			continue
		}
		h.accuracy = append(h.accuracy, r.Audit.Accuracy)
		h.low, h.high = append(h.low, r.Audit.Low), append(h.high, r.Audit.High)
		h.loss = append(h.loss, r.Audit.LogLoss)
		h.labels = append(h.labels, float64(r.Labels))
		h.last = r.Audit
		if before != nil {
			h.gained = 100 * (r.Audit.Accuracy - before.Audit.Accuracy)
			h.answers = max(r.Labels-before.Labels, 0)
		}
		before = r
	}
}

// span is the stretch of labels over which the runs lie.
func (h *history) span() (from, to float64) {
	for i, n := range h.runs {
		if i == 0 {
			from, to = n, n
		}
		from, to = min(from, n), max(to, n)
	}
	return from, to
}
