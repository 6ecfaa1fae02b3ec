//go:build unix

package tape_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"inkling/tui/tape"
)

// build compiles the program and returns the folder it lies in.
func build(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("go", "build", "-o", filepath.Join(dir, "inkling"), "inkling")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return dir
}

// TestDemoTape plays demo.tape into the program as it is. What the tape waits
// for must come; what follows each wait is what a viewer would see then.
func TestDemoTape(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "demo.tape"))
	if err != nil {
		t.Fatal(err)
	}
	tp, err := tape.Parse(string(text))
	if err != nil {
		t.Fatal(err)
	}
	// What it waits for takes some ten seconds more.
	if n := tp.Length(); n < 20*time.Second || n > 45*time.Second {
		t.Errorf("the tape takes %v beside what it waits for: it should show the loop in under a minute", n)
	}
	bin, home := build(t), t.TempDir()
	shell := exec.Command("bash", "--noprofile", "--norc", "-i")
	shell.Dir = home
	shell.Env = []string{"PATH=" + bin + string(os.PathListSeparator) + os.Getenv("PATH"), "HOME=" + home, "PS1=> ",
		"TERM=xterm-256color", "COLORTERM=truecolor", "LANG=en_US.UTF-8"}
	term, err := tape.Start(shell, 100, 28)
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	// What a viewer sees at each wait, in the order of the tape.
	waits := []struct {
		pattern string
		shows   []string
	}{
		{`the demo plays`, []string{"loan memos", "repay", "watch", "default"}},
		{`1[0-9][0-9] labelled`, []string{"suggestion", "why", "accuracy", "loss", "run "}},
		{`the keys are yours`, []string{"press D", "saved"}},
		{`undone`, []string{"labelled", "saved"}},
		{`log loss`, []string{"softmax regression", "naive bayes", "labels", "held out"}},
		{`f1-score`, []string{"precision", "recall", "support", "macro avg", "repay"}},
		{`predicted`, []string{"true", "repay", "watch", "default"}},
		{`saved #`, []string{"labelled"}},
		{`>\s*$`, []string{"inkling demo"}},
		{`items written`, []string{"labels.csv"}},
		{`predicted`, []string{"next.csv"}},
	}
	at := 0
	err = tp.Play(term, func(pattern string) {
		if at == len(waits) || waits[at].pattern != pattern {
			t.Fatalf("wait %d of the tape is for %s, which this test does not expect there", at+1, pattern)
		}
		for _, s := range waits[at].shows {
			// A frame comes in several parts.
			if err := term.WaitFor(regexp.MustCompile(regexp.QuoteMeta(s)), 10*time.Second); err != nil {
				t.Fatalf("at %s: %v", pattern, err)
			}
		}
		at++
	})
	if err != nil {
		t.Fatal(err)
	}
	if at != len(waits) {
		t.Errorf("the tape waits %d times, not %d", at, len(waits))
	}
	for _, name := range []string{"loans.inkling", "labels.csv", "next.csv"} {
		if info, err := os.Stat(filepath.Join(home, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPlayRefuses: what the tape asks for and the program does not show, and
// what this player cannot press, are errors.
func TestPlayRefuses(t *testing.T) {
	for name, c := range map[string]struct{ text, says string }{
		"never shown":   {`Wait+Screen@1ms /no such thing/`, "did not show"},
		"program ended": {"Ctrl+D\nWait+Screen@10s /no such thing/", "ended"},
		"a line":        {`Wait /x/`, "Wait+Screen"},
		"two at once":   {`Ctrl+Shift+A`, "ctrl with one letter"},
		"paste":         {`Paste`, "no such key"},
	} {
		tp, err := tape.Parse(c.text)
		if err != nil {
			t.Fatal(name, err)
		}
		term, err := tape.Start(exec.Command("cat"), 40, 5)
		if err != nil {
			t.Fatal(err)
		}
		if err := tp.Play(term, nil); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		term.Close()
	}
	if _, err := tape.Parse("Tpye \"x\""); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Error(err)
	}
}

// TestScreen: wide characters take two cells, escape sequences none, marks
// none, and a character may come in two parts.
func TestScreen(t *testing.T) {
	term, err := tape.Start(exec.Command("printf", `\033[1m贷款\033[0m|\033]0;title\007|e\xcc\x81|\r\n\033[4C^`), 20, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer term.Close()
	if err := term.WaitFor(regexp.MustCompile(`(?m)^贷款\|\|e\| *\n    \^`), 10*time.Second); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := term.SVG(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`width="204"`, `font-weight="bold">贷</text>`, `font-weight="bold">款</text>`} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the picture lacks %s:\n%s", want, b.String())
		}
	}
	if err := term.Wait(10 * time.Second); err != nil {
		t.Error(err)
	}
}
