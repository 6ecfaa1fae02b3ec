package store

import (
	"context"
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Compact writes a project that nobody has open anew, without the pages that
// are free, and gives the new file its name when it is whole and durable: what
// is in it stays the same, to the byte. It returns the size of the file before
// and after. ErrLocked where the project is open; ErrDamaged where Check finds
// something wrong with it. progress, which may be nil,
// is called with the bytes that are done and those that there are.
func Compact(ctx context.Context, path string, o Options, progress func(done, total int64)) (before, after int64, err error) {
	o.ReadOnly = false
	p, err := Open(path, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	r, err := p.Check(ctx, nil)
	if err = errors.Join(err, r.refuse()); err != nil {
		return 0, 0, fmt.Errorf("compact %s: %w", path, err)
	}
	s, err := p.Stats()
	if err != nil {
		return 0, 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, 0, err
	}
	before = info.Size()
	done, total := int64(0), s.FileBytes-s.FreeBytes
	_, err = swap(path, "", o.now(), func(tmp string) error {
		err := p.view(func(tx *bolt.Tx) error {
			c := &copying{ctx: ctx, from: tx, told: func(bytes int) {
				if done += int64(bytes); progress != nil {
					progress(min(done, total), total)
				}
			}}
			return c.all(tmp)
		})
		if err != nil {
			return err
		}
		// It takes the place of the other one only where it says the same.
		q, err := open(tmp, Options{ReadOnly: true})
		if err != nil {
			return err
		}
		defer q.Close()
		if q.Head() != p.Head() {
			return damaged("the copy ends at %v, not at %v", q.Head(), p.Head())
		}
		info, err := os.Stat(tmp)
		if err == nil {
			after = info.Size()
		}
		return err
	})
	if err != nil {
		return before, 0, fmt.Errorf("compact %s: %w", path, err)
	}
	return before, after, nil
}

// all makes a project file of all that is in another one.
func (c *copying) all(path string) (err error) {
	if c.meta, err = readMetaRecord(c.from); err != nil {
		return err
	}
	return c.into(path, func() error {
		for _, name := range allBuckets {
			if err := c.bucket(name, nil); err != nil {
				return err
			}
		}
		return nil
	})
}
