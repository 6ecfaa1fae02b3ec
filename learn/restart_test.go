package learn_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"

	"inkling/learn"
)

// rounds answers n items, k times, and lets each be learned.
func rounds(k, n int, answer func(int)) {
	for range k {
		answer(n)
		settle()
	}
}

func ids(runs []learn.Run) (out []uint64) {
	for _, r := range runs {
		out = append(out, r.ID)
	}
	return out
}

// A project that is opened again is as it was left: the model, the queue, the
// records, the choice. Nothing is learned anew.
func TestEverythingComesBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 600, 3)
		tr, stop := start(t, p, learn.Options{})
		rounds(3, 20, answer)
		stop()
		runs, ranking, snap := tr.Runs(), tr.Ranking(), tr.Current()

		again, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		if got := again.Current(); got == nil || got.Version() != snap.Version() || got.Model() != snap.Model() {
			t.Fatalf("current %v, was %v", got, snap)
		}
		for _, it := range p.items[:50] {
			if a, b := snap.Suggest(it), again.Current().Suggest(it); !slices.Equal(a.Classes, b.Classes) {
				t.Fatalf("suggestion %v, was %v", b, a)
			}
		}
		// Times come back without their monotonic clock.
		for i, r := range again.Runs() {
			was := runs[i]
			if !r.Started.Equal(was.Started) {
				t.Errorf("run %d started %v, was %v", r.ID, r.Started, was.Started)
			}
			r.Started = was.Started
			if !reflect.DeepEqual(r, was) {
				t.Errorf("run %+v\nwas %+v", r, was)
			}
		}
		if got := again.Ranking(); got == nil || !reflect.DeepEqual(got.Entries, ranking.Entries) || got.Model != ranking.Model {
			t.Errorf("ranking of %d, was of %d", len(got.Entries), len(ranking.Entries))
		}
		if st := again.State(); !st.Saved || st.Err != nil || st.Current != snap.Version() {
			t.Errorf("state %+v", st)
		}
	})
}

// Answers that no run has learned from when the program ends are learned from
// when it starts again.
func TestAnswersOfTheLastMoment(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		rounds(1, 10, answer)
		n := len(tr.Runs())
		answer(2)
		stop()
		again, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		if runs := again.Runs(); len(runs) != n+1 || runs[n].Labels != 12 || runs[n].Parent != runs[n-1].ID {
			t.Errorf("runs %+v", runs[n-1:])
		}
	})
}

// An earlier model that was made the current one stays it until somebody
// answers, also over a restart, and although later runs knew more answers.
func TestRollBack(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		o := learn.Options{Model: learn.Softmax}
		tr, stop := start(t, p, o)
		rounds(1, 10, answer)
		early := tr.Current().Version()
		rounds(4, 10, answer)
		runs := ids(tr.Runs())

		tr.Pause()
		synctest.Wait()
		tr.Refit(false) // not begun when another model is chosen, and so forgotten
		synctest.Wait()
		if err := tr.Use(early); err != nil {
			t.Fatal(err)
		}
		tr.Resume()
		is := func(when string, tr *learn.Trainer) {
			t.Helper()
			if got := tr.Current().Version(); got != early {
				t.Errorf("%s: current %d, want %d", when, got, early)
			}
			if r := tr.Ranking(); r.Model != early || !r.Whole {
				t.Errorf("%s: the queue is that of model %d", when, r.Model)
			}
			if got := ids(tr.Runs()); !slices.Equal(got, runs) {
				t.Errorf("%s: runs %v, were %v", when, got, runs)
			}
		}
		settle()
		is("rolled back", tr)
		if p.current != early {
			t.Errorf("the project's current model is %d", p.current)
		}
		more, _ := corpus(1500, 2, 77) // the pool outgrows what the features were learned from
		p.add(more...)
		settle()
		is("the pool grew", tr)
		stop()

		tr, stop = start(t, p, o)
		defer stop()
		settle()
		is("opened again", tr)
		answer(5)
		settle()
		all := tr.Runs()
		if last := all[len(all)-1]; len(all) != len(runs)+1 || last.Labels != 55 || tr.Current().Version() != last.ID {
			t.Errorf("the next run: %+v", last)
		}
	})
}

// After a roll back the next run goes on from that model.
func TestRollBackGoesOnFromThere(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 200, 2)
		tr, stop := start(t, p, learn.Options{Model: learn.Softmax})
		defer stop()
		rounds(3, 10, answer)
		early := tr.Runs()[0].ID
		if err := tr.Use(early); err != nil {
			t.Fatal(err)
		}
		settle()
		rounds(1, 5, answer)
		runs := tr.Runs()
		if last := runs[len(runs)-1]; last.Parent != early || last.Labels != 35 {
			t.Errorf("the next run %+v", last)
		}
	})
}

