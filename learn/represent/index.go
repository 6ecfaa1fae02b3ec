package represent

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/dense"
)

// index finds the rows of a table that point in nearly the same direction as a query: an
// inverted file (Jégou, Douze, Schmid, "Product quantization for nearest neighbor
// search", 2011, without the products). Rows stand in cells around centres that k-means
// found; a search looks into the cells whose centres are nearest. Few rows are one cell,
// and the search is exact then.
type index struct {
	cols    int
	centres matrix // columns: one a cell, so that a query meets all of them at once
	cells   []cell
	probe   int // cells that are looked into
}

// cell holds the rows of a cell as columns.
type cell struct {
	at []int // rows of the table
	m  matrix
}

// hit is a row that was found.
type hit struct {
	at     int
	cosine float32
}

// query is the room that a search needs.
type query struct {
	to    []float32 // inner products
	cells []hit
	hits  []hit
}

// Of an index: the rows up to which there is one cell, the rows that its centres come
// from, rounds of k-means, and the share of cells that a search looks into, which finds
// more than 95 of 100 nearest neighbours (see BenchmarkRecall).
const (
	exactRows   = 3000
	centreRows  = 8192
	rounds      = 6
	probedShare = 0.2
)

func newIndex(ctx context.Context, t *table) (*index, error) {
	x := &index{cols: t.cols, probe: 1}
	n := t.rows()
	if n == 0 {
		return x, nil
	}
	rows := newMatrix(n, t.cols)
	for i := range n {
		t.add(rows.row(i), i, 1)
		norm(rows.row(i))
	}
	k := 1
	if n > exactRows {
		k = int(math.Sqrt(float64(n)))
		x.probe = int(math.Ceil(probedShare * float64(k)))
	}
	centres, err := spherical(ctx, rows, k)
	if err != nil {
		return nil, err
	}
	x.centres = centres
	of, err := nearestCentres(ctx, rows, n, centres, k)
	if err != nil {
		return nil, err
	}
	x.cells = make([]cell, k)
	for i, c := range of {
		x.cells[c].at = append(x.cells[c].at, i)
	}
	for c := range x.cells {
		cell := &x.cells[c]
		cell.m = newMatrix(t.cols, len(cell.at))
		for j, at := range cell.at {
			for d, v := range rows.row(at)[:t.cols] {
				cell.m.v[d*cell.m.stride+j] = v
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// spherical finds k centres of directions by k-means, as columns.
func spherical(ctx context.Context, rows matrix, k int) (matrix, error) {
	n := min(rows.rows, centreRows) // rows are in a random order
	rng := rand.New(rand.NewPCG(uint64(n), uint64(k)))
	centres := newMatrix(rows.stride, k)
	for c, i := range rng.Perm(n)[:k] {
		for d, v := range rows.row(i) {
			centres.v[d*centres.stride+c] = v
		}
	}
	if k == 1 {
		return centres, nil
	}
	for range rounds {
		of, err := nearestCentres(ctx, rows, n, centres, k)
		if err != nil {
			return matrix{}, err
		}
		sums := newMatrix(k, rows.stride)
		for i, c := range of {
			for d, v := range rows.row(i) {
				sums.row(c)[d] += v
			}
		}
		for c := range k {
			if norm(sums.row(c)) == 0 {
				continue // a centre without rows stays where it is
			}
			for d, v := range sums.row(c) {
				centres.v[d*centres.stride+c] = v
			}
		}
	}
	return centres, nil
}

// nearestCentres returns which of the first so many centres each of the first n rows is
// nearest to.
func nearestCentres(ctx context.Context, rows matrix, n int, centres matrix, count int) ([]int, error) {
	of, to, k := make([]int, n), make([]float32, 64*centres.stride), centres.stride
	used := centres.rows
	for from := 0; from < n; from += 64 {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m := min(64, n-from)
		clear(to)
		dense.Times(to, k, rows.v[from*rows.stride:], rows.stride, 1, centres.v, k, m, k, used)
		for i := range m {
			best := 0
			for c, v := range to[i*k : i*k+count] { // beyond them there is room, of zeros
				if v > to[i*k+best] {
					best = c
				}
			}
			of[from+i] = best
		}
	}
	return of, nil
}

// search returns the k nearest rows, the nearest first. It is only lent.
func (x *index) search(q *query, v []float32, k int) []hit {
	if len(x.cells) == 0 {
		return nil
	}
	q.cells = append(q.cells[:0], hit{})
	if len(x.cells) > 1 {
		q.room(x.centres.stride)
		dense.Times(q.to, x.centres.stride, v, x.cols, 1, x.centres.v, x.centres.stride, 1, x.centres.stride, x.cols)
		q.cells = q.cells[:0]
		for c := range x.cells {
			q.cells = keep(q.cells, hit{c, q.to[c]}, x.probe)
		}
	}
	q.hits = q.hits[:0]
	for _, c := range q.cells {
		cell := &x.cells[c.at]
		if len(cell.at) == 0 {
			continue
		}
		q.room(cell.m.stride)
		dense.Times(q.to, cell.m.stride, v, x.cols, 1, cell.m.v, cell.m.stride, 1, cell.m.stride, x.cols)
		for j, at := range cell.at {
			q.hits = keep(q.hits, hit{at, q.to[j]}, k)
		}
	}
	return q.hits
}

func (q *query) room(n int) {
	q.to = slices.Grow(q.to[:0], n)[:n]
	clear(q.to)
}

// keep puts a hit among the best k, the best first; of equal ones the lower row.
func keep(hits []hit, h hit, k int) []hit {
	if len(hits) == k && !before(h, hits[k-1]) {
		return hits
	}
	if len(hits) < k {
		hits = append(hits, h)
	}
	i := len(hits) - 1
	for ; i > 0 && before(h, hits[i-1]); i-- {
		hits[i] = hits[i-1]
	}
	hits[i] = h
	return hits
}

func before(a, b hit) bool {
	return cmp.Or(cmp.Compare(b.cosine, a.cosine), cmp.Compare(a.at, b.at)) < 0
}

// all returns the k nearest rows of every row but itself. Rows of one cell look into
// the same cells: those whose centres are nearest to theirs.
func (x *index) all(ctx context.Context, k int, progress func(float64)) ([][]hit, error) {
	total := 0
	for i := range x.cells {
		total += len(x.cells[i].at)
	}
	near := make([][]hit, total)
	var q query
	own := make([]float32, x.cols)
	done := 0
	for c := range x.cells {
		mine := &x.cells[c]
		probe := []hit{{c, 1}}
		if len(x.cells) > 1 {
			for d := range own {
				own[d] = x.centres.v[d*x.centres.stride+c]
			}
			q.room(x.centres.stride)
			dense.Times(q.to, x.centres.stride, own, x.cols, 1, x.centres.v, x.centres.stride, 1, x.centres.stride, x.cols)
			probe = probe[:0]
			for i := range x.cells {
				probe = keep(probe, hit{i, q.to[i]}, x.probe)
			}
		}
		const block = 64
		for from := 0; from < len(mine.at); from += block {
			m := min(block, len(mine.at)-from)
			for _, p := range probe {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				other := &x.cells[p.at]
				if len(other.at) == 0 {
					continue
				}
				s := other.m.stride
				q.room(m * s)
				dense.Times(q.to, s, mine.m.v[from:], 1, mine.m.stride, other.m.v, s, m, s, x.cols)
				for i := range m {
					me := mine.at[from+i]
					for j, at := range other.at {
						if at != me {
							near[me] = keep(near[me], hit{at, q.to[i*s+j]}, k)
						}
					}
				}
			}
			done += m
			progress(float64(done) / float64(total))
		}
	}
	return near, nil
}
