package feature

import "unicode/utf8"

// Sort is what a feature of a row comes from.
type Sort uint8

// The sorts of feature.
const (
	Word   Sort = iota + 1 // a word or a symbol
	Pair                   // two words in a row
	Piece                  // a part of a word, or all of it with a boundary
	Run                    // a run of characters of a script without blanks
	Column                 // a number or a category
	Shape                  // what a word looks like
	Length                 // how long the text is; Start and End are those of all of it
)

// Use is one occurrence of a feature in an item.
type Use struct {
	Index      uint32
	Sort       Sort
	Column     int    // which of the item's values
	Start, End int    // the bytes of that value, without the boundary of a piece
	Word       [2]int // of a piece, the bytes of its word
}

// Trace visits every occurrence of the features of an item, text by text from
// the start, then numbers and categories. It sees what Row sees, with the
// places, and takes its time.
func (s *Space) Trace(values []string, visit func(Use)) {
	for i, k := range s.kinds {
		if k == Text {
			s.trace(i, values[i], visit)
		}
	}
	var r Row
	for i, k := range s.kinds {
		if k == Text {
			continue
		}
		r = Row{Index: r.Index[:0], Value: r.Value[:0], Table: r.Table[:0]}
		s.tables[i].row(&r, k, values[i], 1)
		for _, f := range r.Index {
			visit(Use{Index: f, Sort: Column, Column: i, End: len(values[i])})
		}
	}
}

func (s *Space) trace(column int, text string, visit func(Use)) {
	sc := newScanner(text, seed(column))
	first, looks, tokens := pieceSeed(sc.seed), shapeSeed(sc.seed), 0
	var before token
	var w window
	var at []int // where the characters of a run begin
	var in [2]int
	put := func(key uint64, k Sort, start, end int) {
		if f := s.find(key); f > 0 {
			visit(Use{Index: f - 1, Sort: k, Column: column, Start: start, End: end, Word: in})
		}
	}
	for ; sc.next(); tokens++ {
		t := sc.tok
		switch t.sort {
		case word:
			if s.o.Words > 0 {
				put(key(t.hash), Word, t.start, t.end)
			}
			if s.o.Words > 1 && before.hash != 0 {
				put(key(pair(before.hash, t.hash)), Pair, before.start, t.end)
			}
			before = t
			if s.o.Shapes {
				if k := shape(&t, text, looks); k != 0 {
					put(k, Shape, t.start, t.end)
				}
			}
			if s.o.Letters[1] > 0 {
				places := places(text, t)
				in = [2]int{t.start, t.end}
				pieces(nil, text[t.start:t.end], first, s.o.Letters, func(key uint64, from, to int) {
					put(key, Piece, places[from], places[to])
				})
				in = [2]int{}
			}
		case unspaced:
			if t.start != w.end {
				at = at[:0]
			}
			at = append(at, t.start)
			w.add(&t, s.o.Unspaced)
			for i, h := range w.hash[:w.n] {
				put(key(h), Run, at[len(at)-1-i], t.end)
			}
			before = token{}
		case symbol:
			if s.o.Symbols {
				put(key(t.hash), Word, t.start, t.end)
			}
			if s.o.pairsSymbols() {
				if before.hash != 0 {
					put(key(pair(before.hash, t.hash)), Pair, before.start, t.end)
				}
				before = t
			}
		}
	}
	if s.o.Shapes && tokens > 0 {
		put(length(tokens, looks), Length, 0, len(text))
	}
}

// places returns where each character of a word with its boundaries begins,
// and one more: the boundaries take no room.
func places(text string, t token) []int {
	out := []int{t.start}
	for i := t.start; i < t.end; {
		r, n := utf8.DecodeRuneInString(text[i:])
		if r < utf8.RuneSelf || r == '’' || sortOf(r) != within {
			out = append(out, i)
		}
		i += n
	}
	return append(out, t.end, t.end)
}
