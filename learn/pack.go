package learn

import (
	"encoding/binary"
	"math"
)

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
