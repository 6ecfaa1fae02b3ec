package format

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// sampleSize is how much of a file is looked at to find out what it is, in
// bytes, unpacked.
const sampleSize = 256 << 10

// Kind is what a field is in JSON.
type Kind uint8

// The kinds. Null is also the kind of a field that is missing.
const (
	Null Kind = iota
	String
	Number
	Bool
	JSON // an array or an object, as compact JSON
)

// Record is one row. It is valid until the next call of Next.
type Record struct {
	Fields [][]byte // in the order of Columns, valid UTF-8; nil where JSON has null or nothing
	Kinds  []Kind   // JSONL only, one a field; nil for formats where all is text
	Line   int      // the line on which it starts, from 1
}

// Strings returns a copy of the fields that stays valid. Fields that are nil
// become "".
func (r Record) Strings() []string {
	return r.AppendStrings(make([]string, 0, len(r.Fields)))
}

// AppendStrings appends the same to a slice, which may be used again for the
// next record.
func (r Record) AppendStrings(to []string) []string {
	n := 0
	for _, f := range r.Fields {
		n += len(f)
	}
	var all strings.Builder
	all.Grow(n)
	for _, f := range r.Fields {
		all.Write(f)
	}
	text := all.String()
	for _, f := range r.Fields {
		to, text = append(to, text[:len(f)]), text[len(f):]
	}
	return to
}

// rows is what a format has to offer. The errors of next are io.EOF, a
// *RowError after which it can be called again, or what the source failed
// with; File is filled in by the Reader.
type rows interface {
	columns() []string
	next(*Record) error
}

// Reader reads a file record by record.
type Reader struct {
	name    string
	size    int64
	read    *counter
	gz      *gzip.Reader
	file    io.Closer // nil where the caller owns it
	dialect Dialect
	win     *window
	rows    rows
	rec     Record
	err     error // the end, once reached
}

// Open opens the file and finds out what it is. It reads no more than the
// beginning, so opening a file twice to read it twice costs little.
func Open(path string, spec Spec) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err == nil && st.IsDir() {
		err = &FileError{File: path, Cause: faultf(ErrFormat, "is a folder; name a file")}
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	size := st.Size()
	if !st.Mode().IsRegular() {
		size = -1
	}
	r, err := NewReader(f, path, size, spec)
	if err != nil {
		f.Close()
		return nil, err
	}
	r.file = f
	return r, nil
}

// NewReader reads from src, which the caller closes. The name is used in
// messages, and its ending as a hint at the format; size is the length of src
// in bytes, or -1. Unless the Spec leaves nothing to detect, it waits for the
// first 256 KiB or the end of src.
func NewReader(src io.Reader, name string, size int64, spec Spec) (*Reader, error) {
	r := &Reader{name: name, size: size, read: &counter{src: src}}
	if err := r.open(spec); err != nil {
		r.Close()
		return nil, r.fatal(err, 0)
	}
	return r, nil
}

func (r *Reader) open(spec Spec) error {
	if spec.MaxRecord <= 0 {
		spec.MaxRecord = DefaultMaxRecord
	}
	if spec.Delimiter != 0 && !validDelimiter(spec.Delimiter) {
		return faultf(ErrFormat, "%q can't be a delimiter", spec.Delimiter)
	}
	in := bufio.NewReaderSize(r.read, sampleSize)
	if head, _ := in.Peek(3); string(head) == "\x1f\x8b\x08" {
		gz, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		r.gz, r.dialect.Gzip = gz, true
		in = bufio.NewReaderSize(gz, sampleSize)
	}
	n := sampleSize
	if spec.complete() {
		if _, err := in.Peek(4); err == nil {
			n = in.Buffered()
		}
	}
	raw, err := in.Peek(n)
	if err != nil && err != io.EOF && len(raw) == 0 {
		return err
	}
	whole := err == io.EOF
	enc, err := chooseEncoding(raw, whole, spec.Encoding)
	if err != nil {
		return err
	}
	sample := enc.sample(raw, whole)
	r.dialect.Encoding, r.dialect.BOM = enc.name, enc.bom
	width, err := detect(&r.dialect, sample, r.name, whole, spec)
	if err != nil {
		return err
	}
	eol := byte('\n')
	if r.dialect.CR {
		eol = '\r'
	}
	r.win = newWindow(enc.reader(in), eol, spec.MaxRecord)
	switch r.dialect.Format {
	case Lines:
		return r.openLines()
	case JSONL:
		r.rows = newJSONRows(r.win, sample, whole)
		return nil
	}
	return r.openCSV(width)
}

