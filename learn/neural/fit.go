package neural

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/feature"
)

// Fit fits a network. The same data and options give the same bytes. It ends within
// some milliseconds of the context's end, with its error.
func Fit(ctx context.Context, d feature.Data, o Options) (*Model, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(o.Choose) > 0 {
		var err error
		if o.Epochs, err = choose(ctx, d, o); err != nil {
			return nil, err
		}
	}
	m, move, err := start(ctx, d, o)
	if err != nil {
		return nil, err
	}
	t := newTrainer(ctx, m, move, o)
	f := fit{t: t, o: o, truth: newTruth(d, m.head), best: math.Inf(1)}
	if f.rows, err = m.in.readAll(ctx, d.Rows); err != nil {
		return nil, err
	}
	if o.Valid != nil && len(o.Valid.Rows) > 0 && (o.Progress != nil || o.Patience > 0 || o.Schedule == Plateau) {
		f.heldTruth = newTruth(*o.Valid, m.head)
		if f.held, err = m.in.readAll(ctx, o.Valid.Rows); err != nil {
			return nil, err
		}
	}
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	return m, nil
}

// fit goes through the epochs.
type fit struct {
	t                *trainer
	o                Options
	rows, held       *table // held is nil without validation rows
	truth, heldTruth *truth
	factor           float64 // of the rate, by Plateau
	best             float64 // loss
	since            int     // epochs since it
	waited           int     // of them, since the rate was last lowered
	bestAt           int
	kept             [][]float32 // what moves, as it was then
}

func (f *fit) run(ctx context.Context) error {
	m := f.t.m
	f.factor, f.t.truth = 1, f.truth
	order := make([]int, f.rows.n)
	for epoch := range f.o.Epochs {
		for i := range order {
			order[i] = i
		}
		rng := rand.New(rand.NewPCG(f.o.Seed, orderStream+uint64(epoch)))
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		loss, rate, done := 0.0, 0.0, 0
		for rows := range slices.Chunk(order, f.o.Batch) {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			rate = f.factor * f.o.rate((float64(epoch)+float64(done)/float64(len(order)))/float64(f.o.Epochs), epoch)
			f.t.forward(f.rows, rows, true)
			loss += f.t.backward(rows)
			f.t.moveAll(rate)
			done += len(rows)
		}
		m.how.Epochs = epoch + 1
		p := Progress{Epoch: epoch + 1, Epochs: f.o.Epochs, Loss: loss / float64(len(order)), Valid: math.NaN(), Accuracy: math.NaN(), Rate: rate}
		watched := p.Loss
		if f.held != nil && !(f.o.sparing && epoch+1 < f.o.Epochs) {
			var err error
			if p.Valid, p.Accuracy, err = f.t.measure(ctx, f.held, f.heldTruth); err != nil {
				return err
			}
			if watched = p.Valid; m.head.kind == number {
				p.Accuracy = math.NaN()
			}
		}
		if f.o.Progress != nil {
			f.o.Progress(p)
		}
		if f.watch(watched, epoch+1) {
			break
		}
	}
	f.restore()
	if !f.t.finite() {
		return ErrDiverged
	}
	return ctx.Err()
}

// watch looks at a loss, lowers the rate and keeps what is best, and reports whether
// to end.
func (f *fit) watch(loss float64, epoch int) bool {
	if loss < f.best {
		f.best, f.bestAt, f.since, f.waited = loss, epoch, 0, 0
		if f.o.Patience > 0 && f.held != nil {
			f.kept = f.kept[:0]
			f.t.parts(func(w []float32) { f.kept = append(f.kept, slices.Clone(w)) })
		}
		return false
	}
	f.since++
	if f.waited++; f.o.Schedule == Plateau && f.waited >= f.o.Every {
		f.factor *= f.o.Factor
		f.waited = 0
	}
	return f.o.Patience > 0 && f.held != nil && f.since >= f.o.Patience
}

// restore puts the best weights back.
func (f *fit) restore() {
	if len(f.kept) == 0 || f.since == 0 {
		return
	}
	i := 0
	f.t.parts(func(w []float32) { copy(w, f.kept[i]); i++ })
	f.t.m.how.Best = f.bestAt
}

// finite reports whether everything that moves is a number still.
func (t *trainer) finite() bool {
	ok := true
	t.parts(func(w []float32) {
		for _, x := range w {
			ok = ok && !missingNumber(x)
		}
	})
	return ok
}

// parts visits all numbers that move.
func (t *trainer) parts(visit func(w []float32)) {
	for i := range t.layers {
		for _, p := range []*param{t.layers[i].w, t.layers[i].b, t.layers[i].a, t.layers[i].low} {
			if p != nil {
				visit(p.w)
			}
		}
	}
}
