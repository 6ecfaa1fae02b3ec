package store

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// Standing returns where an item stands: the decision in force, whoever made
// it. A settlement goes before all others, an answer or a flag before a skip,
// and of equals the later one. The second result is false where there is none.
func (p *Project) Standing(num uint64) (label.Standing, bool, error) {
	var st label.Standing
	var has bool
	err := p.view(func(tx *bolt.Tx) error {
		s, by, err := inForce(tx.Bucket(bucketAnswers).Cursor(), num)
		if s != nil {
			st, has = p.standing(num, s, by), true
		}
		return err
	})
	return st, has, err
}

func (p *Project) standing(num uint64, s *standing, by uint32) label.Standing {
	return label.Standing{Item: num, Event: s.Event, Annotator: p.state.Load().name(by), Decision: s.Decision}
}

// Standings visits where every item with a decision in force stands, in
// ascending order of items. An error of visit ends it and is returned.
func (p *Project) Standings(ctx context.Context, visit func(label.Standing) error) error {
	return p.AllStandings(ctx, func(all []label.Standing) error {
		foremost(all)
		return visit(all[0])
	})
}

// Touched visits every item that an event after since touched, once, with
// where it stands now; has is false where no decision on it is in force. It
// returns the last event that it took into account, to be given the next time.
// From 0 it visits the items that have a decision in force.
func (p *Project) Touched(since uint64, visit func(num uint64, s label.Standing, has bool) error) (upTo uint64, err error) {
	return p.TouchedStandings(since, func(num uint64, all []label.Standing) error {
		if len(all) == 0 {
			return visit(num, label.Standing{}, false)
		}
		return visit(num, all[0], true)
	})
}

// TouchedStandings is Touched with where the item stands by everybody who
// decided about it: first what is in force, then the others in the order of
// events; none where no decision is in force. The slice is only lent.
func (p *Project) TouchedStandings(since uint64, visit func(num uint64, all []label.Standing) error) (upTo uint64, err error) {
	upTo = p.Counts().Events
	if since == 0 {
		return upTo, p.AllStandings(context.Background(), func(all []label.Standing) error {
			foremost(all)
			return visit(all[0].Item, all)
		})
	}
	nums, err := p.touched(since, upTo)
	if err != nil {
		return since, err
	}
	type place struct {
		num  uint64
		from int // in all
	}
	var places []place
	var all []label.Standing
	for len(nums) > 0 {
		places, all = places[:0], all[:0]
		err := p.view(func(tx *bolt.Tx) error {
			c, part := tx.Bucket(bucketAnswers).Cursor(), newChunk()
			for more := true; more && len(nums) > 0; nums = nums[1:] {
				places = append(places, place{nums[0], len(all)})
				prefix := key8(nums[0])
				for k, v := c.Seek(prefix); bytes.HasPrefix(k, prefix); k, v = c.Next() {
					st, err := p.readStanding(k, v)
					if err != nil {
						return err
					}
					all = append(all, st)
				}
				more = !part.full(0)
			}
			return nil
		})
		if err != nil {
			return since, err
		}
		for i, pl := range places {
			to := len(all)
			if i+1 < len(places) {
				to = places[i+1].from
			}
			here := all[pl.from:to]
			inOrder(here)
			foremost(here)
			if err := visit(pl.num, here); err != nil {
				return since, err
			}
		}
	}
	return upTo, nil
}

// foremost brings the standing that is in force to the front of an item's, which
// are in the order of events, and leaves the order of the others.
func foremost(all []label.Standing) {
	best := 0
	for i := range all {
		if i > 0 && prevails(&standing{Event: all[i].Event, Decision: all[i].Decision}, &standing{Event: all[best].Event, Decision: all[best].Decision}) {
			best = i
		}
	}
	if best > 0 {
		first := all[best]
		copy(all[1:best+1], all[:best])
		all[0] = first
	}
}

// touched returns the items that events after since, up to and including to,
// decided about, in ascending order.
func (p *Project) touched(since, to uint64) ([]uint64, error) {
	var nums []uint64
	add := func(ev label.Event) {
		for _, d := range ev.Decisions {
			nums = append(nums, d.Item)
		}
	}
	err := p.Events(context.Background(), since+1, to, func(ev label.Event) error {
		if ev.Kind == label.Undone || ev.Kind == label.Redone {
			target, err := p.Event(ev.Target)
			if err != nil {
				return err
			}
			add(target)
		}
		add(ev)
		return nil
	})
	slices.Sort(nums)
	return slices.Compact(nums), err
}

// Skipped returns at most limit items whose decision in force is to skip them,
// in the order in which they were skipped.
func (p *Project) Skipped(limit int) ([]label.Standing, error) { return p.list(bucketSkipped, limit) }

// Flagged returns at most limit items whose decision in force is to set them
// aside, with the notes, in the order in which they were flagged.
func (p *Project) Flagged(limit int) ([]label.Standing, error) { return p.list(bucketFlagged, limit) }

func (p *Project) list(bucket []byte, limit int) ([]label.Standing, error) {
	var all []label.Standing
	err := p.view(func(tx *bolt.Tx) error {
		answers := tx.Bucket(bucketAnswers)
		c := tx.Bucket(bucket).Cursor()
		for k, v := c.First(); k != nil && len(all) < limit; k, v = c.Next() {
			if len(k) != 16 || len(v) != 4 {
				return damaged("an entry of list %s", bucket)
			}
			num, by := number(k[8:]), number4(v)
			b := answers.Get(answerKey(num, by))
			if b == nil {
				return damaged("item %d is %s without a decision", num, bucket)
			}
			s, err := decodeStanding(b)
			if err != nil {
				return fmt.Errorf("item %d: %w", num, err)
			}
			all = append(all, p.standing(num, &s, by))
		}
		return nil
	})
	return all, err
}