// The models of the last few runs are kept, and the current one, whichever it
// is; records are kept for good.
func TestModelsAreKept(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, stop := start(t, p, learn.Options{Model: learn.NaiveBayes, Keep: 3, KeepBytes: -1})
		defer stop()
		rounds(6, 10, answer)
		runs := ids(tr.Runs())
		if len(p.models) != 3 || len(p.runs) != len(runs) {
			t.Errorf("%d models and %d records of %d runs", len(p.models), len(p.runs), len(runs))
		}
		if err := tr.Use(runs[0]); !errors.Is(err, learn.ErrNoModel) {
			t.Errorf("a model that is gone: %v", err)
		}
		oldest := runs[len(runs)-3]
		if err := tr.Use(oldest); err != nil {
			t.Fatal(err)
		}
		settle()
		if _, err := learn.Load(p, oldest); err != nil || p.current != oldest {
			t.Errorf("current %d: %v", p.current, err)
		}
		rounds(4, 10, answer)
		if len(p.models) != 3 || p.models[p.current] == nil {
			t.Errorf("%d models, current %d", len(p.models), p.current)
		}
	})
}

// Beyond the last few, models are kept as long as there is room for them.
func TestModelsAreKeptWithinBytes(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, stop := start(t, p, learn.Options{Model: learn.NaiveBayes, Keep: 2})
		rounds(5, 10, answer)
		stop()
		runs := tr.Runs()
		if len(p.models) != len(runs) {
			t.Errorf("%d models of %d runs", len(p.models), len(runs))
		}
		if err := tr.Use(runs[0].ID); err != nil {
			t.Errorf("back to the first run: %v", err)
		}
		last := runs[len(runs)-3:]
		tr, stop = start(t, p, learn.Options{Model: learn.NaiveBayes, Keep: 2, KeepBytes: last[0].Size + last[1].Size + 5*last[2].Size/2})
		defer stop()
		rounds(1, 10, answer)
		if n := len(tr.Runs()); n != len(runs)+1 || len(p.models) != 4 || p.models[last[0].ID] == nil {
			t.Errorf("%d models of %d runs with room for four, but not for five", len(p.models), n)
		}
	})
}

// Runs are numbered from 1 without gaps, and a choice names the run that it
// was made for.
func TestRunNumbers(t *testing.T) {
	texts, truth := corpus(400, 2, 5)
	p := newFake(classesTask(2), texts...)
	for want := uint64(1); want <= 3; want++ {
		for i := range 40 * int(want) {
			p.answer(truth[i], uint64(i+1))
		}
		r, s, err := learn.Train(context.Background(), p, learn.TrainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if r.ID != want || s.Version() != want || r.Choice == nil || r.Choice.Run != want {
			t.Errorf("run %d, version %d, choice %+v; want %d", r.ID, s.Version(), r.Choice, want)
		}
	}
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 200, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		rounds(4, 10, answer)
		for i, id := range ids(tr.Runs()) {
			if id != uint64(i+1) {
				t.Errorf("runs %v", ids(tr.Runs()))
				break
			}
		}
	})
}

// Whatever the last write was that the project got, the next start goes on from
// there: answers are learned, and no model stays that nothing will ever remove.
func TestEndBetweenTwoWrites(t *testing.T) {
	cut := 0
	for writes := 0; cut == writes; writes++ {
		bubble(t, func(t *testing.T) {
			p, answer := labelled(t, 100, 2)
			o := learn.Options{Model: learn.NaiveBayes, Keep: 2, KeepBytes: -1}
			_, stop := start(t, p, o)
			rounds(4, 10, answer)
			stop()
			p.mu.Lock()
			p.room = writes
			p.mu.Unlock()
			_, stop = start(t, p, o)
			answer(10)
			settle()
			stop()
			p.mu.Lock()
			if p.room == 0 {
				cut++ // the run took more writes than that, or just as many
			}
			p.room = -1
			p.mu.Unlock()

			tr, stop := start(t, p, o)
			defer stop()
			settle()
			runs := tr.Runs()
			last := runs[len(runs)-1]
			if last.Labels != 50 || tr.Current().Version() != last.ID || p.current != last.ID {
				t.Errorf("after %d writes: current %d (%d in the project), last run %+v", writes, tr.Current().Version(), p.current, last)
			}
			rounds(1, 5, answer)
			for id := range p.models {
				if r := tr.Runs(); id+1 < r[len(r)-1].ID {
					t.Errorf("after %d writes: model %d stays for ever beside %d", writes, id, r[len(r)-1].ID)
				}
			}
		})
	}
	if cut < 5 {
		t.Errorf("a run was saved with %d writes", cut)
	}
}

// Models are changed under those who ask them.
func TestRollBackBesideSuggestions(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		rounds(2, 10, answer)
		runs := ids(tr.Runs())
		changes, unwatch := tr.Watch()
		defer unwatch()
		done, ended := make(chan struct{}), make(chan struct{})
		go func() {
			defer close(ended)
			for {
				select {
				case <-done:
					return
				default:
					if s := tr.Current().Suggest(p.items[50]); s.Model == 0 || len(s.Classes) != 2 {
						t.Errorf("suggestion %+v", s)
					}
				}
			}
		}()
		for i := range 20 {
			if err := tr.Use(runs[i%2]); err != nil {
				t.Error(err)
				break
			}
			for tr.Current().Version() != runs[i%2] {
				<-changes
			}
		}
		close(done)
		<-ended
	})
}
