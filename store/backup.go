package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// WriteTo writes the project as of the last commit, as a project file, while
// work goes on.
func (p *Project) WriteTo(w io.Writer) (n int64, err error) {
	err = p.view(func(tx *bolt.Tx) error {
		n, err = tx.WriteTo(w)
		return err
	})
	if err != nil {
		return n, fmt.Errorf("store: backup: %w", diskError(err))
	}
	return n, nil
}

// Backup writes the project as of the last commit to a new file, while work
// goes on. The file appears at once and whole, and is durable when Backup
// returns; ErrExists where it is there already.
func (p *Project) Backup(path string) error {
	err := newFile(path, func(tmp string) error {
		return fill(tmp, func(f *os.File) error {
			_, err := p.WriteTo(f)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	return nil
}

// BackupFile does the same with a project that this process has not open, and
// returns the counts of the copy. Where another process has it open, it is
// copied while that one works (see hotCopy), as of a moment between the call
// and the return: all that was durable before the call is in it. Errors are
// those of Open, ErrExists, ErrBusy where the other process writes without a
// pause, and ErrLocked where that is on another machine.
func BackupFile(ctx context.Context, path, to string) (label.Counts, error) {
	p, err := Open(path, Options{ReadOnly: true})
	switch {
	case err == nil:
		counts := p.Counts()
		return counts, errors.Join(p.Backup(to), p.Close())
	case !errors.Is(err, ErrLocked) || heldElsewhere(path):
		return label.Counts{}, err
	}
	counts, err := backupHot(ctx, path, to)
	if err != nil {
		return counts, fmt.Errorf("backup of %s to %s: %w", path, to, diskError(err))
	}
	return counts, nil
}

func backupHot(ctx context.Context, path, to string) (counts label.Counts, err error) {
	from, err := os.Open(path)
	if err != nil {
		return counts, err
	}
	defer from.Close()
	err = newFile(to, func(tmp string) error {
		if err := fill(tmp, func(f *os.File) error { return copyHot(ctx, from, f) }); err != nil {
			return err
		}
		// Nobody gets a copy that cannot be opened.
		p, err := open(tmp, Options{ReadOnly: true})
		if err != nil {
			return err
		}
		counts = p.Counts()
		return p.Close()
	})
	return counts, err
}

// fill has write fill a file and makes it durable.
func fill(path string, write func(*os.File) error) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := write(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}
