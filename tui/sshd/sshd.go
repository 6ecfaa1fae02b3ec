// Package sshd hosts the workbench for people who come over SSH. It knows who
// they are by their public keys, gives each a terminal session, and runs the
// few commands that may be asked for by name. What a session shows and what a
// command does is the caller's: the package knows no project.
//
// There is no shell, no forwarding, no agent, no file transfer and no password.
// What a client says of its terminal is taken within bounds, and nothing of the
// host's own environment reaches a session.
package sshd

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/charmbracelet/ssh"
	"github.com/charmbracelet/wish"
	gossh "golang.org/x/crypto/ssh"

	"inkling/tui/seat"
)

// Handler is what the sessions of a server are for. Both functions are called
// for many people at once, and end soon after their context does.
type Handler struct {
	// Session runs the workbench on a person's terminal until they leave, and
	// returns how many decisions they made.
	Session func(context.Context, Client, Terminal) (decisions int, err error)

	// Exec runs a command that a person named, and returns its exit status.
	Exec func(ctx context.Context, c Client, args []string, in io.Reader, out, err io.Writer) int
}

// Client is who is at the other end.
type Client struct {
	Name string
	Role seat.Role
	From string // the address, or "here"

	Private  bool // another process of this one's user, which came over a socket
	Terminal bool // a command's output goes to a terminal
}

// Options say how a server treats those who come. The zero value of a number
// is its default.
type Options struct {
	HostKey   gossh.Signer
	Keys      string        // path of the keys file
	Sessions  int           // at once, in all; default 200
	PerKey    int           // at once, of one key; default 5
	Pending   int           // connections at once on which nothing runs, half of them from one address; default 200
	Idle      time.Duration // without a key pressed, or a byte read or written by a command; default 30 min
	Max       time.Duration // of a session or command; default 12 h
	Login     time.Duration // until a connection has logged in, and for it to stay when nothing runs on it; default 20 s
	Farewell  time.Duration // from telling everybody that the host ends until it does; none by default
	KeepAlive time.Duration // between two looks whether the other end is there; default 20 s
	Failures  int           // failed logins of one address at once, then one more every 10 s; default 10
	Log       *slog.Logger  // nil: none
}

func (o Options) withDefaults() Options {
	number := func(n *int, otherwise int) {
		if *n <= 0 {
			*n = otherwise
		}
	}
	number(&o.Sessions, 200)
	number(&o.PerKey, 5)
	number(&o.Pending, 200)
	number(&o.Failures, 10)
	span := func(d *time.Duration, otherwise time.Duration) {
		if *d <= 0 {
			*d = otherwise
		}
	}
	span(&o.Idle, 30*time.Minute)
	span(&o.Max, 12*time.Hour)
	span(&o.Login, 20*time.Second)
	span(&o.KeepAlive, 20*time.Second)
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// recheck is how often the keys file is looked at for keys that went, beside
// every login.
const recheck = time.Second

// Server takes connections. It is made by New.
type Server struct {
	o        Options
	handler  Handler
	keys     *keyFile // nil for a private server
	ssh      *ssh.Server
	tries    *failures
	refusals refusals
	ctx      context.Context    // until the server shuts down
	stop     context.CancelFunc // lets nobody in any more
	watch    sync.Once          // of the keys

	mu       sync.Mutex
	sessions map[*running]struct{}
	lines    map[*line]bool // connections: whether something runs on them
	channels map[string]int // that are open, by key
	ended    sync.WaitGroup // sessions
}

// Why a session ended, as its context's cause.
var (
	ErrLost     = errors.New("the connection is gone")
	ErrShutdown = errors.New("the host is shutting down")
	ErrRevoked  = errors.New("the key is no longer in the keys file, or with another name or role")
	ErrIdle     = errors.New("nothing was pressed for too long")
	ErrMax      = errors.New("the session has lasted as long as it may")
)

// New makes a server for those in the keys file.
func New(h Handler, o Options) (*Server, error) {
	s := newServer(h, o)
	var err error
	s.keys, err = openKeys(o.Keys, func(n int, err error) {
		if err != nil {
			s.o.Log.Error("keys file not read, the keys of before stay", "file", o.Keys, "keys", n, "error", err.Error())
			return
		}
		s.o.Log.Info("keys file read again", "file", o.Keys, "keys", n)
	})
	if err != nil {
		return nil, err
	}
	s.ssh.PublicKeyHandler = s.login
	return s, nil
}

// NewPrivate makes a server for a listener that only one person of the system
// can reach, such as a socket in a folder of theirs: whoever comes gives a name,
// and may do everything.
func NewPrivate(h Handler, o Options) *Server { return newServer(h, o) }

func newServer(h Handler, o Options) *Server {
	o = o.withDefaults()
	s := &Server{o: o, handler: h, tries: newFailures(o.Failures, 10*time.Second, time.Now), sessions: map[*running]struct{}{}, lines: map[*line]bool{}, channels: map[string]int{}}
	s.ctx, s.stop = context.WithCancel(context.Background())
	// No option of these fails.
	s.ssh, _ = wish.NewServer(func(srv *ssh.Server) error {
		srv.Version = "inkling"
		srv.HostSigners = []ssh.Signer{o.HostKey}
		// The only kind of channel, and no requests of connections: forwarding of
		// either direction, agents and file transfer have nothing to talk to.
		srv.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.channel}
		srv.RequestHandlers = map[string]ssh.RequestHandler{}
		srv.ServerConfigCallback = func(ssh.Context) *gossh.ServerConfig { return &gossh.ServerConfig{MaxAuthTries: 6} }
		srv.ConnCallback = s.admit
		srv.ConnectionFailedCallback = s.refused
		return nil
	})
	return s
}

