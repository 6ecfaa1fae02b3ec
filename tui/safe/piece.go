package safe

import (
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
)

// mode says what becomes of tabs and line breaks.
type mode int

const (
	oneLine mode = iota
	manyLines
)

// tabStop is the distance between tab stops in columns.
const tabStop = 4

// window bounds the bytes looked at for one cluster, so that a megabyte of
// combining marks costs no more than its share of the screen.
const window = 256

type pieceKind uint8

const (
	word    pieceKind = iota
	blank             // a row may break here
	newline           // only with manyLines
	nothing           // dropped
	gap               // dropped, and a row may break here
)

// piece is the smallest part of the input that is drawn as a whole: mostly one
// grapheme cluster, or one control, or one bad byte.
type piece struct {
	text  string // what to draw
	end   int    // offset of the next piece in the input
	width int    // of text, in cells
	kind  pieceKind
	same  bool // text is the input itself
	whole bool // text is at most one grapheme cluster
}

// scan returns the piece of s at pos, a piece's start below len(s), where col
// is the column it will be drawn in. It depends on nothing else, so that a
// layout can go on from any piece.
func scan(s string, pos, col int, m mode) piece {
	b := s[pos]
	switch {
	case b < ' ' || b == 0x7f:
		return control(s, pos, col, m)
	case b < utf8.RuneSelf && (pos+1 == len(s) || s[pos+1] < utf8.RuneSelf):
		k := word
		if b == ' ' {
			k = blank
		}
		return piece{text: s[pos : pos+1], end: pos + 1, width: 1, kind: k, same: true, whole: true}
	}
	r, size := utf8.DecodeRuneInString(s[pos:])
	if r == utf8.RuneError && size == 1 {
		return shown(hexEscape(b), pos+1)
	}
	if r >= 0x80 {
		switch {
		case r == 0x85 || r == 0x2028 || r == 0x2029:
			return lineBreak(pos+size, m)
		case r < 0xa0:
			return shown(hexEscape(byte(r)), pos+size)
		case r == byteOrderMark && pos == 0:
			return piece{end: size, kind: nothing, whole: true}
		case r == softHyphen && betweenLetters(s, pos, size, unicode.IsLetter):
			return piece{end: pos + size, kind: nothing, whole: true}
		case r == zeroWidthSpace && betweenLetters(s, pos, size, spacelessScript):
			return piece{end: pos + size, kind: gap, whole: true}
		}
	}

	c, w := ansi.FirstGraphemeCluster(s[pos:min(len(s), pos+window)], ansi.GraphemeWidth)
	if len(c) == size && standsAlone(r) {
		k := word
		if isBlank(r) {
			k = blank
		}
		return piece{text: c, end: pos + size, width: w, kind: k, same: true, whole: true}
	}
	c = validPrefix(c)
	end := pos + len(c)
	text := clean(c, firstRune(s[end:]))
	p := piece{text: text, end: end, width: ansi.StringWidth(text), same: text == c}
	if first, _ := ansi.FirstGraphemeCluster(text, ansi.GraphemeWidth); len(first) == len(text) {
		p.whole = true
	}
	if text == "" {
		p.kind = nothing
	}
	return p
}

// control returns the piece of the C0 control or DEL at pos.
func control(s string, pos, col int, m mode) piece {
	const pictures = "␀␁␂␃␄␅␆␇␈␉␊␋␌␍␎␏␐␑␒␓␔␕␖␗␘␙␚␛␜␝␞␟"
	const blanks = "    "
	switch b := s[pos]; b {
	case '\r':
		if pos+1 < len(s) && s[pos+1] == '\n' {
			return lineBreak(pos+2, m)
		}
		return lineBreak(pos+1, m)
	case '\n':
		p := lineBreak(pos+1, m)
		p.same = m == manyLines
		return p
	case '\t':
		n := 1
		if m == manyLines {
			n = tabStop - col%tabStop
		}
		return piece{text: blanks[:n], end: pos + 1, width: n, kind: blank, whole: n == 1}
	case 0x7f:
		return shown("␡", pos+1)
	default:
		n := len("␀")
		return shown(pictures[int(b)*n:int(b)*n+n], pos+1)
	}
}

func lineBreak(end int, m mode) piece {
	if m == manyLines {
		return piece{text: "\n", end: end, kind: newline, whole: true}
	}
	return shown("⏎", end)
}

// shown returns a piece for something replaced by a visible form.
func shown(text string, end int) piece {
	w := ansi.StringWidth(text)
	return piece{text: text, end: end, width: w, whole: w == 1}
}

func hexEscape(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{'\\', 'x', digits[b>>4], digits[b&15]})
}

// appendVisible appends the visible form of a character that is not drawn.
func appendVisible(out []byte, r rune) []byte {
	const digits = "0123456789ABCDEF"
	out = append(out, "⟨"...)
	if name := bidiName(r); name != "" {
		out = append(out, name...)
		return append(out, "⟩"...)
	}
	out = append(out, "U+"...)
	for shift := 20; shift >= 0; shift -= 4 {
		if d := r >> shift; d != 0 || shift < 16 {
			out = append(out, digits[d&15])
		}
	}
	return append(out, "⟩"...)
}

// betweenLetters reports whether the character at pos, size bytes long, stands
// between two runes that satisfy letter and would not join without it.
func betweenLetters(s string, pos, size int, letter func(rune) bool) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:pos])
	after := firstRune(s[pos+size:])
	if !letter(before) || !letter(after) {
		return false
	}
	from := pos
	for range maxRunes {
		r, n := utf8.DecodeLastRuneInString(s[:from])
		if n == 0 || !unicode.In(r, unicode.L, unicode.M) {
			break
		}
		from -= n
	}
	return !joins(s[from:pos], after)
}

// joins reports whether r, put after the text, would become part of its last
// grapheme cluster.
func joins(text string, r rune) bool {
	if text == "" || r == 0 {
		return false
	}
	for rest, pos := text+string(r), 0; rest != ""; {
		c, _ := ansi.FirstGraphemeCluster(rest, ansi.GraphemeWidth)
		if pos += len(c); pos > len(text) {
			return pos-len(c) < len(text)
		}
		rest = rest[len(c):]
	}
	return false
}

// validPrefix returns c up to its first bad byte; c does not begin with one.
func validPrefix(c string) string {
	for i, r := range c {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(c[i:]); n == 1 {
				return c[:i]
			}
		}
	}
	return c
}

// firstRune returns the first rune of s, or zero where s is empty.
func firstRune(s string) rune {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return r
}
