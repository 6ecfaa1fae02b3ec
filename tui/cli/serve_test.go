//go:build unix

package cli

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"inkling/tui/tape"
)

// served is a project that another process serves over SSH to ana, an
// annotator, rob, a reviewer, adm, an admin, and vic, a viewer.
type served struct {
	project, addr, keys string
	dir                 string // with everybody's keys
	cmd                 *exec.Cmd
	errs                *spoken
	ended               chan error
}

// spoken is what a process wrote to standard error.
type spoken struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (w *spoken) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(b)
}

func (w *spoken) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

// people are those who may come.
var people = []struct{ name, role string }{{"ana", "annotator"}, {"rob", "reviewer"}, {"adm", "admin"}, {"vic", "viewer"}}

func serving4(t *testing.T, more ...string) *served {
	t.Helper()
	s := &served{dir: t.TempDir(), errs: &spoken{}, ended: make(chan error, 1)}
	s.project, s.keys = filepath.Join(s.dir, "p.inkling"), filepath.Join(s.dir, "people.keys")
	must(t, "", "import", s.project, memos(t, 1, 200), "--gold", "class")
	var lines []string
	for i, p := range people {
		private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{byte(i + 1)}, ed25519.SeedSize))
		block, err := ssh.MarshalPrivateKey(private, p.name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(s.dir, p.name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		public, err := ssh.NewPublicKey(private.Public())
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, strings.TrimSpace(string(ssh.MarshalAuthorizedKey(public)))+" "+p.name+" "+p.role)
	}
	s.setKeys(t, lines...)
	s.cmd = program(t, "TERM=dumb", append([]string{"serve", s.project, "--listen", "127.0.0.1:0", "--keys", s.keys, "--failures", "1000"}, more...)...)
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.stop(t) })
	b := make([]byte, 1000)
	n, err := out.Read(b)
	said := string(b[:n])
	go func() {
		_, _ = io.Copy(io.Discard, out)
		s.ended <- s.cmd.Wait()
	}()
	m := regexp.MustCompile(`^p\.inkling is open at (127\.0\.0\.1:\d+), host key SHA256:\S+: ssh -p \d+ 127\.0\.0\.1\n$`).FindStringSubmatch(said)
	if m == nil {
		t.Fatalf("%q, %v\n%s", said, err, s.errs)
	}
	s.addr = m[1]
	key, err := os.ReadFile(s.project + hostKeySuffix)
	if err != nil {
		t.Fatal(err)
	}
	host, err := ssh.ParsePrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(s.addr)
	known := "[127.0.0.1]:" + port + " " + string(ssh.MarshalAuthorizedKey(host.PublicKey()))
	if err := os.WriteFile(filepath.Join(s.dir, "known"), []byte(known), 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// setKeys writes the keys file anew.
func (s *served) setKeys(t *testing.T, lines ...string) {
	t.Helper()
	if err := os.WriteFile(s.keys, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyLines are the lines of the keys file.
func (s *served) keyLines(t *testing.T) []string {
	t.Helper()
	return strings.Split(strings.TrimSpace(read(t, s.keys)), "\n")
}

// stop ends the server as systemd does, which must go well.
func (s *served) stop(t *testing.T) {
	t.Helper()
	if s.cmd == nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case err := <-s.ended:
		if err != nil {
			t.Errorf("serve: %v\n%s", err, s.errs)
		}
	case <-time.After(patience):
		_ = s.cmd.Process.Kill()
		t.Error("the server does not end")
	}
	s.cmd = nil
}

// logged are the entries of the log with a message.
func (s *served) logged(t *testing.T, msg string) (out []map[string]any) {
	t.Helper()
	for line := range strings.Lines(s.errs.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if m["msg"] == msg {
			out = append(out, m)
		}
	}
	return out
}

// ssh is OpenSSH's client in somebody's name.
func (s *served) ssh(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := exec.LookPath("ssh")
	if err != nil {
		t.Skip("OpenSSH's client is not here: ", err)
	}
	_, port, _ := net.SplitHostPort(s.addr)
	cmd := exec.Command(path, append([]string{"-F", "none", "-p", port, "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + filepath.Join(s.dir, "known"),
		"-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o", "BatchMode=yes", "-o", "SendEnv=LANG LC_* COLORTERM LD_PRELOAD", "-i", filepath.Join(s.dir, name)}, args...)...)
	cmd.Env = []string{"HOME=" + s.dir, "PATH=" + os.Getenv("PATH"), "TERM=xterm-256color", "LANG=en_US.UTF-8", "LD_PRELOAD="}
	return cmd
}

// sshRun runs OpenSSH's client without a terminal.
func (s *served) sshRun(t *testing.T, name, stdin string, args ...string) ran {
	t.Helper()
	cmd := s.ssh(t, name, args...)
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// sit opens the workbench in somebody's name, with OpenSSH's client.
func (s *served) sit(t *testing.T, name string, cols, rows int, args ...string) *tape.Terminal {
	t.Helper()
	term, err := tape.Start(s.ssh(t, name, append(args, "127.0.0.1")...), cols, rows)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(term.Close)
	return term
}

// Several people label one project at once, each at their own size, and see each
// other's progress; a lost connection goes on at the same item; a shutdown tells
// everybody, and nothing is lost.
func TestServe(t *testing.T) {
	s := serving4(t, "--snapshots", filepath.Join(t.TempDir(), "copies"))
	ana, rob := s.sit(t, "ana", 80, 24), s.sit(t, "rob", 120, 40)
	waitFor(t, ana, `0 labelled.*saved`)
	waitFor(t, rob, `0 labelled.*saved`)
	for term, size := range map[*tape.Terminal][2]int{ana: {80, 24}, rob: {120, 40}} {
		rows := strings.Split(strings.TrimRight(term.Screen(), "\n"), "\n")
		if len(rows) != size[1] || len([]rune(rows[0])) != size[0] {
			t.Errorf("%d rows of %d, want %v", len(rows), len([]rune(rows[0])), size)
		}
	}
	typed(t, ana, "1")
	waitFor(t, ana, `1 labelled.*saved`)
	waitFor(t, rob, `1 labelled`)
	typed(t, rob, "2")
	waitFor(t, ana, `2 labelled`)
	if err := ana.Resize(100, 30); err != nil {
		t.Fatal(err)
	}
	waitFor(t, ana, `(?m)^└.{98}┘$`)

	// A viewer's keys decide nothing.
	vic := s.sit(t, "vic", 80, 24)
	waitFor(t, vic, `2 labelled`)
	typed(t, vic, "1")
	typed(t, vic, "2")
	typed(t, vic, "q")
	if err := vic.Wait(patience); err != nil {
		t.Errorf("%v\n%s", err, vic.Screen())
	}

	// What was before ana is before her again.
	item := func(term *tape.Terminal) string {
		screen := strings.Split(term.Screen(), "\n")
		return strings.TrimSpace(strings.TrimLeft(strings.Split(screen[3], "│")[1], " ▸"))
	}
	before := item(ana)
	if len(before) < 10 {
		t.Fatalf("no item on\n%s", ana.Screen())
	}
	ana.Close()
	ended := func(n int) func() bool { return func() bool { return len(s.logged(t, "session ends")) == n } }
	eventually(t, "ana's end", ended(2))
	ana = s.sit(t, "ana", 100, 30)
	waitFor(t, ana, `2 labelled.*saved`)
	waitFor(t, ana, regexp.QuoteMeta(before))

	typed(t, ana, "1")
	waitFor(t, ana, `3 labelled.*saved`)
	s.stop(t)
	for name, term := range map[string]*tape.Terminal{"ana": ana, "rob": rob} {
		if err := term.Wait(patience); err == nil {
			t.Errorf("%s's session ended as if they had left", name)
		}
		waitFor(t, term, "the host is shutting down; everything is saved")
	}
	if n := len(s.logged(t, "session ends")); n != 4 {
		t.Errorf("%d ends in the log", n)
	}
	var stats struct{ Labelled, Events int }
	unmarshal(t, must(t, "", "stats", s.project, "--json"), &stats)
	if stats.Labelled != 3 {
		t.Error(stats)
	}
	must(t, "", "check", s.project)
	if n := len(s.logged(t, "snapshot")); n == 0 {
		t.Error("no copy was made")
	}
	if _, err := os.Stat(s.project + ".lock"); err == nil {
		t.Error("the project is still said to be in use")
	}
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: ", what)
		}
	}
}

// OpenSSH gets the documented commands and nothing else: no shell, no files, no
// forwarding of any kind.
func TestServeOpenSSH(t *testing.T) {
	s := serving4(t)
	var stats struct{ Items int }
	if r := s.sshRun(t, "vic", "", "127.0.0.1", "stats", "--json"); r.status != 0 || json.Unmarshal([]byte(r.out), &stats) != nil || stats.Items != 200 {
		t.Error(r)
	}
	if r := s.sshRun(t, "ana", "", "127.0.0.1", "export"); r.status != 1 || r.out != "" || !strings.Contains(r.err, "for those with the role reviewer") {
		t.Error(r)
	}
	if r := s.sshRun(t, "rob", "", "127.0.0.1", "export", "--format", "jsonl"); r.status != 0 || strings.Count(r.out, "\n") != 200 {
		t.Errorf("status %d, %d lines, %s", r.status, strings.Count(r.out, "\n"), r.err)
	}
	if r := s.sshRun(t, "ana", "memo,amount\nx,1\n", "127.0.0.1", "import"); r.status != 1 || !strings.Contains(r.err, "for those with the role admin; yours is annotator") {
		t.Error(r)
	}
	if r := s.sshRun(t, "adm", memoTable(2, 50), "127.0.0.1", "import", "--json"); r.status != 0 || !strings.Contains(r.out, `"added":50`) {
		t.Error(r)
	}
	for what, args := range map[string][]string{
		"a shell":             {"127.0.0.1", "sh", "-c", "id"},
		"no terminal":         {"127.0.0.1"},
		"a file of the host":  {"127.0.0.1", "export", "-o", s.project + ".out"},
		"file transfer":       {"-s", "127.0.0.1", "sftp"},
		"a forwarded stream":  {"-W", s.addr, "127.0.0.1"},
		"a listening port":    {"-o", "ExitOnForwardFailure=yes", "-N", "-R", "127.0.0.1:0:127.0.0.1:1", "127.0.0.1"},
		"a listening socket":  {"-o", "ExitOnForwardFailure=yes", "-N", "-R", s.dir + "/sock:127.0.0.1:1", "127.0.0.1"},
		"a tunnel":            {"-o", "ExitOnForwardFailure=yes", "-N", "-w", "any", "127.0.0.1"},
		"a command with more": {"127.0.0.1", "stats;id"},
	} {
		if r := s.sshRun(t, "adm", "", args...); r.status == 0 || r.out != "" || strings.Contains(r.err, "uid=") {
			t.Errorf("%s: %+v", what, r)
		}
	}
	// A forwarded agent and display are not there; what was asked for is.
	if r := s.sshRun(t, "ana", "", "-A", "-X", "127.0.0.1", "stats"); r.status != 0 || !regexp.MustCompile(`250 +items`).MatchString(r.out) {
		t.Error(r)
	}
	// -L and -D listen at home, and lead nowhere.
	for _, flag := range []string{"-L", "-D"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		to := fmt.Sprintf("127.0.0.1:%d", port)
		if flag == "-L" {
			to += ":" + s.addr
		}
		term := s.sit(t, "ana", 80, 24, flag, to)
		waitFor(t, term, `0 labelled`)
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Fatal(err)
		}
		if flag == "-D" { // SOCKS 5, RFC 1928: connect to where the server itself listens
			_, p, _ := net.SplitHostPort(s.addr)
			var n int
			fmt.Sscan(p, &n)
			_, _ = c.Write([]byte{5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, byte(n >> 8), byte(n)})
		}
		_ = c.SetReadDeadline(time.Now().Add(patience))
		got, err := io.ReadAll(c)
		if err != nil || bytes.Contains(got, []byte("SSH-2.0")) {
			t.Errorf("%s: %q, %v", flag, got, err)
		}
		c.Close()
		typed(t, term, "q")
		_ = term.Wait(patience)
	}
}

