package learn

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"runtime"
	"slices"

	"inkling/label"
)

// chunkItems is how many items are read and scored between two looks at the
// rest of the world: some milliseconds of work.
const chunkItems = 512

// pool holds the rows of a project's items, as many as fit a budget, packed.
// The others are made from the items' texts each time.
type pool struct {
	space  *space
	vector bool // rows have their representation
	budget int  // bytes for packed rows
	used   int
	chunks []*chunk // by (num-1)/chunkItems; nil where not kept
}

// chunk is the rows of up to chunkItems consecutive items.
type chunk struct {
	first   uint64   // number of its first item
	items   int      // from there on
	offsets []uint32 // from first, of the items that may be ranked
	keys    []uint64
	ends    []uint32 // where each row ends in packed
	packed  []byte
	table   int // values of each row's table
	vector  int // numbers of each row's vector
}

func newPool(s *space, vector bool, budget int) *pool {
	return &pool{space: s, vector: vector && s.rep != nil, budget: budget}
}

// poolFor makes the pool's rows those that a snapshot's model reads.
func (t *Trainer) poolFor(s *Snapshot) {
	if vector := readsVector(s.model); t.pool == nil || t.pool.space != s.space || t.pool.vector != vector {
		t.pool = newPool(s.space, vector, t.o.Cache)
	}
}

// chunk returns chunk i of a project with so many items, read where it is not
// kept. Several goroutines may ask for chunks at once.
func (p *pool) chunk(ctx context.Context, from Reader, i int, items uint64) (*chunk, error) {
	first := uint64(i)*chunkItems + 1
	last := min(first+chunkItems-1, items)
	if i < len(p.chunks) && p.chunks[i] != nil && first+uint64(p.chunks[i].items) > last {
		return p.chunks[i], nil
	}
	return p.read(ctx, from, first, last)
}

// each visits the items of a chunk with their rows, which are only lent.
func (c *chunk) each(visit func(num, key uint64, r Row)) {
	var r Row
	start := uint32(0)
	for k, end := range c.ends {
		r = unpack(c.packed[start:end], c.table, c.vector, r)
		start = end
		visit(c.first+uint64(c.offsets[k]), c.keys[k], r)
		if k%64 == 63 {
			runtime.Gosched() // whoever draws the screen goes first
		}
	}
}

func (p *pool) read(ctx context.Context, from Reader, first, last uint64) (*chunk, error) {
	c := &chunk{first: first, items: int(last - first + 1), table: len(p.space.rows.Fields())}
	v := p.space.sparse()
	if p.vector {
		v, c.vector = p.space.rower(), p.space.rep.Dim()
	}
	defer v.release()
	err := from.Items(ctx, first, last, func(it label.Item) error {
		if it.Audit {
			return nil
		}
		c.packed = pack(c.packed, v.row(it))
		c.offsets = append(c.offsets, uint32(it.Num-first))
		c.keys = append(c.keys, it.Key)
		c.ends = append(c.ends, uint32(len(c.packed)))
		if len(c.ends)%64 == 0 {
			runtime.Gosched()
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read items %d to %d: %w", first, last, err)
	}
	return c, nil
}

// keep holds on to a chunk where the budget allows it.
func (p *pool) keep(i int, c *chunk) {
	for len(p.chunks) <= i {
		p.chunks = append(p.chunks, nil)
	}
	if p.chunks[i] == c {
		return
	}
	if p.chunks[i] != nil {
		p.used -= p.chunks[i].size()
		p.chunks[i] = nil
	}
	if p.used+c.size() <= p.budget {
		c.packed = slices.Clip(slices.Clone(c.packed))
		p.chunks[i] = c
		p.used += c.size()
	}
}

func (c *chunk) size() int { return len(c.packed) + 16*len(c.ends) }

// pack appends a row: the number of features, the differences of the indices,
// and the values cut down to the upper half of a float32, which keeps them to
// one part in 256. That is enough to rank by; what is shown is computed from
// the text. The table is kept as it is: a tree may ask for more than it costs. The
// numbers of the vector become whole multiples of a 127th of the largest.
func pack(b []byte, r Row) []byte {
	b = binary.AppendUvarint(b, uint64(len(r.Index)))
	before := uint32(0)
	for i, x := range r.Index {
		b = binary.AppendUvarint(b, uint64(x-before))
		before = x
		bits := math.Float32bits(r.Value[i])
		b = binary.LittleEndian.AppendUint16(b, uint16((bits+0x8000)>>16))
	}
	for _, x := range r.Table {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	if len(r.Vector) == 0 {
		return b
	}
	top := float32(0)
	for _, x := range r.Vector {
		top = max(top, x, -x)
	}
	unit, units := top/127, float32(0)
	if unit > 0 {
		units = 1 / unit
	}
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(unit))
	for _, x := range r.Vector {
		b = append(b, byte(int8(math.RoundToEven(float64(x*units)))))
	}
	return b
}

// unpack reads a row into room, with so many values of the table and numbers of the
// vector.
func unpack(b []byte, table, vector int, room Row) Row {
	n, k := binary.Uvarint(b)
	b = b[k:]
	r := Row{Index: room.Index[:0], Value: room.Value[:0], Table: room.Table[:0], Vector: room.Vector[:0]}
	x := uint32(0)
	for range n {
		d, k := binary.Uvarint(b)
		x += uint32(d)
		r.Index = append(r.Index, x)
		r.Value = append(r.Value, math.Float32frombits(uint32(binary.LittleEndian.Uint16(b[k:]))<<16))
		b = b[k+2:]
	}
	for range table {
		r.Table = append(r.Table, math.Float32frombits(binary.LittleEndian.Uint32(b)))
		b = b[4:]
	}
	if vector == 0 {
		return r
	}
	unit := math.Float32frombits(binary.LittleEndian.Uint32(b))
	for _, x := range b[4:][:vector] {
		r.Vector = append(r.Vector, float32(int8(x))*unit)
	}
	return r
}
