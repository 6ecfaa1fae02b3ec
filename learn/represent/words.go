package represent

import (
	"context"
	"math"
	"slices"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// Of word vectors: how words that stand near each other are counted.
const (
	// A word of a script with blanks is as wide as about two characters of one
	// without, each of which comes with a pair.
	widthOfWord = 4
	rare        = 1e-3 // how frequent a word is that counts half
)

// learnWords finds the word vectors of E.
func (r *Representation) learnWords(ctx context.Context, c *corpus, o Options, progress func(float64)) error {
	var times times
	total := 0
	for _, w := range c.words {
		if w != feature.Break {
			times.add(uint32(w >> 1))
			total++
		}
	}
	names := times.frequent(o.Words)
	m, err := information(ctx, c.words, names, o.Window*widthOfWord, func(done float64) { progress(done / 2) })
	if err != nil {
		return err
	}
	if m, err = m.turned(ctx); err != nil {
		return err
	}
	u, sigma, err := directions(ctx, m, o.Wide, o.Seed+1, func(done float64) { progress(0.5 + done/2) })
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
	r.words, err = newTable(ctx, len(sigma), names, u.rows, func(i int, into []float32) { copy(into, u.row(i)) })
	return err
}

// information returns the positive pointwise mutual information of the words named with
// those that stand near them.
func information(ctx context.Context, stream []uint64, names []uint32, window int, progress func(float64)) (*sparse, error) {
	place := placesOf(names)
	// Words by their place in names, where they stand, and where each word occurs.
	word, at, occurs := make([]int32, 0, len(stream)), make([]int, 0, len(stream)), make([]int, len(names)+1)
	here := 0
	for _, w := range stream {
		if w == feature.Break {
			here += window + 1
			continue
		}
		if p := place.of(uint32(w >> 1)); p >= 0 {
			word, at = append(word, int32(p)), append(at, here)
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
	sum, done := make([]float64, len(names)), 0
	for p := range names {
		for _, i := range list[occurs[p]:occurs[p+1]] {
			if done++; done%1024 == 0 {
				if err := look(ctx); err != nil {
					return nil, err
				}
				progress(float64(done) / float64(len(word)))
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
	return m.positive(ctx, sum)
}

// positive turns counts into the information that is above 0; sum is that of each row.
// How frequent a word is as a neighbour is taken to the power 3/4, as rare ones would be
// overrated (Levy, Goldberg, Dagan, "Improving distributional similarity with lessons
// learned from word embeddings", 2015).
func (m *sparse) positive(ctx context.Context, sum []float64) (*sparse, error) {
	all, share := 0.0, make([]float64, len(sum))
	for i, s := range sum {
		root := math.Sqrt(max(s, 1))
		share[i] = root * math.Sqrt(root)
		all += share[i]
	}
	out := &sparse{rows: m.rows, cols: m.cols, start: make([]int, 1, m.rows+1)}
	for i := range m.rows {
		if i%looks == 0 {
			if err := look(ctx); err != nil {
				return nil, err
			}
		}
		for k := m.start[i]; k < m.start[i+1]; k++ {
			j := m.index[k]
			if x := exact.Log(float64(m.value[k]) * all / (sum[i] * share[j])); x > 0 {
				out.index, out.value = append(out.index, j), append(out.value, float32(x))
			}
		}
		out.start = append(out.start, len(out.index))
	}
	return out, nil
}

// leaveOut takes the direction that the means of all items share most out of word
// vectors of n numbers.
func (m matrix) leaveOut(ctx context.Context, stream []uint64, names []uint32, n int) error {
	means, mean, words := matrix{cols: n, stride: m.stride}, make([]float32, m.stride), 0
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
		if means.rows%looks == 0 {
			if err := look(ctx); err != nil {
				return err
			}
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
