package forest

import (
	"context"
	"sync"
	"sync/atomic"
)

// checkRows is how many rows pass between two looks at the context.
const checkRows = 256

// share carries out n tasks with some goroutines, and returns when all are
// done or, early, the context's error.
func share(ctx context.Context, workers, n int, do func(i int)) error {
	return shareOwn(ctx, workers, n, func(int) func(int) { return do })
}

// shareOwn is share where each goroutine does its tasks with what begin made for it.
func shareOwn(ctx context.Context, workers, n int, begin func(worker int) func(i int)) error {
	workers = min(workers, n)
	if workers <= 1 {
		do := begin(0)
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			do(i)
		}
		return ctx.Err()
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			do := begin(w)
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				do(i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}
