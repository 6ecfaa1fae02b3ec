package learn

import "fmt"

// Load reads the model that a run made. ErrNoModel says that it is not, or no
// longer, in the project; ErrFormat, ErrVersion and ErrDamaged that it cannot
// be used.
func Load(p Archive, run uint64) (*Snapshot, error) {
	b, err := p.Model(run)
	if err != nil {
		return nil, fmt.Errorf("model %d: %w", run, err)
	}
	if b == nil {
		return nil, fmt.Errorf("%w: run %d; only the last few are kept", ErrNoModel, run)
	}
	s, err := unmarshalSnapshot(b, func(hash string) (*representation, error) { return keptRepresentation(p, hash) })
	if err != nil {
		return nil, fmt.Errorf("model %d: %w", run, err)
	}
	s.version = run
	return s, nil
}
