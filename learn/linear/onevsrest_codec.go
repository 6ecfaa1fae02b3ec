package linear

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"
)

// storedLogistic is a OneVsRest as it is kept.
type storedLogistic struct {
	Layout  storedLayout `cbor:"1,keyasint"`
	C       float64      `cbor:"2,keyasint"`
	Chosen  int          `cbor:"3,keyasint,omitempty"`
	Classes int          `cbor:"4,keyasint"`
	Sets    bool         `cbor:"5,keyasint,omitempty"`
	Rounds  int          `cbor:"6,keyasint"`
	Base    []byte       `cbor:"7,keyasint"` // 8 bytes each
	Weights []byte       `cbor:"8,keyasint"` // 8 bytes each
}

// MarshalBinary writes the model: the same one always as the same bytes.
func (m *OneVsRest) MarshalBinary() ([]byte, error) {
	l, err := m.layout.store()
	if err != nil {
		return nil, err
	}
	return encode(storedLogistic{l, m.c, m.chosen, m.classes, m.sets, m.rounds, storeWeights(m.base), storeWeights(m.w)})
}

// UnmarshalOneVsRest reads what MarshalBinary wrote, or returns ErrDamaged.
func UnmarshalOneVsRest(b []byte) (*OneVsRest, error) {
	var st storedLogistic
	if err := cbor.Unmarshal(b, &st); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	l, err := st.Layout.load()
	if err != nil {
		return nil, err
	}
	if st.Classes < 1 || st.Classes > max(2, len(st.Base)) || !(st.C > 0 && st.C <= 1e12) || st.Rounds < 0 || st.Chosen < 0 {
		return nil, fmt.Errorf("%w: %d classes, C %v", ErrDamaged, st.Classes, st.C)
	}
	m := &OneVsRest{c: st.C, chosen: st.Chosen, classes: st.Classes, sets: st.Sets, rounds: st.Rounds, layout: l}
	k := models(st.Classes, st.Sets)
	if m.base, err = loadWeights(st.Base, k); err != nil {
		return nil, err
	}
	if m.w, err = loadWeights(st.Weights, k*l.width); err != nil {
		return nil, err
	}
	return m, nil
}
