// Package paint draws frames of text on a terminal at the other end of a
// connection, writing only what changed.
//
// A Screen is given whole frames, and keeps the newest: where the connection is
// slow, frames in between are never drawn. Its goroutine compares the frame with
// what the terminal shows and writes the difference.
package paint

import (
	"io"
	"strconv"
	"strings"
	"sync"
)

// What is written before the first frame and after the last one: the other
// screen, no cursor, the mouse's keys and wheel, pasting told apart from typing.
const (
	enter = "\x1b[?1049h\x1b[?25l\x1b[?1002h\x1b[?1006h\x1b[?2004h"
	leave = "\x1b[?2004l\x1b[?1006l\x1b[?1002l\x1b[m\x1b[?25h\x1b[?1049l"
)

// A frame is written between these, so that terminals that know of it show it at
// once (https://gist.github.com/christianparpart/d8a62cc1ab659194337d73e399004036
// describes the mode); others pass over it.
const (
	begin = "\x1b[?2026h"
	end   = "\x1b[?2026l"
)

// Screen draws on one terminal. It is made by New; Draw, Redraw and Close may be
// called from any goroutine.
type Screen struct {
	out  io.Writer
	wake chan struct{}
	done chan struct{}

	mu     sync.Mutex
	next   *frame // to be drawn; nil: what is drawn is the newest
	fresh  bool   // the terminal's contents are not what they were
	closed bool
	err    error

	// Of the goroutine.
	shown  []row
	width  int
	height int
	buf    []byte
}

type frame struct {
	text          string
	width, height int
}

// New begins to draw on a terminal. Close must be called.
func New(out io.Writer) *Screen {
	s := &Screen{out: out, wake: make(chan struct{}, 1), done: make(chan struct{}), fresh: true}
	go s.run()
	return s
}

// Draw shows a frame: lines, which may be styled with SGR sequences and hold no
// other. What is beyond the size is cut. It does not wait.
func (s *Screen) Draw(text string, width, height int) {
	s.mu.Lock()
	s.next = &frame{text, width, height}
	s.mu.Unlock()
	s.signal()
}

// Redraw lets the next frame be drawn in whole.
func (s *Screen) Redraw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fresh = true
}

// Close draws what is left, gives the terminal back, and returns the first error
// of writing to it. It waits for writes: the connection must have ended or
// someone must be reading.
func (s *Screen) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if !was {
		s.signal()
	}
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *Screen) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Screen) run() {
	defer close(s.done)
	s.write([]byte(enter))
	for range s.wake {
		s.mu.Lock()
		f, fresh, closed := s.next, s.fresh, s.closed
		s.next = nil
		if f != nil {
			s.fresh = false
		}
		s.mu.Unlock()
		if f != nil {
			s.buf = s.frame(s.buf[:0], *f, fresh)
			s.write(s.buf)
			if cap(s.buf) > 64<<10 {
				s.buf = nil
			}
		}
		if closed {
			s.write([]byte(leave))
			return
		}
	}
}

// write writes unless it has failed before.
func (s *Screen) write(b []byte) {
	s.mu.Lock()
	failed := s.err != nil
	s.mu.Unlock()
	if failed || len(b) == 0 {
		return
	}
	if _, err := s.out.Write(b); err != nil {
		s.mu.Lock()
		s.err = err
		s.mu.Unlock()
	}
}

// frame appends what turns the terminal's contents into a frame; nothing where
// they are the same.
func (s *Screen) frame(b []byte, f frame, fresh bool) []byte {
	b = append(b, begin...)
	empty := len(b)
	if fresh || f.width != s.width || f.height != s.height {
		b = append(b, "\x1b[m\x1b[2J"...)
		s.width, s.height = f.width, f.height
		s.shown = make([]row, f.height)
	}
	rest := f.text
	for y := range s.shown {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		if line == s.shown[y].text {
			continue
		}
		now := parse(line, f.width)
		b = now.diff(b, s.shown[y], y, f.width)
		s.shown[y] = row{text: line}
	}
	if len(b) == empty {
		return b[:0]
	}
	return append(b, end...)
}

// moveTo appends a move of the cursor to a place counted from 0.
func moveTo(b []byte, x, y int) []byte {
	b = append(b, "\x1b["...)
	if x > 0 || y > 0 {
		b = strconv.AppendInt(b, int64(y+1), 10)
	}
	if x > 0 {
		b = append(b, ';')
		b = strconv.AppendInt(b, int64(x+1), 10)
	}
	return append(b, 'H')
}
