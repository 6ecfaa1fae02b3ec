package sshd

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/muesli/cancelreader"
	"golang.org/x/crypto/ssh"
	"golang.org/x/term"
)

// Local is the terminal of this process, or its streams where a command is run.
type Local struct {
	In       io.Reader // nil: nothing is sent
	Out, Err io.Writer
	Env      []string // NAME=VALUE
}

// ErrHostLost says that the host is gone without a word.
var ErrHostLost = errors.New("the host is gone")

// hello is how long a host has to answer who joins it.
const hello = 5 * time.Second

// dialSSH makes an SSH client of a connection to a host's socket. The host has
// proved who it is by being this user; its key says nothing more.
func dialSSH(conn net.Conn, name string) (*ssh.Client, error) {
	_ = conn.SetDeadline(time.Now().Add(hello))
	c, news, requests, err := ssh.NewClientConn(conn, "", &ssh.ClientConfig{User: name, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err != nil {
		conn.Close()
		return nil, err
	}
	_ = conn.SetDeadline(time.Time{})
	return ssh.NewClient(c, news, requests), nil
}

// status is the exit status that a session ended with.
func status(err error) (int, error) {
	var exit *ssh.ExitError
	switch {
	case err == nil:
		return 0, nil
	case errors.As(err, &exit):
		return exit.ExitStatus(), nil
	}
	return 0, ErrHostLost
}

// Command runs a command at a host, whose socket conn leads to, and returns its
// exit status.
func Command(ctx context.Context, conn net.Conn, name string, args []string, l Local) (int, error) {
	c, err := dialSSH(conn, name)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	s, err := c.NewSession()
	if err != nil {
		return 0, err
	}
	s.Stdin, s.Stdout, s.Stderr = l.In, l.Out, l.Err
	n, err := status(s.Run(quoted(args)))
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	return n, err
}

// Join sits down at a host, whose socket conn leads to, on the terminal of this
// process, and returns the exit status of the session: StatusShutdown where the
// host ended it. The terminal is as it was before in every case. Where ctx ends,
// the host is left, and the error is ctx's cause.
func Join(ctx context.Context, conn net.Conn, name string, in, out *os.File, env []string) (int, error) {
	c, err := dialSSH(conn, name)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	s, err := c.NewSession()
	if err != nil {
		return 0, err
	}
	s.Stdout, s.Stderr = out, out
	keys, err := s.StdinPipe()
	if err != nil {
		return 0, err
	}
	kind := ""
	for _, kv := range env {
		if name, value, _ := strings.Cut(kv, "="); name == "TERM" {
			kind = value
		} else if passed[name] {
			_ = s.Setenv(name, value) // it does without
		}
	}
	width, height, err := term.GetSize(int(out.Fd()))
	if err != nil {
		return 0, err
	}
	if err := s.RequestPty(kind, height, width, ssh.TerminalModes{}); err != nil {
		return 0, err
	}
	was, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return 0, err
	}
	defer term.Restore(int(in.Fd()), was)
	typed, err := cancelreader.NewReader(in)
	if err != nil {
		return 0, err
	}
	read := make(chan struct{})
	// Nobody may read the keys of what comes after.
	defer func() {
		if typed.Cancel() {
			<-read
		}
		typed.Close()
	}()
	if err := s.Shell(); err != nil {
		close(read)
		return 0, err
	}
	go func() {
		defer close(read)
		_, _ = io.Copy(keys, typed)
	}()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	defer resizes(out, func(width, height int) { _ = s.WindowChange(height, width) })()
	n, err := status(s.Wait())
	if err != nil {
		// Whoever drew here can no longer put things right.
		_, _ = io.WriteString(out, undraw)
	}
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	return n, err
}

// undraw leaves the other screen, shows the cursor, and ends the reports of
// mouse and pastes, and all colours.
const undraw = "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?2004l\x1b[?1049l\x1b[?25h\x1b[0m\r\n"
