package seat

import (
	"context"
	"time"

	"inkling/label"
)

// BulkAtMost is how many items can be decided about at once.
const BulkAtMost = 10_000

// Pick is one item of many that are decided about at once.
type Pick struct {
	Item   uint64
	Answer label.Answer
	Shown  *label.Suggestion // in sight when it was picked; nil where there was none
}

// OpenForBulk reports whether the person may decide about an item together with
// others, without a look at each: not where it is audited or its suggestion is
// withheld, for what is measured there are answers to single items; and not where
// others hold it, where enough people answered it, or where the person decided
// about it. It reads the disk.
func (s *Seat) OpenForBulk(it label.Item) (bool, error) {
	if !s.role.Answers() || it.Audit || s.withholds(it) {
		return false, nil
	}
	open, err := s.openFor(it.Num, false)
	return open > 0 && !s.room.held(it.Num, s, open), err
}

// Bulk decides about many items at once, in one event that is undone as one. Items
// that are no longer open, see OpenForBulk, are left out, and so are those beyond
// BulkAtMost; n is how many are left. The time that it took is shared among them.
// It reads the disk, and the ticket is nil where n is 0 or there is an error.
func (s *Seat) Bulk(ctx context.Context, how label.Bulk, picks []Pick, took time.Duration) (t *Ticket, n int, err error) {
	if !s.role.Answers() {
		return nil, 0, ErrRole
	}
	ev := label.Event{Kind: label.Decided, Bulk: &how}
	var leased []uint64
	defer func() {
		if err != nil {
			s.room.free(s, leased...)
		}
	}()
	seen := make(map[uint64]bool, len(picks))
	for _, p := range picks {
		if err := ctx.Err(); err != nil {
			return nil, 0, err
		}
		if len(ev.Decisions) == BulkAtMost {
			break
		}
		if seen[p.Item] {
			continue
		}
		seen[p.Item] = true
		it, err := s.project.Item(p.Item)
		if err != nil {
			return nil, 0, err
		}
		if ok, err := s.hold(it); err != nil {
			return nil, 0, err
		} else if !ok {
			continue
		}
		leased = append(leased, p.Item)
		ev.Decisions = append(ev.Decisions, label.Decision{Item: p.Item, Action: actionOn(p.Shown, p.Answer), Answer: p.Answer, Shown: shown(p.Shown)})
	}
	if n = len(ev.Decisions); n == 0 {
		return nil, 0, nil
	}
	for i := range ev.Decisions {
		ev.Decisions[i].Took = took / time.Duration(n)
	}
	return s.append(ev, nil), n, nil
}

// hold takes the lease of an item for a bulk decision, where it is open. It looks
// once more when it has it: from then on nobody else is handed it.
func (s *Seat) hold(it label.Item) (bool, error) {
	if it.Audit || s.withholds(it) {
		return false, nil
	}
	open, err := s.openFor(it.Num, false)
	if err != nil || open == 0 || !s.room.lease(it.Num, s, open) {
		return false, err
	}
	if open, err = s.openFor(it.Num, false); err != nil || open == 0 {
		s.room.free(s, it.Num)
		return false, err
	}
	return true, nil
}

// actionOn is what an answer makes of the suggestion that was in sight.
func actionOn(sug *label.Suggestion, a label.Answer) label.Action {
	switch {
	case sug == nil:
		return label.Answered
	case sug.Answer.Class == a.Class:
		return label.Accepted
	}
	return label.Corrected
}

// reopenAll takes note that a bulk decision was undone or redone: it opens no
// cards, for there may be thousands. What was undone comes again like what was
// given back.
func (s *Seat) reopenAll(d *Done, target label.Event) {
	d.Bulk = target.Bulk
	nums := make([]uint64, len(target.Decisions))
	for i, dec := range target.Decisions {
		nums[i] = dec.Item
	}
	if d.Event.Kind == label.Undone {
		s.Return(nums...)
		return
	}
	s.mu.Lock()
	for _, num := range nums {
		s.handed[num] = true
	}
	s.forget(nums...)
	s.mu.Unlock()
	s.room.free(s, nums...)
}
