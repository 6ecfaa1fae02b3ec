package format

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

// dataFile returns the path of a file of the development data, and skips the
// test where that is absent.
func dataFile(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv("INKLING_DATA")
	if dir == "" {
		root, err := os.Getwd()
		for ; err == nil; root = filepath.Dir(root) {
			if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil || root == filepath.Dir(root) {
				break
			}
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("%s is not here; set INKLING_DATA to the folder of the development data", name)
	}
	return path
}

// realFiles are the CSV files of the development data with the rows that its
// README states.
var realFiles = map[string]struct{ rows, columns int }{
	"sms_spam/sms_spam.csv":                     {5574, 2},
	"ag_news/train.csv":                         {10001, 2},
	"ag_news/test.csv":                          {7600, 3},
	"banking77/train.csv":                       {10003, 2},
	"banking77/test.csv":                        {3080, 2},
	"thucnews_headlines/train.csv":              {10000, 2},
	"thucnews_headlines/test.csv":               {10000, 2},
	"twitter_financial_news/train.csv":          {9543, 2},
	"twitter_financial_news/valid.csv":          {2388, 2},
	"german_credit/german_credit.csv":           {1000, 21},
	"german_credit/columns.csv":                 {64, 4},
	"wine_quality_white/wine_quality_white.csv": {4898, 12},
	"crowd_bluebird/labels.csv":                 {4212, 3},
	"crowd_bluebird/truth.csv":                  {108, 2},
	"crowd_mozafari/labels.csv":                 {5000, 3},
	"crowd_mozafari/truth.csv":                  {1000, 2},
}

// count reads to the end and returns the records, failing on any error.
func count(t *testing.T, r *Reader) (n int) {
	t.Helper()
	for {
		_, err := r.Next()
		if err == io.EOF {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
}

// drain reads to the end and copies the records, failing on any error.
func drain(t *testing.T, r *Reader) (columns []string, rows [][]string) {
	t.Helper()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return r.Columns(), rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, rec.Strings())
	}
}

func readAll(t *testing.T, data []byte, name string, spec Spec) (columns []string, rows [][]string) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(data), name, int64(len(data)), spec)
	if err != nil {
		t.Fatal(err)
	}
	return drain(t, r)
}

