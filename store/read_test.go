package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"inkling/label"
)

// texts makes a project with these texts.
func texts(t testing.TB, all ...string) *Project {
	t.Helper()
	p := newProject(t, 0)
	im := p.NewImport("f", "import")
	for _, s := range all {
		if err := im.Add([]string{s, "gold " + s}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSearch(t *testing.T) {
	p := texts(t, "Straße nach ΣΊΣΥΦΟΣ", "the K sign", "ſmall and Big", "逾期还款申请", "İstanbul", "a\xffb", "nothing", "e\u0301t\u00e9")
	for _, c := range []struct {
		query string
		want  []uint64
	}{
		{"straße", []uint64{1}},
		{"STRAẞE", []uint64{1}}, // ẞ and ß are case variants (Unicode CaseFolding: 1E9E S 00DF)
		{"σίσυφος", []uint64{1}},
		{"ΣΊΣΥΦΟσ", []uint64{1}},
		{"k SIGN", []uint64{2}}, // the Kelvin sign folds to k (212A C 006B)
		{"SMALL", []uint64{3}},  // the long s folds to s (017F C 0073)
		{"big", []uint64{3}},
		{"还款", []uint64{4}},
		{"istanbul", nil}, // only full folding maps İ to i and a dot
		{"stanbul", []uint64{5}},
		{"\u0301T", []uint64{8}},
		{"gold nothing", nil}, // what is kept aside
		{"no such thing", nil},
		{"", nil},
	} {
		hits, next, err := p.Search(context.Background(), c.query, 0, 100)
		var got []uint64
		for _, h := range hits {
			got = append(got, h.Num)
			it, err := p.Item(h.Num)
			if err != nil {
				t.Fatal(err)
			}
			if m := it.Fields[h.Field][h.Start:h.End]; m == "" || !strings.Contains(h.Text, m) {
				t.Errorf("%q: the match is %q in %q", c.query, m, h.Text)
			}
		}
		if err != nil || next != 0 || !slices.Equal(got, c.want) {
			t.Errorf("%q: %v %d %v, want %v", c.query, got, next, err, c.want)
		}
	}
}

// A search in parts finds what one at once does, and each item once.
func TestSearchInParts(t *testing.T) {
	p := newProject(t, 10_000)
	var got []uint64
	parts := 0
	for from := uint64(1); from != 0; parts++ {
		hits, next, err := p.Search(context.Background(), "NUMBER 7", from, 30)
		if err != nil || len(hits) > 30 || next != 0 && next <= from {
			t.Fatal(len(hits), next, err)
		}
		for _, h := range hits {
			got = append(got, h.Num)
		}
		from = next
	}
	var want []uint64
	for i := range uint64(10_000) {
		if strings.HasPrefix(fmt.Sprint(i), "7") {
			want = append(want, i+1)
		}
	}
	if !slices.Equal(got, want) || parts < len(want)/30 {
		t.Fatalf("%d hits in %d parts, want %d", len(got), parts, len(want))
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, next, err := p.Search(ctx, "number", 5, 10); !errors.Is(err, context.Canceled) || next != 5 {
		t.Fatal(next, err)
	}
	if hits, next, err := p.Search(context.Background(), "number", 1, 0); len(hits) != 0 || next != 0 || err != nil {
		t.Fatal(hits, next, err)
	}
}

// The text of a hit is short, whole characters around the match.
func TestSearchText(t *testing.T) {
	long := strings.Repeat("漢", 1000) + "Needle" + strings.Repeat("é", 1000)
	hits, _, err := texts(t, long).Search(context.Background(), "needle", 0, 1)
	if err != nil || len(hits) != 1 {
		t.Fatal(hits, err)
	}
	h := hits[0]
	if len(h.Text) > HitBefore+6+hitAfter || strings.ToValidUTF8(h.Text, "?") != h.Text || !strings.Contains(h.Text, "漢Needleé") || h.Start != 3000 {
		t.Fatalf("%+v", h)
	}
}

// A long field in which the beginning of a match comes again and again takes
// time in proportion to its length: else this would not end.
func TestSearchLongField(t *testing.T) {
	long := strings.Repeat("kb", 2<<20)
	p := texts(t, long, long+"KA")
	hits, _, err := p.Search(context.Background(), "ka", 0, 10)
	if err != nil || len(hits) != 1 || hits[0].Num != 2 || hits[0].Start != len(long) {
		t.Fatal(len(hits), err)
	}
}

// Walk goes round once, from anywhere, in an order that owes nothing to that
// of import.
func TestWalk(t *testing.T) {
	const n = 5000
	p := newProject(t, n)
	var order []label.ID
	var nums []uint64
	all := func(num uint64, id label.ID) bool { order, nums = append(order, id), append(nums, num); return true }
	if _, err := p.Walk(label.ID{}, n+1, all); err != nil || len(order) != n {
		t.Fatal(len(order), err)
	}
	if !slices.IsSortedFunc(order, func(a, b label.ID) int { return slices.Compare(a[:], b[:]) }) {
		t.Fatal("not in the order of ids")
	}
	// Of a random order, the first tenth has items of all parts of the file:
	// of 500, each tenth has 50 on average, with a deviation below 7.
	var tenths [10]int
	for _, num := range nums[:n/10] {
		tenths[(num-1)*10/n]++
	}
	for _, k := range tenths {
		if k < 15 || k > 85 {
			t.Fatalf("tenths %v", tenths)
		}
	}
	// From the middle, in steps, around the end and no further.
	first := slices.Clone(order)
	order = nil
	at := first[n-100]
	for range n / 50 {
		next, err := p.Walk(at, 50, all)
		if err != nil {
			t.Fatal(err)
		}
		at = next
	}
	if want := append(slices.Clone(first[n-100:]), first[:n-100]...); !slices.Equal(order, want) {
		t.Fatal("another order")
	}
	order = nil
	if _, err := p.Walk(first[n-100], 2*n, all); err != nil || len(order) != n {
		t.Fatalf("%d in one round, %v", len(order), err)
	}
	order = nil
	next, err := p.Walk(first[3], 100, func(num uint64, id label.ID) bool { order = append(order, id); return len(order) < 7 })
	if err != nil || len(order) != 7 || next != after(first[9]) {
		t.Fatal(len(order), next, err)
	}
	if _, err := newProject(t, 0).Walk(label.ID{9}, 5, all); err != nil {
		t.Fatal(err)
	}
}

func TestItems(t *testing.T) {
	const n = 2*chunkEntries + 5
	p := newProject(t, n)
	for _, c := range []struct{ from, to, first, last uint64 }{
		{0, 1 << 60, 1, n}, {5, 5, 5, 5}, {chunkEntries, chunkEntries + 2, chunkEntries, chunkEntries + 2}, {n, n + 9, n, n},
	} {
		next := c.first
		err := p.Items(context.Background(), c.from, c.to, func(it label.Item) error {
			if it.Num != next || it.Fields[0] != fmt.Sprintf("text number %d", next-1) {
				t.Fatalf("%+v, want number %d", it, next)
			}
			next++
			return nil
		})
		if err != nil || next != c.last+1 {
			t.Errorf("from %d to %d: ended at %d, %v", c.from, c.to, next-1, err)
		}
	}
	// An item that is gone is no end: whoever copies the items would lose the rest and not know.
	for _, gone := range []uint64{9, n} {
		if err := p.update(del(bucketItems, key8(gone))); err != nil {
			t.Fatal(err)
		}
		if err := p.Items(context.Background(), 1, n, func(label.Item) error { return nil }); !errors.Is(err, ErrDamaged) {
			t.Errorf("without item %d: %v", gone, err)
		}
		p = newProject(t, n)
	}
	stop := errors.New("stop")
	if err := p.Items(context.Background(), 1, n, func(label.Item) error { return stop }); err != stop {
		t.Error(err)
	}
	var got []uint64
	if err := p.ItemsByNum([]uint64{7, 0, n + 1, 3, 7}, func(it label.Item) error { got = append(got, it.Num); return nil }); err != nil || !slices.Equal(got, []uint64{7, 3, 7}) {
		t.Error(got, err)
	}
	for _, num := range []uint64{0, n + 1} {
		if _, err := p.Item(num); !errors.Is(err, ErrNoItem) {
			t.Errorf("item %d: %v", num, err)
		}
	}
	if _, err := p.ItemByID(label.ID{1}); !errors.Is(err, ErrNoItem) {
		t.Error(err)
	}
	// A visit may call other methods of the project, and take its time.
	if err := p.Items(context.Background(), 1, 3, func(it label.Item) error {
		must(t, p.Decide("ana", answer(it.Num, 0)))
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestEventsAndHistory(t *testing.T) {
	p := newProject(t, 50)
	for num := range uint64(30) {
		must(t, p.Decide("ana", answer(num+1, 0)))
		must(t, p.Decide("ben", answer(num+1, 1)))
	}
	for range 3 {
		must(t, p.Undo("ana"))
	}
	must(t, p.Decide("ana", answer(5, 1)))
	past, err := p.History("ana", 0, 6)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range past {
		got = append(got, fmt.Sprint(x.Event.Decisions[0].Item, x.InForce))
	}
	// The three that were undone are still history, not in force; nor is the
	// first on item 5, later.
	if want := []string{"5 true", "30 false", "29 false", "28 false", "27 true", "26 true"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	past, err = p.History("ana", past[5].Event.Seq, 1000)
	if err != nil || len(past) != 25 || past[24].Event.Decisions[0].Item != 1 {
		t.Fatal(len(past), err)
	}
	for _, x := range past {
		if x.InForce == (x.Event.Decisions[0].Item == 5) {
			t.Errorf("%+v", x)
		}
	}
	if past, err := p.History("nobody", 0, 5); len(past) != 0 || err != nil {
		t.Fatal(past, err)
	}
	last := p.Counts().Events
	next := uint64(4)
	if err := p.Events(context.Background(), 4, last-1, func(ev label.Event) error {
		if one, err := p.Event(next); err != nil || !reflect.DeepEqual(ev, one) || ev.Seq != next {
			t.Fatalf("%+v, and alone %+v %v", ev, one, err)
		}
		next++
		return nil
	}); err != nil || next != last {
		t.Fatal(next, err)
	}
	for _, seq := range []uint64{0, last + 1} {
		if _, err := p.Event(seq); !errors.Is(err, ErrNoEvent) {
			t.Error(seq, err)
		}
	}
}

// The project as it stood at any event is the project that one finds there
// while the events come in.
func TestReplay(t *testing.T) {
	p := newProject(t, 10)
	type moment struct {
		counts    label.Counts
		standings []label.Standing
		task      label.Task
	}
	look := func(p *Project) moment {
		m := moment{counts: p.Counts(), task: p.Task()}
		if err := p.Standings(context.Background(), func(s label.Standing) error { m.standings = append(m.standings, s); return nil }); err != nil {
			t.Fatal(err)
		}
		return m
	}
	was := map[uint64]moment{}
	note := func() { was[p.Counts().Events] = look(p) }
	note()
	for i := range uint64(12) {
		must(t, p.Decide([]string{"ana", "ben"}[i%2], answer(i%5+1, int(i%2)), label.Decision{Item: i%5 + 6, Action: label.Skipped}))
		note()
		if i%3 == 2 {
			must(t, p.Undo("ana"))
			note()
		}
	}
	task := p.Task()
	task.Labels = append(slices.Clone(task.Labels), label.Label{Name: "third"})
	if err := p.SetTask(task, "ana"); err != nil {
		t.Fatal(err)
	}
	note()
	im := p.NewImport("later.csv", "import")
	if err := im.Add([]string{"later"}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	must(t, p.Decide("ana", answer(11, 2)))
	note()
	if err := p.PutModel(3, []byte("a model")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for to, want := range was {
		path := filepath.Join(dir, fmt.Sprint(to))
		if err := p.Replay(context.Background(), to, path, nil); err != nil {
			t.Fatal(err)
		}
		q, err := Open(path, Options{NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		if got := look(q); !reflect.DeepEqual(got, want) {
			t.Errorf("at event %d: %+v\nwant %+v", to, got, want)
		}
		if m, err := q.Model(3); m != nil || err != nil {
			t.Error("models are no part of the log")
		}
		clean(t, q)
		q.Close()
	}
	path := filepath.Join(dir, "12")
	for _, to := range []uint64{0, p.Counts().Events + 1} {
		if err := p.Replay(context.Background(), to, path+"x", nil); !errors.Is(err, ErrNoEvent) {
			t.Error(to, err)
		}
	}
	if err := p.Replay(context.Background(), 12, path, nil); !errors.Is(err, ErrExists) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Replay(ctx, 12, path+"x", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestStats(t *testing.T) {
	p := newProject(t, 500)
	must(t, p.Decide("ana", answer(1, 0), answer(2, 0)))
	s, err := p.Stats()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"items": 500, "ids": 500, "events": 3, "answers": 2, "annotators": 1, "skipped": 0, "now": 2}
	for _, b := range s.Buckets {
		if n, ok := want[b.Name]; ok && n != b.Entries {
			t.Errorf("%s: %d entries, want %d", b.Name, b.Entries, n)
		}
		if delete(want, b.Name); b.Used > b.Bytes && b.Bytes > 0 {
			t.Errorf("%+v", b)
		}
	}
	if len(want) > 0 || s.FileBytes < 500*40 || s.FreeBytes >= s.FileBytes || s.Counts.Items != 500 {
		t.Errorf("%+v, not found %v", s, want)
	}
}

// No character has more case variants than a matcher has room for.
func TestCaseVariants(t *testing.T) {
	for r := range rune(unicode.MaxRune) {
		n := 1
		for v := unicode.SimpleFold(r); v != r; v = unicode.SimpleFold(v) {
			n++
		}
		if n > maxFirst {
			t.Fatalf("%U has %d", r, n)
		}
	}
}
