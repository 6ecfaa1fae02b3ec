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

	// What follows is not kept in a file.
	ranks []int32 // in set, of the features from texts on; -1 of those that are not in it
	hats  []hat   // ascending
	rough bool    // the mean of a number is that of some rows, and its deviation not known
	some  bool    // features are those of some rows, and so are hats
	done  *sums   // of the numbers in the same rows, for the next layout of them; nil when the fit is over
}

// hat is columns after the numbers of which a row has one, or two side by side: the
// knots of a number, or the codes of a category. What a row has in two hats is four
// products at most, and where these belong is told by two bins: see hatSums.
type hat struct{ first, columns int } // first is counted from the end of the numbers

// bins is how many pairs of neighbours there are. A row that has but one column is in a
// bin with it all the same.
func (h hat) bins() int { return max(1, h.columns-1) }

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
	return layOut(ctx, d, bends, nil, false)
}

// layOut is newLayout, which takes mean and deviation of the numbers from another layout of
// the same rows where there is one, or may guess the means and leave the rest to newGram.
func layOut(ctx context.Context, d feature.Data, bends bool, from *layout, guess bool) (*layout, error) {
	l := &layout{fields: make([]tableField, len(d.Fields)), texts: d.Texts, scale: 1}
	if len(d.Fields) == 0 {
		l.texts = d.Features
	}
	lacks, err := make([]bool, len(l.fields)), error(nil)
	switch {
	case from != nil:
		l.rough, l.done = from.rough, from.done
		for j, f := range from.fields {
			l.fields[j].mean, l.fields[j].inverse, lacks[j] = f.mean, f.inverse, f.missing >= 0
		}
	case guess && l.guess(d):
	default:
		lacks, err = l.scales(ctx, d)
	}
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
	used := d.Features
	if !bends {
		used = min(l.texts, d.Features)
	}
	step := 1
	if guess && l.texts == 0 {
		step = max(1, min(featureStep, len(d.Rows)/featureRows))
	}
	if err := l.features(ctx, d, used, step); err != nil {
		return nil, err
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
		if f.codes > 0 {
			l.hats = append(l.hats, hat{f.first - l.numbers, l.width - f.first})
		}
	}
	return l, nil
}

// features finds which features below a bound some row has, the greatest value of those of the
// table, and which of these make hats: as far as no row has others of them than two that are
// neighbours. Where there would be more hats than rows have features of
// them, they are left alone. It looks at one row in so many.
func (l *layout) features(ctx context.Context, d feature.Data, used, step int) error {
	l.some = step > 1 && used > 0
	seen, most, entries := make([]bool, used), float32(0), 0
	reach := make([]uint32, max(0, used-l.texts)) // of each feature the least one that a row has with it, but its neighbour
	for i := range reach {
		reach[i] = uint32(used)
	}
	for i := 0; i < len(d.Rows) && used > 0; i += step {
		if i%checkRows == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if next := i + rowsAhead*step; next < len(d.Rows) {
			ahead(&d.Rows[next])
		}
		index, value := d.Rows[i].Index, d.Rows[i].Value
		k := 0
		for ; k < len(index) && int(index[k]) < l.texts; k++ {
			seen[index[k]] = true
		}
		if used <= l.texts {
			continue
		}
		index, value = index[k:], value[k:]
		entries += len(index)
		for k, f := range index {
			seen[f] = true
			if value[k] > most {
				most = value[k]
			}
			if k+1 < len(index) {
				g := index[k+1]
				if g == f+1 {
					if k+2 == len(index) {
						continue
					}
					g = index[k+2]
				}
				if to := &reach[int(f)-l.texts]; g < *to {
					*to = g
				}
			}
		}
	}
	var all []uint32
	for f, is := range seen {
		if is {
			all = append(all, uint32(f))
		}
	}
	l.set = feature.Seen([]feature.Row{{Index: all}}, used)
	if most > 0 {
		l.scale = 1 / float64(most)
	}
	l.rankAll(used)
	var hats []hat
	first, n, bound := 0, 0, used
	for f := l.texts; f < used; f++ {
		if bound = min(bound, int(reach[f-l.texts])); seen[f] {
			if n == 0 {
				first = l.rank(uint32(f))
			}
			n++
		}
		if f+1 >= bound {
			if n > 0 {
				hats = append(hats, hat{first, n})
			}
			n, bound = 0, used
		}
	}
	if float64(len(hats))*float64(len(d.Rows)/step) <= hatsFrom*float64(entries) {
		l.hats = hats
	}
	return nil
}

