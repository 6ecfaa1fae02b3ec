package linear

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/feature"
)

// coordinates is a least squares problem as coordinate descent sees it. Columns
// are less their means.
type coordinates interface {
	along(j int) float64      // sum v x_j e
	square(j int) float64     // sum v x_j^2
	move(j int, by float64)   // w_j goes up by so much
	errors() (ee, ey float64) // sum v e^2, and sum v e (y - middle)
	start() (to []float64)    // sum v x_j (y - middle)
	intercept(w []float64) float64
}

// net is an elastic net on its way: it minimises 1/2 ee + l1 |w|_1 + l2/2 |w|^2.
type net struct {
	c      coordinates
	w      []float64
	yy     float64 // sum v (y - middle)^2
	l1, l2 float64
	rounds int
}

// soft returns x drawn towards 0 by so much.
func soft(x, by float64) float64 {
	switch {
	case x > by:
		return x - by
	case x < -by:
		return x + by
	}
	return 0
}

// round goes once over the columns, or over those with a weight, and returns by how
// much the objective may have changed at most in one of its steps.
func (n *net) round(active bool) (most float64) {
	n.rounds++
	for j, was := range n.w {
		if active && was == 0 {
			continue
		}
		square := n.c.square(j)
		if square <= 0 {
			continue
		}
		now := soft(n.c.along(j)+float64(square*was), n.l1) / (square + n.l2)
		if now != was {
			n.c.move(j, now-was)
			n.w[j] = now
			most = max(most, (square+n.l2)*(now-was)*(now-was))
		}
	}
	return most
}

// gap is by how much the objective is above the minimum at most: the objective less
// that of the dual at the errors, scaled to where the dual allows them.
func (n *net) gap() float64 {
	ee, ey := n.c.errors()
	most, size, square := 0.0, 0.0, 0.0
	for j, w := range n.w {
		most = max(most, math.Abs(n.c.along(j)-float64(n.l2*w)))
		size += math.Abs(w)
		square += float64(w * w)
	}
	scale := 1.0
	if most > n.l1 {
		scale = n.l1 / most
	}
	return float64(ee*(1+float64(scale*scale)))/2 + float64(n.l1*size) - float64(scale*ey) + float64(n.l2*(1+float64(scale*scale))*square)/2
}

// fit goes on until the gap is below a bound: over all columns, and then over those
// with a weight until these stand still.
func (n *net) fit(ctx context.Context, bound float64, most int) error {
	for range most {
		n.round(false)
		for range most {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if n.round(true) < 0.1*bound {
				break
			}
		}
		if n.gap() <= bound {
			return nil
		}
	}
	return nil
}

// steps are the penalties that are tried, as parts of the least one with which no
// column has a weight.
var steps = [...]float64{0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 0.0005}

const (
	usualStep = 0.02 // where too few rows can be held out
	stepFrom  = 20   // rows
	stepHold  = 4    // one in so many is held out
	stepWorse = 1.03 // squared error against the least one, after which no smaller penalty is tried
)

// elastic fits Elastic.
func (m *Regression) elastic(ctx context.Context, d feature.Data, o RegressionOptions) error {
	var n *net
	total, part, err := 0.0, usualStep, error(nil)
	switch choose := o.Penalty <= 0 && len(d.Rows) >= stepFrom; {
	case choose && m.layout.width <= narrow:
		part, n, total, err = m.chooseByProducts(ctx, d, o)
	case choose:
		if part, err = m.chooseStep(ctx, d, o); err == nil {
			n, total, err = m.net(ctx, d, o)
		}
	default:
		n, total, err = m.net(ctx, d, o)
	}
	if err != nil {
		return err
	}
	if m.penalty = o.Penalty; m.penalty <= 0 {
		m.penalty = part * n.none() / total / o.Share
	}
	n.set(m.penalty, o.Share, total)
	if err := n.fit(ctx, o.Gap*n.yy, o.Epochs); err != nil {
		return err
	}
	m.w, m.rounds, m.base = n.w, n.rounds, n.c.intercept(n.w)
	return nil
}

// none is the least l1 with which no column has a weight.
func (n *net) none() (most float64) {
	for _, x := range n.c.start() {
		most = max(most, math.Abs(x))
	}
	return most
}

// set sets the penalty.
func (n *net) set(penalty, share, total float64) {
	n.l1, n.l2 = penalty*share*total, penalty*(1-share)*total
}

