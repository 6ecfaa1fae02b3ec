package feature

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Set is a set of features that numbers its members from 0 in ascending order:
// a model needs weights only for those that it met. It never changes.
type Set struct {
	words []uint64
	ranks []uint32 // members before each word
	n     int
}

// Seen returns the set of features that occur in some rows.
func Seen(rows []Row, features int) *Set {
	s := &Set{words: make([]uint64, (features+63)/64)}
	for _, r := range rows {
		for _, f := range r.Index {
			s.words[f/64] |= 1 << (f % 64)
		}
	}
	return s.count()
}

func (s *Set) count() *Set {
	s.ranks, s.n = make([]uint32, len(s.words)), 0
	for i, w := range s.words {
		s.ranks[i] = uint32(s.n)
		s.n += bits.OnesCount64(w)
	}
	return s
}

// Len is the number of members.
func (s *Set) Len() int { return s.n }

// Rank returns the number of a feature, or -1 where it is no member.
func (s *Set) Rank(f uint32) int {
	i := f / 64
	if uint64(i) >= uint64(len(s.words)) {
		return -1
	}
	w, bit := s.words[i], uint64(1)<<(f%64)
	if w&bit == 0 {
		return -1
	}
	return int(s.ranks[i]) + bits.OnesCount64(w&(bit-1))
}

// All visits the members in ascending order.
func (s *Set) All(visit func(rank int, f uint32)) {
	n := 0
	for i, w := range s.words {
		for ; w != 0; w &= w - 1 {
			visit(n, uint32(64*i+bits.TrailingZeros64(w)))
			n++
		}
	}
}

// MarshalBinary writes the set.
func (s *Set) MarshalBinary() ([]byte, error) {
	b := binary.AppendUvarint(nil, uint64(s.n))
	next := uint32(0)
	s.All(func(_ int, f uint32) {
		b = binary.AppendUvarint(b, uint64(f-next))
		next = f + 1
	})
	return b, nil
}

// UnmarshalSet reads what MarshalBinary wrote, or returns ErrDamaged.
func UnmarshalSet(b []byte) (*Set, error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)) {
		return nil, fmt.Errorf("%w: set of features", ErrDamaged)
	}
	s, next := &Set{}, uint64(0)
	for b = b[size:]; n > 0; n-- {
		d, size := binary.Uvarint(b)
		if size <= 0 || d >= 2*maxIndex || next+d >= 2*maxIndex {
			return nil, fmt.Errorf("%w: set of features", ErrDamaged)
		}
		f := next + d
		for uint64(len(s.words)) <= f/64 {
			s.words = append(s.words, 0)
		}
		s.words[f/64] |= 1 << (f % 64)
		next, b = f+1, b[size:]
	}
	if len(b) > 0 {
		return nil, fmt.Errorf("%w: set of features", ErrDamaged)
	}
	return s.count(), nil
}
