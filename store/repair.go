package store

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Repaired is what Repair did.
type Repaired struct {
	Before Report // what was wrong
	After  Report // what still is
	Done   bool   // there is another file now
	Aside  string // where the one before is now, "" where it was not kept
}

// Repair makes what is derived from the log and the items anew: the views and
// the names of items. The log, the items, the runs and the models are copied as
// they are. The new file takes the place of the project when it is whole and
// durable, where less is wrong with it than before; keep leaves the one before
// beside it under another name. Where nothing is wrong, nothing is done.
//
// It is ErrDamaged where the log is not what was appended, or items cannot be
// read: these are the truth, and come back from a backup only. progress, which
// may be nil, is told how far which stage is.
func Repair(ctx context.Context, path string, o Options, keep bool, progress func(stage string, done, total uint64)) (r Repaired, err error) {
	o.ReadOnly = false
	if err := inspect(path, o); err != nil {
		return r, opening(path, err)
	}
	db, err := openBolt(path, boltOptions(o))
	if err != nil {
		return r, opening(path, err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	lock := writeLock(path, o)
	defer lock.remove()
	at := func(stage string) func(done, total uint64) {
		return func(done, total uint64) {
			if progress != nil {
				progress(stage, done, total)
			}
		}
	}
	p := &Project{db: db, path: path, options: o}
	if r.Before, err = p.Check(ctx, at("checking")); err != nil || r.Before.OK() {
		return r, err
	}
	aside := ""
	if keep {
		aside = "before-repair"
	}
	r.Aside, err = swap(path, aside, o.now(), func(tmp string) error {
		if err := p.view(func(tx *bolt.Tx) error { return anew(ctx, tx, tmp, at("rebuilding")) }); err != nil {
			return err
		}
		q, err := open(tmp, Options{ReadOnly: true})
		if err != nil {
			return err
		}
		r.After, err = q.Check(ctx, at("checking what was rebuilt"))
		if err = errors.Join(err, q.Close()); err != nil {
			return err
		}
		if len(r.After.Problems) >= len(r.Before.Problems) {
			return fmt.Errorf("what is wrong cannot be rebuilt from the log: %w", r.After.err())
		}
		return nil
	})
	if err != nil {
		return r, fmt.Errorf("repair %s: %w", path, err)
	}
	r.Done = true
	return r, nil
}

// anew makes a project file of a log, of items, and of what belongs to neither.
func anew(ctx context.Context, tx *bolt.Tx, path string, progress func(done, total uint64)) error {
	meta, err := readMetaRecord(tx)
	if err != nil {
		return err
	}
	if meta.Version != version {
		return fmt.Errorf("%w (layout %d, this is %d)", ErrOlder, meta.Version, version)
	}
	for _, name := range [][]byte{bucketEvents, bucketChain, bucketItems, bucketRuns, bucketModels, bucketState} {
		if tx.Bucket(name) == nil {
			return damaged("bucket %s is missing, and nothing tells what was in it", name)
		}
	}
	c := &copying{ctx: ctx, from: tx, meta: meta}
	return c.into(path, func() error {
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		if _, err := c.log(head.Seq, progress); err != nil {
			return fmt.Errorf("the log and the items are the truth, and no one can rebuild them: %w", err)
		}
		for _, name := range [][]byte{bucketRuns, bucketModels, bucketState} {
			if err := c.bucket(name, nil); err != nil {
				return err
			}
		}
		current := tx.Bucket(bucketMeta).Get(keyCurrent)
		if current == nil {
			return nil
		}
		return c.db.Update(func(to *bolt.Tx) error { return to.Bucket(bucketMeta).Put(keyCurrent, current) })
	})
}