// net lays out the problem: by the products of columns where they are few.
func (m *Regression) net(ctx context.Context, d feature.Data, o RegressionOptions) (*net, float64, error) {
	if m.layout.width <= narrow {
		g, err := newGram(ctx, m.layout, d, o.Workers)
		if err != nil {
			return nil, 0, err
		}
		return g.net(), g.total, nil
	}
	x, err := m.layout.matrixOf(ctx, d)
	if err != nil {
		return nil, 0, err
	}
	c := newRowCoordinates(x, d.Target)
	yy, _ := c.errors()
	return &net{c: c, w: make([]float64, x.width), yy: yy}, x.total, nil
}

// hold returns the rows to fit on and those that are held out, ascending.
func hold(rows int, seed uint64) (train, held []int) {
	for k, i := range rand.New(rand.NewPCG(seed, 0x656e)).Perm(rows) {
		if k%stepHold == 0 {
			held = append(held, i)
		} else {
			train = append(train, i)
		}
	}
	slices.Sort(train)
	slices.Sort(held)
	return train, held
}

// some returns some rows.
func some(d feature.Data, rows []int) feature.Data {
	out := d
	out.Rows, out.Target, out.Weight = nil, nil, nil
	for _, i := range rows {
		out.Rows, out.Target, out.Weight = append(out.Rows, d.Rows[i]), append(out.Target, d.Target[i]), append(out.Weight, d.WeightOf(i))
	}
	return out
}

// chooseStep returns the step with the least squared error on a quarter of the rows,
// after a fit on the others; each fit sets out from the one before.
func (m *Regression) chooseStep(ctx context.Context, d feature.Data, o RegressionOptions) (float64, error) {
	train, held := hold(len(d.Rows), o.Seed)
	n, total, err := m.net(ctx, some(d, train), o)
	if err != nil {
		return 0, err
	}
	rest := some(d, held)
	try := Regression{layout: m.layout, w: n.w}
	y := make([]float64, 1)
	return n.choose(ctx, o, total, func() (lost float64, err error) {
		try.base = n.c.intercept(n.w)
		for i, r := range rest.Rows {
			if i%checkRows == 0 && ctx.Err() != nil {
				return 0, ctx.Err()
			}
			try.Predict(r, y)
			lost += float64(rest.Weight[i] * float64((rest.Target[i]-y[0])*(rest.Target[i]-y[0])))
		}
		return lost, nil
	})
}

// chooseByProducts is chooseStep where there are few columns: the rows are gone over
// once, for their products tell the errors too. It also returns the problem of all rows.
func (m *Regression) chooseByProducts(ctx context.Context, d feature.Data, o RegressionOptions) (step float64, whole *net, total float64, err error) {
	train, held := hold(len(d.Rows), o.Seed)
	all, err := sumUp(ctx, m.layout, d, train, o.Workers)
	if err != nil {
		return 0, nil, 0, err
	}
	rest, err := sumUp(ctx, m.layout, d, held, o.Workers)
	if err != nil {
		return 0, nil, 0, err
	}
	part := *all
	part.own()
	all.take(rest)
	if m.layout.rough && !m.layout.settle(all) {
		return 0, nil, 0, errRough
	}
	g, h := part.gram(m.layout), rest.gram(m.layout)
	n := g.net()
	step, err = n.choose(ctx, o, g.total, func() (float64, error) { return h.lost(n.w, g.intercept(n.w)), nil })
	if err != nil {
		return 0, nil, 0, err
	}
	g = all.gram(m.layout)
	return step, g.net(), g.total, nil
}

// choose goes down the steps, and returns the one after whose fit least is lost.
func (n *net) choose(ctx context.Context, o RegressionOptions, total float64, lost func() (float64, error)) (float64, error) {
	none, best, at := n.none(), math.Inf(1), usualStep
	for _, step := range steps {
		n.set(step*none/total/o.Share, o.Share, total)
		if err := n.fit(ctx, 1e-4*n.yy, o.Epochs); err != nil {
			return 0, err
		}
		now, err := lost()
		if err != nil {
			return 0, err
		}
		if now < best {
			best, at = now, step
		} else if now > stepWorse*best {
			break
		}
	}
	return at, nil
}

// lost is the squared error of the rows, which are not those that a fit was made on.
func (g *gram) lost(w []float64, base float64) float64 {
	off, squares := g.middle-base, 0.0
	for j, x := range w {
		off -= float64(x * g.mean[j])
		if x != 0 {
			squares += float64(x * (dot(g.product[j*g.width:][:g.width], w) - float64(2*g.to[j])))
		}
	}
	return max(0, g.square+squares) + float64(g.total*float64(off*off))
}

