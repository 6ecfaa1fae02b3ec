package linear

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Fit fits a model. The same data and options give the same bytes. It ends
// within some milliseconds of the context's end, with its error.
func Fit(ctx context.Context, d feature.Data, o Options) (*Model, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	chosen, err := o.settle(ctx, d)
	if err != nil {
		return nil, err
	}
	o = o.withDefaults()
	if o.Balance > 0 {
		d = balance(d, o.Balance)
	}
	s, err := newSolver(ctx, d, o)
	if err != nil {
		return nil, err
	}
	prior, err := s.lean(ctx, o.Prior)
	if err != nil {
		return nil, err
	}
	if err := s.start(ctx, o.From); err != nil {
		return nil, err
	}
	m := &Model{c: o.C, bias: o.Bias, classes: d.Classes, chosen: chosen, prior: prior, set: s.set, w: s.w, mean: s.vec.mean}
	for m.epochs < o.Epochs {
		loss, change, err := s.pass(ctx, m.epochs)
		if err != nil {
			return nil, err
		}
		m.epochs++
		if o.Progress != nil {
			m.finish()
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
	if err := m.round(ctx); err != nil {
		return nil, err
	}
	m.finish()
	return m, nil
}

// How many rows, and how many features, pass between two looks at the context.
const (
	checkRows     = 32
	checkFeatures = 1024
)

// solver is a fit on its way.
//
// In the dual there is a vector r_i a row, and W = C sum_i v_i r_i x_i, with v_i the row's weight. At the
// optimum r_i is the row's class, as a 0/1 vector, less its probabilities.
type solver struct {
	d      feature.Data
	bias   float64
	seed   uint64
	set    *feature.Set
	vec    dense
	w      []float32
	r      []float32 // by row, lanes(classes) by class
	at     []uint32  // where each feature of each row has its weights, the constant column last, row after row
	value  []float32 // of each of them
	ends   []int     // of the rows in at and value
	square []float64 // of each row, the constant column included
	weight []float64 // C times that of each row
	order  []int
	stride int       // from one feature's weights to the next's
	rest   float32   // a row that changed less may be passed over
	moved  []float32 // by how much each row changed when it was visited last
	less   []float32 // handicap of each row, see prior; nil without one
	step   step
	score  []float32
	delta  []float32
}

// mostSquare bounds the square of a row's length, so that weights of float32 stay
// finite.
const mostSquare = 1e18

func newSolver(ctx context.Context, d feature.Data, o Options) (*solver, error) {
	k := d.Classes
	s := &solver{d: d, stride: lanes(k), bias: o.Bias, seed: o.Seed, set: feature.Seen(d.Rows, d.Features), r: make([]float32, len(d.Rows)*lanes(k)),
		ends: make([]int, len(d.Rows)), square: make([]float64, len(d.Rows)), weight: make([]float64, len(d.Rows)), order: make([]int, len(d.Rows)),
		step: newStep(k), score: make([]float32, lanes(k)), delta: make([]float32, lanes(k))}
	s.moved, s.rest = make([]float32, len(d.Rows)), float32(resting*o.Tolerance)
	s.step.still = max(leastStill, idle*o.Tolerance)
	dims := 0
	if o.Vector {
		dims = d.Vector
	}
	if uint64(s.set.Len()+dims+1)*uint64(s.stride) > math.MaxUint32 {
		return nil, fmt.Errorf("linear: %d features of %d classes are too many", s.set.Len()+dims, k)
	}
	var err error
	if s.vec, err = newDense(ctx, d.Rows, dims, s.set.Len(), s.stride); err != nil {
		return nil, err
	}
	s.w = make([]float32, (s.set.Len()+dims+1)*s.stride)
	n := 0
	for _, r := range d.Rows {
		n += len(r.Index) + 1
	}
	s.at, s.value = make([]uint32, 0, n), make([]float32, 0, n)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, f := range r.Index {
			s.at = append(s.at, uint32(s.set.Rank(f)*s.stride))
		}
		s.at = append(s.at, uint32(len(s.w)-s.stride))
		s.value = append(append(s.value, r.Value...), float32(o.Bias))
		s.ends[i] = len(s.at)
		s.square[i] = r.Square() + float64(o.Bias*o.Bias) + s.vec.square(r)
		if !(s.square[i] <= mostSquare) {
			return nil, fmt.Errorf("linear: row %d has a length of %v; up to %v is possible", i, math.Sqrt(s.square[i]), math.Sqrt(mostSquare))
		}
		s.weight[i] = float64(o.C * d.WeightOf(i))
		s.order[i] = i
	}
	return s, nil
}

// row returns where the weights of row i are, and its values, with the constant
// column's.
func (s *solver) row(i int) ([]uint32, []float32) {
	start := 0
	if i > 0 {
		start = s.ends[i-1]
	}
	return s.at[start:s.ends[i]], s.value[start:s.ends[i]]
}

// start sets out from what a model says of the rows: where it was fitted on
// the same rows, that is where it stood. Without a model it sets out from W = 0.
//
// A row that the model did not know pulls too far this way, by its full error
// times C. It gives itself away: what the weights have more than the model's
// points along it. Such a row sets out from where it wants to be itself.
func (s *solver) start(ctx context.Context, from *Model) error {
	if from == nil {
		return nil
	}
	k := s.d.Classes
	score, p := make([]float64, lanes(from.classes)), make([]float64, from.classes)
	for i, row := range s.d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		from.scores(row, score)
		if y := s.d.Class[i]; y < from.classes && s.less != nil {
			score[y] -= float64(s.less[i])
		}
		exact.Softmax(score[:from.classes], p)
		rest := 0.0
		for _, x := range p[min(k, from.classes):] { // classes that are no more
			rest += x
		}
		r := s.r[i*s.stride : (i+1)*s.stride]
		for c := range min(k, from.classes) {
			r[c] = float32(-p[c] / (1 - rest))
		}
		r[s.d.Class[i]]++
		copy(s.delta, r) // what is beyond the classes stays 0
		s.add(i)
	}
	more := s.beyond(from)
	for i, row := range s.d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		r, y, q := s.r[i*s.stride:(i+1)*s.stride], s.d.Class[i], float64(s.weight[i]*s.square[i])
		if q*float64(r[y]) < longest || float64(s.along(more, i, y)) < q*float64(r[y])/2 {
			continue
		}
		from.scores(row, score)
		for c := range k {
			s.score[c] = -strange
			if c < from.classes {
				s.score[c] = float32(score[c])
			}
		}
		s.close(s.score)
		was := slices.Clone(r)
		clear(r)
		clear(s.delta)
		s.step.solve(s.score, r, y, q, s.delta)
		copy(r, s.delta)
		for c := range r {
			s.delta[c] -= was[c]
		}
		s.add(i)
	}
	return nil
}

