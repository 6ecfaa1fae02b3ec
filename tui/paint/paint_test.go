package paint

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hinshun/vt10x"
	"pgregory.net/rapid"
)

// shown is what a terminal shows, with the attributes of each cell.
func shown(vt vt10x.Terminal, width, height int) string {
	var b strings.Builder
	for y := range height {
		for x := range width {
			c := vt.Cell(x, y)
			if c.Char == 0 {
				c.Char = ' '
			}
			b.WriteRune(c.Char)
			b.WriteByte(byte('0' + c.Mode%64))
			b.WriteByte(byte('a' + c.FG%16))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestDiffShowsTheFrame draws any frames one after the other by what differs,
// and holds the terminal against one that was only ever shown the last one.
func TestDiffShowsTheFrame(t *testing.T) {
	piece := rapid.SampledFrom([]string{"a", "b", "  ", " ", "word", "\x1b[1m", "\x1b[m", "\x1b[31mred\x1b[0m", "\x1b[1;32m", "long stretch of text that stays", "─", "│"})
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(1, 60).Draw(t, "width"), rapid.IntRange(1, 8).Draw(t, "height")
		vt := vt10x.New(vt10x.WithSize(width, height))
		var s Screen
		var last string
		for i := range rapid.IntRange(1, 5).Draw(t, "frames") {
			lines := strings.Split(last, "\n")
			if i == 0 || rapid.Bool().Draw(t, "all") {
				lines = make([]string, rapid.IntRange(0, height+1).Draw(t, "lines"))
			}
			for y := range lines {
				if lines[y] == "" || rapid.Bool().Draw(t, "change") {
					lines[y] = strings.Join(rapid.SliceOfN(piece, 0, 10).Draw(t, "line"), "") + "\x1b[m"
				}
			}
			last = strings.Join(lines, "\n")
			vt.Write(s.frame(nil, frame{last, width, height}, i == 0))
		}
		fresh := vt10x.New(vt10x.WithSize(width, height))
		fresh.Write(new(Screen).frame(nil, frame{last, width, height}, true))
		if got, want := shown(vt, width, height), shown(fresh, width, height); got != want {
			t.Fatalf("shows\n%s\nfor\n%s", got, want)
		}
	})
}

func TestNothingForTheSame(t *testing.T) {
	var s Screen
	s.frame(nil, frame{"one\ntwo", 20, 2}, true)
	if b := s.frame(nil, frame{"one\ntwo", 20, 2}, false); len(b) > 0 {
		t.Errorf("%q", b)
	}
	b := s.frame(nil, frame{"one\ntwa", 20, 2}, false)
	if len(b) > 30 || !bytes.Contains(b, []byte("\x1b[2;3Ha")) {
		t.Errorf("%q", b)
	}
}

func TestWideRows(t *testing.T) {
	var s Screen
	s.frame(nil, frame{"汉字 ab", 20, 1}, true)
	if b := string(s.frame(nil, frame{"汉语 ab", 20, 1}, false)); !strings.Contains(b, "\x1b[1;3H语") || strings.Contains(b, "ab") {
		t.Errorf("%q", b)
	}
	// What a terminal may take for one column or two is written with its row.
	s.frame(nil, frame{"☁️ ab", 20, 1}, true)
	if b := string(s.frame(nil, frame{"☁️ ac", 20, 1}, false)); !strings.Contains(b, "\x1b[2K☁️ ac") {
		t.Errorf("%q", b)
	}
}
