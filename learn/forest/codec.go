package forest

import (
	"encoding/binary"
	"math"

	"github.com/fxamacker/cbor/v2"
)

// stored is a Model as it is kept. Trees are one after the other, breadth
// first, so that nothing has to say where the nodes below a split are.
type stored struct {
	Boosted bool           `cbor:"1,keyasint,omitempty"`
	Task    task           `cbor:"2,keyasint,omitempty"`
	Classes int            `cbor:"3,keyasint"`
	Rows    int            `cbor:"4,keyasint"`
	Columns []storedColumn `cbor:"5,keyasint"` // of the table
	Set     []byte         `cbor:"6,keyasint"` // of the sparse form
	Cuts    [][]byte       `cbor:"7,keyasint"` // of the columns of the sparse form
	Trees   []byte         `cbor:"8,keyasint"` // how many nodes each has; for boosting, also its output
	Nodes   []byte         `cbor:"9,keyasint"`
	Sets    []byte         `cbor:"10,keyasint,omitempty"`
	Dist    []byte         `cbor:"11,keyasint,omitempty"`
	Base    []float64      `cbor:"12,keyasint"`
	Scale   float64        `cbor:"13,keyasint,omitempty"`
	Gain    []float64      `cbor:"14,keyasint"`
	Outside []float64      `cbor:"15,keyasint,omitempty"`
	Rounds  []int          `cbor:"16,keyasint,omitempty"`
}

type storedColumn struct {
	Field    int    `cbor:"1,keyasint"`
	Category bool   `cbor:"2,keyasint,omitempty"`
	Cuts     []byte `cbor:"3,keyasint,omitempty"` // 4 bytes each
	Codes    []byte `cbor:"4,keyasint,omitempty"`
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	set, err := m.cols.set.MarshalBinary()
	if err != nil {
		return nil, err
	}
	st := stored{Boosted: m.boosted, Task: m.task, Classes: m.classes, Rows: m.rows, Set: set, Base: m.base, Scale: m.scale, Gain: m.gain}
	for i := range m.cols.list {
		c := &m.cols.list[i]
		cuts := make([]byte, 0, 4*len(c.cuts))
		for _, k := range c.cuts {
			cuts = binary.LittleEndian.AppendUint32(cuts, k)
		}
		if c.field < 0 {
			st.Cuts = append(st.Cuts, cuts)
		} else {
			st.Columns = append(st.Columns, storedColumn{c.field, c.category, cuts, c.codes})
		}
	}
	for t := range m.t.roots {
		st.Trees = binary.AppendUvarint(st.Trees, uint64(m.t.end(t)-m.t.roots[t]))
		if m.boosted {
			st.Trees = binary.AppendUvarint(st.Trees, uint64(m.output[t]))
		}
	}
	st.Nodes = make([]byte, 0, 7*len(m.t.nodes))
	for i, n := range m.t.nodes {
		st.Nodes = append(st.Nodes, n.kind|n.shift<<2)
		switch {
		case n.kind != leaf:
			st.Nodes = binary.AppendUvarint(st.Nodes, uint64(n.col))
			if n.kind == numberSplit {
				st.Nodes = append(st.Nodes, uint8(n.cut))
			}
			continue
		case m.dist != nil:
			st.Nodes = binary.AppendUvarint(st.Nodes, uint64(n.left))
		default:
			st.Nodes = binary.LittleEndian.AppendUint32(st.Nodes, n.left)
		}
		st.Nodes = binary.LittleEndian.AppendUint32(st.Nodes, math.Float32bits(m.t.cover[i]))
	}
	for _, s := range m.t.sets {
		for _, w := range s {
			st.Sets = binary.LittleEndian.AppendUint64(st.Sets, w)
		}
	}
	if m.dist != nil {
		for i := range len(m.dist.starts) - 1 {
			pairs := m.dist.at(uint32(i))
			st.Dist = binary.AppendUvarint(st.Dist, uint64(len(pairs)))
			for _, p := range pairs {
				st.Dist = binary.AppendUvarint(st.Dist, uint64(p.label))
				st.Dist = binary.LittleEndian.AppendUint32(st.Dist, math.Float32bits(p.of))
			}
		}
	}
	if m.outside.Rows > 0 {
		st.Outside = []float64{float64(m.outside.Rows), m.outside.Loss, m.outside.Accuracy}
	}
	if m.boosted {
		st.Rounds = []int{m.rounds, m.stopped}
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(st)
}
