package tui

import (
	"errors"
	"fmt"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"inkling/label"
	"inkling/learn"
	"inkling/store"
	"inkling/tui/safe"
	"inkling/tui/seat"
)

// ahead is how many cards are kept ready, so that between two items nobody
// waits.
const ahead = 6

// answer decides the card on screen and moves on at once; the store says later
// that it is saved.
func (l *labelScreen) answer(class int) tea.Cmd {
	return l.decide(func(c seat.Card, took time.Duration) *seat.Ticket {
		l.pace.add(took)
		return l.seat.Decide(c, label.ClassAnswer(class), took)
	})
}

func (l *labelScreen) skip() tea.Cmd { return l.decide(l.seat.Skip) }

func (l *labelScreen) flag(note string) tea.Cmd {
	l.over = nil
	return l.decide(func(c seat.Card, took time.Duration) *seat.Ticket { return l.seat.Flag(c, note, took) })
}

func (l *labelScreen) decide(hand func(seat.Card, time.Duration) *seat.Ticket) tea.Cmd {
	if l.cur == nil {
		return nil
	}
	c := *l.cur
	t := hand(c, l.now().Sub(l.shownAt))
	return tea.Batch(l.wait(t, doneMsg{card: &c}), l.advance())
}

func (l *labelScreen) wait(t *seat.Ticket, m doneMsg) tea.Cmd {
	return func() tea.Msg {
		m.done = t.Wait(l.ctx)
		return m
	}
}

// move marks that the card is about to change because the person asked for it:
// the keys pressed meanwhile are for the card that comes. Whoever handles the
// command's message calls moved.
func (l *labelScreen) move(cmd tea.Cmd) tea.Cmd {
	l.moving++
	return cmd
}

// moved ends a move. Where nothing came of it, the keys that were meant for
// its card are for no other.
func (l *labelScreen) moved(came bool) {
	l.moving--
	if !came {
		l.held = nil
	}
}

// advance puts the next card on screen.
func (l *labelScreen) advance() tea.Cmd {
	if len(l.past) > 0 {
		l.leavePast()
		return tea.Batch(l.refill(), l.play())
	}
	l.cur = nil
	l.take()
	return tea.Batch(l.refill(), l.play())
}

// take moves the first card that was fetched ahead to the screen, where that
// is empty. What waited for so long that somebody else took it goes.
func (l *labelScreen) take() {
	for l.cur == nil && len(l.next) > 0 {
		c := l.next[0]
		l.next = l.next[1:]
		if replaceable(c) || c.Why == seat.Audit || c.Why == seat.Again {
			if !l.seat.Keep(c.Item.Num) {
				continue
			}
		}
		l.put(c)
	}
}

// put shows a card.
func (l *labelScreen) put(c seat.Card) {
	l.cur = &c
	l.seat.OnScreen(c.Item.Num)
	l.shownAt = l.now()
	l.cleaned = c.Text != c.Item.Text(l.project.Task())
	l.layout, l.scroll, l.updated, l.audit, l.prefix = nil, 0, false, false, ""
}

// insert shows a card before the one on screen, which becomes the next.
func (l *labelScreen) insert(c seat.Card) {
	l.next = without(l.next, c.Item.Num)
	if l.cur != nil && l.cur.Item.Num != c.Item.Num {
		l.next = slices.Insert(l.next, 0, *l.cur)
	}
	l.put(c)
}

// comeBack puts a card whose decision could not be saved at the front of the
// queue, behind those that came back before it.
func (l *labelScreen) comeBack(c seat.Card) {
	c.Why = seat.Unsaved
	l.next = without(l.next, c.Item.Num)
	at := 0
	for at < len(l.next) && l.next[at].Why == seat.Unsaved {
		at++
	}
	l.next = slices.Insert(l.next, at, c)
	l.take()
}

// without returns the cards but for those of one item.
func without(cards []seat.Card, num uint64) []seat.Card {
	return slices.DeleteFunc(slices.Clone(cards), func(c seat.Card) bool { return c.Item.Num == num })
}

// drop takes an item off the screen and out of what was fetched.
func (l *labelScreen) drop(num uint64) {
	l.next = without(l.next, num)
	if l.cur != nil && l.cur.Item.Num == num {
		l.cur = nil
		l.take()
	}
}

// refill fetches more cards where few are left.
func (l *labelScreen) refill() tea.Cmd {
	if l.asking || l.done || len(l.next) >= ahead/2 {
		return nil
	}
	return l.fetch()
}

// fetch asks for more cards. There is one fetch at a time: what it brings is
// always taken, so that no audit is sent back before it was seen.
func (l *labelScreen) fetch() tea.Cmd {
	l.asking = true
	return func() tea.Msg {
		cards, err := l.seat.Next(l.ctx, ahead)
		return cardsMsg{cards: cards, err: err}
	}
}

