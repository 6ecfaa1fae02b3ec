package store

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// allowed reports whether err is one that damaged or foreign data may end in.
func allowed(err error) bool {
	return err == nil || errors.Is(err, ErrDamaged) || errors.Is(err, ErrNewer)
}

// seeds are stored values of every kind.
func seeds() [][]byte {
	task := testTask()
	s := label.Decision{Item: 3, Action: label.Corrected, Answer: label.Answer{Class: 1, Set: []int{0, 1}, Spans: []label.Span{{Start: 0, End: 2, Class: 1}}, Value: 2.5},
		Shown: &label.Shown{Answer: label.ClassAnswer(0), Probability: 0.5, Model: 4}, Took: time.Second, Note: "a\xff", Prev: 2}
	id, key := task.Identify([]string{"text", "ham"})
	return [][]byte{
		{}, {1}, {1, 0xa0}, {23, 0xa0}, {99, 0xff},
		encodeEvent(label.Event{Seq: 1, Kind: label.Created, Time: time.Unix(9, 9), Task: &task}),
		encodeEvent(label.Event{Seq: 2, Kind: label.Imported, Import: &label.Import{File: "f", First: 1, Last: 3, Rows: 3}}),
		encodeEvent(label.Event{Seq: 3, Kind: label.Decided, Annotator: "ana", Decisions: []label.Decision{s, {Item: 1, Action: label.Flagged, Note: "n"}}, Before: 1}),
		encodeEvent(label.Event{Seq: 4, Kind: label.Undone, Annotator: "ana", Target: 3}),
		encodeEvent(label.Event{Seq: 5, Kind: label.Decided, Annotator: "ana", Decisions: []label.Decision{{Item: 1, Action: label.Answered, Withheld: s.Shown}}, Bulk: &label.Bulk{By: "search", Of: "a\xff", Above: 0.9}}),
		encodeEvent(label.Event{Seq: 6, Kind: label.Ruled, Annotator: "ana", Rule: &label.Rule{Name: "r", Kind: label.RegexpRule, Text: "x+", Column: "text", Class: 1, Off: true, Removed: true}}),
		encode(standingSchema, standing{Event: 3, Decision: s}),
		encode(annotatorSchema, annotator{"ana", 3, 4}),
		encode(taskSchema, task),
		encode(countsSchema, label.Counts{Items: 3, PerClass: []uint64{1, 2}}),
		encode(modelSchema, modelRecord{Size: 9, Chunks: 1, Sum: 5}),
		encode(metaSchema, metaRecord{Magic: magic, Version: version, Created: 5, Writer: "w"}),
		appendItem(nil, id, key, []string{"text", "\xff\x00", ""}),
		{itemSchema, 0x83, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x1b, 1, 2, 3, 4, 5, 6, 7, 8, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	}
}

// Any bytes in the place of a stored value are read or refused. What is read as
// a value of ours is written as the same value again.
func FuzzDecode(f *testing.F) {
	for _, b := range seeds() {
		f.Add(b)
	}
	task := testTask()
	f.Fuzz(func(t *testing.T, b []byte) {
		ev, err := decodeEvent(b)
		if !allowed(err) {
			t.Fatal(err)
		}
		if err == nil {
			again, err := decodeEvent(encodeEvent(ev))
			if err != nil || !bytes.Equal(encodeEvent(again), encodeEvent(ev)) {
				t.Fatalf("%+v became %+v, %v", ev, again, err)
			}
		}
		s, err := decodeStanding(b)
		if !allowed(err) {
			t.Fatal(err)
		}
		if err == nil {
			if again, err := decodeStanding(encode(standingSchema, s)); err != nil || again.Event != s.Event {
				t.Fatal(again, err)
			}
		}
		for what, v := range map[string]any{"annotator": &annotator{}, "task": &label.Task{}, "counts": &label.Counts{}, "model": &modelRecord{}, "meta": &metaRecord{}} {
			if err := decode(what, 1, b, v); !allowed(err) {
				t.Fatal(err)
			}
		}
		it, err := decodeItem(1, b, &task)
		if !allowed(err) {
			t.Fatal(err)
		}
		if err == nil {
			again, err := decodeItem(1, appendItem(nil, it.ID, it.Key, it.Fields), &task)
			if err != nil || !slices.Equal(again.Fields, it.Fields) || again.ID != it.ID || again.Key != it.Key {
				t.Fatalf("%+v became %+v, %v", it, again, err)
			}
		}
		m := newMatcher("text")
		h, ok, e := m.record(b, nil)
		if !allowed(e) {
			t.Fatal(e)
		}
		if ok && err == nil && it.Fields[h.Field][h.Start:h.End] == "" {
			t.Fatalf("%+v", h)
		}
	})
}

// logOf cuts bytes into events: a length of two bytes before each.
func logOf(b []byte) [][]byte {
	var all [][]byte
	for len(b) >= 2 && len(all) < 100 {
		n := min(int(b[0])|int(b[1])<<8, len(b)-2)
		all = append(all, b[2:2+n])
		b = b[2+n:]
	}
	return all
}

func joinLog(events ...label.Event) (b []byte) {
	for _, ev := range events {
		e := encodeEvent(ev)
		b = append(append(b, byte(len(e)), byte(len(e)>>8)), e...)
	}
	return b
}

// Any bytes in the place of the log are replayed or refused, and never in part:
// where an event is refused, the views are those of the events before it, and
// where all are accepted, Check finds that they are.
func FuzzReplay(f *testing.F) {
	task := testTask()
	created := label.Event{Seq: 1, Kind: label.Created, Task: &task}
	imported := label.Event{Seq: 2, Kind: label.Imported, Import: &label.Import{First: 1, Last: 3, Rows: 3}}
	d := func(seq, before uint64, ds ...label.Decision) label.Event {
		return label.Event{Seq: seq, Kind: label.Decided, Annotator: "ana", Before: before, Decisions: ds}
	}
	again := answer(1, 1)
	again.Prev = 3
	more := task
	more.Labels = append(slices.Clone(task.Labels), label.Label{Name: "third"})
	f.Add(joinLog(created, imported, d(3, 0, answer(1, 0), answer(2, 1)), d(4, 3, again),
		label.Event{Seq: 5, Kind: label.Undone, Annotator: "ana", Target: 4}, label.Event{Seq: 6, Kind: label.Undone, Annotator: "ana", Target: 3, Before: 5},
		label.Event{Seq: 7, Kind: label.Redone, Annotator: "ana", Target: 3}, label.Event{Seq: 8, Kind: label.Changed, Task: &more}))
	withheld := answer(2, 1)
	withheld.Withheld = &label.Shown{Answer: label.ClassAnswer(0), Probability: 0.5, Model: 4}
	bulk := d(4, 0, answer(1, 0), withheld)
	bulk.Bulk = &label.Bulk{By: "near-duplicates", Of: "1", Above: 0.8}
	rule := label.Event{Seq: 3, Kind: label.Ruled, Annotator: "ana", Rule: &label.Rule{Name: "r", Kind: label.KeywordRule, Text: "x", Class: 1}}
	f.Add(joinLog(created, imported, rule, bulk, label.Event{Seq: 5, Kind: label.Undone, Annotator: "ana", Target: 4}))
	f.Add(joinLog(created, created))
	f.Add(joinLog(created, imported, d(3, 0, answer(4, 0))))
	f.Add(joinLog(created, imported, d(3, 0, answer(1, 0)), label.Event{Seq: 4, Kind: label.Undone, Annotator: "ana", Target: 2}))
	f.Add(joinLog(imported))
	multi := task
	multi.Kind = label.MultiLabel
	f.Add(joinLog(label.Event{Seq: 1, Kind: label.Created, Task: &multi}, imported, d(3, 0, label.Decision{Item: 1, Action: label.Answered, Answer: label.Answer{Set: []int{0, 9}}})))
	path := filepath.Join(f.TempDir(), "views")
	db, err := bolt.Open(path, 0o600, &bolt.Options{NoSync: true, NoFreelistSync: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { db.Close() })
	f.Fuzz(func(t *testing.T, b []byte) {
		tx, err := db.Begin(true)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		if err := layOut(tx, metaRecord{Magic: magic, Version: version}); err != nil {
			t.Fatal(err)
		}
		v := newViews(tx, &state{})
		for _, e := range logOf(b) {
			ev, err := decodeEvent(e)
			if err == nil {
				err = errors.Join(v.events.Put(key8(ev.Seq), encodeEvent(ev)), v.apply(&ev))
			}
			if !allowed(err) {
				t.Fatal(err)
			}
			if err != nil {
				return
			}
		}
		if v.s.counts.Events == 0 {
			return
		}
		if err := v.flush(); err != nil {
			t.Fatal(err)
		}
		c := v.s.counts
		if c.Accepted+c.Corrected > c.Labelled || c.Audited > c.Labelled || c.Labelled+c.Skipped+c.Flagged > c.Items {
			t.Fatalf("%+v", c)
		}
		r := Report{}
		again, err := replayLog(context.Background(), tx, math.MaxUint64, func(uint64, []byte) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		ck := &checker{ctx: context.Background(), tx: tx, report: &r, state: v.s}
		if err := ck.views(again); err != nil || !r.OK() {
			t.Fatal(err, r.Problems)
		}
	})
}

// Any bytes as a file are opened or refused, and not changed by it.
func FuzzOpen(f *testing.F) {
	whole := read(f, projectFile(f, 3))
	f.Add([]byte{}, uint32(0), uint16(0))
	f.Add(whole[:100], uint32(0), uint16(0))
	f.Add([]byte("text,label\n"), uint32(0), uint16(0))
	for _, at := range []uint32{0, 16, 24, 32, 56, 4096, 8192, 12_288, 16_384, 20_000} {
		f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8}, at, uint16(8))
		f.Add([]byte{}, at, uint16(40))
	}
	path := filepath.Join(f.TempDir(), "p.inkling")
	f.Fuzz(func(t *testing.T, b []byte, at uint32, n uint16) {
		file := b
		if n > 0 {
			// A few bytes of a project replaced: by b, or by nothing from there on.
			file = slices.Clone(whole)
			if i := int(at) % len(file); len(b) == 0 {
				file = file[:i]
			} else {
				copy(file[i:], b)
			}
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		p, err := Open(path, Options{ReadOnly: true})
		if err == nil {
			_ = p.Items(context.Background(), 1, 9, func(label.Item) error { return nil })
			_ = p.Standings(context.Background(), func(label.Standing) error { return nil })
			_, err = p.Check(context.Background(), nil)
			p.Close()
			if err != nil {
				t.Fatal(err)
			}
		} else if !allowed(err) && !errors.Is(err, ErrNotProject) && !errors.Is(err, ErrOlder) {
			t.Fatal(err)
		}
		if !bytes.Equal(read(t, path), file) {
			t.Fatal("changed")
		}
	})
}

// Any text is a head, a rule of what to keep, and the name of a snapshot, or
// none of these; what is one is written as it was read.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"", "1:" + strings.Repeat("a", 64), "0:", "24h,7d,4w", "all", "3", "0h", ",", "p.20260102T030405Z.27.01234567.inkling", "p..7.x.inkling",
		"p.20260102T030405Z.+7.01234567.inkling", "p.20261302T030405Z.7.01234567.inkling"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if h, err := ParseHead(s); err == nil {
			if again, err := ParseHead(h.String()); err != nil || again != h || h.Seq == 0 {
				t.Fatal(h, err)
			}
		}
		if k, err := ParseKeep(s); err == nil {
			if again, err := ParseKeep(k.String()); err != nil || again != k {
				t.Fatal(k, err)
			}
		}
		names := snapshots{base: "p"}
		if n, ok := names.parse(s); ok {
			names.now = n.time
			if h := (Head{Seq: n.seq}); names.name(h)[:len(s)-len("01234567.inkling")] != s[:len(s)-len("01234567.inkling")] {
				t.Fatalf("%q is %+v", s, n)
			}
		}
	})
}
