package forest

import (
	"math"

	"inkling/learn/feature"
)

// criterion judges the rows of one node at a time. One goroutine has it.
type criterion interface {
	// sample starts a tree: times is how often each row is in it.
	sample(times []uint8)

	// begin takes up the rows of a node and tells whether they differ in what is
	// asked for, and their weight.
	begin(rows []uint32) (mixed bool, weight float64)

	// try improves on a split of these rows by a column, and tells whether the
	// column has more than one bin here.
	try(s *split, rows []uint32, bins []uint8, col int, category bool) bool

	// gain is by how much a split lowers the impurity of these rows, times their weight.
	gain(s *split) float64

	// leaf is the value of a leaf with these rows.
	leaf() uint32
}

// whole turns weights into whole numbers whose sum stays below 2^31. Weights
// that are whole stay what they are.
func whole(d feature.Data) []uint32 {
	const most = 1 << 30
	w, sum, exact := make([]uint32, len(d.Rows)), 0.0, true
	for i := range w {
		x := d.WeightOf(i)
		sum += x
		exact = exact && x == math.Trunc(x) && x >= 1
	}
	unit := 1.0
	if !exact || sum > most {
		unit = most / sum
	}
	for i := range w {
		w[i] = max(1, uint32(math.Round(d.WeightOf(i)*unit)))
	}
	return w
}

// twoClasses is the Gini impurity of two classes.
type twoClasses struct {
	class []int
	w     []uint32
	row   []uint64 // of each row: weight times class, and weight
	here  []uint64 // of each row of the node
	total uint64
	sums  [256]uint64
	bars  bars
}

func (t *twoClasses) sample(times []uint8) {
	if t.row == nil {
		t.row, t.here = make([]uint64, len(t.class)), make([]uint64, len(t.class))
	}
	for i, n := range times {
		w := uint32(n) * t.w[i]
		t.row[i] = uint64(w) | uint64(w)<<32*uint64(t.class[i])
	}
}

func (t *twoClasses) begin(rows []uint32) (bool, float64) {
	here, total := t.here[:len(rows)], uint64(0)
	for j, i := range rows {
		v := t.row[i]
		here[j] = v
		total += v
	}
	t.total = total
	return total>>32 != 0 && total>>32 != total&math.MaxUint32, unpackH(total)
}

func (t *twoClasses) try(s *split, rows []uint32, bins []uint8, col int, category bool) bool {
	here, sums := t.here[:len(rows)], &t.sums
	var touched set
	if len(rows) > 512 {
		for j, i := range rows {
			sums[bins[i]] += here[j]
		}
		for i, v := range sums {
			if v != 0 {
				touched.add(uint8(i))
			}
		}
	} else {
		for j, i := range rows {
			b := bins[i]
			sums[b] += here[j]
			touched[b>>6] |= 1 << (b & 63)
		}
	}
	t.bars.read(sums, &touched)
	t.bars.best(s, col, category, rule{})
	return t.bars.n > 1
}

// gain is twice what the sum of squares of one class gains: the other's gains as much.
func (t *twoClasses) gain(s *split) float64 {
	g, h := unpackG(t.total), unpackH(t.total)
	return 2 * (s.gain - g*g/h)
}

func (t *twoClasses) leaf() uint32 {
	return math.Float32bits(float32(unpackG(t.total) / unpackH(t.total)))
}
