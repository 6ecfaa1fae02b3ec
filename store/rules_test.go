package store

import (
	"context"
	"errors"
	"path/filepath"
	"reflect"
	"testing"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

func TestRules(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.inkling")
	p, err := Create(path, testTask(), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	say := func(r label.Rule) error {
		_, _, err := p.Rule("ann", r).Wait(context.Background())
		return err
	}
	for _, r := range []label.Rule{
		{Name: "prize", Kind: label.KeywordRule, Text: "prize", Class: 1},
		{Name: "long", Kind: label.ExpressionRule, Text: "len(text) > 100", Class: 0},
		{Name: "prize", Kind: label.KeywordRule, Text: "prize, won", Class: 1, Off: true},
		{Name: "gone", Kind: label.RegexpRule, Text: "x+", Class: 0},
		{Name: "gone", Kind: label.RegexpRule, Text: "x+", Removed: true},
	} {
		if err := say(r); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range []label.Rule{{Kind: label.KeywordRule, Text: "x"}, {Name: "x", Class: -1}, {Name: "x", Class: 99}} {
		if err := say(r); !errors.Is(err, ErrEvent) && !errors.Is(err, ErrAnswer) {
			t.Errorf("%+v was taken: %v", r, err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if p, err = Open(path, Options{NoSync: true}); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	seq, err := p.Ruled()
	if ev, e := p.Event(seq); err != nil || e != nil || ev.Rule == nil || !ev.Rule.Removed {
		t.Errorf("the last event about a rule is %d: %+v, %v", seq, ev, errors.Join(err, e))
	}
	rules, err := p.Rules()
	if err != nil || len(rules) != 2 || rules[0].Text != "prize, won" || !rules[0].Off || rules[1].Name != "long" {
		t.Errorf("rules %+v, %v", rules, err)
	}
	if nums, err := p.Commented(10); err != nil || len(nums) != 0 {
		t.Errorf("rules are taken for comments on items %v, %v", nums, err)
	}
	if r, err := p.Check(context.Background(), nil); err != nil || !r.OK() {
		t.Errorf("check: %+v, %v", r, err)
	}
}

// What rules, bulk decisions and withheld suggestions left is replayed to the byte,
// checked, undone as one, and repaired.
func TestBulkReplays(t *testing.T) {
	path := projectFile(t, 30)
	p, err := Open(path, Options{NoSync: true, Now: tick()})
	if err != nil {
		t.Fatal(err)
	}
	must(t, p.Rule("ana", label.Rule{Name: "prize", Kind: label.KeywordRule, Text: "prize", Class: 1}))
	shown := label.Shown{Answer: label.ClassAnswer(1), Probability: 0.9, Model: 2}
	ev := label.Event{Kind: label.Decided, Annotator: "ana", Bulk: &label.Bulk{By: "probability", Above: 0.9}}
	for num := uint64(22); num <= 30; num++ {
		d := answer(num, 1)
		if d.Shown = &shown; num == 30 {
			d.Shown, d.Withheld = nil, &shown
		}
		ev.Decisions = append(ev.Decisions, d)
	}
	done := must(t, p.Append(ev))
	back, err := p.Event(done.Seq)
	if err != nil || back.Bulk == nil || *back.Bulk != *ev.Bulk || back.Decisions[8].Withheld == nil || !reflect.DeepEqual(*back.Decisions[8].Withheld, shown) {
		t.Errorf("%+v, %v", back, err)
	}
	clean(t, p)
	to := path + ".replayed"
	if err := p.Replay(context.Background(), p.Counts().Events, to, nil); err != nil {
		t.Fatal(err)
	}
	before := p.Counts().Labelled
	must(t, p.Undo("ana"))
	if now := p.Counts().Labelled; now != before-9 {
		t.Errorf("undone: %d of %d are left", now, before)
	}
	clean(t, p)
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	q, err := Open(to, Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	rules, err := q.Rules()
	if err != nil || len(rules) != 1 || q.Counts().Labelled != before {
		t.Errorf("%+v, %+v, %v", rules, q.Counts(), err)
	}
	clean(t, q)
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	edit(t, to, func(tx *bolt.Tx) error { return tx.DeleteBucket(bucketComments) })
	if r, err := Repair(context.Background(), to, Options{NoSync: true}, false, nil); err != nil || !r.After.OK() {
		t.Errorf("%+v, %v", r, err)
	}
	if q, err = Open(to, Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	if again, err := q.Rules(); err != nil || len(again) != 1 {
		t.Errorf("%+v, %v", again, err)
	}
}
