package format

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// transcript reads all and writes down what came: the line and fields of each
// record, the line and kind of each bad row.
func transcript(r *Reader) (out []string) {
	for {
		rec, err := r.Next()
		var bad *RowError
		switch {
		case err == nil:
			out = append(out, fmt.Sprintf("%d %q", rec.Line, rec.Fields))
		case err == io.EOF:
			return out
		case errors.As(err, &bad):
			out = append(out, fmt.Sprintf("%d:%d bad %v %q", bad.Line, bad.Column, errors.Unwrap(bad.Cause), bad.Raw))
		default:
			return append(out, "end: "+err.Error())
		}
	}
}

// What stands in nasty files, and what RFC 4180 or plain sense makes of it.
func TestCSV(t *testing.T) {
	for _, c := range []struct {
		name, in string
		spec     Spec
		want     []string
	}{
		{"plain", "a,b\n1,2\n3,4\n", Spec{}, []string{`2 ["1" "2"]`, `3 ["3" "4"]`}},
		{"no line end at the end", "a,b\n1,2", Spec{}, []string{`2 ["1" "2"]`}},
		{"CRLF, and again none at the end", "a,b\r\n1,2\r\n3,4", Spec{}, []string{`2 ["1" "2"]`, `3 ["3" "4"]`}},
		{"CR", "a,b\r1,2\r3,4\r", Spec{}, []string{`2 ["1" "2"]`, `3 ["3" "4"]`}},
		{"CR within a text of an LF file", "a,b\nx\ry,2\n", Spec{}, []string{`2 ["x\ry" "2"]`}},
		{"CR at the very end", "a,b\n1,2\r", Spec{}, []string{`2 ["1" "2"]`}},
		{"CR at the very end behind a quote", "a,b\n1,\"2\"\r", Spec{}, []string{`2 ["1" "2"]`}},
		{"blank lines", "\n\na,b\n\n1,2\n\r\n3,4\n\n", Spec{}, []string{`5 ["1" "2"]`, `7 ["3" "4"]`}},
		{"empty fields", "a,b,c\n,,\n1,,3\n", Spec{}, []string{`2 ["" "" ""]`, `3 ["1" "" "3"]`}},
		{"blanks belong to the field", "a,b\n 1 ,\t2 \n", Spec{}, []string{`2 [" 1 " "\t2 "]`}},
		{"quotes", "a,b\n\"x,y\",\"\"\n\"say \"\"hi\"\"\",\"\"\"\"\n", Spec{}, []string{`2 ["x,y" ""]`, `3 ["say \"hi\"" "\""]`}},
		{"quoted line ends are kept and counted", "a,b\n\"x\r\ny\n\nz\",2\n3,4\n", Spec{}, []string{`2 ["x\r\ny\n\nz" "2"]`, `6 ["3" "4"]`}},
		{"a quote inside is text", "a,b\n5\" disk,it\"s\nx,y\"\n", Spec{}, []string{`2 ["5\" disk" "it\"s"]`, `3 ["x" "y\""]`}},
		{"a blank before a quote makes it text", "a,b\n1, \"x\"\n", Spec{}, []string{`2 ["1" " \"x\""]`}},
		{"NUL is text", "a,b\nx\x00y,\x00\n", Spec{}, []string{`2 ["x\x00y" "\x00"]`}},
		{"too few and too many", "a,b\n1\n1,2,3\n4,5\n", Spec{}, []string{`2:0 bad format: wrong number of fields "1"`, `3:0 bad format: wrong number of fields "1,2,3"`, `4 ["4" "5"]`}},
		{"many lines and the wrong width", "a,b\n\"x\ny\"\n4,5\n", Spec{}, []string{`2:0 bad format: wrong number of fields "\"x\ny\""`, `4 ["4" "5"]`}},
		{"unterminated", "a,b\n1,\"x\n2,y\n3,z\n", Spec{}, []string{`2:2 bad format: misplaced quote "1,\"x"`, `3 ["2" "y"]`, `4 ["3" "z"]`}},
		{"unterminated in the last line", "a,b\n1,x\n2,\"y", Spec{}, []string{`2 ["1" "x"]`, `3:2 bad format: misplaced quote "2,\"y"`}},
		{"a lone quote at the end", "a,b\n1,x\n\"", Spec{}, []string{`2 ["1" "x"]`, `3:1 bad format: misplaced quote "\""`}},
		{"text behind the closing quote", "a,b\n\"x\"y,1\n2,z\n", Spec{}, []string{`2:1 bad format: misplaced quote "\"x\"y,1"`, `3 ["2" "z"]`}},
		{"the quote of a later line closes", "a,b\n1,\"x\n2,y\n3,\"z\"\n4,w\n", Spec{}, []string{`2:2 bad format: misplaced quote "1,\"x"`, `3 ["2" "y"]`, `4 ["3" "z"]`, `5 ["4" "w"]`}},
		{"far too many", "a,b\n1,\"2\",3,\"4\",\n5,6\n", Spec{}, []string{`2:0 bad format: wrong number of fields "1,\"2\",3,\"4\","`, `3 ["5" "6"]`}},
		{"no header", "1,2\n3,4\n", Spec{}, []string{`1 ["1" "2"]`, `2 ["3" "4"]`}},
		{"no header and a bad beginning", "1,\"2\"x\n3,4\n5\n", Spec{Header: No, Delimiter: ',', MaxRecord: 8}, []string{`1:2 bad format: misplaced quote "1,\"2\"x"`, `2 ["3" "4"]`, `3:0 bad format: wrong number of fields "5"`}},
		{"no header and nothing but long rows at first", "111111111,2\n3,4\n5\n", Spec{Header: No, Delimiter: ';', MaxRecord: 8}, []string{`1:0 bad format: record too long "111111111,2\n3,4\n5\n"`, `2 ["3,4"]`, `3 ["5"]`}},
		{"header denied", "a,b\n1,2\n", Spec{Header: No}, []string{`1 ["a" "b"]`, `2 ["1" "2"]`}},
		{"one column", "text\n\"\"\nhello\n\n\"a\nb\"\n", Spec{Header: Yes}, []string{`2 [""]`, `3 ["hello"]`, `5 ["a\nb"]`}},
		{"quotes are text", "a\tb\n\"x\t1\n", Spec{Quotes: No}, []string{`2 ["\"x" "1"]`}},
		{"a second byte order mark is text", "\ufeff\ufeffa,1\nb,2\n", Spec{}, []string{`1 ["\ufeffa" "1"]`, `2 ["b" "2"]`}},
		{"only a header", "text,label\n", Spec{}, nil},
		{"empty", "", Spec{}, nil},
		{"only blank lines", "\n\r\n\n", Spec{}, nil},
		{"too long", "a,b\n1,2\n3,xxxxxxxxxxxxxxxxxxxxxxxxx\n5,6\n", Spec{MaxRecord: 20}, []string{`2 ["1" "2"]`, `3:0 bad format: record too long "3,xxxxxxxxxxxxxxxxxxxxxxxxx\n5,6\n"`, `4 ["5" "6"]`}},
		{"bad UTF-8 after good rows", "a,b\n1,2\n3,\"x\ny\n" + strings.Repeat("z", sampleSize) + "\xff\"\n", Spec{},
			[]string{`2 ["1" "2"]`, "end: t.csv, line 5: byte 0xFF is not UTF-8; the file is damaged or in another encoding: repair it or name the encoding"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, src := range map[string]io.Reader{
				"whole":   strings.NewReader(c.in),
				"by byte": iotest.OneByteReader(strings.NewReader(c.in)),
			} {
				r, err := NewReader(src, "t.csv", -1, c.spec)
				if err != nil {
					t.Fatal(err)
				}
				if got := transcript(r); !slices.Equal(got, c.want) {
					t.Errorf("%s, %s:\n got %q\nwant %q", how, r.Dialect(), got, c.want)
				}
			}
		})
	}
}

