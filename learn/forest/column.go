package forest

import (
	"cmp"
	"context"
	"math"
	"slices"

	"inkling/learn/feature"
)

// Trees do not read values but bins: each column is cut at most maxCuts times,
// once for the whole fit, and what is left of a value is a byte.
const (
	maxCuts    = 254     // of a number: bins 0 to 254
	sparseCuts = 31      // of a feature of the sparse form, beside the bin of 0
	maxCodes   = 255     // of a category: above, rare codes share the last bin
	missing    = 255     // the bin of NaN, and of codes that were not there at the fit
	cutSample  = 200_000 // values that the cuts are made from
	maxColumns = 1 << 16 // a node's column has two bytes
)

// column is one thing that trees split on: a field of the table, or a feature
// of the sparse form, whose value is 0 where a row has it not.
type column struct {
	field    int    // of the table; -1 for a feature
	feature  uint32 // of the sparse form
	category bool
	cuts     []uint32 // keys, ascending: bin b has cuts[b-1] < x <= cuts[b]
	codes    []uint8  // bin of each code; nil where that is the code itself
}

// key maps float32 to uint32 so that order is kept; both zeros have one key.
func key(x float32) uint32 {
	u := math.Float32bits(x + 0)
	return u ^ (uint32(int32(u)>>31) | 1<<31)
}

// unkey is the value of a key.
func unkey(k uint32) float32 {
	return math.Float32frombits(k ^ (uint32(^int32(k)>>31) | 1<<31))
}

// bin returns the bin of a value.
func (c *column) bin(x float32) uint8 {
	if x != x {
		return missing
	}
	if c.category {
		return c.code(x)
	}
	k, base, n := key(x), 0, len(c.cuts)
	if n == 0 {
		return 0
	}
	for n > 1 { // without a branch that depends on the value
		half := n / 2
		base += half & int((int64(c.cuts[base+half-1])-int64(k))>>63)
		n -= half
	}
	return uint8(base + int(uint64(int64(c.cuts[base])-int64(k))>>63))
}

func (c *column) code(x float32) uint8 {
	if !(x >= 0 && x < 1<<24) || x != float32(int(x)) {
		return missing
	}
	i := int(x)
	switch {
	case c.codes == nil && i < maxCodes:
		return uint8(i)
	case i < len(c.codes):
		return c.codes[i]
	}
	return missing
}

// columns are all columns of a fit: those of the table, then those of the
// sparse form in ascending order.
type columns struct {
	list  []column
	table int          // how many come from the table
	set   *feature.Set // of the features among them; its ranks are their order
	zero  []uint8      // the bin of 0 of each column
}

// finish makes what follows from the list.
func (cs *columns) finish() {
	var r feature.Row
	cs.zero = make([]uint8, len(cs.list))
	cs.table = len(cs.list)
	for i := range cs.list {
		c := &cs.list[i]
		cs.zero[i] = missing
		if c.field < 0 {
			cs.table = min(cs.table, i)
			r.Index = append(r.Index, c.feature)
			cs.zero[i] = c.bin(0)
		}
	}
	size := 0
	if n := len(r.Index); n > 0 {
		size = int(r.Index[n-1]) + 1
	}
	cs.set = feature.Seen([]feature.Row{r}, size)
}

// bins writes the bins of a row.
func (cs *columns) bins(r feature.Row, b []uint8) {
	copy(b, cs.zero)
	for i := range cs.list[:cs.table] {
		if c := &cs.list[i]; c.field < len(r.Table) {
			b[i] = c.bin(r.Table[c.field])
		}
	}
	if cs.table == len(cs.list) {
		return
	}
	for i, f := range r.Index {
		if at := cs.set.Rank(f); at >= 0 {
			at += cs.table
			b[at] = cs.list[at].bin(r.Value[i])
		}
	}
}

// cut returns the cuts of some values, which it sorts: between any two that
// differ where that is few enough, else so that each bin has as many values.
func cut(keys, room []uint32, most int) []uint32 {
	keys = radix(keys, room)
	n, distinct := len(keys), 0
	for i, k := range keys {
		if i == 0 || k != keys[i-1] {
			distinct++
		}
	}
	var cuts []uint32
	if distinct <= most+1 {
		for i, k := range keys {
			if i > 0 && k != keys[i-1] {
				cuts = append(cuts, between(keys[i-1], k))
			}
		}
		return cuts
	}
	for i := range most {
		at := (i + 1) * n / (most + 1)
		for at < n && at > 0 && keys[at] == keys[at-1] {
			at++
		}
		if at == 0 || at >= n {
			continue
		}
		if c := between(keys[at-1], keys[at]); len(cuts) == 0 || c > cuts[len(cuts)-1] {
			cuts = append(cuts, c)
		}
	}
	return cuts
}

// between returns a cut c with a <= c < b, half-way by value where that is so.
func between(a, b uint32) uint32 {
	x, y := unkey(a), unkey(b)
	k := key(x/2 + y/2)
	if k >= a && k < b && x/2+y/2 == x/2+y/2 {
		return k
	}
	return a
}

