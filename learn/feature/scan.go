package feature

import (
	"unicode"
	"unicode/utf8"
)

// maxText is how much of a text is read: what a longer one says is said by
// then, and no item holds up the others.
const maxText = 1 << 18

// sort is what a character, and the token that it begins, is.
type sort uint8

const (
	gap      sort = iota // parts words
	within               // passed over: a joiner, a mark without a letter, a soft hyphen
	word                 // a letter, digit or mark of a script with blanks
	unspaced             // a character of a script without
	symbol               // a sign that says something by itself
)

// token is a word, a character of a script without blanks, or a symbol.
type token struct {
	sort       sort
	start, end int
	hash       uint64 // of the lower-cased characters
	char       rune   // where the token is but one character
	look       look   // of a word
}

// scanner finds the tokens of a text.
type scanner struct {
	text string
	at   int
	seed uint64
	tok  token
}

func newScanner(text string, seed uint64) scanner {
	return scanner{text: text[:min(len(text), maxText)], seed: seed}
}

// prime is the multiplier of the 64-bit FNV hash (Fowler, Noll, Vo).
const prime = 0x100000001b3

// step takes one more character into a hash.
func step(h uint64, r rune) uint64 { return (h ^ uint64(uint32(r))) * prime }

// next finds the next token.
func (s *scanner) next() bool {
	t, i := s.text, s.at
	for i < len(t) {
		if c := t[i]; c < utf8.RuneSelf {
			switch ascii[c].sort {
			case word:
				s.word(i)
				return true
			case symbol:
				s.tok = token{sort: symbol, start: i, end: i + 1, hash: step(s.seed, rune(c)), char: rune(c)}
				s.at = i + 1
				return true
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(t[i:])
		switch k := sortOf(r); k {
		case word:
			if unicode.IsMark(r) {
				break // without a letter before it
			}
			s.word(i)
			return true
		case unspaced, symbol:
			s.tok = token{sort: k, start: i, end: i + n, hash: step(s.seed, r), char: r}
			s.at = i + n
			return true
		}
		i += n
	}
	s.at = i
	return false
}

// word reads the word that begins at i. An apostrophe between two letters
// belongs to it.
func (s *scanner) word(i int) {
	t, start, h := s.text, i, s.seed
	var l look
	for i < len(t) {
		c := t[i]
		if c < utf8.RuneSelf {
			if a := &ascii[c]; a.sort == word {
				h = (h ^ uint64(a.lower)) * prime
				l += a.look
				i++
				continue
			}
			if c == '\'' && letterAt(t, i+1) {
				h = step(h, '\'')
				i++
				continue
			}
			break
		}
		r, n := utf8.DecodeRuneInString(t[i:])
		switch k := sortOf(r); {
		case k == word:
			h = step(h, unicode.ToLower(r))
			l += lookOf(r)
		case k == within:
		case r == '’' && letterAt(t, i+n):
			h = step(h, '\'')
		default:
			s.tok, s.at = token{sort: word, start: start, end: i, hash: h, look: l}, i
			return
		}
		i += n
	}
	s.tok, s.at = token{sort: word, start: start, end: i, hash: h, look: l}, i
}

// runes appends the characters of a word as its hash saw them.
func runes(b []rune, text string) []rune {
	for _, r := range text {
		switch {
		case r < utf8.RuneSelf:
			if a := ascii[r]; a.sort == word {
				r = rune(a.lower)
			}
		case r == '’':
			r = '\''
		case sortOf(r) == within:
			continue
		default:
			r = unicode.ToLower(r)
		}
		b = append(b, r)
	}
	return b
}

func letterAt(t string, i int) bool {
	r, _ := utf8.DecodeRuneInString(t[i:])
	return r < utf8.RuneSelf && ascii[r].sort == word && (r < '0' || r > '9') || r >= utf8.RuneSelf && sortOf(r) == word
}

// ascii is sortOf for the characters that need no tables.
var ascii = func() (t [utf8.RuneSelf]struct {
	sort  sort
	lower byte
	look  look
}) {
	for c := range t {
		t[c].look = lookOf(rune(c))
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			t[c].sort, t[c].lower = word, byte(c)
		case c >= 'A' && c <= 'Z':
			t[c].sort, t[c].lower = word, byte(c+'a'-'A')
		}
	}
	for _, c := range "!?$%#@&*+=^~|" {
		t[c].sort = symbol
	}
	return t
}()

// written holds the scripts that put no blanks between words.
var written = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Bopomofo}

// sortOf says what a character beyond ASCII is.
func sortOf(r rune) sort {
	switch {
	case r >= 0x4e00 && r <= 0x9fff, r >= 0x3041 && r <= 0x3096, r >= 0x30a1 && r <= 0x30fa, r >= 0x3400 && r <= 0x4dbf:
		return unspaced
	case r >= 0xdf && r <= 0x24f && r != 0xf7, r >= 0x391 && r <= 0x481, r >= 0xac00 && r <= 0xd7a3:
		return word
	case r >= 0x3000 && r <= 0x3004, r >= 0x2010 && r <= 0x2027, r == utf8.RuneError:
		return gap
	case r == '！' || r == '？':
		return symbol
	}
	if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) {
		if unicode.In(r, written...) || r == 'ー' {
			return unspaced
		}
		if r >= 0xfe00 && r <= 0xfe0f {
			return within // a variation selector says how an emoji is drawn
		}
		return word
	}
	switch {
	case unicode.Is(unicode.Cf, r):
		return within
	case unicode.IsSymbol(r), unicode.Is(unicode.No, r):
		return symbol
	}
	return gap
}
