package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// replaceURLs puts <url> in the place of web addresses: what begins with
// http://, https://, ftp:// or www. and goes on like a host.
func replaceURLs(s string) string {
	var r replacer
	for i := 0; i < len(s); {
		at, host := nextURL(s, i)
		if at < 0 {
			break
		}
		if end := urlEnd(s, host); end > 0 {
			r.put(s, at, end, URL)
			i = end
		} else {
			i = host
		}
	}
	return r.rest(s)
}

// nextURL finds the next beginning of an address, and where its host stands.
func nextURL(s string, i int) (at, host int) {
	for ; i < len(s); i++ {
		switch s[i] {
		case ':':
			if !strings.HasPrefix(s[i:], "://") {
				continue
			}
			for _, scheme := range []string{"https", "http", "ftp"} {
				if from := i - len(scheme); from >= 0 && strings.EqualFold(s[from:i], scheme) {
					return from, i + 3
				}
			}
		case '.':
			if i >= 3 && s[i-1]|0x20 == 'w' && s[i-2]|0x20 == 'w' && s[i-3]|0x20 == 'w' && (i == 3 || !isWordByte(s[i-4])) {
				return i - 3, i + 1
			}
		}
	}
	return -1, 0
}

// urlEnd returns where the address ends whose host stands at s[i], or 0 if
// there is none. Addresses are ASCII and the letters of alphabets: ideographs
// and wide punctuation end them, for Chinese sets no blank behind an address.
func urlEnd(s string, i int) int {
	from := i
	if i == len(s) || !isWordByte(s[i]) && s[i] != '[' && s[i] < utf8.RuneSelf {
		return 0
	}
	open := 0 // parentheses
	for i < len(s) {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r >= 0x2e80 || !unicode.IsLetter(r) && !unicode.IsMark(r) {
				break
			}
			i += n
			continue
		}
		if c <= ' ' || c == 0x7f || strings.IndexByte("<>\"`{}|\\^", c) >= 0 {
			break
		}
		if c == '(' {
			open++
		} else if c == ')' {
			if open--; open < 0 {
				break
			}
		}
		i++
	}
	for i > from && strings.IndexByte(".,;:!?'*_~([", s[i-1]) >= 0 {
		i--
	}
	if i == from {
		return 0
	}
	return i
}

// replaceEmails puts <email> in the place of e-mail addresses.
func replaceEmails(s string) string {
	var r replacer
	from := 0 // no address begins before
	for i := 0; ; i++ {
		j := strings.IndexByte(s[i:], '@')
		if j < 0 {
			break
		}
		i += j
		at := i
		for at > from && isLocalByte(s[at-1]) {
			at--
		}
		for at < i && !isWordByte(s[at]) {
			at++
		}
		end := domainEnd(s, i+1)
		if at < i && isWordByte(s[i-1]) && end > 0 {
			r.put(s, at, end, Email)
			from = end
			i = end - 1
		} else {
			from = i + 1
		}
	}
	return r.rest(s)
}

// domainEnd returns where the domain at s[i] ends, or 0: labels with points
// between them, the last made of two letters or more.
func domainEnd(s string, i int) int {
	end, labels := 0, 0
	for {
		from, letters := i, true
		for i < len(s) && (isWordByte(s[i]) && s[i] != '_' || s[i] == '-' && i > from) {
			letters = letters && isLetter(s[i])
			i++
		}
		if i == from {
			return end
		}
		labels++
		if letters && i-from >= 2 && labels > 1 {
			end = i
		}
		if i == len(s) || s[i] != '.' {
			if labels > 1 && end != i {
				return 0
			}
			return end
		}
		i++
	}
}

func isWordByte(c byte) bool { return isLetter(c) || isDigit(c) || c == '_' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLocalByte(c byte) bool { return isWordByte(c) || strings.IndexByte(".%+-'", c) >= 0 }

// replacer collects a text with replacements. It allocates with the first one.
type replacer struct {
	b    strings.Builder
	done int
}

func (r *replacer) put(s string, from, to int, text string) {
	if r.done == 0 {
		r.b.Grow(len(s))
	}
	r.b.WriteString(s[r.done:from])
	r.b.WriteString(text)
	r.done = to
}

func (r *replacer) rest(s string) string {
	if r.done == 0 {
		return s
	}
	r.b.WriteString(s[r.done:])
	return r.b.String()
}
