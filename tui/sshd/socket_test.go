//go:build unix

package sshd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"inkling/tui/seat"
)

// socketed starts a private server at a file's socket.
func socketed(t *testing.T, h Handler) (*Server, string, string) {
	t.Helper()
	dir, err := os.MkdirTemp("", "ink") // short: a socket's path is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("XDG_RUNTIME_DIR", dir)
	file := filepath.Join(t.TempDir(), "p.inkling")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	l, socket, err := ListenSocket(file)
	if err != nil {
		t.Fatal(err)
	}
	s := NewPrivate(h, Options{HostKey: key(100)})
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
			t.Error("the socket is left behind:", err)
		}
	})
	return s, file, socket
}

// A command of another process of this person has its words as they were said,
// whatever is in them.
func TestPrivateCommand(t *testing.T) {
	var got []string
	var from Client
	h := echo()
	h.Exec = func(_ context.Context, c Client, args []string, in io.Reader, out, errs io.Writer) int {
		got, from = args, c
		_, _ = io.Copy(out, in)
		return 7
	}
	_, file, socket := socketed(t, h)
	want := []string{"set", "it's", `"so"`, "", " a  b ", "$HOME `id` \\ \n;|&", "é 中", "--x='y'", "-"}
	for range maxArgs {
		want = append(want, strings.Repeat("long ", 200))
	}
	conn, err := DialSocket(file, socket)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	status, err := Command(t.Context(), conn, "ana", want, Local{In: strings.NewReader("sent"), Out: &out, Err: io.Discard})
	if err != nil || status != 7 || out.String() != "sent" {
		t.Error(status, err, out.String())
	}
	if strings.Join(got, "\x00") != strings.Join(want, "\x00") {
		t.Errorf("%.300q\n%.300q", got, want)
	}
	if want := (Client{Name: "ana", Role: seat.Admin, From: "here", Private: true}); from != want {
		t.Error(from)
	}
	// Names that cannot be shown are no names.
	if conn, err = DialSocket(file, socket); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	if status, err := Command(t.Context(), conn, "\x1b[2J", []string{"x"}, Local{Out: io.Discard, Err: &errs}); err != nil || status != 1 || !strings.Contains(errs.String(), "cannot be shown") {
		t.Error(status, err, errs.String())
	}
}

// A command ends with the context, and where the host is gone it is an error.
func TestPrivateCommandEnds(t *testing.T) {
	s, file, socket := socketed(t, echo())
	ctx, cancel := context.WithCancel(t.Context())
	conn, err := DialSocket(file, socket)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for s.Sessions() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if _, err := Command(ctx, conn, "ana", []string{"hang"}, Local{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	waitFor(t, "nobody", func() bool { return s.Sessions() == 0 })
	// A socket with something else behind it is no host.
	a, b := net.Pipe()
	go func() {
		_, _ = b.Write([]byte("220 mail\r\n"))
		_, _ = io.Copy(io.Discard, b)
	}()
	if _, err := Command(t.Context(), a, "ana", []string{"x"}, Local{}); err == nil || errors.Is(err, ErrHostLost) {
		t.Error(err)
	}
	b.Close()
}

// What is sent to a command is whole only where its end was sent too.
func TestCutShort(t *testing.T) {
	read := make(chan error, 1)
	h := echo()
	h.Exec = func(_ context.Context, _ Client, args []string, in io.Reader, _, _ io.Writer) int {
		_, err := io.ReadAll(in)
		read <- err
		return 0
	}
	x := start(t, h, nil)
	for _, c := range []struct {
		how string
		end func(c *ssh.Client, s *ssh.Session, in io.WriteCloser)
		bad bool
	}{
		{"sent to the end", func(_ *ssh.Client, _ *ssh.Session, in io.WriteCloser) { in.Close() }, false},
		{"the channel is closed", func(_ *ssh.Client, s *ssh.Session, _ io.WriteCloser) { s.Close() }, true},
		{"the connection is closed", func(c *ssh.Client, _ *ssh.Session, _ io.WriteCloser) { c.Close() }, true},
	} {
		client := x.login(t, 1)
		s, err := client.NewSession()
		if err != nil {
			t.Fatal(err)
		}
		in, err := s.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start("import"); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(in, "text\nhalf of"); err != nil {
			t.Fatal(err)
		}
		c.end(client, s, in)
		if err := <-read; (err != nil) != c.bad {
			t.Errorf("%s: %v", c.how, err)
		}
		client.Close()
	}
}

// Whatever a client asks for, and however it writes it, stays within bounds.
func FuzzRequests(f *testing.F) {
	f.Add("pty-req", ssh.Marshal(ptyRequest{Term: "xterm", Width: 1 << 31, Height: 1}))
	f.Add("window-change", ssh.Marshal(windowRequest{Width: 0, Height: 1 << 20}))
	f.Add("env", ssh.Marshal(envRequest{"LANG", "de\x1b"}))
	f.Add("exec", ssh.Marshal(execRequest{"stats"}))
	f.Fuzz(func(t *testing.T, kind string, payload []byte) {
		c := &channel{server: &Server{keys: &keyFile{}}, names: map[string]bool{}, resized: make(chan Size, 1)}
		for _, r := range []*ssh.Request{{Type: kind, Payload: payload}, {Type: "pty-req", Payload: ssh.Marshal(ptyRequest{Term: "x", Width: 1, Height: 1})}, {Type: kind, Payload: payload}} {
			c.takes(r)
		}
		size := c.size
		select {
		case size = <-c.resized:
		default:
		}
		if c.pty && (size.Width < 1 || size.Width > maxWidth || size.Height < 1 || size.Height > maxHeight) {
			t.Error(size)
		}
		if len(c.env) > len(passed) {
			t.Error(c.env)
		}
		for _, kv := range c.env {
			if name, value, _ := strings.Cut(kv, "="); !passed[name] || !plain(value) {
				t.Errorf("%q", kv)
			}
		}
		if c.started && kind != "shell" && kind != "exec" {
			t.Error(kind)
		}
	})
}
