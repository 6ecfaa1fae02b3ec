package seat

import (
	"encoding/binary"
	"maps"
	"math/rand/v2"
	"slices"

	"inkling/label"
)

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
	return w.look(s, func(num uint64) (bool, error) {
		// Whether it is free is cheaper to find out than whether it is audited.
		if ok, err := s.free(num); !ok {
			return false, err
		}
		it, err := s.project.Item(num)
		return it.Audit == audit, err
	})
}

// look returns the next item that is wanted, 0 where none was found in one step
// of the walk.
func (w *walk) look(s *Seat, wanted func(num uint64) (bool, error)) (uint64, error) {
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
		if ok, err := wanted(num); err != nil {
			return 0, err
		} else if ok {
			return num, nil
		}
	}
	return 0, nil
}

// passed are items that others held as somebody came by. Should they give them
// back, there is no other way to them: the walks go round once.
type passed struct {
	items map[uint64]bool
	most  int // of them, before those are forgotten that others answered
}

// fewPassed is how many are kept without a look at what became of them.
const fewPassed = 1024

func (p *passed) add(num uint64, s *Seat) error {
	if p.items == nil {
		p.items, p.most = map[uint64]bool{}, fewPassed
	}
	if p.items[num] = true; len(p.items) <= p.most {
		return nil
	}
	for num := range p.items {
		if open, err := s.openFor(num, false); err != nil {
			return err
		} else if open == 0 || s.isHanded(num) {
			delete(p.items, num)
		}
	}
	p.most = max(fewPassed, 2*len(p.items))
	return nil
}

// waited takes an item that was passed over and is free by now, the first of the
// order of items.
func (s *Seat) waited() (given, error) {
	for _, num := range slices.Sorted(maps.Keys(s.passed.items)) {
		if s.isHanded(num) {
			delete(s.passed.items, num)
			continue
		}
		open, err := s.openFor(num, false)
		if err != nil {
			return given{}, err
		}
		if open > 0 && s.room.held(num, s, open) {
			continue
		}
		delete(s.passed.items, num)
		if open > 0 {
			it, err := s.project.Item(num)
			if it.Audit {
				return given{num: num, why: Audit}, err
			}
			return given{num: num, why: Drawn}, err
		}
	}
	return given{}, nil
}
