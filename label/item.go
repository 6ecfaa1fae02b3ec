package label

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strings"
)

// ID names an item by its content, or by its id column where the project has
// one: the first 16 bytes of a SHA-256. Order by ID is a random order that
// owes nothing to the order of any file.
type ID [16]byte

// String returns the ID in hexadecimal.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// ParseID reads what String wrote.
func ParseID(s string) (ID, error) {
	var id ID
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(id) {
		return id, fmt.Errorf("label: %q is not an item id: 32 hexadecimal digits are needed", s)
	}
	copy(id[:], b)
	return id, nil
}

// Item is one thing to be labelled.
type Item struct {
	Num    uint64   // its place in the project, from 1 in the order of import
	ID     ID       // its name
	Key    uint64   // hash of its input columns: equal for items that read the same, whatever their names
	Audit  bool     // belongs to the audit stream: never trained on, shown without a suggestion
	Fields []string // raw, in the order of Task.Columns; may be shorter where columns were added later
}

// Field returns the i-th field, or "" where the item has none.
func (it Item) Field(i int) string {
	if i < 0 || i >= len(it.Fields) {
		return ""
	}
	return it.Fields[i]
}

// Text joins the item's text columns, raw, with a line break between them.
func (it Item) Text(t Task) string {
	first, n := "", 0
	var b strings.Builder
	for i, c := range t.Columns {
		if c.Role != Text {
			continue
		}
		f := it.Field(i)
		if n++; n == 1 {
			first = f
			continue
		}
		if n == 2 {
			b.WriteString(first)
		}
		b.WriteByte('\n')
		b.WriteString(f)
	}
	if n < 2 {
		return first
	}
	return b.String()
}

// Identify computes the ID and the Key of an item with these fields: the ID
// from the id column where there is one with a value, else from the input
// columns, each with its name, so that columns added later and left empty
// change nothing.
func (t Task) Identify(fields []string) (ID, uint64) {
	var buf [512]byte
	b := buf[:0]
	var name string
	for i, f := range fields {
		if i >= len(t.Columns) {
			break
		}
		c := t.Columns[i]
		if c.Role == Ident && f != "" {
			name = f
		}
		if c.Role.Input() && f != "" {
			b = appendString(appendString(b, c.Name), f)
		}
	}
	sum := sha256.Sum256(b)
	key := binary.BigEndian.Uint64(sum[16:])
	if name != "" {
		sum = sha256.Sum256(append(append(b[:0], "id\x00"...), name...))
	}
	return ID(sum[:16]), key
}

func appendString(b []byte, s string) []byte {
	b = binary.AppendUvarint(b, uint64(len(s)))
	return append(b, s...)
}

// InAudit reports whether an item with this Key belongs to the audit stream:
// a share Task.Audit of all keys, chosen by hash with the project's seed. The
// choice does not depend on file order, on the model or on the answer; items
// that read the same fall on the same side; and a larger share contains the
// smaller one.
func (t Task) InAudit(key uint64) bool {
	return share(key, t.Seed+0x9e3779b97f4a7c15) < t.Audit
}

// Withholds reports whether the suggestion for the item with this key is kept
// from whoever answers it. It is drawn by hash, independently of the audit stream
// and of which items want several answers.
func (t Task) Withholds(key uint64) bool {
	return share(key, t.Seed+0x3c6ef372fe94f82a) < t.Withhold && !t.InAudit(key)
}

// share spreads keys evenly over 0 to 1, with each seed differently.
func share(key, seed uint64) float64 { return float64(mix(key^mix(seed))>>11) / (1 << 53) }

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}

// Finite reports whether x is a number that can be an answer.
func Finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
