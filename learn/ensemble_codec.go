package learn

import (
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// storedEnsemble is an ensemble as it is kept: its members are whole models.
type storedEnsemble struct {
	Tells  tells     `cbor:"1,keyasint"`
	Names  []string  `cbor:"2,keyasint"`
	Models [][]byte  `cbor:"3,keyasint"`
	Weight []float64 `cbor:"4,keyasint"`
	Bias   []float64 `cbor:"5,keyasint,omitempty"`
	Rows   int       `cbor:"6,keyasint"`
	Set    string    `cbor:"7,keyasint,omitempty"`
}

// MarshalBinary writes the ensemble with all its members.
func (e *ensemble) MarshalBinary() ([]byte, error) {
	if len(e.members) == 0 {
		return nil, fmt.Errorf("%w: not fitted", ErrNoModel)
	}
	st := storedEnsemble{Tells: e.tells, Weight: e.weight, Bias: e.bias, Rows: e.rows, Set: e.set}
	for _, m := range e.members {
		b, err := m.MarshalBinary()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name(), err)
		}
		st.Names, st.Models = append(st.Names, m.Name()), append(st.Models, b)
	}
	return encoding.Marshal(st)
}

// unmarshalEnsemble reads what MarshalBinary wrote, or returns ErrDamaged.
func unmarshalEnsemble(name string, b []byte) (Model, error) {
	bad := func(format string, args ...any) (Model, error) {
		return nil, fmt.Errorf("%w: "+format, append([]any{ErrDamaged}, args...)...)
	}
	var st storedEnsemble
	if err := cbor.Unmarshal(b, &st); err != nil {
		return bad("%v", err)
	}
	n := len(st.Names)
	if n == 0 || n > mostMembers || len(st.Models) != n || len(st.Weight) != n || st.Rows < 0 {
		return bad("%d names, %d models, %d weights", n, len(st.Models), len(st.Weight))
	}
	if st.Tells != tellsClasses && st.Tells != tellsSets && st.Tells != tellsNumbers {
		return bad("tells %d", st.Tells)
	}
	e := &ensemble{name: name, tells: st.Tells, weight: st.Weight, bias: st.Bias, rows: st.Rows, set: st.Set}
	for i, member := range st.Names {
		if member == Vote || member == Stack {
			return bad("%s as a member", member)
		}
		m, err := loadModel(member, st.Models[i])
		if err != nil {
			return bad("%s: %v", member, err)
		}
		if m.Classes() == 0 || m.Classes() != e.Classes() && i > 0 {
			return bad("%s: %d classes", member, m.Classes())
		}
		if w := st.Weight[i]; !(w >= 0 && w <= 1e6) {
			return bad("%s: weight %v", member, w)
		}
		e.members = append(e.members, m)
	}
	if len(st.Bias) != 0 && len(st.Bias) != e.Classes() {
		return bad("%d biases for %d classes", len(st.Bias), e.Classes())
	}
	for _, x := range st.Bias {
		if !label.Finite(x) || x > 1e12 || x < -1e12 {
			return bad("bias %v", x)
		}
	}
	return e, nil
}
