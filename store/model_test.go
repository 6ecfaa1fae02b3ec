package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"inkling/label"
)

// naive is what a project should be, kept the simplest way: every annotator
// has a stack of decisions made and one of decisions undone, and everything is
// found by looking through all of them.
type naive struct {
	task     label.Task
	items    []label.Item
	events   uint64
	done     map[string][]label.Event
	undone   map[string][]label.Event
	comments map[uint64][]label.Event
}

// all are what everybody said of an item last, as one of several and where they
// settled it, in the order of events. Within a stack the top counts, which a
// redo may have put there with a number of long ago.
func (m *naive) all(num uint64) (all []label.Standing) {
	for who := range m.done {
		for _, settles := range []bool{false, true} {
			var st label.Standing
			for _, ev := range m.done[who] {
				for _, d := range ev.Decisions {
					if d.Item == num && d.Settles == settles {
						st = label.Standing{Item: num, Event: ev.Seq, Annotator: who, Decision: d}
					}
				}
			}
			if st.Event != 0 {
				all = append(all, st)
			}
		}
	}
	slices.SortFunc(all, func(a, b label.Standing) int { return cmp.Compare(a.Event, b.Event) })
	return all
}

// standing is the last settlement; without one the last answer or flag; without
// one the last skip.
func (m *naive) standing(num uint64) (st label.Standing, has bool) {
	for _, of := range []func(label.Decision) bool{
		func(d label.Decision) bool { return d.Action == label.Skipped },
		func(d label.Decision) bool { return d.Action != label.Skipped && !d.Settles },
		func(d label.Decision) bool { return d.Settles },
	} {
		for _, s := range m.all(num) {
			if of(s.Decision) {
				st, has = s, true
			}
		}
	}
	return st, has
}

// top is the event by which an item stands by one person.
func (m *naive) top(who string, num uint64, settles bool) uint64 {
	for _, st := range m.all(num) {
		if st.Annotator == who && st.Decision.Settles == settles {
			return st.Event
		}
	}
	return 0
}

func (m *naive) counts() label.Counts {
	c := label.Counts{Items: uint64(len(m.items)), Events: m.events, PerClass: make([]uint64, len(m.task.Labels))}
	for _, it := range m.items {
		st, ok := m.standing(it.Num)
		if !ok {
			continue
		}
		switch st.Decision.Action {
		case label.Skipped:
			c.Skipped++
			continue
		case label.Flagged:
			c.Flagged++
			continue
		case label.Accepted:
			c.Accepted++
		case label.Corrected:
			c.Corrected++
		}
		c.Labelled++
		c.PerClass[st.Decision.Answer.Class]++
		if st.Decision.Audit {
			c.Audited++
		}
	}
	return c
}

func (m *naive) with(a label.Action) []label.Standing {
	var all []label.Standing
	for _, it := range m.items {
		if st, ok := m.standing(it.Num); ok && st.Decision.Action == a {
			all = append(all, st)
		}
	}
	slices.SortFunc(all, func(a, b label.Standing) int {
		return cmp.Or(cmp.Compare(a.Event, b.Event), cmp.Compare(a.Item, b.Item))
	})
	return all
}

// session drives a project and its naive model by the same random steps.
type session struct {
	t       *rapid.T
	p       *Project
	m       *naive
	path    string
	touched map[uint64]bool // since seen
	seen    uint64
}

func (s *session) who() string {
	return rapid.SampledFrom([]string{"ana", "ben", "import"}).Draw(s.t, "who")
}

