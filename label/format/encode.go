package format

import (
	"strings"
	"unicode/utf8"
)

// csvEncoder writes rows as RFC 4180 has them, with LF line ends.
type csvEncoder struct {
	delim      byte
	noFormulas bool
}

func (c csvEncoder) row(b []byte, values []Value) []byte {
	for i, v := range values {
		if i > 0 {
			b = append(b, c.delim)
		}
		s := strings.ToValidUTF8(v.Text, "\ufffd")
		if c.noFormulas && v.Kind != Number && isFormula(s) {
			s = "'" + s
		}
		if s == "" && len(values) == 1 || c.needsQuotes(s) {
			b = append(b, '"')
			for {
				before, after, found := strings.Cut(s, `"`)
				b = append(b, before...)
				if !found {
					break
				}
				b = append(b, `""`...)
				s = after
			}
			b = append(b, '"')
		} else {
			b = append(b, s...)
		}
	}
	return append(b, '\n')
}

// needsQuotes reports whether a field would be read differently without
// quotes, by this package or by one that trims blanks.
func (c csvEncoder) needsQuotes(s string) bool {
	if s == "" {
		return false
	}
	for i := range len(s) {
		if b := s[i]; b == c.delim || b == '"' || b == '\n' || b == '\r' {
			return true
		}
	}
	blank := func(b byte) bool { return b == ' ' || b == '\t' }
	return blank(s[0]) || blank(s[len(s)-1]) || strings.HasPrefix(s, string(bomUTF8))
}

// isFormula reports whether a spreadsheet may compute a cell with this text:
// it begins with one of = + - @ tab CR LF or a wide form of them, and isn't
// a number. (After OWASP, "CSV Injection".)
func isFormula(s string) bool {
	switch r, _ := utf8.DecodeRuneInString(s); r {
	case '=', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	case '+', '-':
		return !isPlainNumber(s[1:])
	}
	return false
}

// isPlainNumber takes digits with at most one point and an exponent.
func isPlainNumber(s string) bool {
	digits, point := 0, false
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' && !point:
			point = true
		case (c == 'e' || c == 'E') && digits > 0:
			exp := strings.TrimPrefix(strings.TrimPrefix(s[i+1:], "-"), "+")
			return exp != "" && strings.Trim(exp, "0123456789") == ""
		default:
			return false
		}
	}
	return digits > 0
}

// jsonEncoder writes JSON objects with their keys in column order.
type jsonEncoder struct {
	keys [][]byte // each with what stands before its value
}

func newJSONEncoder(columns []string) *jsonEncoder {
	e := &jsonEncoder{}
	for i, name := range columns {
		key := []byte{','}
		if i == 0 {
			key[0] = '{'
		}
		e.keys = append(e.keys, append(appendJSONString(key, name), ':'))
	}
	return e
}

func (e *jsonEncoder) row(b []byte, values []Value) []byte {
	for i, v := range values {
		b = append(b, e.keys[i]...)
		b = appendValue(b, v)
	}
	return append(b, "}\n"...)
}

// appendValue writes a text that isn't what its kind promises as a string.
func appendValue(b []byte, v Value) []byte {
	if v.Kind == Null {
		return append(b, "null"...)
	}
	if v.Kind != String {
		p := jsonParser{in: []byte(v.Text)}
		if _, kind, err := p.value(); err == nil && kind == v.Kind && p.at == len(p.in) && utf8.ValidString(v.Text) {
			if kind == JSON {
				return append(b, p.scratch...)
			}
			return append(b, v.Text...)
		}
	}
	return appendJSONString(b, v.Text)
}

func appendJSONString(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[from:i]...), "\ufffd"...)
				from = i + 1
			}
			i += n
			continue
		}
		if c < ' ' || c == '"' || c == '\\' {
			b = append(b, s[from:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, `\n`...)
			case '\r':
				b = append(b, `\r`...)
			case '\t':
				b = append(b, `\t`...)
			default:
				b = append(b, `\u00`...)
				b = append(b, hex[c>>4], hex[c&15])
			}
			from = i + 1
		}
		i++
	}
	return append(append(b, s[from:]...), '"')
}
