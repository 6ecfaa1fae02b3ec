package forest

import (
	"context"
	"fmt"
	"math"
	"runtime"

	"inkling/learn/feature"
)

// Options say how to grow a forest. Zero values mean the defaults.
type Options struct {
	Trees    int            // default 100
	Columns  int            // tried at each split; default: the root of their number, all for numbers
	Depth    int            // of a tree at most; default and limit 200
	Least    int            // different rows in a leaf; default 1
	Whole    bool           // every tree gets all rows, instead of as many drawn at random
	Words    int            // columns from the sparse form at most, up to 65,536; default 500
	Outside  bool           // measure on the rows that trees did not see: see Model.Outside
	Seed     uint64         // of the rows of each tree and the columns of each split
	Workers  int            // goroutines; default: one a processor
	Valid    *feature.Data  // measured after each batch of trees, where there is Progress
	Progress func(Progress) // called from the fitting goroutine after each batch of trees; nil for none
}

// Progress is a fit after some of its trees, or rounds. Losses are in nats, for labels summed over them;
// for numbers, mean squared errors.
type Progress struct {
	Trees    int     // grown; rounds done
	Of       int     // at most
	Loss     float64 // of the training rows; of a forest, by the trees that did not see them; NaN without Valid
	Valid    float64 // loss of the validation rows; NaN without
	Accuracy float64 // on the validation rows, R² for numbers; NaN without, and of numbers that are all equal
}

const (
	usualTrees = 100
	usualWords = 500
	batch      = 10 // trees between two calls of Progress, or two a worker
)

