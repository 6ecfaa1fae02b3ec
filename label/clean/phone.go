package clean

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// replacePhones puts <phone> in the place of phone numbers: international ones
// (+ or 00 and 9 to 15 digits), North American ones in their usual groups,
// Chinese mobile and landline ones, and national ones that begin with a 0.
// Amounts, dates, years, times and long numbers without groups stay.
func replacePhones(s string) string {
	var r replacer
	for i := 0; i < len(s); {
		c := s[i]
		if !isDigit(c) && c != '+' && c != '(' {
			i++
			continue
		}
		n := scanNumber(s[i:])
		if n.n == 0 {
			i++
			continue
		}
		end := i + n.ends[0]
		if n.ends[n.n-1] >= 9 && opens(s[:i]) {
			for ; n.n > 0; n.drop() { // another number may follow behind a blank
				if to := i + n.ends[n.n-1]; n.isPhone() && closes(s[to:]) {
					r.put(s, i, to, Phone)
					end = to
					break
				}
			}
		}
		i = end
	}
	return r.rest(s)
}

// number is a run of digits in groups, as scanNumber finds it.
type number struct {
	plus   bool
	n      int      // of groups
	groups [8]int   // digits in each
	ends   [8]int   // where each ends
	seps   [8]byte  // what stands before each: blank, hyphen, point, or 0
	paren  int      // which group stands in parentheses, from 1; 0 for none
	count  int      // of digits
	digits [20]byte // the first ones
}

// drop forgets the last group.
func (n *number) drop() {
	n.n--
	n.count -= n.groups[n.n]
}

// scanNumber reads groups of digits with at most one separator between them.
func scanNumber(s string) (n number) {
	i := 0
	if s[0] == '+' {
		n.plus = true
		i++
	}
	for sep := byte(0); n.n < len(n.groups); {
		paren := i < len(s) && s[i] == '(' && n.paren == 0
		if paren {
			i++
		}
		from := i
		for i < len(s) && isDigit(s[i]) {
			if at := n.count + i - from; at < len(n.digits) {
				n.digits[at] = s[i]
			}
			i++
		}
		if i == from || paren && (i == len(s) || s[i] != ')') {
			break
		}
		n.groups[n.n], n.seps[n.n] = i-from, sep
		n.count += i - from
		if paren {
			i++
			n.paren = n.n + 1
		}
		n.ends[n.n] = i
		n.n++
		sep = 0
		if i < len(s) && strings.IndexByte(" -.", s[i]) >= 0 {
			sep = s[i]
			i++
		} else if !paren && (i == len(s) || s[i] != '(') {
			break
		}
	}
	return n
}

func (n *number) isPhone() bool {
	if n.count < 9 || n.count > 17 {
		return false
	}
	d, last := n.digits[:n.count], n.n-1
	switch {
	case n.plus:
		// A point before two or three digits makes an amount: +1.234.567.890
		return d[0] != '0' && n.count <= 15 && (n.seps[last] != '.' || n.groups[last] > 3)
	case d[0] == '0' && d[1] == '0':
		return d[2] != '0' && n.count >= 11 && n.seps[last] != '.'
	case d[0] == '0' && n.n == 1: // national: 08001111111
		return n.count == 10 || n.count == 11
	case d[0] == '0': // 020 7946 0001, 010-12345678
		return n.count >= 10 && n.count <= 12 && n.n <= 4 && n.groups[0] >= 3 && n.groups[last] >= 3 && n.seps[last] != '.'
	case n.count == 10:
		return isNorthAmerican(d) && (n.shape("3-3-4") || n.paren == 1 && n.shape("3-7"))
	case n.count == 11 && d[0] == '1':
		return isNorthAmerican(d[1:]) && n.shape("1-3-3-4") || isChineseMobile(d) && n.shape("11", "3-4-4")
	case n.count == 13 && d[0] == '8' && d[1] == '6':
		return isChineseMobile(d[2:]) && n.shape("13", "2-11", "2-3-4-4")
	}
	return false
}

// shape reports whether the groups have one of these lengths.
func (n *number) shape(shapes ...string) bool {
	for _, shape := range shapes {
		i, ok := 0, true
		for part := range strings.SplitSeq(shape, "-") {
			size := int(part[0] - '0')
			if len(part) == 2 {
				size = 10*size + int(part[1]-'0')
			}
			ok = ok && i < n.n && n.groups[i] == size
			i++
		}
		if ok && i == n.n {
			return true
		}
	}
	return false
}

// isChineseMobile takes 11 digits from 13x to 19x.
func isChineseMobile(d []byte) bool { return d[0] == '1' && d[1] >= '3' }

// isNorthAmerican takes 10 digits; area code and exchange begin with 2 to 9.
func isNorthAmerican(d []byte) bool { return d[0] >= '2' && d[3] >= '2' }

// opens reports whether a phone number may begin behind s: not within a word,
// an amount, a date or a longer number.
func opens(s string) bool {
	if s == "" {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	switch {
	case strings.ContainsRune("_.,-/+#&%", r), unicode.Is(unicode.Sc, r), unicode.IsDigit(r):
		return false
	}
	return r >= 0x2e80 || !unicode.IsLetter(r)
}

// closes reports whether a phone number may end before s.
func closes(s string) bool {
	if s == "" {
		return true
	}
	r, n := utf8.DecodeRuneInString(s)
	switch {
	case strings.ContainsRune("_%％元圆块円萬万亿", r), unicode.Is(unicode.Sc, r), unicode.IsDigit(r):
		return false
	case strings.ContainsRune(".,-/:+", r):
		return len(s) == n || !isDigit(s[n])
	}
	return r >= 0x2e80 || !unicode.IsLetter(r)
}
