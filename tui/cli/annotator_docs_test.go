package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The example of the documentation is a program that works.
func TestAnnotatorExample(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 here")
	}
	path := parrots(t, 30)
	_, rest, _ := strings.Cut(read(t, filepath.Join("..", "..", "docs", "annotators.md")), "```python\n")
	code, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("the documentation has no example")
	}
	dir := filepath.Dir(path)
	if err := os.WriteFile(filepath.Join(dir, "keywords.py"), []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	must(t, "", "annotator", "add", path, "keywords", "--dir", dir, "--", python, "keywords.py")
	var got struct {
		Program  struct{ Name, Version string }
		Answered int
	}
	unmarshal(t, must(t, "", "annotator", "run", path, "keywords", "--json"), &got)
	if got.Answered != 30 || got.Program.Name != "keywords" {
		t.Errorf("%+v", got)
	}
	if r := run("", "annotator", "test", path, "keywords"); r.status != 0 || !strings.Contains(r.out, "ham 0.50") {
		t.Errorf("%+v", r)
	}
}
