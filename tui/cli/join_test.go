//go:build unix

package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"inkling/store"
	"inkling/tui/sshd"
	"inkling/tui/tape"
)

// joined is a project that several processes of one person work on, with the
// folder of their sockets.
type joined struct{ project, run string }

func newJoined(t *testing.T) *joined {
	t.Helper()
	dir, err := os.MkdirTemp("", "ink") // short: a socket's path is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	j := &joined{filepath.Join(t.TempDir(), "p.inkling"), dir}
	must(t, "", "import", j.project, memos(t, 1, 200), "--gold", "class")
	return j
}

// sit opens the workbench in another process.
func (j *joined) sit(t *testing.T, cols, rows int, args ...string) *tape.Terminal {
	t.Helper()
	cmd := program(t, "TERM=xterm-256color", append([]string{"label", j.project}, args...)...)
	cmd.Env = append(cmd.Env, "XDG_RUNTIME_DIR="+j.run)
	term, err := tape.Start(cmd, cols, rows)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(term.Close)
	return term
}

// host waits until a process other than one has the project open and takes
// others in.
func (j *joined) host(t *testing.T, other int) (pid int) {
	t.Helper()
	eventually(t, "a host", func() bool {
		var h struct {
			PID    int    `json:"pid"`
			Socket string `json:"socket"`
		}
		b, err := os.ReadFile(j.project + ".lock")
		pid = 0
		if err == nil && json.Unmarshal(b, &h) == nil && h.Socket != "" && h.PID != other {
			pid = h.PID
		}
		return pid != 0
	})
	return pid
}

