package linear

import (
	"context"
	"math"

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
	weight, lacks := make([]float64, len(d.Fields)), make([]bool, len(d.Fields))
	far := make([]float64, len(d.Fields))
	for pass := range 2 { // sums of differences from the mean keep small differences of large numbers
		for i, r := range d.Rows {
			if i%checkRows == 0 && ctx.Err() != nil {
				return nil, ctx.Err()
			}
			v := d.WeightOf(i)
			for j := range l.fields {
				if d.Fields[j].Kind == feature.Category {
					continue
				}
				x, ok := number(r, j)
				switch {
				case !ok:
					lacks[j] = true
				case pass == 0:
					weight[j] += v
					l.fields[j].mean += float64(v * x)
				default:
					x -= l.fields[j].mean
					far[j] += float64(v * float64(x*x))
				}
			}
		}
		for j := range l.fields {
			f := &l.fields[j]
			switch {
			case d.Fields[j].Kind == feature.Category || weight[j] == 0:
			case pass == 0:
				f.mean /= weight[j]
			case far[j]/weight[j] > 1e-24*f.mean*f.mean && far[j] > math.SmallestNonzeroFloat32:
				f.inverse = 1 / math.Sqrt(far[j]/weight[j])
			}
		}
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
	l.set = feature.Seen(cut(d.Rows, used), used)
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

// cut returns rows without the features from a bound on.
func cut(rows []feature.Row, bound int) []feature.Row {
	out := make([]feature.Row, len(rows))
	for i, r := range rows {
		n := len(r.Index)
		for n > 0 && int64(r.Index[n-1]) >= int64(bound) {
			n--
		}
		out[i] = feature.Row{Index: r.Index[:n], Value: r.Value[:n]}
	}
	return out
}

// each visits the columns that are not 0 in a row, with the part of the row that
// each comes from.
func (l *layout) each(r feature.Row, visit func(part, column int, v float64)) {
	for i, f := range r.Index {
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
