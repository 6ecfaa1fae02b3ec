package store

import (
	"bytes"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// The bucket of names holds them in blocks, which are smaller than an entry for
// each and faster to write and to search. A block is names one after the other,
// in ascending order, each the ID and then the number in 8 bytes. Its key is the
// least ID that belongs into it; the next key ends it. The key of the first is
// all zeros.
const (
	nameSize   = 24
	blockNames = 32 // at most
	blockFill  = 24 // names of the blocks that a full one is cut into, about
)

func readName(b []byte) name {
	e := binary.BigEndian
	return name{e.Uint64(b), e.Uint64(b[8:]), e.Uint64(b[16:])}
}

func appendName(b []byte, n name) []byte {
	e := binary.BigEndian
	return e.AppendUint64(e.AppendUint64(e.AppendUint64(b, n.high), n.low), n.num)
}

// searchBlock returns the place of the first name that is not less than n, and
// whether it is n.
func searchBlock(b []byte, n name) (int, bool) {
	low, high := 0, len(b)/nameSize
	for low < high {
		if m := (low + high) / 2; readName(b[m*nameSize:]).compare(n) < 0 {
			low = m + 1
		} else {
			high = m
		}
	}
	return low, low < len(b)/nameSize && readName(b[low*nameSize:]).compare(n) == 0
}

// blocks finds the blocks of names. It is fastest in ascending order.
type blocks struct {
	c          *bolt.Cursor
	key, block []byte // the current one; nil where there is none
	next, then []byte // the key and the block after it
}

func newBlocks(tx *bolt.Tx) *blocks { return &blocks{c: tx.Bucket(bucketIDs).Cursor()} }

// forward goes to the next block.
func (b *blocks) forward() bool {
	if b.next == nil {
		return false
	}
	b.key, b.block = b.next, b.then
	b.next, b.then = b.c.Next()
	return true
}

// fewSteps is how many blocks are rather gone through than looked for.
const fewSteps = 8

// of returns the block that a name belongs into, nil where there is none.
func (b *blocks) of(n name) []byte {
	id := n.id()
	if b.key == nil || bytes.Compare(b.key, id[:]) > 0 {
		b.seek(id)
	}
	for step := 0; b.next != nil && bytes.Compare(b.next, id[:]) <= 0; step++ {
		if step == fewSteps {
			b.seek(id)
			break
		}
		b.forward()
	}
	return b.block
}

func (b *blocks) seek(id label.ID) {
	b.key, b.block = b.c.Seek(id[:])
	if b.key == nil {
		b.key, b.block = b.c.Last()
	} else if !bytes.Equal(b.key, id[:]) {
		b.key, b.block = b.c.Prev()
	}
	if b.next, b.then = nil, nil; b.key != nil {
		b.next, b.then = b.c.Next()
	}
}

// find returns the number under a name's ID, 0 where there is none.
func (b *blocks) find(n name) uint64 {
	block := b.of(n)
	i, ok := searchBlock(block, n)
	if !ok {
		return 0
	}
	return readName(block[i*nameSize:]).num
}

// putNames adds names, which are in order, to the bucket.
func putNames(tx *bolt.Tx, names []name) error {
	bucket := tx.Bucket(bucketIDs)
	bucket.FillPercent = 0.9 // what is added reaches all pages alike, and seldom fills one
	var memory []byte        // of several blocks: bbolt keeps values until the commit
	for len(names) > 0 {
		// Each writing moves what a cursor points to.
		b := newBlocks(tx)
		block := b.of(names[0])
		key := label.ID{}
		if b.key != nil {
			copy(key[:], b.key)
		}
		here := 1
		for end := b.next; here < len(names); here++ {
			if id := names[here].id(); end != nil && bytes.Compare(id[:], end) >= 0 {
				break
			}
		}
		merged := mergeBlock(block, names[:here])
		names = names[here:]
		// Cut into equal parts where it has become too large.
		parts := 1
		if len(merged) > blockNames {
			parts = (len(merged) + blockFill - 1) / blockFill
		}
		for i := range parts {
			part := merged[i*len(merged)/parts : (i+1)*len(merged)/parts]
			if i > 0 {
				key = part[0].id()
			}
			if size := len(part) * nameSize; cap(memory)-len(memory) < size {
				memory = make([]byte, 0, max(size, 64<<10))
			}
			start := len(memory)
			for _, n := range part {
				memory = appendName(memory, n)
			}
			if err := bucket.Put(key[:], memory[start:len(memory):len(memory)]); err != nil {
				return err
			}
		}
	}
	return nil
}

// mergeBlock returns the names of a block and others, each once.
func mergeBlock(block []byte, names []name) []name {
	all := make([]name, 0, len(block)/nameSize+len(names))
	for len(block) >= nameSize || len(names) > 0 {
		switch {
		case len(block) < nameSize:
			return append(all, names...)
		case len(names) == 0 || readName(block).compare(names[0]) < 0:
			all, block = append(all, readName(block)), block[nameSize:]
		case readName(block).compare(names[0]) == 0:
			block = block[nameSize:] // it says the same
		default:
			all, names = append(all, names[0]), names[1:]
		}
	}
	return all
}
