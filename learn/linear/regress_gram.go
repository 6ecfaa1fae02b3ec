package linear

import (
	"context"
	"math"
	"sync"

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
}

const (
	blockRows = 128           // rows whose numbers are held by column at a time
	stride    = blockRows + 8 // between columns: a power of two would have them all share a few lines of the cache
	chunkRows = 4096          // rows that are summed for themselves: the same with any number of workers
)

// newGram sums up rows, with so many workers.
func newGram(ctx context.Context, l *layout, d feature.Data, workers int) (*gram, error) {
	g := &gram{n: len(d.Rows), width: l.width, mean: make([]float64, l.width), product: make([]float64, l.width*l.width), to: make([]float64, l.width)}
	for i, y := range d.Target {
		v := d.WeightOf(i)
		g.total += v
		g.middle += float64(v * y)
	}
	g.middle /= g.total
	chunks := (g.n + chunkRows - 1) / chunkRows
	team := max(1, min(workers, chunks))
	sums := make([]*sum, team)
	for w := range sums {
		sums[w] = newSum(l, g.middle)
	}
	for first := 0; first < chunks; first += team {
		var wait sync.WaitGroup
		for w := range min(team, chunks-first) {
			wait.Go(func() {
				from := (first + w) * chunkRows
				sums[w].rows(ctx, d, from, min(from+chunkRows, g.n))
			})
		}
		wait.Wait()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for w := range min(team, chunks-first) {
			g.take(sums[w])
		}
	}
	for j := range g.mean {
		g.mean[j] /= g.total
	}
	for j := range g.width {
		for k := range j + 1 {
			x := g.product[j*g.width+k] - float64(float64(g.mean[j]*g.mean[k])*g.total)
			g.product[j*g.width+k], g.product[k*g.width+j] = x, x
		}
	}
	return g, nil
}

// take adds the sums of a chunk.
func (g *gram) take(s *sum) {
	for j, x := range s.mean {
		g.mean[j] += x
		g.to[j] += s.to[j]
		row := s.product[j*g.width:]
		for k := range j + 1 {
			g.product[j*g.width+k] += row[k]
		}
	}
	g.square += s.square
}

// sum is what the rows of a chunk come to.
type sum struct {
	l        *layout
	middle   float64
	mean, to []float64
	product  []float64 // below the diagonal, and on it
	square   float64
	dense    []float64 // numbers of a block by column
	column   []int
	value    []float64
	root     []float64 // of the weights of a block
	target   []float64 // of a block, times root
}

func newSum(l *layout, middle float64) *sum {
	return &sum{l: l, middle: middle, mean: make([]float64, l.width), to: make([]float64, l.width), product: make([]float64, l.width*l.width),
		dense: make([]float64, l.numbers*stride), root: make([]float64, blockRows), target: make([]float64, blockRows)}
}

// rows sums up the rows from one to another.
func (s *sum) rows(ctx context.Context, d feature.Data, from, to int) {
	clear(s.mean)
	clear(s.to)
	clear(s.product)
	s.square = 0
	for ; from < to && ctx.Err() == nil; from += blockRows {
		s.block(d, from, min(from+blockRows, to))
	}
}

// block sums up at most blockRows rows. Numbers are set down by column, with the
// root of the row's weight, so that products of two columns are those of two
// vectors; the other columns are summed row by row.
func (s *sum) block(d feature.Data, from, to int) {
	l, n := s.l, to-from
	clear(s.dense)
	for b := range n {
		i := from + b
		s.root[b] = math.Sqrt(d.WeightOf(i))
		s.target[b] = float64(s.root[b] * (d.Target[i] - s.middle))
		s.square += float64(s.target[b] * s.target[b])
		row := d.Rows[i].Table
		for j := range l.fields {
			f := &l.fields[j]
			if f.codes > 0 || f.inverse == 0 || j >= len(row) || row[j] != row[j] {
				continue
			}
			x := min(max(float64(row[j]), -math.MaxFloat32), math.MaxFloat32)
			s.dense[f.first*stride+b] = float64(float64((x-f.mean)*f.inverse) * s.root[b])
		}
	}
	for j := range l.numbers {
		x := s.dense[j*stride:][:n]
		for b, v := range x {
			s.mean[j] += float64(v * s.root[b])
			s.to[j] += float64(v * s.target[b])
		}
	}
	for j := 0; j < l.numbers; j += 2 {
		for k := 0; k <= j; k += 2 {
			s.pair(j, k, n)
		}
	}
	if l.width == l.numbers {
		return
	}
	for b := range n {
		i := from + b
		s.column, s.value = s.column[:0], s.value[:0]
		l.each(d.Rows[i], func(_, column int, v float64) {
			if column >= l.numbers {
				s.column, s.value = append(s.column, column), append(s.value, float64(v*s.root[b]))
			}
		})
		for a, c := range s.column {
			v := s.value[a]
			s.mean[c] += float64(v * s.root[b])
			s.to[c] += float64(v * s.target[b])
			row := s.product[c*l.width:]
			for j := range l.numbers {
				row[j] += float64(v * s.dense[j*stride+b])
			}
			for e, other := range s.column[:a+1] {
				if other <= c {
					row[other] += float64(v * s.value[e])
				} else {
					s.product[other*l.width+c] += float64(v * s.value[e])
				}
			}
		}
	}
}

// pair adds the products of columns j and j+1 with k and k+1, as far as these are.
func (s *sum) pair(j, k, n int) {
	width := s.l.width
	if j+1 == s.l.numbers {
		x := s.dense[j*stride:][:n]
		for ; k <= min(j, k|1); k++ {
			y, sum := s.dense[k*stride:][:n], 0.0
			for b, v := range x {
				sum += float64(v * y[b])
			}
			s.product[j*width+k] += sum
			if k&1 == 1 {
				break
			}
		}
		return
	}
	x0, x1 := s.dense[j*stride:][:n], s.dense[(j+1)*stride:][:n]
	y0, y1 := s.dense[k*stride:][:n], s.dense[(k+1)*stride:][:n]
	var a, b, c, d float64
	for i, x := range x0 {
		z, p, q := x1[i], y0[i], y1[i]
		a += float64(x * p)
		b += float64(x * q)
		c += float64(z * p)
		d += float64(z * q)
	}
	s.product[j*width+k] += a
	if k < j {
		s.product[j*width+k+1] += b
	}
	s.product[(j+1)*width+k] += c
	s.product[(j+1)*width+k+1] += d
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

// solve returns w with (product + penalty) w = to, by Cholesky's decomposition. A
// column that the ones before it make up gets no weight.
func (g *gram) solve(ctx context.Context, penalty float64, to []float64) ([]float64, error) {
	n := g.width
	l := make([]float64, n*n)
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
				row[k] = math.Sqrt(x)
				break
			}
			if other[k] == 0 {
				continue
			}
			for i, v := range other[:k] {
				x -= float64(v * row[i])
			}
			row[k] = x / other[k]
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
