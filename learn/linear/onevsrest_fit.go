package linear

import (
	"context"
	"fmt"
	"math"
	"sync"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// LogisticOptions say how to fit OneVsRest. Zero values mean the defaults.
type LogisticOptions struct {
	C         float64    // weight of the data against the penalty, above 0; default: chosen on held-out rows
	Epochs    int        // steps of Newton's method at most, of each class; default 100
	Tolerance float64    // length of the gradient at the end, as a part of that at 0; default 0.001
	Seed      uint64     // of the rows that are held out
	Workers   int        // goroutines, each at a class; 0 and 1 mean one. They change nothing of the result
	From      *OneVsRest // where to start; nil for nothing
}

// What is tried for C, as in choose.go.
var strengths = [...]float64{0.1, 1, 10, 100}

// FitOneVsRest fits a model to classes, or to sets of labels. The same data and options
// give the same bytes.
//
// The solver is Newton's method with conjugate gradients (as in Lin, Weng, Keerthi,
// "Trust region Newton method for large-scale logistic regression", 2008, with a line
// search in place of the region). A class without a row, and one that all rows have,
// has only an intercept, as if half a row spoke against it. No rows give ErrNoRows.
func FitOneVsRest(ctx context.Context, d feature.Data, o LogisticOptions) (*OneVsRest, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	if (d.Class == nil) == (d.Sets == nil) {
		return nil, fmt.Errorf("linear: classes or labels are wanted")
	}
	if o.Epochs <= 0 {
		o.Epochs = 100
	}
	if o.Tolerance <= 0 {
		o.Tolerance = 0.001
	}
	m := &OneVsRest{c: o.C, classes: d.Classes, sets: d.Sets != nil}
	if m.c <= 0 {
		if err := m.chooseC(ctx, d, o); err != nil {
			return nil, err
		}
	}
	var err error
	if m.layout, err = newLayout(ctx, d, true); err != nil {
		return nil, err
	}
	x, err := m.layout.matrixOf(ctx, d)
	if err != nil {
		return nil, err
	}
	k := models(m.classes, m.sets)
	m.base, m.w = make([]float64, k), make([]float64, k*m.layout.width)
	m.start(o.From)
	rounds, next := make([]int, k), make(chan int)
	var wait sync.WaitGroup
	for range max(1, min(o.Workers, k)) {
		wait.Go(func() {
			n := newNewton(x, m.c, o)
			for c := range next {
				n.y = m.answers(d, c, n.y)
				for j := range n.w {
					n.w[j] = m.w[j*k+c]
				}
				n.b = m.base[c]
				n.fit(ctx)
				for j, w := range n.w {
					m.w[j*k+c] = w
				}
				m.base[c], rounds[c] = n.b, n.rounds
			}
		})
	}
	for c := 0; c < k && ctx.Err() == nil; c++ {
		next <- c
	}
	close(next)
	wait.Wait()
	for _, n := range rounds {
		m.rounds += n
	}
	return m, ctx.Err()
}

// answers writes whether each row is of model c's class.
func (m *OneVsRest) answers(d feature.Data, c int, y []bool) []bool {
	if !m.sets && len(m.base) == 1 && m.classes == 2 {
		c = 1
	}
	for i := range y {
		y[i] = false
		if !m.sets {
			y[i] = d.Class[i] == c
			continue
		}
		for _, l := range d.Sets[i] {
			y[i] = y[i] || l == c
		}
	}
	return y
}

// start takes over the weights of another model, as far as it has the same columns.
func (m *OneVsRest) start(from *OneVsRest) {
	if from == nil || from.sets != m.sets || (len(from.base) == 1) != (len(m.base) == 1) || len(from.layout.fields) != len(m.layout.fields) {
		return
	}
	k, was := len(m.base), len(from.base)
	both := min(k, was)
	take := func(column, old int) {
		if column >= 0 && old >= 0 {
			copy(m.w[column*k:column*k+both], from.w[old*was:old*was+both])
		}
	}
	copy(m.base, from.base[:both])
	for j, f := range m.layout.fields {
		g := from.layout.fields[j]
		if f.codes != g.codes {
			continue
		}
		for c := range max(1, f.codes) {
			take(f.first+c, g.first+c)
		}
		take(f.missing, g.missing)
	}
	m.layout.set.All(func(rank int, f uint32) {
		if at := from.layout.set.Rank(f); at >= 0 {
			take(m.layout.numbers+rank, from.layout.numbers+at)
		}
	})
}

// chooseC sets C to that of the model to start from, as long as the data are about as
// many; else to what has the least log loss on a quarter of some rows.
func (m *OneVsRest) chooseC(ctx context.Context, d feature.Data, o LogisticOptions) error {
	n := len(d.Rows)
	m.c, m.chosen = 1, n
	if f := o.From; f != nil && f.chosen > 0 && f.classes == d.Classes && float64(n) < tryAgain*float64(f.chosen) && tryAgain*float64(n) > float64(f.chosen) {
		m.c, m.chosen = f.c, f.chosen
		return nil
	}
	if n < tryFrom {
		return nil
	}
	train, held := tryOn(d, o.Seed, 0x6f76)
	best := math.Inf(1)
	var from *OneVsRest
	for _, c := range strengths {
		try, err := FitOneVsRest(ctx, train, LogisticOptions{C: c, Tolerance: 0.01, Workers: o.Workers, From: from})
		if err != nil {
			return err
		}
		loss, err := try.loss(ctx, held)
		if err != nil {
			return err
		}
		if loss > best*(1-tryClearly) {
			break
		}
		best, m.c, from = loss, c, try
	}
	return nil
}

// loss is the log loss on some rows; of labels, the sum over all of them.
func (m *OneVsRest) loss(ctx context.Context, d feature.Data) (float64, error) {
	sum, total, p := 0.0, 0.0, make([]float64, m.classes)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return 0, ctx.Err()
		}
		m.Predict(r, p)
		v := d.WeightOf(i)
		total += v
		if !m.sets {
			sum -= float64(v * exact.Log(p[d.Class[i]]))
			continue
		}
		for _, x := range p {
			sum -= float64(v * exact.Log1p(-x))
		}
		for _, c := range d.Sets[i] {
			sum -= float64(v * (exact.Log(p[c]) - exact.Log1p(-p[c])))
		}
	}
	return sum / total, nil
}
