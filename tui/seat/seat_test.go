package seat

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"inkling/label"
	"inkling/label/anchor"
	"inkling/learn"
	"inkling/learn/query"
	"inkling/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// idle is a trainer that has trained nothing, and ranks what it is told to.
type idle struct{ ranking *query.Ranking }

func (idle) Current() *learn.Snapshot    { return nil }
func (i idle) Ranking() *query.Ranking   { return i.ranking }
func (i idle) Anchoring() *anchor.Report { return nil }
func (i idle) Rules() *learn.Rules       { return nil }

// clock goes on by a second at each look, whoever looks.
func clock() func() time.Time {
	start, looks := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), new(atomic.Int64)
	return func() time.Time { return start.Add(time.Duration(looks.Add(1)) * time.Second) }
}

func newProject(t *testing.T, n int, audit float64) *store.Project {
	t.Helper()
	p, err := store.Create(filepath.Join(t.TempDir(), "p.inkling"), label.Task{Name: "p", Kind: label.Classes, Seed: 3, Audit: audit,
		Labels:  []label.Label{{Name: "ham", Key: "h"}, {Name: "spam", Key: "p"}},
		Columns: []label.Column{{Name: "id", Role: label.Ident}, {Name: "text", Role: label.Text}, {Name: "more", Role: label.Text}},
		Clean:   "space"}, store.Options{NoSync: true, Now: clock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	im := p.NewImport("items.csv", "import")
	for i := range n {
		if err := im.Add([]string{fmt.Sprint(i), fmt.Sprintf("text   %d", i), "more"}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

func next(t *testing.T, s *Seat, n int) []Card {
	t.Helper()
	cards, err := s.Next(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	return cards
}

func must(t *testing.T, k *Ticket) Done {
	t.Helper()
	d := k.Wait(t.Context())
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	return d
}

func nums(cards []Card) []uint64 {
	var out []uint64
	for _, c := range cards {
		out = append(out, c.Item.Num)
	}
	return out
}

// Every item comes once, audits among them, and what was skipped comes after
// all the others in the order of skipping; then there is nothing left.
func TestEveryItemOnce(t *testing.T) {
	const items = 300
	s := New(newProject(t, items, 0.2), idle{}, "ana", clock())
	seen := map[uint64]Why{}
	var skipped []uint64
	var again []Card
	for len(seen) < items || len(again) < 5 {
		for _, c := range next(t, s, 7) {
			if c.Why == Again && len(seen) == items {
				again = append(again, c)
				continue
			}
			if why, twice := seen[c.Item.Num]; twice {
				t.Fatalf("item %d came twice: %v, then %v", c.Item.Num, why, c.Why)
			}
			seen[c.Item.Num] = c.Why
			if (c.Why == Audit) != c.Item.Audit {
				t.Errorf("item %d: audit %v, but why is %v", c.Item.Num, c.Item.Audit, c.Why)
			}
			if len(skipped) < 5 {
				skipped = append(skipped, c.Item.Num)
				must(t, s.Skip(c, time.Second))
			} else {
				must(t, s.Decide(c, label.ClassAnswer(1), time.Second))
			}
		}
	}
	if got := nums(again); !slices.Equal(got, skipped) {
		t.Fatalf("at the end came %v, want the skipped %v", got, skipped)
	}
	for _, c := range again {
		must(t, s.Decide(c, label.ClassAnswer(0), time.Second))
	}
	if _, err := s.Next(t.Context(), 1); !errors.Is(err, ErrDone) {
		t.Fatalf("after all: %v, want ErrDone", err)
	}
}

// A session that begins where nearly all is decided finds what is left,
// wherever it stands in the random order.
func TestFewLeft(t *testing.T) {
	const items = 5000 // more than one step of a walk passes over
	p := newProject(t, items, 0.1)
	left := map[uint64]bool{17: true, 2048: true, 4999: true}
	var last *store.Pending
	for n := uint64(1); n <= items; n++ {
		if !left[n] {
			last = p.Decide("ana", label.Decision{Item: n, Action: label.Answered, Answer: label.ClassAnswer(0)})
		}
	}
	if _, _, err := last.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	s := New(p, idle{}, "ana", clock())
	for _, c := range next(t, s, 6) {
		if !left[c.Item.Num] {
			t.Errorf("item %d came, which is decided or came before", c.Item.Num)
		}
		delete(left, c.Item.Num)
	}
	if len(left) > 0 {
		t.Errorf("did not come: %v", left)
	}
}

func TestRankingComesFirst(t *testing.T) {
	p := newProject(t, 50, 0)
	r := &query.Ranking{Entries: []query.Entry{{Num: 9, Why: query.Uncertain, Margin: 0.25}, {Num: 4, Why: query.Unseen}, {Num: 9}, {Num: 7, Why: query.Drawn}}}
	s := New(p, idle{r}, "ana", clock())
	got := next(t, s, 4)
	if want := []uint64{9, 4, 7}; !slices.Equal(nums(got)[:3], want) {
		t.Fatalf("came %v, want %v first", nums(got), want)
	}
	if got[0].Why != Uncertain || got[0].Margin != 0.25 || got[1].Why != Unseen || got[2].Why != Drawn {
		t.Errorf("why: %v %v, %v, %v", got[0].Why, got[0].Margin, got[1].Why, got[2].Why)
	}
	// What is given back comes in its place in the ranking again.
	s.Return(4, 9)
	if got := nums(next(t, s, 2)); !slices.Equal(got, []uint64{9, 4}) {
		t.Errorf("after Return came %v", got)
	}
}

// Given back without a ranking, items come again before the walk goes on, and
// each once.
func TestReturn(t *testing.T) {
	s := New(newProject(t, 40, 0.3), idle{}, "ana", clock())
	first := next(t, s, 12)
	s.Return(nums(first)...)
	s.Return()
	seen := map[uint64]int{}
	for {
		cards, err := s.Next(t.Context(), 5)
		if errors.Is(err, ErrDone) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cards {
			seen[c.Item.Num]++
		}
	}
	for n := uint64(1); n <= 40; n++ {
		if seen[n] != 1 {
			t.Errorf("item %d came %d times", n, seen[n])
		}
	}
}

func TestUndoRedo(t *testing.T) {
	p := newProject(t, 20, 0)
	s := New(p, idle{}, "ana", clock())
	cards := next(t, s, 3)
	must(t, s.Decide(cards[0], label.ClassAnswer(0), time.Second))
	must(t, s.Flag(cards[1], "torn page", time.Second))
	must(t, s.Skip(cards[2], time.Second))

	// The latest first, each with the item as it stands now.
	for i := 2; i >= 0; i-- {
		d := must(t, s.Undo())
		if len(d.Cards) != 1 || d.Cards[0].Item.Num != cards[i].Item.Num || d.Cards[0].Standing != nil || d.Cards[0].Why != Past {
			t.Fatalf("undo gave %+v, want item %d without a standing", d.Cards, cards[i].Item.Num)
		}
	}
	if d := s.Undo().Wait(t.Context()); !errors.Is(d.Err, store.ErrNothingToUndo) {
		t.Fatalf("a fourth undo: %v", d.Err)
	}
	// A refusal is no failure to save.
	if n, err := s.Unsaved(); n != 0 || err != nil {
		t.Errorf("unsaved %d, %v", n, err)
	}
	// They are on their way to the screen: nobody else is handed them, the
	// skipped one neither.
	for _, c := range next(t, s, 17) {
		for _, u := range cards {
			if c.Item.Num == u.Item.Num {
				t.Errorf("item %d came again while it is on screen", c.Item.Num)
			}
		}
	}
	for i, c := range cards {
		d := must(t, s.Redo())
		if d.Cards[0].Item.Num != c.Item.Num || d.Cards[0].Standing == nil {
			t.Fatalf("redo %d gave %+v, want item %d with its decision", i, d.Cards, c.Item.Num)
		}
	}
	// All that is left is the one that is skipped again.
	if got := next(t, s, 3); len(got) != 1 || got[0].Item.Num != cards[2].Item.Num || got[0].Why != Again {
		t.Errorf("after redo came %v", nums(got))
	}
}

func TestHistory(t *testing.T) {
	s := New(newProject(t, 20, 0), idle{}, "ana", clock())
	cards := next(t, s, 3)
	for i, c := range cards {
		must(t, s.Decide(c, label.ClassAnswer(i%2), time.Second))
	}
	before := uint64(0)
	for i := 2; i >= 0; i-- {
		c, ok, err := s.History(before)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		if c.Item.Num != cards[i].Item.Num || c.Why != Past || c.Standing == nil || c.Standing.Decision.Answer.Class != i%2 {
			t.Errorf("step back gave item %d, want %d", c.Item.Num, cards[i].Item.Num)
		}
		before = c.Event
	}
	if _, ok, err := s.History(before); ok || err != nil {
		t.Errorf("before the first: %v %v", ok, err)
	}
}

// The text on a card is cleaned as the project says, column by column, and
// the offsets say where each begins.
func TestCardText(t *testing.T) {
	p := newProject(t, 1, 0)
	c, err := New(p, idle{}, "ana", clock()).Open(1)
	if err != nil {
		t.Fatal(err)
	}
	if c.Text != "text 0\nmore" || !slices.Equal(c.Offsets, []int{-1, 0, 7}) || c.Why != Asked {
		t.Errorf("text %q, offsets %v, why %v", c.Text, c.Offsets, c.Why)
	}
}

// What a person asked for is not handed out as well.
func TestOpenCountsAsHandedOut(t *testing.T) {
	s := New(newProject(t, 10, 0), idle{}, "ana", clock())
	if _, err := s.Open(3); err != nil {
		t.Fatal(err)
	}
	if got := nums(next(t, s, 10)); len(got) != 9 || slices.Contains(got, 3) {
		t.Errorf("handed out: %v", got)
	}
}

// Action follows from what was shown.
func TestAction(t *testing.T) {
	s := New(newProject(t, 10, 0), idle{}, "ana", clock())
	cards := next(t, s, 3)
	suggest := func(c Card) Card {
		c.Suggestion = &label.Suggestion{Item: c.Item.Num, Answer: label.ClassAnswer(1), Probability: 0.75, Model: 4}
		return c
	}
	for i, want := range []label.Action{label.Answered, label.Accepted, label.Corrected} {
		c := cards[i]
		if i > 0 {
			c = suggest(c)
		}
		d := must(t, s.Decide(c, label.ClassAnswer(2-max(i, 1)), 3*time.Second)).Event.Decisions[0]
		if d.Action != want || d.Took != 3*time.Second || (d.Shown != nil) != (i > 0) {
			t.Errorf("decision %d: %+v, want %v", i, d, want)
		}
		if d.Shown != nil && (d.Shown.Model != 4 || d.Shown.Probability != 0.75) {
			t.Errorf("shown: %+v", d.Shown)
		}
	}
}

// Nobody has to ask for a ticket's fate: Flush and Unsaved know of every
// decision.
func TestFlushWithoutWait(t *testing.T) {
	p := newProject(t, 50, 0)
	s := New(p, idle{}, "ana", clock())
	for _, c := range next(t, s, 40) {
		s.Decide(c, label.ClassAnswer(0), time.Second)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Unsaved(); n != 0 || err != nil {
		t.Errorf("unsaved: %d, %v", n, err)
	}
	if got := p.Counts().Labelled; got != 40 {
		t.Errorf("%d on disk, want 40", got)
	}
}

// A ticket may be waited for with a context, any number of times.
func TestWaitEndsWithContext(t *testing.T) {
	s := New(newProject(t, 3, 0), idle{}, "ana", clock())
	k := s.Decide(next(t, s, 1)[0], label.ClassAnswer(0), time.Second)
	must(t, k)
	must(t, k)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	stuck := &Ticket{settled: make(chan struct{})}
	if d := stuck.Wait(ctx); !errors.Is(d.Err, context.Canceled) {
		t.Errorf("a wait that was given up: %v", d.Err)
	}
}

// A decision that cannot be saved is the seat's failure until the next one
// that is saved; Flush returns it.
func TestUnsavedFailure(t *testing.T) {
	p := newProject(t, 5, 0)
	s := New(p, idle{}, "ana", clock())
	c := next(t, s, 1)[0]
	p.Close()
	d := s.Decide(c, label.ClassAnswer(0), time.Second).Wait(t.Context())
	if !errors.Is(d.Err, store.ErrClosed) {
		t.Fatalf("on a closed project: %v", d.Err)
	}
	if n, err := s.Unsaved(); n != 0 || !errors.Is(err, store.ErrClosed) {
		t.Errorf("unsaved: %d, %v", n, err)
	}
	if err := s.Flush(t.Context()); !errors.Is(err, store.ErrClosed) {
		t.Errorf("flush: %v", err)
	}
}
