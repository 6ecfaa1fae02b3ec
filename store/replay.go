package store

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"
)

// Replay makes the project as it stood at event to, as a new file: the log up
// to there, to the byte, the items that it had imported, and the views. Runs,
// models and states are not part of the log and stay behind. Where the log is
// not what was appended to it, as far as to, that is an error: a new file would
// hide it. progress, which may be nil, is called with what is done and what
// there is to do.
//
// It holds one read transaction, and in memory how every item stands.
func (p *Project) Replay(ctx context.Context, to uint64, path string, progress func(done, total uint64)) error {
	if to == 0 || to > p.Counts().Events {
		return fmt.Errorf("store: replay: %w: %d of %d", ErrNoEvent, to, p.Counts().Events)
	}
	err := newFile(path, func(tmp string) error {
		return p.view(func(tx *bolt.Tx) error {
			c := &copying{ctx: ctx, from: tx, meta: metaRecord{Magic: magic, Version: version, Created: p.created.UnixNano()}}
			return c.replay(tmp, to, progress)
		})
	})
	if err != nil {
		return fmt.Errorf("replay to %s: %w", path, err)
	}
	return nil
}

// brokenEvent says at which event a replay ended.
type brokenEvent struct {
	seq uint64
	error
}

func (e brokenEvent) Unwrap() error { return e.error }

// replayLog applies the log up to event to to views in memory, which point into
// the transaction. visit is called with each event as it is stored, before that
// is applied. What is wrong with an event is a brokenEvent.
func replayLog(ctx context.Context, tx *bolt.Tx, to uint64, visit func(seq uint64, b []byte) error) (*views, error) {
	v := &views{s: &state{}, changed: map[uint32]bool{}, at: newMemory(), events: tx.Bucket(bucketEvents)}
	c := v.events.Cursor()
	for k, b := c.First(); k != nil && number(k) <= to; k, b = c.Next() {
		seq := number(k)
		if seq%1024 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := visit(seq, b); err != nil {
			return nil, err
		}
		ev, err := decodeEvent(b)
		if err == nil && ev.Seq != seq {
			err = damaged("it calls itself %d", ev.Seq)
		}
		if err == nil {
			err = v.apply(&ev)
		}
		if err != nil {
			return nil, brokenEvent{seq, err}
		}
	}
	return v, nil
}

// replay makes a project file from the log up to event to.
func (c *copying) replay(path string, to uint64, progress func(done, total uint64)) error {
	return c.into(path, func() error {
		_, err := c.log(to, progress)
		return err
	})
}

// log copies the log up to event to, makes the views of it, and copies the items
// and their names. The log must be what was appended.
func (c *copying) log(to uint64, progress func(done, total uint64)) (*views, error) {
	var r Report
	chain := newChainCheck(c.from, nil, &r)
	events := c.writer(bucketEvents)
	v, err := replayLog(c.ctx, c.from, to, func(seq uint64, b []byte) error {
		if chain.event(seq, b); !r.OK() {
			return damaged("%s: %s", r.Problems[0].Where, r.Problems[0].What)
		}
		if progress != nil && seq%4096 == 0 {
			progress(seq, to)
		}
		return events.put(key8(seq), b)
	})
	if err = errors.Join(err, events.end()); err != nil {
		return nil, err
	}
	if to == lastKey(v.events) {
		if chain.end(); !r.OK() {
			return nil, damaged("%s: %s", r.Problems[0].Where, r.Problems[0].What)
		}
	}
	if v.s.counts.Events != to {
		return nil, damaged("the log has %d events of %d", v.s.counts.Events, to)
	}
	if err := c.bucket(bucketChain, key8(to)); err != nil {
		return nil, err
	}
	if err := c.db.Update(func(tx *bolt.Tx) error { return tx.Bucket(bucketMeta).Put(keyHead, encodeHead(chain.link.head)) }); err != nil {
		return nil, err
	}
	for _, name := range viewBuckets {
		w := c.writer(name)
		for k, b := range v.entries(name) {
			if err := w.put(k, b); err != nil {
				return nil, errors.Join(err, w.end())
			}
		}
		if err := w.end(); err != nil {
			return nil, err
		}
	}
	if err := c.bucket(bucketItems, key8(v.s.counts.Items)); err != nil {
		return nil, err
	}
	return v, c.names(v.s.counts.Items)
}

// names makes the names of the items up to number last.
func (c *copying) names(last uint64) error {
	all := []name{} // what last says is not to be trusted with memory
	cur := c.from.Bucket(bucketItems).Cursor()
	for k, v := cur.First(); k != nil && number(k) <= last; k, v = cur.Next() {
		r, err := parseRecord(v)
		if err == nil && number(k) != uint64(len(all)+1) {
			err = damaged("it is missing")
		}
		if err != nil {
			return fmt.Errorf("item %d: %w", len(all)+1, err)
		}
		all = append(all, nameOf(r.id, number(k)))
	}
	if uint64(len(all)) != last {
		return fmt.Errorf("item %d: %w", len(all)+1, damaged("it is missing"))
	}
	all = orderNames(nil, all)
	for len(all) > 0 {
		if err := c.ctx.Err(); err != nil {
			return err
		}
		part := all[:min(len(all), stretchNames)]
		all = all[len(part):]
		if err := c.db.Update(func(tx *bolt.Tx) error { return putNames(tx, part) }); err != nil {
			return err
		}
	}
	return nil
}
