package store

import (
	"bytes"
	"context"
	"errors"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// copying makes a project file of what is in another one, entry by entry and in
// order, so that its pages are full.
type copying struct {
	ctx  context.Context
	from *bolt.Tx // the transaction has to last until the copy is made
	meta metaRecord
	db   *bolt.DB // the new file
	told func(bytes int)
}

// into has fill make the new file, which is empty and becomes durable in the
// end.
func (c *copying) into(path string, fill func() error) error {
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType, NoSync: true, NoGrowSync: true})
	if err != nil {
		return diskError(err)
	}
	c.db = db
	err = db.Update(func(tx *bolt.Tx) error { return layOut(tx, c.meta) })
	if err == nil {
		err = fill()
	}
	return diskError(errors.Join(err, db.Sync(), db.Close()))
}

// bucket copies a bucket up to and including a key; nil is all of it.
func (c *copying) bucket(name, last []byte) error {
	w := c.writer(name)
	cur := c.from.Bucket(name).Cursor()
	for k, v := cur.First(); k != nil && (last == nil || bytes.Compare(k, last) <= 0); k, v = cur.Next() {
		if err := w.put(k, v); err != nil {
			return errors.Join(err, w.end())
		}
	}
	return w.end()
}

// A transaction of a copy puts so many entries or bytes at most.
const (
	copyEntries = 64 << 10
	copyBytes   = 16 << 20
)

// writer puts entries into a bucket of the new file, in the order of keys.
type writer struct {
	c              *copying
	name           []byte
	tx             *bolt.Tx
	b              *bolt.Bucket
	entries, bytes int
}

func (c *copying) writer(name []byte) *writer { return &writer{c: c, name: name} }

// put puts an entry. Key and value have to stay as they are until end.
func (w *writer) put(k, v []byte) (err error) {
	if w.tx == nil {
		if err := w.c.ctx.Err(); err != nil {
			return err
		}
		if w.tx, err = w.c.db.Begin(true); err != nil {
			return err
		}
		w.b = w.tx.Bucket(w.name)
		w.b.FillPercent = 0.95
	}
	if err := w.b.Put(k, v); err != nil {
		return err
	}
	w.entries, w.bytes = w.entries+1, w.bytes+len(k)+len(v)
	if w.entries >= copyEntries || w.bytes >= copyBytes {
		return w.end()
	}
	return nil
}

// end commits what was put.
func (w *writer) end() error {
	if w.tx == nil {
		return nil
	}
	w.c.db.AllocSize = int(max(growSmall, min(w.tx.Size()/8, growLarge)))
	err := w.tx.Commit()
	if err != nil {
		err = errors.Join(err, ignoreDone(w.tx.Rollback()))
	}
	if w.c.told != nil {
		w.c.told(w.bytes)
	}
	w.tx, w.entries, w.bytes = nil, 0, 0
	return err
}

// ignoreDone is no error where a transaction that failed is over already.
func ignoreDone(err error) error {
	if errors.Is(err, bolterrors.ErrTxClosed) {
		return nil
	}
	return err
}
