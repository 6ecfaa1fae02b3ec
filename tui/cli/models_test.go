package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"inkling/learn"
)

// Models are listed with their lineage, compared, and said to differ where they
// do.
func TestModels(t *testing.T) {
	p := twoRuns(t)
	must(t, "", "train", p, "--model", "softmax-regression")
	var list struct {
		Current uint64
		Models  []struct {
			ID, Parent uint64
			Model      string
			Size       int
			Current    bool
			Audit      struct{ Accuracy, Low, High float64 }
		}
	}
	unmarshal(t, must(t, "", "models", p, "--json"), &list)
	if list.Current != 3 || len(list.Models) != 3 || list.Models[2].Parent != 2 || !list.Models[2].Current || list.Models[0].Size == 0 || list.Models[1].Audit.High == 0 {
		t.Errorf("%+v", list)
	}
	text := must(t, "", "models", p)
	if lines := strings.Split(text, "\n"); !strings.HasPrefix(lines[3], "3* ") || !strings.Contains(lines[3], "  run 2  ") || !strings.Contains(lines[1], "  fresh  ") {
		t.Error(text)
	}
	var c struct {
		A, B   struct{ ID uint64 }
		Versus struct {
			N     int
			OnlyA int `json:"only_a"`
			OnlyB int `json:"only_b"`
		}
		Differ int
		Items  []struct{ Truth, A, B, Text string }
	}
	unmarshal(t, must(t, "", "models", "compare", p, "1", "2", "--json"), &c)
	if c.A.ID != 1 || c.B.ID != 2 || c.Differ != len(c.Items) || c.Differ < c.Versus.OnlyA+c.Versus.OnlyB || c.Versus.OnlyB == 0 {
		t.Errorf("%+v", c)
	}
	for i, it := range c.Items {
		one := it.A == it.Truth || it.B == it.Truth
		if it.A == it.B || it.Text == "" || one != (i < c.Versus.OnlyA+c.Versus.OnlyB) {
			t.Errorf("item %d: %+v", i, it)
		}
	}
	text = must(t, "", "models", "compare", p, "1", "2")
	for _, want := range []string{"naive bayes", "  alpha ", "  C ", "run 1 against run 2", fmt.Sprintf("They differ on %d of %d items:", c.Differ, c.Versus.N)} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	fails(t, 2, "named by its number", "models", "compare", p, "1", "two")
	fails(t, 2, "--on is audit or gold", "models", "compare", p, "1", "2", "--on", "file")
	fails(t, 1, "no such model: run 7", "models", "export", p, "7", "-o", filepath.Join(t.TempDir(), "x"))
	if out := must(t, "", "__complete", "models", "compare", p, "1", ""); !strings.HasPrefix(out, "3\tsoftmax regression") {
		t.Error(out)
	}
}

// A model that was exported says the same as in its project, byte for byte:
// without a project, and in another one.
func TestModelFiles(t *testing.T) {
	dir := t.TempDir()
	p, file := twoRuns(t), filepath.Join(dir, "loans.model")
	next := memos(t, 2, 100)
	var out struct {
		Run   uint64
		Bytes int
		Task  struct{ Columns []struct{ Name, Role string } }
	}
	unmarshal(t, must(t, "", "models", "export", p, "-o", file, "--json"), &out)
	if out.Run != 2 || out.Bytes != len(read(t, file)) || len(out.Task.Columns) == 0 || out.Task.Columns[0].Role != "text" {
		t.Errorf("%+v", out)
	}
	want := must(t, "", "predict", p, next, "--explain", "--top", "3")
	if got := must(t, "", "predict", "--model", file, next, "--explain", "--top", "3"); got != want {
		t.Error("by itself the model says something else")
	}
	if got := must(t, read(t, file), "predict", "--model", "-", next, "--explain", "--top", "3"); got != want {
		t.Error("read from standard input the model says something else")
	}
	packed := file + ".gz"
	must(t, "", "models", "export", p, "2", "-o", packed)
	if got := must(t, "", "predict", "--model", packed, next, "--explain", "--top", "3"); got != want {
		t.Error("packed and unpacked the model says something else")
	}

	// Another project, which has answers of its own to measure it on.
	q := filepath.Join(dir, "other.inkling")
	must(t, "", "import", q, memos(t, 4, 300), "--answers", "class", "--on-error", "skip")
	var run struct {
		ID, Parent uint64
		Origin     string `json:"imported_from"`
		Current    bool
		Audit      *struct{ N int }
	}
	unmarshal(t, must(t, "", "models", "import", q, file, "--json"), &run)
	if run.Origin != "loans.model, run 2 of loans" || run.Current || run.Audit == nil || run.Audit.N == 0 {
		t.Errorf("%+v", run)
	}
	fails(t, 1, "import PROJECT FILE --use", "predict", q, next)
	if text := must(t, "", "models", "import", q, file, "--use"); !strings.Contains(text, "accuracy here 0.") {
		t.Error(text)
	}
	if got := must(t, "", "predict", q, next, "--explain", "--top", "3"); got != want {
		t.Error("in another project the model says something else")
	}
	if text := must(t, "", "models", q); !strings.Contains(text, "2*   softmax regression") || !strings.Contains(text, "imported from loans.model, run 2 of loans") {
		t.Error(text)
	}
	// The next run learns here.
	must(t, "", "train", q, "--model", "naive-bayes")
	if text := must(t, "", "models", q); !strings.Contains(text, "3*") {
		t.Error(text)
	}
}

