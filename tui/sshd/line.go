package sshd

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// line is a connection. While nothing runs on it, before the first session or
// command and after the last, it has only so much time.
type line struct {
	net.Conn
	from   string // the host that it comes from
	closed func() // called once
	first  sync.Once

	mu       sync.Mutex
	until    time.Time // zero: while something runs on it
	channels int       // that are open
	running  int       // sessions and commands
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
	return true
}

// release says that a channel is closed.
func (l *line) release() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.channels--
}

// begins says that something runs, for as long as it likes. An open channel is
// not enough: it costs the client nothing.
func (l *line) begins() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.running++
	l.until = time.Time{}
	_ = l.Conn.SetDeadline(time.Time{})
}

// ends says that something has ended, and reports whether nothing runs any more:
// then the connection ends soon.
func (l *line) ends(after time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.running--; l.running > 0 {
		return false
	}
	l.until = time.Now().Add(after)
	_ = l.Conn.SetDeadline(l.until)
	return true
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
		pending, same := 0, 0
		for other, runs := range s.lines {
			if !runs {
				pending++
				if other.from == l.from {
					same++
				}
			}
		}
		if !s.tries.allowed(l.from, same) {
			s.refusals.say(s.o.Log, "too many failed logins", l.from)
			return nil
		}
		if pending >= s.o.Pending || same >= (s.o.Pending+1)/2 {
			s.refusals.say(s.o.Log, "too many on which nothing runs", l.from)
			return nil
		}
	}
	s.lines[l] = false
	ctx.SetValue(lineKey{}, l)
	return l
}

// opens counts one more channel of a key, over all its connections, unless there
// are as many as may be: each holds what is sent to it until it is read. closes
// takes it out of the count.
func (s *Server) opens(key string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.keys != nil && s.channels[key] >= 2*s.o.PerKey {
		return false
	}
	s.channels[key]++
	return true
}

func (s *Server) closes(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.channels[key]--; s.channels[key] == 0 {
		delete(s.channels, key)
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
