package cli

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"golang.org/x/crypto/ssh"

	"inkling/learn"
	"inkling/store"
	"inkling/tui"
	"inkling/tui/seat"
	"inkling/tui/sshd"
)

// host is a project that this process has open, and the room where all are who
// work on it.
type host struct {
	*app
	project *store.Project
	path    string
	trainer *learn.Trainer
	room    *seat.Room
	config  tui.Config
}

func (a *app) newHost(p *store.Project, path string, t *learn.Trainer) (*host, error) {
	config, err := a.readConfig()
	if err != nil {
		return nil, err
	}
	return &host{app: a, project: p, path: path, trainer: t, room: seat.NewRoom(p, t, time.Now), config: config}, nil
}

// handler is what sessions and commands of others do.
func (h *host) handler() sshd.Handler { return sshd.Handler{Session: h.session, Exec: h.command} }

// session shows the workbench to somebody who came.
func (h *host) session(ctx context.Context, c sshd.Client, term sshd.Terminal) (decisions int, err error) {
	if slices.Contains(term.Env, "TERM=dumb") {
		return 0, errors.New("the workbench needs a terminal, and this one can only print (TERM=dumb)")
	}
	r := remote(ctx, term)
	r.Left = func(n int) { decisions = n }
	config := h.config
	if !c.Private && slices.ContainsFunc(term.Env, func(kv string) bool { return strings.HasPrefix(kv, "LANG=") || strings.HasPrefix(kv, "LC_") }) {
		config.Language = "" // the host's is not theirs
	}
	err = tui.Run(ctx, h.project, h.trainer, tui.Options{Annotator: c.Name, Role: c.Role, From: c.From, Room: h.room, Config: config, Input: term.In, Output: term.Out, Remote: r})
	return decisions, err
}

// command runs a command for somebody.
func (h *host) command(ctx context.Context, c sshd.Client, args []string, in io.Reader, out, errs io.Writer) int {
	return h.exec(ctx, h.project, h.path, c, args, in, out, errs)
}

// forever is a limit that nobody meets.
const forever = 10 * 365 * 24 * time.Hour

// takeIn lets other processes of this person join, and returns what ends that
// and says how many were there. Where there can be no socket, nobody joins, and
// nothing else is the matter.
func (h *host) takeIn() (leave func() int) {
	nobody := func() int { return 0 }
	_, private, err := ed25519.GenerateKey(rand.Reader) // nobody remembers it: the socket itself says who is behind it
	if err != nil {
		return nobody
	}
	key, err := ssh.NewSignerFromKey(private)
	if err != nil {
		return nobody
	}
	l, socket, err := sshd.ListenSocket(h.path)
	if err != nil {
		return nobody
	}
	server := sshd.NewPrivate(h.handler(), sshd.Options{HostKey: key, Idle: forever, Max: forever})
	served := make(chan struct{})
	go func(l net.Listener) {
		defer close(served)
		_ = server.Serve(l)
	}(l)
	end := func() int {
		_ = h.project.Announce("")
		n := server.Sessions()
		wait, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		_ = server.Shutdown(wait)
		<-served
		return n
	}
	if err := h.project.Announce(socket); err != nil {
		end()
		return nobody
	}
	return end
}

// remote is a hosted person's terminal as the screens know it.
func remote(ctx context.Context, term sshd.Terminal) *tui.Remote {
	sizes, warnings := make(chan tea.WindowSizeMsg), make(chan tui.Warning)
	go pass(ctx, term.Resized, sizes, func(s sshd.Size) tea.WindowSizeMsg { return tea.WindowSizeMsg(s) })
	go pass(ctx, term.Warned, warnings, func(w sshd.Warning) tui.Warning {
		return tui.Warning{Why: map[error]tui.EndReason{sshd.ErrIdle: tui.EndIdle, sshd.ErrMax: tui.EndMax, sshd.ErrShutdown: tui.EndShutdown}[w.Why], Left: w.Left}
	})
	return &tui.Remote{Size: tea.WindowSizeMsg(term.Size), Resized: sizes, Warned: warnings, Env: term.Env}
}

// pass passes what comes on, as something else, until there is no more or the
// session ends.
func pass[A, B any](ctx context.Context, from <-chan A, to chan<- B, as func(A) B) {
	for {
		select {
		case a, ok := <-from:
			if !ok {
				return
			}
			select {
			case to <- as(a):
			case <-ctx.Done():
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
