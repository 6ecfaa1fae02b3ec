package linear

import (
	"context"
	"math"
	"slices"
	"sync"

	"inkling/learn/feature"
)

// sums are the products of columns, summed over rows, as they come: numbers less a shift,
// which keeps small differences of large ones, and other columns as they are. Sums of
// parts of the rows with the same shift can be put together.
//
// Most of the products are made of whole panels: some rows of the numbers, the root of
// the row's weight, and the target, all times this root.
type sums struct {
	n      int
	number []int     // field of each column of numbers
	plain  bool      // the fields are numbers, and all that else there is are hats of their features
	shift  []float64 // of these
	middle float64   // shift of the targets
	others int       // columns after the numbers

	panel, root, target int       // columns of a panel, and which are the root and the target
	dense               []float64 // of the columns of a panel, on the diagonal and below
	cross               []float64 // other columns by those of a panel
	hats                []hat
	bins                []int     // of each
	first               []int     // in cells, of each pair of hats: a hat with those up to itself
	cells               []float64 // of pairs of hats: see hatSums
	places              []place   // of the other columns
	words               []float64 // of pairs of other columns of which one is a word, on the diagonal and below; nil without words
}

// place says where what a row has in a column stands among what it has in the hats.
type place struct {
	hat   int32  // -1 of a word
	bin   uint32 // times cellBytes
	above int32  // 1 where the column is the upper one of its bin, as the last one is, 0 where the lower
}

const (
	panelRows = 128
	hatRows   = panelRows + 4 // from one hat to the next: a power of two would have them all share a few lines of the cache
	chunkRows = 8192          // rows that are summed for themselves: the same with any number of workers
)

func newSums(l *layout, middle float64) *sums {
	s := &sums{middle: middle, others: l.width - l.numbers, hats: l.hats, shift: make([]float64, l.numbers)}
	for j, f := range l.fields {
		if f.codes == 0 {
			s.number = append(s.number, j)
			s.shift[f.first] = f.mean
		}
	}
	if l.done != nil {
		s.shift = l.done.shift
	}
	s.root, s.target = l.numbers, l.numbers+1
	s.panel = (l.numbers + 2 + tileColumns - 1) / tileColumns * tileColumns
	s.places = make([]place, s.others)
	words := s.others
	for c := range s.places {
		s.places[c].hat = -1
	}
	cells := 0
	for a, h := range s.hats {
		words -= h.columns
		for c := range h.columns {
			at := place{int32(a), uint32(cellBytes * c), 0}
			if c > 0 && c+1 == h.columns {
				at.bin, at.above = at.bin-cellBytes, 1
			}
			s.places[h.first+c] = at
		}
		s.bins = append(s.bins, h.bins())
		for b := range a + 1 {
			s.first = append(s.first, cells)
			cells += 4 * s.bins[a] * s.bins[b]
		}
	}
	s.dense, s.cross, s.cells = make([]float64, s.panel*s.panel), make([]float64, s.others*s.panel), make([]float64, cells)
	s.plain = len(s.number) == len(l.fields) && l.numbers+l.set.Len() == l.width && l.texts == 0 && words == 0 && l.set.Len() <= len(l.ranks)
	if words > 0 {
		s.words = make([]float64, s.others*s.others)
	}
	return s
}

// total is of the rows' weights.
func (s *sums) total() float64 { return s.dense[s.root*s.panel+s.root] }

// each visits all sums.
func (s *sums) each(visit func([]float64)) {
	for _, x := range [][]float64{s.dense, s.cross, s.cells, s.words} {
		visit(x)
	}
}

// clear makes them sums of no rows.
func (s *sums) clear() {
	s.n = 0
	s.each(func(x []float64) { clear(x) })
}

// take adds the sums of other rows.
func (s *sums) take(o *sums) {
	s.n += o.n
	to := [][]float64{s.dense, s.cross, s.cells, s.words}
	o.each(func(x []float64) {
		for i, v := range x {
			to[0][i] += v
		}
		to = to[1:]
	})
}

// own gives it sums of its own where it shares them with another.
func (s *sums) own() {
	for _, x := range []*[]float64{&s.dense, &s.cross, &s.cells, &s.words} {
		*x = slices.Clone(*x)
	}
}

