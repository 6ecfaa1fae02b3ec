package seat

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"inkling/label"
	"inkling/label/anchor"
	"inkling/learn"
	"inkling/store"
)

// says suggests what it holds.
type says map[uint64]label.Suggestion

func (s says) Suggest(num uint64) (label.Suggestion, bool) {
	x, ok := s[num]
	return x, ok
}

// What another suggests is on the card and in the decision, but never on an
// audit, and never a label that the project has not.
func TestSuggestFrom(t *testing.T) {
	p := newProject(t, 60, 0.3)
	other := says{}
	for num := uint64(1); num <= 60; num++ {
		other[num] = label.Suggestion{Item: num, Answer: label.ClassAnswer(int(num % 3)), Probability: 0.9, Model: 1 << 32}
	}
	delete(other, 7)
	other[8] = label.Suggestion{Item: 8, Answer: label.ClassAnswer(0), Classes: []float64{0.5, 0.25, 0.25}}
	s := New(p, idle{}, "ana", clock())
	s.SuggestFrom(other)
	for range 60 {
		c := next(t, s, 1)[0]
		num := c.Item.Num
		want := !c.Item.Audit && num%3 != 2 && num != 7
		if (c.Suggestion != nil) != want {
			t.Errorf("item %d, audit %v: %+v", num, c.Item.Audit, c.Suggestion)
		}
		d := must(t, s.Decide(c, label.ClassAnswer(1), time.Second)).Event.Decisions[0]
		if !want {
			if d.Action != label.Answered || d.Shown != nil {
				t.Errorf("item %d: %+v", num, d)
			}
			continue
		}
		if (d.Action == label.Accepted) != (num%3 == 1) || d.Shown.Model != 1<<32 || d.Shown.Answer.Class != int(num%3) {
			t.Errorf("item %d: %+v shown %+v", num, d, d.Shown)
		}
	}
}

// drawn is a trainer that says how far people are drawn to what they see.
type drawn struct {
	idle
	report *anchor.Report
}

func (d drawn) Anchoring() *anchor.Report { return d.report }

// TestWithheld keeps a share of the suggestions off the card and in the record,
// the same ones each time, never audits, and more of them from who is anchored.
func TestWithheld(t *testing.T) {
	p := newProject(t, 400, 0.2)
	task := p.Task()
	task.Withhold = 0.1
	if err := p.SetTask(task, "ana"); err != nil {
		t.Fatal(err)
	}
	other := says{}
	for num := uint64(1); num <= 400; num++ {
		other[num] = label.Suggestion{Item: num, Answer: label.ClassAnswer(int(num % 2)), Probability: 0.9}
	}
	anchored := anchor.Comparison{Withheld: anchor.Side{N: anchor.Least}, Low: 0.1}
	tr := drawn{report: &anchor.Report{People: []anchor.Person{{Name: "ben", Comparison: anchored}}}}
	hidden := map[string]map[uint64]bool{}
	for _, who := range []string{"ana", "ben"} {
		s := New(p, tr, who, clock())
		s.SuggestFrom(other)
		hidden[who] = map[uint64]bool{}
		for num := uint64(1); num <= 400; num++ {
			c, err := s.Open(num)
			if err != nil {
				t.Fatal(err)
			}
			if c.Item.Audit != (c.Suggestion == nil && c.Withheld == nil) || c.Suggestion != nil && c.Withheld != nil {
				t.Fatalf("item %d, audit %v: %+v, withheld %+v", num, c.Item.Audit, c.Suggestion, c.Withheld)
			}
			if again := s.Refresh(c); (again.Withheld != nil) != (c.Withheld != nil) {
				t.Errorf("item %d: withheld once and not again", num)
			}
			if c.Withheld == nil {
				continue
			}
			hidden[who][num] = true
			d := must(t, s.Decide(c, label.ClassAnswer(1), time.Second)).Event.Decisions[0]
			if d.Action != label.Answered || d.Shown != nil || d.Withheld == nil || d.Withheld.Answer.Class != int(num%2) {
				t.Errorf("item %d: %+v", num, d)
			}
		}
	}
	for num := range hidden["ana"] {
		if !hidden["ben"][num] {
			t.Errorf("item %d is withheld with the smaller share alone", num)
		}
	}
	// Of some 320 items that are not audited, a tenth and four tenths.
	if a, b := len(hidden["ana"]), len(hidden["ben"]); a < 16 || a > 52 || b < 96 || b > 160 {
		t.Errorf("%d and %d are withheld", a, b)
	}
}

// learned holds one model.
type learned struct {
	idle
	snap *learn.Snapshot
}

func (l learned) Current() *learn.Snapshot { return l.snap }

// Of a forest so large that its reasons take long, cards come without them;
// Refresh brings them.
func TestReasonsThatTakeLong(t *testing.T) {
	p, err := store.Create(filepath.Join(t.TempDir(), "p.inkling"), label.Task{Name: "p", Kind: label.Classes, Seed: 3,
		Labels:  []label.Label{{Name: "no"}, {Name: "yes"}},
		Columns: []label.Column{{Name: "x", Role: label.Numeric}, {Name: "y", Role: label.Numeric}}}, store.Options{NoSync: true, Now: clock()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	im, r := p.NewImport("items.csv", "import"), rand.New(rand.NewPCG(1, 2))
	for i := range 1200 {
		answer := label.ClassAnswer(r.IntN(2)) // nothing to learn: trees grow to the last row
		said := &answer
		if i >= 1000 {
			said = nil
		}
		if err := im.Add([]string{fmt.Sprint(r.Float64()), fmt.Sprint(r.Float64())}, said); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := im.Close(); err != nil {
		t.Fatal(err)
	}
	for trees, slow := range map[string]bool{"20": false, "600": true} {
		set, err := learn.ParseModelOptions("trees=" + trees)
		if err != nil {
			t.Fatal(err)
		}
		_, snap, err := learn.Train(t.Context(), p, learn.TrainOptions{Model: learn.RandomForest, Settings: learn.Settings{Set: set}, Fresh: true})
		if err != nil {
			t.Fatal(err)
		}
		c := next(t, New(p, learned{snap: snap}, "ana", clock()), 1)[0]
		if c.Suggestion == nil || c.Reasonless != slow || slow && c.Suggestion.Reasons != nil {
			t.Errorf("%s trees: %+v", trees, c)
		}
		whole := New(p, learned{snap: snap}, "ana", clock()).Refresh(c)
		if whole.Reasonless || len(whole.Suggestion.Reasons) == 0 {
			t.Errorf("%s trees: refreshed: %+v", trees, whole.Suggestion)
		}
	}
}
