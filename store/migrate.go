package store

import (
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// migrations convert a project from the version of their index to the next.
// They run at open, all that are needed in one transaction, so that a project
// is of one version or of another and never between.
var migrations = []func(*bolt.Tx) error{
	0: rebuild, // the prototype's file had the log, but other views
	1: rename,  // names were not in blocks
	2: several, // whoever came last was in force, skips too; there were no comments, and no chain of hashes
}

// migrate brings the file to the current version.
func (p *Project) migrate() (err error) {
	defer catch(&err)
	defer faults()()
	var m metaRecord
	if err := p.view(func(tx *bolt.Tx) (err error) { m, err = readMetaRecord(tx); return err }); err != nil {
		return err
	}
	if m.Version == version {
		return nil
	}
	err = p.db.Update(func(tx *bolt.Tx) error {
		for ; m.Version < version; m.Version++ {
			if err := migrations[m.Version](tx); err != nil {
				return fmt.Errorf("convert from layout %d: %w", m.Version, err)
			}
		}
		return tx.Bucket(bucketMeta).Put(keyFormat, encode(metaSchema, m))
	})
	return diskError(err)
}

// rebuild makes the views again, from the log.
func rebuild(tx *bolt.Tx) error {
	for _, name := range allBuckets {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	for _, name := range viewBuckets {
		if err := tx.DeleteBucket(name); err != nil {
			return err
		}
		if _, err := tx.CreateBucket(name); err != nil {
			return err
		}
	}
	v := newViews(tx, &state{})
	for seq := uint64(1); seq <= lastKey(v.events); seq++ {
		ev, err := readEvent(v.events, seq)
		if err != nil {
			return err
		}
		if err := v.apply(&ev); err != nil {
			return err
		}
	}
	return v.flush()
}

// several makes the views again where several people answered, and the chain of
// hashes.
func several(tx *bolt.Tx) error {
	if _, err := tx.CreateBucketIfNotExists(bucketComments); err != nil {
		return err
	}
	if tx.Bucket(bucketAnnotators).Stats().KeyN > 1 {
		if err := rebuild(tx); err != nil {
			return err
		}
	}
	return chainLog(tx)
}

// rename puts the names of all items into their bucket again.
func rename(tx *bolt.Tx) error {
	if err := tx.DeleteBucket(bucketIDs); err != nil {
		return err
	}
	if _, err := tx.CreateBucket(bucketIDs); err != nil {
		return err
	}
	tail, err := readTail(tx, 0)
	if err != nil {
		return err
	}
	for _, r := range tail {
		if err := putNames(tx, r.names); err != nil {
			return err
		}
	}
	return tx.Bucket(bucketMeta).Put(keyNamed, key8(lastKey(tx.Bucket(bucketItems))))
}
