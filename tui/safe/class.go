package safe

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	softHyphen     = 0xad
	zeroWidthSpace = 0x200b
	zwnj           = 0x200c
	zwj            = 0x200d
	keycap         = 0x20e3
	dottedCircle   = 0x25cc
	textSelector   = 0xfe0e
	emojiSelector  = 0xfe0f
	byteOrderMark  = 0xfeff
)

// drawable reports whether r can be drawn as it is: it is assigned, has a
// glyph or is a space or a mark, and neither hides nor takes hold of the
// character after it.
func drawable(r rune) bool {
	switch {
	case r < 0x7f:
		return r >= ' '
	case r < 0x100:
		return r >= 0xa0 && r != softHyphen
	case common(r):
		return true
	}
	return unicode.IsGraphic(r) && !prepends(r) && !isSelector(r) &&
		!unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// standsAlone reports whether r can be drawn as it is where nothing else is in
// its cluster.
func standsAlone(r rune) bool {
	switch {
	case r < 0x300 || common(r):
		return drawable(r)
	case isRegional(r) || isTone(r) || isVoicing(r) || isSaraAm(r):
		return false
	}
	if j := jamoOf(r); j == jamoV || j == jamoT {
		return false
	}
	return drawable(r) && !isJoiningMark(r)
}

// isJoiningMark reports whether r is a mark that belongs to the cluster of the
// character before it. A few vowel signs of Myanmar, Tai Tham and Ahom do not.
func isJoiningMark(r rune) bool {
	if !unicode.IsMark(r) {
		return false
	}
	switch {
	case r < 0x102b:
		return true
	case r <= 0x109c:
		return !(r <= 0x102c || r == 0x1038 || 0x1062 <= r && r <= 0x1064 ||
			0x1067 <= r && r <= 0x106d || r == 0x1083 || 0x1087 <= r && r <= 0x108c ||
			r == 0x108f || r >= 0x109a)
	}
	switch r {
	case 0x1a61, 0x1a63, 0x1a64, 0xaa7b, 0xaa7d, 0x11720, 0x11721:
		return false
	}
	return true
}

// common reports whether r is one of the large blocks of letters that need no
// look at the tables: kana, the unified ideographs and Hangul syllables.
func common(r rune) bool {
	return 0x4e00 <= r && r <= 0x9fff || 0x3041 <= r && r <= 0x3096 ||
		0x30a1 <= r && r <= 0x30fa || 0xac00 <= r && r <= 0xd7a3
}

// bidiName returns the short name of a control of the bidirectional algorithm
// (Unicode Standard Annex 9), or nothing.
func bidiName(r rune) string {
	switch r {
	case 0x061c:
		return "ALM"
	case 0x200e:
		return "LRM"
	case 0x200f:
		return "RLM"
	case 0x202a:
		return "LRE"
	case 0x202b:
		return "RLE"
	case 0x202c:
		return "PDF"
	case 0x202d:
		return "LRO"
	case 0x202e:
		return "RLO"
	case 0x2066:
		return "LRI"
	case 0x2067:
		return "RLI"
	case 0x2068:
		return "FSI"
	case 0x2069:
		return "PDI"
	}
	return ""
}

// prepends reports whether r, a letter, belongs to the cluster of whatever
// follows (Grapheme_Cluster_Break=Prepend), even of a visible form.
func prepends(r rune) bool {
	switch r {
	case 0x0d4e, 0x111c2, 0x111c3, 0x1193f, 0x11941, 0x11d46, 0x11f02:
		return true
	}
	return 0x11a84 <= r && r <= 0x11a89
}

func isSelector(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) }
func isRegional(r rune) bool { return 0x1f1e6 <= r && r <= 0x1f1ff }
func isTone(r rune) bool     { return 0x1f3fb <= r && r <= 0x1f3ff }

// isVoicing reports whether r is a half-width voicing mark of katakana, which
// is a letter by category but joins like a mark.
func isVoicing(r rune) bool { return r == 0xff9e || r == 0xff9f }

// isSaraAm reports whether r is the vowel AM of Thai or Lao.
func isSaraAm(r rune) bool { return r == 0x0e33 || r == 0x0eb3 }

func isKeycapBase(r rune) bool { return '0' <= r && r <= '9' || r == '#' || r == '*' }

// isBlank reports whether r is a space at which a row may break.
func isBlank(r rune) bool {
	return r == ' ' || r == 0x1680 || 0x2000 <= r && r <= 0x200a && r != 0x2007 ||
		r == 0x205f || r == 0x3000
}

// spacelessScript reports whether r is of a script that divides words by
// U+200B if at all.
func spacelessScript(r rune) bool {
	return unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// joiningScript reports whether r is of a script in which ZWJ and ZWNJ choose
// between shapes of a letter.
func joiningScript(r rune) bool {
	return r >= 0x600 && unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mandaic,
		unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
		unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
		unicode.Malayalam, unicode.Sinhala, unicode.Tibetan, unicode.Khmer, unicode.Myanmar)
}

// jamo is the part that a Hangul character plays in a syllable block.
type jamo uint8

const (
	jamoNone jamo = iota
	jamoL         // leading consonant
	jamoV         // vowel
	jamoT         // trailing consonant
	jamoLV        // syllable without a trailing consonant
	jamoLVT       // syllable with one
)

func jamoOf(r rune) jamo {
	switch {
	case r < 0x1100:
		return jamoNone
	case r <= 0x115f || 0xa960 <= r && r <= 0xa97c:
		return jamoL
	case r <= 0x11a7 || 0xd7b0 <= r && r <= 0xd7c6:
		return jamoV
	case r <= 0x11ff || 0xd7cb <= r && r <= 0xd7fb:
		return jamoT
	case r < 0xac00 || r > 0xd7a3:
		return jamoNone
	case (r-0xac00)%28 == 0:
		return jamoLV
	}
	return jamoLVT
}

// noBreakSpaces glue to what stands on either side.
const noBreakSpaces = "\u00a0\u2007\u202f"

// Kinsoku, the rule of Chinese and Japanese typesetting: what must not begin,
// and what must not end a row. Classes CL, CP, EX, IS, NS and OP of Unicode
// Standard Annex 14, as far as they stand next to ideographs.

func neverBegins(r rune) bool {
	if r < utf8.RuneSelf {
		return strings.ContainsRune("!\"%'),-./:;?]|}", r)
	}
	return unicode.In(r, unicode.Pe, unicode.Pf) || strings.ContainsRune(
		noBreakSpaces+"‐–、。，．！？：；・･､｡…‥％‰℃°〜ー々〻ゝゞヽヾゕゖぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶｧｨｩｪｫｬｭｮｯｰ", r)
}

func neverEnds(r rune) bool {
	if r < utf8.RuneSelf {
		return strings.ContainsRune("\"#$'([{", r)
	}
	return unicode.In(r, unicode.Ps, unicode.Pi) || strings.ContainsRune(noBreakSpaces+"￥￡＄＃＠", r)
}
