package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// ItemStandings returns where an item stands by everybody who decided about it,
// in the order of events. Settlements are among them: Decision.Settles.
func (p *Project) ItemStandings(num uint64) ([]label.Standing, error) {
	var all []label.Standing
	err := p.view(func(tx *bolt.Tx) error {
		c, prefix := tx.Bucket(bucketAnswers).Cursor(), key8(num)
		for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
			st, err := p.readStanding(k, v)
			if err != nil {
				return err
			}
			all = append(all, st)
		}
		return nil
	})
	inOrder(all)
	return all, err
}

// readStanding reads an entry of the answers.
func (p *Project) readStanding(k, v []byte) (label.Standing, error) {
	if len(k) != 12 {
		return label.Standing{}, damaged("a standing under a key of %d bytes", len(k))
	}
	num := number(k[:8])
	s, err := decodeStanding(v)
	if err != nil {
		return label.Standing{}, fmt.Errorf("item %d: %w", num, err)
	}
	return p.standing(num, &s, number4(k[8:])), nil
}

// inOrder puts standings of one item in the order of events.
func inOrder(all []label.Standing) {
	slices.SortFunc(all, func(a, b label.Standing) int { return cmp.Compare(a.Event, b.Event) })
}

// AllStandings visits every item that anybody decided about, in ascending order
// of items, with where it stands by each of them, in the order of events. The
// slice is only lent. An error of visit ends it and is returned.
func (p *Project) AllStandings(ctx context.Context, visit func([]label.Standing) error) error {
	var all []label.Standing
	for next, more := uint64(1), true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		all, more = all[:0], false
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketAnswers).Cursor(), newChunk()
			for k, v := c.Seek(key8(next)); k != nil; k, v = c.Next() {
				st, err := p.readStanding(k, v)
				if err != nil {
					return err
				}
				same := len(all) > 0 && all[len(all)-1].Item == st.Item
				if more = !same && part.full(len(v)); more {
					next = st.Item
					return nil
				}
				all = append(all, st)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for rest := all; len(rest) > 0; {
			n := 1
			for n < len(rest) && rest[n].Item == rest[0].Item {
				n++
			}
			inOrder(rest[:n])
			if err := visit(rest[:n]); err != nil {
				return err
			}
			rest = rest[n:]
		}
	}
	return nil
}

// Comments returns the Commented events of an item, in order.
func (p *Project) Comments(num uint64) ([]label.Event, error) {
	var all []label.Event
	err := p.view(func(tx *bolt.Tx) error {
		c, prefix := tx.Bucket(bucketComments).Cursor(), key8(num)
		for k, _ := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, _ = c.Next() {
			ev, err := readEvent(tx.Bucket(bucketEvents), number(k[8:]))
			if err != nil {
				return err
			}
			all = append(all, ev)
		}
		return nil
	})
	return all, err
}

// Commented returns at most limit items that somebody commented on, in ascending
// order of items.
func (p *Project) Commented(limit int) ([]uint64, error) {
	var nums []uint64
	err := p.view(func(tx *bolt.Tx) error {
		c := tx.Bucket(bucketComments).Cursor()
		for k, _ := c.Seek(key8(1)); k != nil && len(nums) < limit; {
			if len(k) != 16 {
				return damaged("a comment under a key of %d bytes", len(k))
			}
			num := number(k[:8])
			nums = append(nums, num)
			k, _ = c.Seek(key8(num + 1))
		}
		return nil
	})
	return nums, err
}

// People returns everybody who decided about items, in the order in which they
// first did.
func (p *Project) People() []string {
	people := p.state.Load().people
	names := make([]string, len(people))
	for i, a := range people {
		names[i] = a.Name
	}
	return names
}
