package forest

import (
	"math"
	"math/bits"
)

// split is a way to part the rows of a node.
type split struct {
	gain     float64 // what the sums of squares gain; -Inf for none
	col      int
	cut      int // number: bins up to it go left
	category bool
	set      set  // category: bins that go left
	left     bool // number: missing values go left
}

// bars is what a node has in the bins of one column, only those with rows.
//
// Every criterion here is one: to part the rows so that the sum over both sides
// of g²/(h + penalty) is as large as can be. With g the sum of targets and h that of
// weights it is least squares; with targets 0 and 1 it is the Gini impurity;
// with gradients and second derivatives it is Newton's step of boosting.
type bars struct {
	n    int
	bin  [256]uint8
	g, h [256]float64
}

// rule is what splits must keep to.
type rule struct {
	penalty  float64 // added to h
	category float64 // added to h as well where the column is a category
	least    float64 // h of each side
}

// packed puts two sums into one number, so that both grow by one addition: the
// signed g in the upper half, the unsigned h in the lower. Integer sums do not
// depend on the order of their terms: any number of workers comes to the same.
func pack(g int32, h uint32) uint64 { return uint64(int64(g)<<32 + int64(h)) }

func unpackG(v uint64) float64 { return float64(int32(v >> 32)) }

func unpackH(v uint64) float64 { return float64(uint32(v)) }

// read fills the bars from sums by bin, and clears those.
func (b *bars) read(sums *[256]uint64, touched *set) {
	b.n = 0
	for w, word := range touched {
		for ; word != 0; word &= word - 1 {
			i := uint8(64*w + bits.TrailingZeros64(word))
			v := sums[i]
			sums[i] = 0
			k := uint8(b.n)
			b.bin[k], b.g[k], b.h[k] = i, unpackG(v), unpackH(v)
			b.n++
		}
		touched[w] = 0
	}
}

// best improves on a split with the best one of these bars.
func (b *bars) best(s *split, col int, category bool, r rule) {
	if b.n < 2 {
		return
	}
	var g, h float64
	for i := range b.n {
		g, h = g+b.g[i&255], h+b.h[i&255]
	}
	if category {
		b.categories(s, col, g, h, r)
		return
	}
	n := b.n
	if b.bin[n-1] != missing {
		b.numbers(s, col, n, g, h, 0, 0, r)
		return
	}
	mg, mh := b.g[n-1], b.h[n-1]
	b.numbers(s, col, n-1, g, h, 0, 0, r)
	// All that is there against all that is missing.
	if at := score(g-mg, h-mh, mg, mh, r.penalty); at > s.gain && mh >= r.least && h-mh >= r.least {
		*s = split{gain: at, col: col, cut: missing - 1}
	}
	b.numbers(s, col, n-1, g, h, mg, mh, r)
}

// numbers tries to cut between the first n bars; what is missing is on the left.
func (b *bars) numbers(s *split, col, n int, g, h, missG, missH float64, r rule) {
	lg, lh, gain, at := missG, missH, s.gain, -1
	for i := range n - 1 {
		lg, lh = lg+b.g[i&255], lh+b.h[i&255]
		rg, rh := g-lg, h-lh
		if lh < r.least || rh < r.least {
			continue
		}
		if x := score(lg, lh, rg, rh, r.penalty); x > gain {
			gain, at = x, i
		}
	}
	if at < 0 {
		return
	}
	// Half-way between two bins that have rows here.
	cut := (int(b.bin[at]) + int(b.bin[at+1]) - 1) / 2
	*s = split{gain: gain, col: col, cut: cut, left: missH > 0 || missH == 0 && b.n == n && lightRight(b, at, h)}
}

// lightRight tells whether the larger part is on the left of a cut: where
// values that are missing go when the node has none.
func lightRight(b *bars, at int, h float64) bool {
	l := 0.0
	for i := range at + 1 {
		l += b.h[i]
	}
	return l > h-l
}

// score is the criterion with one division.
func score(lg, lh, rg, rh, penalty float64) float64 {
	lh, rh = lh+penalty, rh+penalty
	return (lg*lg*rh + rg*rg*lh) / (lh * rh)
}

// categories orders the bars by their means and tries to cut between any two:
// for one sum of squares that finds the best of all partings (Fisher, "On grouping for
// maximum homogeneity", 1958). Bins without a row here go with the larger part.
func (b *bars) categories(s *split, col int, g, h float64, r rule) {
	var order [256]uint8
	var mean [256]float64
	for i := range b.n {
		m := b.g[i] / (b.h[i] + r.category)
		if b.h[i]+r.category <= 0 {
			m = 0
		}
		j := i
		for ; j > 0 && mean[j-1] > m; j-- {
			mean[j], order[j] = mean[j-1], order[j-1]
		}
		mean[j], order[j] = m, uint8(i)
	}
	lg, lh, gain, at, leftH := 0.0, 0.0, s.gain, -1, 0.0
	for j := range b.n - 1 {
		i := order[j]
		lg, lh = lg+b.g[i], lh+b.h[i]
		if lh < r.least || h-lh < r.least {
			continue
		}
		if x := score(lg, lh, g-lg, h-lh, r.penalty+r.category); x > gain {
			gain, at, leftH = x, j, lh
		}
	}
	if at >= 0 {
		*s = split{gain: gain, col: col, category: true, set: b.side(order[:b.n], at, leftH > h-leftH)}
	}
}

// side is the set of bins left of a cut in some order; bins without a row are
// in it where others is true.
func (b *bars) side(order []uint8, at int, others bool) (s set) {
	if others {
		s = set{math.MaxUint64, math.MaxUint64, math.MaxUint64, math.MaxUint64}
		for _, i := range order[at+1:] {
			x := b.bin[i]
			s[x>>6] &^= 1 << (x & 63)
		}
		return s
	}
	for _, i := range order[:at+1] {
		s.add(b.bin[i])
	}
	return s
}
