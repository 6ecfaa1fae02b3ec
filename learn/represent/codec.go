package represent

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/fxamacker/cbor/v2"
)

// layout is the version of what MarshalBinary writes.
const layout = 1

type storedTable struct {
	Cols  int    `cbor:"1,keyasint"`
	Names []byte `cbor:"2,keyasint,omitempty"` // differences, as variable-length numbers
	Scale []byte `cbor:"3,keyasint"`
	Cells []byte `cbor:"4,keyasint"`
}

type stored struct {
	Layout     int         `cbor:"1,keyasint"`
	Neighbours int         `cbor:"2,keyasint"`
	Topics     storedTable `cbor:"3,keyasint"`
	Words      storedTable `cbor:"4,keyasint"`
	Base       storedTable `cbor:"5,keyasint"`
	Once       storedTable `cbor:"6,keyasint"`
	Centres    storedTable `cbor:"7,keyasint"`
	Cells      []byte      `cbor:"8,keyasint"` // anchors in each, as variable-length numbers
}

func (t *table) stored() storedTable {
	s := storedTable{Cols: t.cols}
	last := uint32(0)
	for _, f := range t.names {
		s.Names = binary.AppendUvarint(s.Names, uint64(f-last))
		last = f
	}
	for _, x := range t.scale {
		s.Scale = binary.LittleEndian.AppendUint32(s.Scale, math.Float32bits(x))
	}
	if len(t.cells) > 0 {
		s.Cells = unsafe.Slice((*byte)(unsafe.Pointer(&t.cells[0])), len(t.cells))
	}
	return s
}

// table reads one, with names or without.
func (s *storedTable) table(named bool) (table, error) {
	bad := func(what string) (table, error) { return table{}, fmt.Errorf("%w: %s", ErrDamaged, what) }
	n := len(s.Scale) / 4
	if s.Cols < 0 || s.Cols > 1<<16 || len(s.Scale)%4 != 0 || len(s.Cells) != n*s.Cols {
		return bad("a table's size")
	}
	t := table{cols: s.Cols, scale: make([]float32, n), cells: make([]int8, len(s.Cells))}
	for i := range t.scale {
		x := math.Float32frombits(binary.LittleEndian.Uint32(s.Scale[4*i:]))
		if !(x >= 0 && x <= 1e6) {
			return bad("a scale")
		}
		t.scale[i] = x
	}
	for i, c := range s.Cells {
		t.cells[i] = int8(c)
	}
	if !named {
		return t, nil
	}
	b, last := s.Names, uint64(0)
	for i := range n {
		d, k := binary.Uvarint(b)
		if k <= 0 || i > 0 && d == 0 || d > math.MaxUint32 || last+d > math.MaxUint32 {
			return bad("a table's names")
		}
		last += d
		b = b[k:]
		t.names = append(t.names, uint32(last))
	}
	if len(b) > 0 {
		return bad("a table's names")
	}
	return t, nil
}

// MarshalBinary writes the representation.
func (r *Representation) MarshalBinary() ([]byte, error) {
	var cells []byte
	for c := 1; c < len(r.start); c++ {
		cells = binary.AppendUvarint(cells, uint64(r.start[c]-r.start[c-1]))
	}
	return cbor.Marshal(stored{layout, r.neighbours, r.topics.stored(), r.words.stored(), r.base.stored(), r.once.stored(), r.centres.stored(), cells})
}

// Unmarshal reads what MarshalBinary wrote. ErrDamaged and ErrVersion say that it
// cannot.
func Unmarshal(b []byte) (*Representation, error) {
	var s stored
	if err := cbor.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if s.Layout > layout {
		return nil, fmt.Errorf("%w: layout %d", ErrVersion, s.Layout)
	}
	if s.Layout < 1 || s.Neighbours < 1 || s.Neighbours > 1000 {
		return nil, fmt.Errorf("%w: layout %d, %d neighbours", ErrDamaged, s.Layout, s.Neighbours)
	}
	r := &Representation{neighbours: s.Neighbours}
	for _, p := range []struct {
		from  *storedTable
		to    *table
		named bool
	}{{&s.Topics, &r.topics, true}, {&s.Words, &r.words, true}, {&s.Base, &r.base, false}, {&s.Once, &r.once, false}, {&s.Centres, &r.centres, false}} {
		t, err := p.from.table(p.named)
		if err != nil {
			return nil, err
		}
		*p.to = t
	}
	if r.half() > mostCols {
		return nil, fmt.Errorf("%w: vectors of %d numbers", ErrDamaged, r.Dim())
	}
	for _, t := range []*table{&r.base, &r.once, &r.centres} {
		if t.cols != r.half() {
			return nil, fmt.Errorf("%w: tables that do not go together", ErrDamaged)
		}
	}
	n := uint64(0)
	for r.start = []int{0}; len(s.Cells) > 0; r.start = append(r.start, int(n)) {
		d, k := binary.Uvarint(s.Cells)
		if k <= 0 || d > uint64(r.base.rows()) {
			return nil, fmt.Errorf("%w: a cell's size", ErrDamaged)
		}
		n, s.Cells = n+d, s.Cells[k:]
	}
	if int(n) != r.base.rows() || r.once.rows() != r.base.rows() || r.centres.rows() != len(r.start)-1 {
		return nil, fmt.Errorf("%w: %d anchors in %d cells", ErrDamaged, n, len(r.start)-1)
	}
	r.build()
	return r, nil
}
