package feature

import (
	"fmt"
	"slices"
)

// Hashed returns the space of hashed features (Weinberger, Dasgupta, Langford,
// Smola, Attenberg, "Feature hashing for large scale multitask learning", 2009):
// o.Hash bits of a term's hash say which feature it is, another bit whether it
// counts for or against it, so that terms that share a feature cancel out on
// average instead of adding up. Nothing is learned from a sample, and so it is for
// streams of which none can be drawn, and never grows. The price is that rare terms
// count like frequent ones, and that a feature may stand for several terms.
//
// There are texts only: what a number or a category means is told by a sample.
func Hashed(kinds []Kind, o Options) (*Space, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	s := &Space{kinds: slices.Clone(kinds), o: o, tables: make([]tableColumn, len(kinds))}
	if err := s.hashable(); err != nil {
		return nil, err
	}
	return s, s.build()
}

// Bounds of Options.Hash.
const (
	leastHash = 8
	mostHash  = 22
)

func (s *Space) hashable() error {
	if s.o.Hash == 0 {
		return fmt.Errorf("%w: hashed features of 0 bits", ErrOptions)
	}
	for i, k := range s.kinds {
		if k != Text {
			return fmt.Errorf("%w: hashed features are of texts; column %d is none", ErrOptions, i)
		}
	}
	return nil
}

// bucket returns the feature of a key: its first bits.
func (s *Space) bucket(key uint64) uint32 { return uint32(key >> (keyBits - s.o.Hash)) }

// sign is 1 or -1, by the last bit of a key.
func sign(key uint64) float32 { return 1 - 2*float32(key&1) }

// find returns the feature of a key, plus one; 0 where there is none.
func (s *Space) find(key uint64) uint32 {
	if s.o.Hash > 0 {
		return s.bucket(key) + 1
	}
	return s.index.get(key)
}

// pieceBit is set in the keys of hashed pieces while they are sorted, behind all
// that counts.
const pieceBit = 1

// hashed makes the row of an item of a hashed space. Sorted by key, terms are
// together with themselves, and with those that share their feature.
func (r *Rower) hashed(values []string) Row {
	s := r.space
	r.keys = r.keys[:0]
	for i := range s.kinds {
		r.terms(i, values[i])
	}
	slices.Sort(r.keys)
	r.row.Index, r.row.Value = r.row.Index[:0], r.row.Value[:0]
	for i := 0; i < len(r.keys); {
		k, from := r.keys[i], i
		for i++; i < len(r.keys) && r.keys[i] == k; i++ {
		}
		v := damped(i-from) * sign(k>>1)
		if k&pieceBit != 0 {
			v *= s.o.Pieces
		}
		f := s.bucket(k >> 1)
		if n := len(r.row.Index); n > 0 && r.row.Index[n-1] == f {
			r.row.Value[n-1] += v
			continue
		}
		r.row.Index, r.row.Value = append(r.row.Index, f), append(r.row.Value, v)
	}
	if sum := r.row.Square(); sum > 0 {
		scale(r.row.Value, sum)
	}
	return r.row
}

// terms appends the keys of a text, one bit up, pieces with their bit.
func (r *Rower) terms(column int, text string) {
	o := &r.space.o
	s := newScanner(text, seed(column))
	first, looks, before, tokens := pieceSeed(s.seed), shapeSeed(s.seed), uint64(0), 0
	put := func(k uint64) { r.keys = append(r.keys, k<<1) }
	var w window
	for ; s.next(); tokens++ {
		t := &s.tok
		switch t.sort {
		case word:
			if o.Words > 0 {
				put(key(t.hash))
			}
			if o.Words > 1 && before != 0 {
				put(key(pair(before, t.hash)))
			}
			before = t.hash
			if o.Shapes {
				if k := shape(t, text, looks); k != 0 {
					put(k)
				}
			}
			if o.Letters[1] > 0 {
				r.room = pieces(r.room, text[t.start:t.end], first, o.Letters, func(key uint64, _, _ int) {
					r.keys = append(r.keys, key<<1|pieceBit)
				})
			}
		case unspaced:
			w.add(t, o.Unspaced)
			for _, h := range w.hash[:w.n] {
				put(key(h))
			}
			before = 0
		case symbol:
			if o.Symbols {
				put(key(t.hash))
			}
			if o.pairsSymbols() {
				if before != 0 {
					put(key(pair(before, t.hash)))
				}
				before = t.hash
			}
		}
	}
	if o.Shapes && tokens > 0 {
		put(length(tokens, looks))
	}
}