// net is the problem with no column in use yet.
func (g *gram) net() *net {
	c := &gramCoordinates{g: g, rest: append([]float64(nil), g.to...), w: make([]float64, g.width)}
	return &net{c: c, w: c.w, yy: g.square}
}

// gramCoordinates does it by the products of the columns.
type gramCoordinates struct {
	g    *gram
	rest []float64 // to - product w
	w    []float64
}

func (c *gramCoordinates) along(j int) float64  { return c.rest[j] }
func (c *gramCoordinates) square(j int) float64 { return c.g.product[j*c.g.width+j] }
func (c *gramCoordinates) start() []float64     { return c.g.to }

func (c *gramCoordinates) intercept(w []float64) float64 { return c.g.intercept(w) }

func (c *gramCoordinates) move(j int, by float64) {
	for k, x := range c.g.product[j*c.g.width:][:c.g.width] {
		c.rest[k] -= float64(by * x)
	}
}

func (c *gramCoordinates) errors() (ee, ey float64) {
	told := dot(c.w, c.g.to)
	return max(0, c.g.square-told-dot(c.w, c.rest)), c.g.square - told
}

// rowCoordinates does it by the errors of the rows. The columns are as they are:
// as the errors sum to 0, by the rows' weights, the means come in only where a
// weight moves, and that is one number for all rows.
type rowCoordinates struct {
	total, middle float64
	mean, squares []float64
	to            []float64
	ends          []int // of the columns
	row           []uint32
	value         []float64
	weight        []float64 // of rows
	y, rest       []float64 // y - middle, and of the errors what is their own
	all           float64   // and what all have
}

func newRowCoordinates(x *matrix, target []float64) *rowCoordinates {
	c := &rowCoordinates{total: x.total, mean: x.means(), squares: make([]float64, x.width), to: make([]float64, x.width),
		ends: make([]int, x.width), row: make([]uint32, len(x.column)), value: make([]float64, len(x.column)), weight: x.weight,
		y: make([]float64, len(target)), rest: make([]float64, len(target))}
	for i, y := range target {
		c.middle += float64(x.weight[i] * y)
	}
	c.middle /= x.total
	for _, j := range x.column {
		c.ends[j]++
	}
	for j := 1; j < x.width; j++ {
		c.ends[j] += c.ends[j-1]
	}
	at := make([]int, x.width)
	copy(at[1:], c.ends)
	for i := range target {
		c.y[i] = target[i] - c.middle
		c.rest[i] = c.y[i]
		column, value := x.row(i)
		for k, j := range column {
			c.row[at[j]], c.value[at[j]] = uint32(i), value[k]
			at[j]++
			c.squares[j] += float64(x.weight[i] * float64(value[k]*value[k]))
			c.to[j] += float64(x.weight[i] * float64(value[k]*c.y[i]))
		}
	}
	for j, m := range c.mean {
		c.squares[j] = max(0, c.squares[j]-float64(x.total*float64(m*m)))
	}
	return c
}

// column returns the rows that have something in a column, and what.
func (c *rowCoordinates) column(j int) ([]uint32, []float64) {
	start := 0
	if j > 0 {
		start = c.ends[j-1]
	}
	return c.row[start:c.ends[j]], c.value[start:c.ends[j]]
}

func (c *rowCoordinates) square(j int) float64 { return c.squares[j] }
func (c *rowCoordinates) start() []float64     { return c.to }

func (c *rowCoordinates) along(j int) (sum float64) {
	row, value := c.column(j)
	for k, i := range row {
		sum += float64(value[k] * float64(c.weight[i]*(c.rest[i]+c.all)))
	}
	return sum
}

func (c *rowCoordinates) move(j int, by float64) {
	row, value := c.column(j)
	for k, i := range row {
		c.rest[i] -= float64(by * value[k])
	}
	c.all += float64(by * c.mean[j])
}

func (c *rowCoordinates) errors() (ee, ey float64) {
	for i, r := range c.rest {
		e := r + c.all
		ee += float64(c.weight[i] * float64(e*e))
		ey += float64(c.weight[i] * float64(e*c.y[i]))
	}
	return ee, ey
}

func (c *rowCoordinates) intercept(w []float64) float64 { return c.middle - dot(c.mean, w) }
