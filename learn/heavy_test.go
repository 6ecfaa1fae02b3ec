package learn

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// TestHeavyRunsRest: answers start a run of a model that takes long only after
// nine times what the last one took, or when nobody answered for a while.
func TestHeavyRunsRest(t *testing.T) {
	for _, c := range []struct {
		name, asked  string
		chosen, last string
		took, due    time.Duration
	}{
		{"light", Softmax, "", Softmax, 5 * time.Second, 0},
		{"heavy", RandomForest, "", RandomForest, time.Second, 9 * time.Second},
		{"heavy by choice", Auto, RandomForest, RandomForest, time.Second, 9 * time.Second},
		{"heavy, but short", RandomForest, "", RandomForest, 200 * time.Millisecond, 0},
		{"heavy, and nobody answers", RandomForest, "", RandomForest, time.Minute, idleAfter},
		{"another model took long", Vote, "", RandomForest, time.Minute, 0},
		{"no choice yet", Auto, "", RandomForest, time.Minute, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tr, watch, answer := besideLearning(t)
				tr.o.Settings.Model = c.asked
				if c.chosen != "" {
					tr.choice = &Choice{Model: c.chosen}
				}
				tr.spent.add(c.last, c.took)
				go answer(5)
				<-watch
				if err := tr.look(t.Context()); err != nil {
					t.Fatal(err)
				}
				if got, want := tr.trainDue(), c.due == 0; got != want {
					t.Errorf("at once: due %v, want %v", got, want)
				}
				wait, ok := tr.quiet()
				if !ok || max(wait, 0) != c.due {
					t.Errorf("waits %v (%v), want %v", wait, ok, c.due)
				}
				if c.due > 0 {
					time.Sleep(c.due - time.Millisecond)
					if tr.trainDue() {
						t.Error("due too early")
					}
					tr.want.train = true
					if !tr.trainDue() {
						t.Error("who asks waits")
					}
					tr.want.train = false
					time.Sleep(time.Millisecond)
				}
				if !tr.trainDue() {
					t.Error("not due in the end")
				}
			})
		})
	}
}

// TestHeavyRunsGiveWay: to who pauses, and not to answers or to who asks for
// the next run.
func TestHeavyRunsGiveWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tr, watch, answer := besideLearning(t)
		go tr.Pause()
		if done, err := tr.aside(t.Context(), watch, nil, untilCancelled); done || err != nil {
			t.Errorf("paused: done %v, %v", done, err)
		}
		tr.hear()
		tr.Resume()
		tr.hear()
		go func() {
			answer(5)
			tr.Refit(false)
		}()
		done, err := tr.aside(t.Context(), watch, nil, func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Minute):
				return nil
			}
		})
		if !done || err != nil {
			t.Errorf("answers and a request: done %v, %v", done, err)
		}
		tr.hear()
		if tr.answers.fresh != 5 || !tr.want.train {
			t.Errorf("%d of 5 answers were seen meanwhile, the request %v", tr.answers.fresh, tr.want.train)
		}
	})
}
