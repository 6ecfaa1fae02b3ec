package learn_test

import (
	"errors"
	"reflect"
	"testing"

	"inkling/learn"
)

// TestSemiSupervised learns from items without an answer, and lets none of them
// into what a run is chosen, calibrated and measured by.
func TestSemiSupervised(t *testing.T) {
	texts, truth := corpus(600, 3, 12)
	task := classesTask(3)
	task.Audit = 0.2
	p := newFake(task, texts...)
	for i := range 150 {
		p.answer(truth[i], uint64(i+1))
	}
	train := func(how string) (learn.Run, *learn.Snapshot) {
		t.Helper()
		run, snap, err := learn.Train(t.Context(), p, learn.TrainOptions{Settings: learn.Settings{Model: learn.Balanced, Semi: how}, Fresh: true, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		return run, snap
	}
	plain, _ := train("none")
	if plain.Beside != 0 {
		t.Errorf("%d items without an answer", plain.Beside)
	}
	for _, how := range learn.SemiSupervised() {
		t.Run(how, func(t *testing.T) {
			run, snap := train(how)
			if run.Beside == 0 || run.Beside > len(texts)-150 {
				t.Errorf("%d items without an answer", run.Beside)
			}
			if run.Labels != plain.Labels || !reflect.DeepEqual(run.PerClass, plain.PerClass) || run.Audit.N != plain.Audit.N {
				t.Errorf("%d labels, %v, %d audited; %d, %v, %d without", run.Labels, run.PerClass, run.Audit.N, plain.Labels, plain.PerClass, plain.Audit.N)
			}
			same(t, "curve", run.Curve, plain.Curve)
			if a, b := run.Calibration, plain.Calibration; a == nil || a.Rows != b.Rows || a.Before != b.Before || a.After != b.After {
				t.Errorf("calibration %+v, %+v without", a, b)
			}
			again, _ := train(how)
			if again.Digest != run.Digest || run.Digest == plain.Digest {
				t.Error("the model is not the same twice, or the same as without")
			}
			if snap.Suggest(p.items[0]).Probability <= 0 {
				t.Error("no suggestion")
			}
		})
	}
	_, _, err := learn.Train(t.Context(), p, learn.TrainOptions{Settings: learn.Settings{Semi: "guessing"}, Fresh: true})
	if !errors.Is(err, learn.ErrRule) {
		t.Error(err)
	}
}

// same compares curves, of which some losses may be NaN.
func same(t *testing.T, what string, a, b []learn.Point) {
	t.Helper()
	if len(a) != len(b) {
		t.Fatalf("%s: %d and %d points", what, len(a), len(b))
	}
	for i := range a {
		if a[i].Step != b[i].Step || a[i].Valid != b[i].Valid || a[i].Accuracy != b[i].Accuracy {
			t.Errorf("%s, point %d: %+v and %+v", what, i, a[i], b[i])
		}
	}
}
