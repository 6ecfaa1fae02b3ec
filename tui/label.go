package tui

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/charmbracelet/bubbles/key"
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

// labelScreen puts one item after another before the person.
type labelScreen struct {
	*desk
	counts label.Counts
	state  learn.State

	cur     *seat.Card  // on screen; nil while there is none
	next    []seat.Card // fetched ahead, in order
	asking  int         // number of the fetch under way, 0 where none is; older answers are stale
	asked   int
	done    bool // the seat has nothing left
	shownAt time.Time
	updated bool // the suggestion changed while the item was on screen
	audit   bool // the person asked why there is no suggestion

	past    []seat.Card // the way back to the present: the last one is the present card
	prefix  string      // the first key of two
	notice  string      // what the last key did, where the screen does not show it
	pace    pace
	history history

	layout  *safe.Layout // of the text, for one width
	laidOut int
	scroll  int
	raw     bool
	wide    bool // the reasons take the left pane

	over overlay // what lies over the text: palette, search, note, guideline; nil where nothing does
}

// overlay is something that takes the keys for a while: it is drawn in place of
// the item's text.
type overlay interface {
	update(msg tea.Msg) tea.Cmd
	view(width, height int) string
	typing() bool
	hints() []key.Binding
}

func newLabelScreen(d *desk) *labelScreen { return &labelScreen{desk: d} }

// Messages of the label screen. Each carries what it belongs to.
type (
	cardsMsg struct {
		ask     int
		instead bool
		cards   []seat.Card
		err     error
	}
	doneMsg struct {
		card  *seat.Card // the card that was decided; nil for undo and redo
		done  seat.Done
		undid bool
		redid bool
	}
	refreshedMsg struct{ card seat.Card }
	pastMsg      struct {
		from uint64
		card seat.Card
		ok   bool
		err  error
	}
	openedMsg struct {
		card seat.Card
		err  error
	}
	playMsg struct {
		item  uint64
		class int
	}
)

func (l *labelScreen) shown() tea.Cmd { return tea.Batch(l.refill(), l.play()) }

func (l *labelScreen) typing() bool { return l.over != nil && l.over.typing() }

func (l *labelScreen) update(msg tea.Msg) tea.Cmd {
	switch m := msg.(type) {
	case committedMsg:
		grown := m.counts.Items != l.counts.Items
		l.counts = m.counts
		if grown {
			l.done = false
			return l.refill()
		}
	case trainerMsg:
		return l.trained(m.state)
	case cardsMsg:
		return l.took(m)
	case doneMsg:
		return l.decided(m)
	case refreshedMsg:
		l.refreshed(m.card)
	case pastMsg:
		return l.goneBack(m)
	case openItemMsg:
		return l.open(m.item)
	case openedMsg:
		if m.err != nil {
			return fail("open", m.err)
		}
		l.leavePast()
		l.insert(m.card)
		l.over = nil
	case playMsg:
		if l.playing && l.cur != nil && l.cur.Item.Num == m.item && l.over == nil {
			return l.answer(m.class)
		}
	case tea.KeyMsg:
		return l.press(m)
	case tea.MouseMsg:
		switch m.Button {
		case tea.MouseButtonWheelUp:
			l.scrollBy(-3)
		case tea.MouseButtonWheelDown:
			l.scrollBy(3)
		}
	default:
		if l.over != nil {
			return l.over.update(msg)
		}
	}
	return nil
}

// fail turns an error into the message that the frame shows.
func fail(doing string, err error) tea.Cmd {
	return func() tea.Msg { return failedMsg{doing, err} }
}

func (l *labelScreen) press(m tea.KeyMsg) tea.Cmd {
	l.notice = ""
	if l.over != nil {
		if key.Matches(m, l.keys.Close) {
			l.over = nil
			return l.play()
		}
		return l.over.update(m)
	}
	if class, ok := l.labelKey(m.String()); ok {
		if class < 0 {
			return nil // the first key of two
		}
		return l.answer(class)
	}
	switch {
	case key.Matches(m, l.keys.Close):
		if len(l.past) > 0 {
			l.leavePast()
		}
		l.wide = false
	case key.Matches(m, l.keys.Accept):
		if l.cur != nil && l.cur.Suggestion != nil {
			return l.answer(l.cur.Suggestion.Answer.Class)
		}
	case key.Matches(m, l.keys.Skip):
		return l.skip()
	case key.Matches(m, l.keys.Undo):
		return l.wait(l.seat.Undo(), doneMsg{undid: true})
	case key.Matches(m, l.keys.Redo):
		return l.wait(l.seat.Redo(), doneMsg{redid: true})
	case key.Matches(m, l.keys.Back):
		return l.back()
	case key.Matches(m, l.keys.Forth):
		l.forth()
	case key.Matches(m, l.keys.Audit):
		l.audit = !l.audit
	case key.Matches(m, l.keys.Reasons):
		l.wide = !l.wide
	case key.Matches(m, l.keys.Raw):
		l.raw = !l.raw
		l.layout = nil
	case key.Matches(m, l.keys.Up):
		l.scrollBy(-1)
	case key.Matches(m, l.keys.Down):
		l.scrollBy(1)
	case key.Matches(m, l.keys.PageUp):
		l.scrollBy(-8)
	case key.Matches(m, l.keys.PageDown):
		l.scrollBy(8)
	case key.Matches(m, l.keys.Top):
		l.scroll = 0
	case key.Matches(m, l.keys.Palette):
		if l.cur != nil {
			l.over = newPalette(l)
		}
	case key.Matches(m, l.keys.Search):
		l.over = newFinder(l)
	case key.Matches(m, l.keys.Flag):
		if l.cur != nil {
			l.over = newNote(l)
		}
	case key.Matches(m, l.keys.Guideline):
		l.over = &guideline{l}
	}
	return nil
}