// renew asks for other cards in the place of those that wait for no better
// reason than the ranking of their time.
func (l *labelScreen) renew() tea.Cmd {
	if l.asking {
		l.stale = true
		return nil
	}
	l.stale = false
	n := 0
	for _, c := range l.next {
		if replaceable(c) {
			n++
		}
	}
	if n == 0 {
		return l.refill()
	}
	l.asking = true
	return func() tea.Msg {
		cards, err := l.seat.Renew(l.ctx, n)
		return cardsMsg{instead: true, cards: cards, err: err}
	}
}

// replaceable reports whether a card that waits may give way to a better one.
// What the person asked for stays, what could not be saved, and an audit.
func replaceable(c seat.Card) bool {
	switch c.Why {
	case seat.Audit, seat.Again, seat.Past, seat.Asked, seat.Unsaved:
		return false
	}
	return true
}

// replace puts cards in the place of those that give way, one by one and in
// order, and gives back those that left and those that found no place.
func (l *labelScreen) replace(cards []seat.Card) {
	var left []seat.Card
	for i := range l.next {
		if len(cards) > 0 && replaceable(l.next[i]) {
			left = append(left, l.next[i])
			l.next[i], cards = cards[0], cards[1:]
		}
	}
	l.giveBack(append(left, cards...))
}

// free notes that an item can come again, which a fetch under way may have
// missed.
func (l *labelScreen) free() {
	l.done = false
	l.freed = l.asking
}

// askAgain is how long after the end it is asked whether there is more: others
// may give back what they held.
const askAgain = time.Minute

func (l *labelScreen) askLater() tea.Cmd {
	if l.later {
		return nil
	}
	l.later = true
	return func() tea.Msg {
		t := time.NewTimer(askAgain)
		defer t.Stop()
		select {
		case <-t.C:
			return askAgainMsg{}
		case <-l.ctx.Done():
			return nil
		}
	}
}

// askedAgain asks for cards after the end.
func (l *labelScreen) askedAgain() tea.Cmd {
	l.later = false
	if !l.done || l.asking {
		return nil
	}
	return l.fetch()
}

func (l *labelScreen) took(m cardsMsg) tea.Cmd {
	l.asking = false
	freed := l.freed
	l.freed = false
	// A card that was opened meanwhile, or came back, is not taken twice.
	cards := slices.DeleteFunc(m.cards, func(c seat.Card) bool {
		same := func(o seat.Card) bool { return o.Item.Num == c.Item.Num }
		return l.cur != nil && same(*l.cur) || slices.ContainsFunc(l.next, same)
	})
	if m.instead {
		// The old ones were kept until now so that nobody had to wait.
		l.replace(cards)
	} else {
		l.next = append(l.next, cards...)
	}
	if len(m.cards) > 0 {
		l.done = false
	}
	had := l.cur != nil
	l.take()
	var cmd tea.Cmd
	switch {
	case errors.Is(m.err, seat.ErrDone):
		if l.done = !freed; l.done {
			cmd = l.askLater()
		}
	case m.err != nil && l.ctx.Err() == nil:
		cmd = fail(l.words.Label.Fetch, m.err)
	}
	switch {
	case l.stale:
		cmd = tea.Batch(cmd, l.renew())
	case m.err == nil || freed:
		cmd = tea.Batch(cmd, l.refill())
	}
	if !had {
		cmd = tea.Batch(cmd, l.play())
	}
	return cmd
}

func (l *labelScreen) giveBack(cards []seat.Card) {
	nums := make([]uint64, len(cards))
	for i, c := range cards {
		nums[i] = c.Item.Num
	}
	l.seat.Return(nums...)
}

