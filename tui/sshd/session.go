package sshd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/ssh"
	gossh "golang.org/x/crypto/ssh"

	"inkling/tui/seat"
)

// Terminal is what a person's session draws on. The environment is what their
// client said, cut down to what concerns the terminal and the language.
type Terminal struct {
	In      io.Reader
	Out     io.Writer
	Size    Size
	Resized <-chan Size // the latest one; closed at the end
	Env     []string    // NAME=VALUE
}

// Size is a number of columns and rows.
type Size struct{ Width, Height int }

// Bounds of what a client may say of its terminal.
const (
	maxWidth  = 500
	maxHeight = 300
	maxEnv    = 128 // bytes of a value
	maxArgs   = 64  // words of a command
)

// clamp brings a size within bounds; a client that knows none has 80x24.
func clamp(w ssh.Window) Size {
	if w.Width <= 0 || w.Height <= 0 {
		return Size{80, 24}
	}
	return Size{min(w.Width, maxWidth), min(w.Height, maxHeight)}
}

// passed are the variables that a session may know of its client.
var passed = map[string]bool{"TERM": true, "COLORTERM": true, "NO_COLOR": true, "LANG": true, "LC_ALL": true, "LC_MESSAGES": true}

// environment keeps of a client's environment what is passed, the first of each
// name, with values that are short and plain.
func environment(all []string, term string) []string {
	var out []string
	seen := map[string]bool{}
	for _, kv := range append([]string{"TERM=" + term}, all...) {
		name, value, _ := strings.Cut(kv, "=")
		if !passed[name] || seen[name] || len(value) > maxEnv || strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			continue
		}
		seen[name] = true
		out = append(out, name+"="+value)
	}
	return out
}

// channel begins a session of a connection that has logged in.
func (s *Server) channel(srv *ssh.Server, conn *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	if d, ok := ctx.Value(deadlineKey{}).(*deadlined); ok {
		d.lift()
	}
	ssh.DefaultSessionHandler(srv, conn, ch, ctx)
}

// serve runs one session or command.
func (s *Server) serve(sess ssh.Session) {
	client, key, err := s.who(sess)
	log := s.o.Log.With("name", client.Name, "role", client.Role.String(), "from", client.From)
	if err == nil {
		var r *running
		var ctx context.Context
		if ctx, r, err = s.begin(sess.Context(), client, key); err == nil {
			defer s.end(r)
			s.run(ctx, sess, client)
			return
		}
	}
	log.Warn("session refused", "error", err.Error())
	fmt.Fprintf(sess.Stderr(), "inkling: %v\r\n", err)
	sess.Exit(1)
}

// who finds out whose session it is. The key may have gone from the file since
// the login.
func (s *Server) who(sess ssh.Session) (Client, string, error) {
	if s.keys == nil {
		if err := checkName(sess.User()); err != nil || sess.User() == "" {
			return Client{From: "here"}, "", errors.New("a name is needed that can be shown")
		}
		return Client{sess.User(), seat.Admin, "here"}, "", nil
	}
	from := "?"
	if h, _, err := net.SplitHostPort(sess.RemoteAddr().String()); err == nil {
		from = h
	}
	if sess.PublicKey() == nil {
		return Client{From: from}, "", ErrRevoked
	}
	k, ok := s.keys.current().Find(sess.PublicKey())
	if !ok {
		return Client{From: from}, "", ErrRevoked
	}
	return Client{k.Name, k.Role, from}, string(sess.PublicKey().Marshal()), nil
}

// begin counts a session, within the limits.
func (s *Server) begin(ctx context.Context, c Client, key string) (context.Context, *running, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ctx.Err() != nil {
		return nil, nil, context.Cause(s.ctx)
	}
	same := 0
	for r := range s.sessions {
		if key != "" && r.key == key {
			same++
		}
	}
	switch {
	case len(s.sessions) >= s.o.Sessions:
		return nil, nil, fmt.Errorf("all %d places are taken; try again later", s.o.Sessions)
	case same >= s.o.PerKey:
		return nil, nil, fmt.Errorf("your key has %d sessions already; end one of them first", same)
	}
	r := &running{client: c, key: key}
	ctx, r.stop = context.WithCancelCause(ctx)
	context.AfterFunc(s.ctx, func() { r.stop(context.Cause(s.ctx)) })
	s.sessions[r] = struct{}{}
	s.ended.Add(1)
	return ctx, r, nil
}

