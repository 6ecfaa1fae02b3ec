package tui

import (
	tea "github.com/charmbracelet/bubbletea"

	"inkling/tui/seat"
)

// back shows the decision before the one on screen.
func (l *labelScreen) back() tea.Cmd {
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
