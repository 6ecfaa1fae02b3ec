package store

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync/atomic"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Names are random, so that adding a batch of them to a tree touches most of
// its pages. The bucket of names therefore lags behind the items while an
// import goes on: the names of the last items, the tail, are in memory only,
// and are put into the bucket many at once and in order, one stretch of the
// tree a transaction. A record in the file says how far the bucket is complete;
// after a kill the tail is read again from the items themselves.

const (
	tailNames    = 512 << 10 // put into the bucket when there are so many
	stretchNames = 64 << 10  // names in one transaction at most
	stretchPart  = 128 << 10 // one transaction goes over the place of so many names of the bucket,
	stretchPages = 4 << 10   // or adds so few that the pages that it touches are few
)

// name leads from an ID to an item.
type name struct {
	high, low uint64 // the ID, in the order of its bytes
	num       uint64
}

func nameOf(id label.ID, num uint64) name {
	return name{binary.BigEndian.Uint64(id[:]), binary.BigEndian.Uint64(id[8:]), num}
}

func (n name) id() (id label.ID) {
	binary.BigEndian.PutUint64(id[:], n.high)
	binary.BigEndian.PutUint64(id[8:], n.low)
	return id
}

func (n name) compare(o name) int {
	if n.high != o.high { // nearly always: sorting lives on it
		return cmp.Compare(n.high, o.high)
	}
	return cmp.Compare(n.low, o.low)
}

// run is names in ascending order of IDs. It is immutable.
type run struct {
	names []name
	upTo  uint64 // the largest number in it
}

// find returns the number under an ID, 0 where there is none.
func (r run) find(id label.ID) uint64 {
	i, ok := slices.BinarySearchFunc(r.names, nameOf(id, 0), name.compare)
	if !ok {
		return 0
	}
	return r.names[i].num
}

// numberOf returns the number of the item with this ID, 0 where there is none.
// The tail is that of a state loaded before the transaction began: what has
// left it since is in the bucket.
func numberOf(tx *bolt.Tx, tail []run, id label.ID) uint64 {
	for _, r := range tail {
		if num := r.find(id); num != 0 {
			return num
		}
	}
	return newBlocks(tx).find(nameOf(id, 0))
}

// readNamed returns the item up to which the bucket of names is complete.
func readNamed(tx *bolt.Tx, items uint64) (uint64, error) {
	v := tx.Bucket(bucketMeta).Get(keyNamed)
	if v == nil {
		return items, nil // a file that never had a tail
	}
	named := number(v)
	if len(v) != 8 || named > items {
		return 0, damaged("%d of %d items have names", named, items)
	}
	return named, nil
}

// readTail makes the tail again from the items after number named.
func readTail(tx *bolt.Tx, named uint64) ([]run, error) {
	r := run{upTo: named}
	c := tx.Bucket(bucketItems).Cursor()
	for k, v := c.Seek(key8(named + 1)); k != nil; k, v = c.Next() {
		rec, err := parseRecord(v)
		if err != nil {
			return nil, err
		}
		r.upTo = number(k)
		r.names = append(r.names, nameOf(rec.id, r.upTo))
	}
	if len(r.names) == 0 {
		return nil, nil
	}
	slices.SortFunc(r.names, name.compare)
	return []run{r}, nil
}

// tailSize is how many names are in memory only.
func (s *state) tailSize() (n int) {
	for _, r := range s.tail {
		n += len(r.names)
	}
	return n
}

// nameTail hands over ops that put the tail, as it is now, into the bucket. A
// failure leaves it in memory, where it serves as well, until the next time.
func (p *Project) nameTail() <-chan struct{} {
	done := make(chan struct{})
	s := p.state.Load()
	upTo := s.named
	var parts [][]name
	for _, r := range s.tail {
		parts, upTo = append(parts, r.names), max(upTo, r.upTo)
	}
	all := orderNames(nil, parts...)
	step := stretchNames
	if s.named > 0 {
		step = max(stretchPages, min(step, len(all)*stretchPart/int(s.named)))
	}
	var failed atomic.Bool
	for part := range slices.Chunk(all, step) {
		p.queue.put(op{alone: true, run: func(v *views) error {
			if failed.Load() || v.s.named >= upTo {
				return refusal{errNothingNew}
			}
			return putNames(v.tx, part)
		}, done: func(err error) {
			if err != nil {
				failed.Store(true)
			}
		}})
	}
	p.queue.put(op{alone: true, run: func(v *views) error {
		if failed.Load() || v.s.named >= upTo {
			return refusal{errNothingNew}
		}
		v.s.named = upTo
		v.s.tail = slices.DeleteFunc(slices.Clone(v.s.tail), func(r run) bool { return r.upTo <= upTo })
		return v.tx.Bucket(bucketMeta).Put(keyNamed, key8(upTo))
	}, done: func(error) { close(done) }})
	return done
}

// nameCursor goes through the bucket of names and the tail in the order of IDs.
type nameCursor struct {
	b    *blocks
	rest []byte   // what is still to come of the block
	tail [][]name // and of each run
}

// seekName begins at the first name that is not less than from.
func seekName(tx *bolt.Tx, tail []run, from label.ID) *nameCursor {
	first := nameOf(from, 0)
	nc := &nameCursor{b: newBlocks(tx)}
	block := nc.b.of(first)
	i, _ := searchBlock(block, first)
	nc.rest = block[i*nameSize:]
	for _, r := range tail {
		if i, _ := slices.BinarySearchFunc(r.names, first, name.compare); i < len(r.names) {
			nc.tail = append(nc.tail, r.names[i:])
		}
	}
	return nc
}

// next returns the name that comes next; ok is false after the last.
func (nc *nameCursor) next() (n name, ok bool, err error) {
	for len(nc.rest) == 0 && nc.b.forward() {
		nc.rest = nc.b.block
	}
	if len(nc.rest) > 0 {
		if len(nc.rest) < nameSize {
			return n, false, damaged("names of %d bytes", len(nc.b.block))
		}
		n, ok = readName(nc.rest), true
	}
	for _, names := range nc.tail {
		if len(names) > 0 && (!ok || names[0].compare(n) < 0) {
			n, ok = names[0], true
		}
	}
	if !ok {
		return n, false, nil
	}
	// A name may be in the tail and in the bucket at once.
	if len(nc.rest) > 0 && readName(nc.rest).compare(n) == 0 {
		nc.rest = nc.rest[nameSize:]
	}
	for i, names := range nc.tail {
		if len(names) > 0 && names[0].compare(n) == 0 {
			nc.tail[i] = names[1:]
		}
	}
	return n, true, nil
}
