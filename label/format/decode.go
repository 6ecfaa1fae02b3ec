package format

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// validPrefix returns how many bytes from the start are valid UTF-8.
func validPrefix(b []byte) int {
	if utf8.Valid(b) {
		return len(b)
	}
	i := 0
	for i < len(b) {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		i += n
	}
	return i
}

// begun returns how many bytes at the end of b may be the beginning of a
// character that isn't complete.
func begun(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		if tail := b[len(b)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// utf8Reader passes valid UTF-8 on and stops at the first byte that isn't.
type utf8Reader struct {
	src  io.Reader
	held [utf8.UTFMax]byte // a character that is not complete yet
	n    int
	err  error
}

// Read needs room for a character.
func (u *utf8Reader) Read(p []byte) (int, error) {
	if len(p) < utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	if u.err != nil {
		return 0, u.err
	}
	n := copy(p, u.held[:u.n])
	m, err := u.src.Read(p[n:])
	p, u.err = p[:n+m], err
	u.n = 0
	if err != io.EOF {
		u.n = begun(p)
	}
	n = len(p) - u.n
	copy(u.held[:], p[n:])
	if ok := validPrefix(p[:n]); ok < n {
		u.err = faultf(ErrEncoding, "byte 0x%02X is not UTF-8; the file is damaged or in another encoding: repair it or name the encoding", p[ok])
		n = ok
	}
	return n, u.err
}

// decoder turns another encoding into UTF-8 and stops at the first character
// that can't be decoded.
type decoder struct {
	src    io.Reader
	t      transform.Transformer
	enc    textEncoding
	in     []byte
	lo, hi int
	end    error // why src ended
	err    error
}

func newDecoder(src io.Reader, e textEncoding) *decoder {
	return &decoder{src: src, t: e.enc.NewDecoder().Transformer, enc: e, in: make([]byte, 64<<10)}
}

var replacement = []byte("\ufffd")

// Read needs room for a character.
func (d *decoder) Read(p []byte) (int, error) {
	if len(p) < 4*utf8.UTFMax {
		return 0, io.ErrShortBuffer
	}
	for d.err == nil {
		if d.end == nil {
			d.hi = copy(d.in, d.in[d.lo:d.hi])
			d.lo = 0
			if d.hi < len(d.in)/2 {
				var n int
				n, d.end = d.src.Read(d.in[d.hi:])
				d.hi += n
			}
		}
		raw := d.in[d.lo:d.hi]
		nDst, nSrc, err := d.t.Transform(p, raw, d.end == io.EOF)
		if bytes.Contains(p[:nDst], replacement) {
			nDst, nSrc = d.verify(p[:nDst:len(p)], raw)
			err = nil
		}
		d.lo += nSrc
		switch {
		case d.err != nil:
		case err == transform.ErrShortDst || err == transform.ErrShortSrc && d.end == nil:
		case err != nil && err != transform.ErrShortSrc:
			d.err = err
		case d.end != nil && (d.lo == d.hi || err == transform.ErrShortSrc):
			d.err = d.end
		}
		if nDst > 0 {
			return nDst, d.err
		}
	}
	return 0, d.err
}

// verify is called when out holds replacement characters, and sets err at the
// first one that stands for damage. Where the encoding can write one itself it
// decodes again, a character at a time, to tell the two apart.
func (d *decoder) verify(out, raw []byte) (nDst, nSrc int) {
	if d.enc.legit == nil {
		d.err = faultf(ErrEncoding, "a character here is not %s; the file is damaged or in another encoding: repair it or name the encoding", d.enc.name)
		return bytes.Index(out, replacement), 0
	}
	out = out[:cap(out)]
	for nDst+2*utf8.UTFMax <= len(out) && nSrc < len(raw) {
		var n, m int
		for room := len(replacement); n == 0 && m == 0 && room <= 2*utf8.UTFMax; room++ { // so that a replacement stands alone
			n, m, _ = d.t.Transform(out[nDst:nDst+room], raw[nSrc:], d.end == io.EOF)
		}
		if n == 0 && m == 0 {
			break
		}
		if bytes.Contains(out[nDst:nDst+n], replacement) && !bytes.Equal(raw[nSrc:nSrc+m], d.enc.legit) {
			d.err = faultf(ErrEncoding, "byte 0x%02X is not %s; the file is damaged or in another encoding: repair it or name the encoding", raw[nSrc], d.enc.name)
			break
		}
		nDst, nSrc = nDst+n, nSrc+m
	}
	return nDst, nSrc
}
