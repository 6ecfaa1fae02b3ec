package format

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
)

// What a person would say these files are.
func TestDetect(t *testing.T) {
	prose := "The applicant, as agreed, defers.\nNo change; see above.\nWell, it is what it is, they say\nAsked again\nDone, closed.\n"
	for _, c := range []struct{ name, in, want, columns string }{
		{"a.csv", "text,label\nhello there,ham\nbuy now,spam\n", "CSV, comma, header, UTF-8", "text label"},
		{"a.csv", "text;label\nhello, there;ham\nbuy, now;spam\n", "CSV, semicolon, header, UTF-8", "text label"},
		{"a.csv", "id;x;y\n1;1,5;2,5\n2;3,5;4,0\n", "CSV, semicolon, header, UTF-8", "id x y"},
		{"a.csv", "1,5;2,5\n3,5;4,0\n7,1;8,2\n", "CSV, semicolon, no header, UTF-8", "column1 column2"},
		{"a.csv", "id|text\n1|hello, world\n2|bye, bye\n", "CSV, pipe, header, UTF-8", "id text"},
		{"a.csv", "id\ttext\n1\thello, world\n2\tbye, bye\n", "TSV, header, UTF-8", "id text"},
		{"a.csv", "text,label\n\"a; b; c\",x\n\"d; e; f\",y\n\"g; h; i\",x\n", "CSV, comma, header, UTF-8", "text label"},
		{"a.csv", "text\n\"hello, world\"\nbye\n", "CSV, comma, header, UTF-8", "text"},
		{"a.csv", "text\nhello, world\nbye\nwell, it is, they say\nso\n", "CSV, comma, header, UTF-8", "text"},
		{"a.csv", "\"text\nwith, break\",b\n\"x\ny,z\",c\n", "CSV, comma, no header, UTF-8", "column1 column2"},
		{"a.csv", "text,label\n", "CSV, comma, header, UTF-8", "text label"},
		{"a.csv", ",text,label\n0,hello,ham\n1,bye,spam\n", "CSV, comma, header, UTF-8", "column1 text label"},
		{"a.csv", "text,text,\nx,y,z\n", "CSV, comma, no header, UTF-8", "column1 column2 column3"},
		{"a.csv", "编号,评论内容,标签\n1,很好,好\n2,不好,差\n", "CSV, comma, header, UTF-8", "编号 评论内容 标签"},
		{"a.csv", "Customer ID,Issue date,Credit amount\n17,2024-01-05,1200\n18,2024-01-06,300\n", "CSV, comma, header, UTF-8", "Customer ID Issue date Credit amount"},
		{"a.csv", "ham,hello there\nspam,buy now\nham,see you\n", "CSV, comma, no header, UTF-8", "column1 column2"},
		{"a.csv", "2024-01-05,first\n2024-01-06,second\n", "CSV, comma, no header, UTF-8", "column1 column2"},
		{"a.csv", "x,y\nb,c\nx,y\nd,e\n", "CSV, comma, header, UTF-8", "x y"},
		{"a.csv", "", "CSV, comma, no header, UTF-8", ""},
		{"a.csv", "{\"a\":1}\n{\"a\":2}\n", "JSONL, UTF-8", "a"},
		{"a.tsv", "text\tlabel\n\"so they say\tham\n\"no\tspam\n", "TSV, header, quotes are text, UTF-8", "text label"},
		{"a.tsv", "text\tlabel\n\"so\tthey\"\tham\n\"no\"\tspam\n", "TSV, header, UTF-8", "text label"},
		{"a.tsv", "text\nhello, you\n", "TSV, header, UTF-8", "text"},
		{"SMSSpamCollection", "ham\tGo until, crazy..\nspam\tFree entry; win, now\nham\tOk, lar\n", "TSV, no header, UTF-8", "column1 column2"},
		{"a.txt", prose, "plain lines, UTF-8", "text"},
		{"", prose, "plain lines, UTF-8", "text"},
		{"", "hello, world\n", "plain lines, UTF-8", "text"},
		{"", "text,label\nhello,ham\nbye,spam\n", "CSV, comma, header, UTF-8", "text label"},
		{"a.txt.gz", "hello\n", "plain lines, UTF-8", "text"},
		{"a.json", "{\"a\":1,\"b\":[]}\n{\"b\":2}\n", "JSONL, UTF-8", "a b"},
		{"a.jsonl", "", "JSONL, UTF-8", ""},
		{"", "", "plain lines, UTF-8", "text"},
		{"", "{ not json\n", "plain lines, UTF-8", "text"},
	} {
		r, err := NewReader(strings.NewReader(c.in), c.name, int64(len(c.in)), Spec{})
		if err != nil {
			t.Errorf("%s %q: %v", c.name, c.in, err)
			continue
		}
		if got := r.Dialect().String(); got != c.want {
			t.Errorf("%s %q: %s, not %s", c.name, c.in, got, c.want)
		}
		if got := strings.Join(r.Columns(), " "); got != c.columns {
			t.Errorf("%s %q: columns %q", c.name, c.in, got)
		}
	}
}