func (r *Reader) openLines() error {
	rows := &lineRows{w: r.win, names: []string{"text"}}
	r.rows = rows
	names, err := r.header()
	if names != nil {
		rows.names = names
	}
	return err
}

// openCSV takes the width from the header, else from the sample.
func (r *Reader) openCSV(width int) error {
	rows := &csvRows{w: r.win, delim: r.dialect.Delimiter, quotes: r.dialect.Quotes}
	r.rows = rows
	names, err := r.header()
	if names == nil {
		names = numberedNames(width)
	}
	rows.names, rows.width, rows.adopt = names, len(names), len(names) == 0
	return err
}

// header reads the names of the columns, nil where there are none.
func (r *Reader) header() ([]string, error) {
	if !r.dialect.Header {
		return nil, nil
	}
	var rec Record
	err := r.rows.next(&rec)
	var bad *RowError
	switch {
	case err == io.EOF:
		return nil, nil
	case errors.As(err, &bad):
		return nil, &FileError{File: r.name, Line: bad.Line, Cause: fmt.Errorf("the header can't be read: %w", bad.Cause)}
	case err != nil:
		return nil, r.fatal(err, r.win.line+countEnds(r.win))
	}
	return columnNames(rec.Fields), nil
}

// Dialect tells what the file is.
func (r *Reader) Dialect() Dialect { return r.dialect }

// Columns returns the names of the columns: unique, and "column1" and so on
// where the file names none. For JSONL these are the keys seen so far; a call
// of Next may add to them, never reorder them. A CSV file without a header
// whose beginning holds no good row has none until Next finds one.
func (r *Reader) Columns() []string { return r.rows.columns() }

// Next returns the next record, valid until the call after it. At the end the
// error is io.EOF. After a *RowError the next call goes on with the row
// behind; any other error is final.
func (r *Reader) Next() (Record, error) {
	if r.err != nil {
		return Record{}, r.err
	}
	err := r.rows.next(&r.rec)
	if err == nil {
		return r.rec, nil
	}
	if bad, ok := err.(*RowError); ok {
		bad.File = r.name
		return Record{}, bad
	}
	if err == io.EOF {
		r.err = err
	} else {
		r.err = r.fatal(err, r.win.line+countEnds(r.win))
	}
	return Record{}, r.err
}

// BytesRead returns how much of the file was read so far, in bytes as it lies
// on disk. It may be called while another goroutine calls Next.
func (r *Reader) BytesRead() int64 { return r.read.n.Load() }

// Size returns the length of the file in bytes as it lies on disk, or -1
// where it isn't known.
func (r *Reader) Size() int64 { return r.size }

// Close closes what Open opened.
func (r *Reader) Close() error {
	if r.gz != nil {
		r.gz.Close()
	}
	if r.file != nil {
		return r.file.Close()
	}
	return nil
}

// fatal gives a final error its place.
func (r *Reader) fatal(err error, line int) error {
	var known *FileError
	if errors.As(err, &known) {
		return err
	}
	return &FileError{File: r.name, Line: line, Cause: gzipFault(err)}
}

// gzipFault gives the errors of the gzip reader a sentence that tells what to
// do, and returns others as they are.
func gzipFault(err error) error {
	var bad flate.CorruptInputError
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &bad) {
		return faultf(ErrDamaged, "the gzip data is damaged or cut short (%v); fetch or pack the file again", err)
	}
	return err
}

// countEnds returns the number of line ends in the text that is in memory.
func countEnds(w *window) int {
	n := 0
	for _, c := range w.text() {
		if c == w.eol {
			n++
		}
	}
	return n
}

// counter counts what passes.
type counter struct {
	src io.Reader
	n   atomic.Int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.n.Add(int64(n))
	return n, err
}

// excerpt copies the first bytes of a long record, cut between characters.
func excerpt(b []byte) []byte {
	const most = 4 << 10
	if len(b) > most {
		b = b[:most]
		for i := 0; i < utf8.UTFMax && len(b) > 0; i++ {
			if r, n := utf8.DecodeLastRune(b); r != utf8.RuneError || n != 1 {
				break
			}
			b = b[:len(b)-1]
		}
	}
	return append([]byte(nil), b...)
}

func byteSize(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return fmt.Sprintf("%d MiB", n>>20)
	case n >= 1<<10 && n%(1<<10) == 0:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d bytes", n)
}
