package sshd

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/ssh"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// key is a key pair that is always the same for a number.
func key(n byte) ssh.Signer {
	s, err := ssh.NewSignerFromKey(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize)))
	if err != nil {
		panic(err)
	}
	return s
}

// keysLine is a person's line of a keys file.
func keysLine(n byte, name, role string) string {
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key(n).PublicKey()))) + " " + name + " " + role + "\n"
}

// hosted is a server under test.
type hosted struct {
	*Server
	addr, keys string
	log        *logged
}

// logged is a log of JSON lines.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

// lines are the messages with a text.
func (l *logged) lines(t *testing.T, msg string) (out []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if m["msg"] == msg {
			out = append(out, m)
		}
	}
	return out
}

// waitFor waits until something holds.
func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: ", what)
		}
	}
}

// echo is a handler whose sessions say who came, from what terminal, write back
// what they read, and each change of size and warning.
func echo() Handler {
	return Handler{
		Session: func(ctx context.Context, c Client, t Terminal) (int, error) {
			fmt.Fprintf(t.Out, "%s %v %dx%d %v\n", c.Name, c.Role, t.Size.Width, t.Size.Height, t.Env)
			in := make(chan []byte)
			go func() {
				defer close(in)
				for {
					b := make([]byte, 100)
					n, err := t.In.Read(b)
					if err != nil {
						return
					}
					select {
					case in <- b[:n]:
					case <-ctx.Done():
						return
					}
				}
			}()
			n := 0
			for {
				select {
				case b, ok := <-in:
					if !ok {
						in = nil
						continue
					}
					if n++; string(b) == "q" {
						return n - 1, nil
					}
					if string(b) == "e" {
						return n - 1, errors.New("something broke")
					}
					fmt.Fprintf(t.Out, "<%s>", b)
				case s, ok := <-t.Resized:
					if !ok {
						t.Resized = nil
						continue
					}
					fmt.Fprintf(t.Out, "[%dx%d]", s.Width, s.Height)
				case w := <-t.Warned:
					fmt.Fprintf(t.Out, "{%v}", w.Why)
				case <-ctx.Done():
					return n, nil
				}
			}
		},
		Exec: func(ctx context.Context, c Client, args []string, in io.Reader, out, errs io.Writer) int {
			fmt.Fprintf(out, "%s %q\n", c.Name, args)
			if args[0] == "cat" {
				io.Copy(out, in)
			}
			if args[0] == "hang" {
				<-ctx.Done()
			}
			fmt.Fprint(errs, "to stderr")
			return len(args)
		},
	}
}

// host starts a server for ana (annotator, key 1), rob (reviewer, key 2) and
// vic (viewer, key 3).
func start(t *testing.T, h Handler, change func(*Options)) *hosted {
	t.Helper()
	x := &hosted{keys: filepath.Join(t.TempDir(), "keys"), log: &logged{}}
	if err := os.WriteFile(x.keys, []byte("# people\n"+keysLine(1, "ana", "annotator")+keysLine(2, "rob", "reviewer")+keysLine(3, "vic", "viewer")), 0o600); err != nil {
		t.Fatal(err)
	}
	o := Options{HostKey: key(100), Keys: x.keys, Log: slog.New(slog.NewJSONHandler(x.log, nil))}
	if change != nil {
		change(&o)
	}
	var err error
	if x.Server, err = New(h, o); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x.addr = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- x.Serve(l) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := x.Shutdown(ctx); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return x
}

func (x *hosted) dial(t *testing.T, n byte) (*ssh.Client, error) {
	t.Helper()
	c, err := ssh.Dial("tcp", x.addr, &ssh.ClientConfig{User: "anybody", Auth: []ssh.AuthMethod{ssh.PublicKeys(key(n))},
		HostKeyCallback: ssh.FixedHostKey(key(100).PublicKey()), Timeout: 10 * time.Second})
	if err == nil {
		t.Cleanup(func() { c.Close() })
	}
	return c, err
}

