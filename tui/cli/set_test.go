package cli

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"inkling/label"
)

// What set changes is said, is in the log, and leaves answers as they are.
func TestSet(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p.inkling")
	must(t, "", "import", path, write(t, "a.csv", "text,y\nhello there,ham\nbuy it now,spam\n"), "--text", "text", "--answers", "y")
	labels := func() (out []label.Label) {
		var s struct {
			Task struct{ Labels []label.Label }
		}
		unmarshal(t, must(t, "", "stats", path, "--json"), &s)
		return s.Task.Labels
	}
	out := must(t, "", "set", path, "--rename-label", "ham=wanted", "--add-label", "maybe:m,other", "--key", "wanted=w",
		"--label-guideline", "spam=what nobody asked for, = or not", "--guideline", "Be kind.")
	if want := "label ham: renamed to wanted\nlabel maybe: added, with the key m\nlabel other: added, with the key o\nlabel wanted: key w (it was h)\n" +
		"label spam: guideline: what nobody asked for, = or not\nguideline: Be kind.\n"; out != want {
		t.Errorf("said\n%swant\n%s", out, want)
	}
	want := []label.Label{{Name: "wanted", Key: "w"}, {Name: "spam", Key: "p", Guideline: "what nobody asked for, = or not"}, {Name: "maybe", Key: "m"}, {Name: "other", Key: "o"}}
	if got := labels(); !slices.Equal(got, want) {
		t.Errorf("labels are %v, want %v", got, want)
	}
	if s := must(t, "", "export", path, "--decided"); !strings.Contains(s, "hello there,ham,wanted,answered") {
		t.Errorf("the answer did not keep its label:\n%s", s)
	}
	if s := must(t, "", "stats", path); !strings.Contains(s, "Be kind.") {
		t.Errorf("no guideline in\n%s", s)
	}

	// The same again changes nothing, and is no event.
	events := must(t, "", "log", path)
	r := run("", "set", path, "--key", "wanted=w", "--guideline", "Be kind.", "--json")
	var said struct{ Changed []string }
	if unmarshal(t, r.out, &said); len(said.Changed) != 0 || must(t, "", "log", path) != events {
		t.Errorf("the same again: %s%s", r.out, r.err)
	}
	must(t, "", "set", path, "--guideline", "", "--clean", "none", "--name", "letters")
	if s := must(t, "", "stats", path); strings.Contains(s, "Be kind.") || !strings.Contains(s, "cleaning none") || !strings.Contains(s, "letters") {
		t.Errorf("after the second set:\n%s", s)
	}
	must(t, "", "check", path)

	before := must(t, "", "log", path)
	for _, c := range []struct {
		words string
		args  []string
	}{
		{"say what to set", nil},
		{`there is no label "nope"; the project has wanted, spam, maybe, other`, []string{"--key", "nope=n"}},
		{"--key takes NAME=VALUE", []string{"--key", "spam"}},
		{`there is a label "spam" already`, []string{"--add-label", "spam"}},
		{"labels cannot become one", []string{"--rename-label", "wanted=spam"}},
		{"taken by a command", []string{"--key", "spam=u"}},
		{"cannot be told apart", []string{"--key", "spam=mx"}},
		{"one character, or two", []string{"--key", "spam=abc"}},
		{`no option "soap"`, []string{"--clean", "soap"}},
	} {
		fails(t, 2, c.words, append([]string{"set", path}, c.args...)...)
	}
	if must(t, "", "log", path) != before {
		t.Error("what was refused changed the project")
	}
}

// An import into a project that there is does not ignore what it is told about
// the task: it agrees, or is refused with the command that changes it.
func TestImportAgrees(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	file := write(t, "a.csv", "text,y\nhello there,ham\nbuy it now,spam\n")
	first := []string{"import", path, file, "--text", "text", "--ignore", "y", "--labels", "ham:h,spam", "--guideline", "Be kind.", "--seed", "3", "--audit", "0.2"}
	must(t, "", first...)
	must(t, "", first...)
	for _, c := range []struct{ flag, value, words string }{
		{"--labels", "ham,maybe", "--add-label maybe"},
		{"--labels", "ham:x", "--key ham=x"},
		{"--guideline", "Be quick.", "--guideline TEXT"},
		{"--name", "other", "--name TEXT"},
		{"--clean", "none", "--clean none"},
		{"--audit", "0.3", "--audit 0.2"},
		{"--seed", "4", "--seed 3"},
		{"--number", "text", "has the role text"},
	} {
		fails(t, 2, c.words, "import", path, file, c.flag, c.value)
	}
	r := run("", "import", path, file, "--gold", "y")
	if r.status != 0 || !strings.Contains(r.err, `column "y" was ignored until now; from now on its role is gold`) {
		t.Errorf("status %d: %s", r.status, r.err)
	}
}

// A column of answers that no flag names is told from one of the data, also
// where the file is sorted by it.
func TestImportUnnamedAnswers(t *testing.T) {
	var sorted, other strings.Builder
	for _, to := range []*strings.Builder{&sorted, &other} {
		to.WriteString("message,label\n")
	}
	for i := range 2*sampleRows + 10 {
		class := []string{"HAM", "Spam"}[min(i/(sampleRows+5), 1)]
		fmt.Fprintf(&sorted, "message number %d is here,%s\n", i, class)
		fmt.Fprintf(&other, "message number %d is here,%s\n", i, class[:1])
	}
	for name, c := range map[string]struct{ file, says, has string }{
		"sorted":      {sorted.String(), `note: column "label" holds labels, so no model may read it`, "  label    ignore  holds labels\n"},
		"other names": {other.String(), `note: models will read column "label" (category); where it holds the answers, say --ignore, --gold or --answers label`, "  label    category  2 codes: H, S\n"},
	} {
		r := run("", "import", filepath.Join(t.TempDir(), "p.inkling"), write(t, "a.csv", c.file), "--labels", "ham,spam")
		if r.status != 0 || !strings.Contains(r.err, c.says) || !strings.Contains(r.err, c.has) {
			t.Errorf("%s: status %d\n%s", name, r.status, r.err)
		}
	}
}

// What was read twice is called a repeat: of a new project, within the file.
func TestImportRepeats(t *testing.T) {
	path, file := filepath.Join(t.TempDir(), "p.inkling"), write(t, "a.csv", "text\none thing\none thing\nanother thing\n")
	if r := run("", "import", path, file, "--labels", "a,b"); !strings.Contains(r.err, "3 rows, 2 added, 1 repeat (") || strings.Contains(r.err, "already") {
		t.Error(r.err)
	}
	if r := run("", "import", path, file); !strings.Contains(r.err, "3 rows, 0 added, 3 repeats (there already, or twice in the file)") {
		t.Error(r.err)
	}
}
