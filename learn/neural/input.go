package neural

import (
	"context"
	"math"
	"slices"

	"inkling/learn/feature"
)

// input turns rows into what the first layer reads: first nums numbers, then cols
// sparse inputs, most of which are 0 for any one row.
type input struct {
	fields []field
	nums   int
	cols   int
	all    bool         // all features of the sparse form are read, not only texts
	texts  uint32       // features below it are read, unless all are
	set    *feature.Set // features with an input
	first  int          // sparse input of the first of them
}

// field is how one field of the table is read. Inputs are numbered among the sparse
// ones; none is -1.
type field struct {
	kind    feature.Kind
	mean    float64 // of a number
	scale   float64 // 1 / its deviation; 0 where it has none
	column  int     // of a number, among the numbers
	missing int32   // sparse input
	codes   []int32 // of a category: sparse input of each code
}

const (
	farthestOut  = 10   // deviations that a number is cut at
	largestValue = 1e12 // of a sparse feature, so that sums stay finite
	checkRows    = 1024 // rows that are read between two looks at the context
)

// missingNumber reports whether a value of the table is none.
func missingNumber(v float32) bool { return v-v != 0 }

// codeOf returns the code that a value of a category is, or -1.
func (f *field) codeOf(v float32) int32 {
	if v >= 0 && v < float32(len(f.codes)) {
		return f.codes[int(v)]
	}
	return -1
}

// learnInput decides what to read of rows. What an earlier model read stays as it
// read it; nil for none.
func learnInput(ctx context.Context, d feature.Data, from *input) (*input, error) {
	in := &input{fields: make([]field, len(d.Fields)), texts: uint32(max(0, d.Texts))}
	if from != nil && len(from.fields) > len(in.fields) {
		in.fields = append(in.fields, slices.Clone(from.fields[len(in.fields):])...)
	}
	in.all = len(in.fields) == 0
	type sums struct {
		n, sum, square float64
		missing        bool
		codes          []bool
	}
	seen := make([]sums, len(d.Fields))
	for j, f := range d.Fields {
		if f.Kind == feature.Category {
			seen[j].codes = make([]bool, max(0, f.Codes))
		}
	}
	counts := make([]uint8, max(0, d.Features))
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for j := range seen {
			s, v := &seen[j], in.value(r, j)
			switch {
			case missingNumber(v):
				s.missing = true
			case s.codes == nil:
				s.n++
				s.sum += float64(v)
			case v >= 0 && v < float32(len(s.codes)):
				s.codes[int(v)] = true
			}
		}
		for _, f := range r.Index {
			if (in.all || f < in.texts) && int(f) < len(counts) && counts[f] < math.MaxUint8 {
				counts[f]++
			}
		}
	}
	// The deviation by a second pass: the squares of large numbers that differ little
	// would leave nothing.
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for j := range min(len(seen), len(r.Table)) {
			if s := &seen[j]; s.codes == nil && !missingNumber(r.Table[j]) {
				off := float64(r.Table[j]) - s.sum/s.n
				s.square += float64(off * off)
			}
		}
	}
	for j, f := range d.Fields {
		s, to := &seen[j], &in.fields[j]
		*to = field{kind: f.Kind, missing: -1, column: -1}
		var was *field
		if from != nil && j < len(from.fields) && from.fields[j].kind == f.Kind {
			was = &from.fields[j]
		}
		if s.codes == nil {
			if s.n > 0 {
				to.mean = s.sum / s.n
				if dev := math.Sqrt(s.square / s.n); dev > 1e-12*math.Abs(to.mean) {
					to.scale = 1 / dev
				}
			}
			if was != nil {
				to.mean, to.scale = was.mean, was.scale
			}
		} else {
			n := len(s.codes)
			if was != nil {
				n = max(n, len(was.codes))
			}
			to.codes = make([]int32, n)
			for c := range to.codes {
				if !(c < len(s.codes) && s.codes[c] || was != nil && c < len(was.codes) && was.codes[c] >= 0) {
					to.codes[c] = -1
				}
			}
		}
		if s.missing || was != nil && was.missing >= 0 {
			to.missing = 0
		}
	}
	in.set = known(counts, len(d.Rows), from)
	in.number()
	return in, nil
}

// number numbers the inputs: columns, codes and missing are there, or -1 for those
// that have none.
func (in *input) number() {
	in.nums, in.cols = 0, 0
	add := func(at *int32) {
		if *at >= 0 {
			*at = int32(in.cols)
			in.cols++
		}
	}
	for j := range in.fields {
		f := &in.fields[j]
		f.codes = slices.Clone(f.codes) // they may be another model's
		if f.kind == feature.Number {
			f.column = in.nums
			in.nums++
		}
		for c := range f.codes {
			add(&f.codes[c])
		}
		add(&f.missing)
	}
	in.first = in.cols
	in.cols += in.set.Len()
}

// rareFrom is how many rows there must be before a feature that only one of them has
// is left out: what it would learn is that row.
const rareFrom = 1000

