package cli

import (
	"context"
	"runtime"
	"sync"
)

// batchRows and batchBytes bound what goes through inOrder at a time.
const (
	batchRows  = 256
	batchBytes = 256 << 10
)

// inOrder has jobs done on all cores and gives them to consume in the order in
// which produce emitted them; more says whether the next one is already on its
// way. At most a few jobs are in memory at once.
//
// work is called once for each worker and returns what does a job. produce runs
// in a goroutine of its own and must end when its context does; nothing of all
// this goes on when inOrder returns.
func inOrder[T any](ctx context.Context, produce func(ctx context.Context, emit func(*T) error) error, work func() func(*T), consume func(job *T, more bool) error) error {
	type slot struct {
		job  *T
		done chan struct{}
	}
	ctx, cancel := context.WithCancel(ctx)
	workers := runtime.GOMAXPROCS(0)
	jobs, order := make(chan slot), make(chan slot, 2*workers)
	var produced error
	var busy sync.WaitGroup
	defer busy.Wait()
	defer cancel()
	busy.Go(func() {
		defer close(order)
		defer close(jobs)
		produced = produce(ctx, func(j *T) error {
			s := slot{j, make(chan struct{})}
			for _, to := range []chan slot{jobs, order} {
				select {
				case to <- s:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			return nil
		})
	})
	for range workers {
		busy.Go(func() {
			do := work()
			for s := range jobs {
				do(s.job)
				close(s.done)
			}
		})
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s, ok := <-order:
			if !ok {
				return produced
			}
			<-s.done
			if err := consume(s.job, len(order) > 0); err != nil {
				return err
			}
		}
	}
}

// inBatches does the same with values that are small, of which batchRows go
// through together: work makes the result of one, on any core, and consume
// takes both in the order in which produce emitted the values.
func inBatches[T, R any](ctx context.Context, produce func(ctx context.Context, emit func(T) error) error, work func(T) R, consume func(T, R) error) error {
	type batch struct {
		values  []T
		results []R
	}
	return inOrder(ctx, func(ctx context.Context, emit func(*batch) error) error {
		b := &batch{}
		err := produce(ctx, func(v T) error {
			b.values = append(b.values, v)
			if len(b.values) < batchRows {
				return nil
			}
			full := b
			b = &batch{}
			return emit(full)
		})
		if err != nil || len(b.values) == 0 {
			return err
		}
		return emit(b)
	}, func() func(*batch) {
		return func(b *batch) {
			b.results = make([]R, len(b.values))
			for i, v := range b.values {
				b.results[i] = work(v)
			}
		}
	}, func(b *batch, _ bool) error {
		for i, v := range b.values {
			if err := consume(v, b.results[i]); err != nil {
				return err
			}
		}
		return nil
	})
}