// strange is how far a class that a model did not know lies below one that it did.
const strange = 3

// beyond returns what the weights have more than a model's.
func (s *solver) beyond(from *Model) []float32 {
	more, k, wide := slices.Clone(s.w), min(s.d.Classes, from.classes), lanes(from.classes)
	less := func(at, was int) {
		for c := range k {
			more[at*s.stride+c] -= from.w[was*wide+c]
		}
	}
	s.set.All(func(rank int, f uint32) {
		if was := from.set.Rank(f); was >= 0 {
			less(rank, was)
		}
	})
	if len(from.mean) == len(s.vec.mean) {
		for j := range from.mean {
			less(s.set.Len()+j, from.set.Len()+j)
		}
	}
	less(len(s.w)/s.stride-1, from.constant()/wide)
	return more
}

// close gives the lanes beyond the classes the score of nothing.
func (s *solver) close(score []float32) {
	for c := s.d.Classes; c < s.stride; c++ {
		score[c] = nothing
	}
}

// along returns the score of row i for a class with some weights.
func (s *solver) along(w []float32, i, class int) float32 {
	at, value := s.row(i)
	sum := float32(0)
	for j, a := range at {
		sum += float32(value[j] * w[int(a)+class])
	}
	for j, x := range s.vec.of(s.d.Rows[i]) {
		sum += float32(x * w[int(s.vec.at[j])+class])
	}
	return sum
}

// add adds C times its weight times delta times row i to the weights.
func (s *solver) add(i int) {
	for c := range s.delta {
		s.delta[c] *= float32(s.weight[i])
	}
	at, value := s.row(i)
	scatter(s.delta, s.w, at, value)
	if x := s.vec.of(s.d.Rows[i]); len(x) > 0 {
		scatter(s.delta, s.w, s.vec.at, x)
	}
}

// pass visits the rows in an order of its own: all of them in every third pass, the
// first one among these, else only those that changed much when they were visited
// last, which is where the work is by then. It returns the mean loss of the rows before each visit,
// and the mean change of their r, which of a row that was passed over is the last.
func (s *solver) pass(ctx context.Context, epoch int) (loss, change float64, err error) {
	visited := 0
	rng := rand.New(rand.NewPCG(s.seed, uint64(epoch)))
	rng.Shuffle(len(s.order), func(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] })
	for n, i := range s.order {
		if n%checkRows == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		if epoch%everyone != 0 && s.moved[i] < s.rest {
			change += float64(s.moved[i])
			continue
		}
		visited++
		at, value := s.row(i)
		clear(s.score)
		gather(s.score, s.w, at, value)
		if x := s.vec.of(s.d.Rows[i]); len(x) > 0 {
			gather(s.score, s.w, s.vec.at, x)
		}
		if s.less != nil {
			s.score[s.d.Class[i]] -= s.less[i]
		}
		s.close(s.score)
		r := s.r[i*s.stride : (i+1)*s.stride]
		l, moved := s.step.solve(s.score, r, s.d.Class[i], float64(s.weight[i]*s.square[i]), s.delta)
		loss, change = loss+l, change+moved
		s.moved[i] = float32(moved)
		if moved > s.step.still {
			for c := range r {
				r[c] += s.delta[c]
			}
			s.add(i)
		}
	}
	return loss / float64(max(1, visited)), change / float64(len(s.order)), nil
}

// resting is the part of the tolerance that a row must change by to be visited in
// every pass; others are when everyone is.
const (
	resting  = 0.5
	everyone = 3
)

// idle is the part of the tolerance that a row may change without being changed.
const idle = 0.02

// loss measures the mean log loss and the accuracy on some rows, by their weights.
func (m *Model) loss(ctx context.Context, d feature.Data) (loss, accuracy float64, err error) {
	s, p := make([]float64, lanes(m.classes)), make([]float64, m.classes)
	total := 0.0
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return 0, 0, ctx.Err()
		}
		m.scores(r, s)
		exact.Softmax(s[:m.classes], p)
		weight := d.WeightOf(i)
		total += weight
		loss -= float64(weight * exact.Log(p[d.Class[i]]))
		best := 0
		for c := range p {
			if p[c] > p[best] {
				best = c
			}
		}
		if best == d.Class[i] {
			accuracy += weight
		}
	}
	return loss / total, accuracy / total, nil
}
