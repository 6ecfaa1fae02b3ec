package learn_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

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
	next := uint64(1)
	return p, func(n int) {
		for ; n > 0; next++ {
			if p.items[next-1].Audit {
				continue
			}
			p.answer(truth[next-1], next)
			n--
		}
	}
}

func TestFirstModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, answer := labelled(t, 300, 2)
		tr, stop := start(t, p, learn.Options{})
		defer stop()
		time.Sleep(quiet)
		if tr.Current() != nil || tr.Ranking() != nil {
			t.Fatalf("a model without answers")
		}
		answer(8)
		synctest.Wait()
		s := tr.Current()
		if s == nil {
			t.Fatalf("no model after eight answers: %+v", tr.State())
		}
		time.Sleep(quiet)
		r := tr.Ranking()
		if r == nil || !r.Whole || len(r.Entries) != 292 || r.Model != s.Version() {
			t.Fatalf("ranking %+v", r)
		}
		if runs := tr.Runs(); len(runs) != 1 || runs[0].Labels != 8 {
			t.Errorf("runs %+v", runs)
		}
		if st := tr.State(); st.Phase != learn.Idle || st.Err != nil || !st.Saved {
			t.Errorf("state %+v", st)
		}
	})
}
