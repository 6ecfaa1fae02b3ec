package neural

import (
	"context"
	"crypto/sha256"
	"fmt"
)

// storedAdapter is what a model with adapters has beside its base.
type storedAdapter struct {
	Base   []byte        `cbor:"1,keyasint"`
	Head   storedHead    `cbor:"2,keyasint"`
	How    how           `cbor:"3,keyasint"`
	Layers []storedLayer `cbor:"4,keyasint"`
}

// MarshalAdapter writes the low-rank adapters alone, and the digest of the model that
// they stand on. UnmarshalAdapter reads them.
func (m *Model) MarshalAdapter() ([]byte, error) {
	if m.base == nil {
		return nil, fmt.Errorf("%w: no adapters", ErrOptions)
	}
	st := storedAdapter{Base: m.base[:], Head: m.head.store(), How: m.how}
	for i := range m.layers {
		st.Layers = append(st.Layers, m.layers[i].store(m.layers[i].own))
	}
	return encode(st)
}

// UnmarshalAdapter reads what MarshalAdapter wrote, to stand on a model: ErrBase
// where that is another one than it stood on, ErrDamaged where it cannot be read. The
// base's weights are shared, not copied.
func UnmarshalAdapter(b []byte, base *Model) (*Model, error) {
	var st storedAdapter
	if err := decode(b, &st); err != nil {
		return nil, err
	}
	is, err := base.digest(context.Background())
	if err != nil {
		return nil, err
	}
	if len(st.Base) != sha256.Size {
		return nil, damaged("a digest of %d bytes", len(st.Base))
	}
	if digest(st.Base) != is {
		return nil, fmt.Errorf("%w: it stands on %v, not on %v", ErrBase, digest(st.Base), is)
	}
	m := &Model{in: base.in, tanh: base.tanh, how: st.How, base: &is, rooms: newRooms()}
	if m.head, err = st.Head.head(); err != nil {
		return nil, err
	}
	if err := m.how.check(); err != nil {
		return nil, err
	}
	if len(st.Layers) != len(base.layers) {
		return nil, damaged("%d layers on %d", len(st.Layers), len(base.layers))
	}
	for i, sl := range st.Layers {
		was := base.layers[i]
		l := layer{w: was.w, b: was.b, own: sl.Own}
		last := i == len(base.layers)-1
		if sl.Rows != l.w.rows || !sl.Own && sl.Cols != l.w.cols || sl.Own && !last || last && sl.Cols != m.head.outputs() {
			return nil, damaged("layer %d is %d by %d", i, sl.Rows, sl.Cols)
		}
		if sl.Own {
			if err := sl.weights(&l); err != nil {
				return nil, err
			}
		}
		if err := sl.adapter(&l); err != nil {
			return nil, err
		}
		m.layers = append(m.layers, l)
	}
	return m, nil
}

// adapter reads a layer's low-rank weights, if it has any.
func (st storedLayer) adapter(l *layer) error {
	if st.Rank == 0 {
		return nil
	}
	low := &lowRank{scale: st.By}
	var err error
	if low.a, err = readMatrix(st.LowA, st.Rows, st.Rank); err != nil {
		return err
	}
	if low.b, err = readMatrix(st.LowB, st.Rank, st.Cols); err != nil {
		return err
	}
	l.low = low
	return nil
}
