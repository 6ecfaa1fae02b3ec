package linear

import (
	"context"
	"math"
	"math/rand/v2"

	"inkling/learn/feature"
)

// Fit fits a model. The same data and options give the same bytes. It ends
// within some milliseconds of the context's end, with its error.
func Fit(ctx context.Context, d feature.Data, o Options) (*Model, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	o = o.withDefaults()
	s := newSolver(d, o)
	if err := s.start(ctx, o.From); err != nil {
		return nil, err
	}
	m := &Model{c: o.C, bias: o.Bias, classes: d.Classes, set: s.set, w: s.w}
	for m.epochs < o.Epochs {
		loss, change, err := s.pass(ctx, m.epochs)
		if err != nil {
			return nil, err
		}
		m.epochs++
		if o.Progress != nil {
			p := Progress{Epoch: m.epochs, Epochs: o.Epochs, Loss: loss, Change: change, Valid: math.NaN(), Accuracy: math.NaN()}
			if o.Valid != nil {
				if p.Loss, _, err = m.loss(ctx, d); err != nil {
					return nil, err
				}
				if p.Valid, p.Accuracy, err = m.loss(ctx, *o.Valid); err != nil {
					return nil, err
				}
			}
			o.Progress(p)
		}
		if change < o.Tolerance {
			break
		}
	}
	m.round()
	return m, nil
}

// checkRows is how many rows pass between two looks at the context.
const checkRows = 32

// solver is a fit on its way.
//
// In the dual there is a vector r_i a row, and W = C sum_i r_i x_i. At the
// optimum r_i is the row's class, as a 0/1 vector, less its probabilities.
type solver struct {
	d       feature.Data
	c, bias float64
	seed    uint64
	set     *feature.Set
	w       []float32
	r       []float32 // by row and class
	at      []uint32  // where each feature of each row has its weights, row after row
	ends    []int     // of the rows in at
	square  []float64 // of each row, the constant column included
	order   []int
	step    step
	score   []float32
	delta   []float32
}

func newSolver(d feature.Data, o Options) *solver {
	k := d.Classes
	s := &solver{d: d, c: o.C, bias: o.Bias, seed: o.Seed, set: feature.Seen(d.Rows, d.Features), r: make([]float32, len(d.Rows)*k),
		ends: make([]int, len(d.Rows)), square: make([]float64, len(d.Rows)), order: make([]int, len(d.Rows)),
		step: newStep(k), score: make([]float32, k), delta: make([]float32, k)}
	s.w = make([]float32, (s.set.Len()+1)*k)
	n := 0
	for _, r := range d.Rows {
		n += len(r.Index)
	}
	s.at = make([]uint32, 0, n)
	for i, r := range d.Rows {
		for _, f := range r.Index {
			s.at = append(s.at, uint32(s.set.Rank(f)*k))
		}
		s.ends[i] = len(s.at)
		s.square[i] = r.Square() + o.Bias*o.Bias
		s.order[i] = i
	}
	return s
}

// row returns where the weights of row i are, and its values.
func (s *solver) row(i int) ([]uint32, []float32) {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.at[start:s.ends[i]], s.d.Rows[i].Value
}

// start sets out from what a model says of the rows: at its optimum, on the
// same rows, that is where it stood. Without a model it sets out from W = 0.
func (s *solver) start(ctx context.Context, from *Model) error {
	if from == nil {
		return nil
	}
	known := min(from.classes, s.d.Classes)
	score, p := make([]float32, from.classes), make([]float64, from.classes)
	for i, row := range s.d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r := s.r[i*s.d.Classes : (i+1)*s.d.Classes]
		from.scores(row, score)
		softmax(score, p)
		rest := 0.0
		for c := known; c < from.classes; c++ { // classes that are no more
			rest += p[c]
		}
		for c := range known {
			r[c] = float32(-p[c] / (1 - rest))
		}
		r[s.d.Class[i]]++
		for c, x := range r {
			s.delta[c] = x * float32(s.c)
		}
		s.add(i)
	}
	return nil
}

// add adds delta times row i to the weights.
func (s *solver) add(i int) {
	k := s.d.Classes
	at, value := s.row(i)
	for j, a := range at {
		axpy(value[j], s.delta, s.w[a:int(a)+k])
	}
	axpy(float32(s.bias), s.delta, s.w[len(s.w)-k:])
}

// pass visits every row once, in an order of its own. It returns the mean loss
// of the rows before each visit, and the mean change of their r.
func (s *solver) pass(ctx context.Context, epoch int) (loss, change float64, err error) {
	k := s.d.Classes
	rng := rand.New(rand.NewPCG(s.seed, uint64(epoch)))
	rng.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	for n, i := range s.order {
		if n%checkRows == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		at, value := s.row(i)
		last := s.w[len(s.w)-k:]
		for c := range s.score {
			s.score[c] = float32(float32(s.bias) * last[c])
		}
		for j, a := range at {
			axpy(value[j], s.w[a:int(a)+k], s.score)
		}
		r := s.r[i*k : (i+1)*k]
		l, moved := s.step.solve(s.score, r, s.d.Class[i], s.c*s.square[i], s.delta)
		loss, change = loss+l, change+moved
		if moved > still {
			for c, d := range s.delta {
				r[c] += d
				s.delta[c] = d * float32(s.c)
			}
			s.add(i)
		}
	}
	n := float64(len(s.order))
	return loss / n, change / n, nil
}

// still is a change of a row that is not worth carrying out.
const still = 1e-5

// loss measures the mean log loss and the accuracy on some rows.
func (m *Model) loss(ctx context.Context, d feature.Data) (loss, accuracy float64, err error) {
	s, p := make([]float32, m.classes), make([]float64, m.classes)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		m.scores(r, s)
		softmax(s, p)
		loss -= math.Log(p[d.Class[i]])
		best := 0
		for c := range p {
			if p[c] > p[best] {
				best = c
			}
		}
		if best == d.Class[i] {
			accuracy++
		}
	}
	n := float64(len(d.Rows))
	return loss / n, accuracy / n, nil
}
