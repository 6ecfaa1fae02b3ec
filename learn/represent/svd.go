package represent

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/mat"

	"inkling/learn/dense"
)

// sparse is a matrix by rows.
type sparse struct {
	rows, cols int
	start      []int // of each row, and the end
	index      []uint32
	value      []float32
}

// turned returns the transpose.
func (a *sparse) turned(ctx context.Context) (*sparse, error) {
	t := &sparse{rows: a.cols, cols: a.rows, start: make([]int, a.cols+1), index: make([]uint32, len(a.index)), value: make([]float32, len(a.value))}
	for _, j := range a.index {
		t.start[j+1]++
	}
	for j := range a.cols {
		t.start[j+1] += t.start[j]
	}
	next := slices.Clone(t.start[:a.cols])
	for i := range a.rows {
		if i%(looks/8) == 0 { // rows may be long
			if err := look(ctx); err != nil {
				return nil, err
			}
		}
		for k := a.start[i]; k < a.start[i+1]; k++ {
			at := next[a.index[k]]
			next[a.index[k]]++
			t.index[at], t.value[at] = uint32(i), a.value[k]
		}
	}
	return t, nil
}

// matrix is a dense matrix by rows, each padded to stride numbers.
type matrix struct {
	rows, cols, stride int
	v                  []float32
}

func newMatrix(rows, cols int) matrix {
	s := dense.Padded(cols)
	return matrix{rows, cols, s, make([]float32, rows*s)}
}

func (m matrix) row(i int) []float32 { return m.v[i*m.stride : (i+1)*m.stride] }

// looks is how many rows of a matrix are worked on between two looks at the context.
const looks = 256

// look lets whoever draws the screen go first, and returns the context's error.
func look(ctx context.Context) error {
	runtime.Gosched()
	return ctx.Err()
}

// times returns a times m.
func (a *sparse) times(ctx context.Context, m matrix) (matrix, error) {
	out := newMatrix(a.rows, m.stride)
	work := 0
	for i := range a.rows {
		from, to := a.start[i], a.start[i+1]
		if work += to - from; work > looks*looks/4 {
			if err := look(ctx); err != nil {
				return out, err
			}
			work = 0
		}
		dense.Gather(out.row(i), m.v, a.index[from:to], a.value[from:to])
	}
	return out, ctx.Err()
}

// gram returns the products of the first n columns with each other. Parts of the
// rows are summed in 32 bits, and the parts in 64.
func (m matrix) gram(ctx context.Context, n int) (*mat.SymDense, error) {
	sum, part := make([]float64, n*n), make([]float32, m.stride*m.stride)
	for from := 0; from < m.rows; from += looks {
		if err := look(ctx); err != nil {
			return nil, err
		}
		k := min(looks, m.rows-from)
		clear(part)
		dense.Times(part, m.stride, m.v[from*m.stride:], 1, m.stride, m.v[from*m.stride:], m.stride, m.stride, m.stride, k)
		for i := range n {
			for j := range n {
				sum[i*n+j] += float64(part[i*m.stride+j])
			}
		}
	}
	return mat.NewSymDense(n, sum), nil
}

// errEigen is that a decomposition did not converge, which numbers that are none lead to.
var errEigen = errors.New("represent: no decomposition")

// least is the share of the greatest singular value below which one counts as 0: what
// numbers of 32 bits cannot tell from rounding.
const least = 1e-3

// basis returns m times a matrix that makes its columns orthonormal, the strongest
// first, and their singular values. Columns that depend on others are dropped.
func (m matrix) basis(ctx context.Context, n int) (matrix, []float64, error) {
	g, err := m.gram(ctx, n)
	if err != nil {
		return matrix{}, nil, err
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(g, true) {
		return matrix{}, nil, errEigen
	}
	values := eigen.Values(nil) // ascending
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	var sigma []float64
	for i := n - 1; i >= 0; i-- {
		s := math.Sqrt(max(0, values[i]))
		if s == 0 || len(sigma) > 0 && s < least*sigma[0] {
			break
		}
		sigma = append(sigma, s)
	}
	turn := newMatrix(m.stride, len(sigma))
	for j, s := range sigma {
		for i := range n {
			turn.v[i*turn.stride+j] = float32(vectors.At(i, n-1-j) / s)
		}
	}
	out := newMatrix(m.rows, len(sigma))
	for from := 0; from < m.rows && len(sigma) > 0; from += looks {
		if err := look(ctx); err != nil {
			return matrix{}, nil, err
		}
		k := min(looks, m.rows-from)
		dense.Times(out.v[from*out.stride:], out.stride, m.v[from*m.stride:], m.stride, 1, turn.v, turn.stride, k, turn.stride, n)
	}
	return out, sigma, nil
}

// Of the randomised decomposition: directions beyond those that are asked for, and how
// often they are multiplied by the matrix and its transpose.
const (
	beyond = 20
	powers = 3
)

// directions returns the strongest right singular vectors of a matrix as the first
// columns, at most so many, and the singular values, by subspace iteration from a random start
// (Halko, Martinsson, Tropp, "Finding structure with randomness", SIAM Review 2011,
// algorithms 4.4 and 5.1). Orthonormal bases come from the eigenvectors of the products
// of the columns.
func directions(ctx context.Context, a *sparse, most int, seed uint64, progress func(float64)) (matrix, []float64, error) {
	n := min(most+beyond, a.rows, a.cols)
	if n == 0 || len(a.index) == 0 {
		return matrix{}, nil, nil
	}
	t, err := a.turned(ctx)
	if err != nil {
		return matrix{}, nil, err
	}
	rng := rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15))
	q := newMatrix(a.cols, n)
	for i := range a.cols {
		if i%looks == 0 {
			if err := look(ctx); err != nil {
				return matrix{}, nil, err
			}
		}
		for j := range n {
			q.row(i)[j] = float32(rng.NormFloat64())
		}
	}
	var sigma []float64
	for step := range powers + 1 {
		y, err := a.times(ctx, q)
		if err != nil {
			return matrix{}, nil, err
		}
		if y, sigma, err = y.basis(ctx, n); err != nil {
			return matrix{}, nil, err
		}
		if n = len(sigma); n == 0 {
			return matrix{}, nil, nil
		}
		progress((float64(step) + 0.5) / (powers + 1))
		if q, err = t.times(ctx, y); err != nil {
			return matrix{}, nil, err
		}
		if q, sigma, err = q.basis(ctx, n); err != nil {
			return matrix{}, nil, err
		}
		if n = len(sigma); n == 0 {
			return matrix{}, nil, nil
		}
		progress((float64(step) + 1) / (powers + 1))
	}
	n = min(n, most)
	return q, sigma[:n], nil
}

// axis returns the strongest right singular vector of n columns.
func (m matrix) axis(ctx context.Context, n int) ([]float64, error) {
	g, err := m.gram(ctx, n)
	if err != nil {
		return nil, err
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(g, true) {
		return nil, errEigen
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	return mat.Col(nil, n-1, &vectors), nil
}