func pack(t testing.TB, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestRealFiles(t *testing.T) {
	for name, want := range realFiles {
		t.Run(name, func(t *testing.T) {
			r, err := Open(dataFile(t, name), Spec{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if got := r.Dialect().String(); got != "CSV, comma, header, UTF-8" {
				t.Error(got)
			}
			if len(r.Columns()) != want.columns {
				t.Errorf("columns %q", r.Columns())
			}
			if n := count(t, r); n != want.rows {
				t.Errorf("%d rows, the README says %d", n, want.rows)
			}
			if r.BytesRead() != r.Size() {
				t.Errorf("%d of %d bytes read", r.BytesRead(), r.Size())
			}
		})
	}
}

// Without their first line the same files have no header.
func TestRealFilesWithoutHeader(t *testing.T) {
	for name, want := range realFiles {
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(dataFile(t, name))
			if err != nil {
				t.Fatal(err)
			}
			_, b, _ = bytes.Cut(b, []byte{'\n'})
			r, err := NewReader(bytes.NewReader(b), name, int64(len(b)), Spec{})
			if err != nil {
				t.Fatal(err)
			}
			if got := r.Dialect().String(); got != "CSV, comma, no header, UTF-8" {
				t.Error(got)
			}
			if got := r.Columns(); len(got) != want.columns || got[0] != "column1" {
				t.Errorf("columns %q", got)
			}
			if n := count(t, r); n != want.rows {
				t.Errorf("%d rows instead of %d", n, want.rows)
			}
		})
	}
}

// The same records come out of the same table in any wrapping: encoding,
// delimiter, line ends, gzip, JSON Lines.
func TestRealFilesRewrapped(t *testing.T) {
	for _, name := range []string{"sms_spam/sms_spam.csv", "thucnews_headlines/train.csv", "wine_quality_white/wine_quality_white.csv", "banking77/train.csv"} {
		plain, err := os.ReadFile(dataFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		plain = bytes.ReplaceAll(plain, []byte("\r\n"), []byte("\n"))
		columns, want := readAll(t, plain, "a.csv", Spec{})
		rewrite := func(f Format, o WriterOptions) []byte {
			var out bytes.Buffer
			w, err := NewWriter(&out, f, columns, o)
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range want {
				values := make([]Value, len(row))
				for i, s := range row {
					values[i] = Text(s)
				}
				if err := w.Write(values); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			return out.Bytes()
		}
		encode := func(e encoding.Encoding, b []byte) []byte {
			out, err := e.NewEncoder().Bytes(b)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		crlf := bytes.ReplaceAll(plain, []byte("\n"), []byte("\r\n"))
		for _, c := range []struct {
			name, dialect string
			data          []byte
		}{
			{"utf8bom.csv", "CSV, comma, header, UTF-8 with BOM", append([]byte("\ufeff"), plain...)},
			{"utf16le.csv", "CSV, comma, header, UTF-16LE", encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), plain)},
			{"utf16be.csv", "CSV, comma, header, UTF-16BE", encode(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), plain)},
			{"crlf.csv", "CSV, comma, header, UTF-8", crlf},
			{"cr.csv", "CSV, comma, header, lines end in CR, UTF-8", bytes.ReplaceAll(plain, []byte("\n"), []byte("\r"))},
			{"packed.csv.gz", "CSV, comma, header, UTF-8, gzip", pack(t, plain)},
			{"packed", "CSV, comma, header, UTF-8, gzip", pack(t, plain)},
			{"tabs.tsv", "TSV, header, UTF-8", rewrite(TSV, WriterOptions{})},
			{"tabs", "TSV, header, UTF-8", rewrite(TSV, WriterOptions{})},
			{"semicolons.csv", "CSV, semicolon, header, UTF-8", rewrite(CSV, WriterOptions{Delimiter: ';'})},
			{"pipes.txt", "CSV, pipe, header, UTF-8", rewrite(CSV, WriterOptions{Delimiter: '|'})},
			{"objects.jsonl", "JSONL, UTF-8", rewrite(JSONL, WriterOptions{})},
			{"objects", "JSONL, UTF-8", rewrite(JSONL, WriterOptions{})},
		} {
			t.Run(name+" as "+c.name, func(t *testing.T) {
				r, err := NewReader(bytes.NewReader(c.data), c.name, int64(len(c.data)), Spec{})
				if err != nil {
					t.Fatal(err)
				}
				if got := r.Dialect().String(); got != c.dialect {
					t.Errorf("dialect %q, not %q", got, c.dialect)
				}
				cols, got := drain(t, r)
				if !slices.Equal(cols, columns) {
					t.Errorf("columns %q", cols)
				}
				want := want
				if strings.HasPrefix(c.name, "cr") { // line breaks within texts were changed too
					_, want = readAll(t, plain, "a.csv", Spec{})
					end := strings.NewReplacer("\n", map[bool]string{true: "\r\n", false: "\r"}[c.name == "crlf.csv"])
					for _, row := range want {
						for i := range row {
							row[i] = end.Replace(row[i])
						}
					}
				}
				if !slices.EqualFunc(got, want, slices.Equal) {
					t.Error("other records")
				}
			})
		}
	}
}

// GB18030 is recognised in real Chinese text and nothing else is taken for it.
func TestRealChinese(t *testing.T) {
	plain, err := os.ReadFile(dataFile(t, "thucnews_headlines/test.csv"))
	if err != nil {
		t.Fatal(err)
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(plain)
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(bytes.NewReader(gb), "a.csv", -1, Spec{})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Dialect().String(); got != "CSV, comma, header, GB18030" {
		t.Error(got)
	}
	_, want := readAll(t, plain, "a.csv", Spec{})
	if _, got := drain(t, r); !slices.EqualFunc(got, want, slices.Equal) {
		t.Error("other records")
	}
	// Each headline alone is little to go by: most must be recognised still.
	hit, all := 0, 0
	for _, row := range want[:2000] {
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(row[0]))
		if err != nil {
			t.Fatal(err)
		}
		all++
		if enc, err := chooseEncoding(b, true, ""); err == nil && enc.name == gb18030Name {
			hit++
		}
	}
	if hit*100 < all*95 {
		t.Errorf("%d of %d headlines recognised", hit, all)
	}
}