// labelKey reads a key as a label's: its own key, or both of its two, or its
// number. It returns class -1 where the key may be the first of two.
func (l *labelScreen) labelKey(k string) (class int, ok bool) {
	labels := l.project.Task().Labels
	typed := l.prefix + k
	begins := false
	for i, lb := range labels {
		if lb.Key == typed {
			l.prefix = ""
			return i, true
		}
		begins = begins || (lb.Key != "" && len(lb.Key) > len(typed) && lb.Key[:len(typed)] == typed)
	}
	if begins {
		l.prefix = typed
		return -1, true
	}
	if l.prefix != "" {
		l.notice = fmt.Sprintf(l.words.Label.NoSuchKey, typed)
		l.prefix = ""
		return -1, true
	}
	if len(k) == 1 && k[0] >= '1' && k[0] <= '9' && int(k[0]-'1') < len(labels) {
		return int(k[0] - '1'), true
	}
	return 0, false
}

// answer decides the card on screen and moves on at once; the store says later
// that it is saved.
func (l *labelScreen) answer(class int) tea.Cmd {
	if l.cur == nil {
		return nil
	}
	c, took := *l.cur, l.now().Sub(l.shownAt)
	l.pace.add(took)
	t := l.seat.Decide(c, label.ClassAnswer(class), took)
	return tea.Batch(l.wait(t, doneMsg{card: &c}), l.advance())
}

func (l *labelScreen) skip() tea.Cmd {
	if l.cur == nil {
		return nil
	}
	c := *l.cur
	t := l.seat.Skip(c, l.now().Sub(l.shownAt))
	return tea.Batch(l.wait(t, doneMsg{card: &c}), l.advance())
}

func (l *labelScreen) flag(note string) tea.Cmd {
	l.over = nil
	if l.cur == nil {
		return nil
	}
	c := *l.cur
	t := l.seat.Flag(c, note, l.now().Sub(l.shownAt))
	return tea.Batch(l.wait(t, doneMsg{card: &c}), l.advance())
}

