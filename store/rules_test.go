package store

import (
	"context"
	"errors"
	"path/filepath"
	"testing"

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
