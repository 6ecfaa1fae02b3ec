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
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/crypto/ssh"

	"inkling/learn"
	"inkling/store"
	"inkling/tui/safe"
	"inkling/tui/sshd"
)

// serving are the choices of the serve command.
type serving struct {
	listen             []string
	keys, hostKey, log string
	limits             sshd.Options
	snapshots, keep    string
	every              time.Duration
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
where they differ, an admin may import. One person may have several lines. The
file is read again when it changes; whoever is no longer in it, or has another
role, is shown out within seconds. There is no password, no shell, no forwarding
and no file transfer.

Beside the workbench there are a few commands: ssh HOST help lists them.

The key by which clients know the host is made once, beside the project. Who
came and went, and who was refused, is written to standard error, or to --log,
one JSON object a line. With --snapshots the project is copied to a folder as
the clock says, while work goes on.

An interrupt or a termination signal tells everybody, saves, and ends; a second
one ends at once.`,
		Example: `  inkling serve loans.inkling --listen :2222 --keys people.keys
  inkling serve loans.inkling --listen 127.0.0.1:2222 --keys people.keys --snapshots copies --every 1h --keep 24h,7d,12m
  ssh -p 2222 data.example.org
  ssh -p 2222 data.example.org stats --json
  ssh -p 2222 data.example.org import --text message < tickets.csv`,
		Args: args(cobra.ExactArgs(1)), ValidArgsFunction: projectFiles,
		RunE: func(cmd *cobra.Command, args []string) error { return a.serve(cmd.Context(), args[0], s) },
	}
	f := cmd.Flags()
	f.StringSliceVar(&s.listen, "listen", nil, "`ADDR` to listen on, such as :2222 or 127.0.0.1:2222; may be given more than once")
	f.StringVar(&s.keys, "keys", "", "`FILE` that says who may come: one key a line, with a name and a role")
	f.StringVar(&s.hostKey, "host-key", "", "`FILE` of the host's key (default: beside the project)")
	f.StringVar(&s.log, "log", "", "`FILE` that the log of sessions is added to (default: standard error)")
	f.IntVar(&s.limits.Sessions, "sessions", 200, "sessions at once, in all")
	f.IntVar(&s.limits.PerKey, "per-key", 5, "sessions at once with one key")
	f.IntVar(&s.limits.Failures, "failures", 10, "failed logins of one address at once; then it may try again every ten seconds")
	f.DurationVar(&s.limits.Idle, "idle", 30*time.Minute, "a session ends when no key was pressed for so long")
	f.DurationVar(&s.limits.Max, "max", 12*time.Hour, "a session ends after so long")
	f.DurationVar(&s.limits.Login, "login", 20*time.Second, "a connection that has not logged in by then is closed")
	f.StringVar(&s.snapshots, "snapshots", "", "`FOLDER` that copies of the project are written to")
	f.DurationVar(&s.every, "every", time.Hour, "time from one copy to the next")
	f.StringVar(&s.keep, "keep", "24h,7d,4w,12m", "which copies stay: the newest of each of so many hours, days, weeks and months; a number alone is that of the last ones, and all keeps all")
	return cmd
}

// hostKeySuffix is added to a project's path to name its host key.
const hostKeySuffix = ".hostkey"

func (a *app) serve(ctx context.Context, path string, s serving) (err error) {
	if len(s.listen) == 0 || s.keys == "" {
		return usagef("serve needs --listen ADDR and --keys FILE; see inkling serve --help")
	}
	keep, err := store.ParseKeep(s.keep)
	if err != nil {
		return usageError{fmt.Errorf("--keep: %w", err)}
	}
	if s.every < time.Second {
		return usagef("--every is a second or more, not %v", s.every)
	}
	p, err := a.open(path, false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
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
	o.Keys, o.Log, o.Farewell = s.keys, slog.New(slog.NewJSONHandler(out, nil)), notice
	if s.hostKey == "" {
		s.hostKey = path + hostKeySuffix
	}
	if o.HostKey, err = sshd.HostKey(s.hostKey); err != nil {
		return err
	}
	var copying sync.WaitGroup
	defer copying.Wait()
	err = withTrainer(ctx, p, func(ctx context.Context, t *learn.Trainer) error {
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
		var all []net.Listener
		for _, addr := range s.listen {
			l, err := net.Listen("tcp", addr)
			if err != nil {
				for _, l := range all {
					l.Close()
				}
				return err
			}
			all = append(all, l)
			fmt.Fprintf(a.Out, "%s is open at %s, host key %s: %s\n", safe.Line(filepath.Base(path)), l.Addr(), ssh.FingerprintSHA256(o.HostKey.PublicKey()), command(l.Addr()))
			o.Log.Info("listening", "addr", l.Addr().String(), "host_key", ssh.FingerprintSHA256(o.HostKey.PublicKey()))
		}
		if s.snapshots != "" {
			copying.Go(func() { p.SnapshotEvery(ctx, s.every, s.snapshots, keep, snapshotSaid(o.Log)) })
		}
		defer h.takeIn()()
		return serveUntil(ctx, server, all)
	})
	return err
}

// snapshotSaid writes to the log what became of a copy.
func snapshotSaid(log *slog.Logger) func(store.Snapshot, error) {
	return func(s store.Snapshot, err error) {
		switch {
		case err != nil:
			log.Error("snapshot failed", "error", err.Error())
		case !s.Same:
			log.Info("snapshot", "file", s.Path, "bytes", s.Bytes, "removed", len(s.Gone))
		}
	}
}

// command is how one comes to an address.
func command(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return "ssh " + a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		if host, err = os.Hostname(); err != nil {
			host = "HOST"
		}
	}
	return "ssh -p " + port + " " + host
}

const (
	// notice is how long before the end everybody is told of it.
	notice = 2 * time.Second

	// farewell is how long a shutdown waits for sessions to end.
	farewell = 15 * time.Second
)

// serveUntil serves until the context ends, and then shuts down in order; a
// second signal ends it at once.
func serveUntil(ctx context.Context, server *sshd.Server, all []net.Listener) error {
	failed := make(chan error, len(all))
	for _, l := range all {
		go func() { failed <- server.Serve(l) }()
	}
	var err error
	left := len(all)
	select {
	case err = <-failed: // nothing is taken any more where one had to end
		left--
	case <-ctx.Done():
	}
	wait, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	wait, stop := signal.NotifyContext(wait, os.Interrupt, syscall.SIGTERM)
	defer stop()
	err = errors.Join(err, server.Shutdown(wait))
	for range left {
		err = errors.Join(err, <-failed)
	}
	return err
}
