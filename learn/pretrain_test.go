package learn_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"inkling/label"
	"inkling/learn"
)

// representations returns the names of those that a project has.
func (f *fake) representations() (names []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for name, state := range f.states {
		if state != nil && strings.HasPrefix(name, "representation-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// A representation is learned before anybody answers, from the first answers on the
// model reads it, and it is there when the project is opened again.
func TestRepresentationInTheBackground(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 520, 3)
		tr, stop := start(t, p, learn.Options{})
		settle()
		kept := p.representations()
		r, err := learn.LoadPretrained(p)
		if err != nil || len(kept) != 1 || "representation-"+r.Hash != kept[0] || r.Items != 520 || r.Dims == 0 || r.Bytes != len(p.states[kept[0]]) {
			t.Fatalf("%v, %+v, %v", kept, r, err)
		}
		answer(4)
		settle()
		runs := tr.Runs()
		if s := tr.Current(); s == nil || s.Model() != learn.Balanced || runs[0].Representation != r.Hash {
			t.Fatalf("the first model: %+v", runs)
		}
		answer(30)
		settle()
		answer(30)
		settle()
		runs = tr.Runs()
		c := runs[len(runs)-1].Choice
		if c == nil || c.Gain == nil || c.Gain.Labels < 20 || !(c.Gain.Low <= c.Gain.More() && c.Gain.More() <= c.Gain.High) || c.Gain.Model == learn.Balanced {
			t.Fatalf("the choice %+v", c)
		}
		current, queue := tr.Current().Version(), tr.Ranking().Entries
		stop()

		p.states["ranking"] = nil
		tr, stop = start(t, p, learn.Options{})
		defer stop()
		settle()
		if got := tr.Current().Version(); got != current || len(tr.Runs()) != len(runs) || !slices.Equal(p.representations(), kept) {
			t.Errorf("opened again: run %d of %d, %v", got, len(tr.Runs()), p.representations())
		}
		if got := tr.Ranking(); got == nil || len(got.Entries) != len(queue) {
			t.Errorf("opened again: a queue of %+v", got)
		}
	})
}

// A model that was asked for by name and reads no representation is not fitted again
// because there is one, and stays as it is in the project.
func TestRepresentationIsNobodysBusiness(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 520, 2)
		answer(20)
		tr, stop := start(t, p, learn.Options{Model: learn.NaiveBayes})
		defer stop()
		settle()
		if runs := tr.Runs(); len(p.representations()) != 1 || len(runs) != 1 || runs[0].Representation != "" {
			t.Errorf("%v, %+v", p.representations(), runs)
		}
		if p.models[1][len("inkling model\n")] > 2 {
			t.Error("a model that reads no representation names one")
		}
	})
}

// With few items, without texts, and where somebody switched it off, none is learned.
func TestNoRepresentation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		few, answer := labelled(t, 150, 2)
		answer(10)
		numbers := newFake(func() label.Task {
			task := classesTask(2)
			task.Columns[0].Role = label.Numeric
			return task
		}())
		for i := range 600 {
			numbers.addFields([]string{string(rune('0'+i%10)) + string(rune('0'+i/10%10)) + string(rune('0'+i/100))})
		}
		off, _ := labelled(t, 520, 2)
		if err := learn.SetRepresentation(off, false); err != nil {
			t.Fatal(err)
		}
		for name, p := range map[string]*fake{"few items": few, "no texts": numbers, "off": off} {
			tr, stop := start(t, p, learn.Options{})
			settle()
			if got := p.representations(); len(got) > 0 || tr.State().Err != nil {
				t.Errorf("%s: %v, %v", name, got, tr.State().Err)
			}
			stop()
		}
	})
}

