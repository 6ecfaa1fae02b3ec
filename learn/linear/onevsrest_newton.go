package linear

import (
	"context"
	"math"

	"inkling/learn/exact"
)

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
