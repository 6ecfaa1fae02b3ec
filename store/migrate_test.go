package store

import (
	"bytes"
	"errors"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// old makes a project file of the prototype's layout, which had the same log
// and items but no views that could be used.
func old(t *testing.T) string {
	path := projectFile(t, 30)
	edit(t, path, func(tx *bolt.Tx) error {
		for _, name := range viewBuckets {
			if err := tx.DeleteBucket(name); err != nil {
				return err
			}
		}
		b, err := tx.CreateBucket(bucketAnswers)
		if err != nil {
			return err
		}
		if err := b.Put([]byte("of another shape"), []byte{1}); err != nil {
			return err
		}
		return tx.Bucket(bucketMeta).Put(keyFormat, encode(metaSchema, metaRecord{Magic: magic, Version: 0, Created: 77}))
	})
	return path
}

func TestMigrate(t *testing.T) {
	path := old(t)
	before := read(t, path)
	if _, err := Open(path, Options{ReadOnly: true}); !errors.Is(err, ErrOlder) {
		t.Fatal(err)
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Fatal("opened for reading, and changed")
	}
	for range 2 { // the second time there is nothing to convert
		p, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		clean(t, p)
		if c := p.Counts(); c.Items != 30 || c.Events != 24 || c.Flagged != 1 || c.Skipped != 0 || c.Labelled != 18 { // a skip does not go before an answer
			t.Fatalf("%+v", c)
		}
		if p.Created().UnixNano() != 77 {
			t.Fatal(p.Created())
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	p, err := Open(path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if ev, err := p.Event(24); err != nil || ev.Target == 0 {
		t.Fatal(ev, err)
	}
}

// Names under a key each, as the first layout had them, are put into blocks.
func TestMigrateNames(t *testing.T) {
	path := projectFile(t, 300)
	edit(t, path, func(tx *bolt.Tx) error {
		all := []name{}
		for c := seekName(tx, nil, label.ID{}); ; {
			n, ok, err := c.next()
			if err != nil {
				return err
			}
			if !ok {
				break
			}
			all = append(all, n)
		}
		if err := tx.DeleteBucket(bucketIDs); err != nil {
			return err
		}
		b, err := tx.CreateBucket(bucketIDs)
		if err != nil {
			return err
		}
		for _, n := range all {
			id := n.id()
			if err := b.Put(id[:], key8(n.num)); err != nil {
				return err
			}
		}
		if err := tx.Bucket(bucketMeta).Delete(keyNamed); err != nil {
			return err
		}
		return tx.Bucket(bucketMeta).Put(keyFormat, encode(metaSchema, metaRecord{Magic: magic, Version: 1}))
	})
	p, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	clean(t, p)
	if s := p.state.Load(); s.named != 300 || s.tailSize() != 0 {
		t.Fatal(s.named, s.tailSize())
	}
}

// Of layout 2, the log gets its chain of hashes, and where several people
// answered, what is in force is found again: in that layout the last one always
// was.
func TestMigrateSeveral(t *testing.T) {
	for _, others := range []bool{false, true} {
		path := projectFile(t, 30)
		if others { // ben skipped what ana had answered: then that was in force
			edit(t, path, func(tx *bolt.Tx) error {
				var c label.Counts
				if err := decode("counts", countsSchema, tx.Bucket(bucketNow).Get(keyCounts), &c); err != nil {
					return err
				}
				c.Labelled, c.Skipped = c.Labelled-1, c.Skipped+1
				c.PerClass[1]--
				if err := tx.Bucket(bucketSkipped).Put(listKey(23, 2), key4(2)); err != nil {
					return err
				}
				return tx.Bucket(bucketNow).Put(keyCounts, encode(countsSchema, c))
			})
		}
		var head Head
		edit(t, path, func(tx *bolt.Tx) (err error) {
			if head, err = readHead(tx); err != nil {
				return err
			}
			return errors.Join(tx.DeleteBucket(bucketChain), tx.DeleteBucket(bucketComments), tx.Bucket(bucketMeta).Delete(keyHead),
				tx.Bucket(bucketMeta).Put(keyFormat, encode(metaSchema, metaRecord{Magic: magic, Version: 2})))
		})
		p, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		clean(t, p)
		if c := p.Counts(); p.Head() != head || c.Labelled != 18 || c.Skipped != 0 {
			t.Fatalf("%v, want %v; %+v", p.Head(), head, c)
		}
		must(t, p.Comment("ana", label.Comment{Item: 1, Text: "so?"}))
		clean(t, p)
	}
}

// A log that cannot be replayed leaves the old file as it was.
func TestMigrateDamaged(t *testing.T) {
	path := old(t)
	edit(t, path, func(tx *bolt.Tx) error { return tx.Bucket(bucketEvents).Delete(key8(7)) })
	before := read(t, path)
	if _, err := Open(path, Options{}); !errors.Is(err, ErrDamaged) {
		t.Fatal(err)
	}
	if !bytes.Equal(before, read(t, path)) {
		t.Fatal("changed")
	}
}

// Every layout before the current one can be converted.
func TestMigrations(t *testing.T) {
	if len(migrations) != version {
		t.Fatalf("%d conversions to layout %d", len(migrations), version)
	}
}
