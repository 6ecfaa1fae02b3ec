package learn

import (
	"context"
	"fmt"
	"math"

	"inkling/label"
	"inkling/learn/calibrate"
	"inkling/learn/dense"
	"inkling/learn/semi"
)

// Ways to learn from items that have no answer, beside those that have one.
const (
	SelfTraining   = "self-training"   // from what the model says of them and is sure of
	LabelSpreading = "label-spreading" // from what the answered items say that read alike
)

// SemiSupervised lists the ways.
func SemiSupervised() []string { return []string{SelfTraining, LabelSpreading} }

// Of learning from items without an answer.
const (
	semiItems = 2000 // that may be learned from, at most
	semiFrom  = 20   // answers before it is tried
	semiRows  = 4000 // answers up to which it is: beyond, there is enough without
	semiSure  = 0.9  // the calibrated probability from which on an item is learned from
	semiShare = 0.5  // how much all of them weigh beside the answers, at most
	semiNear  = 10   // neighbours of an item
	semiAlpha = 0.9  // how much an item listens to them
)

// semiSupervised reports whether a problem is learned from with items that have no
// answer.
func (t *Trainer) semiSupervised(p *problem) bool {
	how, n := t.o.Settings.Semi, len(p.all.Rows)
	return how != "" && how != "none" && p.kind == label.Classes && n >= semiFrom && n <= semiRows
}

// unanswered reads the items that may be learned from without an answer: of those
// that come first by their ids, which is a random order, those on which nobody
// decided, but for the audit stream.
func (t *Trainer) unanswered(ctx context.Context) ([]example, error) {
	var nums []uint64
	if _, err := t.project.Walk(label.ID{}, int(min(t.items, 2*semiItems)), func(num uint64, _ label.ID) bool {
		if !t.answers.decided.has(num) {
			nums = append(nums, num)
		}
		return len(nums) < semiItems && ctx.Err() == nil
	}); err != nil {
		return nil, fmt.Errorf("draw items: %w", err)
	}
	e := newExamples(t.space)
	if err := e.fill(ctx, t.project, nums); err != nil {
		return nil, fmt.Errorf("draw items: %w", err)
	}
	var out []example
	for _, num := range nums {
		if x, ok := e.rows[num]; ok && !x.audit {
			out = append(out, x)
		}
	}
	return out, nil
}

// guessed returns what a run learns from beside the answers: rows without an answer,
// with the class that is held for theirs and how much they weigh. They are seen by
// that one fit alone, never by a curve, a comparison, a calibration or a
// measurement.
func (t *Trainer) guessed(ctx context.Context, p *problem, m Model, o FitOptions) (Data, error) {
	items, how := p.unanswered, t.o.Settings.Semi
	if len(items) == 0 {
		return Data{}, nil
	}
	say := func(ctx context.Context) ([][]float64, [][]float64, error) { return p.toldByModels(ctx, m, items, o) }
	if how == LabelSpreading {
		if p.all.Vector == 0 {
			return Data{}, nil // there is nothing by which items are alike
		}
		say = func(ctx context.Context) ([][]float64, [][]float64, error) { return p.toldByNeighbours(ctx, items) }
	}
	outside, said, err := say(ctx)
	if err != nil {
		return Data{}, fmt.Errorf("%s: %w", how, err)
	}
	if err := calibrateSaid(ctx, p, outside, said); err != nil {
		return Data{}, err
	}
	per, _ := p.all.Counts()
	out := p.all.Take(nil)
	for _, x := range semi.Choose(said, semiSure, per, semiShare) {
		out.Rows, out.Class, out.Weight = append(out.Rows, items[x.Row].row), append(out.Class, x.Class), append(out.Weight, x.Weight)
	}
	return out, nil
}

// calibrateSaid corrects what is said of items by what was said, in the same way,
// of answered ones whose answer was kept back.
func calibrateSaid(ctx context.Context, p *problem, outside, said [][]float64) error {
	var q [][]float64
	var class []int
	for i, x := range outside {
		if x != nil {
			q, class = append(q, x), append(class, p.all.Class[i])
		}
	}
	if len(q) < semiFrom {
		clear(said)
		return nil
	}
	c, _, err := calibrate.Fit(ctx, q, class)
	if err != nil {
		return fmt.Errorf("calibrate: %w", err)
	}
	for _, x := range said {
		if x != nil {
			c.Apply(x)
		}
	}
	return nil
}

