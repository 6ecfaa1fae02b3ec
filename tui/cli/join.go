package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"inkling/store"
	"inkling/tui"
	"inkling/tui/sshd"
)

// How long a project is waited for whose host has ended: until all there have
// left, and one of those who were joined has opened it.
const (
	takeOver = 20 * time.Second
	noAnswer = 2 * time.Second // where there is a host already, and it takes nobody in
	tryAgain = 50 * time.Millisecond
)

// callHost connects to the process of this person that has a project open and
// takes others in; nil where there is none.
func callHost(path string) net.Conn {
	socket := store.HolderSocket(path)
	if socket == "" {
		return nil
	}
	conn, err := sshd.DialSocket(path, socket)
	if err != nil {
		return nil
	}
	return conn
}

// enter opens a project, or sits down in the process that has it open. Where
// that one ends, it opens the project after all, or joins whoever was faster;
// nil where the person has left.
func (a *app) enter(ctx context.Context, path, as string) (*store.Project, error) {
	var until time.Time // zero: nothing is waited for yet
	for {
		if conn := callHost(path); conn != nil {
			status, err := sshd.Join(ctx, conn, as, a.In.(*os.File), a.Out.(*os.File), os.Environ())
			switch {
			case ctx.Err() != nil:
				return nil, tui.ErrHangUp
			case errors.Is(err, sshd.ErrHostLost), err == nil && status == sshd.StatusShutdown:
				a.say("the process that had %s open has ended: going on here", path)
				until = time.Now().Add(takeOver)
			case err == nil && status == 0:
				return nil, nil
			case err == nil:
				return nil, errors.New("the session was ended by the process that has the project open")
			}
		}
		p, err := a.open(path, false)
		switch {
		case !errors.Is(err, store.ErrLocked):
			return p, err
		case store.HolderSocket(path) == "" && time.Now().After(until):
			return nil, err
		case until.IsZero(): // it has only just begun to take others in, or does not answer
			until = time.Now().Add(noAnswer)
		case time.Now().After(until):
			return nil, err
		}
		select {
		case <-time.After(tryAgain):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// handedOver are the commands that the process that has a project open may run
// in the name of this one.
var handedOver = []string{"import", "set", "rules"}

// handOver has a command run by the process of this person that has the project
// open; false where there is none, or it cannot.
func (a *app) handOver(ctx context.Context, cmd *cobra.Command) (status int, ok bool) {
	named := cmd.Flags().Args()
	if !slices.Contains(handedOver, cmd.Name()) || len(named) == 0 {
		return 0, false
	}
	args, err := absolute(cmd, named)
	if err != nil {
		return 0, false
	}
	conn := callHost(named[0])
	if conn == nil {
		return 0, false
	}
	a.say("note: %s is in use by %s, which does this", named[0], store.Holder(named[0]))
	l := sshd.Local{Out: a.Out, Err: a.Err}
	if slices.Contains(named, "-") {
		l.In = a.In
	}
	if isTerminal(a.Out) {
		l.Out = &shown{w: a.Out}
	}
	if status, err = sshd.Command(ctx, conn, userName(), args, l); err != nil {
		a.say("inkling: %s", words(err))
		return 1, true
	}
	return status, true
}

// absolute is a command as another process understands it, which is in another
// folder.
func absolute(cmd *cobra.Command, named []string) (args []string, err error) {
	path := func(p string) string {
		if p != "-" && p != "" && err == nil {
			p, err = filepath.Abs(p)
		}
		return p
	}
	args = []string{cmd.Name()}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		name := "--" + f.Name + "="
		switch v := f.Value.(type) {
		case pflag.SliceValue:
			for _, s := range v.GetSlice() {
				if f.Value.Type() == "stringSlice" { // which are read as CSV
					s = quoteCSV(s)
				}
				args = append(args, name+s)
			}
		default:
			s := f.Value.String()
			if f.Name == "codebook" || f.Name == "config" || f.Name == "from" {
				s = path(s)
			}
			args = append(args, name+s)
		}
	})
	args = append(args, "--")
	for i, n := range named {
		if i > 0 && cmd.Name() == "rules" { // which names no other files there
			args = append(args, n)
			continue
		}
		args = append(args, path(n))
	}
	return args, err
}

// quoteCSV writes one field.
func quoteCSV(s string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write([]string{s}) // into memory
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n")
}
