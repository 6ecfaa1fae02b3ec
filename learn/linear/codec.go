package linear

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"inkling/learn/feature"
)

// Weights are kept as 16-bit numbers, with a power of two for each feature.
// Fit rounds to them, so that a model is the same before and after it was
// stored, and half as large. The largest weight of a feature is thereby right to
// one part in 16,000, and no other one is off by more.
const (
	weightBits = 15
	most       = 1<<weightBits - 1
)

// round makes every weight a multiple of its feature's unit.
func (m *Model) round(ctx context.Context) error {
	wide := lanes(m.classes)
	for at := 0; at < len(m.w); at += wide {
		if at/wide%checkFeatures == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		w := m.w[at : at+m.classes]
		e := exponent(w)
		unit, units := math.Ldexp(1, e-weightBits), math.Ldexp(1, weightBits-e) // powers of two: products with them are exact
		for c, x := range w {
			// Next to 1.5 * 2^52 there are but whole numbers: the sum rounds, to even.
			q := float64(float64(x)*units) + 0x1.8p52 - 0x1.8p52
			w[c] = float32(max(-most, min(q, most)) * unit)
		}
	}
	return nil
}

// exponent returns the power of two that is above all weights.
func exponent(w []float32) int {
	top := uint32(0) // the bits of positive numbers are in their order
	for _, x := range w {
		top = max(top, math.Float32bits(x)&^(1<<31))
	}
	if top == 0 {
		return minExponent
	}
	_, e := math.Frexp(float64(math.Float32frombits(top)))
	return max(e, minExponent)
}

// Exponents fit into a byte; weights below the least count as 0.
const (
	minExponent = -100
	maxExponent = 27
)

// stored is a Model as it is kept.
type stored struct {
	C       float64 `cbor:"1,keyasint"`
	Bias    float64 `cbor:"2,keyasint"`
	Classes int     `cbor:"3,keyasint"`
	Epochs  int     `cbor:"4,keyasint"`
	Set     []byte  `cbor:"5,keyasint"`
	Units   []byte  `cbor:"6,keyasint"` // exponent of each feature, and of the constant
	Weights []byte  `cbor:"7,keyasint"` // 2 bytes each
	Chosen  int     `cbor:"8,keyasint,omitempty"`
	Prior   float64 `cbor:"9,keyasint,omitempty"`
	Mean    []byte  `cbor:"10,keyasint,omitempty"` // of the vector, 4 bytes each
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (m *Model) MarshalBinary() ([]byte, error) {
	set, err := m.set.MarshalBinary()
	if err != nil {
		return nil, err
	}
	st := stored{C: m.c, Bias: m.bias, Classes: m.classes, Epochs: m.epochs, Chosen: m.chosen, Prior: m.prior, Set: set,
		Units: make([]byte, 0, len(m.w)/lanes(m.classes)), Weights: make([]byte, 0, 2*len(m.w))}
	for at := 0; at < len(m.w); at += lanes(m.classes) {
		w := m.w[at : at+m.classes]
		e := exponent(w)
		if e > maxExponent {
			return nil, fmt.Errorf("linear: a weight of 2^%d", e)
		}
		st.Units = append(st.Units, byte(int8(e)))
		for _, x := range w {
			q := int16(math.Ldexp(float64(x), weightBits-e))
			st.Weights = binary.LittleEndian.AppendUint16(st.Weights, uint16(q))
		}
	}
	for _, x := range m.mean {
		st.Mean = binary.LittleEndian.AppendUint32(st.Mean, math.Float32bits(x))
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(st)
}

// Unmarshal reads what MarshalBinary wrote, or returns ErrDamaged.
func Unmarshal(b []byte) (*Model, error) {
	var st stored
	if err := cbor.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	set, err := feature.UnmarshalSet(st.Set)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	n := set.Len() + len(st.Mean)/4 + 1
	switch {
	case st.Classes < 1 || st.Classes > len(st.Weights) || len(st.Units) != n || len(st.Weights) != 2*n*st.Classes:
		return nil, fmt.Errorf("%w: %d features, %d classes, %d bytes of weights", ErrDamaged, n, st.Classes, len(st.Weights))
	case !(st.C > 0 && st.C <= 1e12) || !(st.Bias >= 0 && st.Bias <= 1e6) || st.Epochs < 0 || st.Chosen < 0 || !(st.Prior >= 0 && st.Prior <= 1e3):
		return nil, fmt.Errorf("%w: C %v, bias %v", ErrDamaged, st.C, st.Bias)
	}
	mean, err := means(st.Mean)
	if err != nil {
		return nil, err
	}
	m := &Model{mean: mean, c: st.C, bias: st.Bias, classes: st.Classes, epochs: st.Epochs, chosen: st.Chosen, prior: st.Prior, set: set, w: make([]float32, n*lanes(st.Classes))}
	for f := range n {
		e := int(int8(st.Units[f]))
		if e < minExponent || e > maxExponent {
			return nil, fmt.Errorf("%w: a weight of 2^%d", ErrDamaged, e)
		}
		unit, w := math.Ldexp(1, e-weightBits), m.w[f*lanes(st.Classes):]
		for c := range st.Classes {
			q := int16(binary.LittleEndian.Uint16(st.Weights[2*(f*st.Classes+c):]))
			w[c] = float32(float64(q) * unit)
		}
	}
	m.finish()
	return m, nil
}

// means reads the means of a vector.
func means(b []byte) ([]float32, error) {
	if len(b)%4 != 0 {
		return nil, fmt.Errorf("%w: %d bytes of means", ErrDamaged, len(b))
	}
	var mean []float32
	for ; len(b) > 0; b = b[4:] {
		x := math.Float32frombits(binary.LittleEndian.Uint32(b))
		if !(x > -1e9 && x < 1e9) {
			return nil, fmt.Errorf("%w: mean %v", ErrDamaged, x)
		}
		mean = append(mean, x)
	}
	return mean, nil
}
