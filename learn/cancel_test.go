package learn

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

// looks is a context that is cancelled at the n-th look at it.
type looks struct {
	context.Context
	cancel context.CancelFunc
	n      int64
	seen   atomic.Int64
}

func cancelledAt(t *testing.T, n int64) *looks {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return &looks{Context: ctx, cancel: cancel, n: n}
}

func (l *looks) Err() error {
	if l.seen.Add(1) == l.n {
		l.cancel()
	}
	return l.Context.Err()
}

// TestFitsEndWhereCancelled: whenever a fit is cancelled, it ends with the
// context's error after a few more looks, and it looks often enough: several times
// in every pass over the rows.
func TestFitsEndWhereCancelled(t *testing.T) {
	const few = 16 // of steps that are in hand within each other
	for name, d := range map[string]Data{"table": cancelTable(400, 5), "texts": cancelTexts(300, 2000)} {
		for _, e := range registry() {
			if e.tells&tellsClasses == 0 || name == "table" && e.reads == readsTexts {
				continue
			}
			t.Run(name+"/"+e.name, func(t *testing.T) {
				t.Parallel()
				whole := cancelledAt(t, -1)
				if _, err := e.empty().Fit(whole, d, FitOptions{Fresh: true, Seed: 1, Workers: 1}); err != nil {
					t.Fatal(err)
				}
				total := whole.seen.Load()
				if total < 3 {
					t.Fatalf("%d looks in the whole fit", total)
				}
				for part := range int64(5) {
					at := 1 + part*(total-2)/5
					ctx := cancelledAt(t, at)
					m, err := e.empty().Fit(ctx, d, FitOptions{Fresh: true, Seed: 1, Workers: 1})
					if !errors.Is(err, context.Canceled) {
						t.Errorf("cancelled at look %d of %d: %v, %v", at, total, m, err)
					}
					if more := ctx.seen.Load() - at; more > few {
						t.Errorf("cancelled at look %d of %d: %d more", at, total, more)
					}
				}
			})
		}
	}
}
