package learn_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"inkling/learn"
	"inkling/learn/calibrate"
)

// TestCalibrationOnRealTexts measures what calibration does to texts that no
// model saw, on two sets and at several numbers of labels: naive Bayes is too
// sure of itself, softmax regression on few labels not sure enough.
func TestCalibrationOnRealTexts(t *testing.T) {
	sizes := []int{60, 200, 1000}
	if testing.Short() {
		sizes = sizes[:2]
	}
	for _, set := range realSets {
		if set.name != "sms_spam" && set.name != "twitter_financial_news" {
			continue
		}
		t.Run(set.name, func(t *testing.T) {
			t.Parallel()
			train, _, names := set.load(t)
			order := rand.New(rand.NewPCG(7, 7)).Perm(len(train.texts))[:min(len(train.texts), 4000)]
			texts := make([]string, len(order))
			for i, j := range order {
				texts[i] = train.texts[j]
			}
			for _, model := range []string{learn.NaiveBayes, learn.Softmax} {
				for _, n := range sizes {
					var sum struct{ ece, eceBefore, loss, lossBefore float64 }
					draws := max(1, 300/n)
					for draw := range draws {
						task := classesTask(len(names))
						task.Audit = 0.4
						p := newFake(task, texts...)
						answered, audited := 0, 0
						for i, it := range p.items {
							if it.Audit && audited < 1500 {
								audited++
								p.answer(train.class[order[i]], it.Num)
							} else if !it.Audit && i%draws == draw && answered < n {
								answered++
								p.answer(train.class[order[i]], it.Num)
							}
						}
						run, _, err := learn.Train(context.Background(), p, learn.TrainOptions{Model: model, Seed: 1})
						if err != nil {
							t.Fatal(err)
						}
						a := run.Audit
						if run.Calibration == nil || a == nil {
							t.Fatalf("%s, %d labels: calibration %+v, audit %+v", model, n, run.Calibration, a)
						}
						if a.Before == nil { // it gained nothing
							a.Before = &calibrate.Quality{LogLoss: a.LogLoss, ECE: a.ECE}
						}
						sum.ece, sum.eceBefore = sum.ece+a.ECE/float64(draws), sum.eceBefore+a.Before.ECE/float64(draws)
						sum.loss, sum.lossBefore = sum.loss+a.LogLoss/float64(draws), sum.lossBefore+a.Before.LogLoss/float64(draws)
					}
					t.Logf("%-22s %-18s %4d labels, mean of %d: ECE %.3f -> %.3f, log loss %.3f -> %.3f", set.name, model, n, draws, sum.eceBefore, sum.ece, sum.lossBefore, sum.loss)
					if sum.loss > sum.lossBefore+0.015 {
						t.Errorf("%s, %d labels: log loss %.3f, before calibration %.3f", model, n, sum.loss, sum.lossBefore)
					}
					if sum.ece > max(0.04, 0.8*sum.eceBefore) && n >= 200 {
						t.Errorf("%s, %d labels: ECE %.3f, before calibration %.3f", model, n, sum.ece, sum.eceBefore)
					}
				}
			}
		})
	}
}
