package feature

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Bounds of what a Counter holds, whatever it is shown.
const (
	tallySlots = 1 << 22 // for words, and for pieces: 64 MiB each at most
	maxValues  = 1 << 16 // numbers of a column
	maxCodes   = 256     // of a category that are told apart
)

// Counter learns what the features are from a sample of items. It is not safe
// for concurrent use.
type Counter struct {
	kinds  []Kind
	o      Options
	items  uint32
	words  *tally
	pieces *tally
	codes  []map[string]uint32 // by column: how often each code occurs
	values [][]float64         // by column
	dates  []dates             // by column
	orders [][]string          // by column
	room   []rune
	memo   memo // where the pieces of words are counted
}

// NewCounter returns a counter for items with columns of these kinds.
func NewCounter(kinds []Kind, o Options) (*Counter, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, err
	}
	if o.Hash != 0 {
		return nil, fmt.Errorf("%w: hashed features are not learned from a sample", ErrOptions)
	}
	c := &Counter{kinds: slices.Clone(kinds), o: o, words: newTally(tallySlots), pieces: newTally(tallySlots),
		codes: make([]map[string]uint32, len(kinds)), values: make([][]float64, len(kinds)),
		dates: make([]dates, len(kinds)), orders: make([][]string, len(kinds))}
	for i, k := range kinds {
		if k == Category {
			c.codes[i] = map[string]uint32{}
		}
	}
	return c, nil
}

// Order gives the codes of an ordinal column from the lowest to the highest;
// others of the column are features without a place in the order.
func (c *Counter) Order(column int, codes []string) error {
	if c.kinds[column] != Ordinal {
		return fmt.Errorf("%w: an order for column %d, which is no ordinal", ErrOptions, column)
	}
	o := make([]string, len(codes))
	for i, v := range codes {
		if o[i] = code(v); o[i] == "" || slices.Contains(o[:i], o[i]) {
			return fmt.Errorf("%w: an order with %q in it", ErrOptions, v)
		}
	}
	if len(o) < 2 || len(o) > maxCodes {
		return fmt.Errorf("%w: an order of %d codes; 2 to %d are possible", ErrOptions, len(o), maxCodes)
	}
	c.orders[column] = o
	return nil
}

// Add takes in an item: one value a column. Texts come as models are to see
// them.
func (c *Counter) Add(values []string) {
	c.items++
	for i, k := range c.kinds {
		switch k {
		case Text:
			c.text(i, values[i])
		case Number:
			if x, ok := number(values[i]); ok && len(c.values[i]) < maxValues {
				c.values[i] = append(c.values[i], x)
			}
		case Date:
			c.dates[i].add(values[i])
		case Category:
			if v := code(values[i]); v != "" {
				if _, ok := c.codes[i][v]; ok || len(c.codes[i]) < maxValues {
					c.codes[i][v]++
				}
			}
		}
	}
}

func (c *Counter) text(column int, text string) {
	s := newScanner(text, seed(column))
	first, looks, before, tokens := pieceSeed(s.seed), shapeSeed(s.seed), uint64(0), 0
	var w window
	for ; s.next(); tokens++ {
		switch s.tok.sort {
		case word:
			if c.o.Words > 0 {
				c.words.add(key(s.tok.hash), c.items)
			}
			if c.o.Words > 1 && before != 0 {
				c.words.add(key(pair(before, s.tok.hash)), c.items)
			}
			before = s.tok.hash
			if c.o.Shapes {
				if k := shape(&s.tok, text, looks); k != 0 {
					c.words.add(k, c.items)
				}
			}
			if c.o.Letters[1] > 0 {
				c.word(text[s.tok.start:s.tok.end], s.tok.hash, first)
			}
		case unspaced:
			w.add(&s.tok, c.o.Unspaced)
			for _, h := range w.hash[:w.n] {
				c.words.add(key(h), c.items)
			}
			before = 0
		case symbol:
			if c.o.Symbols {
				c.words.add(key(s.tok.hash), c.items)
			}
			if c.o.pairsSymbols() {
				if before != 0 {
					c.words.add(key(pair(before, s.tok.hash)), c.items)
				}
				before = s.tok.hash
			}
		}
	}
	if c.o.Shapes && tokens > 0 {
		c.words.add(length(tokens, looks), c.items)
	}
}

// word counts the pieces of a word: where they are counted is known of one that was
// met before, as long as they stay there.
func (c *Counter) word(text string, hash, first uint64) {
	if known, ok := c.memo.get(hash); ok {
		for _, at := range known {
			c.pieces.again(at, c.items)
		}
		return
	}
	start, moves := c.memo.begin(), c.pieces.moves
	c.room = pieces(c.room, text, first, c.o.Letters, func(key uint64, _, _ int) {
		c.memo.kept = append(c.memo.kept, c.pieces.add(key, c.items))
	})
	if c.pieces.moves != moves {
		c.memo.forget()
		return
	}
	c.memo.put(hash, start)
}

// Space returns the features of what was added: those that enough items have,
// the frequent ones first. The same items in any order give the same features,
// as long as a sample has fewer than some millions of different words.
func (c *Counter) Space() *Space {
	s := &Space{kinds: c.kinds, o: c.o, items: c.items}
	for b, t := range []*tally{c.words, c.pieces} {
		for _, f := range t.best(c.o.MinItems, c.o.MaxFeatures) {
			s.keys, s.counts = append(s.keys, f.key), append(s.counts, f.n)
		}
		s.ends[b] = len(s.keys)
	}
	s.tables = make([]tableColumn, len(c.kinds))
	for i, k := range c.kinds {
		switch k {
		case Number:
			s.tables[i].knots = knots(c.values[i])
		case Category:
			s.tables[i].codes = codes(c.codes[i], c.o.MinItems)
		case Date:
			s.tables[i] = c.dates[i].column()
		case Ordinal:
			s.tables[i].codes = c.orders[i]
		}
	}
	if err := s.build(); err != nil {
		panic(err) // what was counted is consistent
	}
	return s
}

// best returns the keys that at least so many items have, most frequent first,
// at most so many of them.
func (t *tally) best(least, most int) []counted {
	var out []counted
	for _, s := range t.slots {
		if s.n > 0 && int(s.n) >= least {
			out = append(out, s)
		}
	}
	slices.SortFunc(out, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.key, b.key))
	})
	return out[:min(len(out), most)]
}

// codes returns the codes that are told apart, most frequent first.
func codes(n map[string]uint32, least int) []string {
	var out []string
	for v, k := range n {
		if int(k) >= least {
			out = append(out, v)
		}
	}
	slices.SortFunc(out, func(a, b string) int { return cmp.Or(cmp.Compare(n[b], n[a]), cmp.Compare(a, b)) })
	return out[:min(len(out), maxCodes)]
}

// shares are the quantiles at which a number's weight may bend.
var shares = [...]float64{0.02, 0.2, 0.4, 0.6, 0.8, 0.98}

// knots returns the quantiles of a column's values, ascending, each once.
// Where there are but few different values, each is one.
func knots(values []float64) []float64 {
	v := slices.Clone(values)
	slices.Sort(v)
	if distinct := slices.Compact(slices.Clone(v)); len(distinct) <= len(shares)+2 {
		return distinct
	}
	var out []float64
	for _, q := range shares {
		out = append(out, v[int(math.Round(q*float64(len(v)-1)))])
	}
	return slices.Compact(out)
}
