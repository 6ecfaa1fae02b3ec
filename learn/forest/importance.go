package forest

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/feature"
)

// Column is something that trees split on.
type Column struct {
	Field   int    // of the table; -1 for a feature
	Feature uint32 // of the sparse form, where Field is -1
	Gain    float64
}

// Columns lists the columns with the part of all splits' gain that each has: of
// the impurity in a forest (each tree counts the same, as in scikit-learn), of the loss in boosting.
func (m *Model) Columns() []Column {
	out := make([]Column, len(m.cols.list))
	for i, c := range m.cols.list {
		out[i] = Column{c.field, c.feature, m.gain[i]}
	}
	return out
}

// Impact returns the mean size of what each column adds to the margin of a
// class over some rows: the mean of the absolute Shapley values.
func (m *Model) Impact(ctx context.Context, rows []feature.Row, class int) ([]float64, error) {
	sum := make([]float64, len(m.cols.list))
	for _, r := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		phi, _ := m.contributions(r, class)
		for c, x := range phi {
			sum[c] += math.Abs(x) / float64(len(rows))
		}
	}
	return sum, nil
}

// Permuted returns by how much the loss on some rows (see Progress) grows when
// the values of one column are dealt anew among them, for each column, in the
// mean of so many deals (Breiman 2001). Rows that were not fitted on tell more.
func (m *Model) Permuted(ctx context.Context, d feature.Data, deals int, seed uint64) ([]float64, error) {
	bins := make([][]uint8, len(d.Rows))
	for i, r := range d.Rows {
		bins[i] = make([]uint8, len(m.cols.list))
		m.cols.bins(r, bins[i])
	}
	loss := func() float64 {
		return tally(d, func(i int, p []float64) bool { m.answer(bins[i], p); return true }, m.classes).Loss
	}
	before, out := loss(), make([]float64, len(m.cols.list))
	used := make([]bool, len(out))
	for _, n := range m.t.nodes {
		if n.kind != leaf {
			used[n.col] = true
		}
	}
	for c := range out {
		if !used[c] {
			continue
		}
		was := make([]uint8, len(bins))
		for i, b := range bins {
			was[i] = b[c]
		}
		rng, dealt := rand.New(rand.NewPCG(seed, uint64(c))), slices.Clone(was)
		for range deals {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			rng.Shuffle(len(dealt), func(i, j int) { dealt[i], dealt[j] = dealt[j], dealt[i] })
			for i, b := range bins {
				b[c] = dealt[i]
			}
			out[c] += (loss() - before) / float64(deals)
		}
		for i, b := range bins {
			b[c] = was[i]
		}
	}
	return out, nil
}

// Boosted tells boosting from a forest.
func (m *Model) Boosted() bool { return m.boosted }

// Score is what Accuracy of Outside and Progress is called.
func (m *Model) Score() string {
	if m.task == oneNumber {
		return "R²"
	}
	return "accuracy"
}
