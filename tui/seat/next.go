package seat

import (
	"context"
	"encoding/binary"

	"inkling/label"
)

// Next returns up to n cards in the order in which they should be asked:
// mostly from the trainer's ranking, a share from the audit stream, at random
// where there is no ranking, and at last what was skipped. It returns ErrDone
// where nothing is left. It reads the disk: call it ahead of need.
func (s *Seat) Next(ctx context.Context, n int) ([]Card, error) {
	var out []Card
	for len(out) < n {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		num, why, margin, err := s.choose()
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
	if len(out) == 0 {
		return nil, ErrDone
	}
	return out, nil
}

// Return gives cards back that were not decided, so that they can come again.
func (s *Seat) Return(nums ...uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range nums {
		delete(s.handed, n)
	}
	s.restart()
}

// restart looks again at what was passed over, because items came free.
func (s *Seat) restart() {
	s.rank = 0
	s.audits.again()
	s.random.again()
}

// choose picks the next item and marks it as handed out; 0 where none is left.
func (s *Seat) choose() (num uint64, why Why, margin float64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	task := s.project.Task()
	steps := []func() (uint64, Why, float64, error){s.ranked, s.drawn, s.audit}
	if task.Audit > 0 && s.rng.Float64() < task.Audit {
		steps = []func() (uint64, Why, float64, error){s.audit, s.ranked, s.drawn}
	}
	for _, step := range append(steps, s.again) {
		if num, why, margin, err = step(); err != nil || num != 0 {
			break
		}
	}
	if num != 0 {
		s.handed[num] = true
	}
	return num, why, margin, err
}

// free reports whether an item may be handed out.
func (s *Seat) free(num uint64) (bool, error) {
	if s.handed[num] {
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
	skipped, err := s.project.Skipped(len(s.handed) + 1)
	if err != nil {
		return 0, 0, 0, err
	}
	for _, st := range skipped {
		if !s.handed[st.Item] {
			return st.Item, Again, 0, nil
		}
	}
	return 0, 0, 0, nil
}

// walk goes round the random order of a project once.
type walk struct {
	at    label.ID // where the next batch begins
	batch []uint64 // items read and not yet looked at
	seen  uint64   // items looked at in this round
	items uint64   // size of the project when the round began
}

// walkBatch is the number of items read in one transaction.
const walkBatch = 64

func (w *walk) start(seed uint64) {
	// An odd multiplier spreads neighbouring seeds over the whole order.
	binary.BigEndian.PutUint64(w.at[:], seed*0x9e3779b97f4a7c15)
}

// again begins a new round where the walk stands: items came free.
func (w *walk) again() { w.seen = 0 }

// next returns the next free item on the wanted side of the audit split, 0
// where the round has ended.
func (w *walk) next(s *Seat, audit bool) (uint64, error) {
	if n := s.project.Counts().Items; n != w.items {
		w.items, w.seen = n, 0
	}
	for w.seen < w.items {
		if len(w.batch) == 0 {
			next, err := s.project.Walk(w.at, walkBatch, func(num uint64, _ label.ID) bool {
				w.batch = append(w.batch, num)
				return true
			})
			if err != nil {
				return 0, err
			}
			if w.at = next; len(w.batch) == 0 {
				break
			}
		}
		num := w.batch[0]
		w.batch = w.batch[1:]
		w.seen++
		it, err := s.project.Item(num)
		if err != nil {
			return 0, err
		}
		if it.Audit != audit {
			continue
		}
		if ok, err := s.free(num); err != nil || ok {
			return num, err
		}
	}
	return 0, nil
}
