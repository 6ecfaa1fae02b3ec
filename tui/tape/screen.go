//go:build unix

package tape

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/clipperhouse/displaywidth"
	"github.com/hinshun/vt10x"
)

// filler stands in the second cell of a wide character. The emulator knows no
// wide characters, so each is followed by one of these before it sees it.
const filler = '\uE000'

// screen is a terminal emulator that keeps wide characters two cells wide.
type screen struct {
	mu      sync.Mutex
	vt      vt10x.Terminal
	rest    []byte // of a character that is not whole yet
	state   state
	changed chan struct{} // closed and made anew at each change
}

// state is where in an escape sequence the stream is.
type state uint8

const (
	ground state = iota
	escaped
	control // CSI: ends with a byte from @ to ~
	text    // OSC, DCS and the like: ends with BEL or ESC \
	textEnd
)

func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := append(s.rest, b...)
	var out strings.Builder
	for len(in) > 0 {
		r, n := utf8.DecodeRune(in)
		if r == utf8.RuneError && n == 1 && !utf8.FullRune(in) {
			break
		}
		char := in[:n]
		in = in[n:]
		wide := 1
		if s.state == ground && r >= ' ' {
			wide = displaywidth.Rune(r)
		}
		s.state = s.state.next(r)
		if wide == 0 {
			continue // marks on the character before: nothing is asserted about them
		}
		out.Write(char)
		if wide == 2 {
			out.WriteRune(filler)
		}
	}
	s.rest = append([]byte(nil), in...)
	s.vt.Write([]byte(out.String()))
	close(s.changed)
	s.changed = make(chan struct{})
	return len(b), nil
}

func (s state) next(r rune) state {
	switch {
	case s == escaped && r == '[':
		return control
	case s == escaped && strings.ContainsRune("]P_^k", r):
		return text
	case s == escaped, s == control && r >= '@' && r <= '~', s == text && r == '\a', s == textEnd:
		return ground
	case s == text && r == '\x1b':
		return textEnd
	case s == ground && r == '\x1b':
		return escaped
	}
	return s
}

// cells returns a copy of the screen and a channel that is closed at its next
// change.
func (s *screen) cells() ([][]vt10x.Glyph, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.vt.Lock()
	defer s.vt.Unlock()
	cols, rows := s.vt.Size()
	out := make([][]vt10x.Glyph, rows)
	for y := range out {
		out[y] = make([]vt10x.Glyph, cols)
		for x := range out[y] {
			out[y][x] = s.vt.Cell(x, y)
		}
	}
	return out, s.changed
}

// lines writes cells as text, a line a row.
func lines(cells [][]vt10x.Glyph) string {
	var b strings.Builder
	for y, row := range cells {
		if y > 0 {
			b.WriteByte('\n')
		}
		for _, g := range row {
			switch g.Char {
			case filler:
			case 0:
				b.WriteByte(' ')
			default:
				b.WriteRune(g.Char)
			}
		}
	}
	return b.String()
}
