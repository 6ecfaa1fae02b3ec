package learn

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
	"inkling/learn/calibrate"
)

// A snapshot's file is a line that names it, a byte with the version of its
// layout, a CBOR map, and the first 8 bytes of the SHA-256 of all before them.
// The run that made it is not in it, so that the same learning gives the same
// bytes. Layout 1 has no more than a model of classes; 2 adds what changes what
// it tells, which a reader of layout 1 would pass over without a word; 3 the name of
// the representation that it reads, which is kept apart, as many models share it.
// Each file has the lowest layout that holds it.
const (
	magic         = "inkling model\n"
	layoutVersion = 3
	sumBytes      = 8
)

// maxModel bounds what UnmarshalSnapshot will look at.
const maxModel = 1 << 30

// stored is the body of a snapshot's file.
type stored struct {
	Labels []label.Label `cbor:"1,keyasint"`
	Unseen []bool        `cbor:"2,keyasint"`
	Space  []byte        `cbor:"3,keyasint"`
	Name   string        `cbor:"4,keyasint"`
	Model  []byte        `cbor:"5,keyasint"`
	// What follows is of layout 2, and is left out where there is none, so that
	// files without it are the same as before.
	Calibration []byte      `cbor:"6,keyasint,omitempty"`
	Factor      []float64   `cbor:"7,keyasint,omitempty"` // of the rule that tells the class
	Costs       [][]float64 `cbor:"8,keyasint,omitempty"`
	Kind        label.Kind  `cbor:"9,keyasint,omitempty"` // 0 for Classes
	// Of layout 3.
	Representation string `cbor:"10,keyasint,omitempty"` // its hash
}

// MarshalBinary writes the snapshot, without the number of its run. The same
// snapshot always gives the same bytes, on every machine.
func (s *Snapshot) MarshalBinary() ([]byte, error) {
	space, err := s.space.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("write features: %w", err)
	}
	model, err := s.model.MarshalBinary()
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", s.model.Name(), err)
	}
	st := stored{Labels: s.labels, Unseen: s.unseen, Space: space, Name: s.model.Name(), Model: model}
	if st.Calibration, err = s.calibration.MarshalBinary(); err != nil {
		return nil, fmt.Errorf("write the calibration: %w", err)
	}
	if s.rule != nil {
		st.Factor, st.Costs = s.rule.factor, s.rule.costs
	}
	if s.kind != label.Classes {
		st.Kind = s.kind
	}
	st.Representation = s.representation()
	body, err := encoding.Marshal(st)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(magic)+1+len(body)+sumBytes)
	b = append(append(append(b, magic...), st.layout()), body...)
	sum := sha256.Sum256(b)
	return append(b, sum[:sumBytes]...), nil
}

// representation names the representation that the model reads; "" for none.
func (s *Snapshot) representation() string {
	if !readsVector(s.model) {
		return ""
	}
	return s.space.repHash()
}

// layout returns the lowest layout that holds all there is.
func (st stored) layout() byte {
	if st.Representation != "" {
		return layoutVersion
	}
	if st.Calibration != nil || st.Factor != nil || st.Costs != nil || st.Kind != 0 {
		return 2
	}
	return 1
}

// UnmarshalSnapshot reads what MarshalBinary wrote. ErrFormat, ErrVersion and
// ErrDamaged say why it cannot. A snapshot that reads a representation cannot be read
// without it: see Load.
func UnmarshalSnapshot(b []byte) (*Snapshot, error) {
	return unmarshalSnapshot(b, func(hash string) (*representation, error) {
		return nil, fmt.Errorf("%w: the representation %s is kept apart from the model", ErrDamaged, hash)
	})
}

// unmarshalSnapshot is UnmarshalSnapshot with a way to find representations.
func unmarshalSnapshot(b []byte, find func(hash string) (*representation, error)) (*Snapshot, error) {
	if len(b) > maxModel {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(b))
	}
	if !bytes.HasPrefix(b, []byte(magic)) {
		return nil, ErrFormat
	}
	if len(b) < len(magic)+1+sumBytes {
		return nil, fmt.Errorf("%w: cut short", ErrDamaged)
	}
	switch v := b[len(magic)]; {
	case v > layoutVersion:
		return nil, fmt.Errorf("%w: layout %d, this program reads %d", ErrVersion, v, layoutVersion)
	case v == 0:
		return nil, fmt.Errorf("%w: layout %d", ErrDamaged, v)
	}
	end := len(b) - sumBytes
	if sum := sha256.Sum256(b[:end]); !bytes.Equal(sum[:sumBytes], b[end:]) {
		return nil, fmt.Errorf("%w: checksum", ErrDamaged)
	}
	var st stored
	if err := cbor.Unmarshal(b[len(magic)+1:end], &st); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	return st.snapshot(find)
}

func (st stored) snapshot(find func(hash string) (*representation, error)) (*Snapshot, error) {
	space, err := unmarshalSpace(st.Space)
	if err != nil {
		return nil, fmt.Errorf("%w: features: %v", ErrDamaged, err)
	}
	m, err := loadModel(st.Name, st.Model)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, st.Name, err)
	}
	if st.Representation != "" {
		r, err := find(st.Representation)
		if err != nil {
			return nil, err
		}
		if n := vectorOf(m); n != r.Dim() {
			return nil, fmt.Errorf("%w: %s reads representations of %d numbers, there are %d", ErrDamaged, st.Name, n, r.Dim())
		}
		space = space.with(r)
	}
	out := &Snapshot{kind: st.Kind, labels: st.Labels, unseen: st.Unseen, space: space, model: m}
	if st.Kind == 0 {
		out.kind = label.Classes
	}
	n := m.Classes()
	if out.kind == label.Number && (n != 1 || len(st.Labels)+len(st.Unseen) > 0) || out.kind != label.Number && (n == 0 || n != len(st.Labels) || n != len(st.Unseen)) {
		return nil, fmt.Errorf("%w: %d classes, %d labels", ErrDamaged, n, len(st.Labels))
	}
	if out.calibration, err = calibrate.Unmarshal(st.Calibration); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	out.rule, err = st.rule(n)
	return out, err
}

// rule returns the rule that is kept, for so many classes.
func (st stored) rule(n int) (*rule, error) {
	switch {
	case st.Factor == nil && st.Costs == nil:
		return nil, nil
	case st.Factor != nil && len(st.Factor) != n, st.Costs != nil && !square(st.Costs, n):
		return nil, fmt.Errorf("%w: a decision rule for other than %d classes", ErrDamaged, n)
	}
	for _, f := range st.Factor {
		if !(f > 0 && label.Finite(f)) {
			return nil, fmt.Errorf("%w: decision rule: factor %v", ErrDamaged, f)
		}
	}
	return &rule{factor: st.Factor, costs: st.Costs}, nil
}
