//go:build unix

package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"inkling/label"
	"inkling/store"
	"inkling/tui/tape"
)

// onTerminal makes a project of n items and shows it on a terminal.
func onTerminal(t *testing.T, n, cols, rows int) (path string, tt *tape.Terminal, cmd *exec.Cmd) {
	t.Helper()
	p := newProject(t, loansTask(), n)
	path = p.Path()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	cmd = program(t, path)
	tt, err := tape.Start(cmd, cols, rows)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tt.Close)
	see(t, tt, `saved #2`)
	see(t, tt, `memo|instal|client|paid|按时|展期|income|address`)
	return path, tt, cmd
}

func program(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), asProgramEnv+"="+path, "TERM=xterm-256color", "HOME="+t.TempDir())
	return cmd
}

func see(t *testing.T, tt *tape.Terminal, pattern string) {
	t.Helper()
	if err := tt.WaitFor(regexp.MustCompile(pattern), patience); err != nil {
		t.Fatal(err)
	}
}

func press(t *testing.T, tt *tape.Terminal, keys string) {
	t.Helper()
	if err := tt.Type(keys); err != nil {
		t.Fatal(err)
	}
}

// shownSaved is the highest commit number that the screen shows as saved.
func shownSaved(t *testing.T, tt *tape.Terminal) uint64 {
	t.Helper()
	m := regexp.MustCompile(`saved #(\d+)`).FindStringSubmatch(tt.Screen())
	if m == nil {
		t.Fatalf("the screen shows nothing as saved:\n%s", tt.Screen())
	}
	var n uint64
	fmt.Sscan(m[1], &n)
	return n
}

// whole opens the project and checks that it is sound and holds what was shown
// as saved.
func whole(t *testing.T, path string, saved uint64) label.Counts {
	t.Helper()
	p, err := store.Open(path, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r, err := p.Check(context.Background(), nil)
	if err != nil || !r.OK() {
		t.Fatalf("check: %v %v", err, r.Problems)
	}
	if c := p.Counts(); c.Events < saved {
		t.Fatalf("%d events on disk, %d were shown as saved", c.Events, saved)
	}
	return p.Counts()
}

// Signals that end the session, and the keys that do, leave the terminal as it
// was and lose nothing.
func TestEndings(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*testing.T, *tape.Terminal, *exec.Cmd)
		exit int
	}{
		{"q", func(t *testing.T, tt *tape.Terminal, _ *exec.Cmd) { press(t, tt, "q") }, 0},
		{"ctrl-c", func(t *testing.T, tt *tape.Terminal, _ *exec.Cmd) { press(t, tt, "\x03") }, 0},
		{"SIGINT", func(t *testing.T, _ *tape.Terminal, c *exec.Cmd) { c.Process.Signal(os.Interrupt) }, 0},
		{"SIGTERM", func(t *testing.T, _ *tape.Terminal, c *exec.Cmd) { c.Process.Signal(syscall.SIGTERM) }, 3},
		{"SIGHUP", func(t *testing.T, _ *tape.Terminal, c *exec.Cmd) { c.Process.Signal(syscall.SIGHUP) }, 3},
		// Keys and the end in one breath: what was typed is not lost.
		{"typed ahead", func(t *testing.T, tt *tape.Terminal, _ *exec.Cmd) { press(t, tt, "123q") }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path, tt, cmd := onTerminal(t, 24, 80, 24)
			press(t, tt, "1")
			see(t, tt, `saved #3`)
			press(t, tt, "2")
			see(t, tt, `saved #4`)
			saved := shownSaved(t, tt)
			c.end(t, tt, cmd)
			err := tt.Wait(patience)
			var exit *exec.ExitError
			if code := cmd.ProcessState.ExitCode(); code != c.exit || err != nil && !errors.As(err, &exit) {
				t.Errorf("exit status %d (%v), want %d; the screen:\n%s", code, err, c.exit, tt.Screen())
			}
			if s := tt.Screen(); strings.Contains(s, "│") {
				t.Errorf("the workbench is still on the terminal:\n%s", s)
			}
			counts := whole(t, path, saved)
			if want := map[string]uint64{"typed ahead": 5}[c.name]; want != 0 && counts.Labelled != want {
				t.Errorf("%d labelled, want %d", counts.Labelled, want)
			}
		})
	}
}

