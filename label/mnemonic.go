package label

import (
	"strings"
	"unicode"
)

// oneKeyLimit is the number of labels up to which each gets a single key.
const oneKeyLimit = 30

const alphabet = "abcdefghijklmnopqrstuvwxyz"

// ProposeKeys proposes a key for each label: its name where that is a digit, a
// letter of its name where one is free, else any free letter, else a capital;
// beyond thirty labels two keys each, the first of them a letter that stands for
// a group of labels. Reserved single characters are never proposed as a first
// key. Names without Latin letters get free letters in order. The result is in
// the order of names and depends on nothing else.
func ProposeKeys(names, reserved []string) []string {
	taken := map[string]bool{}
	for _, r := range reserved {
		taken[r] = true
	}
	if len(names) > oneKeyLimit {
		return proposePairs(names, taken)
	}
	keys := make([]string, len(names))
	claim := func(i int, candidates string) bool {
		for _, r := range candidates {
			if k := string(r); !taken[k] {
				keys[i], taken[k] = k, true
				return true
			}
		}
		return false
	}
	// A label that is called by a digit has that digit, and no other label can
	// then be chosen by its number.
	for i, n := range names {
		if len(n) == 1 && n[0] >= '0' && n[0] <= '9' {
			claim(i, n)
		}
	}
	// First letters of words go first for all labels, so that "bullish" is not
	// robbed of its b by an earlier "verb".
	for i, n := range names {
		if keys[i] == "" {
			claim(i, initials(n))
		}
	}
	for i, n := range names {
		if keys[i] == "" && !claim(i, letters(n)) && !claim(i, alphabet) {
			claim(i, strings.ToUpper(letters(n)+alphabet))
		}
	}
	return keys
}

func proposePairs(names []string, taken map[string]bool) []string {
	var firsts string
	for _, r := range alphabet {
		if !taken[string(r)] {
			firsts += string(r)
		}
	}
	keys := make([]string, len(names))
	used := map[string]bool{}
	for i, n := range names {
		// A pair from the name if there is one: the initials of its words, then
		// any two of its letters in order; else the first free pair there is.
		for _, c := range []struct{ first, second string }{
			{initials(n), initials(n)}, {initials(n), letters(n)}, {letters(n), letters(n)}, {initials(n), alphabet}, {firsts, alphabet},
		} {
			if k := firstPair(c.first, c.second, firsts, used); k != "" {
				keys[i], used[k] = k, true
				break
			}
		}
	}
	return keys
}

func firstPair(first, second, firsts string, used map[string]bool) string {
	for i, a := range first {
		if !strings.ContainsRune(firsts, a) {
			continue
		}
		for j, b := range second {
			if first == second && j == i && len(second) > 1 {
				continue
			}
			if k := string(a) + string(b); !used[k] {
				return k
			}
		}
	}
	return ""
}

// initials are the lower-case first Latin letters of a name's words.
func initials(name string) string {
	var b strings.Builder
	start := true
	for _, r := range name {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if l := unicode.ToLower(r); start && l >= 'a' && l <= 'z' {
			b.WriteRune(l)
		}
		start = !letter
	}
	return b.String()
}

// letters are the lower-case Latin letters of a name.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r = unicode.ToLower(r); r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, name)
}
