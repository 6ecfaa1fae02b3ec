package feature

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// look counts digits, capitals and letters of a word, 20 bits each, which is
// more than a text has characters.
type look uint64

const (
	oneDigit  look = 1
	oneUpper  look = 1 << 20
	oneLetter look = 1 << 40
	lookMask  look = 1<<20 - 1
)

// lookOf is what one character of a word adds to its look.
func lookOf(r rune) look {
	switch {
	case unicode.IsDigit(r):
		return oneDigit
	case unicode.IsUpper(r):
		return oneUpper + oneLetter
	case unicode.IsLetter(r):
		return oneLetter
	}
	return 0
}

func (l look) digits() int  { return int(l & lookMask) }
func (l look) upper() int   { return int(l >> 20 & lookMask) }
func (l look) letters() int { return int(l >> 40) }

// shapeSeed is the hash that shapes begin with.
func shapeSeed(seed uint64) uint64 { return mix(seed ^ 0x7368617065) }

// What a shape's hash goes on with.
const (
	numeral   = 1 << 8  // and how many digits
	withAlpha = 'a'     // and letters beside the digits
	capitals  = 'C'     // all of at least two letters
	capital   = 'U'     // the first letter alone
	long      = 1 << 10 // and how long the text is
	mostDigit = 12
)

// shape returns the key of what a word looks like: a number by how many digits
// it has and whether there are letters among them, a word in capitals, a word
// that begins with one. It is 0 for any other word.
func shape(t *token, text string, seed uint64) uint64 {
	l := t.look
	if n := l.digits(); n > 0 {
		h := step(seed, rune(numeral+min(n, mostDigit)))
		if l.letters() > 0 {
			h = step(h, withAlpha)
		}
		return key(h)
	}
	switch n := l.upper(); {
	case n == 0:
		return 0
	case n >= 2 && n == l.letters():
		return key(step(seed, capitals))
	}
	if r, _ := utf8.DecodeRuneInString(text[t.start:]); unicode.IsUpper(r) {
		return key(step(seed, capital))
	}
	return 0
}

// length returns the key of how many tokens a text has, in steps of half a
// power of two.
func length(tokens int, seed uint64) uint64 {
	n := min(uint64(tokens), 1<<20)
	return key(step(seed, rune(long+bits.Len64(n*n))))
}
