package linear

import (
	"context"
	"errors"
	"math"

	"inkling/learn/feature"
)

// gram is the products of columns, less their means, that least squares with few
// columns are solved by.
type gram struct {
	n       int
	width   int
	total   float64   // of the weights
	mean    []float64 // of the columns
	middle  float64   // mean of the targets
	square  float64   // sum v (y - middle)^2
	product []float64 // sum v (x_j - mean_j)(x_k - mean_k), width to a row; all of it is set
	to      []float64 // sum v (x_j - mean_j)(y - middle)
	left    float64   // the least part of a column's square that was left when the columns before it were taken out, of those with a weight
}

// newGram sums up rows, with so many workers, and settles a layout that is rough.
func newGram(ctx context.Context, l *layout, d feature.Data, workers int) (*gram, error) {
	s, err := sumUp(ctx, l, d, nil, workers)
	if err != nil {
		return nil, err
	}
	if l.rough && !l.settle(s) {
		return nil, errRough
	}
	l.done = &sums{dense: s.dense, shift: s.shift}
	return s.gram(l), nil
}

// errRough is what a layout with guessed means gives that will not do: some row lacks a
// number, or a mean is too far from the guess for small differences to be kept.
var errRough = errors.New("linear: means of numbers cannot be guessed")

// settle sets mean and deviation of the numbers from the sums of all rows.
func (l *layout) settle(s *sums) bool {
	total := s.total()
	for j := range l.numbers {
		off, f := s.dense[s.root*s.panel+j]/total, &l.fields[s.number[j]]
		spread := s.dense[j*s.panel+j]/total - float64(off*off)
		f.mean = s.shift[j] + off
		if off*off > 1e3*spread && off*off > 1e-24*f.mean*f.mean {
			return false
		}
		f.inverse = 0
		if spread > 1e-24*f.mean*f.mean && spread > math.SmallestNonzeroFloat32 {
			f.inverse = 1 / math.Sqrt(spread)
		}
	}
	l.rough = false
	return true
}

// gram takes off the means and scales the numbers.
func (s *sums) gram(l *layout) *gram {
	n, width, panel := l.numbers, l.width, s.panel
	g := &gram{n: s.n, width: width, total: s.total(), mean: make([]float64, width), product: make([]float64, width*width), to: make([]float64, width)}
	row := func(i int) []float64 { return s.dense[i*panel:][:panel] }
	rest := row(s.target)[s.root]
	off := rest / g.total
	g.middle = s.middle + off
	g.square = max(0, row(s.target)[s.target]-float64(rest*off))
	if g.square != g.square {
		g.square = math.Inf(1)
	}
	mean, scale := make([]float64, n), make([]float64, n)
	for j := range n {
		f := &l.fields[s.number[j]]
		mean[j], scale[j] = row(s.root)[j]/g.total, f.inverse
		g.mean[j] = float64(((s.shift[j] - f.mean) + mean[j]) * scale[j])
		g.to[j] = float64((row(s.target)[j] - float64(mean[j]*rest)) * scale[j])
		for k := range j + 1 {
			x := row(j)[k] - float64(float64(mean[j]*mean[k])*g.total)
			g.product[j*width+k] = float64(float64(x*scale[j]) * scale[k])
		}
	}
	if n < width {
		s.pairs(g.product[n*width+n:], width)
	}
	for c := range width - n {
		cross, to := s.cross[c*panel:][:panel], g.product[(n+c)*width:][:width]
		all := cross[s.root]
		g.mean[n+c] = all / g.total
		g.to[n+c] = cross[s.target] - float64(g.mean[n+c]*rest)
		for j := range n {
			to[j] = float64((cross[j] - float64(mean[j]*all)) * scale[j])
		}
		for e := range c + 1 {
			to[n+e] -= float64(g.mean[n+e] * all)
		}
	}
	for j := range width {
		for k := range j {
			g.product[k*width+j] = g.product[j*width+k]
		}
	}
	return g
}

// intercept is the target's mean, less what the columns' means have of it.
func (g *gram) intercept(w []float64) float64 {
	b := g.middle
	for j, x := range w {
		b -= float64(x * g.mean[j])
	}
	return b
}

// dependent is the part of a column's square that must be left when the columns
// before it are taken out, for it to have a weight.
const dependent = 1e-9

// improveBelow is the part below which a solution is improved: with as much left, that of
// the products is right to some ten digits.
const improveBelow = 1e-4

// solve returns w with (product + penalty) w = to, by Cholesky's decomposition. A
// column that the ones before it make up gets no weight.
func (g *gram) solve(ctx context.Context, penalty float64, to []float64) ([]float64, error) {
	n := g.width
	l := make([]float64, n*n)
	g.left = 1
	for j := range n {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row := l[j*n : j*n+j+1]
		for k := range j + 1 {
			other := l[k*n : k*n+k+1]
			x := g.product[j*n+k]
			if j == k {
				x += penalty
				whole := x
				for _, v := range row[:k] {
					x -= float64(v * v)
				}
				if x <= dependent*whole || !(whole > 1e-12) {
					clear(row)
					break
				}
				row[k], g.left = math.Sqrt(x), min(g.left, x/whole)
				break
			}
			if other[k] == 0 {
				continue
			}
			row[k] = (x - dot4(other[:k], row)) / other[k]
		}
	}
	w := make([]float64, n)
	for j := range n {
		if l[j*n+j] == 0 {
			continue
		}
		x := to[j]
		for k := range j {
			x -= float64(l[j*n+k] * w[k])
		}
		w[j] = x / l[j*n+j]
	}
	for j := n - 1; j >= 0; j-- {
		if l[j*n+j] == 0 {
			w[j] = 0
			continue
		}
		w[j] /= l[j*n+j]
		for k := range j {
			w[k] -= float64(l[j*n+k] * w[j])
		}
	}
	return w, nil
}

// improve takes one step on the residuals: what the products of the columns lost
// of the rows' digits comes back.
func (m *Regression) improve(ctx context.Context, d feature.Data, g *gram) error {
	rest := make([]float64, g.width)
	m.base = g.intercept(m.w)
	all, y := 0.0, make([]float64, 1)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		m.Predict(r, y)
		e := float64(d.WeightOf(i) * (d.Target[i] - y[0]))
		all += e
		m.layout.each(r, func(_, column int, v float64) { rest[column] += float64(v * e) })
	}
	for j := range rest {
		rest[j] -= float64(all * g.mean[j])
	}
	step, err := g.solve(ctx, m.penalty, rest)
	if err != nil {
		return err
	}
	for j, x := range step {
		m.w[j] += x
	}
	return nil
}
