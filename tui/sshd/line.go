package sshd

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// line is a connection. While nothing runs on it, before the login and after
// the last session, it has only so much time.
type line struct {
	net.Conn
	from   string // the host that it comes from
	closed func() // called once
	first  sync.Once

	mu       sync.Mutex
	until    time.Time // zero: while something runs on it
	channels int
	gone     bool
}

// lineKey is the key of a connection's line in its context.
type lineKey struct{}

// hold says that one more channel is open, unless there are as many as may be.
func (l *line) hold(most int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.channels >= most {
		return false
	}
	l.channels++
	l.until = time.Time{}
	_ = l.Conn.SetDeadline(time.Time{})
	return true
}

// release says that a channel is closed; with none the connection ends soon.
func (l *line) release(after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.channels--; l.channels == 0 {
		l.until = time.Now().Add(after)
		_ = l.Conn.SetDeadline(l.until)
	}
}

// SetDeadline is called by the server before each read and write; the nearer
// deadline counts.
func (l *line) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.until.IsZero() && (t.IsZero() || l.until.Before(t)) {
		t = l.until
	}
	return l.Conn.SetDeadline(t)
}

// Close closes the connection.
func (l *line) Close() error {
	l.mu.Lock()
	gone := l.gone
	l.gone = true
	l.mu.Unlock()
	if !gone {
		l.closed()
	}
	return l.Conn.Close()
}

// admit looks at a connection before anything is read from it.
func (s *Server) admit(ctx ssh.Context, c net.Conn) net.Conn {
	l := &line{Conn: c, from: host(c.RemoteAddr()), until: time.Now().Add(s.o.Login)}
	_ = c.SetDeadline(l.until)
	l.closed = func() {
		s.mu.Lock()
		delete(s.lines, l)
		s.mu.Unlock()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil
	}
	if s.keys != nil {
		if !s.tries.allowed(l.from) {
			s.o.Log.Warn("connection refused: too many failed logins", "from", l.from)
			return nil
		}
		pending, same := 0, 0
		for other, in := range s.lines {
			if !in {
				pending++
				if other.from == l.from {
					same++
				}
			}
		}
		if pending >= s.o.Pending || same >= (s.o.Pending+1)/2 {
			s.o.Log.Warn("connection refused: too many that have not logged in", "from", l.from, "pending", pending)
			return nil
		}
	}
	s.lines[l] = false
	ctx.SetValue(lineKey{}, l)
	return l
}

// loggedIn says that whoever is on a connection has logged in.
func (s *Server) loggedIn(l *line) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.lines[l]; ok {
		s.lines[l] = true
	}
}

// keepAlive asks the other end now and then whether it is there, and closes the
// connection where it is not: a machine that is gone says nothing.
func (s *Server) keepAlive(ctx context.Context, conn *gossh.ServerConn) {
	t := time.NewTicker(s.o.KeepAlive)
	defer t.Stop()
	for {
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
		gone := time.AfterFunc(2*s.o.KeepAlive, func() { conn.Close() })
		_, _, err := conn.SendRequest("keepalive@openssh.com", true, nil)
		gone.Stop()
		if err != nil {
			return
		}
	}
}
