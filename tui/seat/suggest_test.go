package seat

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"inkling/label"
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