// pairs adds the products of other columns to those of a matrix with so many columns, on the
// diagonal and below.
func (s *sums) pairs(to []float64, width int) {
	if s.words != nil {
		for c := range s.others {
			for e := range c + 1 {
				to[c*width+e] = s.words[c*s.others+e]
			}
		}
	}
	at := 0
	for a, h := range s.hats {
		for b := range a + 1 {
			cells := s.cells[s.first[at]:]
			at++
			for i := range s.bins[a] {
				for j := range s.bins[b] {
					c := cells[4*(i*s.bins[b]+j):][:4]
					row, column := h.first+i, s.hats[b].first+j
					for k, v := range c {
						if r, c := row+k/2, column+k%2; c <= r && v != 0 {
							to[r*width+c] += v
						}
					}
				}
			}
		}
	}
}

// sumUp sums up some rows, all where none are named, with so many workers.
func sumUp(ctx context.Context, l *layout, d feature.Data, rows []int, workers int) (*sums, error) {
	middle, total, n := 0.0, 0.0, len(d.Rows)
	for i, y := range d.Target {
		v := d.WeightOf(i)
		total += v
		middle += float64(v * y)
	}
	if rows != nil {
		n = len(rows)
	}
	all := newSums(l, middle/total)
	chunks := (n + chunkRows - 1) / chunkRows
	team := make([]*summer, max(1, min(workers, chunks)))
	for w := range team {
		team[w] = newSummer(l, middle/total)
	}
	for first := 0; first < chunks; first += len(team) {
		now := team[:min(len(team), chunks-first)]
		var wait sync.WaitGroup
		for w, s := range now {
			wait.Go(func() {
				from := (first + w) * chunkRows
				s.rows(ctx, d, rows, from, min(from+chunkRows, n))
			})
		}
		wait.Wait()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, s := range now {
			if s.lacks {
				return nil, errRough
			}
			all.take(s.sums)
		}
	}
	if l.done != nil {
		copy(all.dense, l.done.dense)
	}
	return all, nil
}

// summer sums up the rows of a chunk, panel by panel.
type summer struct {
	*sums
	l      *layout
	lacks  bool      // some row lacks a number, or has a feature, that the layout knows nothing of
	x      []float64 // the panel, row by row
	at     []uint32  // other columns of a row
	v      []float64 // and what it has there
	bin    []uint32  // of each hat in each row, hat by hat: see inHat
	values []float64 // two of each hat in each row
}

func newSummer(l *layout, middle float64) *summer {
	s := &summer{sums: newSums(l, middle), l: l}
	s.x = make([]float64, panelRows*s.panel)
	s.bin, s.values = make([]uint32, hatRows*len(s.hats)), make([]float64, 2*hatRows*len(s.hats))
	return s
}

// rows sums up the rows from one to another.
func (s *summer) rows(ctx context.Context, d feature.Data, rows []int, from, to int) {
	s.clear()
	s.n = to - from
	for ; from < to && ctx.Err() == nil && !s.lacks; from += panelRows {
		n := min(panelRows, to-from)
		clear(s.values)
		for b := range n {
			i, next := from+b, from+b+rowsAhead
			if next >= to {
				next = to - 1
			}
			if rows != nil {
				i, next = rows[i], rows[next]
			}
			ahead(&d.Rows[next])
			s.row(d, i, b)
		}
		if s.l.done == nil {
			crossSums(s.dense, s.x, s.panel, n)
		}
		at := 0
		for a := range s.hats {
			hatA := s.hat(a, n)
			for b := 0; b <= a; b += 2 {
				hatB, hatC := s.hat(b, n), s.hat(min(b+1, a), n)
				cells := [2][]float64{s.cells[s.first[at]:]}
				if at++; b < a {
					cells[1] = s.cells[s.first[at]:]
					at++
				}
				hatSums(cells, hatA, hatB, hatC)
			}
		}
	}
}

// hat is what so many rows have in a hat.
func (s *summer) hat(a, rows int) inHat {
	return inHat{s.bins[a], s.bin[a*hatRows:][:rows], s.values[2*a*hatRows:][:2*rows]}
}

