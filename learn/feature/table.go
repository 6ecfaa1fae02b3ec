package feature

import (
	"math"
	"strconv"
	"strings"
)

// tableColumn is what a space knows of a column that is not text. Its features
// stand one after the other: for a number, one a knot, then that it is
// missing; for a category, one a code, then any other code, then that it is
// missing.
type tableColumn struct {
	knots []float64 // ascending
	codes []string
	index map[string]uint32 // of codes
	first uint32            // feature
}

// features is how many the column has.
func (t *tableColumn) features(k Kind) uint32 {
	switch k {
	case Number:
		return uint32(len(t.knots)) + 1
	case Category:
		return uint32(len(t.codes)) + 2
	}
	return 0
}

// row appends the column's features to a row, at most two, and returns the
// square of their length.
func (t *tableColumn) row(r *Row, k Kind, value string, weight float32) float64 {
	put := func(i uint32, v float32) float64 {
		r.Index, r.Value = append(r.Index, t.first+i), append(r.Value, weight*v)
		return float64(weight*v) * float64(weight*v)
	}
	if k == Category {
		v := code(value)
		if v == "" {
			return put(uint32(len(t.codes))+1, 1)
		}
		if i, ok := t.index[v]; ok {
			return put(i, 1)
		}
		return put(uint32(len(t.codes)), 1)
	}
	x, ok := number(value)
	n := len(t.knots)
	switch {
	case !ok:
		return put(uint32(n), 1)
	case n == 0:
		return 0
	case x <= t.knots[0]:
		return put(0, 1)
	case x >= t.knots[n-1]:
		return put(uint32(n-1), 1)
	}
	// Between two knots the number belongs to both, in part: what a linear
	// model makes of it is a line that bends at the knots.
	i := 1
	for x > t.knots[i] {
		i++
	}
	part := float32((x/2 - t.knots[i-1]/2) / (t.knots[i]/2 - t.knots[i-1]/2)) // halves do not overflow
	sum := 0.0
	if part < 1 {
		sum += put(uint32(i-1), 1-part)
	}
	if part > 0 {
		sum += put(uint32(i), part)
	}
	return sum
}

// code is a category as it is compared: without blanks around it.
func code(s string) string { return strings.TrimSpace(s) }

// number reads a number as people write it: with commas between thousands, a
// currency or percent sign. What is none, is missing.
func number(s string) (float64, bool) {
	s = strings.TrimSpace(s)
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimLeft(s, "$€£¥￥"), "%"))
	if strings.IndexByte(s, ',') > 0 {
		s = strings.ReplaceAll(s, ",", "")
	}
	x, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, false
	}
	return x, true
}
