package learn_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"inkling/label"
	"inkling/learn"
)

// BenchmarkManySeats has a hundred people answer two items a second each, three
// people each item, for ten seconds: it tells the runs and the rankings of the
// whole pool that come of it, how old the answers are that the model in force
// does not know, and how long a decision waits for the trainer to let go of the
// project (of the one in memory, whose reads and writes exclude each other).
func BenchmarkManySeats(b *testing.B) {
	texts, truth := corpus(20_000, 4, 3)
	for b.Loop() {
		task := classesTask(4)
		task.Assignment = &label.Assignment{Share: 0.5, Answers: 3}
		p := newFake(task, texts...)
		tr := learn.NewTrainer(p, learn.Options{})
		ctx, cancel := context.WithCancel(b.Context())
		done := make(chan error, 1)
		go func() { done <- tr.Run(ctx) }()
		const seconds, rate = 10, 200
		var waits, ages []time.Duration
		given := map[uint64]time.Time{} // by event
		wholes, last := 0, uint64(0)
		tick := time.NewTicker(time.Second / rate)
		for n := range seconds * rate {
			<-tick.C
			num := uint64(n/2*7%len(texts) + 1)
			class := truth[num-1]
			if n%5 == 0 {
				class = (class + 1) % 4
			}
			began := time.Now()
			p.says(fmt.Sprintf("person %d", n%100), num, class)
			waits = append(waits, time.Since(began))
			given[p.Counts().Events] = began
			runs := tr.Runs()
			if len(runs) == 0 {
				continue
			}
			if at, ok := given[runs[len(runs)-1].Seq+1]; ok {
				ages = append(ages, time.Since(at))
			}
			if r := tr.Ranking(); r != nil && r.Whole && r.Model != last {
				wholes, last = wholes+1, r.Model
			}
		}
		cancel()
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		slices.Sort(waits)
		slices.Sort(ages)
		b.ReportMetric(float64(len(tr.Runs()))/seconds, "runs/s")
		b.ReportMetric(float64(wholes), "wholes")
		b.ReportMetric(waits[len(waits)*99/100].Seconds()*1e3, "p99-wait-ms")
		b.ReportMetric(ages[len(ages)/2].Seconds()*1e3, "p50-age-ms")
		b.ReportMetric(ages[len(ages)*99/100].Seconds()*1e3, "p99-age-ms")
	}
}