func (l *labelScreen) wait(t *seat.Ticket, m doneMsg) tea.Cmd {
	return func() tea.Msg {
		// Not the session's context: who leaves still waits for the disk.
		m.done = t.Wait(context.Background())
		return m
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
// is empty.
func (l *labelScreen) take() {
	if l.cur != nil || len(l.next) == 0 {
		return
	}
	l.put(l.next[0])
	l.next = l.next[1:]
}

// put shows a card.
func (l *labelScreen) put(c seat.Card) {
	l.cur = &c
	l.shownAt = l.now()
	l.layout, l.scroll, l.updated, l.audit, l.prefix = nil, 0, false, false, ""
}

// insert shows a card before the one on screen, which becomes the next.
func (l *labelScreen) insert(c seat.Card) {
	keep := l.next[:0:0]
	for _, n := range l.next {
		if n.Item.Num != c.Item.Num {
			keep = append(keep, n)
		}
	}
	if l.cur != nil && l.cur.Item.Num != c.Item.Num {
		keep = append([]seat.Card{*l.cur}, keep...)
	}
	l.next = keep
	l.put(c)
}

// refill fetches more cards where few are left.
func (l *labelScreen) refill() tea.Cmd {
	if l.asking != 0 || l.done || len(l.next) >= ahead/2 {
		return nil
	}
	return l.fetch(false)
}

// fetch asks for more cards; the latest fetch is the one that counts. With
// instead, they take the place of those that are waiting.
func (l *labelScreen) fetch(instead bool) tea.Cmd {
	l.asked++
	l.asking = l.asked
	ask := l.asked
	return func() tea.Msg {
		cards, err := l.seat.Next(l.ctx, ahead)
		return cardsMsg{ask, instead, cards, err}
	}
}

func (l *labelScreen) took(m cardsMsg) tea.Cmd {
	if m.ask != l.asking {
		l.giveBack(m.cards)
		return nil
	}
	l.asking = 0
	if m.instead && m.err == nil {
		// The old ones were kept until now so that nobody had to wait. What the
		// person asked for stays.
		var keep, old []seat.Card
		for _, c := range l.next {
			if c.Why == seat.Asked || c.Why == seat.Past {
				keep = append(keep, c)
			} else {
				old = append(old, c)
			}
		}
		l.giveBack(old)
		l.next = keep
	}
	l.next = append(l.next, m.cards...)
	had := l.cur != nil
	l.take()
	switch {
	case errors.Is(m.err, seat.ErrDone):
		l.done = true
	case m.err != nil && l.ctx.Err() == nil:
		return fail("fetch", m.err)
	}
	if !had {
		return l.play()
	}
	return nil
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
	if err := m.done.Err; err != nil {
		switch {
		case errors.Is(err, store.ErrNothingToUndo):
			l.notice = w.NothingToUndo
		case errors.Is(err, store.ErrNothingToRedo):
			l.notice = w.NothingToRedo
		default:
			// What could not be saved comes back to the front, with its reason.
			if m.card != nil {
				l.leavePast()
				l.insert(*m.card)
			}
			l.notice = fmt.Sprintf(w.FailedBack, safe.Line(err.Error()))
			l.playing = false
		}
		return nil
	}
	if m.card != nil && m.done.Event.Decisions[0].Action == label.Skipped {
		l.done = false
	}
	switch {
	case m.undid:
		l.notice = w.WasUndone
		l.done = false
		l.leavePast()
		for _, c := range m.done.Cards {
			l.insert(c)
		}
	case m.redid:
		l.notice = w.WasRedone
		// A redone item is decided again: it leaves the screen and the queue.
		for _, c := range m.done.Cards {
			l.drop(c.Item.Num)
		}
	}
	return l.refill()
}

// drop takes an item off the screen and out of what was fetched.
func (l *labelScreen) drop(num uint64) {
	keep := l.next[:0:0]
	for _, n := range l.next {
		if n.Item.Num != num {
			keep = append(keep, n)
		}
	}
	l.next = keep
	if l.cur != nil && l.cur.Item.Num == num {
		l.cur = nil
		l.take()
	}
}

// trained follows the trainer. A new model or ranking re-orders the queue: what
// was fetched ahead is fetched again, but the item on screen stays, and only
// its suggestion follows.
func (l *labelScreen) trained(s learn.State) tea.Cmd {
	before := l.state
	l.state = s
	if s.Current == before.Current && before.Current != 0 {
		return nil
	}
	l.history.read(l.trainer.Runs())
	if l.cur == nil || s.Current == 0 {
		return nil
	}
	cur := *l.cur
	return tea.Batch(
		func() tea.Msg { return refreshedMsg{l.seat.Refresh(cur)} },
		l.fetch(true),
	)
}

func (l *labelScreen) refreshed(c seat.Card) {
	if l.cur == nil || l.cur.Item.Num != c.Item.Num {
		return
	}
	old := l.cur.Suggestion
	l.cur.Suggestion = c.Suggestion
	if old == nil || c.Suggestion == nil || old.Answer.Class != c.Suggestion.Answer.Class ||
		fmt.Sprintf("%.2f", old.Probability) != fmt.Sprintf("%.2f", c.Suggestion.Probability) {
		l.updated = true
	}
	l.layout = nil
}

// back shows the decision before the one on screen.
func (l *labelScreen) back() tea.Cmd {
	from := uint64(0)
	if len(l.past) > 0 && l.cur != nil {
		from = l.cur.Event
	}
	return func() tea.Msg {
		c, ok, err := l.seat.History(from)
		return pastMsg{from, c, ok, err}
	}
}

func (l *labelScreen) goneBack(m pastMsg) tea.Cmd {
	if m.err != nil {
		return fail("history", m.err)
	}
	at := uint64(0)
	if len(l.past) > 0 && l.cur != nil {
		at = l.cur.Event
	}
	if !m.ok || m.from != at {
		return nil
	}
	if l.cur != nil {
		l.past = append(l.past, *l.cur)
	} else {
		l.past = append(l.past, seat.Card{})
	}
	l.put(m.card)
	return nil
}

// forth goes one step back towards the present.
func (l *labelScreen) forth() {
	if len(l.past) == 0 {
		return
	}
	c := l.past[len(l.past)-1]
	l.past = l.past[:len(l.past)-1]
	l.cur = nil
	if c.Item.Num != 0 {
		l.put(c)
	} else {
		l.take()
	}
}

// leavePast returns to the present.
func (l *labelScreen) leavePast() {
	if len(l.past) == 0 {
		return
	}
	l.past = l.past[:1]
	l.forth()
}

func (l *labelScreen) open(num uint64) tea.Cmd {
	return func() tea.Msg {
		c, err := l.seat.Open(num)
		return openedMsg{c, err}
	}
}

// play lets the demo's oracle answer the card on screen, after the time that a
// person would take.
func (l *labelScreen) play() tea.Cmd {
	if !l.playing || l.demo == nil || l.cur == nil || l.over != nil {
		return nil
	}
	class, took, ok := l.demo.Answer(l.cur.Item)
	if !ok {
		return nil
	}
	num := l.cur.Item.Num
	return tea.Tick(took, func(time.Time) tea.Msg { return playMsg{num, class} })
}

func (l *labelScreen) scrollBy(n int) { l.scroll = max(l.scroll+n, 0) }
