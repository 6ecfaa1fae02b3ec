package linear

import (
	"context"

	"inkling/learn/feature"
)

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
