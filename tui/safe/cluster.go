package safe

import (
	"strconv"
	"unicode"
	"unicode/utf8"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/text/unicode/norm"
)

// Limits of one cluster. Four marks are enough for Vietnamese, pointed Hebrew
// and Tibetan; a family of four with skin tones has eleven code points.
const (
	maxAbove = 4  // non-spacing and enclosing marks on one base
	maxMarks = 8  // all marks on one base
	maxRunes = 16 // code points of one cluster
)

// clean returns what to draw for the grapheme cluster c of valid UTF-8, which
// may also be a piece of an overlong one; next is the character after it, or
// zero. It returns c itself where nothing needs replacing.
func clean(c string, next rune) string {
	switch c {
	case "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", // England
		"\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", // Scotland
		"\U0001f3f4\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f": // Wales
		return c
	}
	text, droppedLast := cleaned(c, true)
	if droppedLast && joins(text, next) {
		text, _ = cleaned(c, false)
	}
	return text
}

// cleaned is clean before the question whether what is dropped at the end held
// two characters apart.
func cleaned(c string, mayDrop bool) (text string, droppedLast bool) {
	k := cleaner{in: c, mayDrop: mayDrop}
	for i, r := range c {
		k.read++
		if k.read > maxRunes {
			k.cut++
			continue
		}
		k.dropped = false
		k.put(r, firstRune(c[i+utf8.RuneLen(r):]))
		k.last = r
	}
	k.flush()
	if k.out != nil {
		return string(k.out), k.dropped
	}
	return c[:k.kept], k.dropped
}

// cleaner rewrites one cluster, code point by code point.
type cleaner struct {
	in      string
	kept    int    // the bytes of in written, as long as out is nil
	out     []byte // what is written, once it is not the beginning of in
	mayDrop bool

	read    int  // code points read
	last    rune // the one read before, as it was in the input
	dropped bool // the last one was dropped

	base   rune // drawn last, and carrying the marks; 0 where nothing can
	bare   bool // nothing has been put on base
	styled bool // nothing but the emoji selector has been put on base
	text   bool // the text selector has been put on base
	jamo   jamo // the part of a syllable written last
	above  int  // non-spacing and enclosing marks on base
	marks  int  // all marks on base
	cut    int  // marks and more that had no place
}

// put takes the next code point; after is the one following it in the cluster,
// or zero.
func (k *cleaner) put(r, after rune) {
	switch {
	case r == zwj || r == zwnj:
		k.joiner(r, after)
	case isSelector(r):
		k.selector(r, after)
	case isTone(r):
		if (k.bare || k.styled) && k.emoji() {
			k.qualify()
			k.add(r)
		} else {
			k.show(r)
		}
	case isRegional(r):
		switch {
		case k.bare && isRegional(k.base):
			k.add(r)
		case isRegional(after):
			k.begin(r)
		default:
			k.show(r)
		}
	case isSaraAm(r):
		k.saraAm(r)
	case !drawable(r):
		k.show(r)
	case isVoicing(r):
		k.mark(r - 0xff9e + 0x3099)
	case unicode.IsMark(r) && (k.read > 1 || isJoiningMark(r)):
		k.mark(r)
	case jamoOf(r) != jamoNone:
		k.hangul(r, after)
	default:
		k.begin(r)
	}
}

// buffer returns what is written, to be changed.
func (k *cleaner) buffer() []byte {
	if k.out == nil {
		k.out = append(make([]byte, 0, len(k.in)+24), k.in[:k.kept]...)
	}
	return k.out
}

func (k *cleaner) write(r rune) {
	if k.out == nil {
		if next, n := utf8.DecodeRuneInString(k.in[k.kept:]); next == r && n > 0 {
			k.kept += n
			return
		}
	}
	k.out = utf8.AppendRune(k.buffer(), r)
}

// begin writes r as a new base.
func (k *cleaner) begin(r rune) {
	k.flush()
	k.write(r)
	k.base, k.bare, k.styled, k.text, k.jamo, k.above, k.marks = r, true, false, false, jamoOf(r), 0, 0
}

// add writes r onto the base without counting it as a mark.
func (k *cleaner) add(r rune) {
	k.write(r)
	k.bare, k.styled, k.jamo = false, false, jamoNone
}

// show writes the visible form of r, on which no mark can stand.
func (k *cleaner) show(r rune) {
	k.flush()
	k.out = appendVisible(k.buffer(), r)
	k.noBase()
}

