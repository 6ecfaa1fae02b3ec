package linear

import (
	"context"
	"math"

	"inkling/learn/feature"
)

// guess sets the means to those of some rows. It reports whether these have all numbers.
func (l *layout) guess(d feature.Data) bool {
	n := min(len(d.Rows), shiftRows)
	for k := range n {
		r := d.Rows[k*len(d.Rows)/n]
		for j, f := range d.Fields {
			if f.Kind == feature.Category {
				continue
			}
			x, ok := number(r, j)
			if !ok {
				return false
			}
			l.fields[j].mean += x / float64(n)
		}
	}
	l.rough = true
	return true
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