func (s *session) Decide(*rapid.T) {
	who := s.who()
	n := rapid.SampledFrom([]int{1, 1, 1, 2, 5}).Draw(s.t, "n")
	var ds []label.Decision
	var want error
	for range n {
		num := uint64(rapid.IntRange(0, len(s.m.items)+1).Draw(s.t, "item"))
		if slices.ContainsFunc(ds, func(d label.Decision) bool { return d.Item == num }) {
			want = ErrEvent
		}
		d := label.Decision{Item: num, Action: label.Action(rapid.IntRange(0, 6).Draw(s.t, "action"))}
		if d.Action.HasAnswer() {
			d.Answer.Class = rapid.IntRange(-1, len(s.m.task.Labels)).Draw(s.t, "class")
		}
		if d.Action == label.Flagged {
			d.Note = rapid.String().Draw(s.t, "note")
		}
		d.Settles = rapid.IntRange(0, 3).Draw(s.t, "settles") == 0
		ds = append(ds, d)
	}
	for _, d := range ds {
		switch {
		case want != nil:
		case d.Item == 0 || d.Item > uint64(len(s.m.items)):
			want = ErrNoItem
		case d.Action == 0 || d.Action > label.Flagged, d.Settles && !d.Action.HasAnswer():
			want = ErrEvent
		case d.Action.HasAnswer() && (d.Answer.Class < 0 || d.Answer.Class >= len(s.m.task.Labels)):
			want = ErrAnswer
		}
	}
	ev, counts, err := s.p.Decide(who, ds...).Wait(context.Background())
	if want != nil {
		if !Refused(err) {
			s.t.Fatalf("got %v, want a refusal", err)
		}
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.decided(ev)
	if !reflect.DeepEqual(counts, s.m.counts()) {
		s.t.Fatalf("counts %+v\nwant %+v", counts, s.m.counts())
	}
}

// decided checks what the store filled in, and follows.
func (s *session) decided(ev label.Event) {
	m := s.m
	m.events++
	before := uint64(0)
	if stack := m.done[ev.Annotator]; len(stack) > 0 {
		before = stack[len(stack)-1].Seq
	}
	if ev.Seq != m.events || ev.Before != before {
		s.t.Fatalf("event %d before %d, want %d and %d", ev.Seq, ev.Before, m.events, before)
	}
	for _, d := range ev.Decisions {
		if prev := m.top(ev.Annotator, d.Item, d.Settles); d.Prev != prev || d.Audit != m.task.InAudit(m.items[d.Item-1].Key) {
			s.t.Fatalf("%+v: prev should be %d", d, prev)
		}
		s.touched[d.Item] = true
	}
	m.done[ev.Annotator] = append(m.done[ev.Annotator], ev)
	delete(m.undone, ev.Annotator)
}

func (s *session) Undo(*rapid.T) {
	who := s.who()
	s.move(who, label.Undone, s.m.done, s.m.undone, s.p.Undo(who), ErrNothingToUndo)
}

func (s *session) Redo(*rapid.T) {
	who := s.who()
	s.move(who, label.Redone, s.m.undone, s.m.done, s.p.Redo(who), ErrNothingToRedo)
}

func (s *session) move(who string, k label.EventKind, from, to map[string][]label.Event, e *Pending, nothing error) {
	ev, _, err := e.Wait(context.Background())
	stack := from[who]
	if len(stack) == 0 {
		if !errors.Is(err, nothing) {
			s.t.Fatalf("got %v, want %v", err, nothing)
		}
		return
	}
	if err != nil {
		s.t.Fatal(err)
	}
	s.m.events++
	top := stack[len(stack)-1]
	if ev.Kind != k || ev.Target != top.Seq || ev.Seq != s.m.events {
		s.t.Fatalf("%+v, want target %d", ev, top.Seq)
	}
	for _, d := range top.Decisions {
		s.touched[d.Item] = true
	}
	from[who], to[who] = stack[:len(stack)-1], append(to[who], top)
}

func (s *session) Comment(*rapid.T) {
	c := label.Comment{Item: uint64(rapid.IntRange(0, len(s.m.items)+1).Draw(s.t, "item")), Text: rapid.SampledFrom([]string{"", " ", "why?", "\x1b[31m"}).Draw(s.t, "text")}
	ev, _, err := s.p.Comment(s.who(), c).Wait(context.Background())
	if c.Item == 0 || c.Item > uint64(len(s.m.items)) || strings.TrimSpace(c.Text) == "" {
		if !Refused(err) {
			s.t.Fatalf("%+v: %v, want a refusal", c, err)
		}
		return
	}
	if err != nil || ev.Comment == nil || *ev.Comment != c {
		s.t.Fatal(ev, err)
	}
	s.m.events++
	s.m.comments[c.Item] = append(s.m.comments[c.Item], ev)
}

func (s *session) Import(*rapid.T) {
	im := s.p.NewImport("f", "import")
	rows := rapid.IntRange(0, 12).Draw(s.t, "rows")
	known := map[label.ID]uint64{}
	for _, it := range s.m.items {
		known[it.ID] = it.Num
	}
	var want label.Import
	var ds []label.Decision
	for range rows {
		fields := []string{fmt.Sprint("text ", rapid.IntRange(0, 30).Draw(s.t, "text"))}
		var a *label.Answer
		if rapid.Bool().Draw(s.t, "answered") {
			x := label.ClassAnswer(rapid.IntRange(0, 1).Draw(s.t, "class"))
			a = &x
		}
		if err := im.Add(fields, a); err != nil {
			s.t.Fatal(err)
		}
		id, key := s.m.task.Identify(fields)
		num, dup := known[id]
		if !dup {
			num = uint64(len(s.m.items) + 1)
			known[id] = num
			s.m.items = append(s.m.items, label.Item{Num: num, ID: id, Key: key, Fields: fields, Audit: s.m.task.InAudit(key)})
		} else {
			want.Duplicates++
		}
		st, has := s.m.standing(num)
		if a != nil && (!has || st.Decision.Action == label.Skipped) &&
			!slices.ContainsFunc(ds, func(d label.Decision) bool { return d.Item == num }) {
			ds = append(ds, label.Decision{Item: num, Action: label.Answered, Answer: *a})
		}
	}
	got, err := im.Close()
	if err != nil {
		s.t.Fatal(err)
	}
	if got.Rows != uint64(rows) || got.Duplicates != want.Duplicates || got.Last != uint64(len(s.m.items)) {
		s.t.Fatalf("%+v, want %d duplicates, last %d", got, want.Duplicates, len(s.m.items))
	}
	if rows == 0 {
		return
	}
	s.m.events++ // Imported
	if len(ds) > 0 {
		ev, err := s.p.Event(s.m.events + 1)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(ev.Decisions) != len(ds) {
			s.t.Fatalf("%+v, want %+v", ev.Decisions, ds)
		}
		s.decided(ev)
	}
}

func (s *session) Task(*rapid.T) {
	task := s.m.task
	if len(task.Labels) < 6 {
		task.Labels = append(slices.Clone(task.Labels), label.Label{Name: fmt.Sprint("more ", len(task.Labels))})
	}
	task.Audit = rapid.SampledFrom([]float64{0, 0.25, 0.5}).Draw(s.t, "audit")
	if err := s.p.SetTask(task, "ana"); err != nil {
		s.t.Fatal(err)
	}
	s.m.task = task
	s.m.events++
	for i := range s.m.items {
		s.m.items[i].Audit = task.InAudit(s.m.items[i].Key)
	}
}

func (s *session) Reopen(*rapid.T) {
	if err := s.p.Close(); err != nil {
		s.t.Fatal(err)
	}
	p, err := Open(s.path, Options{NoSync: true, Now: jumpy()})
	if err != nil {
		s.t.Fatal(err)
	}
	s.p = p
}

// Touched sees exactly what changed since the last time.
func (s *session) Touched(*rapid.T) {
	since := s.seen
	got := map[uint64]bool{}
	upTo, err := s.p.Touched(since, func(num uint64, st label.Standing, has bool) error {
		want, ok := s.m.standing(num)
		if got[num] || has != ok || !reflect.DeepEqual(st, want) {
			s.t.Fatalf("item %d: %+v %v, want %+v %v", num, st, has, want, ok)
		}
		got[num] = true
		return nil
	})
	if err != nil || upTo != s.m.events {
		s.t.Fatal(upTo, err)
	}
	if _, err := s.p.TouchedStandings(since, func(num uint64, all []label.Standing) error {
		first, ok := s.m.standing(num)
		if others := slices.DeleteFunc(slices.Clone(s.m.all(num)), func(st label.Standing) bool { return ok && reflect.DeepEqual(st, first) }); ok != (len(all) > 0) ||
			ok && (!reflect.DeepEqual(all[0], first) || !slices.EqualFunc(all[1:], others, func(a, b label.Standing) bool { return reflect.DeepEqual(a, b) })) {
			s.t.Fatalf("item %d: %+v, want %+v first of %+v", num, all, first, s.m.all(num))
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	want := s.touched
	if since == 0 {
		want = map[uint64]bool{}
		for _, it := range s.m.items {
			if _, ok := s.m.standing(it.Num); ok {
				want[it.Num] = true
			}
		}
	}
	if !maps.Equal(got, want) {
		s.t.Fatalf("touched %v, want %v", got, want)
	}
	s.seen, s.touched = upTo, map[uint64]bool{}
}

// check compares all that can be read with the model.
func (s *session) check() {
	t, p, m := s.t, s.p, s.m
	if c := p.Counts(); !reflect.DeepEqual(c, m.counts()) {
		t.Fatalf("counts %+v\nwant   %+v", c, m.counts())
	}
	var items []label.Item
	if err := p.Items(context.Background(), 0, 1<<60, func(it label.Item) error { items = append(items, it); return nil }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(items, m.items) {
		t.Fatalf("items %+v\nwant %+v", items, m.items)
	}
	var want []label.Standing
	for _, it := range m.items {
		st, ok := m.standing(it.Num)
		if ok {
			want = append(want, st)
		}
		if got, has, err := p.Standing(it.Num); err != nil || has != ok || !reflect.DeepEqual(got, st) {
			t.Fatalf("item %d: %+v %v %v, want %+v", it.Num, got, has, err, st)
		}
	}
	for _, it := range m.items {
		if all, err := p.ItemStandings(it.Num); err != nil || !reflect.DeepEqual(all, m.all(it.Num)) {
			t.Fatalf("item %d: %+v %v, want %+v", it.Num, all, err, m.all(it.Num))
		}
		if all, err := p.Comments(it.Num); err != nil || !reflect.DeepEqual(all, m.comments[it.Num]) {
			t.Fatalf("item %d: %+v %v, want %+v", it.Num, all, err, m.comments[it.Num])
		}
	}
	var several [][]label.Standing
	if err := p.AllStandings(context.Background(), func(all []label.Standing) error { several = append(several, slices.Clone(all)); return nil }); err != nil {
		t.Fatal(err)
	}
	for i, st := range want {
		if len(several) != len(want) || !reflect.DeepEqual(several[i], m.all(st.Item)) {
			t.Fatalf("standings %+v\nwant those of %+v", several, want)
		}
	}
	var got []label.Standing
	if err := p.Standings(context.Background(), func(st label.Standing) error { got = append(got, st); return nil }); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("standings %+v\nwant %+v", got, want)
	}
	for a, list := range map[label.Action]func(int) ([]label.Standing, error){label.Skipped: p.Skipped, label.Flagged: p.Flagged} {
		if got, err := list(1000); err != nil || !reflect.DeepEqual(got, m.with(a)) {
			t.Fatalf("%v: %+v %v, want %+v", a, got, err, m.with(a))
		}
	}
	r, err := p.Check(context.Background(), nil)
	if err != nil || !r.OK() {
		t.Fatal(r, err)
	}
}

// jumpy is a clock that goes years back and forth, and before 1970.
func jumpy() func() time.Time {
	var n atomic.Int64
	return func() time.Time { return time.Unix(n.Add(1)*7919*86400%(80*365*86400)-20*365*86400, 5) }
}

// Any sequence of decisions, settlements, undos, redos, comments, imports and
// changes of the task by three people gives what the naive model says; and replaying the log from
// empty, which Check does, gives the same views, byte by byte. What the clock says is no matter.
func TestAgainstModel(t *testing.T) {
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		path := filepath.Join(dir, fmt.Sprint(n))
		p, err := Create(path, testTask(), Options{NoSync: true, Now: jumpy()})
		if err != nil {
			t.Fatal(err)
		}
		s := &session{t: t, p: p, path: path, touched: map[uint64]bool{},
			m: &naive{task: testTask(), events: 1, done: map[string][]label.Event{}, undone: map[string][]label.Event{}, comments: map[uint64][]label.Event{}}}
		defer func() { s.p.Close() }()
		s.Import(t)
		t.Repeat(map[string]func(*rapid.T){"decide": s.Decide, "decide2": s.Decide, "decide3": s.Decide, "undo": s.Undo, "undo2": s.Undo,
			"redo": s.Redo, "redo2": s.Redo, "comment": s.Comment, "import": s.Import, "task": s.Task, "reopen": s.Reopen, "touched": s.Touched})
		s.check()
		s.replayed()
	})
}

// replayed checks that the project as it stood at each of some events has the
// standings that the log up to there gives, and is a sound project.
func (s *session) replayed() {
	to := uint64(rapid.IntRange(1, int(s.m.events)).Draw(s.t, "to"))
	path := s.path + ".replayed"
	if err := s.p.Replay(context.Background(), to, path, nil); err != nil {
		s.t.Fatal(err)
	}
	p, err := Open(path, Options{NoSync: true})
	if err != nil {
		s.t.Fatal(err)
	}
	defer p.Close()
	if r, err := p.Check(context.Background(), nil); err != nil || !r.OK() {
		s.t.Fatal(r, err)
	}
	if c := p.Counts(); c.Events != to {
		s.t.Fatal(c)
	}
	if to == s.m.events && !reflect.DeepEqual(p.Counts(), s.m.counts()) {
		s.t.Fatalf("%+v, want %+v", p.Counts(), s.m.counts())
	}
}
