package seat

import (
	"context"
	"slices"

	"inkling/label"
	"inkling/learn/query"
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
	return s.deal(ctx, n, func() (given, error) {
		s.choosing.Lock()
		defer s.choosing.Unlock()
		return s.first(s.ranked, s.drawn)
	})
}

// deal opens up to n cards, one after the other as they are chosen.
func (s *Seat) deal(ctx context.Context, n int, choose func() (given, error)) ([]Card, error) {
	var out []Card
	for len(out) < n {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		g, err := choose()
		if err != nil {
			return out, err
		}
		if g.num == 0 {
			break
		}
		c, err := s.open(g.num, g.why)
		if err != nil {
			return out, err
		}
		if c.Margin, c.Stands = g.margin, g.stands; g.why == Second {
			// What others said, and a model that learned from it, would be an echo.
			c.Standing, c.Margin, c.Confidence = nil, 0, g.margin
			if c.Answers, err = s.answered(g.num); err != nil {
				return out, err
			}
		}
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
	for _, n := range nums {
		delete(s.handed, n)
		s.quota.back(n)
		s.goldQuota.back(n)
	}
	s.forget(nums...)
	s.mu.Unlock()
	s.room.free(s, nums...)
}

// forget takes items out of what is given and not decided; the caller holds mu.
func (s *Seat) forget(nums ...uint64) {
	s.given = slices.DeleteFunc(s.given, func(g given) bool { return slices.Contains(nums, g.num) })
}

// choose picks the next item and marks it as handed out; 0 where none is left.
func (s *Seat) choose() (given, error) {
	s.choosing.Lock()
	defer s.choosing.Unlock()
	if g, err := s.first(s.resumed); err != nil || g.num != 0 {
		return g, err
	}
	steps := []step{s.ranked, s.drawn, s.audit}
	task := s.project.Task()
	if s.quota.due(task.Audit) {
		steps = []step{s.audit, s.ranked, s.drawn}
	}
	if a := task.Assignment; a != nil && s.goldQuota.due(a.Gold) {
		steps = append([]step{s.gold}, steps...)
	}
	for {
		if g, err := s.first(steps...); err != nil || g.num != 0 {
			return g, err
		}
		// A step looks at a bounded number of items; nothing is left when both
		// walks have gone all the way round.
		if s.random.ended(s.project) && s.audits.ended(s.project) {
			break
		}
	}
	return s.first(s.waited, s.again)
}

// step is one way to an item; 0 where it found none.
type step func() (given, error)

// first takes the item of the first step that finds one that no one else took
// meanwhile, and counts it.
func (s *Seat) first(steps ...step) (given, error) {
	for _, look := range steps {
		for {
			g, err := look()
			if err != nil {
				return given{}, err
			}
			if g.num == 0 {
				break
			}
			open, err := s.openTo(g.num, g.why)
			if err != nil {
				return given{}, err
			}
			if s.room.gone(s) {
				return given{}, ErrLeft
			}
			if !s.room.lease(g.num, s, open) {
				continue
			}
			if g.why != Again {
				s.quota.hand(g.num, g.why == Audit, s.rng)
				s.goldQuota.hand(g.num, g.why == goldCheck, s.rng)
			}
			s.hand(g)
			if g.why == goldCheck {
				g.why = Drawn // like any other
			}
			return g, nil
		}
	}
	return given{}, nil
}

// hand marks an item as handed out.
func (s *Seat) hand(g given) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handed[g.num] = true
	s.given = append(s.given, g)
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
	open, err := s.openFor(num, false)
	if err != nil || open == 0 {
		return false, err
	}
	if s.room.held(num, s, open) {
		return false, s.passed.add(num, s)
	}
	return true, nil
}

// freeAgain reports whether an item may be handed out for a second opinion: not
// where another came meanwhile, unless it wants more anyway.
func (s *Seat) freeAgain(e query.Entry) (bool, error) {
	if s.isHanded(e.Num) {
		return false, nil
	}
	n, err := s.answered(e.Num)
	if err != nil {
		return false, err
	}
	open, err := s.openFor(e.Num, n <= e.Answers)
	return open > 0 && !s.room.held(e.Num, s, open), err
}

// answered is how many people answered an item.
func (s *Seat) answered(num uint64) (n int, err error) {
	all, err := s.project.ItemStandings(num)
	for _, st := range all {
		if st.Decision.Action.HasAnswer() && !st.Decision.Settles {
			n++
		}
	}
	return n, err
}

// unlimited is how many answers are open where the number of them does not
// matter.
const unlimited = 1 << 20

// openTo returns how many answers are open of an item that a step found.
func (s *Seat) openTo(num uint64, why Why) (int, error) {
	switch why {
	case goldCheck:
		return unlimited, nil
	case Again:
		open, _, err := s.openOf(num, false)
		return open, err
	}
	return s.openFor(num, why == Second)
}

