package calibrate

import (
	"errors"
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// ErrDamaged says that bytes are no map.
var ErrDamaged = errors.New("calibrate: damaged")

// Bounds of what is read.
const (
	maxClasses = 1 << 20
	maxSteps   = 1 << 24
)

// stored is a Map as it is kept.
type stored struct {
	Kind    Kind        `cbor:"1,keyasint"`
	Classes int         `cbor:"2,keyasint,omitempty"`
	Beta    float64     `cbor:"3,keyasint,omitempty"`
	Slope   []float64   `cbor:"4,keyasint,omitempty"`
	Shift   []float64   `cbor:"5,keyasint,omitempty"`
	X       [][]float64 `cbor:"6,keyasint,omitempty"`
	Y       [][]float64 `cbor:"7,keyasint,omitempty"`
}

// MarshalBinary writes the map: the same one always as the same bytes. The nil
// Map has none.
func (m *Map) MarshalBinary() ([]byte, error) {
	if m.Kind() == Identity {
		return nil, nil
	}
	st := stored{Kind: m.kind, Classes: m.classes, Beta: m.beta, Slope: m.slope, Shift: m.shift}
	for _, s := range m.stairs {
		st.X, st.Y = append(st.X, s.x), append(st.Y, s.y)
	}
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		return nil, err
	}
	return mode.Marshal(st)
}

// Unmarshal reads what MarshalBinary wrote, or returns ErrDamaged.
func Unmarshal(b []byte) (*Map, error) {
	if len(b) == 0 {
		return nil, nil
	}
	var st stored
	if err := cbor.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if err := st.check(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	m := &Map{kind: st.Kind, classes: st.Classes, beta: st.Beta, slope: st.Slope, shift: st.Shift}
	for c := range st.X {
		m.stairs = append(m.stairs, stairs{st.X[c], st.Y[c]})
	}
	return m, nil
}

// check reports what of a map cannot be.
func (st stored) check() error {
	if st.Classes < 0 || st.Classes > maxClasses {
		return fmt.Errorf("%d classes", st.Classes)
	}
	switch st.Kind {
	case Temperature:
		if !(st.Beta >= betaLow && st.Beta <= betaHigh) || st.Classes != 0 {
			return fmt.Errorf("temperature: %v for %d classes", st.Beta, st.Classes)
		}
	case Sigmoid:
		if st.Classes < 2 || len(st.Slope) != st.Classes || len(st.Shift) != st.Classes {
			return fmt.Errorf("sigmoid: %d and %d numbers for %d classes", len(st.Slope), len(st.Shift), st.Classes)
		}
		for k := range st.Slope {
			if !within(st.Slope[k], -1e6, 1e6) || !within(st.Shift[k], -1e6, 1e6) {
				return fmt.Errorf("sigmoid: class %d: %v, %v", k, st.Slope[k], st.Shift[k])
			}
		}
	case Isotonic:
		if st.Classes < 2 || len(st.X) != st.Classes || len(st.Y) != st.Classes {
			return fmt.Errorf("isotonic: %d and %d functions for %d classes", len(st.X), len(st.Y), st.Classes)
		}
		for k, x := range st.X {
			if len(x) == 0 || len(x) != len(st.Y[k]) || len(x) > maxSteps {
				return fmt.Errorf("isotonic: class %d: %d places, %d levels", k, len(x), len(st.Y[k]))
			}
			for j, y := range st.Y[k] {
				if !within(x[j], 0, 1) || !(y > 0 && y < 1) || j > 0 && !(x[j] > x[j-1] && y >= st.Y[k][j-1]) {
					return fmt.Errorf("isotonic: class %d: level %v at %v", k, y, x[j])
				}
			}
		}
	default:
		return fmt.Errorf("kind %d", st.Kind)
	}
	return nil
}

func within(x, low, high float64) bool { return x >= low && x <= high }