// radix sorts keys by three passes of eleven bits. The result is in one of the two slices.
func radix(keys, room []uint32) []uint32 {
	if len(keys) < 256 {
		slices.Sort(keys)
		return keys
	}
	room = room[:len(keys)]
	for shift := 0; shift < 32; shift += 11 {
		var at [1 << 11]uint32
		for _, k := range keys {
			at[k>>shift&(1<<11-1)]++
		}
		sum := uint32(0)
		for i, n := range at {
			at[i], sum = sum, sum+n
		}
		for _, k := range keys {
			d := k >> shift & (1<<11 - 1)
			room[at[d]] = k
			at[d]++
		}
		keys, room = room, keys
	}
	return keys
}

// binned is the data of a fit as bins.
type binned struct {
	*columns
	n   int
	col [][]uint8 // of each column, by row
}

// bin chooses columns, cuts them, and reads all rows.
func bin(ctx context.Context, d feature.Data, most, workers int) (*binned, error) {
	cs := &columns{}
	most = min(max(0, most), maxColumns)
	for i, f := range d.Fields {
		if len(cs.list) < maxColumns-most {
			cs.list = append(cs.list, column{field: i, category: f.Kind == feature.Category})
		}
	}
	limit := d.Features
	if len(d.Fields) > 0 {
		limit = min(limit, d.Texts) // the rest of the sparse form is the table once more
	}
	post, err := telling(ctx, d, limit, most)
	if err != nil {
		return nil, err
	}
	for _, p := range post {
		cs.list = append(cs.list, column{field: -1, feature: p.feature})
	}
	b := &binned{columns: cs, n: len(d.Rows), col: make([][]uint8, len(cs.list))}
	// Rows lie far from each other in memory: each visit takes several fields along.
	const together = 8
	groups := (len(d.Fields[:min(len(d.Fields), len(cs.list))]) + together - 1) / together
	err = share(ctx, workers, groups+len(post), func(i int) {
		if i < groups {
			b.readTable(ctx, d, together*i, min(together*(i+1), len(cs.list)-len(post)))
			return
		}
		i -= groups
		b.readSparse(len(cs.list)-len(post)+i, post[i])
	})
	if err != nil {
		return nil, err
	}
	cs.finish()
	return b, nil
}

// readTable cuts and reads the table's columns from..to-1, or some of them where
// the context ends.
func (b *binned) readTable(ctx context.Context, d feature.Data, from, to int) {
	values := make([]float32, (to-from)*b.n)
	for i, r := range d.Rows {
		if i%checkRows == 0 && ctx.Err() != nil {
			return
		}
		for j := from; j < to; j++ {
			x := float32(math.NaN())
			if j < len(r.Table) {
				x = r.Table[j]
			}
			values[(j-from)*b.n+i] = x
		}
	}
	step := (b.n + cutSample - 1) / cutSample
	keys, room := make([]uint32, 0, b.n/step+1), make([]uint32, b.n/step+1)
	for j := from; j < to; j++ {
		if ctx.Err() != nil {
			return
		}
		c, of := &b.list[j], values[(j-from)*b.n:(j-from+1)*b.n]
		if c.category {
			c.codes = rare(of, d.Fields[j].Codes)
		} else {
			keys = keys[:0]
			for i := 0; i < b.n; i += step {
				if x := of[i]; x == x {
					keys = append(keys, key(x))
				}
			}
			c.cuts = cut(keys, room, maxCuts)
		}
		bins := make([]uint8, b.n)
		for i, x := range of {
			bins[i] = c.bin(x)
		}
		b.col[j] = bins
	}
}

// rare gives each of many codes a bin: the frequent ones have their own, the
// others share one. It returns nil where there are few.
func rare(of []float32, codes int) []uint8 {
	if codes <= maxCodes {
		return nil
	}
	count, order := make([]int, codes), make([]int, codes)
	for _, x := range of {
		if x >= 0 && x < float32(codes) {
			count[int(x)]++
		}
	}
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(count[b], count[a]) })
	bins := make([]uint8, codes)
	for i, c := range order {
		bins[c] = uint8(min(i, maxCodes-1))
	}
	return bins
}

// readSparse cuts and reads a column of the sparse form.
func (b *binned) readSparse(j int, p posting) {
	c := &b.list[j]
	keys := make([]uint32, 0, len(p.value)+1)
	keys = append(keys, key(0))
	for _, x := range p.value {
		if x == x {
			keys = append(keys, key(x))
		}
	}
	// One 0 among the others, so that being absent is a bin of its own where
	// values are few; the quantiles are those of the rows that have the feature.
	c.cuts = cut(keys, make([]uint32, len(keys)), sparseCuts)
	if zero := key(0); len(c.cuts) > 0 && c.cuts[0] > zero && len(p.value) > sparseCuts {
		c.cuts = slices.Insert(c.cuts, 0, zero)
	}
	bins := make([]uint8, b.n)
	if z := c.bin(0); z != 0 {
		for i := range bins {
			bins[i] = z
		}
	}
	for i, r := range p.row {
		bins[r] = c.bin(p.value[i])
	}
	b.col[j] = bins
}
