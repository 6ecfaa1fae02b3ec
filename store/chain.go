package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	bolt "go.etcd.io/bbolt"
)

// The log is a hash chain: the digest of an event is the SHA-256 of the digest
// of the event before it, of which the first has 32 zeros, followed by the
// bytes of the event as they are stored. The head, which is the digest of the
// last event, stands in meta and is written in the transaction that appends;
// every stretchEvents-th digest stands in the bucket chain, so that a check can
// tell which stretch of the log is not what was appended.
//
// What this proves: nobody changed, cut, inserted or reordered events behind the
// program's back without making the chain anew. Whoever can write the file can
// do that, too. A head that was noted elsewhere finds it out: a log has the
// digest of that head at that event only if all events up to it are the same.

// stretchEvents is how many events lie between two digests that are kept.
const stretchEvents = 1024

// Digest is the hash of an event and of all before it.
type Digest [sha256.Size]byte

// String writes a digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Head is a place in the log and the digest there.
type Head struct {
	Seq    uint64
	Digest Digest
}

// String writes a head as it is noted: the event's number, a colon, and the
// digest in hexadecimal.
func (h Head) String() string { return fmt.Sprintf("%d:%v", h.Seq, h.Digest) }

// errHead refuses what is not a head.
var errHead = errors.New("not a head of a log: it is the number of an event, a colon, and 64 hexadecimal digits")

// ParseHead reads what String wrote.
func ParseHead(s string) (Head, error) {
	seq, digest, _ := strings.Cut(strings.TrimSpace(s), ":")
	n, err := strconv.ParseUint(seq, 10, 64)
	b, hexErr := hex.DecodeString(digest)
	if err != nil || n == 0 || hexErr != nil || len(b) != sha256.Size {
		return Head{}, fmt.Errorf("%w, not %q", errHead, s)
	}
	return Head{n, Digest(b)}, nil
}

// Head returns the end of the log as of the last commit, to be noted where
// whoever can write the project file cannot write.
func (p *Project) Head() Head { return p.state.Load().head }

// link is a hash chain in the making. The zero value is the beginning.
type link struct {
	head Head
	buf  []byte // used again
}

// next goes on by one event, as it is stored.
func (l *link) next(event []byte) {
	l.buf = append(append(l.buf[:0], l.head.Digest[:]...), event...)
	l.head = Head{l.head.Seq + 1, sha256.Sum256(l.buf)}
	if cap(l.buf) > chunkBytes {
		l.buf = nil
	}
}

// encodeHead is the head as it stands in meta.
func encodeHead(h Head) []byte { return append(key8(h.Seq), h.Digest[:]...) }

// readHead returns the head that stands in meta.
func readHead(tx *bolt.Tx) (h Head, err error) {
	v := tx.Bucket(bucketMeta).Get(keyHead)
	if len(v) != 8+sha256.Size {
		return h, damaged("the head of the log is missing")
	}
	return Head{number(v[:8]), Digest(v[8:])}, nil
}

// link takes an event, as it is stored, into the chain.
func (v *views) link(event []byte) error {
	l := link{head: v.s.head, buf: v.buf}
	l.next(event)
	v.s.head, v.buf, v.linked = l.head, l.buf, true
	if l.head.Seq%stretchEvents == 0 {
		return v.chain.Put(key8(l.head.Seq), bytes.Clone(l.head.Digest[:]))
	}
	return nil
}

// before returns the last digest that is kept at or before an event.
func before(tx *bolt.Tx, seq uint64) (Head, error) {
	c := tx.Bucket(bucketChain).Cursor()
	k, v := c.Seek(key8(seq))
	if k == nil {
		k, v = c.Last()
	} else if number(k) != seq {
		k, v = c.Prev()
	}
	switch {
	case k == nil:
		return Head{}, nil
	case len(k) != 8 || len(v) != sha256.Size:
		return Head{}, damaged("a digest of %d bytes under a key of %d", len(v), len(k))
	}
	return Head{number(k), Digest(v)}, nil
}