// known returns the features with an input: those that rows have, and those that an
// earlier model read.
func known(counts []uint8, rows int, from *input) *feature.Set {
	least := uint8(1)
	if rows >= rareFrom {
		least = 2
	}
	n := len(counts)
	var kept []uint32
	if from != nil {
		from.set.All(func(_ int, f uint32) {
			if kept, n = append(kept, f), max(n, int(f)+1); int(f) < len(counts) {
				counts[f] = 0
			}
		})
	}
	for f, c := range counts {
		if c >= least {
			kept = append(kept, uint32(f))
		}
	}
	return feature.Seen([]feature.Row{{Index: kept}}, n)
}

// value returns field j of a row's table, NaN where it is missing.
func (in *input) value(r feature.Row, j int) float32 {
	if j < len(r.Table) {
		return r.Table[j]
	}
	return float32(math.NaN())
}

// read returns what a value of the table is: a number, standardised, and a sparse
// input, or -1.
func (f *field) read(v float32) (x float32, sparse int) {
	switch {
	case missingNumber(v):
		return 0, int(f.missing)
	case f.column >= 0:
		return float32(max(-farthestOut, min((float64(v)-f.mean)*f.scale, farthestOut))), -1
	}
	return 0, int(f.codeOf(v))
}

// sparseValue is the value of a sparse feature as it counts.
func sparseValue(v float32) float32 {
	if missingNumber(v) {
		return 0
	}
	return max(-largestValue, min(v, largestValue))
}

// read writes the numbers of a row into x, appends its sparse inputs, and returns all
// three.
func (in *input) read(r feature.Row, x []float32, index []uint32, value []float32) ([]float32, []uint32, []float32) {
	for j := range in.fields {
		f := &in.fields[j]
		v, sparse := f.read(in.value(r, j))
		if f.column >= 0 {
			x[f.column] = v
		}
		if sparse >= 0 {
			index, value = append(index, uint32(sparse)), append(value, 1)
		}
	}
	for i, f := range r.Index {
		if at := in.text(f); at >= 0 {
			index, value = append(index, uint32(at)), append(value, sparseValue(r.Value[i]))
		}
	}
	return x, index, value
}

// text returns the sparse input of a feature, or -1.
func (in *input) text(f uint32) int {
	if !in.all && f >= in.texts {
		return -1
	}
	if at := in.set.Rank(f); at >= 0 {
		return in.first + at
	}
	return -1
}

// places returns where each input was among those of an earlier model, or -1.
func (in *input) places(from *input) (nums, cols []int) {
	nums, cols = make([]int, in.nums), make([]int, in.cols)
	for i := range nums {
		nums[i] = -1
	}
	for i := range cols {
		cols[i] = -1
	}
	for j := range in.fields {
		f := &in.fields[j]
		if j >= len(from.fields) || from.fields[j].kind != f.kind {
			continue
		}
		was := &from.fields[j]
		if f.column >= 0 {
			nums[f.column] = was.column
		}
		if f.missing >= 0 {
			cols[f.missing] = int(was.missing)
		}
		for c, at := range f.codes {
			if at >= 0 && c < len(was.codes) {
				cols[at] = int(was.codes[c])
			}
		}
	}
	in.set.All(func(rank int, f uint32) {
		cols[in.first+rank] = from.text(f)
	})
	return nums, cols
}

// table is rows as the first layer reads them.
type table struct {
	n, nums int
	x       []float32 // by row
	ends    []int     // of each row's sparse inputs
	index   []uint32
	value   []float32
}

// readAll reads all rows.
func (in *input) readAll(ctx context.Context, rows []feature.Row) (*table, error) {
	t := &table{n: len(rows), nums: in.nums, x: make([]float32, len(rows)*in.nums), ends: make([]int, len(rows)+1)}
	n := 0
	for _, r := range rows {
		n += len(in.fields) - in.nums
		if in.all || in.texts > 0 {
			n += len(r.Index)
		}
	}
	t.index, t.value = make([]uint32, 0, n), make([]float32, 0, n)
	for i, r := range rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		_, t.index, t.value = in.read(r, t.x[i*in.nums:(i+1)*in.nums], t.index, t.value)
		t.ends[i+1] = len(t.index)
	}
	return t, nil
}

// batch copies some rows into an operand.
func (t *table) batch(rows []int, to *operand) {
	to.n, to.ld, to.dense = len(rows), t.nums, t.nums
	to.x, to.start, to.index, to.value = to.x[:0], append(to.start[:0], 0), to.index[:0], to.value[:0]
	for _, i := range rows {
		to.x = append(to.x, t.x[i*t.nums:(i+1)*t.nums]...)
		to.index = append(to.index, t.index[t.ends[i]:t.ends[i+1]]...)
		to.value = append(to.value, t.value[t.ends[i]:t.ends[i+1]]...)
		to.start = append(to.start, len(to.index))
	}
}