func (s *Server) end(r *running) {
	r.stop(context.Canceled)
	s.mu.Lock()
	delete(s.sessions, r)
	s.mu.Unlock()
	s.ended.Done()
}

// run serves a session until it ends by itself or its context does.
func (s *Server) run(ctx context.Context, sess ssh.Session, c Client) {
	log := s.o.Log.With("name", c.Name, "role", c.Role.String(), "from", c.From)
	began := time.Now()
	if sess.RawCommand() != "" {
		args := sess.Command()
		if len(args) == 0 || len(args) > maxArgs {
			fmt.Fprintf(sess.Stderr(), "inkling: not a command\n")
			sess.Exit(2)
			return
		}
		log.Info("command begins", "command", args)
		status := s.handler.Exec(ctx, c, args, sess, sess, sess.Stderr())
		log.Info("command ends", "command", args[0], "status", status, "seconds", time.Since(began).Seconds())
		sess.Exit(status)
		return
	}
	pty, resized, ok := sess.Pty()
	if !ok {
		fmt.Fprintf(sess.Stderr(), "inkling: the workbench needs a terminal; ssh -t gives it one, and ssh HOST help lists the commands that need none\n")
		sess.Exit(2)
		return
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	most := time.AfterFunc(s.o.Max, func() { stop(ErrMax) })
	defer most.Stop()
	in := newIdle(sess, s.o.Idle, func() { stop(ErrIdle) })
	defer in.stop()
	t := Terminal{In: in, Out: sess, Size: clamp(pty.Window), Resized: sizes(resized), Env: environment(sess.Environ(), pty.Term)}
	log.Info("session begins", "term", pty.Term, "width", t.Size.Width, "height", t.Size.Height)
	err := s.handler.Session(ctx, c, t)
	why := context.Cause(ctx)
	if err == nil && why != nil && sess.Context().Err() == nil {
		fmt.Fprintf(sess.Stderr(), "inkling: %v; everything is saved\r\n", why)
	}
	status := 0
	switch {
	case err != nil:
		fmt.Fprintf(sess.Stderr(), "inkling: %v\r\n", err)
		log.Error("session ends", "seconds", time.Since(began).Seconds(), "error", err.Error())
		status = 1
	case why != nil:
		log.Info("session ends", "seconds", time.Since(began).Seconds(), "why", why.Error())
		status = 1
	default:
		log.Info("session ends", "seconds", time.Since(began).Seconds())
	}
	sess.Exit(status)
}

// sizes passes the sizes of a window on within bounds, and only ever the
// latest: who drags a corner sends hundreds.
func sizes(from <-chan ssh.Window) <-chan Size {
	out := make(chan Size, 1)
	go func() {
		defer close(out)
		for w := range from {
			size := clamp(w)
			select {
			case <-out:
			default:
			}
			out <- size
		}
	}()
	return out
}

// idle is input that calls when nothing came for long.
type idle struct {
	io.Reader
	after time.Duration
	mu    sync.Mutex
	timer *time.Timer
}

func newIdle(r io.Reader, after time.Duration, f func()) *idle {
	return &idle{Reader: r, after: after, timer: time.AfterFunc(after, f)}
}

func (i *idle) Read(b []byte) (int, error) {
	n, err := i.Reader.Read(b)
	i.mu.Lock()
	defer i.mu.Unlock()
	if n > 0 && i.timer.Stop() {
		i.timer.Reset(i.after)
	}
	return n, err
}

func (i *idle) stop() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.timer.Stop()
}
