package tui

import (
	"testing"

	"inkling/label"
	"inkling/learn"
	"inkling/tui/seat"
)

// Reasons that take long are asked for once a card is on screen, one card's at a
// time, and what comes for a card that has left is asked for again if it comes
// back.
func TestReasonsThatTakeLong(t *testing.T) {
	card := func(num uint64) *seat.Card {
		return &seat.Card{Item: label.Item{Num: num}, Suggestion: &label.Suggestion{Model: 3, Probability: 0.9}, Reasonless: true}
	}
	explained := func(num uint64) refreshedMsg {
		c := *card(num)
		c.Suggestion.Reasons, c.Reasonless = []label.Reason{{Term: "word", Weight: 1}}, false
		return refreshedMsg{refresh{num, 3}, c}
	}
	l := &labelScreen{state: learn.State{Current: 3}, cur: card(1)}
	asks := func(want bool, when string) {
		t.Helper()
		if got := l.catchUp() != nil; got != want {
			t.Errorf("%s: asks for reasons: %v", when, got)
		}
	}
	asks(true, "first card")
	asks(false, "the same card again")
	l.cur = card(2)
	asks(false, "next card, while the first one's reasons are under way")
	l.refreshed(explained(1))
	if !l.cur.Reasonless || l.cur.Suggestion.Reasons != nil {
		t.Fatal("the next card has the first one's reasons")
	}
	asks(true, "next card, once they came")
	l.refreshed(explained(2))
	if l.cur.Reasonless || len(l.cur.Suggestion.Reasons) != 1 {
		t.Fatalf("no reasons: %+v", l.cur)
	}
	asks(false, "a card with reasons")
	l.cur = card(1)
	asks(true, "the first card again")
}
