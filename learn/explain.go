package learn

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"inkling/label"
	"inkling/learn/feature"
)

// Explain returns what pulls an item towards a class or away from it, the
// strongest first, at most k reasons. Weights are log odds of the class
// against the mean of the others; of a label among several, its log odds; and of
// a number, in its own unit.
//
// What pieces of a word weigh counts for the word, and what two words in a row
// weigh counts for both, unless they weigh more together than alone. In scripts
// without blanks the weight of a run goes to its characters, and neighbours
// that pull the same way are shown as one.
func (s *Snapshot) Explain(it label.Item, class, k int) []label.Reason {
	reasons, _ := s.ExplainFrom(it, class, k)
	return reasons
}

// ExplainFrom is Explain with the base that the weights of all reasons start
// from: see Base.
func (s *Snapshot) ExplainFrom(it label.Item, class, k int) (reasons []label.Reason, base float64) {
	if class < 0 || class >= s.model.Classes() || k <= 0 {
		return nil, 0
	}
	v := s.rower()
	defer v.release()
	r := v.row(it)
	w := make([]float64, r.Len())
	base = s.explain(r, class, w)
	e := explanation{values: v.values, columns: s.space.columns, by: map[reasonKey]int{}}
	alike := s.spread(v, r, class, w)
	e.read(s.space.rows, r, w)
	if alike != 0 {
		e.add(place{slices.Index(s.space.kinds, feature.Text), 0, 0, alike}, Alike)
	}
	least := leastWeight
	if s.kind == label.Number { // its unit may be any
		least = 0
		for _, x := range e.reasons {
			least = max(least, leastWeight*math.Abs(x.Weight))
		}
	}
	out := e.reasons[:0]
	for _, x := range e.reasons {
		if math.Abs(x.Weight) >= least && x.Weight != 0 {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b label.Reason) int { return cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)) })
	return slices.Clone(out[:min(len(out), k)]), base
}

// Missing is the Term of a reason that is a number or a category without a
// value. It is a sign rather than a word, and so the same in every language.
const Missing = "∅"

// Long is the Term of a reason that is how long a text is.
const Long = "↔"

// Alike is the Term of a reason that is what items like it come to, whose words are not
// its own.
const Alike = "≈"

// spread puts what the numbers of a row's representation weigh down to the features
// behind them, and returns the rest: what comes of the items that are like it.
func (s *Snapshot) spread(v *rower, r Row, class int, w []float64) (alike float64) {
	if len(r.Vector) == 0 {
		return 0
	}
	own := w[len(w)-len(r.Vector):]
	for _, x := range own {
		alike += x
	}
	// A margin is a sum over the numbers: with one more of each it tells their weights.
	more, g := r, make([]float64, len(r.Vector))
	more.Vector = make([]float32, len(r.Vector))
	for j, x := range r.Vector {
		more.Vector[j] = x + 1
	}
	with := make([]float64, len(w))
	s.explain(more, class, with)
	for j := range g {
		g[j] = with[len(w)-len(g)+j] - own[j]
	}
	part := make([]float64, len(r.Index))
	v.encoder.Attribute(r, v.words, g, part)
	for i, x := range part {
		w[i] += x
		alike -= x
	}
	clear(own)
	return alike
}

// leastWeight is a weight in log odds, or of a number the share of the strongest,
// below which a reason is none.
const leastWeight = 1e-3

// explanation gathers reasons from the weights of features.
type explanation struct {
	values  []string // of the item, cleaned
	columns []int    // of each value
	reasons []label.Reason
	by      map[reasonKey]int // index in reasons
}

type reasonKey struct {
	column int
	term   string // lower-cased
}

// place is a word or a pair of words where it stands.
type place struct {
	column, start, end int
	weight             float64
}

