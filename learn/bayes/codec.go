package bayes

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/feature"
)

// stored is a Model as it is kept.
type stored struct {
	Alpha  float64   `cbor:"1,keyasint"`
	Scale  float64   `cbor:"2,keyasint"`
	Credit float64   `cbor:"3,keyasint"`
	Rows   []float64 `cbor:"4,keyasint"`
	Set    []byte    `cbor:"5,keyasint"`
	Pairs  []byte    `cbor:"6,keyasint"` // of each feature: how many, then how much higher each class is than the one before
	Sums   []byte    `cbor:"7,keyasint"` // 4 bytes each
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	st := stored{Alpha: m.alpha, Scale: m.scale, Credit: m.credit}
	if err := m.store(&st); err != nil {
		return nil, err
	}
	return encode(st)
}

// store writes the counts into their places.
func (m *counts) store(st *stored) error {
	set, err := m.set.MarshalBinary()
	if err != nil {
		return err
	}
	st.Rows, st.Set = m.rows, set
	for k := range m.set.Len() {
		from, to := m.starts[k], m.starts[k+1]
		st.Pairs = binary.AppendUvarint(st.Pairs, uint64(to-from))
		next := uint16(0)
		for _, c := range m.class[from:to] {
			st.Pairs = binary.AppendUvarint(st.Pairs, uint64(c-next))
			next = c + 1
		}
	}
	for _, n := range m.sum {
		st.Sums = binary.LittleEndian.AppendUint32(st.Sums, math.Float32bits(n))
	}
	return nil
}

func encode(st any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(st)
}

// mostElements bounds the lists of a file: the shares of all codes of a category by
// class are the longest. A list is never longer than its bytes.
const mostElements = 1 << 25

// decode reads what encode wrote.
func decode(b []byte, st any) error {
	mode, err := cbor.DecOptions{MaxArrayElements: mostElements}.DecMode()
	if err != nil {
		return err
	}
	if err := mode.Unmarshal(b, st); err != nil {
		return bad("%v", err)
	}
	return nil
}

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// Unmarshal reads what MarshalBinary wrote, or returns ErrDamaged.
func Unmarshal(b []byte) (*Model, error) {
	var st stored
	if err := decode(b, &st); err != nil {
		return nil, err
	}
	m := &Model{alpha: st.Alpha, scale: st.Scale, credit: st.Credit}
	if err := m.load(st); err != nil {
		return nil, err
	}
	m.finish()
	return m, nil
}

// load reads the counts, and looks at all other parts.
func (m *counts) load(st stored) error {
	set, err := feature.UnmarshalSet(st.Set)
	if err != nil {
		return bad("%v", err)
	}
	for _, x := range []float64{st.Alpha, st.Scale, st.Credit} {
		if !(x >= 1e-12 && x <= 1e12) {
			return bad("smoothing %v, scale %v, prior %v", st.Alpha, st.Scale, st.Credit)
		}
	}
	if len(st.Rows) < 1 || len(st.Rows) > maxClasses || len(st.Sums)%4 != 0 {
		return bad("%d classes", len(st.Rows))
	}
	for _, n := range st.Rows {
		if !(n >= 0 && n <= math.MaxInt32) {
			return bad("a class of %v rows", n)
		}
	}
	*m = counts{rows: st.Rows, set: set, starts: make([]uint32, set.Len()+1)}
	n, rest := len(st.Sums)/4, st.Pairs
	read := func() (uint64, bool) {
		x, size := binary.Uvarint(rest)
		if size <= 0 {
			return 0, false
		}
		rest = rest[size:]
		return x, true
	}
	for k := range set.Len() {
		pairs, ok := read()
		if !ok || pairs > uint64(n-len(m.class)) {
			return bad("feature %d has %d classes", k, pairs)
		}
		next := uint64(0)
		for range pairs {
			more, ok := read()
			if !ok || more >= maxClasses || next+more >= uint64(len(st.Rows)) {
				return bad("classes of feature %d", k)
			}
			m.class = append(m.class, uint16(next+more))
			next += more + 1
		}
		m.starts[k+1] = uint32(len(m.class))
	}
	if len(m.class) != n || len(rest) > 0 {
		return bad("%d sums for %d pairs", n, len(m.class))
	}
	m.sum = make([]float32, n)
	for i := range m.sum {
		x := math.Float32frombits(binary.LittleEndian.Uint32(st.Sums[4*i:]))
		if !(x >= 0) || math.IsInf(float64(x), 0) {
			return bad("a sum of %v", x)
		}
		m.sum[i] = x
	}
	return nil
}
