package seat

import (
	"context"
	"encoding/binary"
	"math/rand/v2"

	"inkling/label"
)

// Next returns up to n cards in the order in which they should be asked:
// mostly from the trainer's ranking, a share from the audit stream, at random
// where there is no ranking, and at last what was skipped. It returns ErrDone
// where nothing is left. It reads the disk: call it ahead of need.
func (s *Seat) Next(ctx context.Context, n int) ([]Card, error) {
	out, err := s.deal(ctx, n, s.choose)
	if err == nil && len(out) == 0 {
		return nil, ErrDone
	}
	return out, err
}

// Renew returns up to n cards to take the places of cards that wait, now that
// there is another ranking. No audit is among them, and audits that wait keep
// their places: they do not depend on the ranking, and a person who never came
// to them would measure nothing. The cards replaced are then given back.
func (s *Seat) Renew(ctx context.Context, n int) ([]Card, error) {
	return s.deal(ctx, n, func() (uint64, Why, float64, error) {
		s.choosing.Lock()
		defer s.choosing.Unlock()
		return s.first(s.ranked, s.drawn)
	})
}

// deal opens up to n cards, one after the other as they are chosen.
func (s *Seat) deal(ctx context.Context, n int, choose func() (uint64, Why, float64, error)) ([]Card, error) {
	var out []Card
	for len(out) < n {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		num, why, margin, err := choose()
		if err != nil {
			return out, err
		}
		if num == 0 {
			break
		}
		c, err := s.open(num, why)
		if err != nil {
			return out, err
		}
		c.Margin = margin
		out = append(out, c)
	}
	return out, nil
}

// Return gives cards back that were not decided, so that they can come again.
func (s *Seat) Return(nums ...uint64) {
	if len(nums) == 0 {
		return
	}
	s.choosing.Lock()
	defer s.choosing.Unlock()
	s.back = append(s.back, nums...)
	s.rank = 0
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range nums {
		delete(s.handed, n)
		s.quota.back(n)
	}
}

// choose picks the next item and marks it as handed out; 0 where none is left.
func (s *Seat) choose() (num uint64, why Why, margin float64, err error) {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	steps := []step{s.ranked, s.drawn, s.audit}
	if s.quota.due(s.project.Task().Audit) {
		steps = []step{s.audit, s.ranked, s.drawn}
	}
	for {
		if num, why, margin, err = s.first(steps...); err != nil || num != 0 {
			return num, why, margin, err
		}
		// A step looks at a bounded number of items; nothing is left when both
		// walks have gone all the way round.
		if s.random.ended(s.project) && s.audits.ended(s.project) {
			break
		}
	}
	num, why, margin, err = s.again()
	return s.hand(num), why, margin, err
}

// step is one way to an item; 0 where it found none.
type step func() (num uint64, why Why, margin float64, err error)

// first takes the item of the first step that finds one, and counts it.
func (s *Seat) first(steps ...step) (uint64, Why, float64, error) {
	for _, look := range steps {
		if num, why, margin, err := look(); err != nil || num != 0 {
			if num != 0 {
				s.quota.hand(num, why == Audit, s.rng)
			}
			return s.hand(num), why, margin, err
		}
	}
	return 0, 0, 0, nil
}

// hand marks an item as handed out.
func (s *Seat) hand(num uint64) uint64 {
	if num != 0 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.handed[num] = true
	}
	return num
}

// isHanded reports whether an item was handed out in this session.
func (s *Seat) isHanded(num uint64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handed[num]
}

// free reports whether an item may be handed out.
func (s *Seat) free(num uint64) (bool, error) {
	if s.isHanded(num) {
		return false, nil
	}
	_, has, err := s.project.Standing(num)
	return !has, err
}

