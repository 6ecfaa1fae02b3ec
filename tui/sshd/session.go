package sshd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime/debug"
	"strings"
	"time"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"

	"inkling/tui/safe"
	"inkling/tui/seat"
)

// exit tells the client how it ended, and closes the channel.
func (c *channel) exit(status int) {
	_, _ = c.SendRequest("exit-status", false, gossh.Marshal(exitStatus{uint32(status)}))
	_ = c.Close()
}

// say writes a line to the person's terminal, or their standard error.
func (c *channel) say(format string, args ...any) {
	end := "\n"
	if c.pty {
		end = "\r\n"
	}
	fmt.Fprint(c.Stderr(), "inkling: ", safe.Text(fmt.Sprintf(format, args...)), end)
}

// run runs one session or command, unless the person may not.
func (c *channel) run(ctx context.Context, command string, exec bool) {
	defer close(c.ended)
	s := c.server
	client, key, err := s.who(c.ctx, c.conn)
	client.Terminal = c.pty
	log := s.o.Log.With("name", client.Name, "role", client.Role.String(), "from", client.From)
	if err == nil {
		var r *running
		if r, err = s.begin(client, key, c); err == nil {
			defer s.end(r, c.line)
			// Who reads nothing holds up the end of what writes to them.
			unstick := context.AfterFunc(ctx, func() {
				select {
				case <-c.ended:
				case <-time.After(stuck):
					_ = c.conn.Close()
				}
			})
			defer unstick()
			defer func() {
				// One person's mishap must not end the others' work.
				if p := recover(); p != nil {
					log.Error("session broken", "error", fmt.Sprint(p), "stack", string(debug.Stack()))
					c.say("something broke on the host, which has a note of it; what was shown as saved is saved")
					c.exit(1)
				}
			}()
			if exec {
				c.exec(ctx, client, r, command)
			} else {
				c.session(ctx, client, r)
			}
			return
		}
	}
	log.Warn("session refused", "error", err.Error())
	c.say("%v", err)
	if errors.Is(err, ErrShutdown) {
		c.exit(StatusShutdown)
		return
	}
	c.exit(1)
}

// stuck is how long a session may take to end.
const stuck = 5 * time.Second

// who finds out whose session it is. The key may have gone from the file since
// the login.
func (s *Server) who(ctx ssh.Context, conn *gossh.ServerConn) (Client, string, error) {
	if s.keys == nil {
		err := checkName(conn.User())
		if conn.User() == "" {
			err = errors.New("a name is needed")
		}
		if err != nil {
			return Client{From: "here"}, "", err
		}
		return Client{Name: conn.User(), Role: seat.Admin, From: "here", Private: true}, "", nil
	}
	from := "?"
	if h, _, err := net.SplitHostPort(conn.RemoteAddr().String()); err == nil {
		from = h
	}
	public, ok := ctx.Value(ssh.ContextKeyPublicKey).(ssh.PublicKey)
	if !ok {
		return Client{From: from}, "", ErrRevoked
	}
	k, ok := s.keys.current().Find(public)
	if !ok {
		return Client{From: from}, "", ErrRevoked
	}
	return Client{Name: k.Name, Role: k.Role, From: from}, string(public.Marshal()), nil
}

// begin counts a session, within the limits.
func (s *Server) begin(client Client, key string, c *channel) (*running, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, ErrShutdown
	}
	same := 0
	for r := range s.sessions {
		if key != "" && r.key == key {
			same++
		}
	}
	switch {
	case len(s.sessions) >= s.o.Sessions:
		return nil, fmt.Errorf("all %d places are taken; try again later", s.o.Sessions)
	case same >= s.o.PerKey:
		return nil, fmt.Errorf("your key has %d sessions already; end one of them first", same)
	}
	r := &running{client: client, key: key, stop: c.stop, warned: make(chan Warning, 1)}
	s.sessions[r] = struct{}{}
	s.ended.Add(1)
	if c.line.begins(); s.has(c.line) {
		s.lines[c.line] = true
	}
	return r, nil
}

// has reports whether a connection is not closed yet; the caller holds mu.
func (s *Server) has(l *line) bool {
	_, ok := s.lines[l]
	return ok
}

func (s *Server) end(r *running, l *line) {
	r.stop(nil)
	s.mu.Lock()
	delete(s.sessions, r)
	if l.ends(s.o.Login) && s.has(l) {
		s.lines[l] = false
	}
	s.mu.Unlock()
	s.ended.Done()
}

