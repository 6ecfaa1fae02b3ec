package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// figures are what eval prints that tests look at.
type figures struct {
	N        int
	Accuracy float64
	Interval [2]float64
	PerClass map[string]struct{ Precision, Recall, F1 float64 } `json:"per_class"`
}

// The whole loop on generated memos: known answers in, model, report,
// predictions, export, and back in.
func TestLoop(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "loans.inkling")
	rows, least := 800, 0.68 // the most frequent class is 58% of all
	if testing.Short() {
		rows, least = 200, 0.58
	}
	file, next := memos(t, 1, rows), memos(t, 2, 300)

	var imported struct {
		Files []struct{ Rows, Added, Duplicates, Rejected int }
	}
	unmarshal(t, must(t, "", "import", p, file, "--answers", "class", "--json"), &imported)
	f := imported.Files[0]
	if f.Rows != rows || f.Added+f.Duplicates != rows || f.Added < rows*95/100 || f.Rejected != 0 {
		t.Errorf("%+v", f)
	}
	// Once more adds nothing.
	unmarshal(t, must(t, "", "import", p, file, "--answers", "class", "--json"), &imported)
	if imported.Files[0].Added != 0 {
		t.Errorf("%+v", imported.Files[0])
	}

	// The same seed, the same model.
	var first, second struct {
		Digest  string
		Model   string
		Labels  int
		Seconds float64
		Took    any
	}
	unmarshal(t, must(t, "", "train", p, "--fresh", "--seed", "7", "--model", "softmax-regression", "--json"), &first)
	unmarshal(t, must(t, "", "train", p, "--fresh", "--seed", "7", "--model", "softmax-regression", "--json"), &second)
	if first.Digest != second.Digest || len(first.Digest) != 64 || first.Took != nil {
		t.Errorf("%+v, %+v", first, second)
	}
	if text := must(t, "", "train", p, "--model", "naive-bayes"); !strings.Contains(text, "naive bayes") || !strings.Contains(text, "digest") {
		t.Error(text)
	}
	var runs struct {
		Current uint64
		Runs    []struct {
			ID      uint64
			Current bool
		}
	}
	unmarshal(t, must(t, "", "runs", p, "--json"), &runs)
	if table := must(t, "", "runs", p); !regexp.MustCompile(`(?m)^\d+\* .* [01]\.\d{3}  +[01]\.\d{3} to [01]\.\d{3}  +\d+ `).MatchString(table) {
		t.Errorf("no interval in\n%s", table)
	}
	if n := len(runs.Runs); n != 3 || !runs.Runs[2].Current || runs.Runs[2].ID != runs.Current {
		t.Errorf("%+v", runs)
	}
	must(t, "", "train", p, "--fresh")

	// The report on the audits, and on a file.
	var audit, onFile figures
	unmarshal(t, must(t, "", "eval", p, "--json"), &audit)
	unmarshal(t, must(t, "", "eval", p, next, "--gold", "class", "--json"), &onFile)
	if audit.N < rows/20 || audit.N > rows/6 || onFile.N != 300 {
		t.Errorf("measured on %d audits, %d rows", audit.N, onFile.N)
	}
	if onFile.Accuracy < least || onFile.Interval[0] > onFile.Accuracy || onFile.Interval[1] < onFile.Accuracy || len(onFile.PerClass) != 3 {
		t.Errorf("%+v", onFile)
	}
	if text := must(t, "", "eval", p); !strings.Contains(text, "weighted avg") || !strings.Contains(text, "(Wilson, n = ") {
		t.Error(text)
	}

	// Predictions in the order of rows, right as often as the report says.
	lines := strings.Split(strings.TrimSpace(must(t, read(t, next), "predict", p, "-", "--explain", "--top", "2")), "\n")
	truth := strings.Split(strings.TrimSpace(read(t, next)), "\n")
	right := 0
	for i, line := range lines {
		var row struct {
			Memo, Label, Class string
			Probability        float64
			Top                []struct {
				Label       string
				Probability float64
			}
			Reasons []struct {
				Term, Column string
				Weight       float64
			}
		}
		unmarshal(t, line, &row)
		if len(row.Top) != 2 || row.Top[0].Label != row.Label || row.Top[0].Probability != row.Probability || len(row.Reasons) == 0 || row.Memo == "" {
			t.Fatalf("row %d: %s", i, line)
		}
		if row.Label == row.Class {
			right++
		}
	}
	if len(lines) != 300 || len(truth) < 301 || right != int(onFile.Accuracy*300+0.5) {
		t.Errorf("%d lines, %d right, the report says %.3f", len(lines), right, onFile.Accuracy)
	}
	table := filepath.Join(dir, "out.csv")
	must(t, "", "predict", p, next, "-o", table)
	if head, _, _ := strings.Cut(read(t, table), "\n"); !strings.HasSuffix(head, "class,label,probability") {
		t.Error(head)
	}
	// Everything is answered: nothing is left to predict.
	if out := must(t, "", "predict", p); out != "" {
		t.Errorf("%.200s", out)
	}

	// Out and back in: the same items and answers, so the same model.
	exported := filepath.Join(dir, "all.csv.gz")
	must(t, "", "export", p, "-o", exported)
	back := filepath.Join(dir, "back.inkling")
	must(t, "", "import", back, exported, "--answers", "label")
	unmarshal(t, must(t, "", "train", back, "--fresh", "--seed", "7", "--model", "softmax-regression", "--json"), &second)
	if first.Digest != second.Digest {
		t.Errorf("learned %d labels and %s before, %d and %s after", first.Labels, first.Model, second.Labels, second.Model)
	}

	// The file holds up.
	if out := must(t, "", "check", p); !strings.HasPrefix(out, "ok: ") {
		t.Error(out)
	}
	var stats struct{ Items, Labelled, Audited, Events, Runs int }
	unmarshal(t, must(t, "", "stats", p, "--json"), &stats)
	if stats.Items != f.Added || stats.Labelled != f.Added || stats.Audited != audit.N || stats.Runs != 4 {
		t.Errorf("%+v", stats)
	}
	copied, then := filepath.Join(dir, "copy.inkling"), filepath.Join(dir, "then.inkling")
	must(t, "", "backup", p, copied)
	if a, b := must(t, "", "log", p), must(t, "", "log", copied); a != b || strings.Count(a, "\n") != stats.Events {
		t.Error("the copy's log differs")
	}
	must(t, "", "replay", p, "--to", "2", "-o", then)
	unmarshal(t, must(t, "", "stats", then, "--json"), &stats)
	if stats.Items != f.Added || stats.Labelled != 0 || stats.Events != 2 {
		t.Errorf("%+v", stats)
	}
}

