package linear

import (
	"context"
	"math"
	"sort"

	"inkling/learn/feature"
)

// layout is the columns that regressions make of rows. In this order they are the
// numbers of the table, each less its mean and in units of its deviation; the
// features of the sparse form that are used; and of the table one column for each
// code of a category, and one for each value that some row lacked. A number that is
// missing stands at its mean.
type layout struct {
	fields  []tableField
	numbers int          // columns of numbers
	set     *feature.Set // features of the sparse form
	texts   int          // features below it are as they are, others are multiplied by scale
	scale   float64
	width   int // columns
}

// tableField is how a value of the table becomes columns.
type tableField struct {
	codes   int     // of a category, 0 of a number
	mean    float64 // of a number
	inverse float64 // of a number: 1 / deviation; 0 where all are the same
	first   int     // column of the number, or of code 0
	missing int     // column; -1 where no row lacked the value
}

// number returns the table's value j, within the range of a float32.
func number(r feature.Row, j int) (x float64, ok bool) {
	if j >= len(r.Table) || r.Table[j] != r.Table[j] {
		return 0, false
	}
	return min(max(float64(r.Table[j]), -math.MaxFloat32), math.MaxFloat32), true
}

// newLayout looks at rows. Of the sparse form it takes what comes from texts, or all
// where there is no table, or where bends are asked for.
func newLayout(ctx context.Context, d feature.Data, bends bool) (*layout, error) {
	l := &layout{fields: make([]tableField, len(d.Fields)), texts: d.Texts, scale: 1}
	if len(d.Fields) == 0 {
		l.texts = d.Features
	}
	lacks, err := l.scales(ctx, d)
	if err != nil {
		return nil, err
	}
	for j := range l.fields {
		f := &l.fields[j]
		f.first, f.missing = l.width, -1
		if d.Fields[j].Kind != feature.Category {
			l.width++
		}
	}
	l.numbers = l.width
	most := float32(0)
	used := d.Features
	if !bends {
		used = min(l.texts, d.Features)
	}
	var with []feature.Row // that have features of the sparse form
	if used > 0 {
		with = cut(d.Rows, used)
	}
	l.set = feature.Seen(with, used)
	if used > l.texts {
		for _, r := range d.Rows {
			for i, f := range r.Index {
				if int(f) >= l.texts {
					most = max(most, r.Value[i])
				}
			}
		}
		if most > 0 {
			l.scale = 1 / float64(most)
		}
	}
	l.width += l.set.Len()
	for j := range l.fields {
		f := &l.fields[j]
		if d.Fields[j].Kind == feature.Category {
			f.codes, f.first = d.Fields[j].Codes, l.width
			l.width += f.codes
			for i := range d.Rows {
				if _, ok := number(d.Rows[i], j); !ok {
					lacks[j] = true
					break
				}
			}
		}
		if lacks[j] {
			f.missing = l.width
			l.width++
		}
	}
	return l, nil
}

// scales finds mean and deviation of the numbers, and which of them some row lacks.
// Sums are of differences from the mean of the first rows, which keeps small differences of
// large numbers; where that mean was far off, once more of those from the true one.
func (l *layout) scales(ctx context.Context, d feature.Data) (lacks []bool, err error) {
	type sums struct{ weight, sum, square float64 }
	var numbers []int
	for j, f := range d.Fields {
		if f.Kind != feature.Category {
			numbers = append(numbers, j)
		}
	}
	lacks = make([]bool, len(l.fields))
	all, shift := make([]sums, len(l.fields)), make([]float64, len(l.fields))
	pass := func(rows int) error {
		clear(all)
		for i, r := range d.Rows[:rows] {
			if i%checkRows == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
			v := d.WeightOf(i)
			for _, j := range numbers {
				x, ok := number(r, j)
				if !ok {
					lacks[j] = true
					continue
				}
				s := &all[j]
				x -= shift[j]
				s.weight += v
				s.sum += float64(v * x)
				s.square += float64(v * float64(x*x))
			}
		}
		return nil
	}
	for _, rows := range []int{min(len(d.Rows), shiftRows), len(d.Rows), len(d.Rows)} {
		if err := pass(rows); err != nil {
			return nil, err
		}
		again := false
		for _, j := range numbers {
			s, f := all[j], &l.fields[j]
			if s.weight == 0 {
				continue
			}
			off := s.sum / s.weight
			spread := s.square/s.weight - float64(off*off)
			again = again || off*off > 1e3*spread
			shift[j] += off
			f.mean, f.inverse = shift[j], 0
			if spread > 1e-24*f.mean*f.mean && spread > math.SmallestNonzeroFloat32 {
				f.inverse = 1 / math.Sqrt(spread)
			}
		}
		if rows == len(d.Rows) && !again {
			break
		}
	}
	return lacks, nil
}

