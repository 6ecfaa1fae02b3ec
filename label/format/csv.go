package format

import (
	"bytes"
	"strconv"
	"strings"
)

// csvRows splits delimited text as RFC 4180 has it, and as real files do: a
// field that doesn't begin with a quote may hold quotes, lines may end in any
// way, blank lines mean nothing.
type csvRows struct {
	w       *window
	delim   byte
	quotes  bool
	width   int  // fields a row; 0 accepts any
	adopt   bool // take the width from the first good row
	names   []string
	fields  [][]byte
	extra   int // fields beyond those kept
	spans   []span
	scratch []byte // fields with doubled quotes, undoubled
}

// maxFields is how many fields a row may have where no header limits them.
const maxFields = 100_000

// most returns how many fields are kept: enough to tell that they are too
// many, so that a line of nothing but delimiters costs no memory.
func (c *csvRows) most() int {
	if c.width > 0 {
		return c.width
	}
	return maxFields
}

// span is where a field lies, in the window or in scratch.
type span struct {
	from, to int
	scratch  bool
}

func (c *csvRows) columns() []string { return c.names }

func (c *csvRows) next(rec *Record) error {
	for {
		line, n, err := c.w.peek()
		if err != nil {
			return tooLong(c.w, err)
		}
		if len(line) == 0 {
			c.w.advance(n, 1)
			continue
		}
		at, ends := c.w.line, 1
		if c.quotes && bytes.IndexByte(line, '"') >= 0 {
			if n, ends, err = c.quoted(); err != nil {
				return err
			}
		} else {
			c.plain(line)
		}
		if c.extra > 0 || c.width > 0 && len(c.fields) != c.width {
			err = c.wrongWidth(c.w.text()[:n])
		}
		c.w.advance(n, ends)
		if err != nil {
			return err
		}
		if c.adopt {
			c.adopt, c.width, c.names = false, len(c.fields), numberedNames(len(c.fields))
		}
		rec.Fields, rec.Kinds, rec.Line = c.fields, nil, at
		return nil
	}
}

// plain splits a line that has no quotes.
func (c *csvRows) plain(line []byte) {
	c.fields, c.extra = c.fields[:0], 0
	for most := c.most(); ; {
		i := bytes.IndexByte(line, c.delim)
		if i >= 0 && len(c.fields) == most-1 {
			c.extra = bytes.Count(line, []byte{c.delim})
			line = line[:i]
			i = -1
		}
		if i < 0 {
			c.fields = append(c.fields, line)
			return
		}
		c.fields = append(c.fields, line[:i:i])
		line = line[i+1:]
	}
}

// quoted splits a record that has quotes and may reach over several lines. It
// returns its length and how many line ends that holds. After a misplaced
// quote the first line is consumed and the error is a *RowError.
func (c *csvRows) quoted() (n, ends int, err error) {
	c.spans, c.scratch, c.extra = c.spans[:0], c.scratch[:0], 0
	p, most := 0, c.most()
	for last := false; !last; {
		t := c.w.text()
		if p == len(t) && c.w.more() {
			t = c.w.text()
		}
		var s span
		if p < len(t) && t[p] == '"' {
			open := p
			if s, p, err = c.quotedField(p + 1); err != nil {
				return 0, 0, err
			}
			ends += bytes.Count(c.w.text()[open:p], []byte{c.w.eol})
			size, end, ok, err := c.after(p)
			if err != nil {
				return 0, 0, err
			}
			if !ok {
				return 0, 0, c.misplaced("text follows the closing quote" + onLine(c.w.line, ends) + "; double the quotes that belong to the text")
			}
			p, last = p+size, end
		} else if s, p, last, err = c.plainField(p); err != nil {
			return 0, 0, err
		}
		if len(c.spans) < most {
			c.spans = append(c.spans, s)
		} else {
			c.extra++
		}
	}
	t := c.w.text()
	if p > 0 && t[p-1] == c.w.eol {
		ends++
	}
	c.fields = c.fields[:0]
	for _, s := range c.spans {
		from := t
		if s.scratch {
			from = c.scratch
		}
		c.fields = append(c.fields, from[s.from:s.to:s.to])
	}
	return p, ends, nil
}

