package store

import (
	"encoding/binary"
	"math"
	"time"

	"inkling/label"
)

// decoder reads events by hand where they are as we write them: replaying
// millions of decisions spends its time here. What it does not know it refuses,
// and the general decoder reads it; what it reads, that one reads as the same.
type decoder struct {
	// lean leaves out of decisions what no view is made of: what was shown or
	// withheld, how long it took, the note.
	lean  bool
	names map[string]string // of annotators: each is kept once
}

// event reads an event as encodeEvent writes it into ev, whose slice of
// decisions is used again, and appends the bytes of each decision to raw. ok is
// false where it does not know how; ev is spoilt then.
func (d *decoder) event(b []byte, ev *label.Event, raw [][]byte) (out [][]byte, ok bool) {
	*ev = label.Event{Decisions: ev.Decisions[:0]}
	if len(b) < 2 || b[0] == 0 || b[0] > eventSchema {
		return raw, false
	}
	r := reader{b: b[1:]}
	var at int64
	for key := range r.fields() {
		switch key {
		case 1:
			ev.Seq = r.uint()
		case 2:
			at = r.int()
		case 3:
			k := r.uint()
			ev.Kind = label.EventKind(k)
			r.must(k <= math.MaxUint8)
		case 4:
			ev.Annotator = d.name(r.text())
		case 5:
			n := r.array()
			r.must(n > 0)
			for range n {
				rest := r.b
				ev.Decisions = append(ev.Decisions, label.Decision{})
				if d.decision(&r, &ev.Decisions[len(ev.Decisions)-1]); r.bad {
					return raw, false
				}
				raw = append(raw, rest[:len(rest)-len(r.b):len(rest)-len(r.b)])
			}
		case 6:
			ev.Before = r.uint()
		case 7:
			ev.Target = r.uint()
		case 11:
			ev.Bulk = new(label.Bulk)
			r.bulk(ev.Bulk)
		default: // a task, an import, a comment, a rule: they are few
			r.bad = true
		}
	}
	if r.bad || len(r.b) > 0 {
		return raw, false
	}
	ev.Time = time.Unix(0, at).UTC()
	if len(ev.Decisions) == 0 {
		ev.Decisions = nil
	}
	return raw, true
}

func (d *decoder) name(b []byte) string {
	if s, ok := d.names[string(b)]; ok {
		return s
	}
	s := string(b)
	if d.names != nil {
		d.names[s] = s
	}
	return s
}

func (d *decoder) decision(r *reader, x *label.Decision) {
	for key := range r.fields() {
		switch key {
		case 1:
			x.Item = r.uint()
		case 2:
			a := r.uint()
			x.Action = label.Action(a)
			r.must(a <= math.MaxUint8)
		case 3:
			r.answer(&x.Answer)
		case 4:
			var s label.Shown
			r.shown(&s)
			if !d.lean {
				kept := s
				x.Shown = &kept
			}
		case 5:
			x.Audit = r.bool()
		case 6:
			x.Took = time.Duration(r.int())
		case 7:
			if b := r.text(); !d.lean {
				x.Note = string(b)
			}
		case 8:
			x.Prev = r.uint()
		case 9:
			x.Settles = r.bool()
		case 10:
			var s label.Shown
			r.shown(&s)
			if !d.lean {
				kept := s
				x.Withheld = &kept
			}
		default:
			r.bad = true
		}
	}
}

// reader reads CBOR from the front of b. What it cannot read makes it bad.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) must(ok bool) { r.bad = r.bad || !ok }

// head reads a head of this major type.
func (r *reader) head(major byte) uint64 {
	// Most are of one byte.
	if len(r.b) > 0 && r.b[0]&0xe0 == major && r.b[0]&0x1f < 24 {
		n := uint64(r.b[0] & 0x1f)
		r.b = r.b[1:]
		return n
	}
	n, rest := head(r.b, major)
	if rest == nil {
		r.bad = true
		return 0
	}
	r.b = rest
	return n
}

