package learn_test

import (
	"context"
	"flag"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"inkling/learn"
)

// BenchmarkTrainer measures, on a pool of generated messages with 500 answers,
// how long after five more answers the new model suggests (fit), the head of the
// queue is ranked by it (head), and the whole pool is (pool). MB-heap is what is in use
// beyond the items themselves, which the test's project holds in memory.
//
// The largest pool takes a gigabyte and a minute: it runs only where it is
// asked for by name (-bench Trainer/1000000).
func BenchmarkTrainer(b *testing.B) {
	for _, c := range []struct {
		items, classes, words int // words: texts joined to one
		model                 string
	}{
		{100_000, 5, 1, learn.Auto}, {100_000, 2, 1, learn.Softmax}, {100_000, 77, 1, learn.Softmax}, {100_000, 77, 1, learn.NaiveBayes},
		{100_000, 5, 4, learn.Softmax}, {1_000_000, 5, 1, learn.Auto},
	} {
		name := fmt.Sprintf("%d/classes=%d/texts=%d/%s", c.items, c.classes, c.words, c.model)
		b.Run(name, func(b *testing.B) {
			if c.items > 100_000 && !strings.Contains(flag.Lookup("test.bench").Value.String(), "1000000") {
				b.Skip("only where asked for by name")
			}
			benchmarkTrainer(b, c.items, c.classes, c.words, c.model)
		})
	}
}

func benchmarkTrainer(b *testing.B, items, classes, joined int, model string) {
	texts, truth := corpus(items*joined, classes, 3)
	if joined > 1 { // the first one's class
		for i := range items {
			texts[i], truth[i] = strings.Join(texts[i*joined:(i+1)*joined], " "), truth[i*joined]
		}
		texts = texts[:items]
	}
	p := newFake(classesTask(classes), texts...)
	texts = nil
	inUse := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapInuse) / (1 << 20)
	}
	before := inUse()
	next := uint64(1)
	answer := func(n int) {
		for range n {
			p.answer(truth[next-1], next)
			next++
		}
	}
	answer(500)
	tr := learn.NewTrainer(p, learn.Options{Model: model})
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
	b.ReportMetric(inUse()-before, "MB-heap")
	cancel()
	<-done
	unwatch()
}

// BenchmarkOvertaken measures how long a run that is due waits for a fit of the
// comparison that is in hand, on 77 classes and 3,000 answers: the time from the
// fifth new answer to the new model, less that of its own fit.
func BenchmarkOvertaken(b *testing.B) {
	texts, truth := corpus(5000, 77, 3)
	p := newFake(classesTask(77), texts...)
	next := uint64(1)
	answer := func(n int) {
		for range n {
			p.answer(truth[next-1], next)
			next++
		}
	}
	answer(3000)
	var waited, longest time.Duration
	n := 0
	for b.Loop() {
		clear(p.runs)
		clear(p.models)
		clear(p.states)
		p.current, p.nextRun = 0, 0
		tr := learn.NewTrainer(p, learn.Options{})
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error)
		changes, unwatch := tr.Watch()
		go func() { done <- tr.Run(ctx) }()
		for s := tr.State(); s.Phase != learn.Choosing || s.Step != 1; s = tr.State() { // the first fit of softmax regression
			<-changes
		}
		before, started := len(tr.Runs()), time.Now()
		answer(5)
		for len(tr.Runs()) == before {
			<-changes
		}
		wait := time.Since(started) - tr.Runs()[before].Took
		waited, longest = waited+wait, max(longest, wait)
		n++
		cancel()
		<-done
		unwatch()
	}
	b.ReportMetric(float64(waited.Milliseconds())/float64(n), "ms-wait")
	b.ReportMetric(float64(longest.Milliseconds()), "ms-longest")
}
