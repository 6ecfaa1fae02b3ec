package cli

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// TestErrors lists the answers that were made wrong first, and refuses where there
// is nothing to look at.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "p.inkling")
	var csv strings.Builder
	csv.WriteString("text,label\n")
	wrong := map[string]bool{}
	for i := range 120 {
		class, word := "north", "snow"
		if i%2 == 1 {
			class, word = "south", "sand"
		}
		text := fmt.Sprintf("a %s day with %s and number %d of many", word, word, i)
		if i%20 == 5 {
			class = map[string]string{"north": "south", "south": "north"}[class]
			wrong[text] = true
		}
		fmt.Fprintf(&csv, "%s,%s\n", text, class)
	}
	must(t, "", "import", p, write(t, "in.csv", csv.String()), "--text", "text", "--answers", "label")
	var out struct {
		Items  int
		Rate   float64
		Errors []suspected
	}
	unmarshal(t, must(t, "", "errors", p, "--json"), &out)
	if len(out.Errors) == 0 || out.Items < 90 || out.Rate <= 0 || out.Rate > 0.2 {
		t.Fatalf("%+v", out)
	}
	for i, e := range out.Errors {
		if !wrong[e.Text] || e.Label == e.Likely || e.Wrong < 0.5 {
			t.Errorf("place %d: %+v is right", i+1, e)
		}
	}
	text := must(t, "", "errors", p, "--limit", "2")
	if strings.Count(text, "import") != 2 {
		t.Error(text)
	}
	fails(t, 2, "--limit is a number", "errors", p, "--limit", "0")
	few := filepath.Join(dir, "few.inkling")
	must(t, "", "import", few, write(t, "few.csv", "text,label\na b,x\nc d,y\ne f,x\n"), "--text", "text", "--answers", "label")
	fails(t, 1, "too few answers", "errors", few)
}
