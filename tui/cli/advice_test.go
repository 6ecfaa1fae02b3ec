package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestAdvice says what more labels bring, as text and as JSON, and refuses where
// there are too few.
func TestAdvice(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "p.inkling")
	var csv strings.Builder
	csv.WriteString("text,label\n")
	for i := range 160 {
		fmt.Fprintf(&csv, "a %s day and number %d of many,%s\n", []string{"snowy", "sandy"}[i%2], i, []string{"north", "south"}[i%2])
	}
	must(t, "", "import", p, write(t, "in.csv", csv.String()), "--text", "text", "--answers", "label")
	var out struct {
		Labels, Sample, Last int
		Kappa                *float64
		Changed, Uncertainty float64
		Gain                 struct {
			Labels   int
			Points   float64
			Interval [2]float64
		}
		Stop bool
	}
	unmarshal(t, must(t, "", "advice", p, "--json"), &out)
	if out.Labels < 120 || out.Sample != 160 || out.Last != 100 || out.Kappa == nil || *out.Kappa > 1 || out.Gain.Labels != 100 || out.Gain.Interval[0] > out.Gain.Points || out.Gain.Points > out.Gain.Interval[1] {
		t.Errorf("%+v", out)
	}
	// Two words tell all: nothing changes any more.
	if text := must(t, "", "advice", p); !out.Stop || !strings.Contains(text, "That is enough") || !strings.Contains(text, "100 more labels: ") {
		t.Errorf("%+v\n%s", out, text)
	}
	few := filepath.Join(dir, "few.inkling")
	must(t, "", "import", few, write(t, "few.csv", "text,label\na b,x\nc d,y\ne f,x\n"), "--text", "text", "--answers", "label")
	fails(t, 1, "too few answers", "advice", few)
}

// TestWithhold says which share is withheld, refuses what is none, and is in the
// log and in what agreement prints.
func TestWithhold(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "p.inkling")
	file := write(t, "in.csv", "text\na b\nc d\ne f\n")
	must(t, "", "import", p, file, "--text", "text", "--labels", "x,y")
	var out struct {
		Anchoring *struct {
			Withhold float64
			People   []any
		}
	}
	unmarshal(t, must(t, "", "agreement", p, "--json"), &out)
	if out.Anchoring == nil || out.Anchoring.Withhold != 0.05 || len(out.Anchoring.People) != 0 {
		t.Errorf("%+v", out.Anchoring)
	}
	if said := must(t, "", "set", p, "--withhold", "0.2"); !strings.Contains(said, "withheld suggestions: 0.2") {
		t.Error(said)
	}
	if log := must(t, "", "log", p); !strings.Contains(log, `"withhold":0.2`) {
		t.Error(log)
	}
	fails(t, 2, "set", "import", p, file, "--withhold", "0.3")
	fails(t, 2, "--withhold is a share", "set", p, "--withhold", "0.7")
	must(t, "", "set", p, "--withhold", "0")
	out.Anchoring = nil
	unmarshal(t, must(t, "", "agreement", p, "--json"), &out)
	if out.Anchoring != nil {
		t.Errorf("%+v where nothing is withheld", out.Anchoring)
	}
	numbers := filepath.Join(dir, "n.inkling")
	fails(t, 2, "where the answers are classes", "new", numbers, "--task", "number", "--text", "text", "--withhold", "0.1")
	must(t, "", "new", numbers, "--task", "number", "--text", "text")
}
