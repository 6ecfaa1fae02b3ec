package format

import (
	"errors"
	"strings"
	"testing"
)

// Cells that OWASP's page on CSV injection names, and those that must stay.
func TestFormulas(t *testing.T) {
	for cell, want := range map[string]string{
		"=1+1":              "'=1+1",
		"=cmd|' /C calc'!A": "'=cmd|' /C calc'!A",
		"+SUM(A1)":          "'+SUM(A1)",
		"-2+3":              "'-2+3",
		"-1-1":              "'-1-1",
		"@SUM(A1)":          "'@SUM(A1)",
		"\t=1":              "'\t=1",
		"\r=1":              "\"'\r=1\"",
		"=\"a\"":            "\"'=\"\"a\"\"\"",
		"＝1":                "'＝1",
		"-":                 "'-",
		"+":                 "'+",
		"-.":                "'-.",
		"-1e":               "'-1e",
		"-12.5":             "-12.5",
		"+49":               "+49",
		"-.5":               "-.5",
		"-1e-7":             "-1e-7",
		"-007":              "-007",
		"a=b":               "a=b",
		"":                  "\"\"",
	} {
		for _, on := range []bool{true, false} {
			var out strings.Builder
			w, err := NewWriter(&out, CSV, []string{"c"}, WriterOptions{NoHeader: true, NoFormulas: on})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write([]Value{Text(cell)}); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			if on && out.String() != want+"\n" {
				t.Errorf("%q: %q", cell, out.String())
			}
			if !on && strings.HasPrefix(strings.TrimLeft(out.String(), `"`), "'") {
				t.Errorf("%q changed unasked: %q", cell, out.String())
			}
		}
	}
}

func TestWriterQuoting(t *testing.T) {
	var out strings.Builder
	w, err := NewWriter(&out, CSV, []string{"a b", "c;d"}, WriterOptions{Delimiter: ';', BOM: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]Value{
		{Text("x,y"), Text("x;y")},
		{Text(" x"), Text("x\t")},
		{Text(`"`), Text("\r")},
		{Text("\ufeffx"), {}},
		{Text("bad \xff byte"), {Number, "-1"}},
	} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	const want = "\ufeffa b;\"c;d\"\nx,y;\"x;y\"\n\" x\";\"x\t\"\n\"\"\"\";\"\r\"\n\"\ufeffx\";\nbad \ufffd byte;-1\n"
	if out.String() != want {
		t.Errorf("\n got %q\nwant %q", out.String(), want)
	}
}

type fullDisk struct{ room int }

var errFull = errors.New("no space left on device")

func (d *fullDisk) Write(p []byte) (int, error) {
	if len(p) > d.room {
		return 0, errFull
	}
	d.room -= len(p)
	return len(p), nil
}

// An error of the disk is not lost behind the buffer.
func TestWriterError(t *testing.T) {
	w, err := NewWriter(&fullDisk{10}, CSV, []string{"a"}, WriterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]Value{Text("0123456789")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); !errors.Is(err, errFull) {
		t.Error(err)
	}
	if err := w.Write([]Value{Text("x")}); !errors.Is(err, errFull) {
		t.Error(err)
	}
}

func TestNewWriterRefuses(t *testing.T) {
	var out strings.Builder
	if _, err := NewWriter(&out, Lines, []string{"a"}, WriterOptions{}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := NewWriter(&out, CSV, []string{"a"}, WriterOptions{Delimiter: '"'}); !errors.Is(err, ErrFormat) {
		t.Error(err)
	}
	if _, err := NewWriter(&out, CSV, nil, WriterOptions{}); err == nil {
		t.Error("no columns, no error")
	}
}