// The settings of the terminal (echo, lines) and its modes (other screen,
// mouse, cursor) are as before, also after a signal.
func TestTerminalIsRestored(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 8)
	path := p.Path()
	p.Close()
	master, slave, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	defer slave.Close()
	if err := pty.Setsize(master, &pty.Winsize{Cols: 80, Rows: 24}); err != nil {
		t.Fatal(err)
	}
	before, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	cmd := program(t, path)
	// A terminal that answers no questions: screen's is not asked any.
	cmd.Env = append(cmd.Env, "TERM=screen-256color")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = slave, slave, slave
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	out := newSink()
	done := make(chan struct{})
	go func() { io.Copy(out, master); close(done) }()
	if !out.waitFor("saved #2") {
		t.Fatalf("the workbench did not come: %q", out.text())
	}
	cmd.Process.Signal(syscall.SIGTERM)
	cmd.Wait()
	after, err := term.GetState(int(slave.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(*before) != fmt.Sprint(*after) {
		t.Errorf("the terminal's settings were %v, are %v", *before, *after)
	}
	slave.Close()
	<-done
	for on, off := range map[string]string{"\x1b[?1049h": "\x1b[?1049l", "\x1b[?25l": "\x1b[?25h", "\x1b[?1002h": "\x1b[?1002l", "\x1b[?2004h": "\x1b[?2004l"} {
		if i, j := strings.LastIndex(out.text(), on), strings.LastIndex(out.text(), off); i < 0 || j < i {
			t.Errorf("%q at %d is not followed by %q (%d)", on, i, off, j)
		}
	}
}

// The terminal closes under the program: it ends, and what was decided is
// saved.
func TestTerminalCloses(t *testing.T) {
	t.Parallel()
	p := newProject(t, loansTask(), 24)
	path := p.Path()
	p.Close()
	cmd := program(t, path)
	cmd.Env = append(cmd.Env, "TERM=screen-256color")
	master, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: 80, Rows: 24})
	if err != nil {
		t.Fatal(err)
	}
	out := newSink()
	hangUp, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		readUntil(hangUp, master, out)
	}()
	if !out.waitFor("saved #2") {
		t.Fatalf("the workbench did not come: %q", out.text())
	}
	io.WriteString(master, "1")
	if !out.waitFor("saved #3") {
		t.Fatalf("nothing was saved: %q", out.text())
	}
	close(hangUp)
	<-done
	master.Close() // nobody holds the master side any more: the kernel sends SIGHUP
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
	case <-time.After(patience):
		cmd.Process.Kill()
		t.Fatalf("the program outlives its terminal: %v", <-ended)
	}
	if c := whole(t, path, 3); c.Labelled != 1 {
		t.Errorf("%d labelled, want 1", c.Labelled)
	}
}

// readUntil copies what is written to a terminal until it is told to stop. It
// does not sit in a read then, which would keep the terminal open.
func readUntil(stop <-chan struct{}, master *os.File, to io.Writer) {
	buf := make([]byte, 4096)
	fds := []unix.PollFd{{Fd: int32(master.Fd()), Events: unix.POLLIN}}
	for {
		select {
		case <-stop:
			return
		default:
		}
		if n, err := unix.Poll(fds, 20); n == 0 || errors.Is(err, unix.EINTR) {
			continue
		}
		n, err := master.Read(buf)
		if err != nil {
			return
		}
		to.Write(buf[:n])
	}
}

// Down to 20x6 and back on a real terminal.
func TestResizeOnTerminal(t *testing.T) {
	t.Parallel()
	_, tt, _ := onTerminal(t, 8, 80, 24)
	for _, s := range [][2]int{{40, 12}, {20, 6}, {10, 3}} {
		if err := tt.Resize(s[0], s[1]); err != nil {
			t.Fatal(err)
		}
	}
	see(t, tt, `The window`)
	tt.Resize(20, 6)
	see(t, tt, `┌─ label ──────────┐`)
	press(t, tt, "1")
	see(t, tt, `saved #3`)
	tt.Resize(100, 30)
	see(t, tt, `inkling · loans`)
	press(t, tt, "q")
	if err := tt.Wait(patience); err != nil {
		t.Fatal(err)
	}
}

// sink is what a program wrote.
type sink struct {
	mu      chan struct{} // holds one token: a lock that can be waited for beside others
	b       strings.Builder
	changed chan struct{}
}

func newSink() *sink {
	s := &sink{mu: make(chan struct{}, 1), changed: make(chan struct{}, 1)}
	s.mu <- struct{}{}
	return s
}

func (s *sink) Write(p []byte) (int, error) {
	<-s.mu
	s.b.Write(p)
	s.mu <- struct{}{}
	select {
	case s.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

func (s *sink) text() string {
	<-s.mu
	defer func() { s.mu <- struct{}{} }()
	return s.b.String()
}

func (s *sink) waitFor(text string) bool {
	late := time.NewTimer(patience)
	defer late.Stop()
	for !strings.Contains(s.text(), text) {
		select {
		case <-s.changed:
		case <-late.C:
			return false
		}
	}
	return true
}
