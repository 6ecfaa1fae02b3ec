//go:build unix

package cli

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

// patience is how long a program may take to say what it must say.
const patience = 20 * time.Second

// program is this test binary as the program, with arguments and what else is
// in its environment.
func program(t *testing.T, env string, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	cmd := exec.Command(self)
	cmd.Dir = home
	cmd.Env = []string{"HOME=" + home, "TMPDIR=" + home, "XDG_CONFIG_HOME=" + home, "XDG_DATA_HOME=" + home, "LANG=en_US.UTF-8", env, asProgramEnv + "=" + strings.Join(args, "\n")}
	return cmd
}

// start starts the program on a terminal of its own.
func start(t *testing.T, cmd *exec.Cmd) *tape.Terminal {
	t.Helper()
	term, err := tape.Start(cmd, 100, 24)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(term.Close)
	return term
}

func waitFor(t *testing.T, term *tape.Terminal, pattern string) {
	t.Helper()
	if err := term.WaitFor(regexp.MustCompile(pattern), patience); err != nil {
		t.Fatal(err)
	}
}

func typed(t *testing.T, term *tape.Terminal, keys string) {
	t.Helper()
	if err := term.Type(keys); err != nil {
		t.Fatal(err)
	}
}

// On a terminal, import asks for what a file does not tell, until the answer
// is one.
func TestQuestions(t *testing.T) {
	file := write(t, "a.csv", "code,other\nax1,b2\nax2,b3\n")
	project := filepath.Join(t.TempDir(), "p.inkling")
	term := start(t, program(t, "TERM=xterm-256color", "import", project, file))
	waitFor(t, term, `which column is the text to be labelled\? \(code, other\)`)
	typed(t, term, "nonsense\r")
	waitFor(t, term, `nonsense\s+which column is the text`)
	typed(t, term, "code\r")
	waitFor(t, term, `which labels are there\?`)
	typed(t, term, "yes,no:o\r")
	if err := term.Wait(patience); err != nil {
		t.Fatalf("%v\n%s", err, term.Screen())
	}
	out := must(t, "", "stats", project)
	for _, want := range []string{"code (text)", "yes [y], no [o]", "2 items"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// A terminal that can only print gets no workbench, but words.
func TestDumbTerminal(t *testing.T) {
	project := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "new", project, "--labels", "a,b")
	for _, args := range [][]string{{project}, {"label", project}} {
		cmd := program(t, "TERM=dumb", args...)
		term := start(t, cmd)
		waitFor(t, term, `(?s)the workbench needs a terminal, and this one can only print.*inkling demo`)
		if err := term.Wait(patience); err == nil || cmd.ProcessState.ExitCode() != 2 {
			t.Errorf("%v: %v", args, err)
		}
	}
}

// On a terminal, what is no project is refused before there is a screen, and
// the log is for people.
func TestOnTerminal(t *testing.T) {
	file := write(t, "a.csv", "text\nhello\n")
	term := start(t, program(t, "TERM=xterm-256color", file))
	waitFor(t, term, `(?s)a\.csv\s+is\s+not\s+a\s+project;\s+to\s+make\s+one`)
	project := filepath.Join(t.TempDir(), "p.inkling")
	must(t, "", "new", project, "--labels", "a,b")
	waitFor(t, start(t, program(t, "TERM=xterm-256color", "log", project)), `created +p, 2 labels, 1 column`)
}
