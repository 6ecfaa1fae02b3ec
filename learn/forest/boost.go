package forest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// BoostOptions say how to boost. Zero values mean the defaults.
type BoostOptions struct {
	Rounds   int            // at most; each grows a tree, or one a class where they are more than two; default 100
	Rate     float64        // how much of each step is taken; default 0.1, and 0.15 where rows are held out
	Leaves   int            // of a tree at most; the split that gains most comes first; default a hundredth of the rows, 4 to 31
	Depth    int            // of a tree at most; default 6
	Penalty  float64        // on the square of a leaf's value; negative for none; default 1
	Category float64        // what is added to it at splits of categories; negative for nothing; default 1
	Least    float64        // weight of a leaf, by second derivatives; default 1, or a twentieth of all where that is less
	Part     float64        // of the rows drawn for each round, at least one; default 1
	Columns  float64        // part of the columns drawn for each tree; default 1
	Patience int            // ends when so many rounds brought nothing on held-out rows, and goes back to the best; negative for never; default 20
	Words    int            // columns from the sparse form at most, up to 65,536; default 500
	Seed     uint64         // of everything drawn at random
	Workers  int            // goroutines; default: one a processor
	Hold     *feature.Data  // held out, to end in time; nil: a tenth of the rows where they are 2,000 or more
	Valid    *feature.Data  // measured after each round, where there is Progress; has no influence
	Progress func(Progress) // called after each round; nil for none
}

const (
	usualRounds = 100
	holdFrom    = 2000 // rows from which on a part is held out to end in time
	holdOne     = 10   // of so many
)

func (o BoostOptions) withDefaults(rows int) BoostOptions {
	set := func(x *float64, usual float64) {
		if *x == 0 {
			*x = usual
		}
		*x = max(0, *x)
	}
	whole := func(x *int, usual int) {
		if *x <= 0 {
			*x = usual
		}
	}
	set(&o.Penalty, 1)
	set(&o.Category, 1)
	set(&o.Part, 1)
	set(&o.Columns, 1)
	whole(&o.Rounds, usualRounds)
	whole(&o.Leaves, max(4, min(rows/100, 31)))
	whole(&o.Depth, 6)
	whole(&o.Workers, runtime.GOMAXPROCS(0))
	if o.Patience == 0 {
		o.Patience = 20
	}
	if o.Words == 0 {
		o.Words = usualWords
	}
	o.Depth = min(o.Depth, maxDepth)
	if o.holds(rows) || o.Hold != nil {
		set(&o.Rate, 0.15)
	}
	set(&o.Rate, 0.1)
	return o
}

// holds tells whether rows of the fit's own are set apart to end in time.
func (o BoostOptions) holds(rows int) bool {
	return o.Hold == nil && rows >= holdFrom && o.Patience > 0
}

// Rounds is how many rounds of boosting the model has, and how many were
// tried before it went back to the best of them.
func (m *Model) Rounds() (kept, tried int) { return m.rounds, m.stopped }

// Boost fits gradient boosting: logistic for two classes and for each label, softmax for
// more classes, least squares for numbers. It ends within some milliseconds of
// the context's end, with its error.
func Boost(ctx context.Context, d feature.Data, o BoostOptions) (*Model, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	o = o.withDefaults(len(d.Rows))
	m := &Model{boosted: true, task: asked(d), classes: max(1, d.Classes), rows: len(d.Rows)}
	if m.classes > math.MaxUint16 {
		return nil, fmt.Errorf("forest: %d classes, at most %d", m.classes, math.MaxUint16)
	}
	b, err := newBooster(ctx, m, d, o)
	if err != nil {
		return nil, err
	}
	best, trees := math.Inf(1), 0
	for m.stopped < o.Rounds {
		if err := b.round(ctx); err != nil {
			return nil, err
		}
		m.stopped++
		held, _, err := b.hold.measure(ctx, b)
		if err != nil {
			return nil, err
		}
		if o.Progress != nil {
			p := Progress{Trees: m.stopped, Of: o.Rounds, Loss: b.loss()}
			if p.Valid, p.Accuracy, err = b.watch.measure(ctx, b); err != nil {
				return nil, err
			}
			o.Progress(p)
		}
		if b.hold == nil || held < best {
			best, trees, m.rounds = held, len(m.t.roots), m.stopped
		}
		if m.stopped-m.rounds >= o.Patience && o.Patience > 0 {
			break
		}
	}
	m.keep(trees)
	m.gain = b.gains(trees)
	m.expect()
	return m, nil
}

// keep drops all trees but the first so many.
func (m *Model) keep(trees int) {
	if trees == len(m.t.roots) {
		return
	}
	end, sets := m.t.roots[trees], 0
	for _, n := range m.t.nodes[:end] {
		if n.kind == categorySplit {
			sets++
		}
	}
	m.t.sets, m.t.nodes, m.t.cover, m.t.roots, m.output = m.t.sets[:sets], m.t.nodes[:end], m.t.cover[:end], m.t.roots[:trees], m.output[:trees]
}