// ranked takes the next free entry of the trainer's ranking.
func (s *Seat) ranked() (uint64, Why, float64, error) {
	if r := s.trainer.Ranking(); r != s.ranking {
		s.ranking, s.rank = r, 0
	}
	if s.ranking == nil {
		return 0, 0, 0, nil
	}
	for ; s.rank < len(s.ranking.Entries); s.rank++ {
		e := s.ranking.Entries[s.rank]
		ok, err := s.free(e.Num)
		if err != nil {
			return 0, 0, 0, err
		}
		if ok {
			s.rank++
			return e.Num, whyOf(e.Why), float64(e.Margin), nil
		}
	}
	return 0, 0, 0, nil
}

// drawn takes the next free item of the random order that is not audited.
func (s *Seat) drawn() (uint64, Why, float64, error) {
	num, err := s.random.next(s, false)
	return num, Drawn, 0, err
}

// audit takes the next free item of the random order that is.
func (s *Seat) audit() (uint64, Why, float64, error) {
	num, err := s.audits.next(s, true)
	return num, Audit, 0, err
}

// again takes the item that was skipped longest ago.
func (s *Seat) again() (uint64, Why, float64, error) {
	s.mu.Lock()
	atMost := len(s.handed) + 1
	s.mu.Unlock()
	skipped, err := s.project.Skipped(atMost)
	if err != nil {
		return 0, 0, 0, err
	}
	for _, st := range skipped {
		if !s.isHanded(st.Item) {
			return st.Item, Again, 0, nil
		}
	}
	return 0, 0, 0, nil
}

// returned takes a free item that was given back, on the wanted side of the
// audit split, and forgets those that are no longer free.
func (s *Seat) returned(audit bool) (uint64, error) {
	keep := s.back[:0]
	found := uint64(0)
	for i, num := range s.back {
		if found != 0 {
			keep = append(keep, s.back[i:]...)
			break
		}
		ok, err := s.free(num)
		if err != nil {
			return 0, err
		}
		if !ok {
			continue
		}
		it, err := s.project.Item(num)
		if err != nil {
			return 0, err
		}
		if it.Audit == audit {
			found = num
		} else {
			keep = append(keep, num)
		}
	}
	s.back = keep
	return found, nil
}

// walk goes round the random order of a project once.
type walk struct {
	at    label.ID // where the next batch begins
	batch []uint64 // items read and not yet looked at
	seen  uint64   // items looked at in this round
	items uint64   // size of the project when the round began
}

// Bounds of a walk.
const (
	walkBatch = 64   // items read in one transaction
	walkStep  = 2048 // items looked at in one step, so that a turn of the audit stream is no long wait
)

func (w *walk) start(rng *rand.Rand) { binary.BigEndian.PutUint64(w.at[:], rng.Uint64()) }

// ended reports whether the walk has gone all the way round.
func (w *walk) ended(p Project) bool { return w.items == p.Counts().Items && w.seen >= w.items }

// next returns the next free item on the wanted side of the audit split, 0
// where none was found in one step of the walk.
func (w *walk) next(s *Seat, audit bool) (uint64, error) {
	if num, err := s.returned(audit); err != nil || num != 0 {
		return num, err
	}
	if n := s.project.Counts().Items; n != w.items {
		w.items, w.seen = n, 0
	}
	for looked := 0; w.seen < w.items && looked < walkStep; looked++ {
		if len(w.batch) == 0 {
			next, err := s.project.Walk(w.at, walkBatch, func(num uint64, _ label.ID) bool {
				w.batch = append(w.batch, num)
				return true
			})
			if err != nil {
				return 0, err
			}
			if w.at = next; len(w.batch) == 0 {
				w.seen = w.items
				break
			}
		}
		num := w.batch[0]
		w.batch = w.batch[1:]
		w.seen++
		// Whether it is free is cheaper to find out than whether it is audited.
		if ok, err := s.free(num); err != nil {
			return 0, err
		} else if !ok {
			continue
		}
		if it, err := s.project.Item(num); err != nil {
			return 0, err
		} else if it.Audit == audit {
			return num, nil
		}
	}
	return 0, nil
}
