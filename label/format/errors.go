package format

import (
	"fmt"
	"strconv"
	"strings"
)

// RowError tells of a row that can't be read. Reading goes on with the next
// row.
type RowError struct {
	File       string
	Line       int    // where the row starts, from 1
	Column     int    // the field, from 1; 0 where the whole row is meant
	ColumnName string // "" where it has none
	Char       int    // JSONL: where in the line, in characters from 1; 0 where unknown
	Cause      error  // wraps one of the sentinels
	Raw        []byte // the row as it stands in the file, in UTF-8, without its line end; the first bytes only of a record that is too long
}

// Error says where, what, and what to do about it. Text from the file is
// quoted, so that the message is safe to print.
func (e *RowError) Error() string {
	var b strings.Builder
	place(&b, e.File, e.Line)
	if e.Column > 0 {
		fmt.Fprintf(&b, ", column %d", e.Column)
		if e.ColumnName != "" {
			fmt.Fprintf(&b, " (%q)", e.ColumnName)
		}
	}
	if e.Char > 0 {
		fmt.Fprintf(&b, ", character %d", e.Char)
	}
	return b.String() + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *RowError) Unwrap() error { return e.Cause }

// FileError tells why a file can't be read, or not any further.
type FileError struct {
	File  string
	Line  int // 0 where unknown
	Cause error
}

// Error says where, what, and what to do about it.
func (e *FileError) Error() string {
	var b strings.Builder
	place(&b, e.File, e.Line)
	return b.String() + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *FileError) Unwrap() error { return e.Cause }

func place(b *strings.Builder, file string, line int) {
	b.WriteString(printable(file))
	if line > 0 {
		fmt.Fprintf(b, ", line %d", line)
	}
}

// printable returns s, quoted if anything in it could disturb a terminal.
func printable(s string) string {
	if q := strconv.Quote(s); q[1:len(q)-1] != s {
		return q
	}
	return s
}

// fault is a cause with a sentence for people and a sentinel for programs.
type fault struct {
	kind error
	text string
}

func (f *fault) Error() string { return f.text }
func (f *fault) Unwrap() error { return f.kind }

func faultf(kind error, form string, args ...any) *fault {
	return &fault{kind, fmt.Sprintf(form, args...)}
}
