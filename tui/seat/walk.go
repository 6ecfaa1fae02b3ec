package seat

import (
	"encoding/binary"
	"math/rand/v2"

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