// flush says how much was cut.
func (k *cleaner) flush() {
	if k.cut == 0 {
		return
	}
	k.out = append(k.buffer(), "⟨+"...)
	k.out = strconv.AppendInt(k.out, int64(k.cut), 10)
	k.out = append(k.out, "⟩"...)
	k.cut = 0
	k.noBase()
}

func (k *cleaner) noBase() {
	k.base, k.bare, k.styled, k.jamo = 0, false, false, jamoNone
}

func (k *cleaner) mark(r rune) {
	if k.cut > 0 {
		k.cut++
		return
	}
	if k.base == 0 {
		k.begin(dottedCircle)
	}
	if k.bare && (r == 0x3099 || r == 0x309a) && 0xff66 <= k.base && k.base <= 0xff9d {
		k.voice(r)
		return
	}
	spacing := unicode.Is(unicode.Mc, r)
	if k.marks == maxMarks || !spacing && k.above == maxAbove {
		k.cut++
		return
	}
	k.marks++
	if !spacing {
		k.above++
	}
	k.add(r)
}

// voice puts a voicing mark on a half-width katakana letter: terminals give
// that pair two cells and the width function one, but both give two to the
// full-width letter.
func (k *cleaner) voice(r rune) {
	k.out = k.buffer()[:len(k.buffer())-utf8.RuneLen(k.base)]
	full := []rune(norm.NFKC.String(string([]rune{k.base, r})))
	k.begin(full[0])
	for _, m := range full[1:] {
		k.mark(m)
	}
}

// saraAm writes the vowel AM as its two halves, the ring before the tone mark,
// as fonts do; undivided, it is one cell to terminals and none to the width
// function.
func (k *cleaner) saraAm(r rune) {
	if k.cut > 0 || k.above == maxAbove || k.marks == maxMarks {
		k.cut++
		return
	}
	if k.base == 0 {
		k.begin(dottedCircle)
	}
	ring, aa, tone := rune(0x0e4d), rune(0x0e32), rune(0x0e48)
	if r == 0x0eb3 {
		ring, aa, tone = 0x0ecd, 0x0eb2, 0x0ec8
	}
	out := k.buffer()
	at := len(out)
	for {
		m, n := utf8.DecodeLastRune(out[:at])
		if m < tone || m > tone+3 {
			break
		}
		at -= n
	}
	tones := string(out[at:])
	k.out = append(utf8.AppendRune(out[:at], ring), tones...)
	k.begin(aa)
}

// emoji reports whether base, with what is on it, can go on as an emoji
// sequence.
func (k *cleaner) emoji() bool {
	return k.cut == 0 && k.marks == 0 && !k.text && isPictograph(k.base)
}

// qualify puts the emoji selector on a base that lacks it and is a text
// character without it: the width function takes the width of a sequence from
// its first character, and terminals draw it two cells wide.
func (k *cleaner) qualify() {
	if !k.bare {
		return
	}
	base := k.in[:k.kept]
	if k.out != nil {
		base = string(k.out)
	}
	_, n := utf8.DecodeLastRuneInString(base)
	if ansi.StringWidth(base[len(base)-n:]) == 1 {
		k.add(emojiSelector)
	}
}

// joiner keeps ZWJ between pictographs.
func (k *cleaner) joiner(r, after rune) {
	switch {
	case r == zwj && k.read < maxRunes && k.emoji() && isPictograph(after):
		k.qualify()
		k.add(r)
	case k.mayDrop && joiningScript(k.last) && unicode.In(k.last, unicode.L, unicode.M):
		k.dropped = true
	default:
		k.show(r)
	}
}

// selector keeps the emoji and the text selector in emoji sequences.
func (k *cleaner) selector(r, after rune) {
	presentation := r == textSelector || r == emojiSelector
	switch {
	case !k.bare || k.last != k.base:
		k.show(r)
	case presentation && isPictograph(k.base), r == emojiSelector && isKeycapBase(k.base) && after == keycap:
		k.add(r)
		k.styled, k.text = r == emojiSelector, r == textSelector
	case k.mayDrop && (presentation || unicode.IsLetter(k.base)):
		k.dropped = true
	default:
		k.show(r)
	}
}

// hangul keeps conjoining jamo that make one plain syllable: a leading
// consonant, a vowel, and a trailing consonant if any.
func (k *cleaner) hangul(r, after rune) {
	j := jamoOf(r)
	switch {
	case j == jamoL && jamoOf(after) != jamoV && jamoOf(after) != jamoNone,
		j == jamoV && k.jamo != jamoL,
		j == jamoT && k.jamo != jamoV && k.jamo != jamoLV:
		k.show(r)
	case j == jamoV || j == jamoT:
		k.add(r)
		k.jamo = j
	default:
		k.begin(r)
	}
}