// exec runs a command.
func (c *channel) exec(ctx context.Context, client Client, r *running, command string) {
	s := c.server
	log := s.o.Log.With("name", client.Name, "role", client.Role.String(), "from", client.From)
	args, err := split(command)
	if err != nil || len(args) == 0 || len(args) > maxArgs && s.keys != nil {
		log.Warn("command refused", "command", cut(command))
		c.say("not a command")
		c.exit(2)
		return
	}
	began := time.Now()
	log.Info("command begins", "command", cut(quoted(args)))
	defer c.stop(nil)
	most := r.after(s.o.Max, ErrMax)
	defer most.end()
	idle := r.after(s.o.Idle, ErrIdle)
	defer idle.end()
	status := s.handler.Exec(ctx, client, args, whole{c, idle}, moves{c, idle}, moves{c.Stderr(), idle})
	log = log.With("command", cut(args[0]), "status", status, "seconds", time.Since(began).Seconds())
	why := context.Cause(ctx)
	if why == nil || status == 0 {
		log.Info("command ends")
		c.exit(status)
		return
	}
	if errors.Is(why, ErrShutdown) {
		status = StatusShutdown
	}
	if !errors.Is(why, ErrLost) {
		c.say("%v", why)
	}
	log.Info("command ends", "why", why.Error())
	c.exit(status)
}

// cut shortens a command for the log.
func cut(s string) string { return strings.ToValidUTF8(s[:min(len(s), 512)], "") }

// moves is what a command writes to; what is taken gives it time anew.
type moves struct {
	io.Writer
	idle *allowance
}

func (m moves) Write(b []byte) (int, error) {
	n, err := m.Writer.Write(b)
	if n > 0 {
		m.idle.renew()
	}
	return n, err
}

// whole is what is sent to a command. It ends well only where the sender says
// that it ends: what a lost connection cuts short is not the whole.
type whole struct {
	c    *channel
	idle *allowance
}

func (w whole) Read(b []byte) (int, error) {
	n, err := w.c.Channel.Read(b)
	if n > 0 {
		w.idle.renew()
	}
	if err == io.EOF {
		if _, e := w.c.SendRequest("keepalive@openssh.com", true, nil); e != nil { // who has gone does not answer
			err = ErrLost
		}
	}
	return n, err
}

// session runs a session until it ends by itself or its context does.
func (c *channel) session(ctx context.Context, client Client, r *running) {
	s := c.server
	log := s.o.Log.With("name", client.Name, "role", client.Role.String(), "from", client.From)
	if !c.pty {
		c.say("the workbench needs a terminal: ssh -t gives it one; the command help lists what needs none")
		c.exit(2)
		return
	}
	defer c.stop(nil)
	most := r.after(s.o.Max, ErrMax)
	defer most.end()
	idle := r.after(s.o.Idle, ErrIdle)
	defer idle.end()
	term := Terminal{In: &input{c.Channel, idle, func() { c.stop(ErrLost) }}, Out: c.Channel, Size: c.size, Resized: c.resized, Warned: r.warned, Env: c.env}
	began := time.Now()
	log.Info("session begins", "width", c.size.Width, "height", c.size.Height, "env", c.env)
	decided, err := s.handler.Session(ctx, client, term)
	why := context.Cause(ctx)
	status := 0
	log = log.With("seconds", time.Since(began).Seconds(), "decisions", decided)
	switch {
	case err != nil:
		status = 1
		c.say("%v", err)
		log.Error("session ends", "error", err.Error())
	case why == nil:
		log.Info("session ends")
	default:
		status = 1
		if errors.Is(why, ErrShutdown) {
			status = StatusShutdown
		}
		if !errors.Is(why, ErrLost) {
			c.say("%v; everything is saved", why)
		}
		log.Info("session ends", "why", why.Error())
	}
	c.exit(status)
}

// StatusShutdown is the exit status of a session that the host's end ended.
const StatusShutdown = 75

// input is what a person types. At its end they are gone.
type input struct {
	io.Reader
	idle *allowance
	gone func()
}

func (i *input) Read(b []byte) (int, error) {
	n, err := i.Reader.Read(b)
	if n > 0 {
		i.idle.renew()
	}
	if err != nil {
		i.gone()
	}
	return n, err
}