// read spreads the weight of each feature evenly over its occurrences, and
// puts them down to what a reader sees.
func (e *explanation) read(s *feature.Space, r Row, w []float64) {
	uses := make([]int, len(r.Index))
	find := func(f uint32) int {
		i, ok := slices.BinarySearch(r.Index, f)
		if !ok {
			return -1
		}
		return i
	}
	s.Trace(e.values, func(u feature.Use) {
		if i := find(u.Index); i >= 0 {
			uses[i]++
		}
	})
	var words, pairs []place
	runs := map[int][]float64{} // by column: the weight of each byte that begins a character
	s.Trace(e.values, func(u feature.Use) {
		i := find(u.Index)
		if i < 0 {
			return
		}
		p := place{u.Column, u.Start, u.End, w[i] / float64(uses[i])}
		switch u.Sort {
		case feature.Word:
			words = append(words, p)
		case feature.Piece, feature.Shape:
			if u.Sort == feature.Shape {
				u.Word = [2]int{u.Start, u.End}
			}
			// Pieces come behind their word, if that is a feature itself.
			if n := len(words) - 1; n < 0 || words[n].column != u.Column || words[n].start != u.Word[0] {
				words = append(words, place{u.Column, u.Word[0], u.Word[1], 0})
			}
			words[len(words)-1].weight += p.weight
		case feature.Pair:
			pairs = append(pairs, p)
		case feature.Run:
			if runs[u.Column] == nil {
				runs[u.Column] = make([]float64, len(e.values[u.Column]))
			}
			text := e.values[u.Column][u.Start:u.End]
			each := p.weight / float64(utf8.RuneCountInString(text))
			for j := range text {
				runs[u.Column][u.Start+j] += each
			}
		case feature.Length:
			e.add(place{u.Column, 0, 0, p.weight}, Long)
		case feature.Column:
			e.add(place{u.Column, 0, 0, p.weight}, cmp.Or(strings.TrimSpace(e.values[u.Column]), Missing))
		}
	})
	// What the table has of a column counts with what the sparse form has of it.
	for i, owner := range s.Owners() {
		e.add(place{owner, 0, 0, w[len(r.Index)+i]}, cmp.Or(strings.TrimSpace(e.values[owner]), Missing))
	}
	e.addWords(words, pairs)
	for _, column := range slices.Sorted(maps.Keys(runs)) {
		e.addRuns(column, runs[column])
	}
}

// add puts a place down as a reason, with others that read the same.
func (e *explanation) add(p place, term string) {
	key := reasonKey{p.column, strings.ToLower(term)}
	i, ok := e.by[key]
	if !ok {
		i = len(e.reasons)
		e.by[key] = i
		e.reasons = append(e.reasons, label.Reason{Term: term, Column: e.columns[p.column]})
	}
	r := &e.reasons[i]
	r.Weight += p.weight
	if p.end > p.start {
		r.Places = append(r.Places, [2]int{p.start, p.end})
	}
}

// addWords puts words down, and those pairs that are stronger than both of
// their words; other pairs count for their words.
func (e *explanation) addWords(words, pairs []place) {
	type edge struct{ column, at int }
	begins, ends := map[edge]int{}, map[edge]int{}
	for i, p := range words {
		begins[edge{p.column, p.start}], ends[edge{p.column, p.end}] = i, i
	}
	alone := make([]float64, len(words))
	for i, p := range words {
		alone[i] = math.Abs(p.weight)
	}
	for _, p := range pairs {
		a, first := begins[edge{p.column, p.start}]
		b, second := ends[edge{p.column, p.end}]
		if !first || !second || math.Abs(p.weight) > max(alone[a], alone[b]) {
			e.add(p, e.values[p.column][p.start:p.end])
			continue
		}
		words[a].weight += p.weight / 2
		words[b].weight += p.weight / 2
	}
	for _, p := range words {
		e.add(p, e.values[p.column][p.start:p.end])
	}
}

// Characters that are shown as one.
const (
	longestRun = 12  // characters
	weakest    = 0.2 // of the strongest character of the text: weaker ones part runs
)

// addRuns puts down runs of characters that pull the same way, given the
// weight of the character at each byte.
func (e *explanation) addRuns(column int, weight []float64) {
	top := 0.0
	for _, w := range weight {
		top = max(top, math.Abs(w))
	}
	text := e.values[column]
	var run place
	n := 0
	end := func() {
		if n > 0 {
			e.add(run, text[run.start:run.end])
		}
		n = 0
	}
	for i, r := range text {
		w := 0.0
		if i < len(weight) {
			w = weight[i]
		}
		if math.Abs(w) < weakest*top || w == 0 {
			end()
			continue
		}
		if n == longestRun || n > 0 && (run.weight > 0) != (w > 0) {
			end()
		}
		if n == 0 {
			run = place{column, i, i, 0}
		}
		n++
		run.end, run.weight = i+utf8.RuneLen(r), run.weight+w
	}
	end()
}
