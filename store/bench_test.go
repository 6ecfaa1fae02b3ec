package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"inkling/label"
)

// quantile returns the q-quantile of durations in microseconds; it sorts them.
func quantile(d []time.Duration, q float64) float64 {
	slices.Sort(d)
	return float64(d[min(int(q*float64(len(d))), len(d)-1)]) / float64(time.Microsecond)
}

// A decision is handed over and waited for, in turn with what the disk itself
// needs: one page is written to a file beside the project, and synced.
func BenchmarkDecisionDurable(b *testing.B) {
	p := newProjectWith(b, 100_000, Options{})
	f, err := os.Create(filepath.Join(filepath.Dir(p.Path()), "page"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	// A workbench's heap. A commit leaves some 40 kB of garbage behind: in a
	// process of a few megabytes that alone starts a collection every hundred
	// commits, just where a p99 looks.
	heap := make([]byte, 64<<20)
	defer runtime.KeepAlive(heap)
	page := make([]byte, 4096)
	var decided, synced []time.Duration
	n := uint64(0)
	for b.Loop() {
		n++
		start := time.Now()
		must(b, p.Decide("ana", answer(n*7919%100_000+1, int(n%2))))
		decided = append(decided, time.Since(start))

		page[0]++
		start = time.Now()
		if _, err := f.WriteAt(page, int64(n%64)*4096); err != nil {
			b.Fatal(err)
		}
		if err := f.Sync(); err != nil {
			b.Fatal(err)
		}
		synced = append(synced, time.Since(start))
	}
	for _, q := range []struct {
		name string
		q    float64
	}{{"p50", 0.5}, {"p99", 0.99}} {
		d, s := quantile(decided, q.q), quantile(synced, q.q)
		b.ReportMetric(d, "decision-"+q.name+"-µs")
		b.ReportMetric(s, "fsync-"+q.name+"-µs")
		b.ReportMetric(d/s, "ratio-"+q.name)
	}
}

// From the file to the first items that a workbench shows.
func BenchmarkOpen(b *testing.B) {
	p := newProjectWith(b, 1_000_000, Options{NoSync: true})
	path := p.Path()
	if err := p.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		p, err := Open(path, Options{})
		if err != nil {
			b.Fatal(err)
		}
		if p.Counts().Items != 1_000_000 {
			b.Fatal(p.Counts())
		}
		var nums []uint64
		if _, err := p.Walk(label.ID{0x77}, 64, func(num uint64, _ label.ID) bool { nums = append(nums, num); return true }); err != nil {
			b.Fatal(err)
		}
		for _, num := range nums {
			if _, err := p.Item(num); err != nil {
				b.Fatal(err)
			}
		}
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// What one key press in the search line costs: the first screen of hits, where
// there are many, and a look at every item, where there are few.
func BenchmarkSearch(b *testing.B) {
	p := newProject(b, 100_000)
	for _, query := range []string{"n", "number 9", "99999", "no such text"} {
		b.Run(query, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := p.Search(context.Background(), query, 1, 50); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Decisions a second where so many people decide at once, each waiting until the
// last one is durable.
func BenchmarkGroupCommit(b *testing.B) {
	for _, people := range []int{1, 20, 100, 500} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			p := newProjectWith(b, 100_000, Options{})
			heap := make([]byte, 64<<20) // as above
			defer runtime.KeepAlive(heap)
			var left atomic.Int64
			left.Store(int64(b.N))
			var wg sync.WaitGroup
			commits := func() (n int) {
				_ = p.view(func(tx *bolt.Tx) error { n = tx.ID(); return nil })
				return n
			}
			before := commits()
			b.ResetTimer()
			for n := range people {
				wg.Go(func() {
					who := fmt.Sprint("person ", n)
					for i := 0; left.Add(-1) >= 0; i++ {
						if _, _, err := p.Decide(who, answer(uint64((n*997+i*7919)%100_000+1), i%2)).Wait(context.Background()); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wg.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "decisions/s")
			b.ReportMetric(float64(b.N)/float64(commits()-before), "decisions/commit")
		})
	}
}
