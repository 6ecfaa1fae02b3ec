package store

import (
	"context"
	"errors"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
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

// part is a stretch of the log on its way through a replay. Its memory is used
// again.
type part struct {
	seqs   []uint64
	bytes  [][]byte // of each event, in the file
	events []label.Event
	raw    [][][]byte // of each event the bytes of its decisions
	errs   []error    // why an event cannot be read
}

const (
	partEvents = 1024 // and fewer where
	partBytes  = 1 << 20
	partsAhead = 8 // that are read before they are applied
)

// replayLog applies the log up to event to to views in memory, which point into
// the transaction. visit is called with each event as it is stored, also after
// one that cannot be applied; it is called by another goroutine, which reads and
// decodes while this one applies. What is wrong with an event is a brokenEvent.
func replayLog(ctx context.Context, tx *bolt.Tx, to uint64, visit func(seq uint64, b []byte) error) (v *views, err error) {
	ctx, stop := context.WithCancel(ctx)
	full, spare := make(chan *part, partsAhead), make(chan *part, partsAhead)
	for range partsAhead {
		spare <- &part{}
	}
	read := make(chan error, 1)
	go func() {
		defer close(full)
		read <- readParts(ctx, tx, to, visit, full, spare)
	}()
	// The transaction must not end before the other one has.
	defer func() {
		stop()
		for range full {
		}
	}()
	v = &views{s: &state{}, changed: map[uint32]bool{}, at: newMemory(), events: tx.Bucket(bucketEvents)}
	var broken error
	for p := range full {
		for i := range p.seqs {
			if broken != nil {
				break
			}
			v.raw = p.raw[i]
			err := p.errs[i]
			if err == nil && p.events[i].Seq != p.seqs[i] {
				err = damaged("it calls itself %d", p.events[i].Seq)
			}
			if err == nil {
				err = v.apply(&p.events[i])
			}
			if err != nil {
				broken = brokenEvent{p.seqs[i], err}
			}
		}
		spare <- p
	}
	if err := <-read; err != nil {
		return nil, err
	}
	v.raw = nil
	return v, broken
}

// readParts reads and decodes the log up to event to.
func readParts(ctx context.Context, tx *bolt.Tx, to uint64, visit func(seq uint64, b []byte) error, full chan<- *part, spare <-chan *part) (err error) {
	defer catch(&err)
	defer faults()()
	d := &decoder{lean: true, names: map[string]string{}}
	c := tx.Bucket(bucketEvents).Cursor()
	k, b := c.First()
	for k != nil && number(k) <= to {
		var p *part
		select {
		case p = <-spare:
		case <-ctx.Done():
			return ctx.Err()
		}
		p.seqs, p.bytes = p.seqs[:0], p.bytes[:0]
		for size := 0; k != nil && number(k) <= to && len(p.seqs) < partEvents && size < partBytes; k, b = c.Next() {
			seq := number(k)
			if err := visit(seq, b); err != nil {
				return err
			}
			p.decode(d, seq, b)
			size += len(b)
		}
		full <- p // there is room for all that there are
	}
	return ctx.Err()
}

// decode adds an event.
func (p *part) decode(d *decoder, seq uint64, b []byte) {
	i := len(p.seqs)
	p.seqs, p.bytes = append(p.seqs, seq), append(p.bytes, b)
	if i == len(p.events) {
		p.events, p.raw, p.errs = append(p.events, label.Event{}), append(p.raw, nil), append(p.errs, nil)
	}
	if cap(p.events[i].Decisions) > partEvents {
		p.events[i].Decisions, p.raw[i] = nil, nil
	}
	var ok bool
	if p.raw[i], ok = d.event(b, &p.events[i], p.raw[i][:0]); ok {
		p.errs[i] = nil
		return
	}
	p.raw[i] = nil
	p.events[i], p.errs[i] = decodeAny(b)
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
	events := c.writer(bucketEvents).ahead()
	v, err := replayLog(c.ctx, c.from, to, func(seq uint64, b []byte) error {
		if chain.event(seq, b); !r.OK() {
			return damaged("%s: %s", r.Problems[0].Where, r.Problems[0].What)
		}
		if progress != nil && seq%4096 == 0 {
			progress(seq, to)
		}
		events.put(seq, b)
		return nil
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
