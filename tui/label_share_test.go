package tui

import (
	"testing"
	"time"

	"inkling/learn"
	"inkling/tui/seat"
)

// Who has come to the end is asked what others have given back, and what waited
// on a screen while others did it is not shown any more.
func TestWhatOthersHold(t *testing.T) {
	t.Parallel()
	task := loansTask()
	task.Audit = 0
	p := newProject(t, task, 6)
	now := newClock()
	room := seat.NewRoom(p, learn.NewTrainer(p, learn.Options{Seed: 1}), now.now)
	sits := func(name string) *driver {
		return newDriver(t, p, drive{options: Options{Annotator: name, Role: seat.Annotator, Room: room}})
	}
	ana := sits("ana")
	first := ana.ready()
	ana.until("six cards", func() bool { return len(ana.labelScreen().next) == 5 })
	ben := sits("ben")
	ben.until("the end", func() bool { return ben.labelScreen().done })
	now.advance(11 * time.Minute)
	ben.send(askAgainMsg{})
	ben.until("what ana has not touched for so long", func() bool { return ben.item() != 0 && len(ben.labelScreen().next) == 5 })
	ana.press("1") // what is before her she may answer all the same
	ana.until("the end", func() bool { return ana.labelScreen().done })
	if n := ana.item(); n != 0 {
		t.Errorf("ana is shown item %d, which ben has", n)
	}
	ana.until("her answer on disk", func() bool { s, ok, _ := p.Standing(first); return ok && s.Annotator == "ana" })
}
