package learn

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"inkling/label"
	"inkling/learn/query"
)

// twoClasses is as much of a project as a look needs: a pool and answers, of
// two classes in turn.
type twoClasses struct {
	Project
	answers uint64
}

func (p *twoClasses) Task() label.Task {
	return label.Task{Kind: label.Classes, Labels: make([]label.Label, 2)}
}

func (p *twoClasses) Counts() label.Counts { return label.Counts{Items: 1000, Events: p.answers} }

func (p *twoClasses) TouchedStandings(since uint64, visit func(uint64, []label.Standing) error) (uint64, error) {
	for n := since + 1; n <= p.answers; n++ {
		d := label.Decision{Item: n, Action: label.Answered, Answer: label.ClassAnswer(int(n % 2))}
		if err := visit(n, []label.Standing{{Item: n, Decision: d}}); err != nil {
			return 0, err
		}
	}
	return p.answers, nil
}

// besideLearning returns a trainer that has learned all there is, and a
// function that gives it more answers.
func besideLearning(t *testing.T) (tr *Trainer, watch chan struct{}, answer func(n uint64)) {
	t.Helper()
	p := &twoClasses{answers: 10}
	tr = NewTrainer(p, Options{Answers: 5, Quiet: time.Second})
	tr.space = &space{items: 1000, rows: nil}
	tr.held = true // the space is no matter here
	tr.current.Store(&Snapshot{version: 1})
	tr.ranking.Store(&query.Ranking{})
	if err := tr.look(t.Context()); err != nil {
		t.Fatal(err)
	}
	tr.answers.fresh = 0
	watch = make(chan struct{}, 1)
	return tr, watch, func(n uint64) {
		p.answers += n
		watch <- struct{}{}
	}
}

// untilCancelled is a step that takes as long as it may.
func untilCancelled(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestStepsGiveWay(t *testing.T) {
	for _, c := range []struct {
		name  string
		come  func(tr *Trainer, answer func(uint64))
		gave  int
		after time.Duration
	}{
		{"to enough answers", func(_ *Trainer, answer func(uint64)) { answer(5) }, 1, 0},
		{"to few answers, after a while", func(_ *Trainer, answer func(uint64)) { answer(2) }, 1, time.Second},
		{"to who pauses", func(tr *Trainer, _ func(uint64)) { tr.Pause() }, 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, watch, answer := besideLearning(t)
				gave, started := 0, time.Now()
				go c.come(tr, answer)
				done, err := tr.aside(t.Context(), watch, &gave, untilCancelled)
				if done || err != nil || gave != c.gave {
					t.Errorf("done %v, %v, gave way %d times", done, err, gave)
				}
				if took := time.Since(started); took != c.after { // of the test's own clock
					t.Errorf("after %v, want %v", took, c.after)
				}
			})
		})
	}
}

func TestStepsGiveWayOnlySoOften(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, watch, answer := besideLearning(t)
		gave := 0
		for n := range mostGiven {
			go answer(5)
			if done, err := tr.aside(t.Context(), watch, &gave, untilCancelled); done || err != nil {
				t.Fatalf("step %d: done %v, %v", n, done, err)
			}
			tr.answers.fresh = 0 // a run learned them
		}
		go answer(5)
		done, err := tr.aside(t.Context(), watch, &gave, func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Minute):
				return nil
			}
		})
		if !done || err != nil || gave != 0 {
			t.Errorf("the next one: done %v, %v, gave way %d times", done, err, gave)
		}
		if tr.answers.fresh != 5 {
			t.Errorf("%d of 5 answers were seen meanwhile", tr.answers.fresh)
		}
	})
}

func TestStepsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, watch, _ := besideLearning(t)
		gave, broke := 2, errors.New("broke")
		if done, err := tr.aside(t.Context(), watch, &gave, func(context.Context) error { return broke }); !done || err != broke || gave != 0 {
			t.Errorf("done %v, %v, gave way %d times", done, err, gave)
		}
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		if done, err := tr.aside(ctx, watch, &gave, untilCancelled); !done || !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: done %v, %v", done, err)
		}
	})
}
