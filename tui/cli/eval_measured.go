package cli

import (
	"context"
	"math/rand/v2"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/metric"
	"inkling/store"
)

// measured is what one model, or two that are compared, said of items whose
// class is known.
type measured struct {
	*ground
	models []*learn.Snapshot
	said   []said   // by each of them
	truth  []int    // of every item, in the order of said
	items  []uint64 // their numbers; 0 for the rows of a file
	names  []string
	seed   uint64
	curve  []learn.Learned
}

// said is what one model said of the items.
type said struct {
	eval      *metric.Evaluation
	predicted []int
	p         [][]float64
	many      bool // they are too many to be kept

	before *metric.Evaluation // by the probabilities before calibration; nil without
}

// keptValues bounds the memory for probabilities, at 8 bytes each. What needs
// all of them at once is not computed beyond: areas under curves, intervals by
// the bootstrap, and comparisons.
const keptValues = 16 << 20

func newMeasured(t label.Task, models []*learn.Snapshot, g *ground) *measured {
	m := &measured{ground: g, models: models, seed: t.Seed, said: make([]said, len(models))}
	for _, l := range t.Labels {
		m.names = append(m.names, l.Name)
	}
	for _, s := range models {
		for _, l := range s.Labels()[min(len(m.names), len(s.Labels())):] {
			m.names = append(m.names, l.Name)
		}
	}
	for i := range m.said {
		m.said[i].eval = metric.NewEvaluation(len(m.names), metric.DefaultBins)
	}
	return m
}

// add takes what a model said of the next item.
func (m *measured) add(model int, num uint64, truth, predicted int, p []float64) {
	s := &m.said[model]
	s.eval.Add(truth, predicted, p)
	if s.many {
		return
	}
	if (len(s.p)+1)*len(p)*len(m.said) > keptValues {
		s.many, s.p, s.predicted, m.truth, m.items = true, nil, nil, nil, nil
		return
	}
	s.predicted, s.p = append(s.predicted, predicted), append(s.p, p)
	if model == 0 {
		m.truth, m.items = append(m.truth, truth), append(m.items, num)
	}
}

// tally predicts items with known classes on all cores and counts them.
func (m *measured) tally(ctx context.Context) error {
	type known struct {
		item  label.Item
		class int
	}
	type answer struct {
		class     int
		p, before []float64
	}
	padded := func(p []float64) []float64 { return append(p, make([]float64, len(m.names)-len(p))...) }

	return inBatches(ctx, func(ctx context.Context, emit func(known) error) error {
		return m.each(ctx, func(it label.Item, x label.Answer) error { return emit(known{it, x.Class}) })
	}, func(k known) []answer {
		out := make([]answer, len(m.models))
		for i, s := range m.models {
			sug := s.Suggest(k.item)
			out[i] = answer{class: sug.Answer.Class, p: padded(sug.Classes)}
			if p := s.Uncalibrated(k.item); p != nil {
				out[i].before = padded(p)
			}
		}
		return out
	}, func(k known, out []answer) error {
		for i, a := range out {
			m.add(i, k.item.Num, k.class, a.class, a.p)
			if a.before == nil {
				continue
			}
			if m.said[i].before == nil {
				m.said[i].before = metric.NewEvaluation(len(m.names), metric.DefaultBins)
			}
			m.said[i].before.Add(k.class, metric.ArgMax(a.before), a.before)
		}
		return nil
	})
}

// evalReport is what eval prints.
type evalReport struct {
	metric.Scorecard
	Run         uint64          `json:"run"`
	On          string          `json:"on"`             // audit, gold or file
	Open        int             `json:"open,omitempty"` // items of the audit stream left out because people disagree about them
	Calibration *calibration    `json:"calibration,omitempty"`
	Decision    *learn.Decision `json:"decision,omitempty"` // the rule that tells the answer, where it is not the most probable class
	Against     *versus         `json:"against,omitempty"`
}

// calibration is what the calibration of probabilities brought, on the same
// items.
type calibration struct {
	Kind       string         `json:"kind"`
	ECEBefore  metric.Measure `json:"ece_before"`
	ECEAfter   metric.Measure `json:"ece_after"`
	LossBefore metric.Measure `json:"log_loss_before"`
	LossAfter  metric.Measure `json:"log_loss_after"`
}

func (m *measured) report(p *store.Project) (evalReport, error) {
	out := evalReport{Run: m.models[0].Version(), On: m.where, Open: m.open}
	s := m.said[0]
	rng := rand.New(rand.NewPCG(m.seed, out.Run))
	if s.many {
		out.Scorecard = metric.CountedScorecard(m.names, s.eval)
	} else {
		out.Scorecard = metric.NewScorecard(m.names, m.truth, s.predicted, s.p, rng)
	}
	if b := s.before; b != nil {
		out.Calibration = &calibration{m.models[0].Calibration().String(), metric.Measure(b.Calibration.ECE()), out.ECE, metric.Measure(b.LogLoss()), out.LogLoss}
	}
	run, err := runOf(p, out.Run)
	if err != nil {
		return out, err
	}
	out.Decision = run.Decision
	if len(m.models) > 1 {
		if out.Against, err = m.versus(rng); err != nil {
			return out, err
		}
	}
	return out, nil
}
