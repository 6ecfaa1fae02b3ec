package learn_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"inkling/label"
	"inkling/learn"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs a trainer on a project until the test ends, and returns it with a
// function that ends it at once.
func start(t *testing.T, p learn.Project, o learn.Options) (*learn.Trainer, func()) {
	t.Helper()
	tr := learn.NewTrainer(p, o)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := tr.Run(ctx); err != nil {
			t.Logf("Run: %v", err)
		}
	}()
	stop := func() { cancel(); <-done }
	t.Cleanup(stop)
	return tr, stop
}

// labelled makes a project of texts in two classes, and a function that
// answers the next n items rightly.
func labelled(t *testing.T, items, classes int) (p *fake, answer func(n int)) {
	texts, truth := corpus(items, classes, 5)
	p = newFake(classesTask(classes), texts...)
	var mu sync.Mutex // some tests answer from the trainer's goroutine too
	next := uint64(1)
	return p, func(n int) {
		mu.Lock()
		defer mu.Unlock()
		for ; n > 0; next++ {
			if p.items[next-1].Audit {
				continue
			}
			p.answer(truth[next-1], next)
			n--
		}
	}
}

// bubble runs a test whose clock stands still while anything works.
func bubble(t *testing.T, test func(t *testing.T)) { synctest.Test(t, test) }

// settle lets the trainer come to rest: answers in hand are learned, the pool
// is scored, all is saved.
func settle() { time.Sleep(quiet); synctest.Wait() }

func TestFirstModel(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		if r := tr.Ranking(); tr.Current() != nil || r != nil && r.Model != 0 {
			t.Fatalf("a model without answers")
		}
		p.answer(0, 299)
		settle()
		if tr.Current() != nil {
			t.Fatalf("a model of one class")
		}
		p.answer(1, 300)
		synctest.Wait() // at once, not after a while
		s := tr.Current()
		if s == nil {
			t.Fatalf("no model after an answer of each class: %+v", tr.State())
		}
		answer(6)
		settle()
		s = tr.Current()
		r := tr.Ranking()
		if r == nil || !r.Whole || len(r.Entries) != 292 || r.Model != s.Version() {
			t.Fatalf("ranking %+v", r)
		}
		for _, e := range r.Entries {
			if p.standing[e.Num].Decision.Action != 0 {
				t.Errorf("item %d has an answer and stands in the queue", e.Num)
			}
		}
		runs := tr.Runs()
		if last := runs[len(runs)-1]; last.Labels != 8 || last.ID != s.Version() || last.Seq != p.seq {
			t.Errorf("last run %+v", last)
		}
		if st := tr.State(); st.Phase != learn.Idle || st.Err != nil || !st.Saved {
			t.Errorf("state %+v", st)
		}
	})
}

func TestAnswersAreCollected(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, stop := start(t, p, learn.Options{Answers: 5, Quiet: 1500 * time.Millisecond})
		defer stop()
		answer(10)
		settle()
		n := len(tr.Runs())

		answer(4) // fewer than five wait for more
		synctest.Wait()
		if got := len(tr.Runs()); got != n {
			t.Errorf("%d runs at once after four answers", got-n)
		}
		time.Sleep(1400 * time.Millisecond)
		synctest.Wait()
		if got := len(tr.Runs()); got != n {
			t.Errorf("%d runs 1.4 s after four answers", got-n)
		}
		time.Sleep(200 * time.Millisecond)
		synctest.Wait()
		if got := len(tr.Runs()); got != n+1 {
			t.Errorf("%d runs 1.6 s after four answers, want 1", got-n)
		}

		for range 5 { // the fifth one starts a run, however close they are
			answer(1)
			time.Sleep(time.Second)
			synctest.Wait()
		}
		if got := len(tr.Runs()); got != n+2 {
			t.Errorf("%d runs after five answers a second apart, want 2", got-n)
		}
	})
}

// Answers that come while the pool is scored never keep it from being scored,
// and the models come out all the same.
func TestSteadyAnswersStarveNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 6000, 2)
		var left atomic.Int64
		p.onItems = func() { // five more answers before each chunk of the pool
			if left.Load() > 0 {
				left.Add(-1)
				answer(5)
			}
		}
		tr, stop := start(t, p, learn.Options{Cache: -1})
		defer stop()
		time.Sleep(time.Second)
		left.Store(40)
		answer(10)
		settle()
		whole := false
		changes, unwatch := tr.Watch()
		defer unwatch()
		select {
		case <-changes:
		default:
		}
		if r := tr.Ranking(); r != nil && r.Whole {
			whole = true
		}
		if left.Load() > 0 || !whole {
			t.Errorf("%d answers to come, whole pool ranked: %v", left.Load()*5, whole)
		}
		if runs := len(tr.Runs()); runs < 20 {
			t.Errorf("%d runs while 200 answers came five by five", runs)
		}
	})
}

