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

func (p *Project) writeTo(f *os.File) error {
	_, err := p.WriteTo(f)
	return err
}

// Backup writes the project as of the last commit to a new file, while work
// goes on. The file appears at once and whole, and is durable when Backup
// returns; ErrExists where it is there already. ErrDamaged where Check finds
// something wrong with it: then there is no new file.
func (p *Project) Backup(ctx context.Context, path string) error {
	_, err := newCopy(ctx, path, p.writeTo, verify)
	if err != nil {
		return fmt.Errorf("backup to %s: %w", path, err)
	}
	return nil
}

// BackupFile does the same with a project that this process has not open, and
// returns the counts of the copy. Where another process has it open, it is
// copied while that one works (see hotCopy), as of a moment between the call
// and the return: all that was durable before the call is in it. Errors are
// those of Open and of Backup, ErrExists, ErrBusy where the other process writes without a
// pause, and ErrLocked where that is on another machine.
func BackupFile(ctx context.Context, path, to string) (label.Counts, error) {
	return copyFile(ctx, path, to, verify)
}

// CopyFile does the same without looking for damage: for a copy that is read and
// thrown away. It makes sure that it can be opened.
func CopyFile(ctx context.Context, path, to string) (label.Counts, error) {
	return copyFile(ctx, path, to, opens)
}

func copyFile(ctx context.Context, path, to string, look looks) (label.Counts, error) {
	p, err := Open(path, Options{ReadOnly: true})
	switch {
	case err == nil:
		defer p.Close()
		c, err := newCopy(ctx, to, p.writeTo, look)
		if err != nil {
			err = fmt.Errorf("backup to %s: %w", to, err)
		}
		return c.counts, err
	case !errors.Is(err, ErrLocked) || heldElsewhere(path):
		return label.Counts{}, err
	}
	c, err := copyFileHot(ctx, path, to, look)
	if err != nil {
		err = fmt.Errorf("backup of %s to %s: %w", path, to, diskError(err))
	}
	return c.counts, err
}

// copyFileHot makes a copy of a project that another process has open.
func copyFileHot(ctx context.Context, path, to string, look looks) (copied, error) {
	from, err := os.Open(path)
	if err != nil {
		return copied{}, err
	}
	defer from.Close()
	return newCopy(ctx, to, func(f *os.File) error { return copyHot(ctx, from, f) }, look)
}

// newCopy has write make a file, which gets its name once it was looked at.
func newCopy(ctx context.Context, to string, write func(*os.File) error, look looks) (c copied, err error) {
	err = newFile(to, func(tmp string) error {
		err := fill(tmp, write)
		if err == nil {
			c, err = look(ctx, tmp)
		}
		return err
	})
	return c, err
}

// looks says what is in a copy, or why nobody gets it.
type looks func(ctx context.Context, path string) (copied, error)

// copied is what is in a copy.
type copied struct {
	counts label.Counts
	head   Head
}

// opens makes sure that a copy can be opened.
func opens(_ context.Context, path string) (c copied, err error) {
	p, err := open(path, Options{ReadOnly: true})
	if err != nil {
		return c, err
	}
	return copied{p.Counts(), p.Head()}, p.Close()
}

// verify checks a copy as Check does it: a damaged project would be copied as it
// is, and be found out on the day when the copy is needed, perhaps in the place of
// a good one.
func verify(ctx context.Context, path string) (c copied, err error) {
	p, err := open(path, Options{ReadOnly: true})
	if err != nil {
		return c, err
	}
	c = copied{p.Counts(), p.Head()}
	r, err := p.Check(ctx, nil)
	if err = errors.Join(err, p.Close()); err != nil {
		return c, err
	}
	return c, r.refuse()
}

// refuse says of a project in which something was found that it is not copied, and
// what to do.
func (r *Report) refuse() error {
	if err := r.err(); err != nil {
		return fmt.Errorf("%w; nothing was written: check says more of it, check --repair makes anew what can be derived from its log, and earlier backups are as they were", err)
	}
	return nil
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