func (x *hosted) login(t *testing.T, n byte) *ssh.Client {
	t.Helper()
	c, err := x.dial(t, n)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// shell is a session with a terminal, and what it has shown.
type shell struct {
	*ssh.Session
	in  io.Writer
	out *logged
}

func open(t *testing.T, c *ssh.Client, term string, width, height int, env ...string) *shell {
	t.Helper()
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	sh := &shell{Session: s, out: &logged{}}
	s.Stdout, s.Stderr = sh.out, sh.out
	if sh.in, err = s.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	for _, kv := range env {
		name, value, _ := strings.Cut(kv, "=")
		_ = s.Setenv(name, value) // refused or not: what counts is what arrives
	}
	if err := s.RequestPty(term, height, width, ssh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	return sh
}

func (s *shell) shows(t *testing.T, text string) {
	t.Helper()
	waitFor(t, fmt.Sprintf("%q on screen", text), func() bool {
		s.out.mu.Lock()
		defer s.out.mu.Unlock()
		return strings.Contains(s.out.b.String(), text)
	})
}

func (s *shell) text() string {
	s.out.mu.Lock()
	defer s.out.mu.Unlock()
	return s.out.b.String()
}

func (s *shell) types(t *testing.T, keys string) {
	t.Helper()
	if _, err := io.WriteString(s.in, keys); err != nil {
		t.Fatal(err)
	}
}

// status waits for the end of a session.
func (s *shell) status(t *testing.T) int {
	t.Helper()
	err := s.Wait()
	var exit *ssh.ExitError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &exit):
		return exit.ExitStatus()
	}
	return -1
}

// A session is its person's, with their terminal, and ends as they end it.
func TestSession(t *testing.T) {
	x := start(t, echo(), nil)
	s := open(t, x.login(t, 1), "xterm-256color", 100, 30, "LANG=de_DE.UTF-8", "COLORTERM=truecolor")
	s.shows(t, "ana annotator 100x30 [LANG=de_DE.UTF-8 COLORTERM=truecolor TERM=xterm-256color]")
	s.types(t, "x")
	s.shows(t, "<x>")
	if err := s.WindowChange(50, 120); err != nil {
		t.Fatal(err)
	}
	s.shows(t, "[120x50]")
	other := open(t, x.login(t, 2), "vt100", 80, 24)
	other.shows(t, "rob reviewer 80x24 [TERM=vt100]")
	s.types(t, "q")
	if got := s.status(t); got != 0 {
		t.Error("status", got)
	}
	other.types(t, "e")
	if got := other.status(t); got != 1 || !strings.Contains(other.text(), "inkling: something broke") {
		t.Error("status", got, other.text())
	}
	waitFor(t, "two ends in the log", func() bool { return len(x.log.lines(t, "session ends")) == 2 })
	if l := x.log.lines(t, "session ends")[0]; l["name"] != "ana" || l["decisions"] != 1.0 || l["seconds"] == nil || l["from"] != "127.0.0.1" {
		t.Error(l)
	}
}

// What a client says of its terminal reaches a session within bounds, or not at
// all.
func TestHostileTerminal(t *testing.T) {
	x := start(t, echo(), nil)
	long := strings.Repeat("x", maxEnv+1)
	for _, c := range []struct {
		term          string
		width, height int
		env           []string
		want          string
	}{
		{"xterm", 1 << 30, 1 << 31, nil, "500x300 [TERM=xterm]"},
		{"xterm", 0, 24, nil, "80x24 [TERM=xterm]"},
		{"xterm", 1, 1, nil, "1x1 [TERM=xterm]"},
		{"\x1b]0;mine\a", 80, 24, nil, "80x24 []"},
		{long, 80, 24, nil, "80x24 []"},
		{"../../etc/passwd", 80, 24, nil, "80x24 [TERM=../../etc/passwd]"}, // a name to compare; no file is read
		{"xterm", 80, 24, []string{"LD_PRELOAD=/tmp/x.so", "PATH=/tmp", "HOME=/", "TERM=other", "LC_ALL=\x1b[2J", "LANG=" + long, "INKLING_DATA=x"}, "80x24 [TERM=xterm]"},
		{"xterm", 80, 24, []string{"LANG=zh_CN.UTF-8", "LANG=en", "NO_COLOR="}, "80x24 [LANG=zh_CN.UTF-8 NO_COLOR= TERM=xterm]"},
	} {
		s := open(t, x.login(t, 1), c.term, c.width, c.height, c.env...)
		s.shows(t, "ana annotator "+c.want+"\n")
		if err := s.WindowChange(1<<30, 1<<30); err != nil {
			t.Fatal(err)
		}
		s.shows(t, "[500x300]")
		s.types(t, "q")
		s.status(t)
	}
}

