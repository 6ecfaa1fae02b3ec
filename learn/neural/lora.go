package neural

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// lowRank is weights of a layer beside its own: W + scale A B, where A has a row for
// each input and B one for each of a few directions (Hu et al., 2021; the paper
// writes the product the other way round, because there inputs are columns).
type lowRank struct {
	a, b  matrix
	scale float32 // alpha / rank
}

// times adds the rows, multiplied by scale A B, to z, and leaves the rows times scale
// A in u, which must be zeros.
func (l *lowRank) times(o *operand, u, z []float32) {
	o.times(&l.a, u)
	for i := range u {
		u[i] *= l.scale
	}
	in := operand{n: o.n, x: u, ld: l.a.stride, dense: l.a.cols}
	in.times(&l.b, z)
}

// digest names a model by its content.
type digest [sha256.Size]byte

func (d digest) String() string { return hex.EncodeToString(d[:]) }

// Adapter is the size of a model's low-rank adapters.
type Adapter struct {
	Rank       int // the largest of the layers
	Parameters int // of the adapters and of layers that were trained whole beside them
	Bytes      int // of those parameters
	Base       string
}

// Adapter returns the size of the low-rank adapters, and whether there are any.
func (m *Model) Adapter() (Adapter, bool) {
	if m.base == nil {
		return Adapter{}, false
	}
	a := Adapter{Base: m.base.String()}
	for _, l := range m.layers {
		if l.low != nil {
			a.Rank = max(a.Rank, l.low.a.cols)
			a.Parameters += l.low.a.rows*l.low.a.cols + l.low.b.rows*l.low.b.cols
		}
		if l.own {
			a.Parameters += (l.w.rows + 1) * l.w.cols
		}
	}
	a.Bytes = 4 * a.Parameters
	return a, true
}

// Digest names the model by its content: two models with the same digest are the same
// model.
func (m *Model) Digest() (string, error) {
	d, err := m.digest(context.Background())
	return d.String(), err
}

// digest hashes what MarshalBinary would write, part by part, so that large models do
// not keep a cancelled fit waiting.
func (m *Model) digest(ctx context.Context) (d digest, err error) {
	st, err := m.store(false)
	if err != nil {
		return d, err
	}
	b, err := encode(st)
	if err != nil {
		return d, err
	}
	h := sha256.New()
	h.Write(b)
	for i := range m.layers {
		l := &m.layers[i]
		for from := 0; from < l.w.rows; from += checkRows {
			if ctx.Err() != nil {
				return d, ctx.Err()
			}
			part := l.w
			part.rows = min(checkRows, l.w.rows-from)
			part.v = l.w.v[from*l.w.stride:]
			h.Write(part.store())
		}
		bias := matrix{1, l.w.cols, len(l.b), l.b}
		h.Write(bias.store())
	}
	return digest(h.Sum(nil)), nil
}

// Merge returns a model without adapters that says the same, but for rounding.
func (m *Model) Merge() *Model {
	if m.base == nil {
		return m
	}
	out := *m
	out.base, out.rooms = nil, newRooms()
	out.layers = make([]layer, len(m.layers))
	for i, l := range m.layers {
		out.layers[i] = layer{w: l.merged(), b: l.b}
	}
	return &out
}

// merged returns a layer's weights and its adapter's in one.
func (l *layer) merged() matrix {
	if l.low == nil {
		return l.w
	}
	w := newMatrix(l.w.rows, l.w.cols)
	copy(w.v, l.w.v)
	u := make([]float32, l.low.a.stride)
	for i := range w.rows {
		for j, x := range l.low.a.row(i) {
			u[j] = x * l.low.scale
		}
		o := operand{n: 1, x: u, ld: len(u), dense: l.low.a.cols}
		o.times(&l.low.b, w.row(i))
	}
	return w
}
