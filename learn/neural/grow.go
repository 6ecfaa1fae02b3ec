package neural

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/dense"
	"inkling/learn/feature"
)

// strange is how far below the others a class begins that a model did not know.
const strange = 3

// moves says what of a layer a fit moves.
type moves struct{ whole, low bool }

// start returns the model that a fit begins with, and what of it moves, which no
// other model shares.
func start(ctx context.Context, d feature.Data, o Options) (*Model, []moves, error) {
	m := &Model{head: headOf(d), tanh: o.Tanh, rooms: newRooms()}
	m.how = how{Batch: o.Batch, Rate: o.Rate, Dropout: o.Dropout, Decay: o.Decay}
	if o.From != nil {
		move, err := m.descend(ctx, d, o)
		return m, move, err
	}
	var err error
	if m.in, err = learnInput(ctx, d, nil); err != nil {
		return nil, nil, err
	}
	rng := rand.New(rand.NewPCG(o.Seed, weightStream))
	widths := append([]int{m.in.nums + m.in.cols}, append(slices.Clone(o.Hidden), m.head.outputs())...)
	move := make([]moves, len(widths)-1)
	for i := range move {
		l := layer{w: newMatrix(widths[i], widths[i+1]), b: make([]float32, dense.Padded(widths[i+1]))}
		fan := float64(widths[i])
		if i == 0 {
			fan = m.in.length(d)
		}
		// A variance of 1 / inputs keeps the size of sums between hidden layers
		// (LeCun et al., "Efficient backprop", 1998). The first and the last begin
		// smaller: on small tables that lost less.
		gain := 1.0
		if i > 0 && i < len(move)-1 {
			gain = 3
		}
		l.w.random(ctx, rng, math.Sqrt(gain/max(fan, 1)))
		if i == 0 {
			texts := l.w.v[(m.in.nums+m.in.first)*l.w.stride:]
			for j := range texts {
				texts[j] *= textWeights
			}
		}
		m.layers, move[i].whole = append(m.layers, l), true
	}
	return m, move, ctx.Err()
}

// textWeights is how much smaller the weights of texts begin. There are many more
// of them than rows can move far, and what they began with stays in all others as
// noise: at this size AG News lost 0.42 instead of 0.51.
const textWeights = 0.1

// Streams of random numbers of one seed.
const (
	weightStream  = 1
	dropoutStream = 2
	choiceStream  = 3
	orderStream   = 1 << 32 // and as many more as there are epochs
)

// random fills a matrix evenly between -most and most, unless the context ends.
func (w *matrix) random(ctx context.Context, rng *rand.Rand, most float64) {
	for i := range w.rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return
		}
		row := w.row(i)[:w.cols]
		for j := range row {
			row[j] = float32(most * (2*rng.Float64() - 1))
		}
	}
}

// length is the mean square length of rows as the first layer reads them, which is
// what the number of inputs is in layers where most inputs are not 0.
func (in *input) length(d feature.Data) float64 {
	const sample = 1000
	n, sum := 0, 0.0
	x := make([]float32, in.nums)
	var index []uint32
	var value []float32
	for i := 0; i < len(d.Rows); i += max(1, len(d.Rows)/sample) {
		x, index, value = in.read(d.Rows[i], x, index[:0], value[:0])
		for _, part := range [2][]float32{x, value} {
			for _, v := range part {
				sum += float64(v) * float64(v)
			}
		}
		n++
	}
	return sum / float64(n)
}