// Serve takes connections from a listener until Shutdown. It may be called for
// several listeners.
func (s *Server) Serve(l net.Listener) error {
	if s.keys != nil {
		s.watch.Do(func() { go s.watchKeys() })
	}
	err := s.ssh.Serve(l)
	if errors.Is(err, ssh.ErrServerClosed) {
		return nil
	}
	return err
}

// Shutdown takes no more connections, tells everybody, ends every session, and
// returns when all have ended or ctx has; connections that are left are then
// closed.
func (s *Server) Shutdown(ctx context.Context) error {
	s.stop()
	all := s.running()
	s.o.Log.Info("shutting down", "sessions", len(all))
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = s.ssh.Shutdown(ctx) // ends when the connections do
	}()
	if len(all) > 0 && s.o.Farewell > 0 {
		for _, r := range all {
			r.warn(Warning{ErrShutdown, s.o.Farewell})
		}
		select {
		case <-time.After(s.o.Farewell):
		case <-ctx.Done():
		}
	}
	for _, r := range s.running() {
		r.stop(ErrShutdown)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.ended.Wait()
	}()
	var err error
	select {
	case <-ended:
	case <-ctx.Done():
		err = ctx.Err()
	}
	// Who has ended their session may stay connected: there is nothing for them.
	s.mu.Lock()
	lines := slices.Collect(maps.Keys(s.lines))
	s.mu.Unlock()
	for _, l := range lines {
		l.Close()
	}
	_ = s.ssh.Close()
	<-closed
	return err
}

// Sessions returns how many sessions and commands there are.
func (s *Server) Sessions() int { return len(s.running()) }

// running returns what runs.
func (s *Server) running() []*running {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Collect(maps.Keys(s.sessions))
}

// watchKeys ends the sessions of those who are no longer in the keys file, or
// there as somebody else.
func (s *Server) watchKeys() {
	tick := time.NewTicker(recheck)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-s.ctx.Done():
			return
		}
		keys := s.keys.current()
		s.mu.Lock()
		for r := range s.sessions {
			if k, ok := keys[r.key]; !ok || k.Name != r.client.Name || k.Role != r.client.Role {
				r.stop(ErrRevoked)
			}
		}
		s.mu.Unlock()
	}
}

// login reports whether a key may come in. Clients offer one key after another,
// and ask before they prove that they have it: a refusal here is not yet a
// failed login.
func (s *Server) login(ctx ssh.Context, key ssh.PublicKey) bool {
	_, ok := s.keys.current().Find(key)
	return ok
}

// refused is told of connections that did not log in.
func (s *Server) refused(c net.Conn, err error) {
	if s.keys == nil {
		return
	}
	at := host(c.RemoteAddr())
	s.tries.failed(at)
	s.o.Log.Warn("login failed", "from", at, "error", err.Error())
}