func TestUndoLeavesTheNextRun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(20)
		settle()
		p.undo(3)
		p.undo(4)
		p.answer(1, 5) // and another answer to one
		settle()
		runs := tr.Runs()
		want := []int{0, 0}
		for _, s := range p.standing {
			want[s.Decision.Answer.Class]++
		}
		if last := runs[len(runs)-1]; last.Labels != 18 || !slices.Equal(last.PerClass, want) {
			t.Errorf("last run saw %d labels, %v; want 18, %v", last.Labels, last.PerClass, want)
		}
		back := 0
		for _, e := range tr.Ranking().Entries {
			if e.Num == 3 || e.Num == 4 {
				back++
			}
		}
		if back != 2 {
			t.Errorf("%d of two undone items are back in the queue", back)
		}
	})
}

func TestWhatIsNeverTrainedOn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		texts, truth := corpus(400, 2, 5)
		task := classesTask(2)
		task.Audit = 0.3
		p := newFake(task, texts...)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		trained, audited, aside := 0, 0, map[uint64]bool{}
		for num := uint64(1); num <= 200; num++ {
			switch {
			case num%10 == 0:
				p.decide(num, label.Skipped, 0)
				aside[num] = true
			case num%10 == 1:
				p.decide(num, label.Flagged, 0)
				aside[num] = true
			default:
				p.answer(truth[num-1], num)
				if p.items[num-1].Audit {
					audited++
				} else {
					trained++
				}
			}
		}
		settle()
		runs := tr.Runs()
		last := runs[len(runs)-1]
		if last.Labels != trained || last.Audit == nil || last.Audit.N != audited {
			t.Errorf("run saw %d labels, audit %+v; want %d and %d", last.Labels, last.Audit, trained, audited)
		}
		for _, e := range tr.Ranking().Entries {
			if aside[e.Num] || p.items[e.Num-1].Audit {
				t.Errorf("item %d stands in the queue", e.Num)
			}
		}
		e, err := learn.EvaluateAudit(context.Background(), p, tr.Current())
		if err != nil {
			t.Fatal(err)
		}
		if r := e.Report(); r.N != audited || r.Accuracy != last.Audit.Accuracy || math.Abs(float64(r.LogLoss)-last.Audit.LogLoss) > 1e-12 {
			t.Errorf("EvaluateAudit: %d items, accuracy %v, log loss %v; the run says %+v", r.N, r.Accuracy, r.LogLoss, last.Audit)
		}
		curve := learn.LabelCurve(runs)
		if len(curve) == 0 || curve[len(curve)-1].Labels != trained {
			t.Errorf("label curve %+v", curve)
		}
	})
}

func TestDiskFull(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(10)
		settle()
		p.setFull(true)
		answer(10)
		settle()
		st := tr.State()
		if !errors.Is(st.Err, errFull) || st.Saved {
			t.Errorf("disk full: %v, saved %v", st.Err, st.Saved)
		}
		before := tr.Current().Version()
		answer(10)
		settle()
		if now := tr.Current().Version(); now == before {
			t.Errorf("learning stopped at run %d", before)
		}
		p.setFull(false)
		settle()
		st = tr.State()
		if st.Err != nil || !st.Saved || p.current != tr.Current().Version() {
			t.Errorf("with room again: %v, saved %v, current %d", st.Err, st.Saved, p.current)
		}
		for _, r := range tr.Runs() {
			if p.runs[r.ID] == nil {
				t.Errorf("run %d was not saved", r.ID)
			}
		}
	})
}

func TestPause(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		tr.Pause()
		synctest.Wait()
		answer(20)
		settle()
		if tr.State().Phase != learn.Paused || tr.Current() != nil {
			t.Errorf("paused: %+v", tr.State())
		}
		tr.Resume()
		settle()
		if tr.State().Phase != learn.Idle || tr.Current() == nil {
			t.Errorf("resumed: %+v", tr.State())
		}
	})
}

