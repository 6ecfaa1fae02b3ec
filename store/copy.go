package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"strconv"

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
	db, err := bolt.Open(path, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType, NoSync: true, NoGrowSync: true, InitialMmapSize: roomFor(c.from)})
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

// roomFor is the address space for a copy, so that it need not be mapped again and
// again as it grows.
func roomFor(tx *bolt.Tx) int {
	if runtime.GOOS == "windows" || strconv.IntSize < 64 { // there it would be the size of the file
		return 0
	}
	return int(min(tx.Size()+tx.Size()/4, mapSize/4))
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
	copyEntries = 4 << 10
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

// put puts an entry. The value has to stay as it is until end.
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

// ahead takes entries whose key is one number, which another goroutine puts:
// what it takes to make pages of them need not be waited for.
type ahead struct {
	w    *writer
	next []numbered
	full chan []numbered
	done chan error
}

type numbered struct {
	num uint64
	v   []byte
}

// aheadEntries are handed over together.
const aheadEntries = 1024

func (w *writer) ahead() *ahead {
	a := &ahead{w: w, full: make(chan []numbered, partsAhead), done: make(chan error, 1)}
	go func() { a.done <- a.run() }()
	return a
}

// run puts what is handed over, until an error; what comes after that is
// dropped.
func (a *ahead) run() (err error) {
	defer func() {
		for range a.full {
		}
	}()
	defer catch(&err)
	defer faults()()
	var key [8]byte
	for entries := range a.full {
		for _, e := range entries {
			binary.BigEndian.PutUint64(key[:], e.num)
			if err := a.w.put(key[:], e.v); err != nil {
				return err
			}
		}
	}
	return nil
}

// put hands an entry over. An error of putting it is that of end.
func (a *ahead) put(num uint64, v []byte) {
	if a.next = append(a.next, numbered{num, v}); len(a.next) == aheadEntries {
		a.full <- a.next
		a.next = make([]numbered, 0, aheadEntries)
	}
}

// end waits until all is put, and commits it.
func (a *ahead) end() error {
	a.full <- a.next
	close(a.full)
	return errors.Join(<-a.done, a.w.end())
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
