package rule

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// keywords match where one of several words occurs.
type keywords struct {
	terms   []term
	columns []int
}

// term is a word or a phrase, folded.
type term struct {
	text        []byte
	left, right bool // it must begin, and end, where a word does
}

// newKeywords reads words with commas between them: free, prize, "call now". What
// is in quotes may hold commas. A word that ends with * may go on: pay* is found
// in payment; one that begins with * may begin before.
func newKeywords(text string, columns []int) (*keywords, error) {
	k := &keywords{columns: columns}
	for at := 0; ; {
		from := at
		word, next, quoted, err := nextWord(text, at)
		if err != nil {
			return nil, err
		}
		t := term{left: true, right: true}
		if !quoted {
			word, t.left = cutStar(word, strings.TrimPrefix)
			word, t.right = cutStar(word, strings.TrimSuffix)
		}
		t.text, _ = fold(nil, norm.NFC.String(word), nil)
		t.text = bytes.TrimSpace(t.text)
		if len(t.text) == 0 {
			return nil, &SyntaxError{column(text, from), "a word is missing here"}
		}
		first, _ := utf8.DecodeRune(t.text)
		last, _ := utf8.DecodeLastRune(t.text)
		t.left, t.right = t.left && spaced(first), t.right && spaced(last)
		k.terms = append(k.terms, t)
		if next < 0 {
			return k, nil
		}
		at = next
	}
}

// cutStar takes a star off an end of a word; bound is false where there was one.
func cutStar(word string, trim func(s, star string) string) (rest string, bound bool) {
	rest = trim(word, "*")
	return rest, rest == word
}

// nextWord returns the word that begins at a byte of a list, and where the one
// behind the next comma begins; -1 where there is none.
func nextWord(text string, at int) (word string, next int, quoted bool, err error) {
	rest := strings.TrimLeftFunc(text[at:], unicode.IsSpace)
	at = len(text) - len(rest)
	if strings.HasPrefix(rest, `"`) {
		end := strings.IndexByte(rest[1:], '"')
		if end < 0 {
			return "", 0, true, &SyntaxError{column(text, at), `the quote is not closed: another " is needed`}
		}
		word = rest[1 : 1+end]
		after := strings.TrimLeftFunc(rest[end+2:], unicode.IsSpace)
		at = len(text) - len(after)
		if after == "" {
			return word, -1, true, nil
		}
		c, size := utf8.DecodeRuneInString(after)
		if !isComma(c) {
			return "", 0, true, &SyntaxError{column(text, at), "a comma is needed between two words"}
		}
		return word, at + size, true, nil
	}
	i := strings.IndexFunc(rest, isComma)
	if i < 0 {
		return strings.TrimSpace(rest), -1, false, nil
	}
	_, size := utf8.DecodeRuneInString(rest[i:])
	return strings.TrimSpace(rest[:i]), at + i + size, false, nil
}

func isComma(r rune) bool { return r == ',' || r == '，' || r == '、' }

// column is the place of a byte of a text, in characters from 1.
func column(text string, at int) int { return utf8.RuneCountInString(text[:min(at, len(text))]) + 1 }

func (k *keywords) match(v *View) bool {
	for _, c := range k.columns {
		if k.in(v.folded(c)) {
			return true
		}
	}
	return false
}

// in reports whether one of the words occurs in a folded text.
func (k *keywords) in(text []byte) bool {
	for i := range k.terms {
		if k.terms[i].find(text, 0) >= 0 {
			return true
		}
	}
	return false
}

// find returns where the term occurs from a byte on, -1 where it does not.
func (t *term) find(text []byte, from int) int {
	for from <= len(text) {
		i := bytes.Index(text[from:], t.text)
		if i < 0 {
			return -1
		}
		at, end := from+i, from+i+len(t.text)
		if (!t.left || !wordAt(utf8.DecodeLastRune(text[:at]))) && (!t.right || !wordAt(utf8.DecodeRune(text[end:]))) {
			return at
		}
		_, size := utf8.DecodeRune(text[at:])
		from = at + size
	}
	return -1
}

func (k *keywords) places(v *View, add func(column, from, to int)) {
	for _, c := range k.columns {
		folded, back := fold(nil, v.text(c), []int32{})
		for i := range k.terms {
			t := &k.terms[i]
			for at := t.find(folded, 0); at >= 0; at = t.find(folded, at+len(t.text)) {
				add(c, int(back[at]), int(back[at+len(t.text)]))
			}
		}
	}
}

// fold appends a text as words are compared: capitals and wide forms as small and
// narrow ones, each run of white space as one blank, without characters that are
// not seen. Where back is not nil it gets for each byte, and for the end, the
// place in s that it came from.
func fold(b []byte, s string, back []int32) ([]byte, []int32) {
	track := back != nil
	blank := false
	for i, r := range s {
		from := len(b)
		switch {
		case r < utf8.RuneSelf && r > ' ':
			if r >= 'A' && r <= 'Z' {
				r += 'a' - 'A'
			}
			b = append(b, byte(r))
		case unicode.IsSpace(r):
			if blank {
				continue
			}
			b = append(b, ' ')
		case r >= 0x2e80 && r < 0xa000: // ideographs and kana, which are what they are
			b = utf8.AppendRune(b, r)
		case unicode.Is(unicode.Cf, r):
			continue
		default:
			if f := width.LookupRune(r).Folded(); f != 0 {
				r = f
			}
			b = utf8.AppendRune(b, unicode.ToLower(unicode.ToUpper(r)))
		}
		blank = b[len(b)-1] == ' '
		if track {
			for range len(b) - from {
				back = append(back, int32(i))
			}
		}
	}
	if track {
		back = append(back, int32(len(s)))
	}
	return b, back
}

// unspaced are the scripts that put no blanks between words.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Bopomofo}

// spaced reports whether a character is part of words that have blanks, or
// something like them, on both sides.
func spaced(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r == '_'
	}
	return (unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)) && !unicode.In(r, unspaced...) && r != 'ー'
}

// wordAt is spaced of a decoded character; false where there is none.
func wordAt(r rune, size int) bool { return size > 0 && spaced(r) }
