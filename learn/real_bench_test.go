package learn_test

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
	"inkling/learn/feature"
	"inkling/learn/linear"
)

// wordsAndSoftmax is the pipeline that is compared with scikit-learn's: TF-IDF
// of words and pairs of words, and softmax regression, on one goroutine.
type wordsAndSoftmax struct {
	vectorise, fit, predict time.Duration
	accuracy, logLoss       float64
	features                int
}

func (w wordsAndSoftmax) total() time.Duration { return w.vectorise + w.fit + w.predict }

func runWordsAndSoftmax(t testing.TB, train, test examplesOf, classes int) (w wordsAndSoftmax) {
	t.Helper()
	start := time.Now()
	lap := func(d *time.Duration) {
		now := time.Now()
		*d += now.Sub(start)
		start = now
	}
	s, rows := vectorised(t, feature.WordsOnly(), train.texts)
	lap(&w.vectorise)
	m, err := linear.Fit(context.Background(), feature.Data{Rows: rows, Class: train.class, Classes: classes, Features: s.Features()}, linear.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lap(&w.fit)
	tests := rowsOf(s, test.texts)
	lap(&w.vectorise)
	right, loss, p := 0, 0.0, make([]float64, classes)
	for i, r := range tests {
		m.Predict(r, p)
		best := 0
		for c := range p {
			if p[c] > p[best] {
				best = c
			}
		}
		if best == test.class[i] {
			right++
		}
		loss -= math.Log(p[test.class[i]])
	}
	lap(&w.predict)
	w.accuracy, w.logLoss, w.features = float64(right)/float64(len(tests)), loss/float64(len(tests)), s.Features()
	return w
}

// vectorised learns features from texts and makes their rows.
func vectorised(t testing.TB, o feature.Options, texts []string) (*feature.Space, []feature.Row) {
	c, err := feature.NewCounter([]feature.Kind{feature.Text}, o)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]string, 1)
	for _, values[0] = range texts {
		c.Add(values)
	}
	s := c.Space()
	return s, rowsOf(s, texts)
}

func rowsOf(s *feature.Space, texts []string) []feature.Row {
	rows, v, values := make([]feature.Row, len(texts)), s.Rower(), make([]string, 1)
	for i, text := range texts {
		values[0] = text
		r := v.Row(values)
		rows[i] = feature.Row{Index: slices.Clone(r.Index), Value: slices.Clone(r.Value)}
	}
	return rows
}

// The accuracy of scikit-learn's LogisticRegression on AG News, words and pairs
// of words, is 0.865 (0.8647).
func TestAGNews(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 10,000 news items")
	}
	train, test, names := realSets[1].load(t)
	if w := runWordsAndSoftmax(t, train, test, len(names)); w.accuracy < 0.865 {
		t.Errorf("accuracy %.4f, log loss %.3f", w.accuracy, w.logLoss)
	}
}

// BenchmarkWordsAndSoftmax measures the pipeline from texts in memory to
// probabilities of the test texts. Run it with -cpu 1.
func BenchmarkWordsAndSoftmax(b *testing.B) {
	for _, set := range realSets {
		b.Run(set.name, func(b *testing.B) {
			train, test, names := set.load(b)
			var w wordsAndSoftmax
			var sum time.Duration
			for b.Loop() {
				one := runWordsAndSoftmax(b, train, test, len(names))
				sum += one.total()
				w.vectorise, w.fit, w.predict = w.vectorise+one.vectorise, w.fit+one.fit, w.predict+one.predict
				w.accuracy, w.logLoss, w.features = one.accuracy, one.logLoss, one.features
			}
			per := func(d time.Duration) float64 { return d.Seconds() / float64(b.N) }
			b.ReportMetric(per(w.vectorise), "s-vectorise")
			b.ReportMetric(per(w.fit), "s-fit")
			b.ReportMetric(per(w.predict), "s-predict")
			b.ReportMetric(per(sum), "s-total")
			b.ReportMetric(w.accuracy, "accuracy")
			b.ReportMetric(w.logLoss, "log-loss")
		})
	}
}

// BenchmarkAuto measures what a user gets without choosing anything: the
// default features, the model chosen by cross-validation, all training texts
// answered. The time is that of the whole run: features, comparison, fit, curve.
func BenchmarkAuto(b *testing.B) {
	for _, set := range realSets {
		b.Run(set.name, func(b *testing.B) {
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
				if run, s, err = learn.Train(context.Background(), p, learn.TrainOptions{Fresh: true}); err != nil {
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
			b.Logf("%v; %v took %v, %d bytes", run.Choice, run.Model, run.Took.Round(time.Millisecond), run.Size)
			b.ReportMetric(e.Accuracy, "accuracy")
			b.ReportMetric(float64(e.Macro.F1), "macro-F1")
			b.ReportMetric(float64(e.LogLoss), "log-loss")
			b.ReportMetric(run.Took.Seconds(), "s-fit")
			b.ReportMetric(float64(run.Size)/(1<<20), "MB-model")
		})
	}
}
