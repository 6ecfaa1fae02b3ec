package forest

import (
	"math/bits"
	"slices"
)

// labels is the Gini impurity of several classes, or summed over labels of
// which a row may have several. A column costs in proportion to the rows
// and their labels, not to how many labels there are: rows go from right to
// left one at a time, and the sums of squares change with each.
type labels struct {
	starts []uint32 // where the labels of each row begin; one more at the end
	label  []uint16
	w      []uint32
	times  []uint8

	total    []float64 // of each label in the node
	present  []uint16  // labels that are in it
	weight   float64
	square   float64
	left     []float64
	head     [256]int32 // the first row of each bin, as its place in the node plus 1
	next     []int32
	bars     bars
	heaviest []uint16
	dist     *distributions // of the tree
	pairs    []part
}

// part is how much of a leaf one label has.
type part struct {
	label uint16
	of    float32
}

func (t *labels) sample(times []uint8) {
	t.times = times
	t.dist = newDistributions()
	if t.next == nil {
		t.next = make([]int32, len(t.w))
	}
}

func (t *labels) of(i uint32) []uint16 { return t.label[t.starts[i]:t.starts[i+1]] }

func (t *labels) begin(rows []uint32) (bool, float64) {
	for _, c := range t.present {
		t.total[c] = 0
	}
	t.present, t.weight, t.square = t.present[:0], 0, 0
	for _, i := range rows {
		w := float64(uint32(t.times[i]) * t.w[i])
		t.weight += w
		for _, c := range t.of(i) {
			if t.total[c] == 0 {
				t.present = append(t.present, c)
			}
			t.total[c] += w
		}
	}
	slices.Sort(t.present)
	mixed := false
	for _, c := range t.present {
		t.square += t.total[c] * t.total[c]
		mixed = mixed || t.total[c] != t.weight
	}
	return mixed, t.weight
}

func (t *labels) try(s *split, rows []uint32, bins []uint8, col int, category bool) bool {
	var touched set
	for j, i := range rows {
		b := bins[i]
		if touched[b>>6]>>(b&63)&1 == 0 {
			touched[b>>6] |= 1 << (b & 63)
			t.head[b] = 0
		}
		t.next[j] = t.head[b]
		t.head[b] = int32(j + 1)
	}
	n := 0
	for w, word := range touched {
		for ; word != 0; word &= word - 1 {
			t.bars.bin[n&255] = uint8(64*w + bits.TrailingZeros64(word))
			n++
		}
	}
	if t.bars.n = n; n < 2 {
		return false
	}
	if category {
		t.categories(s, rows, col)
		return true
	}
	var order [256]uint8
	for i := range n {
		order[i] = uint8(i)
	}
	hasMissing := t.bars.bin[n-1] == missing
	if at, left := t.sweep(s, rows, order[:n]); at >= 0 {
		*s = split{gain: s.gain, col: col, cut: missing - 1, left: !hasMissing && left > t.weight-left}
		if t.bars.bin[at+1] != missing {
			s.cut = (int(t.bars.bin[at]) + int(t.bars.bin[at+1]) - 1) / 2
		}
	}
	if !hasMissing {
		return true
	}
	// What is missing goes first, that is left, with the others in order after it.
	copy(order[1:n], order[:n-1])
	order[0] = uint8(n - 1)
	before := s.gain
	if at, _ := t.sweep(s, rows, order[:n]); at > 0 {
		*s = split{gain: s.gain, col: col, cut: (int(t.bars.bin[at-1]) + int(t.bars.bin[at]) - 1) / 2, left: true}
	} else if at == 0 {
		s.gain = before // the same split as the last one of the first sweep, seen with another rounding
	}
	return true
}

// sweep moves bars from right to left in some order. It improves the gain of a
// split and returns after which bar, and the weight on the left; or -1.
func (t *labels) sweep(s *split, rows []uint32, order []uint8) (at int, leftOf float64) {
	for _, c := range t.present {
		t.left[c] = 0
	}
	at = -1
	weight, ql, qr := 0.0, 0.0, t.square
	for k, b := range order[:len(order)-1] {
		for j := t.head[t.bars.bin[b]]; j > 0; j = t.next[j-1] {
			i := rows[j-1]
			w := float64(uint32(t.times[i]) * t.w[i])
			weight += w
			for _, c := range t.of(i) {
				l := t.left[c]
				ql += w * (2*l + w)
				qr -= w * (2*(t.total[c]-l) - w)
				t.left[c] = l + w
			}
		}
		if x := ql/weight + qr/(t.weight-weight); x > s.gain {
			s.gain, at, leftOf = x, k, weight
		}
	}
	return at, leftOf
}

// tried is how many of a node's heaviest labels give an order of categories each.
const tried = 4

// categories orders bars by the share of one label, for each of the heaviest
// labels in turn. With two labels that finds the best of all partings; with more it
// need not, and finding that would take as many tries as there are partings.
func (t *labels) categories(s *split, rows []uint32, col int) {
	n := t.bars.n
	t.heaviest = append(t.heaviest[:0], t.present...)
	slices.SortStableFunc(t.heaviest, func(a, b uint16) int {
		switch {
		case t.total[a] > t.total[b]:
			return -1
		case t.total[a] < t.total[b]:
			return 1
		}
		return 0
	})
	for _, c := range t.heaviest[:min(tried, len(t.heaviest))] {
		var order [256]uint8
		var mean [256]float64
		for i := range n {
			sum, all := 0.0, 0.0
			for j := t.head[t.bars.bin[i]]; j > 0; j = t.next[j-1] {
				row := rows[j-1]
				w := float64(uint32(t.times[row]) * t.w[row])
				all += w
				if slices.Contains(t.of(row), c) {
					sum += w
				}
			}
			m, j := sum/all, i
			for ; j > 0 && mean[j-1] > m; j-- {
				mean[j], order[j] = mean[j-1], order[j-1]
			}
			mean[j], order[j] = m, uint8(i)
		}
		if at, left := t.sweep(s, rows, order[:n]); at >= 0 {
			*s = split{gain: s.gain, col: col, category: true, set: t.bars.side(order[:n], at, left > t.weight-left)}
		}
	}
}

func (t *labels) gain(s *split) float64 { return max(0, s.gain-t.square/t.weight) }

func (t *labels) leaf() uint32 {
	t.pairs = t.pairs[:0]
	for _, c := range t.present {
		t.pairs = append(t.pairs, part{c, float32(t.total[c] / t.weight)})
	}
	return t.dist.add(t.pairs)
}
