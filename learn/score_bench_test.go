package learn_test

import (
	"context"
	"fmt"
	"testing"

	"inkling/learn/bayes"
	"inkling/learn/feature"
	"inkling/learn/linear"
)

// BenchmarkScore measures the models on rows that are made already.
func BenchmarkScore(b *testing.B) {
	for _, classes := range []int{2, 10, 77} {
		texts, truth := corpus(6000, classes, 5)
		s, rows := vectorised(b, feature.Default(), texts)
		d := feature.Data{Rows: rows[:1000], Class: truth[:1000], Classes: classes, Features: s.Features()}
		nb, err := bayes.Fit(context.Background(), d, bayes.Options{})
		if err != nil {
			b.Fatal(err)
		}
		lr, err := linear.Fit(context.Background(), d, linear.Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, r := range rows[1000:] {
			n += len(r.Index)
		}
		for name, m := range map[string]interface {
			Predict(feature.Row, []float64)
		}{"bayes": nb, "softmax": lr} {
			b.Run(fmt.Sprintf("%s/classes=%d", name, classes), func(b *testing.B) {
				p, i := make([]float64, classes), 0
				for b.Loop() {
					m.Predict(rows[1000+i%5000], p)
					i++
				}
				b.ReportMetric(float64(i)/b.Elapsed().Seconds(), "rows/s")
				b.ReportMetric(float64(n)/5000, "features/row")
			})
		}
	}
}