// Whose line is taken out of the keys file is shown out, at work or not.
func TestServeRevokes(t *testing.T) {
	s := serving4(t)
	ana, rob := s.sit(t, "ana", 80, 24), s.sit(t, "rob", 80, 24)
	waitFor(t, ana, `0 labelled`)
	waitFor(t, rob, `0 labelled`)
	typed(t, ana, "1")
	waitFor(t, ana, `1 labelled.*saved`)
	s.setKeys(t, s.keyLines(t)[1:]...)
	waitFor(t, ana, "the key is no longer in the keys file")
	if err := ana.Wait(patience); err == nil {
		t.Error("as if she had left")
	}
	if r := s.sshRun(t, "ana", "", "127.0.0.1", "stats"); r.status != 255 || !strings.Contains(r.err, "Permission denied (publickey)") {
		t.Error(r)
	}
	typed(t, rob, "1")
	waitFor(t, rob, `2 labelled.*saved`)
}

// A server that cannot begin says what is missing.
func TestServeNeeds(t *testing.T) {
	dir := t.TempDir()
	project, keys := filepath.Join(dir, "p.inkling"), filepath.Join(dir, "keys")
	must(t, "", "new", project, "--labels", "a,b")
	for _, c := range []struct {
		status int
		words  string
		args   []string
	}{
		{2, "serve needs --listen ADDR and --keys FILE", []string{"--listen", ":0"}},
		{2, "--keep:", []string{"--listen", ":0", "--keys", keys, "--keep", "x"}},
		{2, "--every is a second or more", []string{"--listen", ":0", "--keys", keys, "--every", "1ms"}},
		{1, "ssh-ed25519 AAAA... ana annotator", []string{"--listen", "127.0.0.1:0", "--keys", keys}},
	} {
		fails(t, c.status, c.words, append([]string{"serve", project}, c.args...)...)
	}
	if err := os.WriteFile(keys, []byte("\nssh-ed25519 AAAA ana\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, 1, keys+":2: 3 words where there should be 4", "serve", project, "--listen", "127.0.0.1:0", "--keys", keys)
	if err := os.WriteFile(keys, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fails(t, 1, "nonsense", "serve", project, "--listen", "nonsense", "--keys", keys)
	if err := os.Chmod(project+hostKeySuffix, 0o644); err != nil {
		t.Fatal(err)
	}
	fails(t, 1, "can be read by others", "serve", project, "--listen", "127.0.0.1:0", "--keys", keys)
}
