package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"inkling/store"
)

// What a question quotes of a file cannot act on the terminal.
func TestQuestionIsSafe(t *testing.T) {
	var shown bytes.Buffer
	a := &app{Streams: Streams{In: strings.NewReader(" code \n"), Err: &shown}}
	line, err := a.ask("which column? (code, \x1b]0;title\a)")
	if err != nil || line != "code" {
		t.Errorf("%q, %v", line, err)
	}
	if s := shown.String(); strings.ContainsAny(s, "\x1b\a") || !strings.Contains(s, "which column? (code, ") {
		t.Errorf("it shows %q", s)
	}
}

// A bad row near the end means that nothing of the file is imported: no new
// project, and an old one as it was, byte for byte. The error says where.
func TestImportStops(t *testing.T) {
	var good strings.Builder
	good.WriteString("text,label\n")
	for i := range 3000 {
		fmt.Fprintf(&good, "message number %d,%s\n", i, []string{"ham", "spam"}[i%2])
	}
	for name, c := range map[string]struct{ tail, words string }{
		"too many fields": {"one,two,three\n", `line 3002`},
		"no such label":   {"a message,eggs\n", `line 3002, column 2 ("label"): "eggs" is not a label of this project`},
		"no text":         {" ,ham\n", `line 3002, column 1 ("text"): the text is empty`},
		"stray quote":     {"\"quoted\" and not,ham\n", `line 3002`},
	} {
		t.Run(name, func(t *testing.T) {
			file := write(t, "bad.csv", good.String()+c.tail)
			fresh := filepath.Join(t.TempDir(), "fresh.inkling")
			args := []string{"--labels", "ham,spam", "--answers", "label"}
			fails(t, 1, c.words, append([]string{"import", fresh, file}, args...)...)
			if _, err := os.Stat(fresh); !errors.Is(err, os.ErrNotExist) {
				t.Error("a project was made:", err)
			}
			old := filepath.Join(t.TempDir(), "old.inkling")
			must(t, "", "new", old, "--labels", "ham,spam")
			before := read(t, old)
			fails(t, 1, "nothing of this file was imported", append([]string{"import", old, file}, args...)...)
			if read(t, old) != before {
				t.Error("the project was changed")
			}
			// The same file, with bad rows set aside.
			var out struct {
				Files []struct {
					Added, Rejected int
					Aside           string `json:"rejected_file"`
				}
			}
			unmarshal(t, must(t, "", append([]string{"import", fresh, file, "--on-error", "skip", "--json"}, args...)...), &out)
			f := out.Files[0]
			if f.Added != 3000 || f.Rejected != 1 || f.Aside != file+".rejected.jsonl" {
				t.Errorf("%+v", f)
			}
			var aside struct {
				Line        int
				Reason, Row string
			}
			if unmarshal(t, read(t, f.Aside), &aside); aside.Line != 3002 || aside.Reason == "" || aside.Row == "" {
				t.Errorf("%+v", aside)
			}
		})
	}
}

// countdown is a context that is over after it was asked so many times.
type countdown struct {
	context.Context
	left atomic.Int64
}

func (c *countdown) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// An import that is interrupted at any moment leaves a consistent project, and
// the same command once more completes it.
func TestImportInterrupted(t *testing.T) {
	const rows = 60_000
	var b bytes.Buffer
	b.WriteString("text,label\n")
	for i := range rows {
		fmt.Fprintf(&b, "message number %d,%s\n", i, []string{"ham", "spam"}[i%2])
	}
	file := write(t, "rows.csv", b.String())
	moments := []int64{1, 16, 24}
	if testing.Short() {
		moments = moments[2:]
	}
	for _, asked := range moments {
		p := filepath.Join(t.TempDir(), "p.inkling")
		ctx := &countdown{Context: context.Background()}
		ctx.left.Store(asked)
		cmd := Command("test", Streams{In: strings.NewReader(""), Out: &bytes.Buffer{}, Err: &bytes.Buffer{}})
		cmd.SetArgs([]string{"import", p, file, "--answers", "label"})
		if err := cmd.ExecuteContext(ctx); !errors.Is(err, context.Canceled) {
			t.Fatalf("asked %d times: %v", asked, err)
		}
		part := 0
		if _, err := os.Stat(p); err == nil {
			must(t, "", "check", p)
			part = counts(t, p).items
		}
		if part >= rows {
			t.Errorf("asked %d times: it was not interrupted", asked)
		}
		must(t, "", "import", p, file, "--answers", "label")
		if c := counts(t, p); c.items != rows || c.labelled != rows {
			t.Errorf("asked %d times: %d at first, then %+v", asked, part, c)
		}
	}
}

type counted struct{ items, labelled int }

func counts(t testing.TB, path string) counted {
	t.Helper()
	p, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return counted{int(p.Counts().Items), int(p.Counts().Labelled)}
}

// Formats, packings and encodings are found out, and shown.
func TestImportDetects(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte("text\tlabel\nhello there you\tx\ngood bye now\ty\n"))
	z.Close()
	gb, err := simplifiedchinese.GB18030.NewEncoder().String("内容;类别\n今天天气很好我们去公园;好\n明天可能下雨不要出门;坏\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, dialect, answers string }{
		{"a.csv", "text,label\nhello there you,x\n\"two\nlines, quoted\",y\n", "CSV, comma, header, UTF-8", "label"},
		{"a.tsv.gz", packed.String(), "TSV, header, UTF-8, gzip", "label"},
		{"a.jsonl", `{"text":"hello there you","label":"x"}` + "\n" + `{"label":"y","text":"good bye"}` + "\n", "JSONL, UTF-8", "label"},
		{"a.csv", gb, "CSV, semicolon, header, GB18030", "类别"},
	} {
		p := filepath.Join(t.TempDir(), "p.inkling")
		r := run("", "import", p, write(t, c.name, c.text), "--answers", c.answers)
		if r.status != 0 || !strings.Contains(r.err, c.name+": "+c.dialect+"\n") {
			t.Errorf("%s: status %d\n%s", c.name, r.status, r.err)
			continue
		}
		if got := counts(t, p); got != (counted{2, 2}) {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}

// An id names the item: the same id with another content is a conflict, and
// the item stays as it was.
func TestImportConflicts(t *testing.T) {
	p := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", p, write(t, "a.csv", "key,text\n1,one fine thing\n2,two fine things\n"), "--id", "key", "--text", "text", "--labels", "a,b")
	r := run("", "import", p, write(t, "b.csv", "key,text\n1,one fine thing\n2,another thing\n3,three things\n"))
	if r.status != 0 || !strings.Contains(r.err, "1 added, 1 repeat (there already, or twice in the file), 1 with the id of an item that reads otherwise") {
		t.Error(r.status, r.err)
	}
	if c := counts(t, p); c.items != 3 {
		t.Error(c)
	}
}

// A column that was kept for nothing can be given a use later.
func TestImportUseLater(t *testing.T) {
	p := filepath.Join(t.TempDir(), "p.inkling")
	file := write(t, "a.csv", "text,label\none fine thing,a\ntwo fine things,b\n")
	must(t, "", "import", p, file, "--labels", "a,b", "--ignore", "label", "--text", "text")
	must(t, "", "import", p, file, "--answers", "label")
	if c := counts(t, p); c != (counted{2, 2}) {
		t.Errorf("%+v", c)
	}
}
