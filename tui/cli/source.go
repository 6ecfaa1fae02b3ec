package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/pflag"

	"inkling/label/format"
)

// readFlags say how a file is read, where detection should not.
type readFlags struct {
	format, encoding, delimiter, header string
}

func (f *readFlags) add(fs *pflag.FlagSet) {
	fs.StringVar(&f.format, "format", "", "csv, tsv, jsonl or lines (default: detected)")
	fs.StringVar(&f.encoding, "encoding", "", "text encoding, such as utf-8, gb18030 or windows-1252 (default: detected)")
	fs.StringVar(&f.delimiter, "delimiter", "", "comma, tab, semicolon, pipe or the character itself (default: detected)")
	fs.StringVar(&f.header, "header", "", "whether the first row names the columns: yes or no (default: detected)")
}

func (f readFlags) spec() (format.Spec, error) {
	var s format.Spec
	var err error
	if s.Format, err = format.ParseFormat(f.format); err != nil {
		return s, usageError{err}
	}
	if s.Delimiter, err = format.ParseDelimiter(f.delimiter); err != nil {
		return s, usageError{err}
	}
	s.Encoding = f.encoding
	switch strings.ToLower(f.header) {
	case "":
	case "yes", "true":
		s.Header = format.Yes
	case "no", "false":
		s.Header = format.No
	default:
		return s, usagef("--header is yes or no, not %q", f.header)
	}
	return s, nil
}

// source is a file that can be read more than once; standard input is kept in
// a temporary file for that.
type source struct {
	name string
	path string
	spec format.Spec
	temp bool
}

// shownName is what messages call a file.
func shownName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return filepath.Base(name)
}

func openSource(name string, f readFlags, stdin io.Reader) (*source, error) {
	spec, err := f.spec()
	if err != nil {
		return nil, err
	}
	s := &source{name: name, path: name, spec: spec}
	if name != "-" {
		return s, nil
	}
	tmp, err := os.CreateTemp("", "inkling-*.in")
	if err != nil {
		return nil, err
	}
	s.name, s.path, s.temp = "standard input", tmp.Name(), true
	_, err = io.Copy(tmp, stdin)
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err != nil {
		s.close()
		return nil, fmt.Errorf("standard input: %w", err)
	}
	return s, nil
}

func (s *source) reader() (*format.Reader, error) {
	if !s.temp {
		return format.Open(s.path, s.spec)
	}
	// The temporary file's own name means nothing to people.
	f, err := os.Open(s.path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return format.NewReader(f, s.name, st.Size(), s.spec)
}

// settle decides for good what the file is. Where its first row was not taken
// for a header, and yet has all names that are known to be columns, or those of
// an export, or is the name of one and nothing else, it is one.
func (s *source) settle(known []string) (format.Dialect, error) {
	r, err := s.reader()
	if err != nil {
		return format.Dialect{}, err
	}
	defer r.Close()
	d := r.Dialect()
	if s.spec.Header == format.Detect && !d.Header && d.Format != format.JSONL {
		if rec, err := r.Next(); err == nil {
			first := rec.Strings()
			missing := slices.ContainsFunc(known, func(n string) bool { return !slices.Contains(first, n) })
			d.Header = len(known) > 0 && !missing || addedBy(first) != nil || len(first) == 1 && slices.Contains(known, strings.TrimSpace(first[0]))
		}
	}
	most := s.spec.MaxRecord
	s.spec = d.Spec()
	s.spec.MaxRecord = most
	return d, nil
}

func (s *source) close() {
	if s.temp {
		os.Remove(s.path)
	}
}

// rejects is where bad rows of the source are set aside.
func (s *source) rejects() string {
	if s.temp {
		return "stdin.rejected.jsonl"
	}
	return s.path + ".rejected.jsonl"
}

// checkOnError refuses what --on-error cannot be.
func checkOnError(s string) error {
	if s != "stop" && s != "skip" {
		return usagef("--on-error is stop or skip, not %q", s)
	}
	return nil
}

// rejects writes bad rows with their reasons; the file is made with the first.
type rejects struct {
	path string
	f    *os.File
	n    int
}

func (r *rejects) write(bad *format.RowError) error {
	if r.f == nil {
		f, err := os.Create(r.path)
		if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
			// The data lies where nothing may be written.
			r.path = filepath.Base(r.path)
			f, err = os.Create(r.path)
		}
		if err != nil {
			return fmt.Errorf("the file for rejected rows: %w", err)
		}
		r.f = f
	}
	r.n++
	return writeJSON(r.f, map[string]any{"line": bad.Line, "column": bad.Column, "column_name": bad.ColumnName,
		"reason": words(bad.Cause), "row": string(bad.Raw)})
}

func (r *rejects) close() {
	if r.f != nil {
		r.f.Close()
	}
}
