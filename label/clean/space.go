package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// compose brings s into normalisation form C.
func compose(s string) string {
	if isASCII(s) {
		return s
	}
	return norm.NFC.String(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// collapse turns each run of white space into one blank and trims the ends.
func collapse(s string) string {
	i := firstSpace(s)
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:i])
	gap := false
	for _, r := range s[i:] {
		if unicode.IsSpace(r) {
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
}

// firstSpace returns where the first white space stands that isn't a single
// blank between other characters, or -1.
func firstSpace(s string) int {
	blank := true // the start counts as one: nothing may follow it
	for i := 0; i < len(s); {
		c := s[i]
		if c > ' ' && c < utf8.RuneSelf {
			blank = false
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case !unicode.IsSpace(r):
			blank = false
		case blank && i > 0:
			return i - 1
		case blank || r != ' ':
			return i
		default:
			blank = true
		}
		i += n
	}
	if blank && len(s) > 0 {
		return len(s) - 1
	}
	return -1
}
