package store

import (
	"fmt"
	"io"
	"os"

	bolt "go.etcd.io/bbolt"
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
		f, err := os.OpenFile(tmp, os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		defer f.Close()
		if _, err := p.WriteTo(f); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		return f.Close()
	})
	if err != nil {
		return fmt.Errorf("store: backup to %s: %w", path, err)
	}
	return nil
}
