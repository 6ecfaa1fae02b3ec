package neural

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/feature"
)

// layoutVersion is that of stored, and the first byte of a stored model.
const layoutVersion = 1

// stored is a Model as it is kept.
type stored struct {
	Input  storedInput   `cbor:"1,keyasint"`
	Tanh   bool          `cbor:"2,keyasint,omitempty"`
	Head   storedHead    `cbor:"3,keyasint"`
	How    how           `cbor:"4,keyasint"`
	Layers []storedLayer `cbor:"5,keyasint"`
	Base   []byte        `cbor:"6,keyasint,omitempty"`
}

type storedInput struct {
	Fields []storedField `cbor:"1,keyasint,omitempty"`
	All    bool          `cbor:"2,keyasint,omitempty"`
	Texts  uint32        `cbor:"3,keyasint,omitempty"`
	Set    []byte        `cbor:"4,keyasint"`
}

type storedField struct {
	Kind    uint8   `cbor:"1,keyasint"`
	Mean    float64 `cbor:"2,keyasint,omitempty"`
	Scale   float64 `cbor:"3,keyasint,omitempty"`
	Missing bool    `cbor:"4,keyasint,omitempty"`
	Codes   []byte  `cbor:"5,keyasint,omitempty"` // 1 for a code that has an input, else 0
}

type storedHead struct {
	Kind kind    `cbor:"1,keyasint"`
	N    int     `cbor:"2,keyasint"`
	Mean float64 `cbor:"3,keyasint,omitempty"`
	Unit float64 `cbor:"4,keyasint,omitempty"`
}

// storedLayer is a layer. In the file of an adapter alone, layers that stand still
// have no weights.
type storedLayer struct {
	Rows int     `cbor:"1,keyasint"`
	Cols int     `cbor:"2,keyasint"`
	W    []byte  `cbor:"3,keyasint,omitempty"` // 4 bytes each
	B    []byte  `cbor:"4,keyasint,omitempty"`
	Own  bool    `cbor:"5,keyasint,omitempty"`
	Rank int     `cbor:"6,keyasint,omitempty"`
	By   float32 `cbor:"7,keyasint,omitempty"`
	LowA []byte  `cbor:"8,keyasint,omitempty"`
	LowB []byte  `cbor:"9,keyasint,omitempty"`
}

// MarshalBinary writes the model, its base included: the same one always as the same
// bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	st, err := m.store(true)
	if err != nil {
		return nil, err
	}
	return encode(st)
}

// store is the model as it is kept, or all of it but the layers' own weights.
func (m *Model) store(weights bool) (st stored, err error) {
	st = stored{Tanh: m.tanh, Head: m.head.store(), How: m.how}
	if st.Input, err = m.in.store(); err != nil {
		return st, err
	}
	if m.base != nil {
		st.Base = m.base[:]
	}
	for i := range m.layers {
		st.Layers = append(st.Layers, m.layers[i].store(weights))
	}
	return st, nil
}

func encode(v any) ([]byte, error) {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	b, err := mode.Marshal(v)
	return append([]byte{layoutVersion}, b...), err
}

func (h head) store() storedHead { return storedHead{h.kind, h.n, h.mean, h.unit} }

func (in *input) store() (st storedInput, err error) {
	st = storedInput{All: in.all, Texts: in.texts}
	for _, f := range in.fields {
		sf := storedField{Kind: uint8(f.kind), Mean: f.mean, Scale: f.scale, Missing: f.missing >= 0}
		for _, at := range f.codes {
			sf.Codes = append(sf.Codes, byte(1+at>>31)) // -1 becomes 0, all others 1
		}
		st.Fields = append(st.Fields, sf)
	}
	st.Set, err = in.set.MarshalBinary()
	return st, err
}

func (l *layer) store(weights bool) storedLayer {
	st := storedLayer{Rows: l.w.rows, Cols: l.w.cols, Own: l.own}
	if weights {
		b := matrix{1, l.w.cols, len(l.b), l.b}
		st.W, st.B = l.w.store(), b.store()
	}
	if l.low != nil {
		st.Rank, st.By, st.LowA, st.LowB = l.low.a.cols, l.low.scale, l.low.a.store(), l.low.b.store()
	}
	return st
}