// booster is a fit on its way.
type booster struct {
	m       *Model
	d       feature.Data
	o       BoostOptions
	y       []float64 // numbers, scaled
	store   *store
	outputs int
	active  []int // outputs that some row has
	fit     []uint32
	score   []float64 // by output and row
	slopes  []slope   // by output and row
	hold    *aside    // to end in time
	watch   *aside    // for Progress
	gain    [][]float64
	growers []*leafwise
}

func newBooster(ctx context.Context, m *Model, d feature.Data, o BoostOptions) (*booster, error) {
	bd, err := bin(ctx, d, o.Words, o.Workers)
	if err != nil {
		return nil, err
	}
	m.cols = bd.columns
	b := &booster{m: m, d: d, o: o}
	b.begin()
	n := len(d.Rows)
	b.score, b.slopes = make([]float64, n*b.outputs), make([]slope, n*b.outputs)
	for c := range b.outputs {
		start := m.base[c]
		if m.task == oneNumber {
			start = 0
		}
		for i := range n {
			b.score[c*n+i] = start
		}
	}
	if err := b.part(ctx, bd); err != nil {
		return nil, err
	}
	if b.store, err = newStore(ctx, bd); err != nil {
		return nil, err
	}
	for range max(1, min(o.Workers, len(b.active))) {
		b.growers = append(b.growers, newLeafwise(b))
	}
	return b, nil
}

// begin sets the scores before the first tree.
func (b *booster) begin() {
	m, d := b.m, b.d
	b.outputs = m.classes
	if m.task == oneNumber {
		mean, scale, y := centre(d)
		m.base, m.scale, b.y, b.active = []float64{mean}, scale, y, []int{0}
		return
	}
	p := prior(d)
	if m.task == oneClass && m.classes == 2 {
		b.outputs, b.active = 1, []int{0}
		m.base = []float64{exact.Log(p[1]) - exact.Log(p[0])}
		return
	}
	seen := make([]bool, m.classes)
	for i := range d.Rows {
		if d.Sets == nil {
			seen[d.Class[i]] = true
			continue
		}
		for _, c := range d.Sets[i] {
			seen[c] = true
		}
	}
	for c, x := range p {
		if m.base = append(m.base, exact.Log(x)); d.Sets != nil {
			m.base[c] -= exact.Log(1 - x)
		}
		if seen[c] {
			b.active = append(b.active, c)
		}
	}
}

// round grows one tree for each output that has rows.
func (b *booster) round(ctx context.Context) error {
	if err := b.derive(ctx); err != nil {
		return err
	}
	n, made := len(b.d.Rows), make([]*grown, len(b.active))
	rows := b.fit
	if b.o.Part < 1 {
		rng := rand.New(rand.NewPCG(b.o.Seed, uint64(b.m.stopped)<<16|1))
		rows = nil
		for _, i := range b.fit {
			if rng.Float64() < b.o.Part {
				rows = append(rows, i)
			}
		}
		if len(rows) == 0 {
			rows = []uint32{b.fit[rng.IntN(len(b.fit))]}
		}
	}
	err := shareOwn(ctx, len(b.growers), len(made), func(w int) func(int) {
		g := b.growers[w]
		return func(i int) {
			c := b.active[i]
			made[i] = g.grow(ctx, rows, b.slopes[c*n:(c+1)*n], b.score[c*n:(c+1)*n], uint64(b.m.stopped)<<16|uint64(c))
		}
	})
	if err != nil {
		return err
	}
	for i, g := range made {
		if g == nil {
			return ctx.Err()
		}
		b.m.output = append(b.m.output, uint16(b.active[i]))
		b.m.t.add(g)
		b.gain = append(b.gain, g.gain)
	}
	return nil
}

// loss is that of the training rows.
func (b *booster) loss() float64 {
	n := len(b.d.Rows)
	k := 0
	return tally(b.d, func(i int, p []float64) bool {
		if i == 0 {
			k = 0
		}
		for k < len(b.fit) && int(b.fit[k]) < i {
			k++
		}
		if k == len(b.fit) || int(b.fit[k]) != i {
			return false
		}
		for c := range b.outputs {
			p[c] = b.score[c*n+i]
		}
		b.m.link(p)
		return true
	}, b.m.classes).Loss
}

// gains is what the splits of the first so many trees gained, by column.
func (b *booster) gains(trees int) []float64 {
	sum := make([]float64, len(b.m.cols.list))
	for _, g := range b.gain[:trees] {
		for c, x := range g {
			sum[c] += x
		}
	}
	return parts(sum)
}
