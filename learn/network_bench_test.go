package learn_test

import (
	"context"
	"testing"

	"inkling/label"
	"inkling/learn"
)

// BenchmarkNetwork measures the neural network with nothing set beside softmax
// regression: the default features, all training texts answered. The time is that of
// the last fit, with the choice of its epochs.
func BenchmarkNetwork(b *testing.B) {
	for _, set := range realSets {
		for _, name := range []string{learn.Softmax, learn.Network} {
			b.Run(set.name+"/"+name, func(b *testing.B) {
				train, test, names := set.load(b)
				task := label.Task{Kind: label.Classes, Clean: "all", Columns: []label.Column{{Name: "text", Role: label.Text}}}
				for _, n := range names {
					task.Labels = append(task.Labels, label.Label{Name: n})
				}
				p := newFake(task, train.texts...)
				for i, c := range train.class {
					p.answer(c, uint64(i+1))
				}
				var run learn.Run
				var s *learn.Snapshot
				for b.Loop() {
					var err error
					if run, s, err = learn.Train(context.Background(), p, learn.TrainOptions{Model: name, Fresh: true}); err != nil {
						b.Fatal(err)
					}
				}
				e := learn.Evaluate(s, task.Labels, func(yield func(label.Item, int) bool) {
					for i, text := range test.texts {
						if !yield(label.Item{Fields: []string{text}}, test.class[i]) {
							return
						}
					}
				}).Report()
				b.ReportMetric(e.Accuracy, "accuracy")
				b.ReportMetric(float64(e.LogLoss), "log-loss")
				b.ReportMetric(run.Took.Seconds(), "s-fit")
				b.ReportMetric(float64(run.Size)/(1<<20), "MB-model")
			})
		}
	}
}
