package learn_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"inkling/learn"
)

// BenchmarkTrainer measures, on a pool of 100,000 generated items with 500
// answers, how long after five more answers the new model suggests (fit), the
// head of the queue is ranked by it (head), and the whole pool is (pool).
func BenchmarkTrainer(b *testing.B) {
	const items = 100_000
	texts, truth := corpus(items, 5, 3)
	p := newFake(classesTask(5), texts...)
	texts = nil
	next := uint64(1)
	answer := func(n int) {
		for range n {
			p.answer(truth[next-1], next)
			next++
		}
	}
	answer(500)
	tr := learn.NewTrainer(p, learn.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- tr.Run(ctx) }()
	changes, unwatch := tr.Watch()
	until := func(is func() bool) time.Duration {
		start := time.Now()
		for !is() {
			<-changes
		}
		return time.Since(start)
	}
	b.Logf("first model after %v, first ranking of the whole pool after %v",
		until(func() bool { return tr.Current() != nil }),
		until(func() bool { r := tr.Ranking(); return r != nil && r.Whole }))
	until(func() bool { return tr.State().Phase == learn.Idle && tr.State().Saved })
	var fit, head, pool time.Duration
	n := 0
	for b.Loop() {
		before := tr.Current().Version()
		answer(5)
		fit += until(func() bool { return tr.Current().Version() != before })
		now := tr.Current().Version()
		started := time.Now()
		until(func() bool { return tr.Ranking().Model == now })
		head += time.Since(started)
		until(func() bool { return tr.Ranking().Model == now && tr.Ranking().Whole })
		pool += time.Since(started)
		until(func() bool { return tr.State().Phase == learn.Idle })
		n++
	}
	b.ReportMetric(float64(fit.Milliseconds())/float64(n), "ms-fit")
	b.ReportMetric(float64(head.Milliseconds())/float64(n), "ms-head")
	b.ReportMetric(float64(pool.Milliseconds())/float64(n), "ms-pool")
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapInuse)/(1<<20), "MB-heap")
	b.ReportMetric(float64(m.Sys)/(1<<20), "MB-sys")
	cancel()
	<-done
	unwatch()
}