// Messages say where, what, and what to do, and quote what comes from the
// file.
func TestMessages(t *testing.T) {
	for in, want := range map[string]string{
		"no,note,amount\n1,x,\"2":             `loans.csv, line 2, column 3 ("amount"): the quote that opens this field is never closed; close it, or double it if it belongs to the text`,
		"no,note,am\x1bount\n1,\"x\"y,2":      `loans.csv, line 2, column 2 ("note"): text follows the closing quote; double the quotes that belong to the text`,
		"no,note,\"am\x1bount\"\n1,x,\"\"2\n": `loans.csv, line 2, column 3 ("am\x1bount"): text follows the closing quote; double the quotes that belong to the text`,
		"no,note\n1,\"x\ny\"z\n":              `loans.csv, line 2, column 2 ("note"): text follows the closing quote on line 3; double the quotes that belong to the text`,
		"no,note,amount\n1,2\n":               `loans.csv, line 2: 2 fields where 3 are expected; put fields that contain a line break in quotes`,
		"no,note,amount\n1\n":                 `loans.csv, line 2: 1 field where 3 are expected; put fields that contain a line break in quotes, or name another delimiter`,
		"no,note\n1,\"2\",3,4\n":              `loans.csv, line 2: 4 fields where 2 are expected; put fields that contain a comma in quotes`,
		"no,note\n1,2,3\n":                    `loans.csv, line 2: 3 fields where 2 are expected; put fields that contain a comma in quotes`,
	} {
		r, err := NewReader(strings.NewReader(in), "loans.csv", -1, Spec{Format: CSV, Delimiter: ',', Header: Yes})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(); err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %v", in, err, want)
		}
	}
}

