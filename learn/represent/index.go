package represent

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"inkling/learn/dense"
)

// index finds the anchors that point in nearly the same direction as a query: an
// inverted file (Jégou, Douze, Schmid, "Product quantization for nearest neighbor
// search", 2011, without the products). Anchors stand in cells around centres that k-means
// found; a search looks into the cells whose centres are nearest. Few anchors are one
// cell, and the search is exact then.
type index struct {
	centres units
	base    units
	start   []int // first anchor of each cell, and the end
	probe   int   // cells that are looked into
}

// units is a table whose rows count as having length 1.
type units struct {
	*table
	unit []float32 // what the whole numbers of each row are multiplied with
}

// one is what 1 is in a query of whole numbers. Inner products of it and a row of n
// cells stay below 127 one √n, by the inequality of Cauchy and Schwarz.
const one = 16000

// mostCols keeps those products below 2^31.
const mostCols = 1 << 19

func newUnits(t *table) units {
	u := units{t, make([]float32, t.rows())}
	for i := range u.unit {
		sum := 0
		for _, c := range t.row(i) {
			sum += int(c) * int(c)
		}
		if sum > 0 {
			u.unit[i] = float32(1 / (one * math.Sqrt(float64(sum))))
		}
	}
	return u
}

// cosine is that of row i and a query.
func (u *units) cosine(q []int16, i int) float32 { return float32(dot(q, u.row(i))) * u.unit[i] }

// hit is an anchor that was found, or a cell.
type hit struct {
	at     int
	cosine float32
}

// query is the room that a search needs.
type query struct {
	whole []int16
	cells []hit
	hits  []hit
}

// Of an index: the anchors up to which there is one cell, the anchors that its
// centres come from, rounds of k-means, and the share of cells that a search looks
// into. BenchmarkRecall tells what that finds.
const (
	exactRows   = 3000
	centreRows  = 8192
	rounds      = 6
	probedShare = 0.25
)

// arrange finds cells for rows of length 1: the centres of the cells, the rows in the
// order of their cells, and where each cell starts.
func arrange(ctx context.Context, rows matrix, cols int) (centres table, order, start []int, err error) {
	k := 1
	if rows.rows > exactRows {
		k = int(math.Sqrt(float64(rows.rows)))
	}
	m, err := spherical(ctx, rows, k)
	if err != nil {
		return table{}, nil, nil, err
	}
	of, err := nearestCentres(ctx, rows, rows.rows, m)
	if err != nil {
		return table{}, nil, nil, err
	}
	order, start = make([]int, rows.rows), make([]int, k+1)
	for i, c := range of {
		order[i] = i
		start[c+1]++
	}
	for c := range k {
		start[c+1] += start[c]
	}
	slices.SortStableFunc(order, func(a, b int) int { return of[a] - of[b] })
	centres, err = newTable(ctx, cols, nil, k, func(c int, into []float32) {
		for d := range into {
			into[d] = m.v[d*m.stride+c]
		}
	})
	return centres, order, start, err
}

func newIndex(centres, base *table, start []int) *index {
	k := centres.rows()
	x := &index{centres: newUnits(centres), base: newUnits(base), start: start, probe: k}
	if k > 1 {
		x.probe = int(math.Ceil(probedShare * float64(k)))
	}
	return x
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
		of, err := nearestCentres(ctx, rows, n, centres)
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

// nearestCentres returns the centre, of k, that each of the first n rows is nearest to.
func nearestCentres(ctx context.Context, rows matrix, n int, centres matrix) ([]int, error) {
	const block = 64
	of, s := make([]int, n), centres.stride
	to := make([]float32, block*s)
	for from := 0; from < n; from += block {
		if err := look(ctx); err != nil {
			return nil, err
		}
		m := min(block, n-from)
		clear(to)
		dense.Times(to, s, rows.v[from*rows.stride:], rows.stride, 1, centres.v, s, m, s, rows.stride)
		for i := range m {
			best := 0
			for c, v := range to[i*s : i*s+centres.cols] {
				if v > to[i*s+best] {
					best = c
				}
			}
			of[from+i] = best
		}
	}
	return of, nil
}

// search returns the k anchors nearest to v, which has length 1, the nearest first;
// not the one that is not wanted, if that is not below 0. They are only lent.
func (x *index) search(q *query, v []float32, k, unwanted int) []hit {
	q.whole = q.whole[:0]
	for _, f := range v {
		q.whole = append(q.whole, int16(math.RoundToEven(float64(f)*one)))
	}
	q.cells, q.hits = q.cells[:0], q.hits[:0]
	for c := range x.centres.rows() {
		q.cells = keep(q.cells, hit{c, x.centres.cosine(q.whole, c)}, x.probe)
	}
	for _, c := range q.cells {
		for i := x.start[c.at]; i < x.start[c.at+1]; i++ {
			if i != unwanted {
				q.hits = keep(q.hits, hit{i, x.base.cosine(q.whole, i)}, k)
			}
		}
	}
	return q.hits
}

// keep puts a hit among the best k, the best first; of equal ones the lower place.
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
	return a.cosine > b.cosine || a.cosine == b.cosine && cmp.Less(a.at, b.at)
}