// toldByModels returns what models say of the answered rows, each without its part
// of them, and what the model of all says of the items.
func (p *problem) toldByModels(ctx context.Context, m Model, items []example, o FitOptions) (outside, said [][]float64, err error) {
	outside, said = make([][]float64, len(p.all.Rows)), make([][]float64, len(items))
	tell := func(m Model, r Row) []float64 {
		q := make([]float64, p.all.Classes)
		m.Predict(r, q)
		return q
	}
	o.Fresh, o.Progress, o.Tune = true, nil, Tuning{}
	for part := range crossParts {
		held, rest := p.split(func(h uint64) bool { return int(h%crossParts) == part })
		if len(held) == 0 || len(rest) == 0 {
			continue
		}
		f, err := newModel(m.Name())
		if err != nil {
			return nil, nil, err
		}
		if f, err = f.Fit(ctx, p.taught(rest), o); err != nil {
			return nil, nil, err
		}
		for _, i := range held {
			outside[i] = tell(f, p.all.Rows[i])
		}
	}
	f, err := newModel(m.Name())
	if err != nil {
		return nil, nil, err
	}
	if f, err = f.Fit(ctx, p.everything(), o); err != nil {
		return nil, nil, err
	}
	for i, x := range items {
		if i%64 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		said[i] = tell(f, x.row)
	}
	return outside, said, nil
}

// toldByNeighbours returns what the labels that spread over a graph of similar items
// say of the answered rows, each without its part of the labels, and of the items.
func (p *problem) toldByNeighbours(ctx context.Context, items []example) (outside, said [][]float64, err error) {
	n := len(p.all.Rows)
	vectors := make([][]float32, 0, n+len(items))
	for _, r := range p.all.Rows {
		vectors = append(vectors, r.Vector)
	}
	for _, x := range items {
		vectors = append(vectors, x.row.Vector)
	}
	g, err := similarGraph(ctx, vectors, semiNear)
	if err != nil {
		return nil, nil, err
	}
	class := make([]int, len(vectors))
	for i := range class {
		class[i] = -1
	}
	copy(class, p.all.Class)
	f, err := g.Spread(ctx, class, p.all.Classes, semiAlpha)
	if err != nil {
		return nil, nil, err
	}
	said, outside = f[n:], make([][]float64, n)
	for part := range crossParts {
		held, _ := p.split(func(h uint64) bool { return int(h%crossParts) == part })
		copy(class, p.all.Class)
		for _, i := range held {
			class[i] = -1
		}
		f, err := g.Spread(ctx, class, p.all.Classes, semiAlpha)
		if err != nil {
			return nil, nil, err
		}
		for _, i := range held {
			outside[i] = f[i]
		}
	}
	return outside, said, nil
}

// similarGraph joins each vector to the k others that point most nearly where it does. An
// edge weighs less the farther they are apart, by the mean of all such distances.
func similarGraph(ctx context.Context, vectors [][]float32, k int) (*semi.Graph, error) {
	n := len(vectors)
	dim := len(vectors[0])
	cols := (n + dense.Lanes - 1) / dense.Lanes * dense.Lanes
	unit, turned := make([]float32, n*dim), make([]float32, dim*cols)
	for i, v := range vectors {
		sum := 0.0 // products of two float32 are exact in float64
		for _, x := range v {
			sum += float64(x) * float64(x)
		}
		by := float32(1 / math.Sqrt(max(sum, 1e-30)))
		for d, x := range v {
			unit[i*dim+d], turned[d*cols+i] = x*by, x*by
		}
	}
	const block = 16
	var edges []semi.Edge
	mean := 0.0
	product := make([]float32, block*cols)
	for from := 0; from < n; from += block {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := min(block, n-from)
		clear(product)
		dense.Times(product, cols, unit[from*dim:], dim, 1, turned, cols, m, cols, dim)
		for i := range m {
			me := from + i
			var near []semi.Edge // the nearest first
			for j, x := range product[i*cols : i*cols+n] {
				if j == me || len(near) == k && float64(x) <= near[k-1].Weight {
					continue
				}
				at := len(near)
				for at > 0 && near[at-1].Weight < float64(x) {
					at--
				}
				near = append(near, semi.Edge{})
				copy(near[at+1:], near[at:])
				near[at] = semi.Edge{A: me, B: j, Weight: float64(x)}
				near = near[:min(len(near), k)]
			}
			for _, e := range near {
				mean += 1 - e.Weight
			}
			edges = append(edges, near...)
		}
	}
	mean = max(mean/float64(max(len(edges), 1)), 1e-6)
	for i := range edges {
		edges[i].Weight = math.Exp(-max(1-edges[i].Weight, 0) / mean)
	}
	return semi.NewGraph(n, edges), nil
}

// with returns the data with more of the same kind behind it.
func with(d, more Data) Data {
	if len(more.Rows) == 0 {
		return d
	}
	n := len(d.Rows)
	w := d.Weight
	d.Weight = make([]float64, n, n+len(more.Rows))
	for i := range d.Weight {
		d.Weight[i] = 1
		if w != nil {
			d.Weight[i] = w[i]
		}
	}
	d.Rows, d.Class, d.Weight = append(d.Rows[:n:n], more.Rows...), append(d.Class[:n:n], more.Class...), append(d.Weight, more.Weight...)
	return d
}