// A line of nothing but delimiters is refused before it becomes slices.
func TestTooManyFields(t *testing.T) {
	in := strings.Repeat(",", 3*maxFields)
	for _, c := range []struct{ in, want string }{
		{in + "\n", "t.csv, line 1: the header can't be read: 300001 fields, more than can be read; put fields that contain a comma in quotes"},
		{"a,b\n" + in + "\n", "t.csv, line 2: 300001 fields where 2 are expected; put fields that contain a comma in quotes"},
		{"a,b\n\"\"" + in + "\n", "t.csv, line 2: 300001 fields where 2 are expected; put fields that contain a comma in quotes"},
	} {
		r, err := NewReader(strings.NewReader(c.in), "t.csv", -1, Spec{Format: CSV, Delimiter: ',', Header: Yes})
		if err == nil {
			_, err = r.Next()
			if n := len(r.rows.(*csvRows).fields); n > 2 {
				t.Errorf("%d fields were kept", n)
			}
		}
		if err == nil || err.Error() != c.want {
			t.Error(err)
		}
	}
}

// csvText draws text in which everything that matters to CSV is frequent.
func csvText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{",", ";", "\t", "|", "\n", "\r", "\r\n", `"`, `""`, " ", "a", "1", "=", "-", "'", "\x00", "é", "汉", "\ufeff", "\ufffd", "\U0001f642", "\\", "{", "}", "<", "&", "\u2028", "\x1b"}), 0, 8).Draw(t, "parts")
		return strings.Join(parts, "")
	})
}

// What is written is read back, whatever the text.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(1, 4).Draw(t, "width")
		rows := rapid.SliceOfN(rapid.SliceOfN(csvText(), width, width), 1, 6).Draw(t, "rows")
		format := rapid.SampledFrom([]Format{CSV, TSV, JSONL}).Draw(t, "format")
		delim := rapid.SampledFrom([]byte{',', ';', '|', '\t', 'x'}).Draw(t, "delimiter")
		columns := numberedNames(width)
		var out bytes.Buffer
		w, err := NewWriter(&out, format, columns, WriterOptions{Delimiter: delim, BOM: rapid.Bool().Draw(t, "bom")})
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			values := make([]Value, width)
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
		spec := Spec{Format: format, Encoding: "utf-8", Header: Yes}
		if format == CSV {
			spec.Delimiter = delim
		}
		r, err := NewReader(&out, "a", -1, spec)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			rec, err := r.Next()
			if err != nil {
				t.Fatalf("row %d: %v", i, err)
			}
			if got := rec.Strings(); !slices.Equal(got, row) {
				t.Fatalf("row %d: got %q, wrote %q", i, got, row)
			}
		}
		if _, err := r.Next(); err != io.EOF {
			t.Fatal(err)
		}
		if !slices.Equal(r.Columns(), columns) {
			t.Fatal(r.Columns())
		}
	})
}

