package represent

import (
	"context"
	"math"
	"slices"
)

// table is rows of numbers in 8 bits, each row with a scale of its own, and what the
// rows are of.
type table struct {
	cols  int
	names []uint32 // of the rows, ascending; nil where rows go by their number
	scale []float32
	cells []int8 // row after row
}

func (t *table) rows() int { return len(t.scale) }

// row returns the whole numbers of row i.
func (t *table) row(i int) []int8 { return t.cells[i*t.cols : (i+1)*t.cols] }

// newTable rounds n rows to 8 bits. Names are ascending, or nil.
func newTable(ctx context.Context, cols int, names []uint32, n int, row func(i int, into []float32)) (table, error) {
	t := table{cols: cols, names: names, scale: make([]float32, n), cells: make([]int8, n*cols)}
	x := make([]float32, cols)
	for i := range n {
		if i%(looks/8) == 0 { // a row may be a search
			if err := look(ctx); err != nil {
				return table{}, err
			}
		}
		row(i, x)
		most := float32(0)
		for _, v := range x {
			most = max(most, v, -v)
		}
		if most == 0 {
			continue
		}
		t.scale[i] = most / 127
		by := 127 / most
		for j, v := range x {
			t.cells[i*cols+j] = int8(math.RoundToEven(float64(v * by)))
		}
	}
	return t, nil
}

// add adds by times row i to x.
func (t *table) add(x []float32, i int, by float32) { add(x, t.row(i), float32(by*t.scale[i])) }

// dot is the inner product of row i and g.
func (t *table) dot(g []float64, i int) float64 {
	sum := 0.0
	for j, c := range t.row(i) {
		sum += float64(g[j] * float64(c))
	}
	return sum * float64(t.scale[i])
}

// each visits the rows that are of some of the names, which are ascending, with the
// place of the name.
func (t *table) each(names []uint32, visit func(i, at int)) {
	rest, done := t.names, 0
	for i, name := range names {
		at, ok := slices.BinarySearch(rest, name)
		rest, done = rest[at:], done+at
		if ok {
			visit(i, done)
		}
	}
}

// find returns the row of a word, -1 where there is none.
func (t *table) find(word uint64) int {
	if word>>1 > math.MaxUint32 {
		return -1
	}
	at, ok := slices.BinarySearch(t.names, uint32(word>>1))
	if !ok {
		return -1
	}
	return at
}

// places is where each name stands among names, -1 where it does not.
type places []int32

func placesOf(names []uint32) places {
	if len(names) == 0 {
		return nil
	}
	p := make(places, names[len(names)-1]+1)
	for i := range p {
		p[i] = -1
	}
	for i, name := range names {
		p[name] = int32(i)
	}
	return p
}

func (p places) of(name uint32) int {
	if int(name) >= len(p) {
		return -1
	}
	return int(p[name])
}

// times is how often each name occurs.
type times []uint32

func (n *times) add(name uint32) {
	if grow := int(name) + 1 - len(*n); grow > 0 {
		*n = append(*n, make(times, grow)...)
	}
	(*n)[name]++
}

// frequent returns the names that occur at least twice, the most frequent ones if there
// are more than most, in ascending order.
func (n times) frequent(most int) []uint32 {
	var order []uint64 // the most frequent first, of equal ones the lower name
	for name, n := range n {
		if n > 1 {
			order = append(order, uint64(math.MaxUint32-n)<<32|uint64(name))
		}
	}
	slices.Sort(order)
	names := make([]uint32, min(len(order), most))
	for i := range names {
		names[i] = uint32(order[i])
	}
	slices.Sort(names)
	return names
}
