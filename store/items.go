package store

import (
	"bytes"
	"context"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Reading is done in transactions that end after this many entries, bytes, or
// this time, whichever comes first: pages that a transaction can see cannot be
// used again while it lasts.
const (
	chunkEntries = 4096
	chunkBytes   = 4 << 20
	chunkTime    = 20 * time.Millisecond
)

// chunk says when to end a read transaction.
type chunk struct {
	entries, bytes int
	end            time.Time
}

func newChunk() chunk { return chunk{end: time.Now().Add(chunkTime)} }

// full counts an entry and reports whether it is the last of the chunk.
func (c *chunk) full(size int) bool {
	c.entries++
	c.bytes += size
	return c.entries >= chunkEntries || c.bytes >= chunkBytes || c.entries%64 == 0 && time.Now().After(c.end)
}

// Item returns the item with this number, or ErrNoItem.
func (p *Project) Item(num uint64) (label.Item, error) {
	var it label.Item
	task := p.Task()
	err := p.view(func(tx *bolt.Tx) (err error) {
		it, err = itemAt(tx.Bucket(bucketItems), num, &task)
		return err
	})
	return it, err
}

// ItemByID returns the item with this ID, or ErrNoItem.
func (p *Project) ItemByID(id label.ID) (label.Item, error) {
	var it label.Item
	s := p.state.Load()
	err := p.view(func(tx *bolt.Tx) (err error) {
		num := numberOf(tx, s.tail, id)
		if num == 0 {
			return fmt.Errorf("%w: %v", ErrNoItem, id)
		}
		it, err = itemAt(tx.Bucket(bucketItems), num, &s.task)
		return err
	})
	return it, err
}

func itemAt(items *bolt.Bucket, num uint64, t *label.Task) (label.Item, error) {
	b := items.Get(key8(num))
	if b == nil {
		return label.Item{}, fmt.Errorf("%w: %d", ErrNoItem, num)
	}
	return decodeItem(num, b, t)
}

func decodeItem(num uint64, b []byte, t *label.Task) (label.Item, error) {
	r, err := parseRecord(b)
	if err != nil {
		return label.Item{}, fmt.Errorf("item %d: %w", num, err)
	}
	return r.item(num, t)
}

// Items visits the items from number from up to and including to, in
// ascending order. An error of visit ends it and is returned.
func (p *Project) Items(ctx context.Context, from, to uint64, visit func(label.Item) error) error {
	task, there := p.Task(), p.Counts().Items // before anything is read, so that these are there
	var items []label.Item
	for next := max(from, 1); next <= to; {
		if err := ctx.Err(); err != nil {
			return err
		}
		items = items[:0]
		more := false
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketItems).Cursor(), newChunk()
			num := next
			for k, v := c.Seek(key8(next)); k != nil && number(k) <= to; k, v = c.Next() {
				if number(k) != num { // numbers have no gaps
					return damaged("item %d is missing", num)
				}
				it, err := decodeItem(num, v, &task)
				if err != nil {
					return err
				}
				items = append(items, it)
				num++
				if more = part.full(len(v)); more {
					return nil
				}
			}
			if num <= min(to, there) {
				return damaged("item %d is missing", num)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := visit(it); err != nil {
				return err
			}
		}
		if !more {
			return nil
		}
		next = items[len(items)-1].Num + 1
	}
	return nil
}

// ItemsByNum visits the items with these numbers, in their order; numbers
// without an item are passed over. An error of visit ends it and is returned.
func (p *Project) ItemsByNum(nums []uint64, visit func(label.Item) error) error {
	task := p.Task()
	var items []label.Item
	for len(nums) > 0 {
		items = items[:0]
		err := p.view(func(tx *bolt.Tx) error {
			b, part := tx.Bucket(bucketItems), newChunk()
			for more := true; more && len(nums) > 0; nums = nums[1:] {
				v := b.Get(key8(nums[0]))
				if v == nil {
					continue
				}
				it, err := decodeItem(nums[0], v, &task)
				if err != nil {
					return err
				}
				items = append(items, it)
				more = !part.full(len(v))
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, it := range items {
			if err := visit(it); err != nil {
				return err
			}
		}
	}
	return nil
}

// Walk visits items in the order of their IDs, which is a random order that
// owes nothing to the order of any file, from the given ID on and around the
// end, until limit items were visited, visit returns false, or all were
// visited once. It returns the ID to go on from.
func (p *Project) Walk(from label.ID, limit int, visit func(num uint64, id label.ID) bool) (label.ID, error) {
	type place struct {
		num uint64
		id  label.ID
	}
	var places []place
	next, wrapped := from, false
	for size := 64; limit > 0; size = min(2*size, chunkEntries) {
		places = places[:0]
		ended := false
		tail := p.state.Load().tail
		err := p.view(func(tx *bolt.Tx) error {
			c := seekName(tx, tail, next)
			for len(places) < min(size, limit) {
				n, ok, err := c.next()
				if err != nil {
					return err
				}
				id := n.id()
				if ended = !ok || wrapped && bytes.Compare(id[:], from[:]) >= 0; ended {
					break
				}
				places = append(places, place{n.num, id})
			}
			return nil
		})
		if err != nil {
			return next, err
		}
		for _, pl := range places {
			next = after(pl.id)
			limit--
			if !visit(pl.num, pl.id) {
				return next, nil
			}
		}
		if ended {
			if wrapped {
				return next, nil
			}
			wrapped, next = true, label.ID{}
			if from == (label.ID{}) {
				return next, nil
			}
		}
	}
	return next, nil
}

// after returns the ID that follows id in order; the last is followed by the
// first.
func after(id label.ID) label.ID {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i]++; id[i] != 0 {
			break
		}
	}
	return id
}