// chainLog makes the chain of a log that has none.
func chainLog(tx *bolt.Tx) error {
	chain, err := tx.CreateBucketIfNotExists(bucketChain)
	if err != nil {
		return err
	}
	var l link
	c := tx.Bucket(bucketEvents).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if number(k) != l.head.Seq+1 {
			return damaged("event %d is missing", l.head.Seq+1)
		}
		if l.next(v); l.head.Seq%stretchEvents == 0 {
			if err := chain.Put(key8(l.head.Seq), bytes.Clone(l.head.Digest[:])); err != nil {
				return err
			}
		}
	}
	return tx.Bucket(bucketMeta).Put(keyHead, encodeHead(l.head))
}

// chainCheck compares a log, event by event, with the chain that was kept.
type chainCheck struct {
	link
	from   uint64 // the first event of the stretch
	kept   *bolt.Cursor
	key, v []byte // the next digest that was kept
	head   Head   // that was kept
	heads  []Head // that were noted elsewhere
	found  []bool // of these, which were passed
	report *Report
}

func newChainCheck(tx *bolt.Tx, heads []Head, r *Report) *chainCheck {
	c := &chainCheck{from: 1, kept: tx.Bucket(bucketChain).Cursor(), heads: heads, found: make([]bool, len(heads)), report: r}
	c.key, c.v = c.kept.First()
	var err error
	if c.head, err = readHead(tx); err != nil {
		r.add("log", "%v", err)
	}
	return c
}

// event takes the next event of the log.
func (c *chainCheck) event(seq uint64, b []byte) {
	if at := c.link.head.Seq + 1; seq != at {
		c.report.add(fmt.Sprintf("event %d", at), "event %d comes in its place", seq)
		c.link.head.Seq = seq - 1
	}
	c.next(b)
	for i, h := range c.heads {
		if h.Seq == seq {
			if c.found[i] = true; h.Digest != c.link.head.Digest {
				c.report.add(fmt.Sprintf("head %d", seq), "this is not the log whose head was noted: at event %d its hash is %v", seq, c.link.head.Digest)
			}
		}
	}
	for ; c.key != nil && number(c.key) < seq; c.key, c.v = c.kept.Next() {
		c.report.add("chain", "a hash of event %d is kept where none should be", number(c.key))
	}
	if seq == c.head.Seq && c.head.Digest != c.link.head.Digest {
		c.differs(seq)
		c.from = seq + 1
	}
	if seq%stretchEvents != 0 {
		return
	}
	if c.key == nil || number(c.key) != seq {
		c.report.add("chain", "the hash of event %d is missing", seq)
		return
	}
	if len(c.v) != sha256.Size || Digest(c.v) != c.link.head.Digest {
		if c.from <= seq { // else it was said already
			c.differs(seq)
		}
		if len(c.v) == sha256.Size { // the next stretches are judged by themselves
			c.link.head.Digest = Digest(c.v)
		}
	}
	c.from = seq + 1
	c.key, c.v = c.kept.Next()
}

func (c *chainCheck) differs(to uint64) {
	c.report.add(fmt.Sprintf("events %d to %d", c.from, to), "the log was changed here after it was written: its hash is not the one that was kept")
}

// end compares the end of the log.
func (c *chainCheck) end() {
	last := c.link.head.Seq
	switch {
	case c.head.Seq > last:
		c.report.add(fmt.Sprintf("events %d to %d", last+1, c.head.Seq), "the log was cut off: these are missing")
	case c.head.Seq < last:
		c.report.add(fmt.Sprintf("events %d to %d", c.head.Seq+1, last), "the log went on after it was written: the last event was number %d", c.head.Seq)
	}
	for ; c.key != nil; c.key, c.v = c.kept.Next() {
		c.report.add("chain", "a hash of event %d is kept, which is not there", number(c.key))
	}
	for i, h := range c.heads {
		if !c.found[i] {
			c.report.add(fmt.Sprintf("head %d", h.Seq), "this is not the log whose head was noted: it ends at event %d", last)
		}
	}
}