// A second process of the same person joins the first as another seat, and takes
// over where that one ends, in order or not.
func TestJoin(t *testing.T) {
	j := newJoined(t)
	first := j.sit(t, 80, 24, "--as", "ana")
	waitFor(t, first, `0 labelled.*saved`)
	pid := j.host(t, 0)
	socket := store.HolderSocket(j.project)
	for path, mode := range map[string]os.FileMode{filepath.Dir(socket): os.ModeDir | 0o700, socket: os.ModeSocket | 0o600} {
		if st, err := os.Stat(path); err != nil || st.Mode() != mode {
			t.Errorf("%s: mode %v, want %v; %v", path, st.Mode(), mode, err)
		}
	}
	second, third := j.sit(t, 100, 30, "--as", "bob"), j.sit(t, 120, 40, "--as", "cia")
	waitFor(t, second, `(?m)^└.{2}0 labelled.{70,}┘$`)
	waitFor(t, third, `0 labelled.*saved`)
	typed(t, second, "1")
	waitFor(t, second, `1 labelled.*saved`)
	waitFor(t, first, `1 labelled`)
	waitFor(t, third, `1 labelled`)
	if err := second.Resize(90, 26); err != nil {
		t.Fatal(err)
	}
	waitFor(t, second, `(?m)^└.{88}┘$`)

	// The host leaves in order.
	typed(t, first, "q")
	if err := first.Wait(patience); err != nil {
		t.Errorf("%v\n%s", err, first.Screen())
	}
	waitFor(t, first, `2 others are at`)
	next := j.host(t, pid)
	waitFor(t, second, `1 labelled.*saved`)
	typed(t, second, "1")
	waitFor(t, second, `2 labelled.*saved`)
	waitFor(t, third, `2 labelled`)

	// The next one is killed.
	if err := syscall.Kill(next, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	last := j.host(t, next)
	if last == pid {
		t.Fatal("nobody took over")
	}
	survivor := third
	if err := second.Wait(100 * time.Millisecond); err == nil {
		t.Fatal("who was killed ended in order")
	} else if second.Wait(0) != nil && !strings.Contains(err.Error(), "killed") {
		survivor = second
	}
	waitFor(t, survivor, `2 labelled.*saved`)
	typed(t, survivor, "1")
	waitFor(t, survivor, `3 labelled.*saved`)
	typed(t, survivor, "q")
	if err := survivor.Wait(patience); err != nil {
		t.Errorf("%v\n%s", err, survivor.Screen())
	}
	waitFor(t, survivor, `has ended: going on here`)
	must(t, "", "check", j.project)
	for _, name := range []string{"bob"} {
		if out := must(t, "", "log", j.project, "--by", name); !strings.Contains(out, `"decided"`) {
			t.Errorf("%s decided nothing:\n%s", name, out)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(socket)); len(left) != 0 {
		t.Error("left behind:", left)
	}
}

// Who leaves a host leaves it, and its terminal is as it was.
func TestJoinedLeaves(t *testing.T) {
	j := newJoined(t)
	first := j.sit(t, 80, 24)
	waitFor(t, first, `0 labelled.*saved`)
	j.host(t, 0)
	second := j.sit(t, 80, 24)
	waitFor(t, second, `0 labelled.*saved`)
	typed(t, second, "q")
	if err := second.Wait(patience); err != nil {
		t.Errorf("%v\n%s", err, second.Screen())
	}
	if s := strings.TrimSpace(second.Screen()); s != "" {
		t.Errorf("left on screen:\n%s", s)
	}
	typed(t, first, "1")
	waitFor(t, first, `1 labelled.*saved`)
	typed(t, first, "q")
	if err := first.Wait(patience); err != nil {
		t.Errorf("%v\n%s", err, first.Screen())
	}
}

// Commands that write are done by the process that has the project open; those
// that it cannot do say who has it.
func TestHandOver(t *testing.T) {
	j := newJoined(t)
	term := j.sit(t, 80, 24)
	waitFor(t, term, `0 labelled.*saved`)
	j.host(t, 0)
	t.Chdir(filepath.Dir(j.project))
	if err := os.WriteFile("more.csv", []byte(memoTable(2, 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	var result struct {
		Files []struct{ Added int }
	}
	r := run("", "import", "p.inkling", "more.csv", "--json")
	unmarshal(t, r.out, &result)
	if r.status != 0 || len(result.Files) != 1 || result.Files[0].Added != 20 || !strings.Contains(r.err, "is in use by inkling, process ") {
		t.Error(r)
	}
	if r := run(memoTable(3, 10), "import", "p.inkling", "-"); r.status != 0 || !strings.Contains(r.err, "10 added") {
		t.Error(r)
	}
	if r := run("", "set", "p.inkling", "--guideline", "it's \"so\", isn't it"); r.status != 0 || !strings.Contains(r.out, "it's \"so\", isn't it") {
		t.Error(r)
	}
	if r := run("", "set", "p.inkling", "--key", "none=x"); r.status != 2 || !strings.Contains(r.err, `there is no label "none"`) {
		t.Error(r)
	}
	fails(t, 1, "held by inkling, process ", "train", "p.inkling")
	var stats struct{ Items int }
	unmarshal(t, must(t, "", "stats", "p.inkling", "--json"), &stats)
	if stats.Items != 230 {
		t.Error(stats)
	}
	typed(t, term, "1")
	waitFor(t, term, `1 labelled.*saved`)
	typed(t, term, "q")
	if err := term.Wait(patience); err != nil {
		t.Error(err)
	}
}

// A socket is dialled only where it is this person's own, and of the project
// that is meant.
func TestDialSocket(t *testing.T) {
	j := newJoined(t)
	l, socket, err := sshd.ListenSocket(j.project)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Close()
		}
	}()
	if c, err := sshd.DialSocket(j.project, socket); err != nil {
		t.Error(err)
	} else {
		c.Close()
	}
	other := filepath.Join(t.TempDir(), "q.inkling")
	must(t, "", "new", other, "--labels", "a,b")
	open := filepath.Join(j.run, "open")
	if err := os.Mkdir(open, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(socket, filepath.Join(open, filepath.Base(socket))); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(j.run, "link")
	if err := os.Symlink(filepath.Dir(socket), link); err != nil {
		t.Fatal(err)
	}
	for what, c := range map[string]struct{ project, socket, want string }{
		"of another project":  {other, socket, "is not the socket of"},
		"relative":            {j.project, filepath.Base(socket), "is not the socket of"},
		"in an open folder":   {j.project, filepath.Join(open, filepath.Base(socket)), "not a folder of this user's alone"},
		"through a link":      {j.project, link + "/../" + filepath.Base(filepath.Dir(socket)) + "/" + filepath.Base(socket), "is not the socket of"},
		"in a linked folder":  {j.project, filepath.Join(link, filepath.Base(socket)), "not a folder of this user's alone"},
		"not there":           {j.project, filepath.Join(j.run, filepath.Base(socket)), "no such file"},
		"of no project there": {j.project + "x", socket, "no such file"},
	} {
		if conn, err := sshd.DialSocket(c.project, c.socket); err == nil || !regexp.MustCompile(c.want).MatchString(err.Error()) {
			t.Errorf("%s: %v", what, err)
			if err == nil {
				conn.Close()
			}
		}
	}
}
