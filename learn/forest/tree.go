package forest

import "math"

// node is a split or a leaf. The two nodes below a split stand side by side.
type node struct {
	left  uint32 // of a split: the node for rows that go left, the one for the others follows; of a leaf: its value
	cut   uint32 // number: bins up to it go left; category: the index of the set of bins that do
	col   uint16
	kind  uint8
	shift uint8 // number: 1 where missing values go left; added to the bin it turns missing into 0, and cut is one higher
}

// Kinds of nodes.
const (
	numberSplit = iota
	categorySplit
	leaf
)

// set is a set of bins.
type set [4]uint64

func (s *set) has(b uint8) bool { return s[b>>6]>>(b&63)&1 != 0 }

func (s *set) add(b uint8) { s[b>>6] |= 1 << (b & 63) }

// right is 1 where a row with that bin goes to the right of a split.
func (n *node) right(sets []set, b uint8) uint32 {
	if n.kind == numberSplit {
		return uint32(int32(n.cut)-int32(b+n.shift)) >> 31
	}
	if sets[n.cut].has(b) {
		return 0
	}
	return 1
}

// trees are all trees of a model, each with its nodes breadth first, so that
// where the nodes below one are follows from the order.
type trees struct {
	nodes []node
	roots []uint32
	cover []float32 // of each node: the weight of the rows that it was fitted on
	sets  []set
}

// walk returns the leaf that a row comes to.
func (t *trees) walk(root uint32, b []uint8) uint32 {
	i := root
	for {
		n := &t.nodes[i]
		if n.kind == numberSplit {
			i = n.left + uint32(int32(n.cut)-int32(b[n.col]+n.shift))>>31
			continue
		}
		if n.kind == leaf {
			return i
		}
		i = n.left + n.right(t.sets, b[n.col])
	}
}

// abreast is how many trees a row goes down at once.
const abreast = 8

// all calls visit with the leaf that a row comes to in each tree, in order. It
// goes down some trees at once, so that waiting for one's node from memory is
// time in which the others' come.
func (t *trees) all(b []uint8, visit func(tree int, leaf uint32)) {
	tree := 0
	for ; tree+abreast <= len(t.roots); tree += abreast {
		at := *(*[abreast]uint32)(t.roots[tree:])
		for busy := true; busy; {
			busy = false
			for k, i := range at {
				n := &t.nodes[i]
				switch n.kind {
				case numberSplit:
					at[k] = n.left + uint32(int32(n.cut)-int32(b[n.col]+n.shift))>>31
					busy = true
				case categorySplit:
					at[k] = n.left + n.right(t.sets, b[n.col])
					busy = true
				}
			}
		}
		for k, i := range at {
			visit(tree+k, i)
		}
	}
	for ; tree < len(t.roots); tree++ {
		visit(tree, t.walk(t.roots[tree], b))
	}
}

// end is the node after the last one of a tree.
func (t *trees) end(tree int) uint32 {
	if tree+1 < len(t.roots) {
		return t.roots[tree+1]
	}
	return uint32(len(t.nodes))
}

// grown is one tree as it was grown, its nodes in the order of growth.
type grown struct {
	nodes []node
	cover []float32 // of leaves
	sets  []set
	gain  []float64 // of each column: by how much its splits lowered the impurity
}

// expect makes room for so many trees like the first ones.
func (t *trees) expect(first []*grown, of int) {
	n := 0
	for _, g := range first {
		n += len(g.nodes)
	}
	n += n * (of - len(first)) / len(first) * 33 / 32
	t.nodes, t.cover = make([]node, 0, n), make([]float32, 0, n)
}

// add appends a tree, breadth first.
func (t *trees) add(g *grown) {
	root := uint32(len(t.nodes))
	t.roots = append(t.roots, root)
	order := make([]uint32, 1, len(g.nodes))
	for i := 0; i < len(order); i++ {
		n := g.nodes[order[i]]
		if n.kind != leaf {
			order = append(order, n.left, n.left+1)
			n.left = root + uint32(len(order)) - 2
			if n.kind == categorySplit {
				t.sets = append(t.sets, g.sets[n.cut])
				n.cut = uint32(len(t.sets)) - 1
			}
		}
		t.nodes = append(t.nodes, n)
		t.cover = append(t.cover, g.cover[order[i]])
	}
	t.sum(len(t.roots) - 1)
}

// sum makes the cover of a tree's splits from that of its leaves.
func (t *trees) sum(tree int) {
	for i := int(t.end(tree)) - 1; i >= int(t.roots[tree]); i-- {
		if n := t.nodes[i]; n.kind != leaf {
			t.cover[i] = t.cover[n.left] + t.cover[n.left+1]
		}
	}
}

// value is the number that a leaf holds.
func (n *node) value() float64 { return float64(math.Float32frombits(n.left)) }
