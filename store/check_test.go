package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// standingOf changes a stored standing.
func standingOf(num uint64, change func(*standing)) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		b := tx.Bucket(bucketAnswers)
		s, err := decodeStanding(b.Get(answerKey(num, 1)))
		if err != nil {
			return err
		}
		change(&s)
		return b.Put(answerKey(num, 1), encode(standingSchema, s))
	}
}

// eventOf changes a stored event.
func eventOf(seq uint64, change func(*label.Event)) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		ev, err := readEvent(tx.Bucket(bucketEvents), seq)
		if err != nil {
			return err
		}
		change(&ev)
		return tx.Bucket(bucketEvents).Put(key8(seq), encodeEvent(ev))
	}
}

// namesOf changes the stored names, which are few enough to be in one block.
func namesOf(change func([]name) []name) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error {
		k, v := tx.Bucket(bucketIDs).Cursor().First()
		var b []byte
		for _, n := range change(mergeBlock(v, nil)) {
			b = appendName(b, n)
		}
		return tx.Bucket(bucketIDs).Put(slices.Clone(k), b)
	}
}

func put(bucket, k, v []byte) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error { return tx.Bucket(bucket).Put(k, v) }
}

func del(bucket, k []byte) func(*bolt.Tx) error {
	return func(tx *bolt.Tx) error { return tx.Bucket(bucket).Delete(k) }
}

// Check finds every kind of damage that is planted, and says where it is.
func TestCheckFinds(t *testing.T) {
	text := func(s string) []string { return []string{s, "ham"} }
	id, key := testTask().Identify(text("text number 4"))
	for _, c := range []struct {
		name  string
		plant func(*bolt.Tx) error
		where string
	}{
		{"an item's content", put(bucketItems, key8(5), appendItem(nil, id, key, text("another text"))), "item 5"},
		{"an item's key", put(bucketItems, key8(5), appendItem(nil, id, key+1, text("text number 4"))), "item 5"},
		{"an item's record", put(bucketItems, key8(5), []byte{itemSchema, 0xff}), "item 5"},
		{"an item too short", put(bucketItems, key8(5), appendItem(nil, id, key, text("text number 4"))[:40]), "item 5"},
		{"no item", del(bucketItems, key8(5)), "item 5"},
		{"no last item", del(bucketItems, key8(30)), "views"},
		{"no name", namesOf(func(all []name) []name {
			return slices.DeleteFunc(all, func(n name) bool { return n.num == 5 })
		}), "item 5"},
		{"a name of another", namesOf(func(all []name) []name {
			all[slices.IndexFunc(all, func(n name) bool { return n.num == 5 })].num = 6
			return all
		}), "item 5"},
		{"a name of none", namesOf(func(all []name) []name { return append([]name{{0, 0, 99}}, all...) }), "ids"},
		{"names out of order", namesOf(func(all []name) []name { all[3], all[4] = all[4], all[3]; return all }), "ids"},
		{"half a name", put(bucketIDs, bytes.Repeat([]byte{9}, 16), make([]byte, 30)), "ids"},
		{"a short key", put(bucketIDs, []byte{9}, nil), "ids"},
		{"an answer", standingOf(3, func(s *standing) { s.Decision.Answer.Class = 1 - s.Decision.Answer.Class }), "answers"},
		{"an answer's event", standingOf(3, func(s *standing) { s.Event = 9 }), "answers"},
		{"no answer", del(bucketAnswers, answerKey(3, 1)), "answers"},
		{"an answer more", func(tx *bolt.Tx) error {
			return tx.Bucket(bucketAnswers).Put(answerKey(29, 1), tx.Bucket(bucketAnswers).Get(answerKey(3, 1)))
		}, "answers"},
		{"no flag", func(tx *bolt.Tx) error {
			k, _ := tx.Bucket(bucketFlagged).Cursor().First()
			return tx.Bucket(bucketFlagged).Delete(slices.Clone(k))
		}, "flagged"},
		{"a skip more", put(bucketSkipped, listKey(3, 3), key4(1)), "skipped"},
		{"counts", put(bucketNow, keyCounts, encode(countsSchema, label.Counts{Items: 30, Events: 24, PerClass: []uint64{9, 9}})), "now"},
		{"the task", func(tx *bolt.Tx) error {
			task := testTask()
			task.Labels[0].Name = "eggs"
			return tx.Bucket(bucketNow).Put(keyTask, encode(schemaOf(&task), task))
		}, "now"},
		{"an annotator", put(bucketAnnotators, key4(1), encode(annotatorSchema, annotator{Name: "eve", Undo: 3})), "annotators"},
		{"an event's answer", eventOf(3, func(ev *label.Event) { ev.Decisions[0].Answer.Class = 1 - ev.Decisions[0].Answer.Class }), "answers"},
		{"an event's number", eventOf(3, func(ev *label.Event) { ev.Seq = 4 }), "event 3"},
		{"an event's chain", eventOf(8, func(ev *label.Event) { ev.Before = 2 }), "event 8"},
		{"an event's item", eventOf(8, func(ev *label.Event) { ev.Decisions[0].Item = 3 }), "event 8"},
		{"an event's class", eventOf(8, func(ev *label.Event) { ev.Decisions[0].Answer.Class = 7 }), "event 8"},
		{"an event's target", eventOf(24, func(ev *label.Event) { ev.Target = 3 }), "event 24"},
		{"an event's kind", eventOf(8, func(ev *label.Event) { ev.Kind = 99 }), "event 8"},
		{"an import", eventOf(2, func(ev *label.Event) { ev.Import.Last++ }), "now"},
		{"an event's record", put(bucketEvents, key8(8), []byte{eventSchema, 0x9f}), "event 8"},
		{"no event", del(bucketEvents, key8(8)), "event 9"},
		{"no last event", del(bucketEvents, key8(24)), "views"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newProject(t, 0)
			// Planted in the open project, as the disk might do it.
			addItems(t, p, 30)
			for num := range uint64(20) {
				must(t, p.Decide("ana", answer(num+1, int(num%2))))
			}
			must(t, p.Decide("ben", label.Decision{Item: 1, Action: label.Flagged}))
			must(t, p.Undo("ana"))
			clean(t, p)
			if err := p.db.Update(c.plant); err != nil {
				t.Fatal(err)
			}
			r, err := p.Check(context.Background(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.ContainsFunc(r.Problems, func(pr Problem) bool { return strings.HasPrefix(pr.Where, c.where) && pr.What != "" }) {
				t.Fatalf("found %q, want one in %q", r.Problems, c.where)
			}
		})
	}
}

func TestCheckProgress(t *testing.T) {
	p := newProject(t, 9000)
	var last, total uint64
	r, err := p.Check(context.Background(), func(done, of uint64) {
		if done <= last || done > of {
			t.Errorf("%d of %d after %d", done, of, last)
		}
		last, total = done, of
	})
	if err != nil || !r.OK() || r.Items != 9000 || total != 9002 || last < 8000 {
		t.Fatal(r, err, last, total)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := p.Check(ctx, func(uint64, uint64) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	many := &Report{}
	for i := range 1000 {
		many.add("here", "%d", i)
	}
	if len(many.Problems) != maxProblems || fmt.Sprint(many.Problems[7]) != "{here 7}" {
		t.Fatal(len(many.Problems))
	}
}
