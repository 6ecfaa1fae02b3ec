package forest

import (
	"context"
	"math"
	"math/rand/v2"
)

// maxDepth is how deep a tree may be: what is below becomes a leaf.
const maxDepth = 200

// grower grows the trees of a forest, one after the other. One goroutine has it.
type grower struct {
	b     *binned
	c     criterion
	o     Options
	draw  *bootstrap
	times []uint8  // how often each row is in the tree
	rows  []uint32 // those that are, node after node
	room  []uint32
	order []uint16 // columns
	stack []open
	nodes int // of the largest tree so far
}

// open is a node that was not yet looked at, with its rows.
type open struct {
	node     uint32
	from, to int
	depth    int
}

func newGrower(b *binned, c criterion, o Options, draw *bootstrap) *grower {
	return &grower{b: b, c: c, o: o, draw: draw, times: make([]uint8, b.n), rows: make([]uint32, 0, b.n), room: make([]uint32, b.n), order: make([]uint16, len(b.list))}
}

// grow grows tree number so many. It depends on nothing but that number, the data and the options.
func (g *grower) grow(ctx context.Context, tree int) *grown {
	rng := g.draw.draw(g.times, tree)
	g.c.sample(g.times)
	g.rows = g.rows[:0]
	for i, n := range g.times {
		if n > 0 {
			g.rows = append(g.rows, uint32(i))
		}
	}
	for i := range g.order {
		g.order[i] = uint16(i)
	}
	out := &grown{nodes: make([]node, 1, g.nodes+1), cover: make([]float32, 1, g.nodes+1), gain: make([]float64, len(g.b.list))}
	g.stack = append(g.stack[:0], open{to: len(g.rows)})
	for looked := 0; len(g.stack) > 0; looked += 64 {
		at := g.stack[len(g.stack)-1]
		g.stack = g.stack[:len(g.stack)-1]
		rows := g.rows[at.from:at.to]
		if looked += len(rows); looked > 1<<16 {
			if looked = 0; ctx.Err() != nil {
				return out
			}
		}
		mixed, weight := g.c.begin(rows)
		out.cover[at.node] = float32(weight)
		if mixed && len(rows) >= 2*g.o.Least && at.depth < g.o.Depth {
			if s, ok := g.choose(rng, rows); ok {
				if n := g.part(rows, &s); n >= g.o.Least && len(rows)-n >= g.o.Least {
					out.gain[s.col] += g.c.gain(&s)
					left := uint32(len(out.nodes))
					out.split(at.node, &s)
					g.stack = append(g.stack, open{left + 1, at.from + n, at.to, at.depth + 1}, open{left, at.from, at.from + n, at.depth + 1})
					continue
				}
			}
		}
		out.nodes[at.node] = node{kind: leaf, left: g.c.leaf()}
	}
	g.nodes = max(g.nodes, len(out.nodes))
	return out
}

// choose returns the best split among some columns drawn at random: as many as
// the options say, and then on until one of them has two values here.
func (g *grower) choose(rng *rand.Rand, rows []uint32) (split, bool) {
	s, useful := split{gain: math.Inf(-1)}, 0
	for k := range g.order {
		if k >= g.o.Columns && useful > 0 {
			break
		}
		j := k + int(rng.Uint32N(uint32(len(g.order)-k)))
		g.order[k], g.order[j] = g.order[j], g.order[k]
		col := int(g.order[k])
		if g.c.try(&s, rows, g.b.col[col], col, g.b.list[col].category) {
			useful++
		}
	}
	return s, !math.IsInf(s.gain, -1)
}

// part brings the rows that go left to the front, both sides in their order,
// and returns how many they are.
func (g *grower) part(rows []uint32, s *split) int {
	bins := g.b.col[s.col]
	n := s.node()
	l, r := 0, 0
	sets := []set{s.set}
	for _, i := range rows {
		right := int(n.right(sets, bins[i]))
		rows[l], g.room[r] = i, i
		l += 1 - right
		r += right
	}
	copy(rows[l:], g.room[:r])
	return l
}

// node is the split as a node; a set of bins is number 0.
func (s *split) node() node {
	switch {
	case s.category:
		return node{kind: categorySplit, col: uint16(s.col)}
	case s.left:
		return node{kind: numberSplit, col: uint16(s.col), cut: uint32(s.cut) + 1, shift: 1}
	}
	return node{kind: numberSplit, col: uint16(s.col), cut: uint32(s.cut)}
}

// split makes a split of a node and adds two nodes below it.
func (g *grown) split(at uint32, s *split) {
	n := s.node()
	if s.category {
		n.cut = uint32(len(g.sets))
		g.sets = append(g.sets, s.set)
	}
	n.left = uint32(len(g.nodes))
	g.nodes[at] = n
	g.nodes, g.cover = append(g.nodes, node{}, node{}), append(g.cover, 0, 0)
}