// fromStdlib reads with encoding/csv. It turns CRLF in quotes into LF, which
// this package does not.
func fromStdlib(in string) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(in))
	r.FieldsPerRecord = -1
	return r.ReadAll()
}

// On input that encoding/csv takes, the records are the same. Other input does
// not count: rapid draws until it has had as many as it wants.
func TestAgainstStdlib(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{",", "\n", "\r\n", `"`, `""`, `"a"`, "\"x\ny\"", "b", " ", "汉", "\r"}), 0, 30).Draw(t, "in"), "")
		if !compareWithStdlib(t, in) {
			t.Skip("encoding/csv does not take it")
		}
	})
}

func compareWithStdlib(t interface {
	Helper()
	Fatalf(string, ...any)
}, in string) bool {
	t.Helper()
	want, err := fromStdlib(in)
	if err != nil {
		return false
	}
	c := csvRows{w: newWindow(strings.NewReader(in), '\n', DefaultMaxRecord), delim: ',', quotes: true}
	var rec Record
	for i, row := range want {
		if err := c.next(&rec); err != nil {
			t.Fatalf("%q: row %d: %v", in, i, err)
		}
		got := rec.Strings()
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], "\r\n", "\n")
		}
		if !slices.Equal(got, row) {
			t.Fatalf("%q: row %d: %q, encoding/csv has %q", in, i, got, row)
		}
	}
	if err := c.next(&rec); err != io.EOF {
		t.Fatalf("%q: %v %q after the last row", in, err, rec.Fields)
	}
	return true
}

// rowsOf writes down what csvRows makes of a text that arrives in portions.
// The Reader's sample would hide them.
func rowsOf(in string, portion, limit int, delim byte, quotes bool) (out []string) {
	c := csvRows{w: newWindow(&portions{[]byte(in), portion}, '\n', limit), delim: delim, quotes: quotes, width: 2}
	var rec Record
	for {
		switch err := c.next(&rec).(type) {
		case nil:
			out = append(out, fmt.Sprintf("%d %q", rec.Line, rec.Fields))
		case *RowError:
			if errors.Is(err, ErrTooLong) {
				err.Raw = nil // as much as was there
			}
			out = append(out, fmt.Sprintf("%v %q", err, err.Raw))
		default:
			return append(out, err.Error())
		}
	}
}

// What comes doesn't depend on where reads end: within a line end, between
// the quotes of a pair, in front of a delimiter.
func TestCSVPortions(t *testing.T) {
	for _, in := range []string{
		"\"x\ny\",\"z\"\n1,2\n", // a field may begin where a read ends
		"1,\"x\n\"\"y\"\"\"\r\n\"a\r\nb\",\"\"\r\n",
		"\"x\ny\",z\r\n\"a\nb\",\"c\"\r",
		"\"x\ny\"z,1\n2,\"3",
		"\ufeff\"x\ny\",2\n",
	} {
		whole := rowsOf(in, len(in), DefaultMaxRecord, ',', true)
		for portion := 1; portion < len(in); portion++ {
			if parts := rowsOf(in, portion, DefaultMaxRecord, ',', true); !slices.Equal(whole, parts) {
				t.Errorf("%q by %d:\nwhole    %q\nportions %q", in, portion, whole, parts)
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{",", ",", "\n", "\r\n", `"`, `""`, `"a"`, "\"x\ny\"", "b", "汉", "\r", `"c""d",`, "\ufeff"}), 0, 30).Draw(t, "in"), "")
		quotes := rapid.Bool().Draw(t, "quotes")
		whole := rowsOf(in, len(in)+1, DefaultMaxRecord, ',', quotes)
		parts := rowsOf(in, rapid.IntRange(1, 5).Draw(t, "portion"), DefaultMaxRecord, ',', quotes)
		if !slices.Equal(whole, parts) {
			t.Fatalf("%q:\nwhole    %q\nportions %q", in, whole, parts)
		}
	})
}