// What the log prints can be narrowed, and is one array with --json.
func TestLog(t *testing.T) {
	p := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "import", p, write(t, "a.csv", "text,label\nhello there,x\ngood bye,y\n"), "--answers", "label")
	for args, want := range map[string]string{
		"":                            "created imported decided",
		"--kind decided":              "decided",
		"--kind created,imported":     "created imported",
		"--annotator import":          "imported decided",
		"--annotator ana":             "",
		"--from 2":                    "imported decided",
		"--from 2 --to 2":             "imported",
		"--to 2000-01-01":             "",
		"--from 2000-01-01 --to 3":    "created imported decided",
		"--from 2999-01-01T00:00:00Z": "",
	} {
		var events []struct{ Kind string }
		unmarshal(t, must(t, "", append([]string{"log", p, "--json"}, strings.Fields(args)...)...), &events)
		var kinds []string
		for _, e := range events {
			kinds = append(kinds, e.Kind)
		}
		if got := strings.Join(kinds, " "); got != want {
			t.Errorf("log %s: %q, want %q", args, got, want)
		}
		if lines := strings.Count(must(t, "", append([]string{"log", p}, strings.Fields(args)...)...), "\n"); lines != len(kinds) {
			t.Errorf("log %s: %d lines", args, lines)
		}
	}
}

// trainedBytes are those of a small project with a model, made once.
var trainedBytes = sync.OnceValue(func() []byte {
	dir, err := os.MkdirTemp("", "inkling-test-")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	p, file := filepath.Join(dir, "p.inkling"), filepath.Join(dir, "memos.csv")
	if err := os.WriteFile(file, []byte(memoTable(1, 300)), 0o600); err != nil {
		panic(err)
	}
	for _, args := range [][]string{{"import", p, file, "--answers", "class"}, {"train", p, "--model", "naive-bayes"}} {
		if r := run("", args...); r.status != 0 {
			panic(r.err)
		}
	}
	b, err := os.ReadFile(p)
	if err != nil {
		panic(err)
	}
	return b
})

func trainedProject(t testing.TB) string {
	t.Helper()
	return write(t, "p.inkling", string(trainedBytes()))
}

// A row that comes in is answered before the next one does.
func TestPredictAnswersAtOnce(t *testing.T) {
	p := trainedProject(t)
	in, feed := io.Pipe()
	answers, out := io.Pipe()
	status := make(chan int, 1)
	go func() {
		s := Main("test", []string{"predict", p, "-"}, Streams{In: in, Out: out, Err: io.Discard})
		out.Close()
		status <- s
	}()
	lines := bufio.NewScanner(answers)
	for _, memo := range []string{"paid on time for years", "has not answered a call since May", "欠款已还清"} {
		line, _ := json.Marshal(map[string]string{"memo": memo})
		if _, err := feed.Write(append(line, '\n')); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() {
			t.Fatal(lines.Err())
		}
		var row struct{ Memo, Label string }
		unmarshal(t, lines.Text(), &row)
		if row.Memo != memo || row.Label == "" {
			t.Errorf("%+v", row)
		}
	}
	feed.Close()
	if lines.Scan() {
		t.Error(lines.Text())
	}
	if s := <-status; s != 0 {
		t.Error("status", s)
	}
}

