package linear

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
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
	train := d
	train.Rows, train.Class, train.Sets, train.Weight = nil, nil, nil, nil
	held := train
	for i, j := range rand.New(rand.NewPCG(o.Seed, 0x6f76)).Perm(n)[:min(n, tryAtMost)] {
		to := &train
		if i%tryHold == 0 {
			to = &held
		}
		to.Rows, to.Weight = append(to.Rows, d.Rows[j]), append(to.Weight, d.WeightOf(j))
		if m.sets {
			to.Sets = append(to.Sets, d.Sets[j])
		} else {
			to.Class = append(to.Class, d.Class[j])
		}
	}
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

// newton is a fit of one class against the rest.
type newton struct {
	x         *matrix
	y         []bool
	c         float64
	tolerance float64
	most      int
	rounds    int
	w         []float64
	b         float64

	z, slope, curve, far []float64 // of rows: score, C v (p - y), C v p (1 - p), and how the score moves along a step
	g, s, rest, way, h   []float64 // of columns, and of the intercept at the end
	scale                []float64 // the diagonal of the Hessian
}

func newNewton(x *matrix, c float64, o LogisticOptions) *newton {
	rows := func() []float64 { return make([]float64, len(x.ends)) }
	columns := func() []float64 { return make([]float64, x.width+1) }
	return &newton{x: x, y: make([]bool, len(x.ends)), c: c, tolerance: o.Tolerance, most: o.Epochs, w: make([]float64, x.width),
		z: rows(), slope: rows(), curve: rows(), far: rows(), g: columns(), s: columns(), rest: columns(), way: columns(), h: columns(), scale: columns()}
}

// fit goes on until the gradient is short. At the end of the context it just ends.
func (n *newton) fit(ctx context.Context) {
	n.rounds = 0
	yes, no := 0.0, 0.0
	for i, y := range n.y {
		if y {
			yes += n.x.weight[i]
		} else {
			no += n.x.weight[i]
		}
	}
	if yes == 0 || no == 0 {
		clear(n.w)
		n.b = exact.Log((yes + 0.5) / (no + 0.5))
		return
	}
	// The length of the gradient at 0, of a class with few rows less: as of liblinear.
	for i := range n.z {
		n.slope[i] = n.c * n.x.weight[i] / 2
		if n.y[i] {
			n.slope[i] = -n.slope[i]
		}
	}
	n.gradient(false)
	enough := n.tolerance * math.Sqrt(dot(n.g, n.g)) * max(min(yes, no)/(yes+no), 0.01)
	for i := range n.z {
		n.z[i] = n.b + n.x.dot(i, n.w)
	}
	at := n.look()
	for n.rounds < n.most {
		if ctx.Err() != nil {
			return
		}
		n.gradient(true)
		if math.Sqrt(dot(n.g, n.g)) <= enough {
			return
		}
		n.rounds++
		if !n.step(ctx) {
			return
		}
		down := dot(n.g, n.s) // below 0
		last, part := n.x.width, 1.0
		for i := range n.far {
			n.far[i] = n.s[last] + n.x.dot(i, n.s)
			n.z[i] += n.far[i]
		}
		for j := range n.w {
			n.w[j] += n.s[j]
		}
		n.b += n.s[last]
		now := n.look()
		for half := 0; now > at+float64(1e-4*part*down) && half < 40; half++ {
			part /= 2
			for i, f := range n.far {
				n.z[i] -= float64(part * f)
			}
			for j := range n.w {
				n.w[j] -= float64(part * n.s[j])
			}
			n.b -= float64(part * n.s[last])
			now = n.look()
		}
		if now >= at {
			return // as low as the digits allow
		}
		at = now
	}
}

// look sets slopes and curves from the scores, and returns the objective.
func (n *newton) look() float64 {
	sum := dot(n.w, n.w) / 2
	for i, z := range n.z {
		v := float64(n.c * n.x.weight[i])
		toward := z // the score for what is not so
		if n.y[i] {
			toward = -z
		}
		e := exact.Exp(-math.Abs(z))
		p := 1 / (1 + e)
		if toward < 0 {
			p = e / (1 + e)
		}
		sum += float64(v * (max(toward, 0) + exact.Log1p(e)))
		n.curve[i] = float64(v * p * (1 - p))
		n.slope[i] = float64(v * p)
		if n.y[i] {
			n.slope[i] = -n.slope[i]
		}
	}
	return sum
}

// gradient sets g, of the weights' penalty too where that is asked for, and the
// diagonal of the Hessian with it.
func (n *newton) gradient(all bool) {
	last := n.x.width
	clear(n.g)
	for i, s := range n.slope {
		n.x.add(i, s, n.g)
		n.g[last] += s
	}
	if !all {
		return
	}
	clear(n.scale)
	for i, v := range n.curve {
		column, value := n.x.row(i)
		for k, j := range column {
			n.scale[j] += float64(v * float64(value[k]*value[k]))
		}
		n.scale[last] += v
	}
	for j, w := range n.w {
		n.g[j] += w
		n.scale[j]++
	}
	n.scale[last] = max(n.scale[last], 1e-12)
}

// Bounds of the conjugate gradients within a step.
const (
	inner     = 0.1 // length of what is left, as a part of the gradient's
	innerMost = 60
)

// step sets s to about Newton's step, by conjugate gradients, and reports whether
// there is one.
func (n *newton) step(ctx context.Context) bool {
	last := n.x.width
	clear(n.s)
	for j, g := range n.g {
		n.rest[j] = -g
		n.way[j] = -g / n.scale[j]
	}
	square := dot(n.rest, n.way)
	enough := inner * inner * square
	for range innerMost {
		if ctx.Err() != nil {
			return false
		}
		copy(n.h, n.way)
		n.h[last] = 0 // the intercept has no penalty
		for i, v := range n.curve {
			t := float64(v * (n.way[last] + n.x.dot(i, n.way)))
			n.x.add(i, t, n.h)
			n.h[last] += t
		}
		bend := dot(n.way, n.h)
		if !(bend > 0) {
			break
		}
		part := square / bend
		for j := range n.s {
			n.s[j] += float64(part * n.way[j])
			n.rest[j] -= float64(part * n.h[j])
		}
		before := square
		square = 0
		for j, r := range n.rest {
			square += float64(r * (r / n.scale[j]))
		}
		if square <= enough {
			break
		}
		for j, r := range n.rest {
			n.way[j] = r/n.scale[j] + float64(square/before*n.way[j])
		}
	}
	return dot(n.g, n.s) < 0
}
