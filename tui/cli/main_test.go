package cli

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"inkling/label/demo"
)

var update = flag.Bool("update", false, "write the golden files anew")

// asProgramEnv holds the arguments, one a line, of the program that the test
// binary is when it is started with this variable.
const asProgramEnv = "INKLING_TEST_ARGS"

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == annotatorArg {
		os.Exit(annotate(os.Args[2], os.Stdin, os.Stdout, os.Stderr))
	}
	if args := os.Getenv(asProgramEnv); args != "" {
		os.Exit(Main("test", strings.Split(args, "\n"), Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}))
	}
	goleak.VerifyTestMain(m)
}

// ran is what a command did.
type ran struct {
	status   int
	out, err string
}

// run runs the command line in this process, without a terminal.
func run(stdin string, args ...string) ran {
	var out, errs bytes.Buffer
	status := Main("test", args, Streams{In: strings.NewReader(stdin), Out: &out, Err: &errs})
	return ran{status, out.String(), errs.String()}
}

// must runs a command that must do well, and returns its output.
func must(t testing.TB, stdin string, args ...string) string {
	t.Helper()
	r := run(stdin, args...)
	if r.status != 0 {
		t.Fatalf("inkling %s: status %d\n%s", strings.Join(args, " "), r.status, r.err)
	}
	return r.out
}

// fails runs a command that must fail with a status, and words in its message.
func fails(t testing.TB, status int, words string, args ...string) {
	t.Helper()
	r := run("", args...)
	if r.status != status || !strings.Contains(r.err, words) {
		t.Fatalf("inkling %s: status %d, want %d; want %q in\n%s", strings.Join(args, " "), r.status, status, words, r.err)
	}
	if r.out != "" {
		t.Errorf("inkling %s: failed, and yet printed %q", strings.Join(args, " "), r.out)
	}
}

// unmarshal reads exactly one JSON document.
func unmarshal(t testing.TB, text string, to any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), to); err != nil {
		t.Fatalf("%v in %.300s", err, text)
	}
}

// write makes a file in a new folder.
func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// memos makes a file of memoTable.
func memos(t testing.TB, seed uint64, n int) string {
	t.Helper()
	return write(t, "memos.csv", memoTable(seed, n))
}

// memoTable writes rows of the demo's generator as CSV, sorted by class, as
// real files often are.
func memoTable(seed uint64, n int) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	var names []string
	for _, c := range demo.Columns() {
		names = append(names, c.Name)
	}
	rows := [][]string{}
	for r := range demo.Rows(seed, n) {
		rows = append(rows, r.Fields)
	}
	last := len(names) - 1
	slices.SortStableFunc(rows, func(a, b []string) int { return strings.Compare(a[last], b[last]) })
	w.WriteAll(append([][]string{names}, rows...)) // into memory: it cannot fail
	return b.String()
}
