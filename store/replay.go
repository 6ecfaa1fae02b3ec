package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// replayEvents is how many events one transaction of a replay applies.
const replayEvents = 10000

// Replay makes the project as it stood at event to, as a new file: the log up
// to there, the items that it had imported, and the views. Runs, models and
// states are not part of the log and stay behind. progress, which may be nil,
// is called with what is done and what there is to do.
func (p *Project) Replay(ctx context.Context, to uint64, path string, progress func(done, total uint64)) error {
	if to == 0 || to > p.Counts().Events {
		return fmt.Errorf("store: replay: %w: %d of %d", ErrNoEvent, to, p.Counts().Events)
	}
	err := newFile(path, func(tmp string) error {
		db, err := bolt.Open(tmp, 0o600, &bolt.Options{Timeout: lockWait, FreelistType: bolt.FreelistMapType, NoSync: true})
		if err != nil {
			return err
		}
		meta := metaRecord{Magic: magic, Version: version, Created: p.created.UnixNano()}
		err = db.Update(func(tx *bolt.Tx) error { return layOut(tx, meta) })
		var s *state
		if err == nil {
			s, err = p.replay(ctx, db, to, progress)
		}
		if err == nil {
			err = p.copyItems(ctx, db, s.counts.Items)
		}
		return diskError(errors.Join(err, db.Sync(), db.Close()))
	})
	if err != nil {
		return fmt.Errorf("replay to %s: %w", path, err)
	}
	return nil
}

// replay applies the log up to event to to the empty project in db, and
// returns the state there.
func (p *Project) replay(ctx context.Context, db *bolt.DB, to uint64, progress func(done, total uint64)) (s *state, err error) {
	defer catch(&err)
	defer faults()()
	s = &state{}
	var part []stored
	flush := func() error {
		err := db.Update(func(tx *bolt.Tx) error {
			v := newViews(tx, s.clone())
			for i := range part {
				if err := v.events.Put(key8(part[i].ev.Seq), part[i].b); err != nil {
					return err
				}
				if err := v.apply(&part[i].ev); err != nil {
					return err
				}
				if err := v.link(part[i].b); err != nil {
					return err
				}
			}
			s = v.s
			return v.flush()
		})
		part = part[:0]
		if progress != nil {
			progress(s.counts.Events, to)
		}
		return err
	}
	decisions := 0
	err = p.events(ctx, 1, to, func(ev stored) error {
		ev.b = bytes.Clone(ev.b)
		part = append(part, ev)
		if decisions += 1 + len(ev.ev.Decisions); decisions < replayEvents {
			return nil
		}
		decisions = 0
		return flush()
	})
	if err == nil && len(part) > 0 {
		err = flush()
	}
	if err == nil && s.counts.Events != to {
		err = damaged("the log has %d events of %d", s.counts.Events, to)
	}
	return s, err
}

// copyItems copies the items up to number last, and their names.
func (p *Project) copyItems(ctx context.Context, db *bolt.DB, last uint64) error {
	type record struct {
		num uint64
		b   []byte
	}
	var records []record
	for next, more := uint64(1), true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		records, more = records[:0], false
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketItems).Cursor(), newChunk()
			for k, v := c.Seek(key8(next)); k != nil && number(k) <= last && !more; k, v = c.Next() {
				records = append(records, record{number(k), append([]byte(nil), v...)})
				next, more = number(k)+1, part.full(len(v))
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = db.Update(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketItems)
			b.FillPercent = 0.95
			for _, r := range records {
				if err := b.Put(key8(r.num), r.b); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return p.copyNames(ctx, db, last)
}

// copyNames copies the names of the items up to number last.
func (p *Project) copyNames(ctx context.Context, db *bolt.DB, last uint64) error {
	names := make([]name, 0, chunkEntries)
	for from, more := (label.ID{}), true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		names, more = names[:0], false
		tail := p.state.Load().tail
		err := p.view(func(tx *bolt.Tx) error {
			c, part := seekName(tx, tail, from), newChunk()
			for !more {
				n, ok, err := c.next()
				if err != nil || !ok {
					return err
				}
				if n.num <= last {
					names = append(names, n)
				}
				from, more = after(n.id()), part.full(nameSize)
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := db.Update(func(tx *bolt.Tx) error { return putNames(tx, names) }); err != nil {
			return err
		}
	}
	return nil
}
