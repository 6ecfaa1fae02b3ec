package forest

import "context"

// store holds the bins so that sums by bin are quickly made: eight dense columns in one
// word, so that a row costs one read for eight of them, and of the columns of
// the sparse form only what is not in the bin of 0.
type store struct {
	b      *binned
	blocks [][]uint64 // of eight columns of the table each, by row
	size   int        // of the sums of one node
	first  []int      // where the sums of each column begin
	count  []int      // how many bins each column has, beside the missing one
	last   []int      // where the missing ones are, from first
	starts []uint32   // where the entries of each row begin; one more at the end
	entry  []uint32   // where the sum of a bin is, from the first of the sparse form
	sparse int        // where the sums of the sparse form begin
}

const (
	lanes      = 8
	dense      = 256 // sums of a column of the table
	sparseSums = 64  // sums of a column of the sparse form
)

func newStore(ctx context.Context, b *binned) (*store, error) {
	s := &store{b: b, starts: make([]uint32, 1, b.n+1)}
	for c := range b.list {
		if c%lanes == 0 && c < b.table {
			block := make([]uint64, b.n)
			for l := c; l < min(c+lanes, b.table); l++ {
				if ctx.Err() != nil {
					return nil, ctx.Err()
				}
				shift := 8 * (l - c)
				for i, x := range b.col[l] {
					block[i] |= uint64(x) << shift
				}
			}
			s.blocks = append(s.blocks, block)
		}
	}
	s.sparse = len(s.blocks) * lanes * dense
	for c := range b.list {
		col := &b.list[c]
		n := len(col.cuts) + 1
		if col.category {
			n = maxCodes
		}
		s.count = append(s.count, n)
		if c < b.table {
			s.first, s.last = append(s.first, c*dense), append(s.last, missing)
		} else {
			s.first, s.last = append(s.first, s.sparse+(c-b.table)*sparseSums), append(s.last, sparseSums-1)
		}
	}
	s.size = s.sparse + (len(b.list)-b.table)*sparseSums
	if len(b.list) == b.table {
		return s, nil
	}
	for i := range b.n {
		if i%checkRows == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for c := b.table; c < len(b.list); c++ {
			x := b.col[c][i]
			if x == b.zero[c] {
				continue
			}
			s.entry = append(s.entry, uint32((c-b.table)*sparseSums)+uint32(min(x, sparseSums-1)))
		}
		s.starts = append(s.starts, uint32(len(s.entry)))
	}
	return s, nil
}

// tasks is how many parts add has.
func (s *store) tasks() int {
	if len(s.starts) > 1 {
		return len(s.blocks) + 1
	}
	return len(s.blocks)
}

// add adds up what rows bring, by bin, for one part of the columns; here is of
// each of these rows, total their sum. The sums must be 0.
func (s *store) add(task int, sums []uint64, rows []uint32, here []uint64, total uint64) {
	if task == len(s.blocks) {
		s.addSparse(sums[s.sparse:], rows, here, total)
		return
	}
	block, here := s.blocks[task], here[:len(rows)]
	h := (*[lanes * dense]uint64)(sums[task*lanes*dense:])
	for j, i := range rows {
		x, v := block[i], here[j]
		h[uint8(x)] += v
		h[dense+int(uint8(x>>8))] += v
		h[2*dense+int(uint8(x>>16))] += v
		h[3*dense+int(uint8(x>>24))] += v
		h[4*dense+int(uint8(x>>32))] += v
		h[5*dense+int(uint8(x>>40))] += v
		h[6*dense+int(uint8(x>>48))] += v
		h[7*dense+int(uint8(x>>56))] += v
	}
}

// addSparse adds what is not in the bin of 0, and then gives that bin the rest.
func (s *store) addSparse(sums []uint64, rows []uint32, here []uint64, total uint64) {
	for j, i := range rows {
		for _, e := range s.entry[s.starts[i]:s.starts[i+1]] {
			sums[e] += here[j]
		}
	}
	for c := s.b.table; c < len(s.b.list); c++ {
		of, rest := sums[(c-s.b.table)*sparseSums:(c-s.b.table+1)*sparseSums], total
		for _, v := range of[:s.count[c]] {
			rest -= v
		}
		of[s.b.zero[c]] = rest - of[sparseSums-1]
	}
}

// read fills the bars of a column.
func (s *store) read(b *bars, sums []uint64, c int) {
	of := sums[s.first[c] : s.first[c]+s.last[c]+1]
	n := 0
	for i, v := range of[:s.count[c]] {
		if v != 0 {
			b.bin[n&255], b.g[n&255], b.h[n&255] = uint8(i), unpackG(v), unpackH(v)
			n++
		}
	}
	if v := of[s.last[c]]; v != 0 {
		b.bin[n&255], b.g[n&255], b.h[n&255] = missing, unpackG(v), unpackH(v)
		n++
	}
	b.n = n
}
