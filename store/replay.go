package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

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
		return fmt.Errorf("store: replay to %s: %w", path, err)
	}
	return nil
}

// replay applies the log up to event to to the empty project in db, and
// returns the state there.
func (p *Project) replay(ctx context.Context, db *bolt.DB, to uint64, progress func(done, total uint64)) (s *state, err error) {
	defer catch(&err)
	defer faults()()
	s = &state{}
	var part []label.Event
	flush := func() error {
		err := db.Update(func(tx *bolt.Tx) error {
			v := newViews(tx, s.clone())
			for i := range part {
				if err := v.events.Put(key8(part[i].Seq), encodeEvent(part[i])); err != nil {
					return err
				}
				if err := v.apply(&part[i]); err != nil {
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
	err = p.Events(ctx, 1, to, func(ev label.Event) error {
		part = append(part, ev)
		if decisions += 1 + len(ev.Decisions); decisions < replayEvents {
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

// copyItems copies the items up to number last.
func (p *Project) copyItems(ctx context.Context, db *bolt.DB, last uint64) error {
	type pair struct{ k, v []byte }
	var pairs []pair
	transfer := func(bucket []byte, keep func(k, v []byte) bool) error {
		from := []byte{0}
		for from != nil {
			if err := ctx.Err(); err != nil {
				return err
			}
			pairs = pairs[:0]
			err := p.view(func(tx *bolt.Tx) error {
				c, part := tx.Bucket(bucket).Cursor(), newChunk()
				k, v := c.Seek(from)
				for ; k != nil; k, v = c.Next() {
					if part.full(len(v)) {
						break
					}
					if keep(k, v) {
						pairs = append(pairs, pair{append([]byte(nil), k...), append([]byte(nil), v...)})
					}
				}
				from = append([]byte(nil), k...)
				if k == nil {
					from = nil
				}
				return nil
			})
			if err != nil {
				return err
			}
			err = db.Update(func(tx *bolt.Tx) error {
				b := tx.Bucket(bucket)
				b.FillPercent = 0.95
				for _, kv := range pairs {
					if err := b.Put(kv.k, kv.v); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := transfer(bucketItems, func(k, _ []byte) bool { return number(k) <= last }); err != nil {
		return err
	}
	tail := p.state.Load().tail
	if err := transfer(bucketIDs, func(_, v []byte) bool { return number(v) <= last }); err != nil {
		return err
	}
	for _, r := range tail {
		names := slices.DeleteFunc(slices.Clone(r.names), func(n name) bool { return n.num > last })
		for part := range slices.Chunk(names, stretchNames) {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := db.Update(func(tx *bolt.Tx) error { return putNames(tx, part) }); err != nil {
				return err
			}
		}
	}
	return nil
}