// A Spec wins over what would be found.
func TestSpecWins(t *testing.T) {
	for _, c := range []struct {
		spec    Spec
		want    string
		columns string
	}{
		{Spec{Format: Lines}, "plain lines, UTF-8", "text"},
		{Spec{Format: Lines, Header: Yes}, "plain lines, header, UTF-8", "text,label"},
		{Spec{Delimiter: ';'}, "CSV, semicolon, no header, UTF-8", "column1"},
		{Spec{Delimiter: 't', Header: Yes}, "CSV, delimiter 't', header, UTF-8", "column1 ex ,label"},
		{Spec{Format: TSV, Header: Yes}, "TSV, header, UTF-8", "text,label"},
		{Spec{Header: No}, "CSV, comma, no header, UTF-8", "column1 column2"},
		{Spec{Format: JSONL}, "JSONL, UTF-8", ""},
		{Spec{Encoding: "utf-16le"}, "CSV, comma, no header, UTF-16LE", "column1"},
	} {
		in := "text,label\nhello,ham\nbye,spam\n"
		r, err := NewReader(strings.NewReader(in), "a.csv", -1, c.spec)
		if err != nil {
			t.Errorf("%+v: %v", c.spec, err)
			continue
		}
		if got := r.Dialect().String(); got != c.want {
			t.Errorf("%+v: %s, not %s", c.spec, got, c.want)
		}
		if got := strings.Join(r.Columns(), " "); got != c.columns {
			t.Errorf("%+v: columns %q", c.spec, got)
		}
	}
}

func TestColumnNames(t *testing.T) {
	got := columnNames([][]byte{[]byte(" a "), []byte("a"), nil, []byte("a_2"), []byte("column3"), []byte("a")})
	want := []string{"a", "a_3", "column3_2", "a_2", "column3", "a_4"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, not %q", got, want)
	}
}

func TestParse(t *testing.T) {
	for in, want := range map[string]Format{"": "", "CSV": CSV, " tsv": TSV, "ndjson": JSONL, "text": Lines} {
		if got, err := ParseFormat(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if _, err := ParseFormat("xlsx"); err == nil {
		t.Error("xlsx taken")
	}
	for in, want := range map[string]byte{"": 0, ",": ',', "Tab": '\t', `\t`: '\t', "\t": '\t', "semicolon": ';', "pipe": '|', "comma": ',', "#": '#'} {
		if got, err := ParseDelimiter(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"\n", `"`, "ab", "é", "\x00"} {
		if _, err := ParseDelimiter(in); err == nil {
			t.Errorf("%q taken", in)
		}
	}
}

// The dialect that was found, given as a Spec, opens the file the same way.
func TestDialectSpec(t *testing.T) {
	for _, name := range []string{"sms_spam/sms_spam.csv", "crowd_bluebird/labels.csv"} {
		b, err := os.ReadFile(dataFile(t, name))
		if err != nil {
			t.Fatal(err)
		}
		_, bare, _ := bytes.Cut(b, []byte{'\n'})
		for _, data := range [][]byte{b, bare, pack(t, b), append([]byte("\ufeff"), b...), bytes.ReplaceAll(bare, []byte(","), []byte("\t")), bytes.ReplaceAll(b, []byte("\n"), []byte("\r"))} {
			first, err := NewReader(bytes.NewReader(data), "a", -1, Spec{})
			if err != nil {
				t.Fatal(err)
			}
			again, err := NewReader(bytes.NewReader(data), "", -1, first.Dialect().Spec())
			if err != nil {
				t.Fatal(err)
			}
			if again.Dialect() != first.Dialect() || !slices.Equal(again.Columns(), first.Columns()) {
				t.Errorf("%s, %s", first.Dialect(), again.Dialect())
			}
			if a, b := transcript(first), transcript(again); !slices.Equal(a, b) {
				t.Errorf("%s: other records", first.Dialect())
			}
		}
	}
}
