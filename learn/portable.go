package learn

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"inkling/label"
)

// Portable is a model by itself, with all that it needs to be of use where its
// project is not: what it reads by name and role, what it tells, and how it was
// made.
type Portable struct {
	Name     string         // of the project that it comes from
	Kind     label.Kind     // of answers
	Columns  []label.Column // that it reads
	Run      Run            // that made it, with the number that it had there
	Program  string         // version of the program that wrote it
	Snapshot *Snapshot      // of items whose fields are Columns, in this order
}

// A portable file is a line that names it, a byte with the version of its
// layout, a CBOR map, and the SHA-256 of all before it. The snapshot in it is the
// file of a Snapshot, so that layouts of models are versioned in one place only.
const (
	portableMagic   = "inkling portable model\n"
	portableVersion = 2 // 1 where there is no representation
)

// portableBody is the map of a portable file.
type portableBody struct {
	Name     string         `cbor:"1,keyasint"`
	Kind     label.Kind     `cbor:"2,keyasint"`
	Columns  []label.Column `cbor:"3,keyasint"`
	Run      []byte         `cbor:"4,keyasint"` // as a project keeps it
	Snapshot []byte         `cbor:"5,keyasint"`
	Program  string         `cbor:"6,keyasint,omitempty"`

	Representation []byte `cbor:"7,keyasint,omitempty"` // that the snapshot reads
}

// NewPortable takes a snapshot out of the project that a task describes.
func NewPortable(t label.Task, r Run, s *Snapshot, program string) (*Portable, error) {
	p := &Portable{Name: t.Name, Kind: t.Kind, Run: r, Program: program}
	to := make([]int, len(s.space.columns))
	for i, c := range s.space.columns {
		if c >= len(t.Columns) {
			return nil, fmt.Errorf("%w: run %d reads column %d of %d", ErrDamaged, r.ID, c+1, len(t.Columns))
		}
		to[i] = i
		p.Columns = append(p.Columns, t.Columns[c])
	}
	var err error
	if p.Snapshot, err = s.reading(to); err != nil {
		return nil, err
	}
	return p, nil
}

// Task describes what the model was made for, enough to read items for it.
func (p *Portable) Task() label.Task {
	return label.Task{Name: p.Name, Kind: p.Kind, Labels: p.Snapshot.labels, Columns: p.Columns, Clean: p.Snapshot.space.clean.String()}
}

// MarshalBinary writes the file. The same model always gives the same bytes.
func (p *Portable) MarshalBinary() ([]byte, error) {
	run, err := MarshalRun(p.Run)
	if err != nil {
		return nil, err
	}
	snap, err := p.Snapshot.MarshalBinary()
	if err != nil {
		return nil, err
	}
	st, version := portableBody{Name: p.Name, Kind: p.Kind, Columns: p.Columns, Run: run, Snapshot: snap, Program: p.Program}, byte(1)
	if p.Snapshot.representation() != "" {
		version = portableVersion
		if st.Representation, err = p.Snapshot.space.rep.MarshalBinary(); err != nil {
			return nil, fmt.Errorf("write the representation: %w", err)
		}
	}
	body, err := encoding.Marshal(st)
	if err != nil {
		return nil, err
	}
	b := slices.Concat([]byte(portableMagic), []byte{version}, body)
	sum := sha256.Sum256(b)
	return append(b, sum[:]...), nil
}

// UnmarshalPortable reads what MarshalBinary wrote. ErrFormat, ErrVersion and
// ErrDamaged say why it cannot.
func UnmarshalPortable(b []byte) (*Portable, error) {
	if !IsPortable(b) {
		return nil, ErrFormat
	}
	if len(b) > maxModel {
		return nil, fmt.Errorf("%w: %d bytes", ErrFormat, len(b))
	}
	head := len(portableMagic)
	if len(b) < head+1+sha256.Size {
		return nil, fmt.Errorf("%w: cut short", ErrDamaged)
	}
	end := len(b) - sha256.Size
	// Before the version: a version that is damaged is no newer one.
	if sum := sha256.Sum256(b[:end]); !bytes.Equal(sum[:], b[end:]) {
		return nil, fmt.Errorf("%w: checksum", ErrDamaged)
	}
	switch v := b[head]; {
	case v > portableVersion:
		return nil, fmt.Errorf("%w: layout %d, this program reads %d", ErrVersion, v, portableVersion)
	case v == 0:
		return nil, fmt.Errorf("%w: layout 0", ErrDamaged)
	}
	var body portableBody
	if err := cbor.Unmarshal(b[head+1:end], &body); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	return body.portable()
}

// IsPortable reports whether a file that begins like this says that it is a
// portable model.
func IsPortable(b []byte) bool { return bytes.HasPrefix(b, []byte(portableMagic)) }

func (b portableBody) portable() (*Portable, error) {
	run, err := UnmarshalRun(b.Run)
	if err != nil {
		return nil, err
	}
	snap, err := unmarshalSnapshot(b.Snapshot, func(hash string) (*representation, error) {
		r, err := readRepresentation(b.Representation)
		if err == nil && r.hash != hash {
			err = fmt.Errorf("%w: a representation of another name", ErrDamaged)
		}
		return r, err
	})
	if err != nil {
		return nil, err
	}
	if snap.kind != b.Kind {
		return nil, fmt.Errorf("%w: a model for %s, said to be for %s", ErrDamaged, snap.kind, b.Kind)
	}
	snap.version = run.ID
	p := &Portable{Name: b.Name, Kind: b.Kind, Columns: b.Columns, Run: run, Program: b.Program, Snapshot: snap}
	for i, c := range snap.space.columns {
		if c != i {
			return nil, fmt.Errorf("%w: columns %v", ErrDamaged, snap.space.columns)
		}
	}
	if len(b.Columns) != len(snap.space.columns) {
		return nil, fmt.Errorf("%w: %d names for %d columns", ErrDamaged, len(b.Columns), len(snap.space.columns))
	}
	if err := p.Task().Validate(); err != nil {
		return nil, fmt.Errorf("%w: %v", ErrDamaged, err)
	}
	if !snap.space.suits(p.Task()) {
		return nil, fmt.Errorf("%w: columns have other roles than the model reads", ErrDamaged)
	}
	return p, nil
}

// reading returns the snapshot for items that have what it reads in other
// columns: its i-th in columns[i].
func (s *Snapshot) reading(columns []int) (*Snapshot, error) {
	if slices.Equal(columns, s.space.columns) {
		return s, nil
	}
	sp := *s.space
	sp.columns = columns
	if err := sp.finish(); err != nil {
		return nil, err
	}
	out := *s
	out.space = &sp
	return &out, nil
}
