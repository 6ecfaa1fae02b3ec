package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"inkling/tui/seat"
)

// back shows the decision before the one on screen.
func (l *labelScreen) back() tea.Cmd {
	if !l.seat.Role().Answers() {
		return l.leafBack()
	}
	from := l.pastEvent()
	return l.move(func() tea.Msg {
		c, ok, err := l.seat.History(from)
		return pastMsg{from, c, ok, err}
	})
}

// pastEvent is the event of the history that is on screen, 0 in the present.
func (l *labelScreen) pastEvent() uint64 {
	if len(l.past) > 0 && l.cur != nil {
		return l.cur.Event
	}
	return 0
}

func (l *labelScreen) goneBack(m pastMsg) tea.Cmd {
	came := m.err == nil && m.ok && m.from == l.pastEvent()
	l.moved(came)
	switch {
	case m.err != nil:
		return fail(l.words.Label.History, m.err)
	case !m.ok:
		l.notice = l.words.Label.NoEarlier
	}
	if !came {
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

// leaf and leafBack go through the items for those who answer nothing, and so have
// no history: to the next one, and to the one before.
func (l *labelScreen) leaf() tea.Cmd {
	if l.cur == nil {
		return nil
	}
	l.leafed = append(l.leafed, *l.cur)
	l.leafed = l.leafed[max(len(l.leafed)-leafedAtMost, 0):]
	return l.advance()
}

func (l *labelScreen) leafBack() tea.Cmd {
	n := len(l.leafed)
	if n == 0 {
		return nil
	}
	c := l.leafed[n-1]
	l.leafed = l.leafed[:n-1]
	l.insert(c)
	return nil
}

// leafedAtMost is how far back one can leaf.
const leafedAtMost = 200

// forth goes one step back towards the present, and for those who answer nothing
// on from there.
func (l *labelScreen) forth() tea.Cmd {
	if len(l.past) == 0 {
		if !l.seat.Role().Answers() {
			return l.leaf()
		}
		return nil
	}
	c := l.past[len(l.past)-1]
	l.past = l.past[:len(l.past)-1]
	l.cur = nil
	if c.Item.Num != 0 {
		l.put(c)
	} else {
		l.take()
	}
	return nil
}

// leavePast returns to the present.
func (l *labelScreen) leavePast() {
	if len(l.past) == 0 {
		return
	}
	l.past = l.past[:1]
	l.forth()
}

// open shows one item, whatever its standing.
func (l *labelScreen) open(num uint64) tea.Cmd {
	return l.move(func() tea.Msg {
		c, err := l.seat.Open(num)
		return openedMsg{c, err}
	})
}

func (l *labelScreen) opened(m openedMsg) tea.Cmd {
	l.moved(m.err == nil)
	if m.err != nil {
		return fail(l.words.Keys.Open, m.err)
	}
	l.leavePast()
	l.insert(m.card)
	l.over = nil
	return nil
}
