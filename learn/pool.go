package learn

import (
	"context"
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
// The others are made from the items' texts each time. Where rows have their
// representation, that would take too long: then the pool is as many items as fit,
// drawn by a hash of what they read, and the others wait until there are fewer.
type pool struct {
	space  *space
	vector bool   // rows have their representation
	items  uint64 // in the project when it was made
	within uint64 // largest hash of the items that belong to it
	budget int    // bytes for packed rows
	used   int
	chunks []*chunk         // by (num-1)/chunkItems; nil where not kept
	loose  map[uint64]loose // items that were asked for by number before their chunk was read
}

// loose is the row of an item outside of a chunk.
type loose struct {
	key    uint64
	audit  bool
	packed []byte
}

// Of a pool with representations.
const (
	sparseCost = 300  // bytes of a row beside its vector, about
	mostLoose  = 8192 // rows outside of chunks
)

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

func newPool(s *space, vector bool, items uint64, budget int) *pool {
	p := &pool{space: s, vector: vector, items: items, within: math.MaxUint64, budget: budget, loose: map[uint64]loose{}}
	if fits := p.fits(); vector && items > fits {
		p.within = uint64(float64(math.MaxUint64) * (float64(fits) / float64(items)))
	}
	return p
}

// fits is how many rows with a vector the budget has room for.
func (p *pool) fits() uint64 { return uint64(p.budget / (p.space.dim() + sparseCost)) }

// has reports whether an item with this key belongs to the pool.
func (p *pool) has(key uint64) bool {
	return p.within == math.MaxUint64 || mix(key^0x2545f4914f6cdd1d) <= p.within
}

// poolFor makes the pool's rows those that a snapshot's model reads; nil for no model
// yet. Where there is room for all of them, they have representations in any case: the
// strategy reads them too.
func (t *Trainer) poolFor(s *space, m Model) {
	p := newPool(s, s.dim() > 0, t.items, t.o.Cache)
	if p.vector && m != nil && !readsVector(m) && t.items > p.fits() {
		p = newPool(s, false, t.items, t.o.Cache)
	}
	if now := t.pool; now == nil || now.space != s || now.vector != p.vector || now.within != p.within && t.items >= 2*now.items {
		t.pool = p
	}
}

// poolRows visits items by their numbers, in this order, with their rows as the pool
// packs them, which are only lent: those that it does not hold are read. Items of the
// audit stream are left out.
func (t *Trainer) poolRows(ctx context.Context, s *space, nums []uint64, visit func(num, key uint64, r Row)) error {
	p := t.pool
	if p == nil || p.space != s {
		p = newPool(s, s.dim() > 0, t.items, 0)
	}
	var missing []uint64
	for _, num := range nums {
		if _, _, ok := p.at(num); !ok {
			missing = append(missing, num)
		}
	}
	if len(p.loose)+len(missing) > mostLoose {
		clear(p.loose)
		missing = nums
	}
	v := p.rower()
	defer v.release()
	if err := t.project.ItemsByNum(missing, func(it label.Item) error {
		if it.Audit {
			p.loose[it.Num] = loose{audit: true}
			return ctx.Err()
		}
		p.loose[it.Num] = loose{key: it.Key, packed: pack(nil, v.row(it))}
		if len(p.loose)%64 == 0 {
			runtime.Gosched() // whoever draws the screen goes first
		}
		return ctx.Err()
	}); err != nil {
		return err
	}
	var r Row
	table := len(p.space.rows.Fields())
	for _, num := range nums {
		key, packed, ok := p.at(num)
		if !ok || packed == nil {
			continue
		}
		r = unpack(packed, table, p.dims(), r)
		visit(num, key, r)
	}
	return ctx.Err()
}

// at returns the packed row of an item that the pool holds, nil of one of the audit
// stream.
func (p *pool) at(num uint64) (key uint64, packed []byte, ok bool) {
	if x, ok := p.loose[num]; ok {
		return x.key, x.packed, true
	}
	i := int((num - 1) / chunkItems)
	if i >= len(p.chunks) || p.chunks[i] == nil {
		return 0, nil, false
	}
	c := p.chunks[i]
	k, ok := slices.BinarySearch(c.offsets, uint32(num-c.first))
	if !ok {
		return 0, nil, false
	}
	start := uint32(0)
	if k > 0 {
		start = c.ends[k-1]
	}
	return c.keys[k], c.packed[start:c.ends[k]], true
}

// rower returns what makes the rows that the pool has.
func (p *pool) rower() *rower {
	if p.vector {
		return p.space.rower()
	}
	return p.space.sparse()
}

// dims is the length of its rows' vectors.
func (p *pool) dims() int {
	if p.vector {
		return p.space.dim()
	}
	return 0
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
	c := &chunk{first: first, items: int(last - first + 1), table: len(p.space.rows.Fields()), vector: p.dims()}
	v := p.rower()
	defer v.release()
	err := from.Items(ctx, first, last, func(it label.Item) error {
		if it.Audit || !p.has(it.Key) {
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
