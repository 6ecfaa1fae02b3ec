package cli

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// curves is what simulate prints that tests look at.
type curves struct {
	Full       map[string]float64
	Metric     string
	Model      string
	Pool, Test int
	Seconds    float64
	Strategies map[string]struct {
		Labels      []int
		Mean, Std   []float64
		LabelsTo95  *int `json:"labels_to_95"`
		Area        float64
		AreaStd     float64 `json:"area_std"`
		Runs        [][]float64
		ClassesSeen [][]int `json:"classes_seen"`
	}
}

// A file of memos: the keys that DESIGN gives, curves that rise, and the same ones
// again, whatever the workers.
func TestSimulateFile(t *testing.T) {
	file := memos(t, 1, 600)
	args := []string{file, "--gold", "class", "--strategy", "margin,random", "--budget", "120", "--batch", "20", "--seeds", "3", "--representation", "off", "--model", "naive-bayes"}
	r := simulation(t, append(args, "--workers", "1")...)
	if r.Metric != "accuracy" || r.Full["accuracy"] < 0.6 || r.Pool+r.Test > 600 || r.Test < 80 || r.Test > 160 || r.Model != "naive bayes" {
		t.Errorf("%+v", r)
	}
	for name, s := range r.Strategies {
		if want := []int{20, 40, 60, 80, 100, 120}; !reflect.DeepEqual(s.Labels, want) || len(s.Mean) != 6 || len(s.Std) != 6 || len(s.Runs) != 3 || len(s.ClassesSeen) != 3 {
			t.Errorf("%s: %+v", name, s)
		}
		if !(s.Mean[5] > s.Mean[0]) || s.Mean[5] > 1 || !(s.Area > s.Mean[0] && s.Area < s.Mean[5]+0.05) {
			t.Errorf("%s does not learn: %v, area %v", name, s.Mean, s.Area)
		}
	}
	if len(r.Strategies) != 2 {
		t.Errorf("%d strategies", len(r.Strategies))
	}
	again := simulation(t, append(args, "--workers", "3")...)
	r.Seconds, again.Seconds = 0, 0
	if !reflect.DeepEqual(r, again) {
		t.Error("other curves with three workers than with one")
	}
	text := must(t, "", append([]string{"simulate"}, args...)...)
	for _, want := range []string{"strategy", "margin", "random", "120 labels", "area against random", "3 runs each", "naive bayes", "┤"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// simulation runs the command with --json.
func simulation(t *testing.T, args ...string) curves {
	t.Helper()
	var r curves
	unmarshal(t, must(t, "", append([]string{"simulate", "--json"}, args...)...), &r)
	return r
}

// A project with a gold column gives what its file gives, and decisions in it play
// no part.
func TestSimulateProject(t *testing.T) {
	file := memos(t, 1, 400)
	p := filepath.Join(t.TempDir(), "loans.inkling")
	must(t, "", "import", p, file, "--gold", "class")
	args := []string{"--budget", "60", "--seeds", "2", "--strategy", "margin", "--model", "naive-bayes", "--representation", "off"}
	r := simulation(t, append(args, p)...)
	if r.Full["accuracy"] < 0.55 || len(r.Strategies["margin"].Runs) != 2 {
		t.Errorf("%+v", r)
	}
	q := filepath.Join(t.TempDir(), "none.inkling")
	must(t, "", "import", q, file, "--answers", "class")
	fails(t, 2, "no gold column", "simulate", q)
}

// A test file is measured on as it is, and none of it is asked.
func TestSimulateTestFile(t *testing.T) {
	file, test := memos(t, 1, 300), memos(t, 2, 100)
	r := simulation(t, file, "--gold", "class", "--test", test, "--budget", "50", "--seeds", "1", "--strategy", "random", "--model", "naive-bayes", "--representation", "off")
	if r.Test != 100 || r.Pool != 300 {
		t.Errorf("%d in the pool and %d to measure on", r.Pool, r.Test)
	}
	r = simulation(t, file, "--gold", "class", "--test", test, "--budget", "50", "--seeds", "1", "--strategy", "random", "--model", "naive-bayes", "--representation", "off", "--pool", "120")
	if r.Test != 100 || r.Pool != 120 {
		t.Errorf("%d in the pool and %d to measure on", r.Pool, r.Test)
	}
}

// Numbers are measured by their error, which falls.
func TestSimulateNumbers(t *testing.T) {
	var b strings.Builder
	b.WriteString("amount,kind,price\n")
	for i := range 400 {
		fmt.Fprintf(&b, "%d,%s,%d.5\n", i*37%397, []string{"a", "b"}[i%2], 2*(i*37%397)+10*(i%2))
	}
	r := simulation(t, write(t, "prices.csv", b.String()), "--gold", "price", "--task", "number", "--number", "amount", "--category", "kind", "--budget", "40", "--batch", "10", "--seeds", "2",
		"--strategy", "random", "--model", "ridge-regression")
	s := r.Strategies["random"]
	if r.Metric != "rmse" || !(s.Mean[3] < s.Mean[0]) || s.ClassesSeen != nil {
		t.Errorf("%+v", r)
	}
}

func TestSimulateUsage(t *testing.T) {
	file := memos(t, 1, 60)
	for _, c := range []struct {
		status int
		words  string
		args   []string
	}{
		{2, "--gold COL", []string{file}},
		{2, `no column "other"`, []string{file, "--gold", "other"}},
		{2, "no such strategy", []string{file, "--gold", "class", "--strategy", "best"}},
		{2, "named twice", []string{file, "--gold", "class", "--strategy", "random,random"}},
		{2, "--seeds is at least 1", []string{file, "--gold", "class", "--seeds", "0"}},
		{2, "--hold-out is 0.01 to 0.9", []string{file, "--gold", "class", "--hold-out", "2"}},
		{2, "--start is strategy or random", []string{file, "--gold", "class", "--start", "typical"}},
		{2, "no model", []string{file, "--gold", "class", "--model", "oracle"}},
		{2, "does not tell", []string{file, "--gold", "class", "--model", "ridge-regression"}},
		{2, "FILE", []string{}},
		{1, "no such file", []string{filepath.Join(t.TempDir(), "none.csv"), "--gold", "class"}},
		{2, `no column "class"`, []string{file, "--gold", "class", "--test", write(t, "t.csv", "memo,other\na b,yes\n")}},
	} {
		fails(t, c.status, c.words, append([]string{"simulate"}, c.args...)...)
	}
}
