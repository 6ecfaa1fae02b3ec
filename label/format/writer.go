package format

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// Value is a field with its kind. The zero Value is null.
type Value struct {
	Kind Kind
	Text string // as Record gives it: the text, the number's literal, true or false, compact JSON; nothing for Null
}

// Text is a String Value.
func Text(s string) Value { return Value{String, s} }

// Values returns a copy of the record's fields with their kinds, for writing.
func (r Record) Values() []Value {
	out := make([]Value, len(r.Fields))
	for i, s := range r.Strings() {
		out[i] = Value{String, s}
		if r.Kinds != nil {
			out[i].Kind = r.Kinds[i]
		}
	}
	return out
}

// WriterOptions adapts what is written to who will read it.
type WriterOptions struct {
	Delimiter  byte // CSV; 0 means a comma
	NoHeader   bool // CSV and TSV: leave the row of column names out
	BOM        bool // begin with a byte order mark, which some spreadsheets need to see UTF-8
	NoFormulas bool // CSV and TSV: put an apostrophe before cells that a spreadsheet would compute
}

// Writer writes records to a file of one format. It buffers: call Flush or
// Close at the end.
type Writer struct {
	w       *bufio.Writer
	columns int
	row     func([]byte, []Value) []byte // appends one record
	buf     []byte
	err     error // sticky
}

// NewWriter writes CSV, TSV or JSONL in UTF-8 to w, which the caller closes.
// Records have a value for each column. Text that isn't valid UTF-8 has its
// bad bytes replaced by U+FFFD; everything else is kept as it is.
func NewWriter(w io.Writer, f Format, columns []string, o WriterOptions) (*Writer, error) {
	out := &Writer{w: bufio.NewWriterSize(w, 64<<10), columns: len(columns)}
	if o.BOM {
		out.buf = append(out.buf, bomUTF8...)
	}
	switch f {
	case JSONL:
		out.row = newJSONEncoder(columns).row
	case CSV, TSV:
		c := csvEncoder{delim: ',', noFormulas: o.NoFormulas}
		if o.Delimiter != 0 {
			c.delim = o.Delimiter
		}
		if f == TSV {
			c.delim = '\t'
		}
		if !validDelimiter(c.delim) {
			return nil, faultf(ErrFormat, "%q can't be a delimiter", c.delim)
		}
		out.row = c.row
		if !o.NoHeader {
			names := make([]Value, len(columns))
			for i, n := range columns {
				names[i] = Text(n)
			}
			out.buf = c.row(out.buf, names)
		}
	default:
		return nil, faultf(ErrFormat, "can't write %q: csv, tsv or jsonl", f)
	}
	if len(columns) == 0 {
		return nil, errors.New("format: a file needs a column")
	}
	_, out.err = out.w.Write(out.buf)
	return out, out.err
}

// Write writes one record. After an error from the underlying writer every
// call returns it.
func (w *Writer) Write(values []Value) error {
	if w.err != nil {
		return w.err
	}
	if len(values) != w.columns {
		return fmt.Errorf("%w: %d values for %d columns", ErrFields, len(values), w.columns)
	}
	w.buf = w.row(w.buf[:0], values)
	_, w.err = w.w.Write(w.buf)
	return w.err
}

// Flush hands everything written so far to the underlying writer.
func (w *Writer) Flush() error {
	if w.err == nil {
		w.err = w.w.Flush()
	}
	return w.err
}

// Close flushes. It does not close the underlying writer.
func (w *Writer) Close() error { return w.Flush() }
