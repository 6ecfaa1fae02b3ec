package tui

import (
	"fmt"

	"inkling/learn/query"
	"inkling/tui/seat"
)

// askedFor says in a few words what brought a card to the screen.
func (l *labelScreen) askedFor(c *seat.Card) string {
	w := l.words.Label
	switch c.Why {
	case seat.Uncertain:
		return fmt.Sprintf(w.Uncertain, c.Margin)
	case seat.Representative:
		return fmt.Sprintf(w.Representative, c.Stands, c.Margin)
	case seat.Typical:
		return fmt.Sprintf(w.Typical, c.Stands)
	case seat.Far:
		return w.Far
	case seat.Disagreed:
		return w.Disagreed
	case seat.Contrasting:
		return w.Contrasting
	case seat.Influential:
		return w.Influential
	case seat.Drawn:
		return w.Drawn
	case seat.Unseen:
		name := "?"
		if c.Suggestion != nil {
			name = l.title(c.Suggestion.Answer.Class)
		}
		return fmt.Sprintf(w.Unseen, name)
	case seat.Second:
		return fmt.Sprintf(w.Second, c.Answers, c.Confidence)
	case seat.Audit:
		return fmt.Sprintf(w.AuditHidden, l.keys.Audit.Help().Key)
	case seat.Again:
		return w.Again
	case seat.Asked:
		return w.Asked
	case seat.Past:
		return w.Undone
	case seat.Unsaved:
		return w.Returned
	}
	return ""
}

// viewAsked explains what brought the card to the screen, in at most so many rows:
// the reason, and the strategy that had it.
func (l *labelScreen) viewAsked(width, rows int) []string {
	if l.cur == nil || rows < 1 {
		return nil
	}
	text := l.askedFor(l.cur) // the line above may have given way to a notice
	switch l.cur.Why {
	case seat.Uncertain, seat.Representative, seat.Typical, seat.Far, seat.Disagreed, seat.Contrasting, seat.Influential:
		name := query.Default
		if r := l.trainer.Ranking(); r != nil && r.Strategy != "" {
			name = r.Strategy
		}
		text = fmt.Sprintf(l.words.Label.ByStrategy, text, name, l.gist(name))
	case seat.Drawn:
		text = fmt.Sprintf(l.words.Label.DrawnAbout, text)
	}
	return l.dimmed(text, width, rows)
}

// gist says in a line what a query strategy does.
func (d *desk) gist(name string) string {
	if text, ok := d.words.Strategies[name]; ok {
		return text
	}
	s, err := query.Parse(name)
	if err != nil {
		return "?"
	}
	return s.Gist
}
