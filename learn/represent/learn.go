package represent

import (
	"cmp"
	"context"
	"errors"
	"math"
	"runtime"
	"slices"

	"inkling/learn/feature"
)

// Learn learns a representation; one of length 0 where there is too little to learn
// from. The same items in the same order give the same bytes. Progress is told from 0
// to 1.
func Learn(ctx context.Context, src Source, o Options, progress func(done float64)) (*Representation, error) {
	o = o.withDefaults()
	if progress == nil {
		progress = func(float64) {}
	}
	part := func(from, to float64) func(float64) {
		return func(done float64) { progress(from + done*(to-from)) }
	}
	c, err := collect(ctx, src, o)
	if err != nil {
		return nil, err
	}
	r := &Representation{neighbours: o.Neighbours}
	if c.items() < leastItems {
		return r, r.build(ctx)
	}
	progress(0.05)
	if err := r.learnTopics(ctx, c, o, part(0.05, 0.45)); err != nil {
		return nil, err
	}
	if err := r.learnWords(ctx, c, o, part(0.45, 0.75)); err != nil {
		return nil, err
	}
	if r.half() == 0 {
		return r, r.build(ctx)
	}
	if err := r.learnAnchors(ctx, src, o, part(0.75, 1)); err != nil {
		return nil, err
	}
	return r, ctx.Err()
}

// corpus is what is read of the items once: their rows one after the other, and their
// words.
type corpus struct {
	rows  sparse   // of all features
	words []uint64 // of all items, each ended by feature.Break
}

func (c *corpus) items() int { return c.rows.rows }

// errEnough ends the reading.
var errEnough = errors.New("enough")

