package format

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// readThrough reads data to the end, checking what holds for any input: it
// ends, lines never go back, fields are valid UTF-8 and as many as columns,
// and what comes doesn't depend on how the bytes arrive.
func readThrough(t *testing.T, data []byte, name string, spec Spec) {
	t.Helper()
	read := func(src io.Reader) (lines []string, r *Reader) {
		r, err := NewReader(src, name, int64(len(data)), spec)
		if err != nil {
			return []string{err.Error()}, nil
		}
		_ = r.Dialect().String()
		last := 0
		for range len(data) + 2 {
			rec, err := r.Next()
			if err == io.EOF {
				return lines, r
			}
			var bad *RowError
			if errors.As(err, &bad) {
				if bad.Line <= last {
					t.Fatalf("line %d after line %d", bad.Line, last)
				}
				last = bad.Line
				lines = append(lines, bad.Error())
				continue
			}
			if err != nil {
				return append(lines, err.Error()), r
			}
			if rec.Line <= last {
				t.Fatalf("line %d after line %d", rec.Line, last)
			}
			last = rec.Line
			if len(rec.Fields) != len(r.Columns()) {
				t.Fatalf("%d fields, %d columns", len(rec.Fields), len(r.Columns()))
			}
			for _, f := range rec.Fields {
				if !utf8.Valid(f) {
					t.Fatalf("%q is not UTF-8", f)
				}
			}
			lines = append(lines, strings.Join(rec.Strings(), "\x1f"))
		}
		t.Fatal("more records than bytes")
		return nil, nil
	}
	whole, _ := read(bytes.NewReader(data))
	if spec.complete() {
		return // what the sample is depends on what has arrived
	}
	pieces, _ := read(iotest.HalfReader(bytes.NewReader(data)))
	if a, b := strings.Join(whole, "\n"), strings.Join(pieces, "\n"); a != b {
		t.Fatalf("whole %q, in pieces %q", a, b)
	}
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "a;b\r\n\"x\"\"\ny\";2", "\"", "\"a\"b,c\n", "a\tb\r\"\r\n", "\ufeffa,b\n", "\ufeff\ufeff", "a,b\n\xff\n", ",,\n,\n"} {
		f.Add([]byte(s), byte(','), uint8(0), uint16(0))
		f.Add([]byte(s), byte('\t'), uint8(5), uint16(9))
	}
	f.Fuzz(func(t *testing.T, data []byte, delim byte, choices uint8, limit uint16) {
		spec := Spec{Format: CSV, Delimiter: delim, Header: Choice(choices % 3), Quotes: Choice(choices / 3 % 3), MaxRecord: int(limit)}
		readThrough(t, data, "a.csv", spec)
		if utf8.Valid(data) && !bytes.HasPrefix(data, bomUTF8) {
			compareWithStdlib(t, string(data))
			in := string(data)
			if a, b := rowsOf(in, len(in)+1, DefaultMaxRecord, ';', true), rowsOf(in, 1+int(choices%5), DefaultMaxRecord, ';', true); !slices.Equal(a, b) {
				t.Fatalf("%q: whole %q, in portions %q", in, a, b)
			}
		}
	})
}

func FuzzJSONL(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":"\u00e9\ud83d\ude42","b":[1,{"c":null}]}` + "\n{}\n", `{"a":tru}`, "{\"a\":1e5,\"a\":-0.0}\r\n[", `{"":""}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		readThrough(t, data, "a.jsonl", Spec{Format: JSONL})
		if utf8.Valid(data) {
			line, _, _ := bytes.Cut(data, []byte{'\n'})
			compareJSON(t, line)
		}
	})
}

func FuzzDetect(f *testing.F) {
	for _, s := range []string{"text,label\nhello,ham\n", "\xff\xfea\x00,\x00b\x00\n\x00", "\xfe\xff\x00a", "\xd6\xd0\xce\xc4,\xb1\xea\xc7\xa9\n", "\x1f\x8b\x08\x00", "PK\x03\x04", "{\"a\":1}\n", "hello\n\nthere", "a\x00\n\x00", "\x84\x31\xa4\x37"} {
		f.Add([]byte(s), "a.csv", "")
		f.Add([]byte(s), "", "gb18030")
		f.Add([]byte(s), "x.txt.gz", "iso-2022-jp")
		f.Add([]byte(s), "x.json", "utf-16")
	}
	f.Fuzz(func(t *testing.T, data []byte, name, encoding string) {
		readThrough(t, data, name, Spec{Encoding: encoding})
		readThrough(t, pack(t, data), name, Spec{Encoding: encoding})
	})
}
