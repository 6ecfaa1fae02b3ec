package cli

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"inkling/store"
)

// Wrong usage is status 2, failure 1, and either says what to do.
func TestWrongUsage(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("a.csv", []byte("text,label\nhello there,x\ngood bye,y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "", "import", "p.inkling", "a.csv", "--gold", "label")
	for _, c := range []struct {
		status int
		words  string
		args   string
	}{
		{2, "inkling demo", ""},
		{2, "needs a terminal", "p.inkling"},
		{2, "needs a terminal", "label p.inkling"},
		{1, "a.csv is not a project; to make one of it: inkling import a.inkling a.csv", "a.csv"},
		{2, "was inkling train meant?", "trian"},
		{2, "was inkling eval meant?", "evla p.inkling"},
		{2, "there is no project nothing.inkling", "nothing.inkling"},
		{2, "there is no project nothing.inkling", "train nothing.inkling"},
		{2, "unknown flag: --nonsense", "train p.inkling --nonsense"},
		{2, "train needs PROJECT; see inkling train --help", "train"},
		{2, "import needs PROJECT and FILE; see", "import"},
		{2, "import needs FILE after PROJECT; see", "import p.inkling"},
		{2, "backup needs FILE after PROJECT; see", "backup p.inkling"},
		{2, `eval takes PROJECT and FILE and no more, but got "c" too; see`, "eval a b c"},
		{2, `replay takes PROJECT and no more, but got "b" too; see`, "replay a b"},
		{2, `keys takes no argument, but got "x"; see`, "keys x"},
		{2, `invalid argument "x" for "--seed" flag: invalid syntax; see inkling train --help`, "train p.inkling --seed x"},
		{2, `there is no model "forest": use auto, naive-bayes, `, "train p.inkling --model forest"},
		{1, "inkling: too few answers", "train p.inkling"},
		{1, "has no model yet", "eval p.inkling"},
		{1, "has no model yet", "predict p.inkling a.csv"},
		{1, "has no model yet", "export p.inkling --answers both"},
		{2, "--answers is human, model, both or raw", "export p.inkling --answers all"},
		{2, `"lines" cannot be written: use csv, tsv or jsonl`, "export p.inkling --format lines"},
		{2, `"xml" cannot be written: use csv, tsv or jsonl`, "export p.inkling --format xml"},
		{2, "a column is either --answers or --gold", "import p.inkling a.csv --answers label --gold label"},
		{2, `has the role gold in this project, not answers`, "import p.inkling a.csv --answers label"},
		{2, `there is no column "nope"; the file has text, label`, "import p.inkling a.csv --text nope"},
		{2, "--on-error is stop or skip", "import p.inkling a.csv --on-error ignore"},
		{2, "the new project needs --labels A,B,.. (or --answers COL, --gold COL)", "import q.inkling a.csv"},
		{2, "tasks of the kind spans are not supported yet", "import q.inkling a.csv --task spans"},
		{1, `"x" is not a number`, "import q.inkling a.csv --task number --text text --answers label"},
		{2, "there are no labels: leave --labels out", "new q.inkling --task number --labels a,b"},
		{2, "no kind of task", "new q.inkling --task nonsense --labels a,b"},
		{2, "at least two labels", "new q.inkling --labels a"},
		{2, "two labels are named", "new q.inkling --labels a,a"},
		{2, "taken by a command", "new q.inkling --labels a:u,b:c"},
		{1, "exists already", "new p.inkling --labels a,b"},
		{1, "no such file", "import p.inkling missing.csv"},
		{1, "is a folder", "import p.inkling ."},
		{2, "--to N and -o FILE", "replay p.inkling"},
		{1, "inkling: there is no event 99: the log has 2", "replay p.inkling --to 99 -o r.inkling"},
		{1, "exists already", "backup p.inkling a.csv"},
		{2, `no kind of event "x"`, "log p.inkling --kind x"},
		{2, "--from takes the number of an event", "log p.inkling --from yesterday"},
		{1, "a.csv is not a project; to make one of it: inkling import a.inkling a.csv", "stats a.csv"},
		{2, "--labels is 1 to 5000", "demo --labels 0"},
		{1, "config", "label p.inkling --config missing.json"},
	} {
		if c.words == "config" {
			continue // needs a terminal first
		}
		fails(t, c.status, c.words, strings.Fields(c.args)...)
	}
	// None of that left anything behind.
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 2 {
		t.Errorf("%v, %v", files, err)
	}
}

// What programmers call things is not what people read.
func TestWords(t *testing.T) {
	for said, want := range map[string]string{
		"learn: too few answers to train on":                               "too few answers to train on",
		"store: replay: store: no such item: 7":                            "replay: no such item: 7",
		"import a.csv, line 2: format: misplaced quote":                    "import a.csv, line 2: misplaced quote",
		"label: task not valid: two labels are named \"a\"":                "task not valid: two labels are named \"a\"",
		"the bookstore: closed, my label: x":                               "the bookstore: closed, my label: x",
		"write /data/.p.inkling.2063.tmp: no space left on device":         "write /data/p.inkling: no space left on device",
		"open out.csv" + partSuffix() + ": permission denied":              "open out.csv: permission denied",
		"strconv.ParseUint: parsing \"x \\\" y\": value out of range here": "value out of range here",
	} {
		if got := words(errors.New(said)); got != want {
			t.Errorf("%q became %q, want %q", said, got, want)
		}
	}
}

// A project that is open elsewhere is refused with who has it, but where it is
// only read: what reads it reads a copy, and leaves none behind.
func TestLocked(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "new", path, "--labels", "a,b")
	p, err := store.Open(path, store.Options{Program: "the other one"})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	fails(t, 1, "held by the other one, process", "train", path)
	fails(t, 1, "held by the other one, process", "import", path, write(t, "a.csv", "text\nhello\n"))
	must(t, "", "backup", path, path+"2")
	must(t, "", "check", path+"2")

	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, command := range []string{"stats", "check", "log", "runs", "export"} {
		alone, beside := run("", command, path+"2"), run("", command, path)
		if strings.ReplaceAll(alone.out, path+"2", path) != beside.out || beside.status != 0 {
			t.Errorf("%s of a project in use: status %d\n%s%s", command, beside.status, beside.out, beside.err)
		}
		if !strings.Contains(beside.err, path+" is in use by the other one, process") || !strings.Contains(beside.err, "a copy as of event 1") {
			t.Errorf("%s says %q", command, beside.err)
		}
	}
	for _, command := range []string{"eval", "predict"} {
		fails(t, 1, path+" has no model yet", command, path)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// The help of every command is as it was agreed on, and has an example.
func TestHelp(t *testing.T) {
	var all strings.Builder
	var visit func(c *cobra.Command)
	visit = func(c *cobra.Command) {
		if c.Name() == "help" || c.HasParent() && c.Parent().Name() == "completion" || c.Name() == "completion" {
			return
		}
		if c.Example == "" {
			t.Errorf("%s has no example", c.CommandPath())
		}
		args := append(strings.Fields(c.CommandPath())[1:], "--help")
		all.WriteString("$ inkling " + strings.Join(args, " ") + "\n" + must(t, "", args...) + "\n")
		for _, sub := range c.Commands() {
			visit(sub)
		}
	}
	visit(Command("test", Streams{}))
	golden(t, "help.golden", all.String())
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := read(t, path)
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s, line %d (write it anew with -update):\n got %q\nwant %q", path, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", path, len(g), len(w))
}

func TestManAndCompletion(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "man")
	if r := run("", "man", dir); r.status != 0 || !strings.Contains(r.err, " pages in "+dir) {
		t.Error(r.status, r.err)
	}
	if page := read(t, filepath.Join(dir, "inkling-predict.1")); !strings.Contains(page, "next-week.jsonl") {
		t.Error("the man page of predict has no example")
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if out := must(t, "", "completion", shell); !strings.Contains(out, "inkling") {
			t.Error(shell, "got no completion")
		}
	}
	var keys map[string][]string
	unmarshal(t, must(t, "", "keys", "--json"), &keys)
	if len(keys["accept"]) == 0 {
		t.Error("accept has no key")
	}
}
