// Package format reads and writes the files of the outside world: CSV, TSV,
// JSON Lines and plain lines of text, each plain or packed with gzip, in any
// common text encoding.
//
// Everything streams: memory depends on the longest record, never on the
// length of the file. What a file is (its format, encoding, delimiter, whether
// it has a header) is detected from its beginning and told as a Dialect; a
// Spec overrides any part of it.
//
// A row that can't be read is a *RowError, after which reading goes on with
// the next row. Whatever ends the reading for good is a *FileError.
package format

import (
	"errors"
	"fmt"
	"strings"
)

// Format is a kind of file.
type Format string

// The formats.
const (
	CSV   Format = "csv"   // delimited fields, quoted as in RFC 4180
	TSV   Format = "tsv"   // the same with tabs
	JSONL Format = "jsonl" // one JSON object a line
	Lines Format = "lines" // one text a line, in a column named "text"
)

// ParseFormat reads the name of a format; "" means detect it.
func ParseFormat(s string) (Format, error) {
	switch f := Format(strings.ToLower(strings.TrimSpace(s))); f {
	case "", CSV, TSV, JSONL, Lines:
		return f, nil
	case "ndjson":
		return JSONL, nil
	case "txt", "text":
		return Lines, nil
	}
	return "", &fault{ErrFormat, fmt.Sprintf("no format %q: csv, tsv, jsonl or lines", s)}
}

// Choice is yes, no, or left to detection.
type Choice uint8

// The choices.
const (
	Detect Choice = iota
	Yes
	No
)

func choose(b bool) Choice {
	if b {
		return Yes
	}
	return No
}

// DefaultMaxRecord is the longest record that is read, in bytes of UTF-8.
const DefaultMaxRecord = 64 << 20

// Spec says what is known about a file before it is opened. The zero value of
// each field means: detect it.
type Spec struct {
	Format    Format
	Encoding  string // any name of the WHATWG encoding standard: utf-8, gb18030, windows-1252, big5 ...
	Delimiter byte   // one ASCII character; CSV only
	Header    Choice // the first row names the columns; JSONL has none
	Quotes    Choice // quotes around a field are not part of it; detected as No only for tabs
	MaxRecord int    // in bytes; 0 means DefaultMaxRecord. Longer records are bad rows
}

// complete reports whether nothing is left to detect, so that a stream can be
// read as it arrives.
func (s Spec) complete() bool {
	if s.Format == "" || s.Encoding == "" {
		return false
	}
	delimited := s.Format == CSV || s.Format == TSV
	return !delimited || s.Header != Detect && s.Quotes != Detect && (s.Delimiter != 0 || s.Format == TSV)
}

// ParseDelimiter reads a delimiter as users write it: the character itself, or
// comma, tab, semicolon, pipe, \t. "" means detect it and gives 0.
func ParseDelimiter(s string) (byte, error) {
	switch strings.ToLower(s) {
	case "":
		return 0, nil
	case "comma":
		return ',', nil
	case "tab", `\t`:
		return '\t', nil
	case "semicolon":
		return ';', nil
	case "pipe":
		return '|', nil
	}
	if len(s) == 1 && validDelimiter(s[0]) {
		return s[0], nil
	}
	return 0, &fault{ErrFormat, fmt.Sprintf("%q can't be a delimiter: one ASCII character is needed, or comma, tab, semicolon, pipe", s)}
}

func validDelimiter(c byte) bool {
	return c > 0 && c < 0x80 && c != '"' && c != '\n' && c != '\r'
}

// Dialect is what a file turned out to be.
type Dialect struct {
	Format    Format
	Encoding  string // canonical WHATWG name, such as utf-8
	BOM       bool   // it began with a byte order mark
	Gzip      bool
	Delimiter byte // CSV and TSV
	Header    bool
	Quotes    bool
	CR        bool // lines end in a carriage return alone
}

// String describes the dialect to a person: "CSV, semicolon, header, UTF-8".
func (d Dialect) String() string {
	parts := []string{strings.ToUpper(string(d.Format))}
	if d.Format == Lines {
		parts[0] = "plain lines"
	}
	if d.Format == CSV {
		parts = append(parts, delimiterName(d.Delimiter))
	}
	if d.Format != JSONL {
		if d.Header {
			parts = append(parts, "header")
		} else if d.Format != Lines {
			parts = append(parts, "no header")
		}
	}
	if d.Format == TSV && !d.Quotes {
		parts = append(parts, "quotes are text")
	}
	if d.CR {
		parts = append(parts, "lines end in CR")
	}
	enc := d.Encoding
	if strings.HasPrefix(enc, "utf") || strings.HasPrefix(enc, "gb") {
		enc = strings.ToUpper(enc)
	}
	if d.BOM && d.Encoding == utf8Name {
		enc += " with BOM"
	}
	parts = append(parts, enc)
	if d.Gzip {
		parts = append(parts, "gzip")
	}
	return strings.Join(parts, ", ")
}

// Spec returns the specification that opens the same file in the same way
// without detecting anything.
func (d Dialect) Spec() Spec {
	return Spec{Format: d.Format, Encoding: d.Encoding, Delimiter: d.Delimiter, Header: choose(d.Header), Quotes: choose(d.Quotes)}
}

func delimiterName(c byte) string {
	switch c {
	case ',':
		return "comma"
	case '\t':
		return "tab"
	case ';':
		return "semicolon"
	case '|':
		return "pipe"
	}
	return fmt.Sprintf("delimiter %q", c)
}

// Sentinels that the causes of row and file errors wrap.
var (
	ErrFields   = errors.New("format: wrong number of fields")
	ErrQuote    = errors.New("format: misplaced quote")
	ErrJSON     = errors.New("format: not a JSON object")
	ErrTooLong  = errors.New("format: record too long")
	ErrEncoding = errors.New("format: unknown or damaged text encoding")
	ErrDamaged  = errors.New("format: damaged gzip data")
	ErrFormat   = errors.New("format: not a format that can be read")
)
