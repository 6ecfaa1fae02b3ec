package sshd

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// Terminal is what a person's session draws on. The environment is what their
// client said, cut down to what concerns the terminal and the language.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Size    Size
	Resized <-chan Size    // the latest one; closed at the end
	Warned  <-chan Warning // the latest one
	Env     []string       // NAME=VALUE
}

// Size is a number of columns and rows.
type Size struct{ Width, Height int }

// Warning says that a session will end, and why: ErrIdle, ErrMax or
// ErrShutdown.
type Warning struct {
	Why  error
	Left time.Duration
}

// Bounds of what a client may say of its terminal, and ask for.
const (
	maxWidth   = 500
	maxHeight  = 300
	maxEnv     = 128     // bytes of a value
	maxCommand = 8 << 10 // bytes of a command
	maxArgs    = 64      // words of it
)

// clamp brings a size within bounds; a client that knows none has 80x24.
func clamp(width, height uint32) Size {
	if width == 0 || height == 0 {
		return Size{80, 24}
	}
	return Size{int(min(width, maxWidth)), int(min(height, maxHeight))}
}

// passed are the variables that a session may know of its client.
var passed = map[string]bool{"TERM": true, "COLORTERM": true, "NO_COLOR": true, "LANG": true, "LC_ALL": true, "LC_MESSAGES": true}

// plain reports whether a value is short and of plain characters.
func plain(value string) bool {
	return len(value) <= maxEnv && !strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Payloads of requests, RFC 4254, sections 6.2 to 6.7.
type (
	ptyRequest struct {
		Term          string
		Width, Height uint32
		PixelsX       uint32
		PixelsY       uint32
		Modes         string
	}
	windowRequest struct{ Width, Height, PixelsX, PixelsY uint32 }
	envRequest    struct{ Name, Value string }
	execRequest   struct{ Command string }
	exitStatus    struct{ Status uint32 }
)

// channel is one session as the client asks for it. What its requests say is
// settled before it starts; only the size changes later.
type channel struct {
	gossh.Channel
	server  *Server
	line    *line
	conn    *gossh.ServerConn
	ctx     ssh.Context
	stop    context.CancelCauseFunc // ends what runs
	started bool
	pty     bool
	size    Size
	env     []string
	names   map[string]bool // of env
	resized chan Size
	ended   chan struct{} // what runs has ended
}

// channel serves one channel of a connection that has logged in.
func (s *Server) channel(_ *ssh.Server, conn *gossh.ServerConn, offered gossh.NewChannel, ctx ssh.Context) {
	l := ctx.Value(lineKey{}).(*line)
	key := ""
	if public, ok := ctx.Value(ssh.ContextKeyPublicKey).(ssh.PublicKey); ok {
		key = string(public.Marshal())
	}
	if !s.opens(key) {
		_ = offered.Reject(gossh.ResourceShortage, "too many channels")
		return
	}
	defer s.closes(key)
	if !l.hold(s.o.PerKey) {
		_ = offered.Reject(gossh.ResourceShortage, "too many channels")
		return
	}
	defer l.release()
	ch, requests, err := offered.Accept()
	if err != nil {
		return
	}
	l.first.Do(func() { go s.keepAlive(ctx, conn) })
	running, stop := context.WithCancelCause(context.Background())
	defer stop(nil)
	c := &channel{Channel: ch, server: s, line: l, conn: conn, ctx: ctx, stop: stop, names: map[string]bool{}, resized: make(chan Size, 1), ended: make(chan struct{})}
	for r := range requests {
		ok := c.takes(r)
		_ = r.Reply(ok, nil)
		if ok && (r.Type == "shell" || r.Type == "exec") {
			var what execRequest
			if r.Type == "exec" {
				_ = gossh.Unmarshal(r.Payload, &what)
			}
			go c.run(running, what.Command, r.Type == "exec")
		}
	}
	close(c.resized)
	stop(ErrLost)
	if c.started {
		<-c.ended
	}
}

// takes reports whether a request is granted, and keeps what it says. All that
// is not named here is refused: other programs, forwarding of windows and of
// agents, signals.
func (c *channel) takes(r *gossh.Request) bool {
	switch r.Type {
	case "pty-req":
		var p ptyRequest
		if c.started || c.pty || gossh.Unmarshal(r.Payload, &p) != nil {
			return false
		}
		c.pty, c.size = true, clamp(p.Width, p.Height)
		c.setenv("TERM", p.Term)
		return true
	case "env":
		var e envRequest
		return !c.started && gossh.Unmarshal(r.Payload, &e) == nil && e.Name != "TERM" && c.setenv(e.Name, e.Value)
	case "window-change":
		var w windowRequest
		if !c.pty || gossh.Unmarshal(r.Payload, &w) != nil {
			return false
		}
		// Only ever the latest: who drags a corner sends hundreds.
		select {
		case <-c.resized:
		default:
		}
		c.resized <- clamp(w.Width, w.Height)
		return true
	case "shell", "exec":
		if c.started || len(r.Payload) > maxCommand && c.server.keys != nil {
			return false
		}
		c.started = true
		return true
	}
	return false
}

// setenv keeps the first of each variable that a session may know, where its
// value is short and plain.
func (c *channel) setenv(name, value string) bool {
	if !passed[name] || c.names[name] || !plain(value) {
		return false
	}
	c.names[name] = true
	c.env = append(c.env, name+"="+value)
	return true
}
