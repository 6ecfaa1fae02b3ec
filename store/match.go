package store

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// matcher finds a text regardless of case. It looks for the first bytes that
// the rarest character of the text can begin with, which is fast, and compares
// around them.
type matcher struct {
	folded []rune // the text, each character the least of its case variants
	at     int    // the rarest character
	first  []byte // first bytes of its variants
}

// maxFirst is more than any character has case variants.
const maxFirst = 8

// newMatcher returns nil for an empty text.
func newMatcher(text string) *matcher {
	m := &matcher{}
	for _, r := range text {
		m.folded = append(m.folded, fold(r))
	}
	if len(m.folded) == 0 {
		return nil
	}
	for i, r := range m.folded {
		if rarity(r) > rarity(m.folded[m.at]) {
			m.at = i
		}
	}
	r := m.folded[m.at]
	for v := r; ; {
		if b := utf8.AppendRune(nil, v)[0]; bytes.IndexByte(m.first, b) < 0 {
			m.first = append(m.first, b)
		}
		if v = unicode.SimpleFold(v); v == r {
			return m
		}
	}
}

// fold returns the least of the case variants of r.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			return r - 'a' + 'A'
		}
		return r
	}
	least := r
	for v := unicode.SimpleFold(r); v != r; v = unicode.SimpleFold(v) {
		least = min(least, v)
	}
	return least
}

// common are the characters of ordinary text, most frequent first.
const common = " ETAOINSRHLDCUMFPGWYBV,.0K1-2'/"

// rarity is larger for characters that are seldom met.
func rarity(r rune) int {
	if i := bytes.IndexRune([]byte(common), r); i >= 0 {
		return i
	}
	return len(common)
}

// find returns where the first match in f begins and ends, or -1.
func (m *matcher) find(f []byte) (start, end int) {
	// Where each of the first bytes comes next, len(f) for nowhere: each is
	// looked for once, however often another one comes in between.
	var places [maxFirst]int
	next := places[:len(m.first)]
	for i := range next {
		next[i] = -1
	}
	for at := 0; at < len(f); at++ {
		best := len(f)
		for i, c := range m.first {
			if next[i] < at {
				next[i] = len(f)
				if j := bytes.IndexByte(f[at:], c); j >= 0 {
					next[i] = at + j
				}
			}
			best = min(best, next[i])
		}
		if at = best; at == len(f) {
			break
		}
		if start, end := m.match(f, at); start >= 0 {
			return start, end
		}
	}
	return -1, -1
}

// match compares around a place where the rarest character may begin.
func (m *matcher) match(f []byte, at int) (start, end int) {
	end = at
	for _, want := range m.folded[m.at:] {
		r, n := utf8.DecodeRune(f[end:])
		if n == 0 || fold(r) != want {
			return -1, -1
		}
		end += n
	}
	start = at
	for i := m.at - 1; i >= 0; i-- {
		r, n := utf8.DecodeLastRune(f[:start])
		if n == 0 || fold(r) != m.folded[i] {
			return -1, -1
		}
		start -= n
	}
	return start, end
}
