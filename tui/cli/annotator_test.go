package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn/external"
	"inkling/store"
)

// annotatorArg makes the test binary an annotator, with the manners that the
// next argument names.
const annotatorArg = "annotate"

// annotate answers what is in the text of an item behind its colon. It returns
// its exit status.
func annotate(how string, in io.Reader, out, errs io.Writer) int {
	if how == "broken" {
		fmt.Fprintln(errs, "no module named \x1b[31mtorch")
		return 1
	}
	if how == "greets" {
		fmt.Fprintln(out, `{"protocol":1,"name":"parrot","version":"7"}`)
	}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		var q struct {
			ID   int
			Text string
		}
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return 2
		}
		_, name, _ := strings.Cut(q.Text, ": ")
		switch {
		case how == "labels":
			fmt.Fprintf(out, `{"id":%d,"error":%q}`+"\n", q.ID, os.Getenv("INKLING_LABELS"))
		case how == "dies" && n > 3:
			return 3
		case how == "hangs" && n > 3:
			time.Sleep(time.Hour) // until it is killed
		case how == "wrong":
			fmt.Fprintf(out, `{"id":%d,"label":"eggs"}`+"\n", q.ID)
		case name == "?":
			fmt.Fprintf(out, `{"id":%d,"error":"I cannot \u001b[31mtell"}`+"\n", q.ID)
		default:
			fmt.Fprintf(out, `{"id":%d,"label":%q,"probability":0.9}`+"\n", q.ID, name)
		}
	}
	return 0
}

// parrots makes a project of n items that say what they are, the last of which
// does not, with the person's folder for agreements in a folder of its own. All
// audited items are answered, in the other class where wrong says so.
func parrots(t *testing.T, n int) string {
	t.Helper()
	home := t.TempDir()
	for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
		t.Setenv(name, home)
	}
	var b strings.Builder
	b.WriteString("text\n")
	for i := range n - 1 {
		fmt.Fprintf(&b, "bird %d says: %s\n", i, []string{"ham", "spam"}[i%2])
	}
	fmt.Fprintf(&b, "bird %d says: ?\n", n)
	path := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", path, write(t, "birds.csv", b.String()), "--text", "text", "--labels", "ham,spam")
	return path
}

// agree answers what is audited: with the truth, but for every wrong-th item.
func agree(t *testing.T, path string, wrong int) (audited int) {
	t.Helper()
	return decide(t, path, true, func(class int) int {
		if audited++; audited%wrong == 0 {
			return 1 - class
		}
		return class
	})
}