// Switched off, the next model does without; switched on, it is read again and not
// learned anew.
func TestRepresentationSwitched(t *testing.T) {
	p, answer := labelled(t, 520, 2)
	answer(12)
	train := func() learn.Run {
		t.Helper()
		run, _, err := learn.Train(context.Background(), p, learn.TrainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return run
	}
	first := train()
	if first.Model != learn.Balanced || first.Representation == "" {
		t.Fatalf("%+v", first)
	}
	for _, on := range []bool{false, true} {
		if err := learn.SetRepresentation(p, on); err != nil {
			t.Fatal(err)
		}
		run := train()
		if on && run.Representation != first.Representation || !on && (run.Representation != "" || run.Model == learn.Balanced) {
			t.Errorf("on %v: %+v", on, run)
		}
	}
	if got := p.representations(); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// The same items and answers give the same model, representation and all.
func TestRepresentationIsTheSame(t *testing.T) {
	var digests []string
	for range 2 {
		p, answer := labelled(t, 510, 3)
		answer(15)
		for range 2 {
			run, _, err := learn.Train(context.Background(), p, learn.TrainOptions{Fresh: true, Seed: 4})
			if err != nil {
				t.Fatal(err)
			}
			digests = append(digests, run.Digest)
		}
	}
	if slices.ContainsFunc(digests, func(d string) bool { return d != digests[0] }) {
		t.Errorf("%v", digests)
	}
}

// When the pool has doubled, another is learned, and the one before goes with the last
// model that reads it.
func TestRepresentationOfAGrownPool(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 520, 2)
		tr, stop := start(t, p, learn.Options{Keep: 1, KeepBytes: -1})
		defer stop()
		answer(6)
		settle()
		before := p.representations()
		more, _ := corpus(600, 2, 77)
		p.add(more...)
		settle()
		answer(6)
		settle()
		after := p.representations()
		runs := tr.Runs()
		if len(before) != 1 || len(after) != 1 || before[0] == after[0] || "representation-"+runs[len(runs)-1].Representation != after[0] {
			t.Errorf("%v, then %v; the last run %+v", before, after, runs[len(runs)-1])
		}
	})
}

// A trainer that ends, or pauses, while a representation is being learned waits for
// nothing; it is learned later.
func TestRepresentationGivenUp(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, _ := labelled(t, 520, 2)
		tr, stop := start(t, p, learn.Options{})
		tr.Pause()
		synctest.Wait()
		stop()
		_, stop = start(t, p, learn.Options{})
		defer stop()
		settle()
		if got := p.representations(); len(got) != 1 {
			t.Errorf("%v", got)
		}
	})
}

// One that cannot be read is learned again: it is made from what is there.
func TestDamagedRepresentation(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, _ := labelled(t, 520, 2)
		_, stop := start(t, p, learn.Options{})
		settle()
		stop()
		kept := p.representations()
		want := p.states[kept[0]]
		p.states[kept[0]] = want[:len(want)/2]
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		if got := p.representations(); !slices.Equal(got, kept) || !bytes.Equal(p.states[kept[0]], want) || tr.State().Err != nil {
			t.Errorf("%v, was %v, %v", got, kept, tr.State().Err)
		}
	})
}

// A full disk leaves the models that there are, and a representation comes when there
// is room.
func TestRepresentationOnAFullDisk(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 520, 2)
		p.setFull(true)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(8)
		settle()
		if tr.Current() == nil || tr.State().Err == nil || len(p.representations()) > 0 {
			t.Errorf("full: %+v, %v", tr.State(), p.representations())
		}
		p.setFull(false)
		settle()
		settle()
		settle()
		answer(6)
		settle()
		if got := p.representations(); len(got) != 1 || tr.Current().Model() != learn.Balanced || tr.State().Err != nil {
			t.Errorf("with room again: %v, %s, %v", got, tr.Current().Model(), tr.State().Err)
		}
	})
}

