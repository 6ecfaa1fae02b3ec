package cli

import (
	"path/filepath"
	"strings"
	"testing"

	"inkling/label"
	"inkling/store"
	"inkling/tui/seat"
	"inkling/tui/sshd"
)

// The log says what set changed, also where it begins behind what was before.
func TestLogChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", path, write(t, "a.csv", "text,kind,shop\none,a,x\ntwo,b,y\n"), "--text", "text", "--gold", "kind", "--category", "shop")
	must(t, "", "set", path, "--overlap", "0.5x3", "--skills", "ana=x,y", "--skill-column", "shop")
	must(t, "", "set", path, "--name", "alpha", "--add-label", "c")
	for _, from := range []string{"1", "3", "4"} {
		out := must(t, "", "log", path, "--text", "--from", from, "--kind", "changed")
		if !strings.Contains(out, "name alpha, before p; new label c") || strings.Contains(out, "overlap 0.5 of the items") != (from != "4") {
			t.Errorf("from %s:\n%s", from, out)
		}
	}
	var all []struct {
		Changes []string
		Task    struct{ Assignment *label.Assignment }
	}
	unmarshal(t, must(t, "", "log", path, "--json", "--kind", "changed"), &all)
	if len(all) != 2 || !strings.Contains(strings.Join(all[0].Changes, "; "), "skills of ana x and y, before none") || all[1].Task.Assignment == nil || len(all[1].Task.Assignment.People) != 1 {
		t.Errorf("%+v", all)
	}
	if out := must(t, "", "log", path, "--json", "--pseudonyms"); strings.Contains(out, "skills of") || strings.Contains(out, `"ana"`) {
		t.Error(out)
	}
}

// What was decided at once and what was withheld is in the log, for people and
// programs.
func TestLogBulk(t *testing.T) {
	path := decidedProject(t)
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	shown := label.Shown{Answer: label.ClassAnswer(0), Probability: 0.75, Model: 1}
	ev := label.Event{Kind: label.Decided, Annotator: "ana", Bulk: &label.Bulk{By: "probability", Above: 0.9, Of: "pri\x1bze"}, Decisions: []label.Decision{
		{Item: 1, Action: label.Answered, Answer: label.ClassAnswer(1), Withheld: &shown}, {Item: 2, Action: label.Accepted, Answer: label.ClassAnswer(0), Shown: &shown}}}
	if _, _, err := p.Append(ev).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if out := must(t, "", "log", path, "--text"); !strings.Contains(out, `2 items at once, by probability of "pri`) || strings.Contains(out, "\x1b") || !strings.Contains(out, "from 0.90 on: item 1 answered") || !strings.Contains(out, "suggestion withheld") {
		t.Error(out)
	}
	var all []struct {
		Bulk      *label.Bulk
		Decisions []struct {
			Withheld    bool
			Probability float64
		}
	}
	unmarshal(t, must(t, "", "log", path, "--json"), &all)
	last := all[len(all)-1]
	if last.Bulk == nil || last.Bulk.Above != 0.9 || !last.Decisions[0].Withheld || last.Decisions[0].Probability != 0.75 || last.Decisions[1].Withheld {
		t.Errorf("%+v", last)
	}
	must(t, "", "check", path)
}

// Help over SSH shows the flags that can be used there, and no others.
func TestExecHelp(t *testing.T) {
	p, _ := hostedProject(t)
	for _, c := range allowedCommands() {
		r := execute(t, p, sshd.Client{Name: "ana", Role: seat.Admin}, "", c.name, "--help")
		if r.status != 0 {
			t.Errorf("%s: %+v", c.name, r)
		}
		for line := range strings.Lines(r.out) {
			if _, flag, ok := strings.Cut(line, "--"); ok && (strings.HasPrefix(line, "      --") || strings.HasPrefix(line, "  -")) {
				name, _, _ := strings.Cut(strings.TrimSpace(flag), " ")
				if name != "help" && !strings.Contains(" "+strings.Join(c.flags, " ")+" ", " "+name+" ") {
					t.Errorf("%s --help shows --%s", c.name, name)
				}
			}
		}
		if strings.Contains(r.out, "--config") || strings.Contains(r.out, "--output string") {
			t.Errorf("%s: %s", c.name, r.out)
		}
	}
}

// --as without a project is refused; with one it is the name that is asked for
// where there is a terminal.
func TestRootAs(t *testing.T) {
	fails(t, 2, "--as goes with a project", "--as", "ana")
	fails(t, 2, "the workbench needs a terminal", decidedProject(t), "--as", "ana")
}