// collect reads the items that Z and E are learned from.
func collect(ctx context.Context, src Source, o Options) (*corpus, error) {
	c := &corpus{rows: sparse{start: []int{0}}}
	err := src.Each(ctx, func(i int, r feature.Row, words []uint64) error {
		if i >= o.Items {
			return errEnough
		}
		n, _ := slices.BinarySearch(r.Index, uint32(min(o.Texts, math.MaxInt32)))
		if n == 0 {
			return nil
		}
		c.rows.index = append(c.rows.index, r.Index[:n]...)
		c.rows.value = append(c.rows.value, r.Value[:n]...)
		c.rows.start = append(c.rows.start, len(c.rows.index))
		c.rows.rows++
		c.words = append(append(c.words, words...), feature.Break)
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return c, ctx.Err()
}

// frequent returns the names that occur at least twice, the most frequent ones if there
// are more than most, in ascending order.
func frequent(times map[uint32]int, most int) []uint32 {
	names := make([]uint32, 0, len(times))
	for f, n := range times {
		if n > 1 {
			names = append(names, f)
		}
	}
	slices.SortFunc(names, func(a, b uint32) int { return cmp.Or(times[b]-times[a], cmp.Compare(a, b)) })
	names = names[:min(len(names), most)]
	slices.Sort(names)
	return names
}

// learnTopics finds the directions of Z.
func (r *Representation) learnTopics(ctx context.Context, c *corpus, o Options, progress func(float64)) error {
	times := map[uint32]int{}
	for _, f := range c.rows.index {
		times[f]++
	}
	names := frequent(times, o.Features)
	place := make(map[uint32]uint32, len(names))
	for i, f := range names {
		place[f] = uint32(i)
	}
	a := &sparse{rows: c.rows.rows, cols: len(names), start: make([]int, 1, len(c.rows.start))}
	for i := range c.rows.rows {
		for k := c.rows.start[i]; k < c.rows.start[i+1]; k++ {
			if at, ok := place[c.rows.index[k]]; ok {
				a.index, a.value = append(a.index, at), append(a.value, c.rows.value[k])
			}
		}
		a.start = append(a.start, len(a.index))
	}
	v, sigma, err := directions(ctx, a, o.Topics, o.Seed, progress)
	if err != nil {
		return err
	}
	r.topics = newTable(len(sigma), names, func(i int, into []float32) { copy(into, v.row(i)) }, rowsOf(v, sigma))
	if len(sigma) == 0 {
		r.topics = table{}
	}
	return nil
}

func rowsOf(m matrix, sigma []float64) int {
	if len(sigma) == 0 {
		return 0
	}
	return m.rows
}

// Of word vectors: how words that stand near each other are counted.
const (
	// A word of a script with blanks is as wide as about two characters of one
	// without, each of which comes with a pair.
	widthOfWord = 4
	smooth      = 0.75 // power of how frequent a word is as a neighbour: rare ones are overrated (Levy, Goldberg, Dagan, 2015)
	rare        = 1e-3 // how frequent a word is that counts half
)

// learnWords finds the word vectors of E.
func (r *Representation) learnWords(ctx context.Context, c *corpus, o Options, progress func(float64)) error {
	times, total := map[uint32]int{}, 0
	for _, w := range c.words {
		if w != feature.Break {
			times[uint32(w>>1)]++
			total++
		}
	}
	names := frequent(times, o.Words)
	m, err := information(ctx, c.words, names, o.Window*widthOfWord, func(done float64) { progress(done / 2) })
	if err != nil {
		return err
	}
	u, sigma, err := directions(ctx, m.turned(), o.Wide, o.Seed+1, func(done float64) { progress(0.5 + done/2) })
	if err != nil || len(sigma) == 0 {
		return err
	}
	for i, f := range names {
		weight := rare / (rare + float64(times[f])/float64(total))
		for j, s := range sigma {
			u.row(i)[j] *= float32(weight * math.Sqrt(s))
		}
	}
	if err := u.leaveOut(ctx, c.words, names, len(sigma)); err != nil {
		return err
	}
	r.words = newTable(len(sigma), names, func(i int, into []float32) { copy(into, u.row(i)) }, u.rows)
	return nil
}

// information returns the positive pointwise mutual information of the words named with
// those that stand near them.
func information(ctx context.Context, stream []uint64, names []uint32, window int, progress func(float64)) (*sparse, error) {
	place := make(map[uint32]int32, len(names))
	for i, f := range names {
		place[f] = int32(i)
	}
	// Words by their place in names, where they stand, and where each word occurs.
	word, at, occurs := make([]int32, 0, len(stream)), make([]int, 0, len(stream)), make([]int, len(names)+1)
	here := 0
	for _, w := range stream {
		if w == feature.Break {
			here += window + 1
			continue
		}
		if p, ok := place[uint32(w>>1)]; ok {
			word, at = append(word, p), append(at, here)
			occurs[p+1]++
		}
		if here++; w&1 == 0 {
			here += widthOfWord - 1
		}
	}
	for i := range names {
		occurs[i+1] += occurs[i]
	}
	list, next := make([]int32, len(word)), slices.Clone(occurs)
	for i, p := range word {
		list[next[p]] = int32(i)
		next[p]++
	}
	// How often any two stand near each other, a row at a time.
	count, met := make([]float32, len(names)), []uint32{}
	m := &sparse{rows: len(names), cols: len(names), start: make([]int, 1, len(names)+1)}
	sum := make([]float64, len(names))
	for p := range names {
		if p%looks == 0 {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			progress(float64(p) / float64(len(names)))
		}
		for n, i := range list[occurs[p]:occurs[p+1]] {
			if n%1024 == 1023 {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				runtime.Gosched()
			}
			near := func(j int) {
				q := word[j]
				if count[q] == 0 {
					met = append(met, uint32(q))
				}
				count[q]++
			}
			for j := int(i) - 1; j >= 0 && at[i]-at[j] <= window; j-- {
				near(j)
			}
			for j := int(i) + 1; j < len(word) && at[j]-at[i] <= window; j++ {
				near(j)
			}
		}
		slices.Sort(met)
		for _, q := range met {
			m.index, m.value = append(m.index, q), append(m.value, count[q])
			sum[p] += float64(count[q])
			count[q] = 0
		}
		m.start, met = append(m.start, len(m.index)), met[:0]
	}
	return m.positive(sum), nil
}

// positive turns counts into the information that is above 0; sum is that of each row.
func (m *sparse) positive(sum []float64) *sparse {
	all, share := 0.0, make([]float64, len(sum))
	for i, s := range sum {
		share[i] = math.Pow(max(s, 1), smooth)
		all += share[i]
	}
	out := &sparse{rows: m.rows, cols: m.cols, start: make([]int, 1, m.rows+1)}
	for i := range m.rows {
		for k := m.start[i]; k < m.start[i+1]; k++ {
			j := m.index[k]
			if x := math.Log(float64(m.value[k]) * all / (sum[i] * share[j])); x > 0 {
				out.index, out.value = append(out.index, j), append(out.value, float32(x))
			}
		}
		out.start = append(out.start, len(out.index))
	}
	return out
}

// leaveOut takes the direction that the means of all items share most out of word
// vectors of n numbers.
func (m matrix) leaveOut(ctx context.Context, stream []uint64, names []uint32, n int) error {
	means, mean, words := newMatrix(0, n), make([]float32, m.stride), 0
	for _, w := range stream {
		if w != feature.Break {
			if at, ok := slices.BinarySearch(names, uint32(w>>1)); ok {
				for j, x := range m.row(at) {
					mean[j] += x
				}
				words++
			}
			continue
		}
		if words > 0 {
			for j := range mean {
				mean[j] /= float32(words)
			}
			means.v = append(means.v, mean...)
			means.rows++
		}
		clear(mean)
		words = 0
		if means.rows%looks == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
	}
	if means.rows == 0 {
		return nil
	}
	axis, err := means.axis(ctx, n)
	if err != nil {
		return err
	}
	for i := range m.rows {
		row, along := m.row(i)[:n], 0.0
		for j, x := range row {
			along += float64(float64(x) * axis[j])
		}
		for j := range row {
			row[j] -= float32(along * axis[j])
		}
	}
	return nil
}
