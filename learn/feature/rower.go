package feature

import (
	"math"
	"math/bits"
	"slices"

	"inkling/learn/exact"
)

// Rower makes rows. It is not safe for concurrent use: take one a goroutine.
type Rower struct {
	space *Space
	row   Row
	keys  []uint64 // what the texts in hand may have as features
	found []uint32 // the features of the texts in hand, as they come
	times []uint32 // how often each feature was found; all 0 between rows, as what follows
	seen  []uint64 // a bit for each feature that was found
	parts []uint64 // a bit for each element of seen that is not 0
	room  []rune
	memo  memo // the features of words and their pieces
}

// Row makes the row of an item: one value a column. It is only lent, until the
// next call.
//
// Words and pieces of texts are weighted by 1 + ln(times that they occur) and
// by how rare they are, and scaled to length 1 together; numbers and
// categories stand beside them; and the whole has length 1, but for a row
// without any feature.
func (r *Rower) Row(values []string) Row {
	s := r.space
	if s.o.Hash > 0 {
		return r.hashed(values)
	}
	r.found, r.keys = r.found[:0], r.keys[:0]
	for i, k := range s.kinds {
		if k == Text {
			r.text(i, values[i])
		}
	}
	r.resolve()
	r.row.Index, r.row.Value, r.row.Table = r.row.Index[:0], r.row.Value[:0], r.row.Table[:0]
	sum := r.collect()
	if sum > 0 {
		scale(r.row.Value, sum)
		sum = 1
	}
	tabled := false
	for i, k := range s.kinds {
		if k != Text {
			sum += s.tables[i].row(&r.row, k, values[i], s.o.Table)
			tabled = true
		}
	}
	if tabled && sum > 0 {
		scale(r.row.Value, sum)
	}
	return r.row
}

func scale(v []float32, square float64) {
	f := float32(1 / math.Sqrt(square))
	for i := range v {
		v[i] *= f
	}
}

// text appends what one text has to keys and found.
func (r *Rower) text(column int, text string) {
	o := &r.space.o
	s := newScanner(text, seed(column))
	first, looks, before, tokens := pieceSeed(s.seed), shapeSeed(s.seed), uint64(0), 0
	keys := r.keys
	var w window
	for ; s.next(); tokens++ {
		switch s.tok.sort {
		case word:
			if o.Letters[1] > 0 {
				r.word(text[s.tok.start:s.tok.end], s.tok.hash, first)
			} else if o.Words > 0 {
				keys = append(keys, key(s.tok.hash))
			}
			if o.Words > 1 && before != 0 {
				keys = append(keys, key(pair(before, s.tok.hash)))
			}
			before = s.tok.hash
			if o.Shapes {
				if k := shape(&s.tok, text, looks); k != 0 {
					keys = append(keys, k)
				}
			}
		case unspaced:
			w.add(&s.tok, o.Unspaced)
			for _, h := range w.hash[:w.n] {
				keys = append(keys, key(h))
			}
			before = 0
		case symbol:
			if o.Symbols {
				keys = append(keys, key(s.tok.hash))
			}
			if o.pairsSymbols() {
				if before != 0 {
					keys = append(keys, key(pair(before, s.tok.hash)))
				}
				before = s.tok.hash
			}
		}
	}
	if o.Shapes && tokens > 0 {
		keys = append(keys, length(tokens, looks))
	}
	r.keys = keys
}

// resolve looks all keys up at once: the table does not fit the processor's
// nearest memory, and so the waiting for one overlaps with that for the next.
func (r *Rower) resolve() {
	n := len(r.found)
	r.found = slices.Grow(r.found, len(r.keys))
	found, index := r.found[:n+len(r.keys)], r.space.index
	for _, k := range r.keys {
		f := index.get(k)
		found[n] = f - 1
		if f > 0 {
			n++
		}
	}
	r.found = found[:n]
}

// word appends the features of a word and its pieces to found.
func (r *Rower) word(text string, hash, first uint64) {
	if known, ok := r.memo.get(hash); ok {
		r.found = append(r.found, known...)
		return
	}
	o, start := &r.space.o, r.memo.begin()
	keep := func(key uint64, _, _ int) {
		if f := r.space.index.get(key); f > 0 {
			r.memo.kept = append(r.memo.kept, f-1)
		}
	}
	if o.Words > 0 {
		keep(key(hash), 0, 0)
	}
	r.room = pieces(r.room, text, first, o.Letters, keep)
	r.found = append(r.found, r.memo.put(hash, start)...)
}

// sublinear is 1 + ln n, so that the tenth time a word occurs says less than
// the second one did.
var sublinear = func() (t [32]float32) {
	for n := 1; n < len(t); n++ {
		t[n] = float32(1 + exact.Log(float64(n)))
	}
	return t
}()

// damped is what n times count for.
func damped(n int) float32 {
	if n < len(sublinear) {
		return sublinear[n]
	}
	return float32(1 + exact.Log(float64(n)))
}

// collect counts what was found into the row, in ascending order: what has a bit in
// a set needs no sorting. It returns the square of the row's length.
func (r *Rower) collect() float64 {
	weight := r.space.weight
	if r.seen == nil {
		r.times, r.seen = make([]uint32, len(weight)), make([]uint64, (len(weight)+63)/64)
		r.parts = make([]uint64, (len(r.seen)+63)/64)
	}
	for _, f := range r.found {
		r.times[f]++
		r.seen[f/64] |= 1 << (f % 64)
		r.parts[f/64/64] |= 1 << (f / 64 % 64)
	}
	index, value, sum := r.row.Index, r.row.Value, 0.0
	for i, part := range r.parts {
		for r.parts[i] = 0; part != 0; part &= part - 1 {
			j := 64*i + bits.TrailingZeros64(part)
			seen := r.seen[j]
			for r.seen[j] = 0; seen != 0; seen &= seen - 1 {
				f := uint32(64*j + bits.TrailingZeros64(seen))
				v := weight[f] * damped(int(r.times[f]))
				r.times[f] = 0
				index, value = append(index, f), append(value, v)
				sum += float64(v) * float64(v)
			}
		}
	}
	r.row.Index, r.row.Value = index, value
	return sum
}
