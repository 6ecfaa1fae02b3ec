package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inkling/label"
	"inkling/store"
)

// crowdProject is one that three people answered, with gold answers and comments,
// among them one that is meant for a terminal.
func crowdProject(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crowd.inkling")
	must(t, "", "import", path, write(t, "crowd.csv", "comments,kind\nwin a prize,spam\nsee you,ham\ncall now,spam\nlunch?,ham\n"), "--text", "comments", "--gold", "kind")
	p, err := store.Open(path, store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 2, 3, 4, 5, 6, 7, time.UTC)
	say := func(ev label.Event) {
		t.Helper()
		at = at.Add(time.Second)
		ev.Time = at
		if _, _, err := p.Append(ev).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	spam := p.Task().Class("spam")
	for i, who := range []string{"ana", "ben", "cem"} {
		class := spam
		if i == 2 {
			class = 1 - spam
		}
		say(label.Event{Kind: label.Decided, Annotator: who, Decisions: []label.Decision{{Item: 1, Action: label.Answered, Answer: label.ClassAnswer(class)}}})
	}
	say(label.Event{Kind: label.Decided, Annotator: "ana", Decisions: []label.Decision{{Item: 2, Action: label.Answered, Answer: label.ClassAnswer(1 - spam)}}})
	say(label.Event{Kind: label.Commented, Annotator: "ana", Comment: &label.Comment{Item: 1, Text: "is it, \"really\"?"}})
	say(label.Event{Kind: label.Commented, Annotator: "ben", Comment: &label.Comment{Item: 1, Text: "yes\x1b[2J"}})
	say(label.Event{Kind: label.Commented, Annotator: "cem", Comment: &label.Comment{Item: 3, Text: "nobody answered this"}})
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Comments and true answers come back from an export in every form, and another
// export of what came back is the same.
func TestRoundTripOfComments(t *testing.T) {
	path := crowdProject(t)
	for _, as := range []string{"csv", "tsv", "jsonl"} {
		for _, answers := range []string{"human", "raw"} {
			t.Run(as+" "+answers, func(t *testing.T) {
				file := filepath.Join(t.TempDir(), "out."+as)
				must(t, "", "export", path, "-o", file, "--answers", answers)
				back := filepath.Join(t.TempDir(), "back.inkling")
				r := run("", "import", back, file, "--text", "comments_raw", "--answers", "label", "--labels", "ham,spam")
				if r.status != 0 || !strings.Contains(r.err, "3 comments brought back") {
					t.Fatalf("%+v", r)
				}
				p, err := store.Open(back, store.Options{ReadOnly: true})
				if err != nil {
					t.Fatal(err)
				}
				said, err := p.Comments(1)
				if err != nil || len(said) != 2 || said[1].Annotator != "ben" || said[1].Comment.Text != "yes\x1b[2J" || said[0].Time != time.Date(2026, 2, 3, 4, 5, 11, 7, time.UTC) {
					t.Errorf("%+v, %v", said, err)
				}
				if c := p.Task().Column(label.Gold); c < 0 || p.Task().Columns[c].Name != "kind" {
					t.Errorf("no gold among %+v", p.Task().Columns)
				}
				p.Close()
				again := filepath.Join(t.TempDir(), "again."+as)
				must(t, "", "export", back, "-o", again, "--answers", answers)
				if a, b := eventless(t, file), eventless(t, again); a != b {
					t.Errorf("%s\nbecame\n%s", a, b)
				}
				// The same again brings nothing new.
				if r := run("", "import", back, file, "--answers", "label"); r.status != 0 || strings.Contains(r.err, "brought back") {
					t.Errorf("%+v", r)
				}
			})
		}
	}
	out := must(t, "", "export", path, "--pseudonyms")
	if strings.Contains(out, "nobody answered this") || strings.Contains(out, "ana") {
		t.Error(out)
	}
	if out := must(t, "", "export", path, "--pseudonyms", "--notes"); !strings.Contains(out, "nobody answered this") {
		t.Error(out)
	}
}

// eventless is an export without the numbers of events, which are others once it
// was imported.
func eventless(t *testing.T, file string) string {
	t.Helper()
	text := read(t, file)
	for n := range 20 {
		for _, c := range []string{",", "\t"} {
			text = strings.ReplaceAll(text, fmt.Sprintf("%s%d%s", c, n, c), c+"N"+c)
		}
		text = strings.ReplaceAll(text, fmt.Sprintf(`"event":%d,`, n), `"event":N,`)
	}
	return text
}

// Where most people said something else than the last one, an export says so, and
// raw rows are counted as rows.
func TestExportOutvoted(t *testing.T) {
	path := crowdProject(t)
	if r := run("", "export", path); !strings.Contains(r.err, "several people answered 1 item") || !strings.Contains(r.err, "of 1 of them most people said something else") || !strings.Contains(r.err, "4 of 4 items written") {
		t.Error(r.err)
	}
	if r := run("", "export", path, "--truth", "majority"); strings.Contains(r.err, "something else") {
		t.Error(r.err)
	}
	if r := run("", "export", path, "--answers", "raw", "--decided"); !strings.Contains(r.err, "4 rows about 2 of 4 items written") {
		t.Error(r.err)
	}
}

// A file of one column begins with its name where the project has a column that is
// called so.
func TestOneColumn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", path, write(t, "a.csv", "text,kind\nfirst one,a\nsecond one,b\n"), "--text", "text", "--gold", "kind")
	for name, items := range map[string]string{"b.txt": "text\nthird one\n", "b.csv": "text\nfourth one\n", "c.txt": "fifth one\ntext messages\n"} {
		before := itemCount(t, path)
		must(t, "", "import", path, write(t, name, items))
		want := strings.Count(items, "\n")
		if strings.HasPrefix(items, "text\n") {
			want--
		}
		if got := itemCount(t, path) - before; got != want {
			t.Errorf("%s added %d items, want %d", name, got, want)
		}
	}
	before := itemCount(t, path)
	if r := run("text\nsixth one\n", "import", path, "-"); r.status != 0 || itemCount(t, path) != before+1 {
		t.Errorf("%+v", r)
	}
}

func itemCount(t *testing.T, path string) int {
	t.Helper()
	p, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	return int(p.Counts().Items)
}
