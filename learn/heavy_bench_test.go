package learn_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
)

// BenchmarkTrainerTable measures models of tables on a pool of 100,000 rows of
// twenty columns with 1,000 answers: how long after five more answers the new
// model suggests (fit), the head of the queue is ranked by it (head), and the
// whole pool is (pool), where nobody answers meanwhile.
func BenchmarkTrainerTable(b *testing.B) {
	for _, model := range []string{learn.Softmax, learn.RandomForest, learn.Boosting, learn.Vote, learn.Network} {
		b.Run(model, func(b *testing.B) {
			task := label.Task{Name: "table", Kind: label.Classes, Seed: 11, Labels: []label.Label{{Name: "good"}, {Name: "bad"}}}
			for j := range 20 {
				role := label.Numeric
				if j >= 10 {
					role = label.Category
				}
				task.Columns = append(task.Columns, label.Column{Name: strconv.Itoa(j), Role: role})
			}
			r := rand.New(rand.NewPCG(1, 2))
			rows, truth := make([][]string, 100_000), make([]int, 100_000)
			for i := range rows {
				sum := 2 * r.NormFloat64()
				for j := range 20 {
					x := r.NormFloat64()
					sum += x / float64(1+j%10)
					if j >= 10 {
						x = float64(int(2 * x))
					}
					rows[i] = append(rows[i], strconv.FormatFloat(x, 'f', 2, 64))
				}
				if sum > 1 {
					truth[i] = 1
				}
			}
			p := newFake(task)
			p.addFields(rows...)
			next := uint64(1)
			answer := func(n int) {
				for ; n > 0; n, next = n-1, next+1 {
					p.answer(truth[next-1], next)
				}
			}
			answer(1000)
			tr := learn.NewTrainer(p, learn.Options{Model: model})
			ctx, cancel := context.WithCancel(context.Background())
			done := make(chan error)
			go func() { done <- tr.Run(ctx) }()
			changes, unwatch := tr.Watch()
			until := func(is func() bool) float64 {
				start := time.Now()
				for !is() {
					<-changes
				}
				return float64(time.Since(start).Microseconds()) / 1000
			}
			rest := func() bool { return tr.State().Phase == learn.Idle && tr.State().Saved }
			until(func() bool { return tr.Current() != nil && rest() })
			var fit, head, pool float64
			n := 0.0
			for b.Loop() {
				before := tr.Current().Version()
				answer(5)
				fit += until(func() bool { return tr.Current().Version() != before })
				now := tr.Current().Version()
				head += until(func() bool { return tr.Ranking().Model == now })
				pool += until(func() bool { return tr.Ranking().Model == now && tr.Ranking().Whole })
				until(rest)
				n++
			}
			b.ReportMetric(fit/n, "ms-fit")
			b.ReportMetric(head/n, "ms-head")
			b.ReportMetric(pool/n, "ms-pool")
			b.ReportMetric(0, "ns/op")
			cancel()
			<-done
			unwatch()
		})
	}
}