func (w *matrix) store() []byte {
	b := make([]byte, 0, 4*w.rows*w.cols)
	for i := range w.rows {
		for _, x := range w.row(i)[:w.cols] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	return b
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
}

// decode reads what encode wrote.
func decode(b []byte, v any) error {
	if len(b) == 0 || b[0] != layoutVersion {
		return damaged("no layout %d", layoutVersion)
	}
	if err := cbor.Unmarshal(b[1:], v); err != nil {
		return damaged("%v", err)
	}
	return nil
}

// Unmarshal reads what MarshalBinary wrote, or returns ErrDamaged.
func Unmarshal(b []byte) (*Model, error) {
	var st stored
	if err := decode(b, &st); err != nil {
		return nil, err
	}
	m := &Model{tanh: st.Tanh, how: st.How, rooms: newRooms()}
	var err error
	if m.head, err = st.Head.head(); err != nil {
		return nil, err
	}
	if m.in, err = st.Input.input(); err != nil {
		return nil, err
	}
	if len(st.Base) > 0 {
		if len(st.Base) != sha256.Size {
			return nil, damaged("a digest of %d bytes", len(st.Base))
		}
		m.base = (*digest)(st.Base)
	}
	if err := m.how.check(); err != nil {
		return nil, err
	}
	if len(st.Layers) < 1 || len(st.Layers) > maxLayers {
		return nil, damaged("%d layers", len(st.Layers))
	}
	rows := m.in.nums + m.in.cols
	for i, sl := range st.Layers {
		l := layer{own: sl.Own}
		if sl.Rows != rows || sl.Cols < 1 || i == len(st.Layers)-1 && sl.Cols != m.head.outputs() {
			return nil, damaged("layer %d is %d by %d", i, sl.Rows, sl.Cols)
		}
		if err := sl.weights(&l); err != nil {
			return nil, err
		}
		if err := sl.adapter(&l); err != nil {
			return nil, err
		}
		if m.base == nil && (l.low != nil || l.own) {
			return nil, damaged("an adapter without a base")
		}
		rows, m.layers = sl.Cols, append(m.layers, l)
	}
	return m, nil
}

func (h how) check() error {
	if h.Epochs < 0 || h.Batch < 0 || h.Frozen < 0 || h.Generation < 0 || h.Best < 0 || h.Best > h.Epochs || h.Mode > Adapters || !(h.Rate >= 0 && h.Rate < 10) {
		return damaged("%d epochs, rate %v", h.Epochs, h.Rate)
	}
	return nil
}

func (st storedHead) head() (head, error) {
	h := head{st.Kind, st.N, st.Mean, st.Unit}
	switch {
	case h.kind > number || h.n < 1 || h.kind == number && h.n != 1:
	case h.kind == number && !(math.Abs(h.mean) < math.MaxFloat64 && h.unit > 0 && h.unit < math.MaxFloat64):
	default:
		return h, nil
	}
	return h, damaged("answers of kind %d, %d, %v, %v", h.kind, h.n, h.mean, h.unit)
}

func (st storedInput) input() (*input, error) {
	in := &input{all: st.All, texts: st.Texts}
	var err error
	if in.set, err = feature.UnmarshalSet(st.Set); err != nil {
		return nil, damaged("%v", err)
	}
	for j, sf := range st.Fields {
		f := field{kind: feature.Kind(sf.Kind), mean: sf.Mean, scale: sf.Scale, column: -1, missing: -1}
		if f.kind != feature.Number && f.kind != feature.Category || f.kind == feature.Number && len(sf.Codes) > 0 ||
			!(math.Abs(f.mean) <= math.MaxFloat32) || !(f.scale >= 0 && f.scale <= math.MaxFloat64) {
			return nil, damaged("field %d of kind %d, mean %v, scale %v", j, sf.Kind, f.mean, f.scale)
		}
		if sf.Missing {
			f.missing = 0
		}
		for _, has := range sf.Codes {
			if has > 1 {
				return nil, damaged("codes of field %d", j)
			}
			f.codes = append(f.codes, int32(has)-1)
		}
		in.fields = append(in.fields, f)
	}
	in.number()
	return in, nil
}

// weights reads a layer's own numbers.
func (st storedLayer) weights(l *layer) error {
	var err error
	if l.w, err = readMatrix(st.W, st.Rows, st.Cols); err != nil {
		return err
	}
	b, err := readMatrix(st.B, 1, st.Cols)
	l.b = b.v
	return err
}

// readMatrix reads numbers, all of which must be there and finite, before it takes
// memory for them.
func readMatrix(b []byte, rows, cols int) (matrix, error) {
	if rows < 0 || cols < 1 || cols > maxWidth || rows > len(b)/4/cols || len(b) != 4*rows*cols {
		return matrix{}, damaged("%d bytes of %d by %d numbers", len(b), rows, cols)
	}
	w := newMatrix(rows, cols)
	for i := range rows {
		row := w.row(i)
		for j := range cols {
			x := math.Float32frombits(binary.LittleEndian.Uint32(b))
			if b = b[4:]; missingNumber(x) {
				return matrix{}, damaged("a weight of %v", x)
			}
			row[j] = x
		}
	}
	return w, nil
}
