package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestPretrain learns a representation, says what it is worth once there are answers,
// and has models do without it and with it again.
func TestPretrain(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "p.inkling")
	words := map[string][]string{"north": {"snow", "ice", "frost", "fur"}, "south": {"sand", "palm", "heat", "sun"}}
	var csv strings.Builder
	csv.WriteString("text,label\n")
	for i := range 160 {
		class := "north"
		if i%2 == 1 {
			class = "south"
		}
		w, answer := words[class], class
		if i >= 60 {
			answer = ""
		}
		fmt.Fprintf(&csv, "a day with %s and %s and number %d of many,%s\n", w[i/2%4], w[(i/2+1+i/8%3)%4], i, answer)
	}
	must(t, "", "import", p, write(t, "in.csv", csv.String()), "--text", "text", "--answers", "label")
	var out struct {
		Hash               string
		Items, Dims, Bytes int
		Seconds            float64
		Off                bool
		Gain               *struct{ Labels int }
	}
	unmarshal(t, must(t, "", "pretrain", p, "--json"), &out)
	if out.Hash == "" || out.Items != 160 || out.Dims < 1 || out.Bytes < 1 || out.Seconds <= 0 || out.Off || out.Gain == nil || out.Gain.Labels < 40 {
		t.Fatalf("%+v", out)
	}
	first := out.Hash
	if text := must(t, "", "pretrain", p); !strings.Contains(text, "numbers an item, learned from 160 items") || !strings.Contains(text, "with the representation") {
		t.Error(text)
	}
	var run struct{ Model, Representation string }
	train := func() {
		t.Helper()
		run.Representation = ""
		unmarshal(t, must(t, "", "train", p, "--model", "balanced-softmax-regression", "--json"), &run)
	}
	if train(); run.Representation != first {
		t.Errorf("%+v, the representation is %s", run, first)
	}
	if text := must(t, "", "pretrain", p, "--off"); !strings.HasPrefix(text, "off: ") {
		t.Error(text)
	}
	if train(); run.Representation != "" {
		t.Errorf("switched off: %+v", run)
	}
	must(t, "", "pretrain", p, "--on")
	if train(); run.Representation != first {
		t.Errorf("switched on: %+v, the representation is %s", run, first)
	}
	unmarshal(t, must(t, "", "pretrain", p, "--seed", "5", "--json"), &out)
	if out.Hash == first {
		t.Error("another seed gives the same")
	}
	fails(t, 2, "--off stands alone", "pretrain", p, "--off", "--on")
	numbers := filepath.Join(dir, "numbers.inkling")
	must(t, "", "import", numbers, write(t, "n.csv", "n,label\n1,a\n2,b\n3,a\n"), "--number", "n", "--answers", "label")
	fails(t, 2, "no column of the project is a text", "pretrain", numbers)
}
