package store

import (
	"encoding/binary"

	"inkling/label"
)

// An item record is the schema version and a CBOR array of three: the ID as a
// byte string, the Key as a number, and an array of the fields as byte
// strings, since raw text need not be UTF-8. It is written and read by hand
// because import and search spend their time here.

const (
	cborUint     = 0 << 5
	cborNegative = 1 << 5
	cborBytes    = 2 << 5
	cborText     = 3 << 5
	cborArray    = 4 << 5
	cborMap      = 5 << 5

	cborFalse  = 0xf4 // whole, not heads
	cborTrue   = 0xf5
	cborHalf   = 0xf9
	cborSingle = 0xfa
	cborDouble = 0xfb
)

// appendItem appends an item record to b.
func appendItem(b []byte, id label.ID, key uint64, fields []string) []byte {
	b = append(b, itemSchema, cborArray|3)
	b = appendHead(b, cborBytes, uint64(len(id)))
	b = append(b, id[:]...)
	b = appendHead(b, cborUint, key)
	b = appendHead(b, cborArray, uint64(len(fields)))
	for _, f := range fields {
		b = appendHead(b, cborBytes, uint64(len(f)))
		b = append(b, f...)
	}
	return b
}

// appendHead appends the shortest head of a CBOR data item.
func appendHead(b []byte, major byte, n uint64) []byte {
	switch {
	case n < 24:
		return append(b, major|byte(n))
	case n < 1<<8:
		return append(b, major|24, byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(b, major|25), uint16(n))
	case n < 1<<32:
		return binary.BigEndian.AppendUint32(append(b, major|26), uint32(n))
	default:
		return binary.BigEndian.AppendUint64(append(b, major|27), n)
	}
}

// head reads the head of a CBOR data item of this major type. The rest is nil
// where there is no such head.
func head(b []byte, major byte) (n uint64, rest []byte) {
	if len(b) == 0 || b[0]&0xe0 != major {
		return 0, nil
	}
	switch info := b[0] & 0x1f; {
	case info < 24:
		return uint64(info), b[1:]
	case info == 24 && len(b) >= 2:
		return uint64(b[1]), b[2:]
	case info == 25 && len(b) >= 3:
		return uint64(binary.BigEndian.Uint16(b[1:])), b[3:]
	case info == 26 && len(b) >= 5:
		return uint64(binary.BigEndian.Uint32(b[1:])), b[5:]
	case info == 27 && len(b) >= 9:
		return binary.BigEndian.Uint64(b[1:]), b[9:]
	}
	return 0, nil
}

// record is a parsed item record: fields is the encoding of its fields, n
// their number. It points into the record.
type record struct {
	id     label.ID
	key    uint64
	n      int
	fields []byte
}

func parseRecord(b []byte) (r record, err error) {
	body, err := unwrap("item", itemSchema, b)
	if err != nil {
		return r, err
	}
	n, body := head(body, cborArray)
	if body == nil || n != 3 {
		return r, damaged("item: not an array of three")
	}
	n, body = head(body, cborBytes)
	if body == nil || n != uint64(len(r.id)) || len(body) < len(r.id) {
		return r, damaged("item: no id")
	}
	copy(r.id[:], body)
	if r.key, body = head(body[len(r.id):], cborUint); body == nil {
		return r, damaged("item: no key")
	}
	n, body = head(body, cborArray)
	if body == nil || n > uint64(len(body)) {
		return r, damaged("item: no fields")
	}
	r.n, r.fields = int(n), body
	return r, nil
}

// next splits the first field off. The rest is nil where there is none.
func nextField(b []byte) (field, rest []byte) {
	n, rest := head(b, cborBytes)
	if rest == nil || n > uint64(len(rest)) {
		return nil, nil
	}
	return rest[:n:n], rest[n:]
}

// item copies the record.
func (r record) item(num uint64, t *label.Task) (label.Item, error) {
	it := label.Item{Num: num, ID: r.id, Key: r.key, Audit: t.InAudit(r.key), Fields: make([]string, r.n)}
	// All fields share one string, so that an item costs two allocations.
	all, at, rest := string(r.fields), 0, r.fields
	for i := range it.Fields {
		var f []byte
		before := len(rest)
		if f, rest = nextField(rest); rest == nil {
			return it, damaged("item %d: field %d is cut off", num, i+1)
		}
		at += before - len(rest)
		it.Fields[i] = all[at-len(f) : at]
	}
	if len(rest) > 0 {
		return it, damaged("item %d: more than its fields", num)
	}
	return it, nil
}