// Answers that are given before Resume, or before Refit, are in the run that
// follows, also those that come just after the trainer looked.
func TestAskingMeansEverythingBefore(t *testing.T) {
	for name, ask := range map[string]func(*learn.Trainer){
		"resume": func(tr *learn.Trainer) { tr.Resume() },
		"refit":  func(tr *learn.Trainer) { tr.Refit(false) },
	} {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				p, answer := labelled(t, 100, 2)
				tr, stop := start(t, p, learn.Options{Model: learn.NaiveBayes, Answers: 9})
				defer stop()
				answer(10)
				settle()
				n := len(tr.Runs())
				if name == "resume" {
					tr.Pause()
					synctest.Wait()
					answer(9) // enough for a run
					synctest.Wait()
				}
				p.hook(&p.onTouched, func() {
					answer(12)
					ask(tr)
				})
				answer(1)
				synctest.Wait()
				want := len(p.standing)
				runs := tr.Runs()
				if len(runs) != n+1 || runs[n].Labels != want {
					t.Errorf("%d runs, the first one on %d of %d answers", len(runs)-n, runs[n].Labels, want)
				}
			})
		})
	}
}

// Who asks for a run while one is being made gets it after that one.
func TestAskedDuringARun(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(10)
		settle()
		n := len(tr.Runs())
		p.hook(&p.onItemNums, func() { tr.Refit(true) }) // reading the answers of the next run
		answer(5)
		settle()
		runs := tr.Runs()
		if len(runs) != n+2 || runs[n].Fresh() || !runs[n+1].Fresh() {
			t.Errorf("%d runs: %+v", len(runs)-n, runs[n:])
		}
	})
}

// A comparison comes to its end also where answers come in each of its steps.
func TestSteadyAnswersDoNotStarveTheChoice(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 4000, 3)
		tr := learn.NewTrainer(p, learn.Options{})
		changes, unwatch := tr.Watch()
		defer unwatch()
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		ended := make(chan error, 1)
		go func() { ended <- tr.Run(ctx) }()
		answer(30)
		for step, left := -1, 300; ; {
			<-changes
			s := tr.State()
			if runs := tr.Runs(); len(runs) > 0 && runs[len(runs)-1].Choice != nil {
				break
			}
			if s.Phase == learn.Choosing && s.Step != step {
				if step, left = s.Step, left-1; left == 0 {
					t.Fatal("no choice")
				}
				answer(5)
			}
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestPoolGrows(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 700, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(20)
		settle()
		more, _ := corpus(1500, 2, 77)
		p.add(more...)
		settle()
		if r := tr.Ranking(); r.Scored != 2180 || !r.Whole {
			t.Errorf("%d of 2180 open items scored", r.Scored)
		}
	})
}

func TestAskedToRefit(t *testing.T) {
	bubble(t, func(t *testing.T) {
		p, answer := labelled(t, 100, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		answer(1)
		tr.Refit(false)
		settle()
		if st := tr.State(); !errors.Is(st.Err, learn.ErrTooFew) {
			t.Errorf("asked for a model of one answer: %v", st.Err)
		}
		answer(20)
		settle()
		n := len(tr.Runs())
		tr.Refit(false)
		tr.Refit(true)
		synctest.Wait()
		runs := tr.Runs()
		if len(runs) != n+1 || !runs[n].Fresh() {
			t.Errorf("%d runs, the last one %+v", len(runs)-n, runs[len(runs)-1])
		}
		if st := tr.State(); st.Err != nil {
			t.Errorf("error left: %v", st.Err)
		}
	})
}

func TestAnotherKindOfTask(t *testing.T) {
	bubble(t, func(t *testing.T) {
		task := classesTask(2)
		task.Kind = label.Spans
		p := newFake(task, "some text")
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		settle()
		if st := tr.State(); !errors.Is(st.Err, learn.ErrKind) {
			t.Errorf("state %+v", st)
		}
	})
}

func TestEndsWithoutDelay(t *testing.T) {
	p, answer := labelled(t, 20_000, 2)
	answer(50)
	tr, stop := start(t, p, learn.Options{})
	changes, unwatch := tr.Watch()
	defer unwatch()
	for tr.Current() == nil {
		<-changes
	}
	stop()
	if p.current != tr.Current().Version() || p.runs[p.current] == nil {
		t.Errorf("the last model was not saved")
	}
}
