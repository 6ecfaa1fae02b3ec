package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"inkling/label"
)

// Restored is what became of a backup.
type Restored struct {
	Counts label.Counts
	Head   Head
	Aside  string // where the project that was there before is now; "" where there was none
}

// Restore makes a project of a backup, which is checked first and stays as it
// is: one that is not sound is refused. Where there is a project already it is
// ErrExists, unless replace says that the backup takes its place: then the one
// before, whatever state it is in, is kept beside it under another name. The
// project appears at once and whole. ErrLocked where it, or the backup, is open.
// progress, which may be nil, is told how far the check is.
func Restore(ctx context.Context, backup, path string, replace bool, o Options, progress func(done, total uint64)) (r Restored, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("restore %s from %s: %w", path, backup, diskError(err))
		}
	}()
	build := func(tmp string) error {
		if err := copyClosed(ctx, backup, tmp); err != nil {
			return err
		}
		p, err := open(tmp, Options{Now: o.Now, Program: o.Program}) // which converts it, where it is of an earlier layout
		if err != nil {
			return opening(backup, err)
		}
		report, err := p.Check(ctx, progress)
		r.Counts, r.Head = p.Counts(), p.Head()
		if err = errors.Join(err, p.Close()); err != nil {
			return err
		}
		return report.err()
	}
	if _, err := os.Lstat(path); err != nil || !replace {
		return r, newFile(path, build)
	}
	// Nobody may be writing into what is replaced. What cannot be opened at all is
	// open nowhere.
	db, err := openBolt(path, boltOptions(Options{}))
	if errors.Is(err, ErrLocked) {
		return r, err
	}
	if err == nil {
		defer db.Close()
	}
	r.Aside, err = swap(path, "before-restore", o.now(), build)
	return r, err
}

// copyClosed copies a project that nobody writes into.
func copyClosed(ctx context.Context, from, to string) error {
	p, err := Open(from, Options{ReadOnly: true})
	if err == nil {
		defer p.Close() // until then nobody can open it for writing
	} else if !errors.Is(err, ErrOlder) {
		return err
	}
	f, err := os.Open(from)
	if err != nil {
		return err
	}
	defer f.Close()
	return fill(to, func(w *os.File) error {
		_, err := io.Copy(w, contextReader{ctx, f})
		return err
	})
}

// contextReader ends with its context.
type contextReader struct {
	ctx context.Context
	r   io.Reader
}

func (r contextReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

// err says what was found, nil where nothing was.
func (r *Report) err() error {
	switch n := len(r.Problems); n {
	case 0:
		return nil
	case 1:
		return damaged("%s: %s", r.Problems[0].Where, r.Problems[0].What)
	default:
		return damaged("%s: %s; and %d more that check finds", r.Problems[0].Where, r.Problems[0].What, n-1)
	}
}
