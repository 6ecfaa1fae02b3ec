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
			s, err := decodeStanding(v)
			if err != nil {
				return fmt.Errorf("item %d: %w", num, err)
			}
			all = append(all, p.standing(num, &s, number4(k[8:])))
		}
		return nil
	})
	slices.SortFunc(all, func(a, b label.Standing) int { return cmp.Compare(a.Event, b.Event) })
	return all, err
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
				if len(k) != 12 {
					return damaged("a standing under a key of %d bytes", len(k))
				}
				num := number(k[:8])
				same := len(all) > 0 && all[len(all)-1].Item == num
				if more = !same && part.full(len(v)); more {
					next = num
					return nil
				}
				s, err := decodeStanding(v)
				if err != nil {
					return fmt.Errorf("item %d: %w", num, err)
				}
				all = append(all, p.standing(num, &s, number4(k[8:])))
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
			one := rest[:n]
			slices.SortFunc(one, func(a, b label.Standing) int { return cmp.Compare(a.Event, b.Event) })
			if err := visit(one); err != nil {
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
