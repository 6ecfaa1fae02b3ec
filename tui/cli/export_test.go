package cli

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inkling/label"
	"inkling/store"
)

// nasty are pieces of text that files and spreadsheets trip over.
var nasty = []string{"a", "word", "two words", `"`, `""`, "'", ",", ";", "\t", "\n", "\r\n", "\r", " ", "=1+1", "-2", "+3", "@x", "\ufeff", "\x00", "\x1b[31m",
	"\u202e", "\u200d", "漢字", "الع", "🙂", "é", "e\u0301", "\\", `\n`, "null", "NaN", "1e5", "007", "0.10", "<b>", "&amp;", "#", "//", "｡", "\u2028"}

func nastyText(t *rapid.T, name string, least int) string {
	s := ""
	for _, p := range rapid.SliceOfN(rapid.SampledFrom(nasty), least, 5).Draw(t, name) {
		s += p
	}
	return s
}

// landed is all that an export should carry of an item.
type landed struct {
	fields      string
	audit       bool
	decided     bool
	annotator   string
	when        time.Time
	action      label.Action
	answer      string
	note        string
	took        time.Duration
	suggestion  string
	probability float32
}

// everything reads a project into what an export should carry.
func everything(t *rapid.T, path string, columns []label.Column) map[label.ID]landed {
	p, err := store.Open(path, store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	task, out := p.Task(), map[label.ID]landed{}
	err = p.Items(context.Background(), 1, p.Counts().Items, func(it label.Item) error {
		l := landed{audit: it.Audit}
		for _, c := range columns {
			l.fields += fmt.Sprintf("%s=%q ", c.Name, it.Field(task.ColumnNamed(c.Name)))
		}
		st, has, err := p.Standing(it.Num)
		if err != nil {
			return err
		}
		if has {
			ev, err := p.Event(st.Event)
			if err != nil {
				return err
			}
			d := st.Decision
			l.decided, l.annotator, l.when, l.action, l.note, l.took = true, st.Annotator, ev.Time, d.Action, d.Note, d.Took
			if d.Action.HasAnswer() {
				l.answer = className(task.Labels, d.Answer.Class)
			}
			if s := d.Shown; s != nil {
				l.suggestion, l.probability = className(task.Labels, s.Answer.Class), s.Probability
			}
		}
		out[it.ID] = l
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Whatever the fields, the labels, the columns' names and the decisions are, a
// project that is exported and imported again has the same items and the same
// answers, with who gave them when and on which suggestion, with flags and
// notes; and into itself it adds nothing.
func TestExportComesBack(t *testing.T) {
	dir := t.TempDir()
	files := 0
	rapid.Check(t, func(t *rapid.T) {
		files++
		path := filepath.Join(dir, fmt.Sprintf("%d.inkling", files))
		task := nastyProject(t, path)
		want := everything(t, path, task.Columns)

		out := filepath.Join(dir, fmt.Sprintf("%d.%s", files, rapid.SampledFrom([]string{"csv", "tsv", "jsonl", "csv.gz"}).Draw(t, "format")))
		rapidRun(t, "export", path, "-o", out)
		rapidRun(t, "import", path, out, "--answers", "label")
		if got := everything(t, path, task.Columns); !maps.Equal(got, want) {
			t.Fatalf("importing its own export changed the project:\n got %v\nwant %v", got, want)
		}
		back := filepath.Join(dir, fmt.Sprintf("%d.back.inkling", files))
		args := []string{"import", back, out, "--answers", "label"}
		for _, c := range task.Columns {
			n := c.Name
			if givesWay(n) {
				n += rawSuffix
			}
			args = append(args, "--"+c.Role.String(), n)
		}
		rapidRun(t, args...)
		if got := everything(t, back, task.Columns); !maps.Equal(got, want) {
			t.Fatalf("inkling %q\n got %v\nwant %v", args, got, want)
		}
	})
}

func rapidRun(t *rapid.T, args ...string) {
	if r := run("", args...); r.status != 0 {
		t.Fatalf("inkling %q: status %d\n%s", args, r.status, r.err)
	}
}

// nastyProject makes a project with every label in use.
func nastyProject(t *rapid.T, path string) label.Task {
	labels := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"ham", "spam", "=sum(A1)", "a,b", `"q"`, "财经", " x", "🙂", "label", "-1"}), 2, 4, rapid.ID[string]).Draw(t, "labels")
	task := label.Task{Name: "nasty", Kind: label.Classes, Clean: "none", Audit: label.DefaultAudit, Seed: 1}
	for i, n := range labels {
		task.Labels = append(task.Labels, label.Label{Name: n, Key: fmt.Sprint(i)})
	}
	names := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"text", "label", "label_raw", "label_raw_raw", "id", "inkling_id", "note", "time", "event", "n", "code", "col 1"}),
		5, 5, rapid.ID[string]).Draw(t, "names")
	roles := []label.Role{label.Text, label.Numeric, label.Category, label.Ignore, rapid.SampledFrom([]label.Role{label.Ident, label.Gold, label.Text, label.Ignore}).Draw(t, "role")}
	for i, n := range names {
		task.Columns = append(task.Columns, label.Column{Name: n, Role: roles[i]})
	}
	p, err := store.Create(path, task, store.Options{NoSync: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	im := p.NewImport("generated", "import")
	n := rapid.IntRange(len(labels), 12).Draw(t, "items")
	for i := range n {
		fields := []string{fmt.Sprintf("x%d%s", i, nastyText(t, "text", 0)), nastyText(t, "number", 0), nastyText(t, "category", 0), nastyText(t, "ignored", 0), ""}
		switch roles[4] {
		case label.Ident:
			fields[4] = fmt.Sprintf("%d%s", i, nastyText(t, "id", 0))
		case label.Gold:
			fields[4] = rapid.SampledFrom(append([]string{""}, labels...)).Draw(t, "gold")
		case label.Text:
			fields[4] = nastyText(t, "second text", 0)
		}
		if err := im.Add(fields, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	order := rapid.Permutation(slices.Collect(func(yield func(uint64) bool) {
		for i := range n {
			if !yield(uint64(i + 1)) {
				return
			}
		}
	})).Draw(t, "order")
	for i, num := range order {
		class := i // the first items use every label
		action := label.Answered
		if i >= len(labels) {
			if rapid.Bool().Draw(t, "undecided") {
				continue
			}
			class = rapid.IntRange(0, len(labels)-1).Draw(t, "class")
			action = rapid.SampledFrom([]label.Action{label.Accepted, label.Corrected, label.Answered, label.Skipped, label.Flagged}).Draw(t, "action")
		}
		d := label.Decision{Item: num, Action: action, Answer: label.ClassAnswer(class), Took: time.Duration(rapid.IntRange(0, 1e6).Draw(t, "ms")) * time.Millisecond}
		if action == label.Accepted || action == label.Corrected {
			d.Shown = &label.Shown{Answer: label.ClassAnswer(rapid.IntRange(0, len(labels)-1).Draw(t, "shown")), Probability: rapid.Float32Range(0, 1).Draw(t, "p"), Model: 1}
		}
		if action == label.Flagged {
			d.Note = nastyText(t, "note", 0)
		}
		if _, _, err := p.Decide(rapid.SampledFrom([]string{"ana", "bo, the 2nd", "李"}).Draw(t, "who"), d).Wait(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	return p.Task()
}