// fields yields the keys of a map, which are small numbers in ascending order.
// Each has to be followed by reading its value.
func (r *reader) fields() func(yield func(byte) bool) {
	return func(yield func(byte) bool) {
		last := byte(0)
		for n := r.head(cborMap); n > 0 && !r.bad; n-- {
			if len(r.b) == 0 || r.b[0] <= last || r.b[0] >= 24 {
				r.bad = true
				return
			}
			last = r.b[0]
			if r.b = r.b[1:]; !yield(last) {
				return
			}
		}
	}
}

func (r *reader) uint() uint64 { return r.head(cborUint) }

func (r *reader) int() int64 {
	major := byte(cborUint)
	if len(r.b) > 0 && r.b[0]&0xe0 == cborNegative {
		major = cborNegative
	}
	n := r.head(major)
	r.must(n <= math.MaxInt64)
	if major == cborNegative {
		return -1 - int64(n)
	}
	return int64(n)
}

func (r *reader) text() []byte {
	n := r.head(cborText)
	if n > uint64(len(r.b)) {
		r.bad = true
		return nil
	}
	b := r.b[:n:n]
	r.b = r.b[n:]
	return b
}

// array reads the head of an array: more elements than bytes are none.
func (r *reader) array() uint64 {
	n := r.head(cborArray)
	r.must(n <= uint64(len(r.b)))
	if r.bad {
		return 0
	}
	return n
}

func (r *reader) bool() bool {
	if len(r.b) == 0 || r.b[0] != cborFalse && r.b[0] != cborTrue {
		r.bad = true
		return false
	}
	v := r.b[0] == cborTrue
	r.b = r.b[1:]
	return v
}

// float reads a number of half, single or double precision, but no NaN.
func (r *reader) float() (f float64) {
	switch {
	case len(r.b) >= 3 && r.b[0] == cborHalf:
		f = half(uint16(r.b[1])<<8 | uint16(r.b[2]))
		r.b = r.b[3:]
	case len(r.b) >= 5 && r.b[0] == cborSingle:
		f = float64(math.Float32frombits(binary.BigEndian.Uint32(r.b[1:])))
		r.b = r.b[5:]
	case len(r.b) >= 9 && r.b[0] == cborDouble:
		f = math.Float64frombits(binary.BigEndian.Uint64(r.b[1:]))
		r.b = r.b[9:]
	default:
		r.bad = true
	}
	r.must(f == f)
	return f
}

// half is a number of half precision (IEEE 754, binary16).
func half(b uint16) float64 {
	sign, exponent, fraction := 1.0, int(b>>10&0x1f), float64(b&0x3ff)
	if b>>15 != 0 {
		sign = -1
	}
	switch {
	case exponent == 0:
		return sign * math.Ldexp(fraction, -24)
	case exponent == 31 && fraction == 0:
		return math.Inf(int(sign))
	case exponent == 31:
		return math.NaN()
	}
	return sign * math.Ldexp(1024+fraction, exponent-25)
}

func (r *reader) bulk(b *label.Bulk) {
	for key := range r.fields() {
		switch key {
		case 1:
			b.By = string(r.text())
		case 2:
			b.Of = string(r.text())
		case 3:
			b.Above = r.float()
		default:
			r.bad = true
		}
	}
}

func (r *reader) answer(a *label.Answer) {
	for key := range r.fields() {
		switch key {
		case 1:
			a.Class = int(r.int())
		case 2:
			n := r.array()
			r.must(n > 0)
			for range n {
				a.Set = append(a.Set, int(r.int()))
			}
		case 3:
			n := r.array()
			r.must(n > 0)
			for range n {
				var s label.Span
				r.span(&s)
				a.Spans = append(a.Spans, s)
			}
		case 4:
			a.Value = r.float()
		default:
			r.bad = true
		}
	}
}

func (r *reader) span(s *label.Span) {
	for key := range r.fields() {
		switch key {
		case 1:
			s.Start = int(r.int())
		case 2:
			s.End = int(r.int())
		case 3:
			s.Class = int(r.int())
		default:
			r.bad = true
		}
	}
}

func (r *reader) shown(s *label.Shown) {
	for key := range r.fields() {
		switch key {
		case 1:
			r.answer(&s.Answer)
		case 2:
			r.must(len(r.b) > 0 && r.b[0] != cborDouble)
			s.Probability = float32(r.float())
		case 3:
			s.Model = r.uint()
		default:
			r.bad = true
		}
	}
}
