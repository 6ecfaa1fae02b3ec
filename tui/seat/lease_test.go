package seat_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"inkling/label"
	"inkling/store"
	"inkling/tui/seat"
)

// clock is a time that tests set.
type clock struct{ time.Time }

func (c *clock) pass(d time.Duration) { c.Time = c.Add(d) }

// roomOf opens a room at a project made by shared, and its clock.
func roomOf(p *store.Project) (*seat.Room, *clock) {
	c := &clock{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
	return seat.NewRoom(p, untrained{}, func() time.Time { return c.Time }), c
}

// gets takes up to n cards, and returns their items; none where all is done.
func gets(t *testing.T, s *seat.Seat, n int) []seat.Card {
	t.Helper()
	cards, err := s.Next(t.Context(), n)
	if err != nil && !errors.Is(err, seat.ErrDone) {
		t.Fatal(err)
	}
	return cards
}

func onDisk(t *testing.T, ticket *seat.Ticket) seat.Done {
	t.Helper()
	d := ticket.Wait(context.Background())
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	return d
}

func has(cards []seat.Card, num uint64) bool {
	for _, c := range cards {
		if c.Item.Num == num {
			return true
		}
	}
	return false
}

// What was undone and redone is decided, and keeps nobody away.
func TestRedoneIsNotHeld(t *testing.T) {
	p := shared(t, 12)
	room, _ := roomOf(p)
	ben, cem := room.Sit("ben", seat.Annotator, "here"), room.Sit("cem", seat.Annotator, "here")
	var c seat.Card // of an item that wants two answers
	for _, c = range gets(t, ben, 12) {
		if p.Task().Wanted(c.Item.Key) == 2 {
			break
		}
	}
	onDisk(t, ben.Decide(c, label.ClassAnswer(0), time.Second))
	onDisk(t, ben.Undo())
	onDisk(t, ben.Redo())
	for _, b := range room.Present() {
		if b.Name == "ben" && b.Item == c.Item.Num {
			t.Error("the redone item counts as before ben")
		}
	}
	if !has(gets(t, cem, 12), c.Item.Num) {
		t.Error("the redone item, which wants one more answer, is kept from cem")
	}
}

// Who looks on keeps nothing from those who answer.
func TestViewersHoldNothing(t *testing.T) {
	p := shared(t, 12)
	room, _ := roomOf(p)
	vic, ben := room.Sit("vic", seat.Viewer, "here"), room.Sit("ben", seat.Annotator, "here")
	if n := len(gets(t, vic, 12)); n != 12 {
		t.Fatalf("vic sees %d items", n)
	}
	for num := uint64(1); num <= 12; num++ {
		if _, err := vic.Open(num); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(gets(t, ben, 12)); n != 12 {
		t.Errorf("ben gets %d items of 12", n)
	}
}

// A fetch that is under way as its person goes takes nothing with it.
func TestNothingForWhoHasGone(t *testing.T) {
	for name, goes := range map[string]func(*seat.Seat){"leaves": (*seat.Seat).Leave, "is lost": (*seat.Seat).Lose} {
		p := shared(t, 12)
		room, _ := roomOf(p)
		ben := room.Sit("ben", seat.Annotator, "here")
		goes(ben)
		if cards, err := ben.Next(t.Context(), 4); err == nil || errors.Is(err, seat.ErrDone) {
			t.Errorf("%s: %d cards, error %v", name, len(cards), err)
		}
		if _, err := ben.Open(1); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := len(gets(t, room.Sit("ben", seat.Annotator, "here"), 12)); n != 12 {
			t.Errorf("%s: %d items are left of 12", name, n)
		}
	}
}

// What others held as a person came to the end comes to them once it is free.
func TestGivenBackAfterTheEnd(t *testing.T) {
	for name, frees := range map[string]func(*seat.Seat, *clock, []seat.Card){
		"given back": func(ben *seat.Seat, _ *clock, cards []seat.Card) {
			for _, c := range cards {
				ben.Return(c.Item.Num)
			}
		},
		"left":    func(ben *seat.Seat, _ *clock, _ []seat.Card) { ben.Leave() },
		"lost":    func(ben *seat.Seat, c *clock, _ []seat.Card) { ben.Lose(); c.pass(2 * time.Minute) },
		"elapsed": func(_ *seat.Seat, c *clock, _ []seat.Card) { c.pass(10 * time.Minute) },
	} {
		p := shared(t, 12)
		room, now := roomOf(p)
		ben, cem := room.Sit("ben", seat.Annotator, "here"), room.Sit("cem", seat.Annotator, "here")
		cards := gets(t, ben, 12)
		for _, c := range gets(t, cem, 12) {
			onDisk(t, cem.Decide(c, label.ClassAnswer(0), time.Second))
		}
		if more := gets(t, cem, 1); len(more) != 0 {
			t.Fatalf("%s: cem gets an item that ben holds", name)
		}
		frees(ben, now, cards)
		for _, c := range cards {
			all, err := p.ItemStandings(c.Item.Num)
			if err != nil {
				t.Fatal(err)
			}
			if len(all) > 0 {
				continue // cem's own
			}
			more := gets(t, cem, 1)
			if len(more) == 0 {
				t.Fatalf("%s: everything is done for cem, and item %d is free", name, c.Item.Num)
			}
			onDisk(t, cem.Decide(more[0], label.ClassAnswer(0), time.Second))
		}
	}
}

// Who has been away from the keys for long keeps what nobody took meanwhile, and
// is not shown what somebody did.
func TestKeep(t *testing.T) {
	p := shared(t, 12)
	room, now := roomOf(p)
	ben := room.Sit("ben", seat.Annotator, "here")
	cards := gets(t, ben, 12)
	now.pass(11 * time.Minute)
	cem := room.Sit("cem", seat.Annotator, "here")
	taken := gets(t, cem, 6)
	for _, c := range taken[:3] {
		onDisk(t, cem.Decide(c, label.ClassAnswer(0), time.Second))
	}
	for _, c := range cards {
		if got, want := ben.Keep(c.Item.Num), !has(taken, c.Item.Num); got != want {
			t.Errorf("item %d: kept %v, want %v", c.Item.Num, got, want)
		}
	}
	if more := gets(t, cem, 12); len(more) > 0 && ben.Keep(more[0].Item.Num) && p.Task().Wanted(more[0].Item.Key) == 1 {
		t.Errorf("item %d is kept by ben and handed to cem", more[0].Item.Num)
	}
}

// Who comes back has their items from that moment on, and keeps them for the next
// time where the connection is lost again before the first was shown.
func TestLostAgain(t *testing.T) {
	p := shared(t, 12)
	room, now := roomOf(p)
	ben := room.Sit("ben", seat.Annotator, "there")
	cards := gets(t, ben, 6)
	ben.Lose()
	now.pass(time.Minute)
	ben = room.Sit("ben", seat.Annotator, "there")
	cem := room.Sit("cem", seat.Annotator, "here")
	for _, c := range gets(t, cem, 12) {
		if has(cards, c.Item.Num) && p.Task().Wanted(c.Item.Key) == 1 {
			t.Errorf("item %d is handed to cem before ben's screen is up", c.Item.Num)
		}
	}
	ben.Lose()
	now.pass(time.Minute)
	ben = room.Sit("ben", seat.Annotator, "there")
	for i, c := range gets(t, ben, 6) {
		if c.Item.Num != cards[i].Item.Num {
			t.Errorf("card %d is of item %d, want %d", i, c.Item.Num, cards[i].Item.Num)
		}
	}
}

// The check of a person comes back to them like any other card.
func TestGoldComesBack(t *testing.T) {
	p := assigned(t, 40, label.Assignment{Gold: 0.5})
	room, _ := roomOf(p)
	cem := room.Sit("cem", seat.Annotator, "here")
	for _, c := range gets(t, cem, 40) {
		onDisk(t, cem.Decide(c, label.ClassAnswer(0), time.Second))
	}
	// All that is left to ask ben are checks; which come first is drawn.
	ben := room.Sit("ben", seat.Annotator, "there")
	cards := gets(t, ben, 1)
	for ; len(cards) == 0; cards = gets(t, ben, 1) {
		ben.Leave()
		onDisk(t, cem.Comment(1, "another draw"))
		ben = room.Sit("ben", seat.Annotator, "there")
	}
	ben.Lose()
	for range 5 {
		onDisk(t, cem.Comment(1, "another draw"))
		ben = room.Sit("ben", seat.Annotator, "there")
		again := gets(t, ben, 1)
		if len(again) != 1 || again[0].Item.Num != cards[0].Item.Num || again[0].Why != seat.Drawn {
			t.Fatalf("ben, whose check was item %d, comes back to %v", cards[0].Item.Num, again)
		}
		ben.Lose()
	}
}

// What others skipped and this person cannot answer hides nothing that they can.
func TestSkippedBehindOthers(t *testing.T) {
	p := assigned(t, 90, label.Assignment{Skill: "lang", People: []label.Person{{Name: "ana", Skills: []string{"en"}}}})
	room, _ := roomOf(p)
	ben := room.Sit("ben", seat.Annotator, "here")
	for _, c := range gets(t, ben, 90) {
		if c.Item.Fields[1] == "zh" {
			onDisk(t, ben.Skip(c, time.Second))
		}
	}
	ben.Leave()
	ana := room.Sit("ana", seat.Annotator, "here")
	cards := gets(t, ana, 90)
	if len(cards) != 60 {
		t.Fatalf("ana gets %d items of 60", len(cards))
	}
	onDisk(t, ana.Skip(cards[0], time.Second))
	for _, c := range cards[1:] {
		onDisk(t, ana.Decide(c, label.ClassAnswer(0), time.Second))
	}
	ana.Leave()
	if again := gets(t, room.Sit("ana", seat.Annotator, "here"), 2); len(again) != 1 || again[0].Item.Num != cards[0].Item.Num {
		t.Errorf("ana, who skipped item %d, gets %d cards", cards[0].Item.Num, len(again))
	}
}
