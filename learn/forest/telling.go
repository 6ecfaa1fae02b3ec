package forest

import (
	"cmp"
	"context"
	"slices"

	"inkling/learn/feature"
)

// posting is a feature of the sparse form with the rows that have it.
type posting struct {
	feature uint32
	row     []uint32
	value   []float32
}

// telling returns the features below a limit whose presence tells most of what
// is asked for, in ascending order, at most so many: as a split of all rows
// would be judged, by the squares of the sums on both sides.
func telling(ctx context.Context, d feature.Data, limit, most int) ([]posting, error) {
	if limit <= 0 || most <= 0 {
		return nil, nil
	}
	starts := make([]int, limit+1)
	for _, r := range d.Rows {
		for _, f := range r.Index {
			if int(f) < limit {
				starts[f+1]++
			}
		}
	}
	for f := range limit {
		starts[f+1] += starts[f]
	}
	rows, values, at := make([]uint32, starts[limit]), make([]float32, starts[limit]), slices.Clone(starts[:limit])
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for j, f := range r.Index {
			if int(f) < limit {
				rows[at[f]], values[at[f]] = uint32(i), r.Value[j]
				at[f]++
			}
		}
	}
	type scored struct {
		f    uint32
		gain float64
	}
	j := newJudge(d)
	var found []scored
	for f := range limit {
		if f%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if starts[f+1] > starts[f] {
			found = append(found, scored{uint32(f), j.gain(rows[starts[f]:starts[f+1]])})
		}
	}
	if len(found) > most {
		slices.SortFunc(found, func(a, b scored) int {
			return cmp.Or(cmp.Compare(b.gain, a.gain), cmp.Compare(a.f, b.f))
		})
		found = found[:most]
		slices.SortFunc(found, func(a, b scored) int { return cmp.Compare(a.f, b.f) })
	}
	out := make([]posting, len(found))
	for i, s := range found {
		from, to := starts[s.f], starts[s.f+1]
		out[i] = posting{s.f, slices.Clone(rows[from:to]), slices.Clone(values[from:to])}
	}
	return out, nil
}

// judge tells what a split into some rows and the others gains.
type judge struct {
	d     feature.Data
	total []float64 // of each output
	all   float64   // weight of all rows
	sum   []float64
}

func newJudge(d feature.Data) *judge {
	n := max(1, d.Classes)
	j := &judge{d: d, total: make([]float64, n), sum: make([]float64, n)}
	for i := range d.Rows {
		j.all += j.add(j.total, i)
	}
	if d.Target != nil { // as the distance from the mean
		mean := j.total[0] / j.all
		j.total[0] = 0
		t := make([]float64, len(d.Target))
		for i, y := range d.Target {
			t[i] = y - mean
		}
		j.d.Target = t
	}
	return j
}

// add adds a row to sums of outputs and returns its weight.
func (j *judge) add(sum []float64, i int) float64 {
	w := j.d.WeightOf(i)
	switch {
	case j.d.Target != nil:
		sum[0] += w * j.d.Target[i]
	case j.d.Sets != nil:
		for _, c := range j.d.Sets[i] {
			sum[c] += w
		}
	default:
		sum[j.d.Class[i]] += w
	}
	return w
}

func (j *judge) gain(rows []uint32) float64 {
	clear(j.sum)
	w := 0.0
	for _, i := range rows {
		w += j.add(j.sum, int(i))
	}
	rest := j.all - w
	if rest <= 0 {
		return 0
	}
	gain := 0.0
	for c, s := range j.sum {
		o := j.total[c] - s
		gain += s*s/w + o*o/rest - j.total[c]*j.total[c]/j.all
	}
	return gain
}