// row sets down row i as row b of the panel, and sums up what needs no panel.
func (s *summer) row(d feature.Data, i, b int) {
	x, r, root := s.x[b*s.panel:][:s.panel], &d.Rows[i], 1.0
	if d.Weight != nil {
		root = math.Sqrt(d.Weight[i])
	}
	shift := s.shift[:len(s.number)]
	odd := !s.plain || len(r.Table) < len(shift)
	if !odd {
		to := x[:len(shift)]
		rest := float32(0) // 0 as long as all numbers are finite
		for j, y := range r.Table[:len(shift)] {
			rest += y - y
			to[j] = float64((float64(y) - shift[j]) * root)
		}
		odd = rest != 0
	}
	for j, field := range s.number {
		if !odd {
			break
		}
		y := float32(math.NaN())
		if field < len(r.Table) {
			y = r.Table[field]
		}
		switch {
		case y-y == 0:
			x[j] = float64((float64(y) - shift[j]) * root)
		case y != y:
			x[j] = 0
			s.lacks = s.lacks || s.l.rough
		default:
			x[j] = float64((min(max(float64(y), -math.MaxFloat32), math.MaxFloat32) - shift[j]) * root)
		}
	}
	x[s.root], x[s.target] = root, float64(root*(d.Target[i]-s.middle))
	if s.others == 0 {
		return
	}
	if s.plain {
		s.hatsOnly(r, b, root)
		spread(s.cross, x, s.at, s.v)
		return
	}
	s.at, s.v = s.l.rest(r, root, s.at[:0], s.v[:0])
	if n := len(r.Index); s.l.some && n > 0 && (len(s.at) < n || int(s.at[n-1]) >= s.l.set.Len()) { // ascending: one of them is not here
		s.lacks = true
		return
	}
	spread(s.cross, x, s.at, s.v)
	if s.words != nil {
		s.addWords()
	}
	last, lower := int32(-1), uint32(0)
	for k, c := range s.at {
		p := &s.places[c]
		if p.hat < 0 {
			continue
		}
		at := int(p.hat)*hatRows + b
		if p.hat == last { // beside the one before
			s.lacks = s.lacks || c != lower+1
			s.values[2*at+1] = s.v[k]
			continue
		}
		last, lower = p.hat, c
		s.bin[at], s.values[2*at+int(p.above)] = p.bin, s.v[k]
	}
}

// hatsOnly sets down the features of a row that has none but of hats.
func (s *summer) hatsOnly(r *feature.Row, b int, root float64) {
	n := len(r.Index)
	if cap(s.at) < n {
		s.at, s.v = make([]uint32, n), make([]float64, n)
	}
	s.at, s.v = s.at[:n], s.v[:n]
	// What is read again and again is held here: the compiler cannot know that what is
	// written leaves it as it is.
	by, ranks, places, bins, values := s.l.scale, s.l.ranks, s.places, s.bin, s.values
	last, lower, odd := int32(-1), uint32(0), false
	value, at, vs := r.Value[:n], s.at[:n], s.v[:n]
	for k, f := range r.Index {
		c := uint32(math.MaxUint32)
		if int(f) < len(ranks) {
			c = uint32(ranks[f])
		}
		if uint64(c) >= uint64(len(places)) { // also where there is no rank
			s.lacks, s.at, s.v = true, at[:k], vs[:k]
			return
		}
		p, v := &places[c], float64(float64(float64(value[k])*by)*root)
		at[k], vs[k] = c, v
		place := int(p.hat)*hatRows + b
		if p.hat == last { // beside the one before
			odd = odd || c != lower+1
			values[2*place+1] = v
			continue
		}
		last, lower = p.hat, c
		bins[place], values[2*place+int(p.above)] = p.bin, v
	}
	s.lacks = s.lacks || odd
}

// addWords adds the products of what a row has in other columns, as far as one is a word.
func (s *summer) addWords() {
	for k, c := range s.at {
		v, word, to := s.v[k], s.places[c].hat < 0, s.words[int(c)*s.others:]
		for e, other := range s.at[:k+1] {
			if word || s.places[other].hat < 0 {
				to[other] += float64(v * s.v[e])
			}
		}
	}
}