// closedPipe is the output of someone who has seen enough.
type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}
}

func TestBrokenPipeIsQuiet(t *testing.T) {
	p := trainedProject(t)
	for _, args := range [][]string{{"predict", p, memos(t, 3, 500)}, {"export", p}, {"log", p}} {
		var errs strings.Builder
		if s := Main("test", args, Streams{In: strings.NewReader(""), Out: closedPipe{}, Err: &errs}); s != 0 || strings.Contains(errs.String(), "pipe") {
			t.Errorf("%s: status %d, %s", args[0], s, errs.String())
		}
	}
}

// A bad row ends predict, and leaves no half file; or is set aside.
func TestPredictBadRow(t *testing.T) {
	p := trainedProject(t)
	file := write(t, "bad.csv", "memo,age\nfine,30\ntoo,many,fields\nfine too,40\n")
	out := filepath.Join(filepath.Dir(file), "out.jsonl")
	fails(t, 1, "bad.csv, line 3", "predict", p, file, "-o", out)
	if _, err := os.Stat(out); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	must(t, "", "predict", p, file, "-o", out, "--on-error", "skip")
	if n := strings.Count(read(t, out), "\n"); n != 2 {
		t.Error(n, "rows")
	}
	if aside := read(t, file+".rejected.jsonl"); strings.Count(aside, "\n") != 1 || !strings.Contains(aside, "too,many,fields") {
		t.Error(aside)
	}
	// The output may be the input.
	must(t, "", "predict", p, file, "-o", file, "--on-error", "skip")
	if text := read(t, file); !strings.HasPrefix(text, "memo,age,label,probability\nfine,30,") {
		t.Error(text)
	}
}

// The input's own columns of the names that are added stay, renamed.
func TestPredictNameClash(t *testing.T) {
	p := trainedProject(t)
	var row map[string]any
	unmarshal(t, must(t, `{"memo":"x y z","label":"mine","label_raw":3,"probability":null}`+"\n", "predict", p, "-"), &row)
	if row["label_raw_raw"] != "mine" || row["label_raw"] != 3.0 || row["label"] == "mine" {
		t.Errorf("%v", row)
	}
}

// Plain lines have no name of a column, and are the text.
func TestPredictLines(t *testing.T) {
	p := trainedProject(t)
	out := must(t, "has paid on time\nhas not paid since May\n", "predict", p, "-", "--format", "lines")
	if strings.Count(out, "\n") != 2 || !strings.HasPrefix(out, `{"text":"has paid on time","label":`) {
		t.Error(out)
	}
}

// The same seed plays the same demo, to the last figure.
func TestDemo(t *testing.T) {
	labels := "40"
	if testing.Short() {
		labels = "20"
	}
	args := []string{"demo", "--fast", "--labels", labels, "--seed", "3"}
	a := must(t, "", args...)
	if b := must(t, "", args...); a != b {
		t.Errorf("first:\n%s\nthen:\n%s", a, b)
	}
	for _, want := range []string{"weighted avg", "accuracy  ", "\n    " + labels + " "} {
		if !strings.Contains(a, want) {
			t.Errorf("no %q in\n%s", want, a)
		}
	}
	kept := filepath.Join(t.TempDir(), "kept.inkling")
	var played struct {
		Labelled int
		Curve    []struct{ Truth float64 }
		Gold     figures
	}
	unmarshal(t, must(t, "", append(args, "--project", kept, "--json")...), &played)
	if n := len(played.Curve); fmt.Sprint(played.Labelled) != labels || n < 1 || played.Curve[n-1].Truth != played.Gold.Accuracy {
		t.Errorf("%+v", played)
	}
	// What has decisions in it is not played on, nor what is something else.
	before := must(t, "", "log", kept)
	fails(t, 1, "has decisions in it", append(args, "--project", kept)...)
	if must(t, "", "log", kept) != before {
		t.Error("the project was touched")
	}
	fails(t, 1, "is no demo project", append(args, "--project", trainedProject(t))...)
}

// Where no audit has an answer yet, the report is about the truth, and says so.
func TestDemoWithoutAudits(t *testing.T) {
	out := must(t, "", "demo", "--labels", "5", "--seed", "3")
	if !strings.Contains(out, `measured on the gold column "class"`) || !strings.Contains(out, "No audit has an answer") || strings.Contains(out, "NaN") {
		t.Error(out)
	}
}