// A model that reads a representation says the same wherever it is taken, and brings it
// along.
func TestRepresentationTravels(t *testing.T) {
	p, answer := labelled(t, 510, 3)
	answer(30)
	run, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.Balanced})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := s.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := learn.UnmarshalSnapshot(plain); !errors.Is(err, learn.ErrDamaged) {
		t.Errorf("without its representation: %v", err)
	}
	out, err := learn.NewPortable(p.task, run, s, "test")
	if err != nil {
		t.Fatal(err)
	}
	file, err := out.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back, err := learn.UnmarshalPortable(file)
	if err != nil {
		t.Fatal(err)
	}
	again, err := back.MarshalBinary()
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("other bytes the second time: %v", err)
	}
	texts, _ := corpus(40, 3, 99)
	other := newFake(p.task, texts...)
	imported, err := learn.Import(context.Background(), other, back, "elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	there, err := learn.Load(other, imported.ID)
	if err != nil {
		t.Fatal(err)
	}
	here, err := learn.Load(p, run.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, it := range other.items {
		want := s.Suggest(it)
		for name, snap := range map[string]*learn.Snapshot{"kept": here, "portable": back.Snapshot, "imported": there} {
			if got := snap.Suggest(it); !slices.Equal(got.Classes, want.Classes) {
				t.Fatalf("item %d, %s: %v, want %v", i, name, got.Classes, want.Classes)
			}
		}
	}
	delete(p.states, p.representations()[0])
	if _, err := learn.Load(p, run.ID); !errors.Is(err, learn.ErrDamaged) {
		t.Errorf("a representation that is gone: %v", err)
	}
}

// All reasons with the base are the margin, those of items like it included.
func TestRepresentationIsExplained(t *testing.T) {
	p, answer := labelled(t, 520, 3)
	answer(30)
	_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.Balanced})
	if err != nil {
		t.Fatal(err)
	}
	alike := 0
	for _, it := range p.items[100:140] {
		classes := s.Suggest(it).Classes
		for class := range classes {
			reasons, base := s.ExplainFrom(it, class, math.MaxInt)
			sum, margin := base, 0.0
			for _, r := range reasons {
				if sum += r.Weight; r.Term == learn.Alike {
					alike++
				}
			}
			for c, q := range classes {
				if c == class {
					margin += math.Log(q)
				} else {
					margin -= math.Log(q) / float64(len(classes)-1)
				}
			}
			// Reasons that weigh next to nothing are not told.
			if math.Abs(sum-margin) > 0.02*max(1, math.Abs(margin)) {
				t.Errorf("item %d, class %d: reasons come to %v, the margin is %v", it.Num, class, sum, margin)
			}
		}
	}
	if alike == 0 {
		t.Error("no item is like any other")
	}
}

// Pretrain learns what the background would, for any number of items, and measures it
// where there are answers.
func TestPretrain(t *testing.T) {
	p, answer := labelled(t, 120, 2)
	stages := map[learn.PretrainStage]bool{}
	o := learn.PretrainOptions{Progress: func(s learn.PretrainStage, share float64) {
		if stages[s] = true; share < 0 || share > 1+1e-9 {
			t.Errorf("stage %d: %v", s, share)
		}
	}}
	r, err := learn.Pretrain(context.Background(), p, o)
	if err != nil || r.Gain != nil || r.Hash == "" {
		t.Fatalf("without answers: %v, %v", r.Gain, err)
	}
	answer(40)
	r, err = learn.Pretrain(context.Background(), p, o)
	if err != nil || r.Gain == nil || r.Gain.Labels != 40 || len(stages) != 3 {
		t.Fatalf("with answers: %v, %v, stages %v", r.Gain, err, stages)
	}
	kept, err := learn.LoadPretrained(p)
	if err != nil || kept.Hash != r.Hash || kept.Gain == nil || *kept.Gain != *r.Gain {
		t.Errorf("kept %v, %v", kept.Gain, err)
	}
	seed := uint64(99)
	o.Seed = &seed
	if other, err := learn.Pretrain(context.Background(), p, o); err != nil || other.Seed != 99 {
		t.Errorf("another seed: %d, %v", other.Seed, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := learn.Pretrain(ctx, p, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	run, _, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.Balanced})
	if err != nil || run.Representation == "" {
		t.Errorf("the run after it: %+v, %v", run, err)
	}
	empty := newFake(classesTask(2))
	if _, err := learn.Pretrain(context.Background(), empty, learn.PretrainOptions{}); !errors.Is(err, learn.ErrTooFew) {
		t.Errorf("no items: %v", err)
	}
}

// What a person says of the weight of classes goes before their balance.
func TestClassWeightGoesBeforeBalance(t *testing.T) {
	p, _ := labelled(t, 510, 2)
	texts, truth := corpus(510, 2, 5)
	few := 0
	for i := range texts[:80] {
		if truth[i] == 1 {
			if few++; few > 6 {
				continue
			}
		}
		p.answer(truth[i], uint64(i+1))
	}
	mean := func(weight string) float64 {
		t.Helper()
		_, s, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: learn.Balanced, Fresh: true, Settings: learn.Settings{ClassWeight: weight}})
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, it := range p.items {
			q := s.Uncalibrated(it)
			if q == nil {
				q = s.Suggest(it).Classes
			}
			sum += q[1]
		}
		return sum
	}
	by, none, balanced, b := mean(""), mean("none"), mean("balanced"), mean("b=30")
	if !(none < by) || math.Abs(by-balanced) > 1e-6 || !(b > none) {
		t.Errorf("the rare class in all: by itself %.3f, none %.3f, balanced %.3f, by 30 %.3f", by, none, balanced, b)
	}
}