// decide answers the items of one stream with what say makes of the truth, and
// returns how many they were.
func decide(t *testing.T, path string, audit bool, say func(class int) int) (n int) {
	t.Helper()
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for num := uint64(1); num <= p.Counts().Items; num++ {
		it, err := p.Item(num)
		if err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(it.Fields[0], ": ")
		class := p.Task().Class(name)
		if class < 0 || it.Audit != audit {
			continue
		}
		n++
		d := label.Decision{Item: num, Action: label.Answered, Answer: label.ClassAnswer(say(class))}
		if _, _, err := p.Decide("ana", d).Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// register registers the test binary as an annotator.
func register(t *testing.T, path, name, how string, flags ...string) {
	t.Helper()
	args := append([]string{"annotator", "add", path, name}, flags...)
	must(t, "", append(args, "--", os.Args[0], annotatorArg, how)...)
}

// The whole way: register, try, run, interrupted and taken up again, compare,
// suggest, remove.
func TestAnnotator(t *testing.T) {
	const n = 200
	path := parrots(t, n)
	audited := agree(t, path, 4)
	register(t, path, "bird", "greets", "--json")
	register(t, path, "other bird", "kind")

	var tried struct {
		Annotator string
		Program   external.Hello
		Answers   []struct {
			Item        uint64
			Label, Why  string
			Probability *float64
			Text        string
		}
	}
	unmarshal(t, must(t, "", "annotator", "test", path, "bird", "--limit", "200", "--json"), &tried)
	if len(tried.Answers) != n || tried.Program != (external.Hello{Name: "parrot", Version: "7"}) {
		t.Fatalf("%+v", tried)
	}
	for _, a := range tried.Answers {
		if a.Label == "" != strings.HasSuffix(a.Text, "?") || a.Label != "" && (!strings.HasSuffix(a.Text, ": "+a.Label) || *a.Probability != 0.9) {
			t.Errorf("%+v", a)
		}
	}
	if r := run("", "annotator", "test", path, "bird"); r.status != 0 || strings.Count(r.out, "\n") != 5 || !strings.Contains(r.err, "calls itself parrot 7") {
		t.Errorf("%+v", r)
	}

	type came struct{ Asked, Answered, Refused, Skipped, Left int }
	var got came
	unmarshal(t, must(t, "", "annotator", "run", path, "bird", "--limit", "20", "--json"), &got)
	if got.Asked != 20 || got.Left != n-20 {
		t.Errorf("%+v", got)
	}
	out := must(t, "", "annotator", "run", path, "external bird")
	if !strings.Contains(out, "1 item without one") || !strings.Contains(out, "I cannot ␛[31mtell") {
		t.Errorf("%s", out)
	}
	if r := run("", "annotator", "run", path, "bird"); r.status != 0 || !strings.Contains(r.err, "has been asked about all") {
		t.Errorf("%+v", r)
	}
	unmarshal(t, must(t, "", "annotator", "run", path, "bird", "--retry", "--json"), &got)
	if got != (came{Asked: 1, Refused: 1}) {
		t.Errorf("again where it failed: %+v", got)
	}
	unmarshal(t, must(t, "", "annotator", "run", path, "bird", "--again", "--on", "audit", "--json"), &got)
	if got.Asked < audited || got.Asked > audited+1 {
		t.Errorf("again on %d audits: %+v", audited, got)
	}

	var list struct {
		Annotators []struct {
			Name              string
			Command           []string
			Answered, Without int
			Trusted, Suggests bool
		}
	}
	unmarshal(t, must(t, "", "annotator", "list", path, "--json"), &list)
	if a := list.Annotators; len(a) != 2 || a[0].Answered != n-1 || a[0].Without != 1 || !a[0].Trusted || a[1].Answered != 0 || len(a[0].Command) != 3 {
		t.Errorf("%+v", list)
	}

	for _, words := range [][]string{{"annotator", "run", path, ""}, {"set", path, "--suggest", ""}} {
		if out := must(t, "", append([]string{"__complete"}, words...)...); !strings.Contains(out, "other bird\n") {
			t.Errorf("%q is completed with %q", words, out)
		}
	}

	// Without a model, and beside one.
	var compared struct {
		Audited    int
		Contenders []struct {
			Name       string
			N, Without int
			Accuracy   *float64
			LogLoss    *float64 `json:"log_loss"`
			Against    *struct {
				N         int
				OnlyIt    int `json:"only_it"`
				OnlyModel int `json:"only_model"`
				Says      string
			} `json:"against_model"`
		}
	}
	unmarshal(t, must(t, "", "eval", path, "--compare", "--json"), &compared)
	right := float64(audited-audited/4) / float64(audited)
	if c := compared.Contenders; compared.Audited != audited || len(c) != 2 || c[0].Name != "external bird" || *c[0].Accuracy != right || c[0].LogLoss == nil || c[0].Against != nil || c[1].N != 0 || c[1].Accuracy != nil {
		t.Errorf("%+v", compared)
	}
	decide(t, path, false, func(class int) int { return class })
	must(t, "", "train", path, "--model", "naive-bayes")
	unmarshal(t, must(t, "", "eval", path, "--compare", "--json"), &compared)
	if c := compared.Contenders; len(c) != 3 || !strings.HasPrefix(c[0].Name, "naive bayes (run ") || c[1].Against == nil || c[1].Against.N != audited || c[2].Against != nil {
		t.Errorf("%+v", compared)
	}
	if out := must(t, "", "eval", path, "--compare"); !strings.Contains(out, "external bird") || !strings.Contains(out, "other bird' --on audit") {
		t.Errorf("%s", out)
	}

	if out := must(t, "", "set", path, "--suggest", "external bird"); out != "suggestions: external bird (it was: model)\n" {
		t.Error(out)
	}
	fails(t, 2, `no such annotator: "cat"; the project has bird, other bird`, "set", path, "--suggest", "external cat")
	// What was on screen is in the log by its name, also when that is gone.
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	x, err := external.Find(p, "bird")
	if err != nil {
		t.Fatal(err)
	}
	num := p.Counts().Items
	d := label.Decision{Item: num, Action: label.Accepted, Answer: label.ClassAnswer(1), Shown: &label.Shown{Answer: label.ClassAnswer(1), Probability: 0.9, Model: x.ID}}
	if _, _, err := p.Decide("ana", d).Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	var last struct{ Decisions []loggedDecision }
	unmarshal(t, must(t, "", "log", path, "--from", fmt.Sprint(p.Counts().Events)), &last)
	if said := last.Decisions[0].words(); !strings.Contains(said, "accepted spam (0.90 by external bird)") {
		t.Error(said)
	}
	var removed struct {
		Removed string
		Answers int
	}
	unmarshal(t, must(t, "", "annotator", "remove", path, "bird", "--json"), &removed)
	if removed.Removed != "bird" || removed.Answers != n-1 {
		t.Errorf("%+v", removed)
	}
	if out := must(t, "", "log", path, "--json"); !strings.Contains(out, `"suggested_by":"external annotator that was removed"`) {
		t.Errorf("%s", out)
	}
	must(t, "", "check", path)
}

// What a program does wrong is said, with what it wrote, and what it answered
// before is kept.
func TestAnnotatorFails(t *testing.T) {
	path := parrots(t, 12)
	register(t, path, "broken", "broken")
	register(t, path, "wrong", "wrong")
	register(t, path, "dies", "dies", "--window", "1")
	register(t, path, "labels", "labels")
	fails(t, 1, "it ended with exit status 1 with 5 items unanswered; it was started once; its last words:\n  | no module named ␛[31mtorch", "annotator", "test", path, "broken")
	fails(t, 1, `not an answer: line 1 of its output: item `, "annotator", "run", path, "wrong")
	if r := run("", "annotator", "run", path, "dies", "--json"); r.status != 0 || !strings.Contains(r.out, `"answered":11`) || !strings.Contains(r.err, "restart 3 of dies") {
		t.Errorf("%+v", r)
	}
	if out := must(t, "", "annotator", "test", path, "labels", "--limit", "1"); !strings.Contains(out, `no answer: ["ham","spam"]`) {
		t.Error(out)
	}
	for _, c := range []struct {
		words string
		args  []string
	}{
		{"say what to do: annotator add, list", []string{"annotator"}},
		{`has no command "start"`, []string{"annotator", "start"}},
		{"which program? It stands behind --", []string{"annotator", "add", path, "x"}},
		{"which program? It stands behind --", []string{"annotator", "add", path, "x", "python3"}},
		{"which program? It stands behind --", []string{"annotator", "add", path, "x", "--"}},
		{"needs PROJECT and NAME", []string{"annotator", "add", path}},
		{"there is such an annotator already", []string{"annotator", "add", path, "wrong", "--", "cat"}},
		{"not a name for an annotator", []string{"annotator", "add", path, " ", "--", "cat"}},
		{"run needs NAME after PROJECT", []string{"annotator", "run", path}},
		{"--on is open, audit or all", []string{"annotator", "run", path, "wrong", "--on", "rest"}},
		{`no such annotator: "cat"`, []string{"annotator", "remove", path, "cat"}},
		{"on nothing else", []string{"eval", path, "--compare", "--on", "gold"}},
	} {
		fails(t, 2, c.words, c.args...)
	}
}

// A project from somewhere else starts nothing before somebody here has agreed
// to it, and agreeing is about one command in one folder.
func TestAnnotatorTrust(t *testing.T) {
	path := parrots(t, 12)
	mine := os.Getenv("XDG_CONFIG_HOME")
	register(t, path, "bird", "kind", "--dir", filepath.Dir(path))
	must(t, "", "annotator", "test", path, "bird")

	elsewhere := t.TempDir()
	for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
		t.Setenv(name, elsewhere)
	}
	for _, command := range []string{"test", "run"} {
		fails(t, 1, "nobody has agreed to run on this machine:\n  "+os.Args[0]+" annotate kind\n  in the folder", "annotator", command, path, "bird")
	}
	if files, err := os.ReadDir(elsewhere); err != nil || len(files) > 0 {
		t.Errorf("%v, %v", files, err)
	}
	must(t, "", "annotator", "test", path, "bird", "--trust")
	must(t, "", "annotator", "run", path, "bird")

	// The same project in another folder stands for another program: what is
	// called so may lie there.
	for _, name := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} {
		t.Setenv(name, mine)
	}
	moved := filepath.Join(t.TempDir(), "p.inkling")
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	fails(t, 1, "nobody has agreed", "annotator", "run", moved, "bird")
	if out := must(t, "", "annotator", "list", moved); !strings.Contains(out, " no  ") {
		t.Error(out)
	}
}
