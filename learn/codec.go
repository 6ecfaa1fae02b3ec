package learn

import (
	"bytes"
	"crypto/sha256"
	"fmt"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// A snapshot's file is a line that names it, a byte with the version of its
// layout, a CBOR map, and the first 8 bytes of the SHA-256 of all before them.
// The run that made it is not in it, so that the same learning gives the same
// bytes.
const (
	magic         = "inkling model\n"
	layoutVersion = 1
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
	// 6 is kept for the calibration of probabilities.
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
	body, err := encoding.Marshal(stored{Labels: s.labels, Unseen: s.unseen, Space: space, Name: s.model.Name(), Model: model})
	if err != nil {
		return nil, err
	}
	b := make([]byte, 0, len(magic)+1+len(body)+sumBytes)
	b = append(append(append(b, magic...), layoutVersion), body...)
	sum := sha256.Sum256(b)
	return append(b, sum[:sumBytes]...), nil
}

// UnmarshalSnapshot reads what MarshalBinary wrote. ErrFormat, ErrVersion and
// ErrDamaged say why it cannot.
func UnmarshalSnapshot(b []byte) (*Snapshot, error) {
	if len(b) > maxModel {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(b))
	}
	if !bytes.HasPrefix(b, []byte(magic)) {
		return nil, ErrFormat
	}
	if len(b) < len(magic)+1+sumBytes {
		return nil, fmt.Errorf("%w: cut short", ErrDamaged)
	}
	if v := b[len(magic)]; v != layoutVersion {
		if v > layoutVersion {
			return nil, fmt.Errorf("%w: layout %d, this program reads %d", ErrVersion, v, layoutVersion)
		}
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
	return st.snapshot()
}

func (st stored) snapshot() (*Snapshot, error) {
	space, err := unmarshalSpace(st.Space)
	if err != nil {
		return nil, fmt.Errorf("%w: features: %v", ErrDamaged, err)
	}
	m, err := loadModel(st.Name, st.Model)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, st.Name, err)
	}
	if n := m.Classes(); n == 0 || n != len(st.Labels) || n != len(st.Unseen) {
		return nil, fmt.Errorf("%w: %d classes, %d labels", ErrDamaged, n, len(st.Labels))
	}
	return &Snapshot{labels: st.Labels, unseen: st.Unseen, space: space, model: m}, nil
}
