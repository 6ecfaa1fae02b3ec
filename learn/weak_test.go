package learn_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"inkling/label"
	"inkling/label/rule"
	"inkling/learn"
)

// ruled is a fake project that holds rules.
type ruled struct {
	*fake
	rules []label.Rule
	at    uint64
}

func (r *ruled) Rules() ([]label.Rule, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.rules), nil
}

func (r *ruled) Ruled() (uint64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at, nil
}

// set replaces the rules by those that are written, one a line.
func (r *ruled) set(t *testing.T, text string) {
	t.Helper()
	rules, err := rule.ParseFile(r.Task(), text)
	if err != nil {
		t.Fatal(err)
	}
	r.mu.Lock()
	r.seq++
	r.rules, r.at = rules, r.seq
	r.mu.Unlock()
	r.signal()
}

// pool is a project of n items: of three in a row one has "prize", one has "prize"
// and "home", one has neither.
func pool(n int) *ruled {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprintf("%s number%d", []string{"a prize", "the prize home", "nothing"}[i%3], i)
	}
	return &ruled{fake: newFake(classesTask(2), texts...)}
}

func TestRulesSuggest(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p := pool(900)
		tr, _ := start(t, p, learn.Options{})
		settle()
		if tr.Rules() != nil {
			t.Fatal("rules where there are none")
		}
		p.set(t, "@prize b: prize\n@home a: home\n@off [off] a: nothing")
		settle()
		r := tr.Rules()
		if r == nil || r.Items != 900 || r.Covered != 600 {
			t.Fatalf("%+v", r)
		}
		for i, want := range []learn.RuleFigures{{Covered: 600, Overlaps: 300, Conflicts: 300}, {Covered: 300, Overlaps: 300, Conflicts: 300}, {Covered: 300}} {
			f := r.Figures[i]
			if f.Err != nil || f.Covered != want.Covered || f.Overlaps != want.Overlaps || f.Conflicts != want.Conflicts || f.Answered != 0 || (f.Precision > 0) == f.Rule.Off {
				t.Errorf("rule %d: %+v", i, f)
			}
		}
		// A model has learned from them, and has something to say of every item.
		if s, ok := r.Suggest(p.items[0]); !r.Lead() || !ok || s.Answer.Class != 1 || s.Model != learn.ByRules || s.Reasons[0].Term != "prize" || s.Reasons[len(s.Reasons)-1].Term != "@prize" {
			t.Errorf("%+v, %v", s, ok)
		}
		if _, ok := r.Suggest(p.items[2]); !ok {
			t.Error("no suggestion where no rule votes")
		}
		// By themselves they only speak of what they match.
		written, _ := p.Rules()
		r, err := learn.TryRules(t.Context(), p, written, nil)
		if err != nil {
			t.Fatal(err)
		}
		s, ok := r.Suggest(p.items[0])
		if !ok || s.Answer.Class != 1 || s.Model != learn.ByRules || math.Abs(s.Classes[0]+s.Classes[1]-1) > 1e-12 || s.Probability != s.Classes[1] {
			t.Fatalf("%+v, %v", s, ok)
		}
		if len(s.Reasons) != 1 || s.Reasons[0].Term != "@prize" || !slices.Equal(s.Reasons[0].Places, [][2]int{{2, 7}}) {
			t.Errorf("reasons %+v", s.Reasons)
		}
		if odds := s.Base + s.Reasons[0].Weight; math.Abs(odds-math.Log(s.Classes[1]/s.Classes[0])) > 1e-9 {
			t.Errorf("reasons sum to %v, log odds are %v", odds, math.Log(s.Classes[1]/s.Classes[0]))
		}
		if s, ok := r.Suggest(p.items[2]); ok || r.Lead() {
			t.Errorf("without a vote: %+v", s)
		}

		// Answers tell which rule is wrong, and the audit stream's are only counted.
		for _, num := range []uint64{1, 4, 7, 2} {
			p.decide(num, label.Answered, 1)
		}
		p.decide(5, label.Answered, 0)
		settle()
		r = tr.Rules()
		if f := r.Figures[0]; f.Answered != 5 || f.Right != 4 || !slices.Equal(f.Wrong, []uint64{5}) || f.Audited != 0 {
			t.Errorf("prize: %+v", f)
		}
		if f := r.Figures[1]; f.Answered != 2 || f.Right != 1 || !slices.Equal(f.Wrong, []uint64{2}) {
			t.Errorf("home: %+v", f)
		}

		// What comes later is read.
		p.add("one prize more")
		settle()
		if r = tr.Rules(); r.Items != 901 || r.Covered != 601 {
			t.Errorf("%d items, %d covered", r.Items, r.Covered)
		}
		// A label without a rule is never told by a model that learned from rules.
		p.set(t, "@prize b: prize")
		settle()
		if tr.Rules().Lead() {
			t.Error("a model that knows one label leads")
		}
		p.set(t, "")
		settle()
		if tr.Rules() != nil {
			t.Error("rules that were removed stay")
		}
	})
}

