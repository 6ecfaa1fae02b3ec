package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

// Repaired is what Repair did.
type Repaired struct {
	Before  Report   // what was wrong
	After   Report   // what still is
	Dropped []string // what cannot be made again, and is no longer there: damaged models, and what else stood on pages that cannot be read
	Done    bool     // there is another file now
	Aside   string   // where the one before is now, "" where it was not kept
}

// Repair makes what is derived from the log and the items anew: the views and
// the names of items. The log and the items are copied as they are, and so are
// the runs and the models, but for those that are damaged: they are dropped, as
// a model can be trained again. The new file takes the place of the project when
// it is whole and durable, where less is wrong with it than before; keep leaves
// the one before beside it under another name. Where nothing is wrong, nothing is
// done.
//
// It is ErrDamaged where the log is not what was appended, or items cannot be
// read: these are the truth, and come back from a backup only. progress, which
// may be nil, is told how far which stage is.
func Repair(ctx context.Context, path string, o Options, keep bool, progress func(stage string, done, total uint64)) (r Repaired, err error) {
	o.ReadOnly = false
	db, err := openSpoilt(path, o)
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
	if !r.Before.sound(bucketMeta, bucketEvents, bucketChain, bucketItems) {
		return r, fmt.Errorf("repair %s: the log and the items are the truth, and no one can rebuild them: %w", path, r.Before.err())
	}
	aside := ""
	if keep {
		aside = "before-repair"
	}
	r.Aside, err = swap(path, aside, o.now(), func(tmp string) error {
		if err := p.view(func(tx *bolt.Tx) (err error) {
			r.Dropped, err = anew(ctx, tx, path, tmp, &r.Before, at("rebuilding"))
			return err
		}); err != nil {
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
		if !r.After.OK() && (r.Before.spoilt != nil || len(r.After.Problems) >= len(r.Before.Problems)) {
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

// openSpoilt opens the file of a project that may be damaged, and keeps others
// from writing.
func openSpoilt(path string, o Options) (*bolt.DB, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if err := checkHeader(f); err != nil {
		return nil, err
	}
	b := boltOptions(o)
	db, err := openBolt(path, b)
	if errors.Is(err, ErrDamaged) {
		// Its list of free pages is not needed to read it.
		b.ReadOnly, b.InitialMmapSize = true, 0
		db, err = openBolt(path, b)
	}
	return db, err
}

// anew makes a project file of a log, of items, and of what belongs to neither,
// and returns what of that is not in it.
func anew(ctx context.Context, tx *bolt.Tx, from, path string, was *Report, progress func(done, total uint64)) (dropped []string, err error) {
	meta, err := readMetaRecord(tx)
	if err != nil {
		return nil, err
	}
	if meta.Version != version {
		return nil, fmt.Errorf("%w (layout %d, this is %d)", ErrOlder, meta.Version, version)
	}
	for _, name := range [][]byte{bucketEvents, bucketChain, bucketItems} {
		if tx.Bucket(name) == nil {
			return nil, damaged("bucket %s is missing, and nothing tells what was in it", name)
		}
	}
	c := &copying{ctx: ctx, from: tx, meta: meta}
	err = c.into(path, func() error {
		head, err := readHead(tx)
		if err != nil {
			return err
		}
		if _, err := c.log(head.Seq, progress); err != nil {
			return fmt.Errorf("the log and the items are the truth, and no one can rebuild them: %w", err)
		}
		for _, name := range [][]byte{bucketRuns, bucketModels, bucketState} {
			switch {
			case !was.sound(name):
				dropped = append(dropped, fmt.Sprintf("what stood on damaged pages of the %s", name))
				err = c.salvage(from, name)
			case tx.Bucket(name) == nil:
				dropped = append(dropped, fmt.Sprintf("all %s", name))
			default:
				err = c.bucket(name, nil)
			}
			if err != nil {
				return err
			}
		}
		models, err := c.dropModels(tx.Bucket(bucketMeta).Get(keyCurrent))
		dropped = append(dropped, models...)
		return err
	})
	return dropped, err
}

// salvage copies what of a bucket stands on pages that can be read.
func (c *copying) salvage(path string, name []byte) (err error) {
	w := c.writer(name)
	found := checkPages(path, &Report{}, func(bucket string, k, v []byte) {
		if bucket == string(name) && err == nil {
			err = w.put(k, v)
		}
	})
	return errors.Join(found, err, w.end())
}

// dropModels removes models that are not what was stored from the new file, and
// keeps the choice of the current one, none where it is among them.
func (c *copying) dropModels(current []byte) (dropped []string, err error) {
	err = c.db.Update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketModels)
		var doomed [][]byte
		gone := map[uint64]bool{}
		cur := b.Cursor()
		for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
			if len(k) < 8 {
				doomed = append(doomed, bytes.Clone(k))
				continue
			}
			id := number(k[:8])
			if len(k) == 8 {
				_, err := readModel(tx, id)
				if err != nil && !errors.Is(err, ErrDamaged) {
					return err
				}
				if gone[id] = err != nil; err != nil {
					dropped = append(dropped, fmt.Sprintf("model %d", id))
				}
			}
			if gone[id] {
				doomed = append(doomed, bytes.Clone(k))
			}
		}
		for _, k := range doomed {
			if err := b.Delete(k); err != nil {
				return err
			}
		}
		if current == nil {
			return nil
		}
		if id := number(current); gone[id] || b.Get(key8(id)) == nil {
			current = key8(0)
		}
		return tx.Bucket(bucketMeta).Put(keyCurrent, current)
	})
	return dropped, err
}
