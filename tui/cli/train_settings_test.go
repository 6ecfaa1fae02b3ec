package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"inkling/learn"
)

// How a project learns is set once for all runs, or given for one, and what was
// done is said and kept in the run's record.
func TestTrainSettings(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p.inkling")
	var rows strings.Builder
	rows.WriteString("text,y\n")
	for i := range 120 {
		if i%6 == 0 {
			fmt.Fprintf(&rows, "win a prize now %d call%d,spam\n", i, i%5)
		} else {
			fmt.Fprintf(&rows, "see you at home %d later%d,ham\n", i, i%7)
		}
	}
	must(t, "", "import", path, write(t, "a.csv", rows.String()), "--text", "text", "--answers", "y")
	costs := write(t, "costs.csv", ",ham,spam\nham,0,1\nspam,20,0\n")

	out := must(t, "", "set", path, "--model", "naive-bayes", "--class-weight", "balanced", "--optimise", "f1:spam")
	if want := "learning: model naive bayes, class weights balanced, told for f1:spam (it was: model auto)\n"; out != want {
		t.Errorf("said %q, want %q", out, want)
	}
	train := func(args ...string) (r learn.Run) {
		t.Helper()
		// Names of reasons are for people: they are not read back.
		text := must(t, "", append([]string{"train", path, "--json"}, args...)...)
		var o struct {
			Model       string          `json:"model"`
			ClassWeight string          `json:"class_weight"`
			Decision    *learn.Decision `json:"decision"`
			Choice      *struct{}       `json:"choice"`
			Calibration *struct{}       `json:"calibration"`
		}
		unmarshal(t, text, &o)
		r.Model, r.ClassWeight, r.Decision = o.Model, o.ClassWeight, o.Decision
		if o.Choice != nil {
			r.Choice = &learn.Choice{}
		}
		if o.Calibration != nil {
			r.Calibration = &learn.Calibration{}
		}
		return r
	}
	r := train()
	if r.Model != learn.NaiveBayes || r.ClassWeight != "balanced" || r.Decision == nil || r.Decision.Asked != "f1:spam" || r.Choice != nil || r.Calibration == nil {
		t.Errorf("run %+v", r)
	}
	// What it was told for and how classes weigh stands where runs are compared.
	for _, args := range [][]string{{"runs", path}, {"models", path}} {
		if out := must(t, "", args...); !strings.Contains(out, "weights balanced, told for f1:spam") {
			t.Errorf("%s says nothing of the rule: %s", args[0], out)
		}
	}
	if r = train("--class-weight", "none", "--costs", costs); r.ClassWeight != "none" || r.Decision == nil || r.Decision.Asked != "costs" {
		t.Errorf("run with costs %+v", r)
	}
	if r = train(); r.ClassWeight != "balanced" || r.Decision.Asked != "f1:spam" {
		t.Errorf("what one run was given stayed: %+v", r)
	}
	must(t, "", "set", path, "--model", "auto", "--optimise", "none", "--class-weight", "none")
	if r = train("--budget", "1s"); r.Choice == nil || r.Decision != nil {
		t.Errorf("run that chooses %+v", r)
	}
	text := must(t, "", "train", path, "--budget", "1s", "--fresh")
	for _, word := range []string{"cross-validation on ", "with a budget of 1s", "chosen", "naive bayes", "calib.   "} {
		if !strings.Contains(text, word) {
			t.Errorf("no %q in\n%s", word, text)
		}
	}

	for _, c := range []struct {
		words string
		args  []string
	}{
		{"there is no label", []string{"train", path, "--optimise", "f1:eggs"}},
		{"accuracy, macro-f1", []string{"train", path, "--optimise", "auc"}},
		{"costs.csv", []string{"train", path, "--costs", write(t, "costs.csv", ",ham\nham,0\n")}},
		{"use one", []string{"train", path, "--costs", costs, "--optimise", "accuracy"}},
		{"class weights", []string{"set", path, "--class-weight", "spam"}},
		{"NAME=VALUE", []string{"train", path, "--model", "neural-network", "--set", "hidden"}},
		{"none to set", []string{"train", path, "--model", "naive-bayes", "--set", "hidden=3"}},
		{"options belong to a model", []string{"train", path, "--set", "hidden=3"}},
		{"no layers", []string{"train", path, "--model", "naive-bayes", "--from", "1", "--lora", "2"}},
		{"only one of", []string{"train", path, "--freeze", "1", "--lora", "2"}},
		{"does not tell classes", []string{"train", path, "--model", "ridge-regression"}},
	} {
		fails(t, 2, c.words, c.args...)
	}
	must(t, "", "check", path)
}

// The candidates of a choice stand with how far each is behind, and the time of
// the command beside that of the fit.
func TestTrainSaysWhatDecided(t *testing.T) {
	var b strings.Builder
	printChoice(&b, &learn.Choice{Model: "vote", Run: 2, Folds: 5, Labels: 900, Metric: "log loss", Losses: []learn.Candidate{
		{Model: "stack", Loss: 0.47, SE: 0.02, Rung: 3, Rows: 900, Seconds: 1.5, Left: learn.Dearer},
		{Model: "vote", Loss: 0.471, SE: 0.02, Rung: 3, Rows: 900, Seconds: 1, Gap: 0.001, GapSE: 0.002},
		{Model: "neural network", Left: learn.NoTime},
	}}, 3)
	for _, want := range []string{"simplest within one standard error", "made for run 2", "0.001 ± 0.002 more", "too slow for its share of the budget", "as good within a standard error, but less simple"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in %s", want, b.String())
		}
	}
}