func (o Options) withDefaults() Options {
	if o.Trees <= 0 {
		o.Trees = usualTrees
	}
	if o.Depth <= 0 || o.Depth > maxDepth {
		o.Depth = maxDepth
	}
	if o.Least <= 0 {
		o.Least = 1
	}
	if o.Words == 0 {
		o.Words = usualWords
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	return o
}

// Fit grows a random forest. It ends within some milliseconds of the
// context's end, with its error.
func Fit(ctx context.Context, d feature.Data, o Options) (*Model, error) {
	if len(d.Rows) == 0 {
		return nil, ErrNoRows
	}
	o = o.withDefaults()
	m := &Model{task: asked(d), classes: max(1, d.Classes), rows: len(d.Rows)}
	if m.classes > math.MaxUint16 {
		return nil, fmt.Errorf("forest: %d classes, at most %d", m.classes, math.MaxUint16)
	}
	b, err := bin(ctx, d, o.Words, o.Workers)
	if err != nil {
		return nil, err
	}
	m.cols = b.columns
	if m.task != oneNumber {
		m.base = prior(d)
	}
	if m.task == manyLabels || m.task == oneClass && m.classes != 2 {
		m.dist = newDistributions()
	}
	if o.Columns <= 0 {
		o.Columns = len(b.list)
		if m.task != oneNumber {
			o.Columns = int(math.Sqrt(float64(len(b.list))))
		}
	}
	o.Columns = max(1, o.Columns)
	total := make([]float64, len(b.list))
	begin, draw := criteria(d, m, o), newBootstrap(d, o)
	out := newOutside(m, d, b, o, draw)
	for from := 0; from < o.Trees; from = len(m.t.roots) {
		n := min(max(batch, 2*o.Workers), o.Trees-from)
		grown := make([]*grown, n)
		dists := make([]*distributions, n)
		err := shareOwn(ctx, o.Workers, n, func(int) func(int) {
			c := begin()
			g := newGrower(b, c, o, draw)
			return func(i int) {
				grown[i] = g.grow(ctx, from+i)
				if l, ok := c.(*labels); ok {
					dists[i] = l.dist
				}
			}
		})
		if err != nil {
			return nil, err
		}
		if from == 0 {
			m.t.expect(grown, o.Trees)
		}
		for i, g := range grown {
			m.join(g, dists[i], total)
		}
		if err := out.add(ctx, m, from); err != nil {
			return nil, err
		}
		if o.Progress != nil {
			o.Progress(out.progress(m, o))
		}
	}
	if o.Outside {
		m.outside = out.measure(m)
	}
	m.gain = parts(total)
	m.expect()
	return m, nil
}

// asked is what is to be told.
func asked(d feature.Data) task {
	switch {
	case d.Target != nil:
		return oneNumber
	case d.Sets != nil:
		return manyLabels
	}
	return oneClass
}

// prior is what is known without a row's columns: the share of each class or
// label, with one row more for each of its answers.
func prior(d feature.Data) []float64 {
	p, all := make([]float64, d.Classes), 0.0
	for i := range d.Rows {
		w := d.WeightOf(i)
		all += w
		if d.Sets == nil {
			p[d.Class[i]] += w
			continue
		}
		for _, c := range d.Sets[i] {
			p[c] += w
		}
	}
	answers := float64(len(p))
	if d.Sets != nil {
		answers = 2
	}
	for c := range p {
		p[c] = (p[c] + 1) / (all + answers)
	}
	return p
}

// mostNumber is what numbers to be told are cut at, so that the distance between any
// two is finite.
const mostNumber = math.MaxFloat64 / 4

// centre returns the mean of the numbers to be told, the greatest distance from
// it, and the numbers in terms of both: between -1 and 1.
func centre(d feature.Data) (mean, scale float64, y []float64) {
	y = make([]float64, len(d.Target))
	top, sum, all := 0.0, 0.0, 0.0
	for i, t := range d.Target {
		y[i] = max(-mostNumber, min(t, mostNumber))
		top = max(top, math.Abs(y[i]))
	}
	if top == 0 {
		return 0, 1, y
	}
	for i, t := range y {
		w := d.WeightOf(i)
		sum, all = sum+w*(t/top), all+w
	}
	mean = top * (sum / all)
	for _, t := range y {
		scale = max(scale, math.Abs(t-mean))
	}
	if scale == 0 {
		scale = 1
	}
	for i, t := range y {
		y[i] = (t - mean) / scale
	}
	return mean, scale, y
}

// join adds a tree to the model, and what its splits gained, as a part of all, to the total.
func (m *Model) join(g *grown, d *distributions, total []float64) {
	if m.dist != nil {
		for i := range g.nodes {
			if n := &g.nodes[i]; n.kind == leaf {
				n.left = m.dist.add(d.at(n.left))
			}
		}
	}
	m.t.add(g)
	for c, x := range parts(g.gain) {
		total[c] += x
	}
}

// parts scales numbers to the sum 1, where they have one.
func parts(x []float64) []float64 {
	sum := 0.0
	for _, y := range x {
		sum += y
	}
	out := make([]float64, len(x))
	for i, y := range x {
		if sum > 0 {
			out[i] = y / sum
		}
	}
	return out
}

// criteria returns what makes the criterion of a goroutine.
func criteria(d feature.Data, m *Model, o Options) func() criterion {
	if !o.Whole {
		d.Weight = nil // how often a row is drawn says it
	}
	switch {
	case m.task == oneNumber:
		mean, scale, y := centre(d)
		m.base, m.scale = []float64{mean}, scale
		return func() criterion { return &numbers{y: y, w: d.Weight} }
	case m.dist == nil:
		w := whole(d)
		return func() criterion { return &twoClasses{class: d.Class, w: w} }
	}
	w := whole(d)
	starts, label := make([]uint32, 1, len(d.Rows)+1), make([]uint16, 0, len(d.Rows))
	for i := range d.Rows {
		if d.Sets == nil {
			label = append(label, uint16(d.Class[i]))
		} else {
			for _, c := range d.Sets[i] {
				label = append(label, uint16(c))
			}
		}
		starts = append(starts, uint32(len(label)))
	}
	return func() criterion {
		return &labels{starts: starts, label: label, w: w, total: make([]float64, m.classes), left: make([]float64, m.classes)}
	}
}