// decided takes the store's word on a decision, an undo or a redo.
func (l *labelScreen) decided(m doneMsg) tea.Cmd {
	w := l.words.Label
	if m.undid || m.redid {
		l.moved(m.done.Err == nil)
	}
	if err := m.done.Err; err != nil {
		switch {
		case l.ctx.Err() != nil: // the session ends; the seat waits for the disk
		case errors.Is(err, store.ErrNothingToUndo):
			l.notice = w.NothingToUndo
		case errors.Is(err, store.ErrNothingToRedo):
			l.notice = w.NothingToRedo
		case m.card == nil:
			l.notice = fmt.Sprintf(w.NotSaved, safe.Line(err.Error()))
		default:
			// What could not be saved comes back to the front, with its reason; what
			// is on screen stays there until it is decided.
			l.comeBack(*m.card)
			l.notice = fmt.Sprintf(w.FailedBack, safe.Line(err.Error()))
			l.playing = false
		}
		return nil
	}
	if m.card != nil && m.done.Event.Decisions[0].Action == label.Skipped {
		l.free()
	}
	switch {
	case m.undid:
		l.mine.add(m.done.Decisions, -1)
	case m.redid:
		l.mine.add(m.done.Decisions, 1)
	default:
		l.mine.add(m.done.Event.Decisions, 1)
	}
	switch {
	case m.undid && m.done.Bulk != nil:
		l.notice = fmt.Sprintf(l.words.Bulk.Undone, len(m.done.Decisions))
		l.done = false
		l.leavePast()
	case m.redid && m.done.Bulk != nil:
		l.notice = fmt.Sprintf(l.words.Bulk.Redone, len(m.done.Decisions))
		l.leavePast()
		l.dropAll(m.done.Decisions)
	case m.undid:
		l.notice = fmt.Sprintf(w.WasUndone, l.says(m.done.Target))
		l.done = false
		l.leavePast()
		for _, c := range m.done.Cards {
			l.insert(c)
		}
	case m.redid:
		l.notice = fmt.Sprintf(w.WasRedone, l.says(m.done.Target))
		l.leavePast()
		// A redone item is decided again: it leaves the screen and the queue.
		for _, c := range m.done.Cards {
			l.drop(c.Item.Num)
			if c.Standing != nil && c.Standing.Decision.Action == label.Skipped {
				l.free()
			}
		}
	}
	return l.refill()
}

// trained follows the trainer. A new model or ranking re-orders the queue: what
// was fetched ahead is fetched again, but the item on screen stays, and only
// its suggestion follows.
func (l *labelScreen) trained(s learn.State) tea.Cmd {
	renewed := s.Current != l.state.Current
	l.state = s
	if renewed {
		l.history.read(l.trainer.Runs())
	}
	r := l.trainer.Ranking()
	reranked := r != l.ranking
	l.ranking = r
	if rules := l.trainer.Rules(); rules != l.rules && (s.Current == 0 || rules.Lead() || l.rules.Lead()) && !l.done {
		l.rules = rules
		l.refreshing = refresh{}
		return l.renew() // they suggest until there is a model
	}
	if s.Current == 0 || l.done || !renewed && !reranked {
		return nil
	}
	return l.renew()
}

// catchUp asks for the suggestion of the model in force, where that on screen
// is an earlier one's, and for reasons that were left out because they take
// long. Of these there is one at a time, however fast cards come and go.
func (l *labelScreen) catchUp() tea.Cmd {
	if l.cur == nil || l.state.Current == 0 && l.rules == nil || l.cur.Item.Audit {
		return nil
	}
	if s := l.cur.Suggestion; s != nil && !l.cur.Reasonless && (s.Model == l.state.Current || s.Model == l.other.ID) {
		l.refreshing = refresh{} // what is still under way is overtaken
		return nil
	}
	want := refresh{l.cur.Item.Num, l.state.Current}
	if l.refreshing == want || l.explaining != (refresh{}) {
		return nil
	}
	l.refreshing = want
	if l.cur.Reasonless {
		l.explaining = want
	}
	cur := *l.cur
	return func() tea.Msg { return refreshedMsg{want, l.seat.Refresh(cur)} }
}

// refreshed takes the answer to the latest refresh; one that was overtaken is
// dropped.
func (l *labelScreen) refreshed(m refreshedMsg) {
	c := m.card
	if m.want == l.explaining {
		l.explaining = refresh{}
	}
	if m.want != l.refreshing {
		return
	}
	if l.cur == nil || l.cur.Item.Num != c.Item.Num {
		l.refreshing = refresh{} // should the item come back, it is asked for again
		return
	}
	before := l.cur.Suggestion
	l.cur.Suggestion, l.cur.Withheld, l.cur.Reasonless = c.Suggestion, c.Withheld, c.Reasonless
	turned := (before == nil) != (c.Suggestion == nil) || before != nil && before.Answer.Class != c.Suggestion.Answer.Class
	if turned {
		l.turnedAt = l.now()
	}
	if turned || before != nil && fmt.Sprintf("%.2f", before.Probability) != fmt.Sprintf("%.2f", c.Suggestion.Probability) {
		l.updated = true
	}
	l.layout = nil
}

// play lets the demo's oracle answer the card on screen, after the time that a
// person would take.
func (l *labelScreen) play() tea.Cmd {
	if !l.playing || l.demo == nil || l.cur == nil || l.over != nil {
		return nil
	}
	class, took, ok := l.demo.Answer(l.cur.Item)
	if !ok {
		l.playing = false // it has said what it had to say
		return nil
	}
	l.plays++
	m := playMsg{l.plays, l.cur.Item.Num, class}
	return func() tea.Msg {
		select {
		case <-time.After(took):
			return m
		case <-l.ctx.Done():
			return nil
		}
	}
}