// A rule that no longer means anything is told, and the others go on.
func TestRulesOfAnotherTask(t *testing.T) {
	p := pool(30)
	gone := label.Rule{Name: "gone", Kind: label.CompareRule, Column: "amount", Text: "> 3", Class: 0}
	rules, err := rule.ParseFile(p.Task(), "@prize b: prize")
	if err != nil {
		t.Fatal(err)
	}
	r, err := learn.TryRules(context.Background(), p, append(rules, gone), nil)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Figures[1]; f.Err == nil || !strings.Contains(f.Err.Error(), `"amount"`) {
		t.Errorf("%+v", f)
	}
	if s, ok := r.Suggest(p.items[0]); !ok || s.Answer.Class != 1 {
		t.Errorf("%+v, %v", s, ok)
	}
	if s, ok := (*learn.Rules)(nil).Suggest(p.items[0]); ok {
		t.Errorf("%+v of no rules", s)
	}
}

// A trial reads some items at a time, ends with its context, and takes up again
// where it was.
func TestRuleTrial(t *testing.T) {
	p := pool(2000)
	p.task.Audit = 0.3
	for i := range p.items {
		p.items[i].Audit = p.task.InAudit(p.items[i].Key)
	}
	for num := uint64(1); num <= 2000; num++ {
		p.decide(num, label.Answered, int(num)%2)
	}
	rules, err := rule.ParseFile(p.Task(), "@prize b: prize\n@home a: home")
	if err != nil {
		t.Fatal(err)
	}
	trial, err := learn.NewRuleTrial(p, rules)
	if err != nil {
		t.Fatal(err)
	}
	if done, err := trial.Step(context.Background()); done || err != nil {
		t.Fatal(done, err)
	}
	some, all := trial.Read()
	if some == 0 || some >= all || trial.Figures()[0].Items != int(some) {
		t.Fatalf("%d of %d read", some, all)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := trial.Step(ctx); err == nil {
		t.Fatal("it went on after its context")
	}
	for done := false; !done; {
		if done, err = trial.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	read, all := trial.Read()
	if read != 2000 || all != 2000 {
		t.Fatalf("%d of %d", read, all)
	}
	f := trial.Figures()[0]
	answered, right, audited := 0, 0, 0
	for i, it := range p.items {
		if i%3 == 2 {
			continue
		}
		if it.Audit {
			audited++
		} else if answered++; it.Num%2 == 1 {
			right++
		}
	}
	if f.Covered != 1334 || f.Answered != answered || f.Right != right || f.Audited != audited || len(f.Wrong) != min(answered-right, 500) || f.First[0] != 1 || len(f.First) != 64 {
		t.Errorf("%d covered; %d answered, %d right, %d audited, want %d, %d, %d; %d wrong, %d first", f.Covered, f.Answered, f.Right, f.Audited, answered, right, audited, len(f.Wrong), len(f.First))
	}
	for _, num := range f.Wrong {
		if p.items[num-1].Audit {
			t.Fatalf("item %d of the audit stream is among those that the rule gets wrong", num)
		}
	}
	// Read at once or in parts, it comes to the same.
	whole, err := learn.TryRules(context.Background(), p, rules, nil)
	if err != nil {
		t.Fatal(err)
	}
	parts, err := trial.Sum(context.Background())
	if err != nil || whole.Figures[0].Precision != parts.Figures[0].Precision || whole.Covered != parts.Covered {
		t.Errorf("%+v and %+v, %v", whole.Figures[0], parts.Figures[0], err)
	}
	if share, in := f.Share(); !(in.Low() < share && share < in.High()) {
		t.Errorf("share %v in %v", share, in)
	}
}

// What a model learns from ten rules for SMS spam, at no labels, is right on new
// messages far more often than the rules are where they vote.
func TestRealRulesTeach(t *testing.T) {
	for _, c := range []struct {
		set   realData
		rules string
		least float64
	}{{realSets[0], "sms10.rules", 0.96}} {
		train, test, names := c.set.load(t)
		written, err := os.ReadFile("weak/testdata/" + c.rules)
		if err != nil {
			t.Fatal(err)
		}
		bubble(t, func(t *testing.T) {
			task := classesTask(len(names))
			task.Clean = "all"
			for i, name := range names {
				task.Labels[i].Name = name
			}
			p := &ruled{fake: newFake(task, train.texts...)}
			if err := learn.SetRepresentation(p, false); err != nil { // which plays no part here, and takes its time
				t.Fatal(err)
			}
			tr, _ := start(t, p, learn.Options{})
			p.set(t, string(written))
			settle()
			r := tr.Rules()
			if !r.Lead() {
				t.Fatal("no model learned from the rules")
			}
			right := 0
			for i, text := range test.texts {
				if s, _ := r.Suggest(label.Item{Num: 1, Fields: []string{text}}); s.Answer.Class == test.class[i] {
					right++
				}
			}
			share := float64(right) / float64(len(test.texts))
			t.Logf("%s: right on %.4f of %d new items", c.set.name, share, len(test.texts))
			if share < c.least {
				t.Errorf("%s: right on %.4f of the items, at least %.4f were wanted", c.set.name, share, c.least)
			}
		})
	}
}
