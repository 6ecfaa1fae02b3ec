package forest

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/feature"
)

// Unmarshal reads what MarshalBinary wrote, or returns ErrDamaged.
func Unmarshal(b []byte) (*Model, error) {
	mode, err := cbor.DecOptions{MaxArrayElements: 1 << 20}.DecMode()
	if err != nil {
		return nil, err
	}
	var st stored
	if err := mode.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	m := &Model{boosted: st.Boosted, task: st.Task, classes: st.Classes, rows: st.Rows, base: st.Base, scale: st.Scale, gain: st.Gain}
	for _, read := range []func(*stored) error{m.readHead, m.readColumns, m.readDist, m.readTrees} {
		if err := read(&st); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
	}
	m.expect()
	return m, nil
}

func finite(x float64) bool { return x-x == 0 }

func (m *Model) readHead(st *stored) error {
	if m.task > oneNumber || m.classes < 1 || m.classes > math.MaxUint16 || m.rows < 1 || m.task == oneNumber && m.classes != 1 {
		return fmt.Errorf("%d classes, %d rows", m.classes, m.rows)
	}
	want := m.classes
	if m.boosted && m.task == oneClass && m.classes == 2 {
		want = 1
	}
	if len(m.base) != want {
		return fmt.Errorf("%d numbers for %d classes", len(m.base), m.classes)
	}
	for _, x := range m.base {
		if !finite(x) || !m.boosted && m.task != oneNumber && !(x > 0 && x <= 1) || m.boosted && m.task != oneNumber && !(math.Abs(x) < farthest) {
			return fmt.Errorf("base %v", x)
		}
	}
	if m.task == oneNumber != (m.scale != 0) || !(m.scale >= 0) || !finite(m.scale) {
		return fmt.Errorf("scale %v", m.scale)
	}
	if len(st.Outside) == 3 {
		m.outside = Outside{int(max(0, min(st.Outside[0], math.MaxInt32))), st.Outside[1], st.Outside[2]}
	}
	if m.boosted {
		if len(st.Rounds) != 2 || st.Rounds[0] < 0 || st.Rounds[1] < 0 {
			return fmt.Errorf("rounds %v", st.Rounds)
		}
		m.rounds, m.stopped = st.Rounds[0], st.Rounds[1]
	}
	return nil
}

func (m *Model) readColumns(st *stored) error {
	set, err := feature.UnmarshalSet(st.Set)
	if err != nil {
		return err
	}
	n := len(st.Columns) + set.Len()
	if len(st.Cuts) != set.Len() || n > maxColumns || len(m.gain) != n {
		return fmt.Errorf("%d columns, %d features, %d gains", len(st.Columns), set.Len(), len(m.gain))
	}
	for _, x := range m.gain {
		if !(x >= 0 && x <= 1+1e-9) {
			return fmt.Errorf("a gain of %v", x)
		}
	}
	m.cols = &columns{list: make([]column, 0, n)}
	for _, c := range st.Columns {
		cuts, ok := readCuts(c.Cuts)
		if !ok || c.Field < 0 || len(m.cols.list) > 0 && c.Field <= m.cols.list[len(m.cols.list)-1].field || c.Category && cuts != nil || !c.Category && c.Codes != nil {
			return fmt.Errorf("column %d", c.Field)
		}
		m.cols.list = append(m.cols.list, column{field: c.Field, category: c.Category, cuts: cuts, codes: c.Codes})
	}
	set.All(func(rank int, f uint32) {
		cuts, ok := readCuts(st.Cuts[rank])
		if !ok {
			err = fmt.Errorf("cuts of feature %d", f)
		}
		m.cols.list = append(m.cols.list, column{field: -1, feature: f, cuts: cuts})
	})
	m.cols.finish()
	return err
}

func readCuts(b []byte) ([]uint32, bool) {
	if len(b)%4 != 0 || len(b) > 4*maxCuts {
		return nil, false
	}
	var cuts []uint32
	for ; len(b) > 0; b = b[4:] {
		k := binary.LittleEndian.Uint32(b)
		if len(cuts) > 0 && k <= cuts[len(cuts)-1] {
			return nil, false
		}
		cuts = append(cuts, k)
	}
	return cuts, true
}