// descend makes the model a descendant of o.From.
func (m *Model) descend(ctx context.Context, d feature.Data, o Options) ([]moves, error) {
	from, last := o.From, len(o.From.layers)-1
	var err error
	if m.how.Parent, err = from.digest(ctx); err != nil {
		return nil, err
	}
	m.how.Generation = from.how.Generation + 1
	move := make([]moves, last+1)
	adapt := func(i int) bool { return o.Adapt == nil || slices.Contains(o.Adapt, i) }
	if o.Rank == 0 || !from.adapted(o, adapt) {
		from = from.Merge()
	}
	m.tanh, m.layers, m.in = from.tanh, slices.Clone(from.layers), from.in
	if m.head.kind == number && from.head.kind == number {
		m.head = from.head
	}
	switch {
	case o.Rank > 0:
		m.how.Mode = Adapters
		if m.base = from.base; m.base == nil {
			b, err := from.digest(ctx)
			if err != nil {
				return nil, err
			}
			m.base = &b
		}
		rng := rand.New(rand.NewPCG(o.Seed, weightStream))
		for i := range m.layers {
			l := &m.layers[i]
			if i == last && (m.head != from.head || l.own) {
				l.own, l.low, move[i].whole = true, nil, true
			} else if adapt(i) {
				l.low, move[i].low = l.low.begin(ctx, l, o, rng), true
			}
		}
	case o.Freeze > 0:
		m.how.Mode, m.how.Frozen = Frozen, o.Freeze
		for i := o.Freeze; i <= last; i++ {
			move[i].whole = true
		}
	default:
		m.how.Mode = Whole
		for i := range move {
			move[i].whole = true
		}
		if m.in, err = learnInput(ctx, d, from.in); err != nil {
			return nil, err
		}
		m.layers[0].w = m.layers[0].w.regrown(m.in, from.in)
	}
	for i := range m.layers {
		if l := &m.layers[i]; move[i].whole {
			if i > 0 || o.Freeze > 0 || o.Rank > 0 { // else it is a copy already
				l.w.v = slices.Clone(l.w.v)
			}
			l.b = slices.Clone(l.b)
		}
	}
	if m.head != from.head {
		m.layers[last] = m.layers[last].told(ctx, from.head, m.head, rand.New(rand.NewPCG(o.Seed, weightStream)))
		m.layers[last].own = o.Rank > 0
	}
	return move, ctx.Err()
}

// adapted reports whether the model has just the adapters that are asked for, which
// are then moved further, or none.
func (m *Model) adapted(o Options, adapt func(int) bool) bool {
	if m.base == nil {
		return true
	}
	for i, l := range m.layers {
		asked := adapt(i) && !l.own
		if asked != (l.low != nil) || asked && (l.low.a.cols != l.rank(o) || l.low.scale != float32(o.Alpha/float64(o.Rank))) {
			return false
		}
	}
	return true
}

// rank is that of the layer's adapter: no more than a full matrix has.
func (l *layer) rank(o Options) int { return min(o.Rank, max(1, l.w.rows), l.w.cols) }

// begin returns the adapter of a layer as a fit begins: a copy of the one that it
// has, or one that adds nothing yet, because B is 0.
func (w *lowRank) begin(ctx context.Context, l *layer, o Options, rng *rand.Rand) *lowRank {
	if w != nil {
		c := *w
		c.a.v, c.b.v = slices.Clone(w.a.v), slices.Clone(w.b.v)
		return &c
	}
	rank := l.rank(o)
	w = &lowRank{newMatrix(l.w.rows, rank), newMatrix(rank, l.w.cols), float32(o.Alpha / float64(o.Rank))}
	w.a.random(ctx, rng, math.Sqrt(3/float64(max(1, min(l.w.rows, 1000)))))
	return w
}

// regrown returns the weights of the first layer for other inputs: those of inputs
// that it had, and 0 for the others.
func (w *matrix) regrown(in, from *input) matrix {
	out := newMatrix(in.nums+in.cols, w.cols)
	nums, cols := in.places(from)
	for i, at := range nums {
		if at >= 0 {
			copy(out.row(i), w.row(at))
		}
	}
	for i, at := range cols {
		if at >= 0 {
			copy(out.row(in.nums+i), w.row(from.nums+at))
		}
	}
	return out
}

// told returns the last layer for other answers: as it was for classes that it knew,
// with those that it did not know improbable; or at random where answers are of
// another kind.
func (l layer) told(ctx context.Context, was, is head, rng *rand.Rand) layer {
	out := layer{w: newMatrix(l.w.rows, is.outputs()), b: make([]float32, dense.Padded(is.outputs()))}
	if was.kind != is.kind {
		out.w.random(ctx, rng, math.Sqrt(3/float64(max(1, l.w.rows))))
		return out
	}
	for i := range l.w.rows {
		is.fold(was.unfold(l.w.row(i)), 0, out.w.row(i))
	}
	is.fold(was.unfold(l.b), -strange, out.b)
	return out
}

// unfold returns a number for each class of what there is for each output.
func (h head) unfold(z []float32) []float32 {
	if h.kind == oneClass && h.n == 2 {
		return []float32{-z[0] / 2, z[0] / 2}
	}
	return z[:h.n]
}

// fold writes a number for each output of what there is for each class of another
// model, and of missing for those that it did not have.
func (h head) fold(z []float32, missing float32, to []float32) {
	all := make([]float32, h.n)
	for c := range all {
		if all[c] = missing; c < len(z) {
			all[c] = z[c]
		}
	}
	if h.outputs() < h.n {
		to[0] = all[1] - all[0]
		return
	}
	copy(to, all)
}
