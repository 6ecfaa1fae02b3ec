package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"inkling/learn"
	"inkling/tui/sshd"
)

// serving are the choices of the serve command.
type serving struct {
	listen, keys, hostKey, log string
	limits                     sshd.Options
}

func (a *app) serveCommand() *cobra.Command {
	var s serving
	cmd := &cobra.Command{
		Use:   "serve PROJECT --listen ADDR --keys FILE",
		Short: "Host the workbench over SSH",
		Long: `Host the workbench on a project for everybody in a keys file: they need nothing
but ssh. All label at once, see each other's progress, and one model learns from
all of them.

The keys file has one key a line: the first two words of the person's .pub file,
a name, and a role.

  ssh-ed25519 AAAA... ana annotator

A viewer looks on, an annotator answers, a reviewer sees all answers and settles
where they differ, an admin may import. The file is read again when it changes;
whoever is no longer in it is shown out. There is no password, no shell, no
forwarding.

The key by which clients know the host is made once, beside the project. Who
came and went is written to standard error, or to --log, one JSON object a line.`,
		Example: `  inkling serve loans.inkling --listen :2222 --keys people.keys
  ssh -p 2222 data.example.org
  ssh -p 2222 data.example.org stats --json`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error { return a.serve(cmd.Context(), args[0], s) },
	}
	f := cmd.Flags()
	f.StringVar(&s.listen, "listen", "", "`ADDR` to listen on, such as :2222 or 127.0.0.1:2222")
	f.StringVar(&s.keys, "keys", "", "`FILE` that says who may come: one key a line, with a name and a role")
	f.StringVar(&s.hostKey, "host-key", "", "`FILE` of the host's key (default: beside the project)")
	f.StringVar(&s.log, "log", "", "`FILE` that the log of sessions is added to (default: standard error)")
	f.IntVar(&s.limits.Sessions, "sessions", 200, "sessions at once, in all")
	f.IntVar(&s.limits.PerKey, "per-key", 5, "sessions at once with one key")
	f.DurationVar(&s.limits.Idle, "idle", 30*time.Minute, "a session ends when no key was pressed for so long")
	f.DurationVar(&s.limits.Max, "max", 12*time.Hour, "a session ends after so long")
	return cmd
}

// hostKeySuffix is added to a project's path to name its host key.
const hostKeySuffix = ".hostkey"

func (a *app) serve(ctx context.Context, path string, s serving) error {
	if s.listen == "" || s.keys == "" {
		return usagef("serve needs --listen ADDR and --keys FILE; see inkling serve --help")
	}
	p, err := a.open(path, false)
	if err != nil {
		return err
	}
	defer p.Close()
	out := a.Err
	if s.log != "" {
		f, err := os.OpenFile(s.log, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	o := s.limits
	o.Keys, o.Log = s.keys, slog.New(slog.NewJSONHandler(out, nil))
	if s.hostKey == "" {
		s.hostKey = path + hostKeySuffix
	}
	if o.HostKey, err = sshd.HostKey(s.hostKey); err != nil {
		return err
	}
	return withTrainer(ctx, p, func(ctx context.Context, t *learn.Trainer) error {
		h, err := a.newHost(p, path, t)
		if err != nil {
			return err
		}
		server, err := sshd.New(h.handler(), o)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no keys file %s: make it with one line a person, the first two words of their .pub file, a name and a role (viewer, annotator, reviewer or admin), such as\n  ssh-ed25519 AAAA... ana annotator", s.keys)
		}
		if err != nil {
			return err
		}
		l, err := net.Listen("tcp", s.listen)
		if err != nil {
			return err
		}
		a.say("%s is open at %s, host key %s", filepath.Base(path), l.Addr(), ssh.FingerprintSHA256(o.HostKey.PublicKey()))
		defer h.takeIn()()
		return serveUntil(ctx, server, l)
	})
}

// farewell is how long a shutdown waits for sessions to end.
const farewell = 15 * time.Second

// serveUntil serves until the context ends, and then shuts down in order; a
// second signal ends it at once.
func serveUntil(ctx context.Context, server *sshd.Server, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	wait, stop := signal.NotifyContext(wait, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := server.Shutdown(wait)
	<-failed
	return err
}