func (m *Model) readDist(st *stored) error {
	if m.boosted || m.task == oneNumber || m.task == oneClass && m.classes == 2 {
		return nil
	}
	m.dist = newDistributions()
	r := reader{b: st.Dist}
	var pairs []part
	for len(r.b) > 0 {
		n := r.number(uint64(min(m.classes, len(r.b)/5)))
		pairs = pairs[:0]
		for range n {
			p := part{uint16(r.number(uint64(m.classes - 1))), math.Float32frombits(r.word())}
			if r.bad || !(p.of > 0 && p.of <= 1) || len(pairs) > 0 && p.label <= pairs[len(pairs)-1].label {
				return fmt.Errorf("shares of labels")
			}
			pairs = append(pairs, p)
		}
		if r.bad {
			return fmt.Errorf("shares of labels")
		}
		m.dist.add(pairs)
	}
	return nil
}

func (m *Model) readTrees(st *stored) error {
	if len(st.Sets)%32 != 0 {
		return fmt.Errorf("sets of categories")
	}
	for b := st.Sets; len(b) > 0; b = b[32:] {
		var s set
		for i := range s {
			s[i] = binary.LittleEndian.Uint64(b[8*i:])
		}
		m.t.sets = append(m.t.sets, s)
	}
	sets, trees, nodes := 0, reader{b: st.Trees}, reader{b: st.Nodes}
	var deep []uint16
	for len(trees.b) > 0 {
		n := int(trees.number(uint64(len(nodes.b) / 3)))
		if m.boosted {
			m.output = append(m.output, uint16(trees.number(uint64(len(m.base)-1))))
		}
		if trees.bad || n < 1 {
			return fmt.Errorf("size of a tree")
		}
		root, below := len(m.t.nodes), 1
		m.t.roots = append(m.t.roots, uint32(root))
		deep = append(deep[:0], 0)
		for i := range n {
			x, cover, ok := m.readNode(&nodes)
			if !ok || i >= below {
				return fmt.Errorf("node %d", root+i)
			}
			if x.kind != leaf {
				if deep[i] >= maxDepth || below+2 > n {
					return fmt.Errorf("node %d", root+i)
				}
				x.left = uint32(root + below)
				deep = append(deep, deep[i]+1, deep[i]+1)
				below += 2
				if x.kind == categorySplit {
					if x.cut = uint32(sets); sets == len(m.t.sets) {
						return fmt.Errorf("sets of categories")
					}
					sets++
				}
			}
			m.t.nodes, m.t.cover = append(m.t.nodes, x), append(m.t.cover, cover)
		}
		if below != n {
			return fmt.Errorf("nodes of tree %d", len(m.t.roots)-1)
		}
		m.t.sum(len(m.t.roots) - 1)
	}
	if len(nodes.b) > 0 || sets != len(m.t.sets) {
		return fmt.Errorf("%d bytes too many", len(nodes.b))
	}
	return nil
}

func (m *Model) readNode(r *reader) (n node, cover float32, ok bool) {
	head := r.byte()
	n.kind, n.shift = head&3, head>>2
	if n.kind > leaf || n.shift > 1 || n.kind != numberSplit && n.shift != 0 {
		return n, 0, false
	}
	if n.kind != leaf {
		n.col = uint16(r.number(uint64(len(m.cols.list) - 1)))
		if n.kind == numberSplit {
			n.cut = uint32(r.byte())
		}
		return n, 0, !r.bad && len(m.cols.list) > 0
	}
	if m.dist != nil {
		n.left = uint32(r.number(uint64(len(m.dist.starts) - 2)))
	} else {
		n.left = r.word()
	}
	cover = math.Float32frombits(r.word())
	ok = !r.bad && cover > 0 && cover < 1e30
	switch {
	case m.dist != nil:
		ok = ok && len(m.dist.starts) > 1
	case m.boosted:
		ok = ok && math.Abs(n.value()) < 1e30
	case m.task == oneNumber:
		ok = ok && math.Abs(n.value()) <= 2
	default:
		ok = ok && n.value() >= 0 && n.value() <= 1
	}
	return n, cover, ok
}

// reader takes numbers from the front of some bytes.
type reader struct {
	b   []byte
	bad bool
}

// number reads a number that must not be above a limit.
func (r *reader) number(limit uint64) uint64 {
	x, n := binary.Uvarint(r.b)
	if n <= 0 || x > limit {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return x
}

func (r *reader) byte() byte {
	if len(r.b) < 1 {
		r.bad = true
		return 0
	}
	x := r.b[0]
	r.b = r.b[1:]
	return x
}

func (r *reader) word() uint32 {
	if len(r.b) < 4 {
		r.bad, r.b = true, nil
		return 0
	}
	x := binary.LittleEndian.Uint32(r.b)
	r.b = r.b[4:]
	return x
}