// openFor returns how many answers to an item are open for this person: those
// that it wants, or a second opinion on what is answered, less those that others
// gave. None are where the person decided about it, where it is settled or
// flagged, and where it asks for a skill that they do not have.
func (s *Seat) openFor(num uint64, second bool) (int, error) {
	open, skipped, err := s.openOf(num, second)
	if skipped {
		return 0, err
	}
	return open, err
}

// openOf is openFor; where the person skipped the item it returns what is open of
// it all the same, and true.
func (s *Seat) openOf(num uint64, second bool) (open int, skipped bool, err error) {
	all, err := s.project.ItemStandings(num)
	if err != nil {
		return 0, false, err
	}
	answered := 0
	for _, st := range all {
		switch {
		case st.Annotator == s.annotator && st.Decision.Action == label.Skipped:
			skipped = true
		case st.Annotator == s.annotator, st.Decision.Settles, st.Decision.Action == label.Flagged:
			return 0, skipped, nil
		case st.Decision.Action.HasAnswer():
			answered++
		}
	}
	task := s.project.Task()
	wanted := 1
	if a := task.Assignment; a != nil && (answered == 0 && a.Skill != "" || a.Share > 0 || second) {
		it, err := s.project.Item(num)
		if err != nil {
			return 0, skipped, err
		}
		if !task.Suits(s.annotator, it.Fields) {
			return 0, skipped, nil
		}
		wanted = task.Wanted(it.Key)
	}
	if second {
		wanted = max(wanted, answered+1)
	}
	return max(wanted-answered, 0), skipped, nil
}

// resumed takes the next of what was before the person when they lost the
// connection.
func (s *Seat) resumed() (given, error) {
	for len(s.resume) > 0 {
		g := s.resume[0]
		s.resume = s.resume[1:]
		if s.isHanded(g.num) {
			continue
		}
		open, err := s.openTo(g.num, g.why)
		if err != nil {
			return given{}, err
		}
		if open > 0 {
			return g, nil
		}
		s.room.free(s, g.num)
	}
	return given{}, nil
}

// ranked takes the next free entry of the trainer's ranking.
func (s *Seat) ranked() (given, error) {
	if r := s.trainer.Ranking(); r != s.ranking {
		s.ranking, s.rank = r, 0
	}
	if s.ranking == nil {
		return given{}, nil
	}
	for ; s.rank < len(s.ranking.Entries); s.rank++ {
		e := s.ranking.Entries[s.rank]
		ok, margin, err := false, float64(e.Margin), error(nil)
		if e.Why == query.Second {
			margin = float64(e.Confidence)
			ok, err = s.freeAgain(e)
		} else {
			ok, err = s.free(e.Num)
		}
		if err != nil {
			return given{}, err
		}
		if ok {
			s.rank++
			return given{e.Num, whyOf(e.Why), margin, e.Stands}, nil
		}
	}
	return given{}, nil
}

// drawn takes the next free item of the random order that is not audited.
func (s *Seat) drawn() (given, error) {
	num, err := s.random.next(s, false)
	return given{num: num, why: Drawn}, err
}

// audit takes the next free item of the random order that is.
func (s *Seat) audit() (given, error) {
	num, err := s.audits.next(s, true)
	return given{num: num, why: Audit}, err
}

// again takes the item that was skipped longest ago, by this person or by
// others, and that nobody answered.
func (s *Seat) again() (given, error) {
	most := s.room.leased() + 1
	s.mu.Lock()
	most += len(s.handed)
	s.mu.Unlock()
	for looked := 0; ; most *= 2 { // those that ask for another's skill may come first
		skipped, err := s.project.Skipped(most)
		if err != nil {
			return given{}, err
		}
		for _, st := range skipped[min(looked, len(skipped)):] {
			if ok, err := s.freeSkipped(st.Item, false); err != nil || ok {
				return given{num: st.Item, why: Again}, err
			}
		}
		if looked = len(skipped); looked < most {
			break
		}
	}
	if a := s.project.Task().Assignment; a == nil || a.Share == 0 {
		return given{}, nil
	}
	// What others answered is no longer among the skipped, and may want more
	// answers than theirs: at the end of all work it is looked for.
	for s.skips.seen = 0; ; {
		num, err := s.skips.look(s, func(num uint64) (bool, error) { return s.freeSkipped(num, true) })
		if err != nil || num != 0 || s.skips.ended(s.project) {
			return given{num: num, why: Again}, err
		}
	}
}

// freeSkipped reports whether an item that was skipped, by this person or, unless
// mine, by others, may be handed out.
func (s *Seat) freeSkipped(num uint64, mine bool) (bool, error) {
	if s.isHanded(num) {
		return false, nil
	}
	open, skipped, err := s.openOf(num, false)
	return open > 0 && (skipped || !mine) && !s.room.held(num, s, open), err
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
