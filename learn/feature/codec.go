package feature

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"
)

// layoutVersion is that of stored. The first byte of a stored space is this
// version, so that a reader can say that it is too old. Layout 1 had neither
// dates nor ordinals, and is read.
const layoutVersion = 2

// stored is a Space as it is kept.
type stored struct {
	Kinds   []Kind        `cbor:"1,keyasint"`
	Options Options       `cbor:"2,keyasint"`
	Items   uint32        `cbor:"3,keyasint"`
	Ends    [2]int        `cbor:"4,keyasint"`
	Keys    []byte        `cbor:"5,keyasint"` // 5 bytes each
	Counts  []byte        `cbor:"6,keyasint"` // how much less than the one before
	Tables  []storedTable `cbor:"7,keyasint,omitempty"`
}

type storedTable struct {
	Knots []float64 `cbor:"1,keyasint,omitempty"`
	Codes []string  `cbor:"2,keyasint,omitempty"`
	Month bool      `cbor:"3,keyasint,omitempty"` // first, in dates
	Timed bool      `cbor:"4,keyasint,omitempty"`
}

const keyBytes = keyBits / 8

// MarshalBinary writes the space: the same one always as the same bytes.
func (s *Space) MarshalBinary() ([]byte, error) {
	st := stored{Kinds: s.kinds, Options: s.o, Items: s.items, Ends: s.ends, Tables: make([]storedTable, len(s.tables))}
	st.Keys = make([]byte, 0, keyBytes*len(s.keys))
	st.Counts = make([]byte, 0, len(s.keys)+64)
	before := s.items
	for i, k := range s.keys {
		if i == s.ends[0] {
			before = s.items
		}
		var b [8]byte
		binary.BigEndian.PutUint64(b[:], k)
		st.Keys = append(st.Keys, b[8-keyBytes:]...)
		st.Counts = binary.AppendUvarint(st.Counts, uint64(before-s.counts[i]))
		before = s.counts[i]
	}
	for i, t := range s.tables {
		st.Tables[i] = storedTable{t.knots, t.codes, t.monthFirst, t.timed}
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	b, err := mode.Marshal(st)
	return append([]byte{layoutVersion}, b...), err
}

// UnmarshalSpace reads what MarshalBinary wrote. ErrDamaged and ErrVersion say
// why it cannot.
func UnmarshalSpace(b []byte) (*Space, error) {
	if len(b) == 0 {
		return nil, fmt.Errorf("%w: empty", ErrDamaged)
	}
	if b[0] > layoutVersion {
		return nil, fmt.Errorf("%w: layout %d, this program reads %d", ErrVersion, b[0], layoutVersion)
	}
	var st stored
	if err := cbor.Unmarshal(b[1:], &st); err != nil || b[0] == 0 {
		return nil, fmt.Errorf("%w: layout %d: %v", ErrDamaged, b[0], err)
	}
	s, err := st.space()
	if err != nil {
		return nil, err
	}
	return s, s.build()
}

func (st stored) space() (*Space, error) {
	bad := func(format string, args ...any) (*Space, error) {
		return nil, fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
	}
	if err := st.Options.validate(); err != nil {
		return bad("%v", err)
	}
	n := len(st.Keys) / keyBytes
	if len(st.Keys)%keyBytes != 0 || n > maxIndex || st.Ends[0] < 0 || st.Ends[0] > n || st.Ends[1] != n {
		return bad("%d bytes of features, up to %v", len(st.Keys), st.Ends)
	}
	if len(st.Tables) != len(st.Kinds) {
		return bad("%d columns, %d described", len(st.Kinds), len(st.Tables))
	}
	s := &Space{kinds: st.Kinds, o: st.Options, items: st.Items, ends: st.Ends,
		keys: make([]uint64, n), counts: make([]uint32, n), tables: make([]tableColumn, len(st.Kinds))}
	before, rest := uint64(st.Items), st.Counts
	for i := range n {
		if i == st.Ends[0] {
			before = uint64(st.Items)
		}
		var k [8]byte
		copy(k[8-keyBytes:], st.Keys[keyBytes*i:])
		s.keys[i] = binary.BigEndian.Uint64(k[:])
		less, size := binary.Uvarint(rest)
		if size <= 0 || less >= before {
			return bad("how often feature %d occurs", i)
		}
		before, rest = before-less, rest[size:]
		s.counts[i] = uint32(before)
	}
	if len(rest) > 0 {
		return bad("more counts than features")
	}
	if st.Options.Hash > 0 {
		if err := s.hashable(); n > 0 || err != nil {
			return bad("hashed features with %d terms: %v", n, err)
		}
	}
	for i, t := range st.Tables {
		if k := st.Kinds[i]; k < Text || k > Ordinal || k != Number && k != Date && len(t.Knots) > 0 ||
			k != Category && k != Ordinal && len(t.Codes) > 0 || k != Date && (t.Month || t.Timed) || k == Ordinal && len(t.Codes) == 1 {
			return bad("column %d of kind %d", i, k)
		}
		if len(t.Codes) > maxCodes || len(t.Knots) > 2*len(shares) {
			return bad("column %d has %d codes, %d knots", i, len(t.Codes), len(t.Knots))
		}
		for j, x := range t.Knots {
			if math.IsNaN(x) || math.IsInf(x, 0) || j > 0 && x <= t.Knots[j-1] {
				return bad("knots of column %d", i)
			}
		}
		s.tables[i] = tableColumn{knots: t.Knots, codes: t.Codes, monthFirst: t.Month, timed: t.Timed}
	}
	return s, nil
}