// What is no model, or not one for this project, is refused with what to do.
func TestModelFilesRefused(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	p := twoRuns(t)
	must(t, "", "models", "export", p, "-o", "a.model")
	whole := []byte(read(t, "a.model"))
	put := func(name string, b []byte) string {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	cut := put("cut.model", whole[:len(whole)/2])
	turned := bytes.Clone(whole)
	turned[len(turned)/2] ^= 1
	put("turned.model", turned)
	put("rows.csv", []byte("memo\nhello\n"))
	put("empty", nil)
	put("half.gz", []byte{0x1f, 0x8b, 8, 0, 1})
	must(t, "", "new", "other.inkling", "--labels", "x,y", "--text", "memo")
	for _, c := range []struct {
		status int
		words  string
		args   []string
	}{
		{1, "cut.model: damaged: checksum; copy it anew, or export it again", []string{"predict", "--model", cut, "rows.csv"}},
		{1, "turned.model: damaged: checksum", []string{"models", "import", p, "turned.model"}},
		{1, "rows.csv is not a model file: inkling models export PROJECT -o FILE writes one", []string{"predict", "--model", "rows.csv", "rows.csv"}},
		{1, "empty is not a model file", []string{"models", "import", p, "empty"}},
		{1, "half.gz is packed, and cannot be unpacked", []string{"models", "import", p, "half.gz"}},
		{1, "other.inkling is a project, not a model file: inkling models export other.inkling", []string{"predict", "--model", "other.inkling", "rows.csv"}},
		{1, ". is a folder", []string{"predict", "--model", ".", "rows.csv"}},
		{1, "no such file", []string{"predict", "--model", "missing", "rows.csv"}},
		{1, `a.model: the model does not fit the project: its label 1 is`, []string{"models", "import", "other.inkling", "a.model"}},
		{1, "inkling predict --model a.model needs no project", []string{"models", "import", "other.inkling", "a.model"}},
		{2, "name the FILE to predict", []string{"predict", "--model", "a.model"}},
		{2, "there is no project: name one FILE", []string{"predict", "--model", "a.model", "rows.csv", "rows.csv"}},
		{2, "cannot be both", []string{"predict", "--model", "-", "-"}},
		{2, "-o FILE", []string{"models", "export", p}},
		{2, "there is no project", []string{"models", "import", "nothing.inkling", "a.model"}},
		{1, "keeps no model yet", nil},
	} {
		if c.args == nil {
			if r := run("", "models", "other.inkling"); r.status != 0 || !strings.Contains(r.err, c.words) {
				t.Errorf("%+v", r)
			}
			continue
		}
		fails(t, c.status, c.words, c.args...)
	}
	if r := run("", "stats", "other.inkling", "--json"); r.status != 0 {
		t.Errorf("refused models left something: %+v", r)
	}
}

// A chain stays in one column however long it is; only branches go to the right,
// the newest too, or it would look like a model that began anew; a run whose model is not kept is stood in for by the one before it.
func TestLineage(t *testing.T) {
	var runs []learn.Run
	kept := map[uint64]bool{}
	for _, r := range [][3]uint64{{1, 0, 1}, {2, 1, 1}, {3, 2, 0}, {4, 3, 1}, {5, 2, 1}, {6, 5, 1}, {7, 0, 1}, {8, 4, 1}, {9, 2, 1}, {10, 9, 1}} {
		runs = append(runs, learn.Run{ID: r[0], Parent: r[1]})
		kept[r[0]] = r[2] == 1
	}
	var got []string
	for _, d := range lineage(runs, kept) {
		got = append(got, fmt.Sprint(d.branch, d.run.ID))
	}
	want := []string{"1", "2", "├─4", "│ 8", "├─5", "│ 6", "└─9", "  10", "7"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	runs = nil
	for i := range uint64(20_000) {
		runs = append(runs, learn.Run{ID: i + 1, Parent: i})
		kept[i+1] = true
	}
	if all := lineage(runs, kept); len(all) != len(runs) || all[len(all)-1].branch != "" {
		t.Errorf("a chain of %d runs gives %d lines", len(runs), len(all))
	}
}
