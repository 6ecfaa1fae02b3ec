package linear

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/feature"
)

// storedLayout is a layout as it is kept. Columns follow from it.
type storedLayout struct {
	Set    []byte        `cbor:"1,keyasint"`
	Texts  int           `cbor:"2,keyasint"`
	Scale  float64       `cbor:"3,keyasint"`
	Fields []storedField `cbor:"4,keyasint,omitempty"`
}

// storedField is a tableField as it is kept.
type storedField struct {
	Codes   int     `cbor:"1,keyasint,omitempty"`
	Mean    float64 `cbor:"2,keyasint,omitempty"`
	Inverse float64 `cbor:"3,keyasint,omitempty"`
	Missing bool    `cbor:"4,keyasint,omitempty"`
}

func (l *layout) store() (storedLayout, error) {
	set, err := l.set.MarshalBinary()
	st := storedLayout{Set: set, Texts: l.texts, Scale: l.scale}
	for _, f := range l.fields {
		st.Fields = append(st.Fields, storedField{f.codes, f.mean, f.inverse, f.missing >= 0})
	}
	return st, err
}

func (st storedLayout) load() (*layout, error) {
	set, err := feature.UnmarshalSet(st.Set)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if st.Texts < 0 || st.Texts > math.MaxInt32 || !(st.Scale > 0 && st.Scale <= math.MaxFloat32) {
		return nil, fmt.Errorf("%w: %d features of texts, scale %v", ErrDamaged, st.Texts, st.Scale)
	}
	l := &layout{set: set, texts: st.Texts, scale: st.Scale, fields: make([]tableField, len(st.Fields))}
	for j, f := range st.Fields {
		if f.Codes < 0 || f.Codes > maxFieldCodes || !(math.Abs(f.Mean) <= math.MaxFloat32) || !(f.Inverse >= 0 && f.Inverse < 1e60) {
			return nil, fmt.Errorf("%w: value %d of the table", ErrDamaged, j)
		}
		l.fields[j] = tableField{codes: f.Codes, mean: f.Mean, inverse: f.Inverse, first: l.width, missing: -1}
		if f.Codes == 0 {
			l.width++
		}
	}
	l.numbers = l.width
	l.width += set.Len()
	last := -1
	set.All(func(_ int, f uint32) { last = int(f) })
	l.rankAll(last + 1)
	for j, f := range st.Fields {
		if f.Codes > 0 {
			l.fields[j].first = l.width
			l.width += f.Codes
		}
		if f.Missing {
			l.fields[j].missing = l.width
			l.width++
		}
	}
	return l, nil
}

// maxFieldCodes bounds a category's codes in a file.
const maxFieldCodes = 1 << 20

// storedRegression is a Regression as it is kept.
type storedRegression struct {
	Layout  storedLayout `cbor:"1,keyasint"`
	Method  Method       `cbor:"2,keyasint"`
	Penalty float64      `cbor:"3,keyasint"`
	Share   float64      `cbor:"4,keyasint"`
	Bends   bool         `cbor:"5,keyasint,omitempty"`
	Rounds  int          `cbor:"6,keyasint,omitempty"`
	Base    float64      `cbor:"7,keyasint"`
	Weights []byte       `cbor:"8,keyasint"` // 8 bytes each
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (m *Regression) MarshalBinary() ([]byte, error) {
	l, err := m.layout.store()
	if err != nil {
		return nil, err
	}
	return encode(storedRegression{l, m.method, m.penalty, m.share, m.bends, m.rounds, m.base, storeWeights(m.w)})
}

func encode(st any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(st)
}

func storeWeights(w []float64) (b []byte) {
	b = make([]byte, 0, 8*len(w))
	for _, x := range w {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x))
	}
	return b
}

// loadWeights reads as many weights as are asked for.
func loadWeights(b []byte, n int) ([]float64, error) {
	if n < 0 || len(b)%8 != 0 || len(b)/8 != n {
		return nil, fmt.Errorf("%w: %d bytes for %d weights", ErrDamaged, len(b), n)
	}
	w := make([]float64, n)
	for i := range w {
		if w[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])); w[i]-w[i] != 0 {
			return nil, fmt.Errorf("%w: a weight of %v", ErrDamaged, w[i])
		}
	}
	return w, nil
}

// UnmarshalRegression reads what MarshalBinary wrote, or returns ErrDamaged.
func UnmarshalRegression(b []byte) (*Regression, error) {
	var st storedRegression
	if err := cbor.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	l, err := st.Layout.load()
	if err != nil {
		return nil, err
	}
	if st.Method > Elastic || !(st.Penalty >= 0 && st.Penalty <= math.MaxFloat64) || !(st.Share > 0 && st.Share <= 1) || st.Rounds < 0 || st.Base-st.Base != 0 {
		return nil, fmt.Errorf("%w: %v, penalty %v, share %v, intercept %v", ErrDamaged, st.Method, st.Penalty, st.Share, st.Base)
	}
	m := &Regression{method: st.Method, penalty: st.Penalty, share: st.Share, bends: st.Bends, rounds: st.Rounds, layout: l, base: st.Base}
	if m.w, err = loadWeights(st.Weights, l.width); err != nil {
		return nil, err
	}
	return m, nil
}
