package cli

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"inkling/label"
	"inkling/label/format"
)

// output is where a result goes: standard output, or a file. A file appears
// under its name only when it is whole, so that half a result is never taken
// for one, and may have the name of what is being read.
type output struct {
	*bufio.Writer
	gz   *gzip.Writer
	file *os.File // nil for standard output
	temp string   // what the file is called until it is whole, "" where it has its name at once
	path string
}

// output opens the file that -o names; "" and - are standard output. A name
// that ends in .gz is packed.
func (a *app) output(path string) (*output, error) {
	o := &output{path: path}
	var w io.Writer = a.Out
	if isTerminal(a.Out) {
		w = &shown{w: a.Out}
	}
	if path != "" && path != "-" {
		if err := o.create(); err != nil {
			return nil, err
		}
		w = o.file
		if strings.HasSuffix(path, ".gz") {
			o.gz = gzip.NewWriter(w)
			w = o.gz
		}
	}
	o.Writer = bufio.NewWriterSize(w, 64<<10)
	return o, nil
}

func (o *output) create() (err error) {
	mode := os.FileMode(0o666)
	if st, e := os.Stat(o.path); e == nil {
		if st.IsDir() {
			return fmt.Errorf("%s is a folder; name a file", o.path)
		}
		if !st.Mode().IsRegular() { // a pipe or a device
			o.file, err = os.OpenFile(o.path, os.O_WRONLY, 0)
			return err
		}
		mode = st.Mode().Perm()
		if real, e := filepath.EvalSymlinks(o.path); e == nil {
			o.path = real
		}
	}
	o.temp = o.path + partSuffix()
	o.file, err = os.OpenFile(o.temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	return err
}

// finish ends the output of work that ended with err. What did not end well
// leaves no file behind.
func (o *output) finish(err error) error {
	if e := o.Flush(); err == nil {
		err = e
	}
	if o.file == nil {
		return err
	}
	if o.gz != nil {
		if e := o.gz.Close(); err == nil {
			err = e
		}
	}
	if e := o.file.Close(); err == nil {
		err = e
	}
	if o.temp == "" {
		return err
	}
	if err == nil {
		err = os.Rename(o.temp, o.path)
	}
	if err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(o.temp)))
	}
	return nil
}

// partSuffix is what a file that is not whole yet has behind its name.
func partSuffix() string { return fmt.Sprintf(".%d.part", os.Getpid()) }

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// outputFormat is the format of a file to be written: what a flag says, else
// what the name's ending says, else the usual one.
func outputFormat(flag, path string, usual format.Format) (format.Format, error) {
	f, err := format.ParseFormat(flag)
	if err != nil || f == format.Lines {
		return "", usagef("%q cannot be written: use csv, tsv or jsonl", flag)
	}
	if f != "" {
		return f, nil
	}
	switch strings.ToLower(filepath.Ext(strings.TrimSuffix(path, ".gz"))) {
	case ".csv":
		return format.CSV, nil
	case ".tsv", ".tab":
		return format.TSV, nil
	case ".jsonl", ".ndjson", ".json":
		return format.JSONL, nil
	}
	return usual, nil
}

// writeJSON writes a value as one line of JSON, with <, > and & as they are.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// itemText is an item as a list shows it: its text, or where the project has
// none, the values of the columns that make it, each with its name.
func itemText(t label.Task, it label.Item) string {
	if t.Column(label.Text) >= 0 {
		return it.Text(t)
	}
	var parts []string
	for i, c := range t.Columns {
		if v := strings.TrimSpace(it.Field(i)); c.Role.Input() && v != "" {
			parts = append(parts, c.Name+" "+v)
		}
	}
	return strings.Join(parts, ", ")
}
