package format

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth is how deep JSON values may nest, as in encoding/json.
const maxDepth = 10_000

// jsonParser reads one line of JSON (RFC 8259) that is known to be UTF-8. When
// it fails, at is where.
type jsonParser struct {
	in      []byte
	at      int
	scratch []byte // values that differ from the text they stand in
}

func (p *jsonParser) reset(line []byte) { p.in, p.at, p.scratch = line, 0, p.scratch[:0] }

// peek returns the next byte, or 0 at the end.
func (p *jsonParser) peek() byte {
	if p.at < len(p.in) {
		return p.in[p.at]
	}
	return 0
}

func (p *jsonParser) space() {
	for p.at < len(p.in) {
		switch p.in[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *jsonParser) expected(what string) error {
	if p.at >= len(p.in) {
		return faultf(ErrJSON, "the line ends where %s is expected", what)
	}
	r, _ := utf8.DecodeRune(p.in[p.at:])
	return faultf(ErrJSON, "%q where %s is expected", r, what)
}

// value reads any value. What it returns lies in the line or in scratch.
func (p *jsonParser) value() ([]byte, Kind, error) {
	switch c := p.peek(); {
	case c == '"':
		s, err := p.str()
		return s, String, err
	case c == '-' || c >= '0' && c <= '9':
		n, err := p.number()
		return n, Number, err
	case c == '{' || c == '[':
		mark := len(p.scratch)
		if err := p.compact(1); err != nil {
			return nil, Null, err
		}
		return p.scratch[mark:len(p.scratch):len(p.scratch)], JSON, nil
	}
	from := p.at
	for _, lit := range []struct {
		text string
		kind Kind
	}{{"true", Bool}, {"false", Bool}, {"null", Null}} {
		if bytes.HasPrefix(p.in[from:], []byte(lit.text)) {
			p.at += len(lit.text)
			if lit.kind == Null {
				return nil, Null, nil
			}
			return p.in[from:p.at:p.at], lit.kind, nil
		}
	}
	return nil, Null, p.expected("a value")
}

// quoted steps over a string, checks it, and tells whether it has escapes.
func (p *jsonParser) quoted() (escapes bool, err error) {
	p.at++
	for p.at < len(p.in) {
		switch c := p.in[p.at]; {
		case c == '"':
			p.at++
			return escapes, nil
		case c == '\\':
			escapes = true
			if p.at++; p.at == len(p.in) {
				return false, p.expected("the rest of an escape")
			}
			if p.in[p.at] == 'u' {
				for range 4 {
					if p.at++; !isHex(p.peek()) {
						return false, p.expected("a hexadecimal digit")
					}
				}
			} else if bytes.IndexByte([]byte(`"\/bfnrt`), p.in[p.at]) < 0 {
				return false, p.expected(`an escape (one of " \ / b f n r t u)`)
			}
			p.at++
		case c < ' ':
			return false, faultf(ErrJSON, "%q inside a string; write it as an escape", rune(c))
		default:
			p.at++
		}
	}
	return false, p.expected("a closing quote")
}

// str reads a string and returns its text.
func (p *jsonParser) str() ([]byte, error) {
	from := p.at + 1
	escapes, err := p.quoted()
	if err != nil {
		return nil, err
	}
	text := p.in[from : p.at-1 : p.at-1]
	if !escapes {
		return text, nil
	}
	mark := len(p.scratch)
	for {
		i := bytes.IndexByte(text, '\\')
		if i < 0 {
			p.scratch = append(p.scratch, text...)
			return p.scratch[mark:len(p.scratch):len(p.scratch)], nil
		}
		p.scratch = append(p.scratch, text[:i]...)
		c := text[i+1]
		text = text[i+2:]
		switch c {
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		case 'u':
			r := hex4(text)
			text = text[4:]
			if utf16.IsSurrogate(r) {
				low := rune(-1)
				if len(text) >= 6 && text[0] == '\\' && text[1] == 'u' {
					low = hex4(text[2:])
				}
				if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
					text = text[6:]
				}
			}
			p.scratch = utf8.AppendRune(p.scratch, r)
			continue
		}
		p.scratch = append(p.scratch, c)
	}
}

// number steps over a number and returns its text.
func (p *jsonParser) number() ([]byte, error) {
	from := p.at
	if p.peek() == '-' {
		p.at++
	}
	if p.peek() == '0' {
		p.at++
	} else if !p.digits() {
		return nil, p.expected("a digit")
	}
	if p.peek() == '.' {
		if p.at++; !p.digits() {
			return nil, p.expected("a digit")
		}
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		if !p.digits() {
			return nil, p.expected("a digit")
		}
	}
	return p.in[from:p.at:p.at], nil
}

func (p *jsonParser) digits() bool {
	from := p.at
	for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
		p.at++
	}
	return p.at > from
}

// compact appends the array or object that comes next to scratch, without
// white space.
func (p *jsonParser) compact(depth int) error {
	if depth > maxDepth {
		return faultf(ErrJSON, "nested deeper than %d levels", maxDepth)
	}
	open := p.peek()
	end := byte(']')
	if open == '{' {
		end = '}'
	}
	p.keep()
	for first := true; ; first = false {
		p.space()
		if first && p.peek() == end {
			break
		}
		if open == '{' {
			if p.peek() != '"' {
				return p.expected("a key in quotes")
			}
			if err := p.keepScalar(); err != nil {
				return err
			}
			p.space()
			if p.peek() != ':' {
				return p.expected("a colon after the key")
			}
			p.keep()
			p.space()
		}
		var err error
		if c := p.peek(); c == '{' || c == '[' {
			err = p.compact(depth + 1)
		} else {
			err = p.keepScalar()
		}
		if err != nil {
			return err
		}
		p.space()
		if p.peek() == end {
			break
		}
		if p.peek() != ',' {
			return p.expected("a comma or a closing bracket")
		}
		p.keep()
	}
	p.keep()
	return nil
}

// keep appends the next byte to scratch.
func (p *jsonParser) keep() {
	p.scratch = append(p.scratch, p.in[p.at])
	p.at++
}

// keepScalar appends the value that comes next to scratch as it is written.
func (p *jsonParser) keepScalar() error {
	from := p.at
	var err error
	if p.peek() == '"' {
		_, err = p.quoted()
	} else {
		_, _, err = p.value()
	}
	p.scratch = append(p.scratch, p.in[from:p.at]...)
	return err
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// hex4 reads four hexadecimal digits that are known to be there.
func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c <= '9':
			c -= '0'
		case c <= 'F':
			c -= 'A' - 10
		default:
			c -= 'a' - 10
		}
		r = r<<4 | rune(c)
	}
	return r
}
