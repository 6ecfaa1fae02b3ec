package cli

import (
	"path/filepath"
	"strings"
	"testing"
)

// On a terminal it is asked whether a program may run that nobody here has
// agreed to, and only yes is yes, which is kept. Ctrl-C ends a program that
// hangs.
func TestAnnotatorQuestion(t *testing.T) {
	path := parrots(t, 12)
	register(t, path, "hangs", "hangs")
	no := start(t, program(t, "TERM=xterm-256color", "annotator", "run", path, "hangs"))
	waitFor(t, no, `(?s)nobody has\s+agreed to run on this machine.*annotate hangs.*\[y/N\]`)
	typed(t, no, "\r")
	waitFor(t, no, `hangs was not run`)
	if err := no.Wait(patience); err == nil {
		t.Error("what was not run did well")
	}

	cmd := program(t, "TERM=xterm-256color", "annotator", "run", path, "hangs")
	yes := start(t, cmd)
	waitFor(t, yes, `\[y/N\]`)
	typed(t, yes, "y\r")
	waitFor(t, yes, `asking hangs about 12 items`)
	typed(t, yes, "\x03") // it is killed at once
	waitFor(t, yes, `interrupted; what was saved stays`)
	if err := yes.Wait(patience); err == nil {
		t.Error("what was interrupted did well")
	}
	if text := read(t, filepath.Join(cmd.Dir, "inkling", "annotators.json")); !strings.Contains(text, `"hangs"`) {
		t.Error(text)
	}
	must(t, "", "check", path)
}