// Of all that a client may ask of a session or a connection, only what is
// needed is granted.
func TestRefusedRequests(t *testing.T) {
	x := start(t, echo(), nil)
	c := x.login(t, 1)
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []struct {
		name    string
		payload any
	}{
		{"subsystem", struct{ S string }{"sftp"}}, {"auth-agent-req@openssh.com", struct{ S string }{}}, {"signal", struct{ S string }{"KILL"}}, {"break", struct{ N uint32 }{1}},
		{"x11-req", struct {
			Single bool
			A, B   string
			N      uint32
		}{false, "MIT-MAGIC-COOKIE-1", "00", 0}}, {"xon-xoff", struct{ B bool }{true}}, {"window-change", struct{ A, B, C, D uint32 }{1, 1, 1, 1}}, {"nonsense", struct{ S string }{}},
		{"pty-req", struct{ S string }{"cut short"}}, {"exec", struct{ S string }{strings.Repeat("x", maxCommand)}},
	} {
		if ok, err := s.SendRequest(r.name, true, ssh.Marshal(r.payload)); ok || err != nil {
			t.Errorf("%s: granted %v, %v", r.name, ok, err)
		}
	}
	s.Close()
	for _, r := range []string{"tcpip-forward", "streamlocal-forward@openssh.com", "no-more-sessions@openssh.com", "nonsense"} {
		if ok, _, err := c.SendRequest(r, true, ssh.Marshal(struct {
			S string
			N uint32
		}{"127.0.0.1", 0})); ok || err != nil {
			t.Errorf("%s: granted %v, %v", r, ok, err)
		}
	}
	for _, kind := range []string{"direct-tcpip", "direct-streamlocal@openssh.com", "tun@openssh.com", "x11", "auth-agent@openssh.com"} {
		_, _, err := c.OpenChannel(kind, ssh.Marshal(struct {
			A string
			B uint32
			C string
			D uint32
		}{"127.0.0.1", 22, "127.0.0.1", 1}))
		var refused *ssh.OpenChannelError
		if !errors.As(err, &refused) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	// A session without a terminal is told, and one that was started is not again.
	s, err = c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	if out, err := s.CombinedOutput("hello there"); err == nil || !strings.Contains(string(out), `ana ["hello" "there"]`) {
		t.Errorf("%q, %v", out, err)
	}
	s, _ = c.NewSession()
	var errs bytes.Buffer
	s.Stderr = &errs
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	if err := s.Wait(); err == nil || !strings.Contains(errs.String(), "needs a terminal") {
		t.Errorf("%v, %s", err, &errs)
	}
}

// A command has the channel's streams, and its exit status is passed on.
func TestCommand(t *testing.T) {
	x := start(t, echo(), nil)
	c := x.login(t, 3)
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	s.Stdin, s.Stderr = strings.NewReader(strings.Repeat("much ", 100_000)), &errs
	out, err := s.Output(`cat 'a b' "c"`)
	var exit *ssh.ExitError
	if !errors.As(err, &exit) || exit.ExitStatus() != 3 || errs.String() != "to stderr" {
		t.Error(err, errs.String())
	}
	if want := "vic [\"cat\" \"a b\" \"c\"]\n" + strings.Repeat("much ", 100_000); string(out) != want {
		t.Errorf("%d bytes, want %d", len(out), len(want))
	}
	for _, bad := range []string{"'open", "   ", strings.Repeat("a ", maxArgs+1)} {
		s, _ := c.NewSession()
		if out, err := s.CombinedOutput(bad); !errors.As(err, &exit) || exit.ExitStatus() != 2 || string(out) != "inkling: not a command\n" {
			t.Errorf("%.20q: %v, %q", bad, err, out)
		}
	}
}
