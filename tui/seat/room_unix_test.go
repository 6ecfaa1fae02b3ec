package seat_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inkling/label"
	"inkling/store"
	"inkling/tui/seat"
)

// shared makes a project whose items several people answer: half of them want
// two answers, and some ask for a skill that only ben and cem have.
func shared(t testing.TB, items int) *store.Project {
	t.Helper()
	return assigned(t, items, label.Assignment{Share: 0.5, Answers: 2, Skill: "lang", People: []label.Person{{Name: "ana", Skills: []string{"en"}}}})
}

// assigned makes a project of as many items, of which each third is Chinese.
func assigned(t testing.TB, items int, a label.Assignment) *store.Project {
	t.Helper()
	task := label.Task{Name: "p", Kind: label.Classes, Seed: 3,
		Labels:     []label.Label{{Name: "ham"}, {Name: "spam"}},
		Columns:    []label.Column{{Name: "text", Role: label.Text}, {Name: "lang", Role: label.Category}, {Name: "known", Role: label.Gold}},
		Assignment: &a}
	p, err := store.Create(filepath.Join(t.TempDir(), "p.inkling"), task, store.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	im := p.NewImport("items.csv", label.Importer)
	for i := range items {
		if err := im.Add([]string{fmt.Sprintf("message %d", i), []string{"en", "zh"}[i%3/2], "ham"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

// hold is what the model knows of a card that a person has before them.
type hold struct {
	card  seat.Card
	until time.Time
}

// sitting is a seat in the model.
type sitting struct {
	*seat.Seat
	who   string
	holds map[uint64]hold
}

// TestRoomAgainstModel lets people come, take cards, decide, skip, lose their
// connections and let time pass, in any order, and holds every card that is
// handed out against what others hold and have answered.
func TestRoomAgainstModel(outer *testing.T) {
	const items = 12
	people := []string{"ana", "ben", "cem"}
	rapid.Check(outer, func(t *rapid.T) {
		p := shared(outer, items)
		defer p.Close()
		now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		room := seat.NewRoom(p, untrained{}, func() time.Time { return now })
		var seats []*sitting
		away := map[string]map[uint64]time.Time{} // until when what somebody lost is kept for them
		late := false                             // somebody decided after their lease had ended
		wanted := func(num uint64) int {
			it, err := p.Item(num)
			if err != nil {
				t.Fatal(err)
			}
			return p.Task().Wanted(it.Key)
		}
		answers := func(num uint64) (by []string, skipped []string) {
			all, err := p.ItemStandings(num)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range all {
				if s.Decision.Action.HasAnswer() {
					by = append(by, s.Annotator)
				} else {
					skipped = append(skipped, s.Annotator)
				}
			}
			return by, skipped
		}
		next := func(s *sitting) bool {
			cards, err := s.Next(context.Background(), 1)
			if errors.Is(err, seat.ErrDone) {
				return false
			}
			if err != nil {
				t.Fatal(err)
			}
			c := cards[0]
			num := c.Item.Num
			by, skipped := answers(num)
			if slices.Contains(by, s.who) || slices.Contains(skipped, s.who) && c.Why != seat.Again {
				t.Fatalf("%s gets item %d again", s.who, num)
			}
			if !p.Task().Suits(s.who, c.Item.Fields) {
				t.Fatalf("%s gets item %d, which asks for a skill", s.who, num)
			}
			others := len(by)
			for _, o := range seats {
				h, holds := o.holds[num]
				if holds && now.Before(h.until) {
					if o.who == s.who && o != s {
						t.Fatalf("%s gets item %d in two seats", s.who, num)
					} else if o != s {
						others++
					}
				}
			}
			for who, lost := range away {
				if until, ok := lost[num]; ok && who != s.who && now.Before(until) {
					others++
				}
			}
			if others >= wanted(num) {
				t.Fatalf("%s gets item %d, which wants %d answers and has %d given or on their way", s.who, num, wanted(num), others)
			}
			s.holds[num] = hold{c, now.Add(10 * time.Minute)}
			return true
		}
		decide := func(s *sitting, num uint64, skip bool) {
			h := s.holds[num]
			late = late || !now.Before(h.until)
			ticket := s.Decide(h.card, label.ClassAnswer(int(num)%2), time.Second)
			if skip {
				ticket = s.Undo() // what was decided comes back to the same seat
				if d := ticket.Wait(context.Background()); d.Err != nil {
					t.Fatal(d.Err)
				}
				ticket = s.Skip(h.card, time.Second)
			}
			if d := ticket.Wait(context.Background()); d.Err != nil {
				t.Fatal(d.Err)
			}
			delete(s.holds, num)
			for n, o := range s.holds {
				o.until = now.Add(10 * time.Minute)
				s.holds[n] = o
			}
		}
		sit := func(who string) *sitting {
			s := &sitting{room.Sit(who, seat.Annotator, "here"), who, map[uint64]hold{}}
			delete(away, who)
			seats = append(seats, s)
			return s
		}
		some := func(t *rapid.T) *sitting {
			if len(seats) == 0 {
				t.Skip("nobody is there")
			}
			return rapid.SampledFrom(seats).Draw(t, "seat")
		}
		gone := func(s *sitting) { seats = slices.DeleteFunc(seats, func(o *sitting) bool { return o == s }) }
		t.Repeat(map[string]func(*rapid.T){
			"sit": func(t *rapid.T) {
				if len(seats) > 4 {
					t.Skip("full")
				}
				sit(rapid.SampledFrom(people).Draw(t, "who"))
			},
			"next": func(t *rapid.T) { next(some(t)) },
			"decide": func(t *rapid.T) {
				s := some(t)
				for num := range s.holds {
					decide(s, num, rapid.IntRange(0, 3).Draw(t, "skip") == 0)
					return
				}
			},
			"return": func(t *rapid.T) {
				s := some(t)
				for num := range s.holds {
					s.Return(num)
					delete(s.holds, num)
					return
				}
			},
			"leave": func(t *rapid.T) { s := some(t); s.Leave(); gone(s) },
			"lose": func(t *rapid.T) {
				s := some(t)
				s.Lose()
				gone(s)
				if len(s.holds) > 0 {
					away[s.who] = map[uint64]time.Time{}
					for num := range s.holds {
						away[s.who][num] = now.Add(2 * time.Minute)
					}
				}
			},
			"wait": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 700).Draw(t, "seconds")) * time.Second)
			},
		})
		// Everybody goes, what was held comes free in its time, and all of it gets
		// the answers that it wants.
		for _, s := range seats {
			s.Leave()
		}
		seats, away = nil, map[string]map[uint64]time.Time{}
		now = now.Add(11 * time.Minute)
		for _, who := range people {
			for s := sit(who); next(s); {
				for num := range s.holds {
					decide(s, num, false)
				}
			}
		}
		for num := uint64(1); num <= items; num++ {
			by, _ := answers(num)
			if n := len(by); n < wanted(num) || n > wanted(num) && !late {
				t.Fatalf("item %d wants %d answers and has %d (%v)", num, wanted(num), n, by)
			}
		}
	})
}

// A person whose connection is lost is asked the same card again, and nobody
// else is meanwhile; after a while it is anybody's.
func TestComeBack(t *testing.T) {
	p := shared(t, 12)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	room := seat.NewRoom(p, untrained{}, func() time.Time { return now })
	ben := room.Sit("ben", seat.Annotator, "there")
	cards, err := ben.Next(t.Context(), 4)
	if err != nil || len(cards) != 4 {
		t.Fatal(cards, err)
	}
	ben.OnScreen(cards[2].Item.Num)
	ben.Lose()
	now = now.Add(time.Minute)
	ben = room.Sit("ben", seat.Annotator, "there")
	again, err := ben.Next(t.Context(), 4)
	if err != nil {
		t.Fatal(err)
	}
	want := []uint64{cards[2].Item.Num, cards[0].Item.Num, cards[1].Item.Num, cards[3].Item.Num}
	for i, c := range again {
		if c.Item.Num != want[i] {
			t.Fatalf("card %d is of item %d, want %d", i, c.Item.Num, want[i])
		}
	}
	ben.Lose()
	now = now.Add(3 * time.Minute)
	cem := room.Sit("cem", seat.Annotator, "here")
	got := map[uint64]bool{}
	for {
		cards, err := cem.Next(t.Context(), 1)
		if err != nil {
			break
		}
		got[cards[0].Item.Num] = true
	}
	if len(got) != 12 {
		t.Errorf("cem gets %d items of 12 after ben's time is over", len(got))
	}
}

// TestTwoUndoAroundEachOther lets two people decide about the same items, undo and
// redo in any order, and holds where each item stands by each of them against a
// model: what one takes back is their own last decision, whatever the other did.
func TestTwoUndoAroundEachOther(outer *testing.T) {
	type said struct {
		item  uint64
		class int
	}
	type history struct{ done, undone []said }
	rapid.Check(outer, func(t *rapid.T) {
		p := shared(outer, 3)
		defer p.Close()
		room := seat.NewRoom(p, untrained{}, time.Now)
		seats := map[string]*seat.Seat{"ben": room.Sit("ben", seat.Annotator, "here"), "cem": room.Sit("cem", seat.Reviewer, "there")}
		model := map[string]*history{"ben": {}, "cem": {}}
		wait := func(ticket *seat.Ticket) error { return ticket.Wait(context.Background()).Err }
		t.Repeat(map[string]func(*rapid.T){
			"decide": func(t *rapid.T) {
				who := rapid.SampledFrom([]string{"ben", "cem"}).Draw(t, "who")
				x := said{rapid.Uint64Range(1, 3).Draw(t, "item"), rapid.IntRange(0, 1).Draw(t, "class")}
				c, err := seats[who].Open(x.item)
				if err != nil {
					t.Fatal(err)
				}
				if err := wait(seats[who].Decide(c, label.ClassAnswer(x.class), time.Second)); err != nil {
					t.Fatal(err)
				}
				model[who].done, model[who].undone = append(model[who].done, x), nil
			},
			"undo": func(t *rapid.T) {
				who := rapid.SampledFrom([]string{"ben", "cem"}).Draw(t, "who")
				h := model[who]
				err := wait(seats[who].Undo())
				if n := len(h.done); n > 0 {
					h.done, h.undone = h.done[:n-1], append(h.undone, h.done[n-1])
				} else if errors.Is(err, store.ErrNothingToUndo) {
					err = nil
				}
				if err != nil {
					t.Fatal(err)
				}
			},
			"redo": func(t *rapid.T) {
				who := rapid.SampledFrom([]string{"ben", "cem"}).Draw(t, "who")
				h := model[who]
				err := wait(seats[who].Redo())
				if n := len(h.undone); n > 0 {
					h.undone, h.done = h.undone[:n-1], append(h.done, h.undone[n-1])
				} else if errors.Is(err, store.ErrNothingToRedo) {
					err = nil
				}
				if err != nil {
					t.Fatal(err)
				}
			},
			"": func(t *rapid.T) {
				for item := uint64(1); item <= 3; item++ {
					want := map[string]int{}
					for who, h := range model {
						for _, x := range h.done {
							if x.item == item {
								want[who] = x.class
							}
						}
					}
					all, err := p.ItemStandings(item)
					if err != nil {
						t.Fatal(err)
					}
					got := map[string]int{}
					for _, s := range all {
						got[s.Annotator] = s.Decision.Answer.Class
					}
					if fmt.Sprint(got) != fmt.Sprint(want) {
						t.Fatalf("item %d stands at %v, want %v", item, got, want)
					}
				}
			},
		})
	})
}