// quotedField reads on from behind an opening quote to behind the closing one.
func (c *csvRows) quotedField(p int) (span, int, error) {
	from, mark, doubled := p, len(c.scratch), false
	for {
		t := c.w.text()
		i := bytes.IndexByte(t[p:], '"')
		if i < 0 {
			p = len(t)
			if c.w.more() {
				continue
			}
			if err := c.w.failed(); err != nil {
				return span{}, 0, err
			}
			what := "the quote that opens this field is never closed; close it, or double it if it belongs to the text"
			if c.w.err == nil {
				what = "the quote that opens this field is not closed within " + byteSize(c.w.limit) + "; close it, or double it if it belongs to the text"
			}
			return span{}, 0, c.misplaced(what)
		}
		p += i
		if p+1 == len(t) && c.w.more() {
			t = c.w.text()
		}
		if p+1 < len(t) && t[p+1] == '"' {
			c.scratch = append(c.scratch, t[from:p+1]...)
			p += 2
			from, doubled = p, true
			continue
		}
		if !doubled {
			return span{from, p, false}, p + 1, nil
		}
		c.scratch = append(c.scratch, t[from:p]...)
		return span{mark, len(c.scratch), true}, p + 1, nil
	}
}

// after looks at what follows a closing quote: the length of the delimiter or
// line end, whether the record ends here, and whether it is one of these.
func (c *csvRows) after(p int) (size int, end, ok bool, err error) {
	t := c.w.text()
	if p == len(t) || t[p] == '\r' && p+1 == len(t) {
		if !c.w.more() {
			if err := c.cutShort(); err != nil {
				return 0, false, false, err
			}
		}
		t = c.w.text()
	}
	switch {
	case p == len(t):
		return 0, true, true, nil
	case t[p] == c.delim:
		return 1, false, true, nil
	case t[p] == c.w.eol:
		return 1, true, true, nil
	case t[p] == '\r' && p+1 == len(t):
		return 1, true, true, nil
	case t[p] == '\r' && t[p+1] == c.w.eol:
		return 2, true, true, nil
	}
	return 0, false, false, nil
}

// cutShort tells why no more of a record can be read, nil at the end of the
// file.
func (c *csvRows) cutShort() error {
	if c.w.err == nil {
		return c.badRow(ErrTooLong, "longer than "+byteSize(c.w.limit)+"; shorten or split it")
	}
	return c.w.failed()
}

// plainField reads a field without quotes around it to behind its delimiter or
// line end.
func (c *csvRows) plainField(p int) (s span, next int, last bool, err error) {
	from := p
	for {
		t := c.w.text()
		for p < len(t) && t[p] != c.delim && t[p] != c.w.eol {
			p++
		}
		if p < len(t) && t[p] == c.delim {
			return span{from, p, false}, p + 1, false, nil
		}
		if p == len(t) {
			if c.w.more() {
				continue
			}
			if err := c.cutShort(); err != nil {
				return span{}, 0, false, err
			}
		}
		to := p
		if p < len(t) {
			p++
		}
		if c.w.eol == '\n' && to > from && t[to-1] == '\r' {
			to--
		}
		return span{from, to, false}, p, true, nil
	}
}

// misplaced is badRow for the field that is being read.
func (c *csvRows) misplaced(what string) error {
	bad := c.badRow(ErrQuote, what)
	bad.Column = len(c.spans) + c.extra + 1
	if bad.Column <= len(c.names) {
		bad.ColumnName = c.names[bad.Column-1]
	}
	return bad
}

// badRow gives up the record being read, of which only the first line is
// consumed: where its end is can't be known.
func (c *csvRows) badRow(kind error, what string) *RowError {
	bad := &RowError{Line: c.w.line, Cause: &fault{kind, what}}
	line := c.w.text()
	if i := bytes.IndexByte(line, c.w.eol); i >= 0 {
		line = line[:i]
	}
	bad.Raw = bytes.Clone(trimEnd(line, c.w.eol))
	c.w.skip()
	return bad
}

func (c *csvRows) wrongWidth(raw []byte) error {
	n := len(c.fields) + c.extra
	what := plural(n, "field") + " where " + strconv.Itoa(c.width) + " are expected; "
	if c.width == 0 {
		what = plural(n, "field") + ", more than can be read; "
	}
	switch {
	case n > c.width:
		what += "put fields that contain " + article(delimiterName(c.delim)) + " in quotes"
	case n == 1:
		what += "put fields that contain a line break in quotes, or name another delimiter"
	default:
		what += "put fields that contain a line break in quotes"
	}
	return &RowError{Line: c.w.line, Cause: &fault{ErrFields, what}, Raw: bytes.Clone(trimEnd(raw, c.w.eol))}
}

// trimEnd cuts the line end off.
func trimEnd(b []byte, eol byte) []byte {
	b = bytes.TrimSuffix(b, []byte{eol})
	if eol == '\n' {
		b = bytes.TrimSuffix(b, []byte{'\r'})
	}
	return b
}

func onLine(first, ends int) string {
	if ends == 0 {
		return ""
	}
	return " on line " + strconv.Itoa(first+ends)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

func article(noun string) string {
	if strings.HasPrefix(noun, "delimiter") {
		return "the " + noun
	}
	return "a " + noun
}
