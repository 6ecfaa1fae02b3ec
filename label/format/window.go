package format

import (
	"bytes"
	"errors"
	"io"
)

// windowSize is what is read at once; a longer record makes the window grow.
const windowSize = 256 << 10

// keepSize is the largest window that is kept once the record that made it
// grow is gone.
const keepSize = 8 << 20

var (
	errLong = errors.New("line too long")
	bomUTF8 = []byte("\xef\xbb\xbf")
)

// window is the part of the text that is in memory: from the start of the
// record being read on. Positions in it count from there, so that they stay
// true when more is read.
type window struct {
	src    io.Reader // UTF-8
	buf    []byte
	lo, hi int // the unread text is buf[lo:hi]
	err    error
	limit  int  // longest record, line end included
	line   int  // the line on which buf[lo] stands, from 1
	eol    byte // the last byte of a line end
	begun  bool // a byte order mark is behind
}

func newWindow(src io.Reader, eol byte, limit int) *window {
	return &window{src: src, eol: eol, limit: limit, line: 1}
}

// newSampleWindow is a window on a sample, which has lost its byte order mark.
func newSampleWindow(sample []byte, eol byte) *window {
	w := newWindow(bytes.NewReader(sample), eol, len(sample)+1)
	w.begun = true
	return w
}

// text returns the unread text that is in memory, valid until more.
func (w *window) text() []byte { return w.buf[w.lo:w.hi] }

// more reads further text behind what is there. It reports false at the end
// (w.err says which end) and when the limit is reached.
func (w *window) more() bool {
	if w.full() {
		return false
	}
	for had := w.hi - w.lo; w.err == nil; {
		w.room()
		n, err := w.src.Read(w.buf[w.hi:])
		w.hi += n
		w.err = err
		if !w.begun && (w.hi-w.lo >= len(bomUTF8) || err != nil) {
			w.begun = true
			if bytes.HasPrefix(w.text(), bomUTF8) {
				w.lo += len(bomUTF8)
			}
		}
		if w.begun && w.hi-w.lo > had {
			return true
		}
	}
	return false
}

// room makes space for reading, by moving what is there to the front or into
// a larger window.
func (w *window) room() {
	n := w.hi - w.lo
	if len(w.buf)-w.hi >= windowSize/4 {
		return
	}
	size := len(w.buf)
	switch {
	case size > keepSize && n < windowSize/2:
		size = windowSize
	case n > size/2:
		size = max(2*size, windowSize)
	case size == 0:
		size = windowSize
	}
	to := w.buf
	if size != len(w.buf) {
		to = make([]byte, size)
	}
	copy(to, w.text())
	w.buf, w.lo, w.hi = to, 0, n
}

func (w *window) full() bool { return w.hi-w.lo >= w.limit }

// failed returns the error that ended the reading before the end of the file.
func (w *window) failed() error {
	if w.err == io.EOF {
		return nil
	}
	return w.err
}

// peek returns the line that comes next, without its end, and its length with
// its end. Nothing is consumed. The error is io.EOF, what the source failed
// with, or errLong.
func (w *window) peek() (line []byte, n int, err error) {
	seen := 0
	for {
		t := w.text()
		if i := bytes.IndexByte(t[seen:], w.eol); i >= 0 {
			n = seen + i + 1
			line = t[:n-1]
			break
		}
		seen = len(t)
		if w.more() {
			continue
		}
		if w.err == nil { // full
			return nil, 0, errLong
		}
		if err := w.failed(); err != nil {
			return nil, 0, err
		}
		if seen == 0 {
			return nil, 0, io.EOF
		}
		line, n = w.text(), seen
		break
	}
	if n > w.limit {
		return nil, 0, errLong
	}
	if k := len(line); w.eol == '\n' && k > 0 && line[k-1] == '\r' {
		line = line[:k-1]
	}
	return line, n, nil
}

// advance consumes n bytes that hold so many line ends.
func (w *window) advance(n, lines int) {
	w.lo += n
	w.line += lines
}

// skip consumes the line that comes next, however long it is.
func (w *window) skip() {
	for {
		if i := bytes.IndexByte(w.text(), w.eol); i >= 0 {
			w.advance(i+1, 1)
			return
		}
		w.lo = w.hi
		if !w.more() {
			return
		}
	}
}
