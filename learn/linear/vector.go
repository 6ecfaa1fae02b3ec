package linear

import (
	"context"

	"inkling/learn/exact"
	"inkling/learn/feature"
)

// The dense representation of an item (feature.Row.Vector) stands beside its sparse
// features with one weight a dimension and class, less its mean over the rows of the
// fit: what all items have in common is then no matter of the solver, which would
// take long to find out that it tells nothing. A row without a representation stands
// at the mean.
type dense struct {
	at   []uint32  // where each dimension has its weights
	mean []float32 // of each dimension
	x    []float32 // of the row in hand, less the mean
}

// newDense returns where the dimensions have their weights, behind so many others,
// and their means; dims is 0 where rows have none.
func newDense(ctx context.Context, rows []feature.Row, dims, behind, stride int) (dense, error) {
	v := dense{at: vectorPlaces(dims, behind, stride), mean: make([]float32, dims), x: make([]float32, dims)}
	sum, n := make([]float64, dims), 0
	for i, r := range rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return v, ctx.Err()
		}
		if len(r.Vector) != dims {
			continue
		}
		n++
		for j, x := range r.Vector {
			sum[j] += float64(x)
		}
	}
	for j, x := range sum {
		v.mean[j] = float32(x / float64(max(1, n)))
	}
	return v, nil
}

func vectorPlaces(dims, behind, stride int) []uint32 {
	at := make([]uint32, dims)
	for j := range at {
		at[j] = uint32((behind + j) * stride)
	}
	return at
}

// of returns the representation of a row less the mean, which is only lent; none
// where it has none.
func (v *dense) of(r feature.Row) []float32 {
	if len(r.Vector) != len(v.mean) {
		return nil
	}
	for j, m := range v.mean {
		v.x[j] = r.Vector[j] - m
	}
	return v.x
}

// square returns the square of the length of a row's representation less the mean.
func (v *dense) square(r feature.Row) float64 {
	sum := 0.0
	for _, x := range v.of(r) {
		sum += float64(x) * float64(x)
	}
	return sum
}

// finish computes what the mean of the representation adds to each score.
func (m *Model) finish() {
	if len(m.mean) == 0 {
		return
	}
	m.places = vectorPlaces(len(m.mean), m.set.Len(), lanes(m.classes))
	m.off = make([]float64, lanes(m.classes))
	gather64(m.off, m.w, m.places, m.mean)
}

// scoresOfVector adds what a row's representation says to the scores.
func (m *Model) scoresOfVector(r feature.Row, s []float64) {
	dims := len(m.mean)
	if dims == 0 || len(r.Vector) != dims {
		return
	}
	for c, x := range m.off {
		s[c] -= x
	}
	gather64(s, m.w, m.places, r.Vector)
}

// balance returns the data with the weight of every class's rows multiplied by a
// power of how few they are, and all weighing as much as before. With a power of 1
// every class weighs the same in sum over its rows, as in scikit-learn's
// class_weight="balanced".
func balance(d feature.Data, power float64) feature.Data {
	per, _ := d.Counts()
	by, sum := make([]float64, len(per)), 0.0
	for c, n := range per {
		if n > 0 {
			by[c] = exact.Exp(-power * exact.Log(float64(n)))
			sum += float64(by[c] * float64(n))
		}
	}
	weight := make([]float64, len(d.Class))
	for i, c := range d.Class {
		weight[i] = d.WeightOf(i) * by[c] * float64(len(d.Class)) / sum
	}
	d.Weight = weight
	return d
}