// hatsFrom is how many hats there may be for each feature that a row has in one of them.
const hatsFrom = 1.2

// rankAll sets ranks, of the features below a bound, if these are not too many for it.
func (l *layout) rankAll(bound int) {
	if bound-l.texts > maxRanks {
		bound = l.texts
	}
	l.ranks = make([]int32, max(0, bound-l.texts))
	for i := range l.ranks {
		l.ranks[i] = int32(l.set.Rank(uint32(l.texts + i)))
	}
}

const (
	maxRanks    = 1 << 16
	rowsAhead   = 4    // that are asked for before they are read
	featureRows = 1000 // that features are looked for in at first, at least,
	featureStep = 8    // and of more rows, one in so many
)

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
		if at := l.rank(f); at >= 0 {
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

// rank is the column of a feature after the numbers, -1 where it has none.
func (l *layout) rank(f uint32) int {
	if i := int(f) - l.texts; i >= 0 && i < len(l.ranks) {
		return int(l.ranks[i])
	}
	return l.set.Rank(f)
}

// dot returns the row times w: what each comes to, at the price of no call for each
// column.
func (l *layout) dot(r feature.Row, w []float64) (sum float64) {
	index := l.used(r)
	value, k := r.Value[:len(index)], 0
	for ; k < len(index) && int(index[k]) < l.texts; k++ {
		if at := l.set.Rank(index[k]); at >= 0 {
			sum += float64(float64(value[k]) * w[l.numbers+at])
		}
	}
	ranks, others := l.ranks, w[l.numbers:]
	for ; k < len(index); k++ {
		at := -1
		if i := int(index[k]) - l.texts; i < len(ranks) {
			at = int(ranks[i])
		} else {
			at = l.set.Rank(index[k])
		}
		if at >= 0 {
			sum += float64(float64(float64(value[k])*l.scale) * others[at])
		}
	}
	fields := l.fields[:min(len(r.Table), len(l.fields))]
	for j, y := range r.Table[:len(fields)] {
		f := &fields[j]
		if y-y == 0 && f.codes == 0 { // most often
			if f.inverse > 0 {
				sum += float64(float64((float64(y)-f.mean)*f.inverse) * w[f.first])
			}
			continue
		}
		x := min(max(float64(y), -math.MaxFloat32), math.MaxFloat32) // NaN stays
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

// rest appends the columns of a row after the numbers, counted from there and ascending, and
// what the row has there times a factor.
func (l *layout) rest(r *feature.Row, by float64, at []uint32, v []float64) ([]uint32, []float64) {
	index := l.used(*r)
	value, ranks := r.Value[:len(index)], l.ranks
	for i, f := range index {
		c, x := -1, float64(value[i])
		if k := int(f) - l.texts; k < 0 || k >= len(ranks) {
			c = l.set.Rank(f)
		} else {
			c = int(ranks[k])
		}
		if c < 0 {
			continue
		}
		if int(f) >= l.texts {
			x = float64(x * l.scale)
		}
		at, v = append(at, uint32(c)), append(v, float64(x*by))
	}
	if l.numbers+l.set.Len() == l.width {
		return at, v
	}
	for j := range l.fields {
		f := &l.fields[j]
		if f.codes == 0 && f.missing < 0 {
			continue
		}
		x, ok := number(*r, j)
		switch {
		case !ok:
			if f.missing >= 0 && j < len(r.Table) {
				at, v = append(at, uint32(f.missing-l.numbers)), append(v, by)
			}
		case f.codes > 0 && x >= 0 && x < float64(f.codes) && x == math.Trunc(x):
			at, v = append(at, uint32(f.first+int(x)-l.numbers)), append(v, by)
		}
	}
	return at, v
}