// shiftRows is how many rows the first mean is of.
const shiftRows = 1000

// cut returns rows without the features from a bound on.
func cut(rows []feature.Row, bound int) []feature.Row {
	out := make([]feature.Row, len(rows))
	for i, r := range rows {
		n := sort.Search(len(r.Index), func(k int) bool { return int64(r.Index[k]) >= int64(bound) })
		out[i] = feature.Row{Index: r.Index[:n], Value: r.Value[:n]}
	}
	return out
}

// used is the features of a row, none where no feature is used.
func (l *layout) used(r feature.Row) []uint32 {
	if l.set.Len() == 0 {
		return nil
	}
	return r.Index
}

// each visits the columns that are not 0 in a row, with the part of the row that
// each comes from.
func (l *layout) each(r feature.Row, visit func(part, column int, v float64)) {
	for i, f := range l.used(r) {
		if at := l.set.Rank(f); at >= 0 {
			v := float64(r.Value[i])
			if int(f) >= l.texts {
				v *= l.scale
			}
			visit(i, l.numbers+at, v)
		}
	}
	for j := range l.fields {
		f, part := &l.fields[j], len(r.Index)+j
		x, ok := number(r, j)
		switch {
		case !ok:
			if f.missing >= 0 && j < len(r.Table) {
				visit(part, f.missing, 1)
			}
		case f.codes == 0:
			if f.inverse > 0 {
				visit(part, f.first, (x-f.mean)*f.inverse)
			}
		case x >= 0 && x < float64(f.codes) && x == math.Trunc(x):
			visit(part, f.first+int(x), 1)
		}
	}
}

// dot returns the row times w: what each comes to, at the price of no call for each
// column.
func (l *layout) dot(r feature.Row, w []float64) (sum float64) {
	for i, f := range l.used(r) {
		if at := l.set.Rank(f); at >= 0 {
			v := float64(r.Value[i])
			if int(f) >= l.texts {
				v *= l.scale
			}
			sum += float64(v * w[l.numbers+at])
		}
	}
	for j, y := range r.Table[:min(len(r.Table), len(l.fields))] {
		f, x := &l.fields[j], min(max(float64(y), -math.MaxFloat32), math.MaxFloat32) // NaN stays
		switch {
		case x != x:
			if f.missing >= 0 {
				sum += w[f.missing]
			}
		case f.codes == 0:
			if f.inverse > 0 {
				sum += float64(float64((x-f.mean)*f.inverse) * w[f.first])
			}
		case x >= 0 && x < float64(f.codes) && x == math.Trunc(x):
			sum += w[f.first+int(x)]
		}
	}
	return sum
}

// matrix is rows in compressed form: what each has in which columns.
type matrix struct {
	width  int
	ends   []int
	column []uint32
	value  []float64
	weight []float64 // of rows
	total  float64   // of the weights
}

// matrixOf lays out rows.
func (l *layout) matrixOf(ctx context.Context, d feature.Data) (*matrix, error) {
	m := &matrix{width: l.width, ends: make([]int, len(d.Rows)), weight: make([]float64, len(d.Rows))}
	n := 0
	for _, r := range d.Rows {
		n += r.Len()
	}
	m.column, m.value = make([]uint32, 0, n), make([]float64, 0, n)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		l.each(r, func(_, column int, v float64) {
			m.column, m.value = append(m.column, uint32(column)), append(m.value, v)
		})
		m.ends[i] = len(m.column)
		m.weight[i] = d.WeightOf(i)
		m.total += m.weight[i]
	}
	return m, nil
}

// row returns the columns of row i and their values.
func (m *matrix) row(i int) ([]uint32, []float64) {
	start := 0
	if i > 0 {
		start = m.ends[i-1]
	}
	return m.column[start:m.ends[i]], m.value[start:m.ends[i]]
}

// dot returns row i times w.
func (m *matrix) dot(i int, w []float64) (sum float64) {
	column, value := m.row(i)
	for j, c := range column {
		sum += float64(value[j] * w[c])
	}
	return sum
}

// add adds row i, times x, to w.
func (m *matrix) add(i int, x float64, w []float64) {
	column, value := m.row(i)
	for j, c := range column {
		w[c] += float64(value[j] * x)
	}
}

// means returns the mean of each column.
func (m *matrix) means() []float64 {
	mean := make([]float64, m.width)
	for i, v := range m.weight {
		m.add(i, v, mean)
	}
	for j := range mean {
		mean[j] /= m.total
	}
	return mean
}
