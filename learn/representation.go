package learn

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"inkling/label"
	"inkling/learn/feature"
	"inkling/learn/represent"
)

// representation is a representation that was learned from a project's texts, with
// the name by which models refer to it. It never changes.
type representation struct {
	*represent.Representation
	hash     string // of the bytes that it is kept as, in hexadecimal digits
	size     int    // bytes
	encoders sync.Pool
}

// representationName is the state that keeps the representation with this hash.
func representationName(hash string) string { return "representation-" + hash }

// newRepresentation names what was learned, and returns it with the bytes to keep.
func newRepresentation(r *represent.Representation) (*representation, []byte, error) {
	b, err := r.MarshalBinary()
	if err != nil {
		return nil, nil, fmt.Errorf("write the representation: %w", err)
	}
	return &representation{Representation: r, hash: representationHash(b), size: len(b)}, b, nil
}

// readRepresentation reads what newRepresentation returned.
func readRepresentation(b []byte) (*representation, error) {
	r, err := represent.Unmarshal(b)
	if err != nil {
		return nil, fmt.Errorf("%w: representation: %w", ErrDamaged, err)
	}
	return &representation{Representation: r, hash: representationHash(b), size: len(b)}, nil
}

func representationHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// keptRepresentation reads the one with this hash out of a project.
func keptRepresentation(p Archive, hash string) (*representation, error) {
	b, err := p.State(representationName(hash))
	if err != nil {
		return nil, fmt.Errorf("representation %s: %w", hash, err)
	}
	if b == nil {
		return nil, fmt.Errorf("%w: representation %s is not in the project", ErrDamaged, hash)
	}
	r, err := readRepresentation(b)
	if err == nil && r.hash != hash {
		err = fmt.Errorf("%w: representation %s: checksum", ErrDamaged, hash)
	}
	return r, err
}

// encoder returns what makes vectors, for one goroutine; give it back with release.
func (r *representation) encoder() *represent.Encoder {
	if e, ok := r.encoders.Get().(*represent.Encoder); ok {
		return e
	}
	return r.Encoder()
}

func (r *representation) release(e *represent.Encoder) { r.encoders.Put(e) }

// readsVector reports whether a model, or a member of it, reads representations.
func readsVector(m Model) bool { return vectorOf(m) > 0 }

// vectorOf is the length of the representations that a model reads; 0 for none.
func vectorOf(m Model) int {
	if v, ok := m.(interface{ vector() int }); ok {
		return v.vector()
	}
	return 0
}

// sample is the items that a representation is learned from.
type sample struct {
	from Reader
	s    *space
	nums []uint64
}

// newSample draws items as fitSpace does: those that come first by their ids.
func newSample(ctx context.Context, p Reader, s *space, most int) (*sample, error) {
	out := &sample{from: p, s: s}
	_, err := p.Walk(label.ID{}, most, func(num uint64, _ label.ID) bool {
		out.nums = append(out.nums, num)
		return ctx.Err() == nil
	})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("draw items: %w", err)
	}
	return out, nil
}

// Len is the number of items.
func (a *sample) Len() int { return len(a.nums) }

// Each visits the items in their order, with their rows and words, which are only
// lent.
func (a *sample) Each(ctx context.Context, visit func(i int, r feature.Row, words []uint64) error) error {
	v := a.s.sparse()
	defer v.release()
	i := 0
	for part := range slices.Chunk(a.nums, chunkItems) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := a.from.ItemsByNum(part, func(it label.Item) error {
			r := v.row(it)
			v.words = v.rows.Words(v.values, v.words[:0])
			if err := visit(i, r, v.words); err != nil {
				return err
			}
			if i++; i%64 == 0 {
				runtime.Gosched() // whoever draws the screen goes first
			}
			return ctx.Err()
		}); err != nil {
			return fmt.Errorf("read a sample of the items: %w", err)
		}
	}
	return nil
}
