package seat

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"inkling/label"
)

// everything picks all items of a project for one class, each twice.
func everything(n int, class int) (picks []Pick) {
	for range 2 {
		for num := uint64(1); num <= uint64(n); num++ {
			picks = append(picks, Pick{Item: num, Answer: label.ClassAnswer(class)})
		}
	}
	return picks
}

// A bulk decision is one event that says how, without audited items, those that
// are withheld, those that others hold or answered, and those decided before; undo
// takes all of it back, redo brings it again, and nothing of it is lost.
func TestBulk(t *testing.T) {
	const items = 80
	p := newProject(t, items, 0.2)
	task := p.Task()
	task.Withhold = 0.2
	if err := p.SetTask(task, "ana"); err != nil {
		t.Fatal(err)
	}
	task = p.Task()
	room := NewRoom(p, idle{}, clock())
	ana, ben := room.Sit("ana", Admin, "here"), room.Sit("ben", Annotator, "there")
	held := nums(next(t, ben, 4))
	mine := next(t, ana, 3)
	must(t, ana.Skip(mine[0], time.Second))
	must(t, ana.Decide(mine[1], label.ClassAnswer(0), time.Second))
	var want []uint64
	for num := uint64(1); num <= items; num++ {
		it, err := p.Item(num)
		if err != nil {
			t.Fatal(err)
		}
		out := it.Audit || task.Withholds(it.Key) || slices.Contains(held, num) || num == mine[0].Item.Num || num == mine[1].Item.Num
		if ok, err := ana.OpenForBulk(it); err != nil || ok == out {
			t.Errorf("item %d is open: %v, %v", num, ok, err)
		}
		if !out {
			want = append(want, num)
		}
	}
	how := label.Bulk{By: "search", Of: "text"}
	sug := &label.Suggestion{Answer: label.ClassAnswer(1), Probability: 0.75, Model: 9}
	picks := everything(items, 1)
	at := slices.IndexFunc(picks, func(x Pick) bool { return x.Item == want[0] })
	picks[at].Shown = sug
	at = slices.IndexFunc(picks, func(x Pick) bool { return x.Item == want[1] })
	picks[at].Shown, picks[at].Answer = sug, label.ClassAnswer(0)
	k, n, err := ana.Bulk(t.Context(), how, picks, time.Duration(len(want))*time.Second)
	if err != nil || n != len(want) {
		t.Fatalf("%d were decided, %v; want %d", n, err, len(want))
	}
	ev := must(t, k).Event
	var got []uint64
	for i, d := range ev.Decisions {
		got = append(got, d.Item)
		if action := []label.Action{label.Accepted, label.Corrected, label.Answered}[min(i, 2)]; d.Action != action || d.Took != time.Second || (d.Shown != nil) != (i < 2) || d.Withheld != nil {
			t.Errorf("decision %d: %+v", i, d)
		}
	}
	if !slices.Equal(got, want) || ev.Bulk == nil || *ev.Bulk != how {
		t.Errorf("decided %v by %+v, want %v", got, ev.Bulk, want)
	}
	if room.leased() != len(held)+len(mine)-2 && room.leased() != len(held) {
		t.Errorf("%d items are held after it", room.leased())
	}
	before := p.Counts().Labelled
	d := must(t, ana.Undo())
	if d.Bulk == nil || !slices.Equal(itemsOf(d), want) || len(d.Cards) != 0 || p.Counts().Labelled != before-uint64(n) {
		t.Errorf("undo: %+v, %d labelled of %d", d, p.Counts().Labelled, before)
	}
	d = must(t, ana.Redo())
	if !slices.Equal(itemsOf(d), want) || p.Counts().Labelled != before {
		t.Errorf("redo: %+v, %d labelled of %d", d, p.Counts().Labelled, before)
	}
	must(t, ana.Undo())
	seen := map[uint64]bool{}
	for {
		cards, err := ana.Next(t.Context(), 9)
		if errors.Is(err, ErrDone) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range cards {
			seen[c.Item.Num] = true
			if c.Why == Again {
				must(t, ana.Decide(c, label.ClassAnswer(0), 0))
			}
		}
	}
	for _, num := range want {
		if !seen[num] && num != mine[2].Item.Num {
			t.Errorf("item %d did not come again", num)
		}
	}
	if k, n, err := ana.Bulk(t.Context(), how, nil, 0); k != nil || n != 0 || err != nil {
		t.Errorf("of nothing: %v, %d, %v", k, n, err)
	}
	viewer := room.Sit("eve", Viewer, "there")
	if _, _, err := viewer.Bulk(t.Context(), how, picks, 0); !errors.Is(err, ErrRole) {
		t.Errorf("a viewer: %v", err)
	}
}

// Where two people decide about the same items at the same time, each item is
// answered once.
func TestBulkOfTwo(t *testing.T) {
	const items = 300
	p := newProject(t, items, 0)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	room := NewRoom(p, idle{}, func() time.Time { return now }) // leases do not end meanwhile
	var wg sync.WaitGroup
	decided := make([]int, 3)
	for i, name := range []string{"ana", "ben", "cem"} {
		s := room.Sit(name, Annotator, "here")
		wg.Go(func() {
			picks := everything(items, i%2)
			slices.Reverse(picks[:i*50])
			k, n, err := s.Bulk(t.Context(), label.Bulk{By: "probability", Above: 0.9}, picks, time.Second)
			if err != nil {
				t.Error(err)
				return
			}
			if k != nil {
				if d := k.Wait(t.Context()); d.Err != nil {
					t.Error(d.Err)
				}
			}
			decided[i] = n
		})
	}
	wg.Wait()
	for num := uint64(1); num <= items; num++ {
		all, err := p.ItemStandings(num)
		if err != nil || len(all) != 1 {
			t.Errorf("item %d has %d answers, %v", num, len(all), err)
		}
	}
	if decided[0]+decided[1]+decided[2] != items || room.leased() != 0 {
		t.Errorf("%v were decided, %d are held", decided, room.leased())
	}
}

func itemsOf(d Done) (nums []uint64) {
	for _, x := range d.Decisions {
		nums = append(nums, x.Item)
	}
	return nums
}
